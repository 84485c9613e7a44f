//! Are we hit? Releases and units with a vulnerability, by component, decision and site.
//!
//! Conservative: a unit of an exposed product whose release is not known is counted until it is read. Not here: why something
//! is not listed (`explain`).

use std::collections::BTreeMap;

use domain::{
    id::{ProductId, ReleaseId, VulnerabilityId},
    ledger::AsOf,
    person::Permission,
    verdict::VerdictState,
    vulnerability::Vulnerability,
};
use serde::Serialize;
use store::{View, exposure::Exposure};

use crate::{App, AppError, Viewer, account::moment_of, corpus::Corpora};

/// The JSON of `exposed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExposedReport {
    /// Shown name.
    pub vulnerability: String,
    /// The moment it speaks of.
    pub as_of: String,
    /// By product and version.
    pub releases: Vec<ExposedRelease>,
    /// Units of these products whose release is not known.
    pub units_with_unknown_release: i64,
}

/// An exposed release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExposedRelease {
    /// Slug of the product.
    pub product: String,
    /// Version.
    pub release: String,
    /// Id of the release, for links.
    #[serde(skip)]
    pub release_id: ReleaseId,
    /// Name of the product.
    #[serde(skip)]
    pub product_name: String,
    /// `in_range` when one component is, else `undecided`.
    pub verdict: &'static str,
    /// The decision that stands; none = nobody has proposed anything.
    pub decision: Option<ExposedDecision>,
    /// What has it.
    pub components: Vec<ExposedComponent>,
    /// Where it is.
    pub units: ExposedUnits,
}

/// What somebody decided on an exposed release, or proposes to: the signed decision, else the newest that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExposedDecision {
    /// VEX status.
    pub status: String,
    /// `signed`; anything else is not in force: `proposed`, `carry_proposed`, `reopened`.
    pub state: String,
}

impl ExposedReport {
    /// The first release as `slug@version`; none when nothing is exposed.
    #[must_use]
    pub fn first(&self) -> Option<String> {
        self.releases.first().map(ExposedRelease::reference)
    }
}

impl ExposedRelease {
    /// `slug@version`.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("{}@{}", self.product, self.release)
    }

    /// VEX status of the signed decision.
    #[must_use]
    pub fn signed(&self) -> Option<&str> {
        self.decision.as_ref().filter(|one| one.state == "signed").map(|one| one.status.as_str())
    }
}

/// An exposed component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExposedComponent {
    /// Name.
    pub name: String,
    /// Version.
    pub version: Option<String>,
    /// Package URL.
    pub purl: Option<String>,
    /// Dependency path.
    pub path: Option<String>,
    /// Word.
    pub verdict: &'static str,
    /// `A` to `D`.
    pub class: Option<String>,
    /// Reason code.
    pub reason: String,
    /// Digest of the evidence.
    pub evidence: String,
}

/// Units of a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ExposedUnits {
    /// All.
    pub total: i64,
    /// By country and name; those at an unknown place last.
    pub by_site: Vec<UnitsAtSite>,
}

/// Units at a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitsAtSite {
    /// Name; none = place not known.
    pub site: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// How many.
    pub units: i64,
}

/// Lists what is exposed to a vulnerability, given by any of its names.
pub fn exposed(app: &App, viewer: &Viewer, as_of: AsOf, name: &str) -> Result<ExposedReport, AppError> {
    viewer.require(Permission::Read)?;
    let corpora = app.corpora(viewer)?;
    app.store.read(as_of, |view| exposed_in(view, viewer, &corpora, moment_of(app, as_of), name))
}

/// The same for a reader who stands at the moment `as_of` speaks of.
pub(crate) fn exposed_in(
    view: &View<'_>,
    viewer: &Viewer,
    corpora: &Corpora,
    as_of: String,
    name: &str,
) -> Result<ExposedReport, AppError> {
    let name = name.trim();
    let shown =
        corpora.iter().find_map(|corpus| corpus.index.name(corpus.index.find(name)?).map(str::to_owned));
    let mut found = find_vulnerabilities(view, viewer, name)?;
    if let (true, Some(shown)) = (found.is_empty(), &shown) {
        found = view.vulnerabilities_named(shown, &viewer.audiences)?;
    }
    let Some(vulnerability) = found.first() else {
        // Known to the corpus and matched by nothing is an answer; known to nobody is none.
        let vulnerability = shown.ok_or_else(|| AppError::not_found("vulnerability", name))?;
        return Ok(ExposedReport {
            vulnerability,
            as_of,
            releases: Vec::new(),
            units_with_unknown_release: 0,
        });
    };
    let (releases, units_with_unknown_release) = releases_of(view, viewer, &found)?;
    Ok(ExposedReport {
        vulnerability: vulnerability.shown.clone(),
        as_of,
        releases,
        units_with_unknown_release,
    })
}

