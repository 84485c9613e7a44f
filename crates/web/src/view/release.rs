//! One release: could anything warn us about its parts, does its account close, what changed, where its units are.

use askama::Template;

use super::bar::Bar;
use super::build_evidence::BuildEvidenceCard;
use super::chip::Chip;
use super::count::{Count, Link};
use super::empty::Empty;
use super::impact::Countries;
use super::inbox::Pager;
use super::queue::QueueRow;
use super::shell::Shell;
use super::sum::Sum;
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "release.html")]
pub struct ReleasePage {
    pub shell: Shell,
    /// "Corva 4.2"
    pub name: String,
    /// "Corva 4 infusion pump", "fielded since Mar 2025": joined by a middle dot.
    pub meta: Vec<String>,
    pub units: Count,
    pub sites: Count,
    pub chips: Vec<Chip>,
    pub inventory: Option<Inventory>,
    /// What stands there without an inventory.
    pub no_inventory: Empty,
    pub account: Option<Sum>,
    /// Most harmful open groups of this release.
    pub open: Vec<QueueRow>,
    pub open_total: Count,
    pub build_evidence: BuildEvidenceCard,
    pub changes: Option<Changes>,
    pub countries: Countries,
    /// Sites with most units first; not all of them.
    pub fielded: Vec<FieldedSite>,
}

#[derive(Debug, Clone)]
pub struct FieldedSite {
    pub name: String,
    pub country: String,
    pub units: Count,
}

/// What reading a document lost or doubted.
#[derive(Debug, Clone)]
pub struct ReadingIssue {
    /// Where in the document.
    pub place: String,
    pub text: String,
}

#[derive(Debug, Clone)]
pub struct Inventory {
    /// "CycloneDX 1.6, received Thu 5 Nov 2026"
    pub words: String,
    /// The original bytes.
    pub download: Link,
    /// What reading it lost or doubted.
    pub issues: Count,
    /// "94.2%"
    pub share: String,
    pub coverage: Bar,
    pub blind_spots: Vec<BlindSpot>,
    pub blind_total: Count,
    /// To what they may be.
    pub proposals: Link,
    pub search: String,
    pub components: Vec<ComponentRow>,
    pub pager: Pager,
    /// Listed when they are asked for.
    pub reading_issues: Vec<ReadingIssue>,
}

#[derive(Debug, Clone)]
pub struct BlindSpot {
    pub component: String,
    pub note: Option<String>,
    /// Dependency path or place.
    pub place: String,
    pub why: String,
}

#[derive(Debug, Clone)]
pub struct ComponentRow {
    pub name: String,
    pub identity: Option<String>,
    pub version: Option<String>,
    pub supplier: Option<String>,
    /// "exact identity, 5 sources"; `None`: nothing watches it.
    pub watched: Option<String>,
    /// "Tue 9 Jan 2029": the maker's support of this edition ends.
    pub supported_until: Option<String>,
    pub open: Count,
}

/// The difference to the parent release.
#[derive(Debug, Clone)]
pub struct Changes {
    pub parent: String,
    pub rows: Vec<Change>,
    pub more: u64,
    pub unchanged: u64,
}

#[derive(Debug, Clone)]
pub enum Change {
    Added { name: String, version: String, consequence: String },
    Removed { name: String, version: String, consequence: String },
    Changed { name: String, from: String, to: String, consequence: String },
}

impl ReleasePage {
    /// A moment that has passed offers no acts.
    fn evidence_card(&self) -> BuildEvidenceCard {
        let card = self.build_evidence.clone();
        if self.shell.acting() { card } else { BuildEvidenceCard { form: None, ..card } }
    }

    fn meta_line(&self) -> String {
        self.meta.join(" · ")
    }
}
