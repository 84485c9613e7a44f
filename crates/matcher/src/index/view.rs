//! Reading an index: every offset is checked when it is followed, so damaged bytes give `None` and never more.
//!
//! Owned here: sections, strings, keys, statements, spans and positions. The groups are in `group`.

use component::version::Scheme;

use super::{
    IndexError,
    intern::hash,
    layout::{HEADER, MAGIC, SECTIONS, Section, TRAILER, VERSION, span as span_bit, statement as bit, width},
};

/// The sections of an index that was opened.
#[derive(Clone, Debug)]
pub(super) struct Table {
    sections: [(usize, usize); SECTIONS],
}

impl Table {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, IndexError> {
        let damaged = |what| IndexError::Damaged { what };
        if !bytes.starts_with(MAGIC) {
            return Err(IndexError::Magic);
        }
        let version = word(bytes, 8).ok_or(damaged("header"))?;
        if version != VERSION {
            return Err(IndexError::Version { found: version, expected: VERSION });
        }
        if word(bytes, 12) != Some(SECTIONS as u32) {
            return Err(damaged("header"));
        }
        let end = bytes.len().checked_sub(TRAILER).filter(|end| *end >= HEADER).ok_or(damaged("length"))?;
        let trailer = &bytes[end..];
        if long(trailer, SECTIONS * 16) != Some(bytes.len() as u64) {
            return Err(damaged("length"));
        }
        let mut sections = [(0, 0); SECTIONS];
        for (at, section) in sections.iter_mut().enumerate() {
            let offset = long(trailer, at * 16).ok_or(damaged("section table"))?;
            let length = long(trailer, at * 16 + 8).ok_or(damaged("section table"))?;
            let last = offset.checked_add(length).filter(|last| *last <= end as u64);
            let last = last.ok_or(damaged("section table"))?;
            *section = (offset as usize, last as usize);
        }
        Ok(Self { sections })
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// Borrowed bytes and their sections; cheap to copy about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    bytes: &'a [u8],
    table: &'a Table,
}

/// A statement as the hot loop reads it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StatementRow {
    /// Its place in the section: names it in [`VerdictCore`](crate::assess::VerdictCore).
    pub(crate) at: u32,
    pub(crate) group: u32,
    pub(crate) flags: u32,
    /// First span, or what stands for an only exact version.
    pub(crate) place: u32,
    pub(crate) detail: u32,
}

impl StatementRow {
    pub(crate) fn scheme_row(&self) -> usize {
        (self.flags >> bit::SCHEME_SHIFT & bit::SCHEME) as usize
    }

    /// The span that an only exact version would have.
    pub(crate) fn only_version(&self) -> SpanRow {
        let shape = self.flags >> bit::VERSION_SHAPE_SHIFT & span_bit::SHAPE;
        let mut flags = self.flags >> bit::VERSION_STATUS_SHIFT & span_bit::STATUS
            | 1 << span_bit::LOWER_SHIFT
            | 1 << span_bit::UPPER_SHIFT
            | span_bit::EXACT
            | span_bit::OF_ROW
            | shape << span_bit::LOWER_SHAPE_SHIFT
            | shape << span_bit::UPPER_SHAPE_SHIFT;
        if self.flags & bit::VERSION_INVALID != 0 {
            flags |= span_bit::INVALID;
        }
        SpanRow { lower: self.place, upper: self.place, flags, at: self.detail }
    }
}

/// A span as the hot loop reads it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpanRow {
    pub(crate) lower: u32,
    pub(crate) upper: u32,
    pub(crate) flags: u32,
    /// Its place in the section; of one that was made from its statement's row, the detail.
    at: u32,
}

/// What only evidence and narrowing need of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DetailRow<'a> {
    pub(crate) pointer: u32,
    pub(crate) fixed_in: u32,
    pub(crate) qualifiers: u32,
    pub(crate) condition: u32,
    pub(crate) record: u32,
    version: u32,
    pub(crate) digest: &'a [u8],
}

/// Narrowing attributes; empty = not narrowed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Narrowing<'a> {
    pub(crate) update: &'a str,
    pub(crate) edition: &'a str,
    pub(crate) target_sw: &'a str,
    pub(crate) target_hw: &'a str,
    pub(crate) program_files: u32,
    pub(crate) modules: u32,
    /// List of `name=value` that the part's package URL must carry.
    pub(crate) purl: u32,
    pub(crate) remedies: u32,
    /// Why a supplier excludes it.
    pub(crate) reason: &'a str,
}

impl<'a> View<'a> {
    pub(super) fn new(bytes: &'a [u8], table: &'a Table) -> Self {
        Self { bytes, table }
    }

