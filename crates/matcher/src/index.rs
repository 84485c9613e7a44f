//! The index: bytes derived from records, opened in microseconds, every offset checked when it is followed.
//!
//! [`Builder`] takes records in (`draft`), puts them in order and writes them (`write`, `write_group`, `positions`,
//! `alias`); [`Index`] reads (`view`, `group`). Both sides share `layout`. Deliberately not here: what the statements
//! decide (`assess`), and where the bytes are kept.

mod alias;
mod build;
mod draft;
mod group;
pub(crate) mod intern;
pub(crate) mod layout;
mod output;
mod positions;
mod view;
mod write;
mod write_group;

use crate::record::Source;
pub(crate) use alias::rank;
pub use build::Builder;
pub(crate) use positions::first_number;
use view::Table;
pub(crate) use view::{DetailRow, Narrowing, SpanRow, StatementRow, View};

/// Where the raw record lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Locator {
    /// Pack, in the caller's numbering.
    pub pack: u32,
    /// Position in the pack.
    pub ordinal: u32,
}

/// What a loaded source declares to cover: absence of a record is an answer only inside it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Coverage {
    /// Who.
    pub source: Source,
    /// Prefix of product keys: `purl:golang/`, `distro:almalinux:8/`, `cpe:`, `cve:`.
    pub what: String,
}

/// Why bytes are not an index.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// Not an index.
    #[error("not an aftercare index")]
    Magic,
    /// An index of another version.
    #[error("the index has version {found}, this program reads {expected}")]
    Version {
        /// In the bytes.
        found: u32,
        /// Read by this program.
        expected: u32,
    },
    /// The length or the section table is wrong.
    #[error("the index is damaged ({what})")]
    Damaged {
        /// Which part.
        what: &'static str,
    },
}

/// An opened index over borrowed, owned or mapped bytes.
#[derive(Debug)]
pub struct Index<B> {
    bytes: B,
    table: Table,
}

/// A vulnerability: an alias group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group<'a> {
    /// Its number in this index.
    pub id: u32,
    /// Shown name: the lowest CVE by (year, number), else the lowest name.
    pub name: &'a str,
    /// All names, the shown one first, then sorted.
    pub names: Vec<&'a str>,
    /// Has a record that is not withdrawn.
    pub known: bool,
    /// A record names a usable product.
    pub usable: bool,
    /// Best score: newest CVSS version, then highest base score.
    pub cvss: Option<Cvss<'a>>,
    /// EPSS.
    pub epss: Option<Exploitability>,
    /// KEV.
    pub kev: Option<Exploited<'a>>,
    /// One line.
    pub summary: &'a str,
    /// When first published, RFC 3339.
    pub published: Option<&'a str>,
    /// Its records, advisories that link to it included.
    pub records: Vec<RecordRef<'a>>,
}

/// What a line in a list shows of a vulnerability: read in one go, without its records and its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Headline<'a> {
    /// Shown name.
    pub name: &'a str,
    /// The other names, sorted.
    pub aliases: Vec<&'a str>,
    /// As in [`Group::cvss`].
    pub cvss: Option<Cvss<'a>>,
    /// EPSS.
    pub epss: Option<Exploitability>,
    /// KEV.
    pub kev: Option<Exploited<'a>>,
}

/// A CVSS base score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cvss<'a> {
    /// `3.1`.
    pub version: &'a str,
    /// Base score in tenths.
    pub tenths: u8,
    /// Vector string.
    pub vector: &'a str,
    /// Who scored.
    pub provider: &'a str,
}

/// An EPSS score, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exploitability {
    /// Probability.
    pub probability_ppm: u32,
    /// Percentile.
    pub percentile_ppm: u32,
}

/// A KEV entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exploited<'a> {
    /// ISO date it was added.
    pub added: &'a str,
    /// ISO date, if given.
    pub due: Option<&'a str>,
    /// Known in ransomware campaigns.
    pub ransomware: bool,
}

/// One source's record, without its statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordRef<'a> {
    /// Who.
    pub source: &'a str,
    /// The record's id.
    pub id: &'a str,
    /// Last change as the source states it.
    pub modified: Option<&'a str>,
    /// Rejected or withdrawn.
    pub withdrawn: bool,
    /// Names more than one CVE: linked, not merged.
    pub advisory: bool,
    /// Where the raw record lies.
    pub locator: Locator,
}

impl<B: AsRef<[u8]>> Index<B> {
    /// Checks magic, version, length and section table only; every later offset is checked when it is followed.
    ///
    /// # Errors
    /// When the bytes are no index, one of another version, or cut.
    pub fn open(bytes: B) -> Result<Self, IndexError> {
        let table = Table::read(bytes.as_ref())?;
        Ok(Self { bytes, table })
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// Number of groups; ids are `0..group_count()`.
    pub fn group_count(&self) -> u32 {
        self.view().group_count()
    }

    /// Number of groups with a record that is not withdrawn.
    pub fn known(&self) -> u32 {
        self.view().known()
    }

    /// One group; `None` for an id out of range or damaged bytes.
    pub fn group(&self, id: u32) -> Option<Group<'_>> {
        self.view().group(id)
    }

    /// What a line shows of a group; `None` as in [`Index::group`].
    pub fn headline(&self, id: u32) -> Option<Headline<'_>> {
        self.view().headline(id)
    }

    /// Shown name of a group, without the rest.
    pub fn name(&self, id: u32) -> Option<&str> {
        self.view().group_name(id)
    }

    /// The group of a name in any case; for an advisory that names several, the first.
    pub fn find(&self, name: &str) -> Option<u32> {
        let (found, group) = self.view().names_from(name).next()?;
        found.eq_ignore_ascii_case(name).then_some(group)
    }

    /// All groups that a name stands for, sorted: one for an alias, several for an advisory.
    pub fn find_all(&self, name: &str) -> Vec<u32> {
        let names = self.view().names_from(name);
        let mut groups: Vec<u32> =
            names.take_while(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, group)| group).collect();
        groups.dedup();
        groups
    }

    /// Up to `limit` names that start with `prefix` (any case), with their group.
    pub fn search_names(&self, prefix: &str, limit: usize) -> Vec<(&str, u32)> {
        let starts =
            |name: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        self.view().names_from(prefix).take_while(|(name, _)| starts(name)).take(limit).collect()
    }

    /// What the loaded sources cover, sorted.
    pub fn coverage(&self) -> Vec<Coverage> {
        self.view().coverage_list()
    }

    /// Product keys that the records of a group speak of.
    pub fn products(&self, group: u32) -> Vec<&str> {
        let view = self.view();
        view.group_keys(group).filter_map(|key| view.key_text(key)).collect()
    }

    pub(crate) fn view(&self) -> View<'_> {
        View::new(self.bytes.as_ref(), &self.table)
    }
}
