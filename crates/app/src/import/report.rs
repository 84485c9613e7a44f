//! What an import tells: the account of every record, by source. The CLI and the API write it as JSON.

use std::collections::BTreeMap;

use feeds::{FileReport, Issue};
use serde::{Serialize, Serializer};

/// Issues kept in a report; the counts go on beyond it.
const ISSUES_KEPT: usize = 2_000;
/// The row for files that no source can be named for.
pub(super) const OTHER: &str = "other";

/// The account of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// The snapshot in force afterwards.
    pub snapshot: String,
    /// By name; a list in JSON.
    #[serde(serialize_with = "rows")]
    pub sources: BTreeMap<String, SourceReport>,
    /// What was refused and what is wrong with records that were taken, the first of them.
    pub issues: Vec<ImportIssue>,
    /// How many issues in all.
    pub issues_total: u64,
    /// Files given.
    pub files: u64,
    /// Files that were taken in before and left alone now.
    pub files_known: u64,
}

/// One source's part. `read` = new + changed + unchanged + superseded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// `nvd`, `osv:Go`; `other` for files that no source can be named for.
    pub source: String,
    /// Files with something of it.
    pub files: u64,
    /// Records read.
    pub read: u64,
    /// Not known before.
    pub new: u64,
    /// Known with other content.
    pub changed: u64,
    /// Known with the same content.
    pub unchanged: u64,
    /// Another copy stays.
    pub superseded: u64,
    /// Not taken, see the issues.
    pub refused: u64,
    /// Files or members of a kind that is not read.
    pub not_read: u64,
}

/// Something that is wrong with the input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportIssue {
    /// `path!member#pointer`.
    pub location: String,
    /// Record, where it has an id.
    pub record: Option<String>,
    /// Stable word.
    pub code: String,
    /// For a person.
    pub text: String,
    /// The record or file was not taken.
    pub refused: bool,
}

impl ImportReport {
    /// Nothing was refused.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.sources.values().all(|source| source.refused == 0)
    }

    /// Nothing new was there to take in.
    #[must_use]
    pub fn did_nothing(&self) -> bool {
        self.files_known == self.files && self.sources.values().all(|s| s.new + s.changed == 0)
    }

    pub(super) fn source(&mut self, name: &str) -> &mut SourceReport {
        self.sources
            .entry(name.to_owned())
            .or_insert_with(|| SourceReport { source: name.to_owned(), ..SourceReport::default() })
    }

    pub(super) fn issue(&mut self, issue: ImportIssue) {
        self.issues_total += 1;
        if self.issues.len() < ISSUES_KEPT {
            self.issues.push(issue);
        }
    }

    /// Takes over a file's issues and what was left alone in it.
    pub(super) fn take(&mut self, file: &FileReport) {
        let issue = |issue: &Issue, refused| ImportIssue {
            location: issue.location.clone(),
            record: issue.record.clone(),
            code: issue.code.as_str().to_owned(),
            text: issue.text.clone(),
            refused,
        };
        file.refused.iter().for_each(|refused| self.issue(issue(refused, true)));
        file.issues.iter().for_each(|noted| self.issue(issue(noted, false)));
        self.issues_total += file.refused_total.saturating_sub(file.refused.len() as u64);
        self.issues_total += file.issues_total.saturating_sub(file.issues.len() as u64);
        for not_read in &file.not_read {
            self.issue(ImportIssue {
                location: not_read.example.clone(),
                record: None,
                code: "not_read".to_owned(),
                text: format!("not read: {} ({} of them)", not_read.reason, not_read.files),
                refused: false,
            });
        }
    }
}

fn rows<S: Serializer>(sources: &BTreeMap<String, SourceReport>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(sources.values())
}