    pub(super) fn section(self, section: Section) -> &'a [u8] {
        let (start, end) = self.table.sections[section as usize];
        self.bytes.get(start..end).unwrap_or_default()
    }

    pub(super) fn row<const WIDTH: usize>(self, section: Section, at: u32) -> Option<&'a [u8; WIDTH]> {
        self.section(section).get((at as usize).checked_mul(WIDTH)?..)?.first_chunk()
    }

    /// A string by its number; the empty one is 0 and is not looked for.
    pub(crate) fn text(self, number: u32) -> &'a str {
        if number == 0 { "" } else { self.try_text(number).unwrap_or_default() }
    }

    fn try_text(self, number: u32) -> Option<&'a str> {
        let text = self.slice(Section::StringEnds, Section::StringBytes, number)?;
        std::str::from_utf8(text).ok()
    }

    /// Element `number` of a section of bytes that a section of ends cuts up.
    fn slice(self, ends: Section, bytes: Section, number: u32) -> Option<&'a [u8]> {
        let ends = self.section(ends);
        let end = word(ends, number as usize * 4)?;
        let start = match number.checked_sub(1) {
            Some(before) => word(ends, before as usize * 4)?,
            None => 0,
        };
        self.section(bytes).get(start as usize..end as usize)
    }

    /// A list of numbers.
    pub(crate) fn list(self, offset: u32) -> impl Iterator<Item = u32> + 'a {
        let words = self.section(Section::Lists);
        let at = offset as usize * 4;
        let count = word(words, at).unwrap_or(0) as usize;
        let list = words.get(at + 4..).and_then(|rest| rest.get(..count.checked_mul(4)?)).unwrap_or_default();
        list.chunks_exact(4).filter_map(|chunk| word(chunk, 0))
    }

    /// The number of a product key.
    pub(crate) fn key(self, key: &str) -> Option<u32> {
        let table = self.section(Section::KeyTable);
        let slots = table.len() / width::KEY_SLOT;
        if !slots.is_power_of_two() {
            return None;
        }
        let hash = hash(key);
        let mut slot = hash as usize & (slots - 1);
        for _ in 0..slots {
            let number = word(table, slot * width::KEY_SLOT + 4)?.checked_sub(1)?;
            let tag = word(table, slot * width::KEY_SLOT)?;
            if tag == (hash >> 32) as u32 && self.key_text(number)? == key {
                return Some(number);
            }
            slot = (slot + 1) & (slots - 1);
        }
        None
    }

    pub(crate) fn key_count(self) -> u32 {
        (self.section(Section::Keys).len() / width::KEY) as u32
    }

    pub(crate) fn key_text(self, key: u32) -> Option<&'a str> {
        let row = self.row::<{ width::KEY }>(Section::Keys, key)?;
        self.try_text(word(row, 0)?)
    }

    /// The statements about a product, sorted by (group, record, position in the record).
    pub(crate) fn statements(self, key: u32) -> Statements<'a> {
        let range = || {
            let first = word(self.row::<{ width::KEY }>(Section::Keys, key)?, 4)?;
            let end = word(self.row::<{ width::KEY }>(Section::Keys, key.checked_add(1)?)?, 4)?;
            let rows = self.section(Section::Statements);
            rows.get(first as usize * width::STATEMENT..end as usize * width::STATEMENT)
                .map(|rows| (first, rows))
        };
        let (at, rows) = range().unwrap_or((0, &[]));
        Statements { at, rows }
    }

    /// The statements about a product in one group.
    pub(crate) fn statements_of(self, key: u32, group: u32) -> impl Iterator<Item = StatementRow> + 'a {
        let mut statements = self.statements(key);
        let count = statements.rows.len() / width::STATEMENT;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = (low + high) / 2;
            match word(statements.rows, middle * width::STATEMENT) {
                Some(found) if found < group => low = middle + 1,
                _ => high = middle,
            }
        }
        statements.at += low as u32;
        statements.rows = statements.rows.get(low * width::STATEMENT..).unwrap_or_default();
        statements.take_while(move |statement| statement.group == group)
    }

    pub(crate) fn statement(self, at: u32) -> Option<StatementRow> {
        self.row::<{ width::STATEMENT }>(Section::Statements, at).map(|row| statement_row(at, row))
    }

    /// The spans of a statement.
    pub(crate) fn spans(self, statement: &StatementRow) -> Spans<'a> {
        let only = (statement.flags & bit::ONE_VERSION != 0).then(|| statement.only_version());
        let rows = if statement.flags & (bit::ONE_VERSION | bit::NO_SPANS) == 0 {
            self.section(Section::Spans).get(statement.place as usize * width::SPAN..).unwrap_or_default()
        } else {
            &[]
        };
        Spans { only, at: statement.place, rows }
    }

    /// The bounds of a span as the source writes them; empty where it is open.
    pub(crate) fn bounds(self, span: &SpanRow) -> (&'a str, &'a str) {
        if span.flags & span_bit::OF_ROW != 0 {
            let version = self.detail(span.at).map_or("", |detail| self.text(detail.version));
            return (version, version);
        }
        self.row::<{ width::SPAN_TEXTS }>(Section::SpanTexts, span.at).map_or(("", ""), |row| {
            (self.text(word(row, 0).unwrap_or(0)), self.text(word(row, 4).unwrap_or(0)))
        })
    }

    pub(crate) fn detail(self, detail: u32) -> Option<DetailRow<'a>> {
        let row = self.row::<{ width::DETAIL }>(Section::Details, detail)?;
        Some(DetailRow {
            pointer: word(row, 0)?,
            fixed_in: word(row, 4)?,
            qualifiers: word(row, 8)?,
            condition: word(row, 12)?,
            record: word(row, 16)?,
            version: word(row, 20)?,
            digest: &row[24..],
        })
    }

    /// Narrowing attributes by their number + 1.
    pub(crate) fn narrowing(self, number: u32) -> Option<Narrowing<'a>> {
        let row = self.row::<{ width::QUALIFIERS }>(Section::Qualifiers, number.checked_sub(1)?)?;
        Some(Narrowing {
            update: self.text(word(row, 0)?),
            edition: self.text(word(row, 4)?),
            target_sw: self.text(word(row, 8)?),
            target_hw: self.text(word(row, 12)?),
            program_files: word(row, 16)?,
            modules: word(row, 20)?,
            purl: word(row, 24)?,
            remedies: word(row, 28)?,
            reason: self.text(word(row, 32)?),
        })
    }

    /// One word of the condition trees.
    pub(crate) fn condition_word(self, at: usize) -> Option<u32> {
        word(self.section(Section::Conditions), at.checked_mul(4)?)
    }

    /// The scheme in a row of the table of schemes.
    pub(crate) fn scheme(self, row: usize) -> Option<Scheme> {
        let row = self.row::<{ width::SCHEME }>(Section::Schemes, u32::try_from(row).ok()?)?;
        Scheme::from_name(self.text(word(row, 0)?))
    }

    /// Where a version key stands among the bounds of a scheme: odd = it is one of them, even = between two.
    pub(crate) fn position(self, scheme_row: usize, key: &[u8]) -> Option<u32> {
        let row = self.row::<{ width::SCHEME }>(Section::Schemes, u32::try_from(scheme_row).ok()?)?;
        let (first, count) = (word(row, 4)?, word(row, 8)?);
        let mut prefix = [0; 8];
        let length = key.len().min(8);
        prefix[..length].copy_from_slice(&key[..length]);
        let prefix = u64::from_be_bytes(prefix);
        let prefixes = self.section(Section::VersionPrefixes);
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            let at = first.checked_add(middle)?;
            let order = match long(prefixes, at as usize * 8)?.cmp(&prefix) {
                std::cmp::Ordering::Equal => {
                    self.slice(Section::VersionEnds, Section::VersionBytes, at)?.cmp(key)
                }
                decided => decided,
            };
            match order {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return middle.checked_mul(2)?.checked_add(1),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        low.checked_mul(2)
    }
}

