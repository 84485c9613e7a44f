//! The CVSS base score that is shown for a vulnerability.

use matcher::index::Group;
use serde::Serialize;

/// A CVSS base score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cvss {
    /// 0.0 to 10.0.
    pub score: f64,
    /// Vector string.
    pub vector: String,
    /// `3.1`.
    pub version: String,
}

/// The base score of a group.
#[must_use]
pub fn cvss_of(group: &Group<'_>) -> Option<Cvss> {
    group.cvss.map(shown)
}

/// A base score of the index as it is shown.
pub(crate) fn shown(cvss: matcher::index::Cvss<'_>) -> Cvss {
    Cvss {
        score: f64::from(cvss.tenths) / 10.0,
        vector: cvss.vector.to_owned(),
        version: cvss.version.to_owned(),
    }
}
