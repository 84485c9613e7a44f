//! A vulnerability with its open findings over all releases, and the grouping of one moment. How it is computed is in `watch`.

use domain::id::ReleaseId;
use serde::Serialize;

use crate::cvss::Cvss;

/// The grouping of one moment for one circle of viewers.
pub struct Groups {
    pub(crate) sequence: i64,
    pub(crate) audiences: Vec<String>,
    pub(crate) list: Vec<FindingGroup>,
}

/// A vulnerability with open findings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FindingGroup {
    /// Id in the record.
    pub vulnerability: String,
    /// Shown name.
    pub shown: String,
    /// One line in the source's words.
    pub summary: String,
    /// `in_range` when one component of one release is, else `undecided`.
    pub verdict: &'static str,
    /// The firmest class among them.
    pub class: Option<String>,
    /// Releases with an open finding.
    pub releases: u64,
    /// Of these, with a signed decision.
    pub releases_decided: u64,
    /// Distinct components.
    pub components: u64,
    /// Units of these releases.
    pub units: i64,
    /// In the catalogue of exploited vulnerabilities.
    pub kev: bool,
    /// When it entered that catalogue, ISO date; `Some(None)` = it is not in it; none = no catalogue.
    #[serde(skip)]
    pub exploited: Option<Option<String>>,
    /// Probability of exploitation, 0 to 1.
    pub epss: Option<f64>,
    /// Base score.
    pub cvss: Option<Cvss>,
    /// When it was first published.
    pub published: Option<String>,
    /// The ledger entry of its newest verdict.
    pub since: i64,
    /// Products with an exposed release, by id.
    #[serde(skip)]
    pub release_ids: Vec<ReleaseId>,
}
