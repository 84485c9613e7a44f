//! What is known about attackers of a flaw: exploitation seen, its likelihood, the base score. From the corpora in force now, the public one
//! first.

use domain::person::Permission;

use crate::{
    App, AppError, Viewer,
    cvss::{Cvss, cvss_of},
};

/// What the corpus says of a flaw beside its products.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Threat {
    /// Since which day it is in the catalogue of exploited vulnerabilities, ISO date.
    pub kev_since: Option<String>,
    /// Probability of exploitation, 0 to 1.
    pub epss: Option<f64>,
    /// Base score.
    pub cvss: Option<Cvss>,
    /// When it was first published, RFC 3339.
    pub published: Option<String>,
}

/// The threat of a flaw by any of its names; none when the corpus has no such name, or there is no corpus.
pub fn threat(app: &App, viewer: &Viewer, name: &str) -> Result<Option<Threat>, AppError> {
    viewer.require(Permission::Read)?;
    let corpora = app.corpora(viewer)?;
    let found = corpora.iter().find_map(|corpus| corpus.index.group(corpus.index.find(name)?));
    Ok(found.map(|group| Threat {
        kev_since: group.kev.as_ref().map(|kev| kev.added.to_owned()),
        epss: group.epss.map(|epss| f64::from(epss.probability_ppm) / 1_000_000.0),
        cvss: cvss_of(&group),
        published: group.published.map(str::to_owned),
    }))
}
