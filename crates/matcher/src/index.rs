//! The index: bytes derived from records, opened in microseconds, every offset checked when it is followed.
use crate::record::{Epss, Kev, Record, Source};

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
    #[error("not an aftercare index; rebuild it with `aftercare feeds import`")]
    Magic,
    /// An index of another version.
    #[error(
        "the index has version {found}, this program reads {expected}; rebuild it with `aftercare feeds import`"
    )]
    Version {
        /// In the bytes.
        found: u32,
        /// Read by this program.
        expected: u32,
    },
    /// The length or the section table is wrong.
    #[error("the index is damaged ({what}); rebuild it with `aftercare feeds import`")]
    Damaged {
        /// Which part.
        what: &'static str,
    },
}

/// Collects records and writes the index.
#[derive(Debug, Default)]
pub struct Builder {}

impl Builder {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
    /// Takes in one record. Of several with the same (source, id) the one with the latest `modified` stays, then the
    /// greatest locator.
    pub fn add(&mut self, _record: &Record, _locator: Locator) {}
    /// Takes in one EPSS score.
    pub fn score(&mut self, _epss: &Epss) {}
    /// Takes in one KEV entry.
    pub fn kev(&mut self, _kev: &Kev) {}
    /// Takes in what a source covers.
    pub fn covers(&mut self, _coverage: Coverage) {}
    /// Writes the index: the same bytes for the same records in any order.
    pub fn finish(self) -> Vec<u8> {
        Vec::new()
    }
}

/// An opened index over borrowed, owned or mapped bytes.
#[derive(Debug)]
pub struct Index<B> {
    bytes: B,
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
    /// Checks magic, version, length and section table only.
    pub fn open(bytes: B) -> Result<Self, IndexError> {
        Ok(Self { bytes })
    }
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }
    /// Number of groups; ids are `0..group_count()`.
    pub fn group_count(&self) -> u32 {
        0
    }
    /// Number of groups with a record that is not withdrawn.
    pub fn known(&self) -> u32 {
        0
    }
    /// One group; `None` for an id out of range or damaged bytes.
    pub fn group(&self, _id: u32) -> Option<Group<'_>> {
        None
    }
    /// Shown name of a group, without the rest.
    pub fn name(&self, _id: u32) -> Option<&str> {
        None
    }
    /// The group of a name in any case; for an advisory that names several, the first.
    pub fn find(&self, _name: &str) -> Option<u32> {
        None
    }
    /// All groups that a name stands for, sorted: one for an alias, several for an advisory.
    pub fn find_all(&self, _name: &str) -> Vec<u32> {
        Vec::new()
    }
    /// Up to `limit` names that start with `prefix` (any case), with their group.
    pub fn search_names(&self, _prefix: &str, _limit: usize) -> Vec<(&str, u32)> {
        Vec::new()
    }
    /// What the loaded sources cover, sorted.
    pub fn coverage(&self) -> Vec<Coverage> {
        Vec::new()
    }
    /// Product keys that the records of a group speak of.
    pub fn products(&self, _group: u32) -> Vec<&str> {
        Vec::new()
    }
}