fn statement_row(at: u32, row: &[u8; width::STATEMENT]) -> StatementRow {
    let word = |offset: usize| word(row, offset).unwrap_or(0);
    StatementRow { at, group: word(0), flags: word(4), place: word(8), detail: word(12) }
}

/// Iterates rows of statements.
#[derive(Clone, Debug)]
pub(crate) struct Statements<'a> {
    at: u32,
    rows: &'a [u8],
}

impl Iterator for Statements<'_> {
    type Item = StatementRow;

    fn next(&mut self) -> Option<StatementRow> {
        let (row, rest) = self.rows.split_first_chunk::<{ width::STATEMENT }>()?;
        let statement = statement_row(self.at, row);
        self.rows = rest;
        self.at = self.at.wrapping_add(1);
        Some(statement)
    }
}

/// Iterates the spans of a statement.
#[derive(Clone, Debug)]
pub(crate) struct Spans<'a> {
    only: Option<SpanRow>,
    at: u32,
    /// From the next one on; the last is marked.
    rows: &'a [u8],
}

impl Iterator for Spans<'_> {
    type Item = SpanRow;

    fn next(&mut self) -> Option<SpanRow> {
        let Some((row, rest)) = self.rows.split_first_chunk::<{ width::SPAN }>() else {
            return self.only.take();
        };
        let word = |offset: usize| word(row, offset).unwrap_or(0);
        let span = SpanRow { lower: word(0), upper: word(4), flags: word(8), at: self.at };
        self.rows = if span.flags & span_bit::LAST == 0 { rest } else { &[] };
        self.at = self.at.wrapping_add(1);
        Some(span)
    }
}
