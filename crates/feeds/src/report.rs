//! What reading one input gives back: items for the sink, and a report that accounts for every record.
//!
//! Not here: superseding (the newest copy stays) and the source's health; the caller decides both from these reports.

use std::collections::BTreeMap;
use std::path::PathBuf;

use matcher::record::{Epss, Kev, Record, Source};

/// Refusals and issues kept per file; the counts go on beyond it.
pub const ISSUES_KEPT: usize = 1_000;

/// One thing that an input holds.
#[derive(Debug)]
pub enum Item {
    /// A record about one vulnerability.
    Record(Box<Parsed>),
    /// One day of exploit-probability scores.
    Epss {
        /// RFC 3339 UTC time of the scores.
        date: String,
        /// Version of the model that gave them.
        model_version: String,
        /// The scores, in the order of the file.
        scores: Vec<Epss>,
    },
    /// One state of the catalogue of known exploited vulnerabilities.
    Kev {
        /// Version of the catalogue (`2026.01.29`).
        catalog_version: String,
        /// RFC 3339 UTC time of its release.
        released: String,
        /// Its entries.
        entries: Vec<Kev>,
        /// The catalogue's exact bytes.
        raw: Vec<u8>,
    },
}

/// A record with the bytes it was read from.
#[derive(Debug)]
pub struct Parsed {
    /// The normalised record; its pointers point into `raw`.
    pub record: Record,
    /// The record's exact JSON bytes.
    pub raw: Vec<u8>,
    /// `path!member#pointer`.
    pub location: String,
}

/// The form of an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// NVD 2.0: a yearly file, an API page or lines of records.
    Nvd,
    /// One NVD 2.0 record, as the overrides deliver it.
    NvdRecord,
    /// CVE record format 5.
    Cve5,
    /// Open Source Vulnerability format.
    Osv,
    /// Common Security Advisory Framework.
    Csaf,
    /// OpenVEX.
    OpenVex,
    /// CycloneDX with analysed vulnerabilities.
    CycloneDxVex,
    /// Catalogue of known exploited vulnerabilities.
    Kev,
    /// Exploit Prediction Scoring System.
    Epss,
    /// Nothing we read.
    #[default]
    Other,
}

/// Why a record or a part of it was not taken as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum IssueCode {
    /// The file or member cannot be read or decompressed to its end.
    Damaged,
    /// The text is not UTF-8.
    Encoding,
    /// Not JSON, or not of the shape its format demands.
    Malformed,
    /// A limit on size, count or expansion was passed.
    Limit,
    /// The record does not say what it is about.
    NoId,
    /// A U+0000 was replaced.
    NullReplaced,
    /// A time is not RFC 3339.
    Time,
    /// A CPE name does not parse.
    Cpe,
    /// A package URL or a package name does not parse.
    Package,
    /// A severity vector does not parse.
    Severity,
    /// A product that a statement is about is not defined, or by nothing that tells it apart.
    Product,
    /// The document is not for everybody, or not released.
    Restricted,
}

impl IssueCode {
    /// The word under which it is stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Encoding => "encoding",
            Self::Malformed => "malformed",
            Self::Limit => "limit",
            Self::NoId => "no_id",
            Self::NullReplaced => "null_replaced",
            Self::Time => "time",
            Self::Cpe => "cpe",
            Self::Package => "package",
            Self::Severity => "severity",
            Self::Product => "product",
            Self::Restricted => "restricted",
        }
    }
}

/// Something wrong with an input that is not ours to correct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// `path!member#pointer`; from a format's own parser only the pointer.
    pub location: String,
    /// The id of the record, where it has one.
    pub record: Option<String>,
    /// What kind of thing is wrong.
    pub code: IssueCode,
    /// What is wrong, for a person.
    pub text: String,
}

/// Files or members that were left alone, by reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRead {
    /// Why, for a person.
    pub reason: &'static str,
    /// How many files or members.
    pub files: u64,
    /// The first of them.
    pub example: String,
}

/// What one source got out of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Records given to the sink.
    pub read: u64,
    /// Records, or members that should have been records, that were refused.
    pub refused: u64,
}

/// The account of one input.
#[derive(Clone, Debug, Default)]
pub struct FileReport {
    /// The file.
    pub path: PathBuf,
    /// The form of what was read from it, by its first record.
    pub kind: Kind,
    /// The source of its first record.
    pub source: Option<Source>,
    /// Records given to the sink: vulnerability records, KEV entries, EPSS scores.
    pub read: u64,
    /// Records that were refused (the first [`ISSUES_KEPT`] of them).
    pub refused: Vec<Issue>,
    /// How many were refused in all.
    pub refused_total: u64,
    /// What was left alone, and why.
    pub not_read: Vec<NotRead>,
    /// What is wrong with records that were taken nevertheless (the first [`ISSUES_KEPT`]).
    pub issues: Vec<Issue>,
    /// How many issues in all.
    pub issues_total: u64,
    /// `read` and refused by source. A refusal in a file without any readable record counts for no source.
    pub by_source: BTreeMap<Source, Count>,
}

impl FileReport {
    /// An empty account of `path`.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, ..Self::default() }
    }

    /// Counts what was given to the sink.
    pub(crate) fn took(&mut self, kind: Kind, source: &Source, records: u64) {
        if self.source.is_none() {
            self.kind = kind;
            self.source = Some(source.clone());
        }
        self.read += records;
        match self.by_source.get_mut(source) {
            Some(count) => count.read += records,
            None => {
                self.by_source.insert(source.clone(), Count { read: records, refused: 0 });
            }
        }
    }

    /// Counts one refusal; `source` where it is known.
    pub(crate) fn refuse(&mut self, source: Option<&Source>, issue: Issue) {
        self.refused_total += 1;
        if let Some(source) = source {
            self.by_source.entry(source.clone()).or_default().refused += 1;
        }
        if self.refused.len() < ISSUES_KEPT {
            self.refused.push(issue);
        }
    }

    /// Notes what is wrong with a record that was taken.
    pub(crate) fn note(&mut self, issue: Issue) {
        self.issues_total += 1;
        if self.issues.len() < ISSUES_KEPT {
            self.issues.push(issue);
        }
    }

    /// Notes that a file or member was left alone.
    pub(crate) fn leave(&mut self, reason: &'static str, location: &str) {
        match self.not_read.iter_mut().find(|not_read| not_read.reason == reason) {
            Some(not_read) => not_read.files += 1,
            None => self.not_read.push(NotRead { reason, files: 1, example: location.to_owned() }),
        }
    }
}
