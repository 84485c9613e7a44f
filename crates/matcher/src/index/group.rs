//! Reading groups, records, names and coverage.

use super::{
    Coverage, Cvss, Exploitability, Exploited, Group, Headline, Locator, RecordRef,
    layout::{Section, group as bit, record as record_bit, width},
    view::View,
};
use crate::record::Source;

/// A row of words.
struct Row<'a>(&'a [u8]);

impl Row<'_> {
    fn word(&self, at: usize) -> u32 {
        self.0.get(at * 4..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }
}

impl<'a> View<'a> {
    pub(crate) fn group_count(self) -> u32 {
        (self.section(Section::Groups).len() / width::GROUP) as u32
    }

    pub(super) fn known(self) -> u32 {
        Row(self.section(Section::Meta)).word(0)
    }

    fn group_row(self, group: u32) -> Option<Row<'a>> {
        self.row::<{ width::GROUP }>(Section::Groups, group).map(|row| Row(row))
    }

    /// (known, names a usable product).
    pub(crate) fn group_state(self, group: u32) -> (bool, bool) {
        let flags = self.group_row(group).map_or(0, |row| row.word(3));
        (flags & bit::KNOWN != 0, flags & bit::USABLE != 0)
    }

    pub(crate) fn group_name(self, group: u32) -> Option<&'a str> {
        Some(self.text(self.group_row(group)?.word(14)))
    }

    pub(crate) fn group_names(self, group: u32) -> impl Iterator<Item = &'a str> {
        let row = self.group_row(group);
        let shown = row.as_ref().map(|row| self.text(row.word(14)));
        shown.into_iter().chain(self.list(row.map_or(0, |row| row.word(0))).map(move |name| self.text(name)))
    }

    /// Product keys of a group.
    pub(crate) fn group_keys(self, group: u32) -> impl Iterator<Item = u32> + 'a {
        self.list(self.group_row(group).map_or(0, |row| row.word(2)))
    }

    pub(super) fn group(self, group: u32) -> Option<Group<'a>> {
        let row = self.group_row(group)?;
        let flags = row.word(3);
        let Headline { name, aliases, cvss, epss, kev } = self.headline(group)?;
        Some(Group {
            id: group,
            name,
            names: std::iter::once(name).chain(aliases).collect(),
            known: flags & bit::KNOWN != 0,
            usable: flags & bit::USABLE != 0,
            cvss,
            epss,
            kev,
            summary: self.text(row.word(4)),
            published: Some(self.text(row.word(5))).filter(|text| !text.is_empty()),
            records: self.list(row.word(1)).filter_map(|record| self.record(record)).collect(),
        })
    }

    pub(super) fn headline(self, group: u32) -> Option<Headline<'a>> {
        let row = self.group_row(group)?;
        let flags = row.word(3);
        let text = |at: usize| self.text(row.word(at));
        let some = |at: usize| Some(text(at)).filter(|text| !text.is_empty());
        Some(Headline {
            name: text(14),
            aliases: self.list(row.word(0)).map(|name| self.text(name)).collect(),
            cvss: (flags & bit::CVSS != 0).then(|| Cvss {
                version: text(6),
                tenths: u8::try_from(row.word(7)).unwrap_or(100),
                vector: text(8),
                provider: text(9),
            }),
            epss: (flags & bit::SCORED != 0)
                .then(|| Exploitability { probability_ppm: row.word(10), percentile_ppm: row.word(11) }),
            kev: (flags & bit::EXPLOITED != 0).then(|| Exploited {
                added: text(12),
                due: some(13),
                ransomware: flags & bit::RANSOMWARE != 0,
            }),
        })
    }

    /// Source and id of a record.
    pub(crate) fn record_name(self, record: u32) -> Option<(&'a str, &'a str)> {
        let row = Row(self.row::<{ width::RECORD }>(Section::Records, record)?);
        Some((self.text(row.word(0)), self.text(row.word(1))))
    }

    pub(crate) fn record(self, record: u32) -> Option<RecordRef<'a>> {
        let row = Row(self.row::<{ width::RECORD }>(Section::Records, record)?);
        let flags = row.word(3);
        Some(RecordRef {
            source: self.text(row.word(0)),
            id: self.text(row.word(1)),
            modified: Some(self.text(row.word(2))).filter(|modified| !modified.is_empty()),
            withdrawn: flags & record_bit::WITHDRAWN != 0,
            advisory: flags & record_bit::ADVISORY != 0,
            locator: Locator { pack: row.word(4), ordinal: row.word(5) },
        })
    }

    /// Names from the first that is not below `prefix` on, with their groups.
    pub(super) fn names_from(self, prefix: &str) -> impl Iterator<Item = (&'a str, u32)> + 'a {
        let name = move |at: u32| {
            let row = Row(self.row::<{ width::NAME }>(Section::Names, at)?);
            Some((self.text(row.word(0)), row.word(1)))
        };
        let upper = |text: &str| text.bytes().map(|byte| byte.to_ascii_uppercase()).collect::<Vec<u8>>();
        let wanted = upper(prefix);
        let (mut low, mut high) = (0, (self.section(Section::Names).len() / width::NAME) as u32);
        while low < high {
            let middle = low + (high - low) / 2;
            match name(middle) {
                Some((found, _)) if upper(found) < wanted => low = middle + 1,
                _ => high = middle,
            }
        }
        (low..).map_while(name)
    }

    pub(crate) fn coverage(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.section(Section::Coverage).chunks_exact(width::COVERAGE).map(move |row| {
            let row = Row(row);
            (self.text(row.word(0)), self.text(row.word(1)))
        })
    }

    pub(super) fn coverage_list(self) -> Vec<Coverage> {
        self.coverage()
            .map(|(source, what)| Coverage { source: Source(source.to_owned()), what: what.to_owned() })
            .collect()
    }
}