/// The vulnerabilities of the record by any of their names, as written or in the usual capitals: one for each label that the
/// viewer holds, the public one first.
pub fn find_vulnerabilities(
    view: &View<'_>,
    viewer: &Viewer,
    name: &str,
) -> Result<Vec<Vulnerability>, AppError> {
    let found = view.vulnerabilities_named(name, &viewer.audiences)?;
    if found.is_empty() {
        return Ok(view.vulnerabilities_named(&name.to_ascii_uppercase(), &viewer.audiences)?);
    }
    Ok(found)
}

/// The exposed releases of a flaw, known under one label or several, and the units of their products whose release is not
/// known. A release is decided only where each of them that it has is: what was decided under embargo settles nothing that
/// became public.
pub fn releases_of(
    view: &View<'_>,
    viewer: &Viewer,
    vulnerabilities: &[Vulnerability],
) -> Result<(Vec<ExposedRelease>, i64), AppError> {
    let (mut exposures, mut marks) = (Vec::new(), Vec::new());
    for vulnerability in vulnerabilities {
        exposures.append(&mut view.exposures_of(&vulnerability.id, true, &viewer.audiences)?);
        marks.append(&mut view.decision_marks(Some(&vulnerability.id), &viewer.audiences)?);
    }
    // As each query orders them; rows of one release have to stand together.
    exposures.sort_by(|left, right| {
        (&left.product_slug, &left.version).cmp(&(&right.product_slug, &right.version))
    });
    let mut releases: Vec<ExposedRelease> = Vec::new();
    let mut products: Vec<ProductId> = Vec::new();
    let standing = |release: &ReleaseId, vulnerability: &VulnerabilityId| {
        let mine =
            || marks.iter().filter(|mark| mark.release == *release && mark.vulnerability == *vulnerability);
        let mark = mine().find(|mark| mark.state == "signed").or_else(|| mine().next_back())?;
        Some(ExposedDecision { status: mark.status.clone(), state: mark.state.clone() })
    };
    for exposure in exposures {
        products.push(exposure.product.clone());
        let decision = standing(&exposure.release, &exposure.vulnerability);
        if releases.last().is_none_or(|last| last.release_id != exposure.release) {
            releases.push(ExposedRelease {
                product: exposure.product_slug.clone(),
                release: exposure.version.clone(),
                release_id: exposure.release.clone(),
                product_name: exposure.product_name.clone(),
                verdict: VerdictState::Undecided.as_str(),
                decision: decision.clone(),
                components: Vec::new(),
                units: ExposedUnits::default(),
            });
        }
        if let Some(release) = releases.last_mut() {
            if exposure.state == VerdictState::InRange {
                release.verdict = VerdictState::InRange.as_str();
            }
            release.decision = least_settled(release.decision.take(), decision);
            let component = component_of(exposure);
            let same = |known: &ExposedComponent| {
                (&known.name, &known.version, &known.purl, &known.path)
                    == (&component.name, &component.version, &component.purl, &component.path)
            };
            // Known under two labels: the public statement speaks for it.
            if vulnerabilities.len() == 1 || !release.components.iter().any(same) {
                release.components.push(component);
            }
        }
    }
    let ids: Vec<ReleaseId> = releases.iter().map(|release| release.release_id.clone()).collect();
    let mut units: BTreeMap<ReleaseId, ExposedUnits> = BTreeMap::new();
    for row in view.units_by_site(&ids, &viewer.audiences)? {
        let units = units.entry(row.release).or_default();
        units.total += row.units;
        units.by_site.push(UnitsAtSite { site: row.site_name, country: row.country, units: row.units });
    }
    for release in &mut releases {
        release.units = units.remove(&release.release_id).unwrap_or_default();
    }
    products.sort_unstable();
    products.dedup();
    let mut unknown = 0;
    for product in &products {
        unknown += view.units_with_unknown_release(product, &viewer.audiences)?;
    }
    Ok((releases, unknown))
}

/// Of two decisions on one flaw, under two labels, the one that leaves more to do.
fn least_settled(one: Option<ExposedDecision>, other: Option<ExposedDecision>) -> Option<ExposedDecision> {
    let rank = |decision: &Option<ExposedDecision>| match decision {
        None => 0,
        Some(decision) if decision.state != "signed" => 1,
        Some(decision) if decision.status == "affected" => 2,
        Some(_) => 3,
    };
    if rank(&other) < rank(&one) { other } else { one }
}

fn component_of(exposure: Exposure) -> ExposedComponent {
    ExposedComponent {
        name: exposure.component_name,
        version: exposure.component_version,
        purl: exposure.purl,
        path: exposure.path,
        verdict: exposure.state.as_str(),
        class: exposure.class,
        reason: exposure.reason,
        evidence: exposure.evidence,
    }
}
