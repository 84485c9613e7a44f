//! The card of build evidence on the page of a release: what stands, what it excludes, what a person has to look at, and the
//! form that attaches a file.

use askama::Template;

use super::count::{Count, Link};
use super::field::Problems;
use super::{filters, words};

#[derive(Debug, Clone, Template)]
#[template(path = "parts/build_evidence.html")]
pub struct BuildEvidenceCard {
    pub rows: Vec<EvidenceRow>,
    /// Vulnerabilities that it excludes.
    pub excluded: Count,
    /// Those that a person has to look at one by one.
    pub one_by_one: u64,
    /// What has to be looked at first; not all of it.
    pub lines: Vec<ExcludedRow>,
    /// Where forms go; none for who may not attach anything, and for moments that have passed.
    pub form: Option<EvidenceForm>,
}

#[derive(Debug, Clone)]
pub struct EvidenceRow {
    pub id: String,
    /// "kernel configuration"
    pub kind: &'static str,
    /// "3,412 options, 2 reading issues"
    pub size: String,
    /// The original file.
    pub file: Link,
    /// "sha256:1f2e3d4c…"
    pub image: String,
    /// "zlib"; none = the Linux kernel, or the whole image.
    pub subject: Option<String>,
    /// For people alone: no verdict is settled by it.
    pub for_people: bool,
}

#[derive(Debug, Clone)]
pub struct ExcludedRow {
    /// Leads to the explanation.
    pub vulnerability: Link,
    pub component: String,
    /// Why it cannot be accepted in one go.
    pub one_by_one: Option<&'static str>,
}

/// The form as it was sent.
#[derive(Debug, Clone, Default)]
pub struct EvidenceForm {
    pub form_token: String,
    /// `/releases/corva-4@4.2/evidence`
    pub action: String,
    pub kind: String,
    pub image: String,
    pub subject: String,
    pub problems: Problems,
    /// What belongs to no field.
    pub refused: Option<String>,
}

impl askama::filters::HtmlSafe for BuildEvidenceCard {}

impl EvidenceForm {
    /// The kinds that are offered: stable word, and words for a person.
    const KINDS: [(&'static str, &'static str); 4] = [
        ("kernel-config", "Kernel configuration (.config)"),
        ("compiled-files", "Files that were compiled"),
        ("facts", "Configuration facts (key=value)"),
        ("open-ports", "Open ports (lines of a scan)"),
    ];

    fn kinds(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        Self::KINDS.into_iter().map(|(word, shown)| (word, shown, word == self.kind))
    }
}
