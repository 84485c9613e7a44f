//! A sweep and its receipt: what was compared with what, and how the sum closes for each release.

use crate::{
    audience::Audience,
    id::{InventoryId, ReleaseId, SweepId, VulnerabilityId},
};

/// What a sweep compares, and who may know of it. A portfolio's part is the need-to-know label of its releases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// The public corpus, or the private one of a label.
    pub corpus: Audience,
    /// Label of the entry and of the rows.
    pub audience: Audience,
}

impl Scope {
    /// A corpus with all that it is compared with as a whole: the public one with what everybody may know, a private one
    /// with that and what bears its label.
    #[must_use]
    pub fn of(corpus: &Audience) -> Self {
        Self { corpus: corpus.clone(), audience: corpus.clone() }
    }

    /// The public corpus with what bears a label.
    #[must_use]
    pub fn labelled(label: &Audience) -> Self {
        Self { corpus: Audience::general(), audience: label.clone() }
    }

    /// Whether it is of one label's part of the portfolio alone.
    #[must_use]
    pub fn is_labelled_part(&self) -> bool {
        self.corpus != self.audience
    }

    /// Whether releases of this label are among what is compared. Another label's never are: of two labels no entry tells.
    #[must_use]
    pub fn takes(&self, label: &Audience) -> bool {
        *label == self.audience || (label.is_general() && !self.corpus.is_general())
    }
}

/// A finished sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// Id.
    pub id: SweepId,
    /// Snapshot of the corpus.
    pub snapshot: String,
    /// Engine version.
    pub engine: String,
    /// Inventories swept.
    pub inventories: i64,
    /// Distinct components assessed.
    pub components: i64,
    /// Verdict rows opened.
    pub opened: i64,
    /// Verdict rows closed.
    pub closed: i64,
    /// SHA-256 (hex) of the open verdicts in canonical order (no ids, times or snapshot in it).
    pub result: String,
    /// Event time: when it began, RFC 3339.
    pub started_at: String,
    /// Event time: when it ended, RFC 3339.
    pub ended_at: String,
}

/// What a sweep counted for one release; the buckets that do not hang on decisions. Counted by independent paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Sweep.
    pub sweep: SweepId,
    /// Release.
    pub release: ReleaseId,
    /// Inventory it was counted over.
    pub inventory: InventoryId,
    /// Known vulnerabilities, withdrawn ones apart.
    pub known: i64,
    /// Matched (in range or undecided).
    pub matched: i64,
    /// Excluded by an explicit statement.
    pub statement: i64,
    /// Patched.
    pub fixed: i64,
    /// Another version.
    pub version: i64,
    /// No such component.
    pub no_such_component: i64,
    /// The record names no usable product.
    pub not_assessable: i64,
    /// Components in all.
    pub components: i64,
    /// Components assessed by class A to D.
    pub class_a: i64,
    /// Class B.
    pub class_b: i64,
    /// Class C.
    pub class_c: i64,
    /// Class D.
    pub class_d: i64,
    /// Components with something undecided.
    pub undecided: i64,
    /// Components without usable identity or source: the blind spots.
    pub blind_spots: i64,
}

/// Where a vulnerability that somebody decided on falls in a release by the machine's word. A signature takes it out of that
/// bucket, so the bucket has to be on record for what no open verdict shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Release.
    pub release: ReleaseId,
    /// The vulnerability as it was decided on.
    pub vulnerability: VulnerabilityId,
    /// Shown name of the alias group it is part of now; two decided vulnerabilities of one group are counted once.
    pub shown: String,
    /// The bucket.
    pub bucket: Bucket,
    /// Need-to-know label of the decision.
    pub audience: Audience,
}

/// The machine's buckets of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bucket {
    /// In range or undecided, under another vulnerability of the record.
    Matched,
    /// Excluded by an explicit statement.
    Statement,
    /// Patched.
    Fixed,
    /// Another version.
    Version,
    /// The record names no usable product.
    NotAssessable,
    /// No such component.
    NoSuchComponent,
    /// Withdrawn, or unknown to the corpus: part of no sum.
    NotKnown,
}

impl Bucket {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Matched,
        Self::Statement,
        Self::Fixed,
        Self::Version,
        Self::NotAssessable,
        Self::NoSuchComponent,
        Self::NotKnown,
    ];

    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Statement => "statement",
            Self::Fixed => "fixed",
            Self::Version => "version",
            Self::NotAssessable => "not_assessable",
            Self::NoSuchComponent => "no_such_component",
            Self::NotKnown => "not_known",
        }
    }

    /// The bucket of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bucket| bucket.as_str() == word)
    }
}
