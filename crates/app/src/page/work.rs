//! Open work as rows: a group of findings with the case of its flaw, where that stands, and since when it is open.

use std::collections::{BTreeMap, HashMap};

use domain::{
    case::{Case, HarmSeverity},
    decision::{Decision, most_open},
    id::{CaseId, ReleaseId},
    work::Precedence,
};
use jiff::Timestamp;
use store::View;

use crate::{AppError, Viewer, case::sees, finding_group::FindingGroup};

/// A group of findings with its case.
#[derive(Clone, Debug)]
pub struct WorkRow {
    /// The findings of one flaw.
    pub group: FindingGroup,
    /// Its case, as far as the viewer may know of it.
    pub case: Option<Case>,
    /// Where the case stands; none = nothing is proposed or signed.
    pub standing: Option<Decision>,
    /// When its newest verdict was opened.
    pub since: Option<Timestamp>,
}

/// The place of each flaw that comes before others, by vulnerability; all others are the rest.
pub(crate) struct Lead(HashMap<String, Precedence>);

impl Lead {
    pub(crate) fn read(view: &View<'_>, viewer: &Viewer) -> Result<Self, AppError> {
        let reopened = view.reopened_cases(&viewer.audiences)?;
        let harms = HarmSeverity::ALL.into_iter().filter(|harm| harm.may_reach_a_patient());
        let harms: Vec<HarmSeverity> = harms.collect();
        let cases = view.leading_cases(&harms, reopened.clone(), &viewer.audiences)?;
        let place = |case: Case| {
            let precedence = Precedence::of(case.harm, reopened.contains(&case.id.0));
            (case.vulnerability.0, precedence)
        };
        Ok(Self(cases.into_iter().map(place).collect()))
    }

    pub(crate) fn of(&self, group: &FindingGroup) -> Precedence {
        self.0.get(&group.vulnerability).copied().unwrap_or(Precedence::Rest)
    }
}

/// The groups with their cases, in their order.
pub(crate) fn rows(
    view: &View<'_>,
    viewer: &Viewer,
    groups: &[&FindingGroup],
) -> Result<Vec<WorkRow>, AppError> {
    rows_of(view, viewer, groups, None)
}

/// The same; with a release, where each case stands for that release alone.
pub(crate) fn rows_of(
    view: &View<'_>,
    viewer: &Viewer,
    groups: &[&FindingGroup],
    release: Option<&ReleaseId>,
) -> Result<Vec<WorkRow>, AppError> {
    let flaws = groups.iter().map(|group| group.vulnerability.clone()).collect();
    let cases = view.cases_of_vulnerabilities(flaws, &viewer.audiences)?;
    let mut standings = standings(view, viewer, cases.iter().map(|case| case.id.clone()), release)?;
    let mut cases: HashMap<String, Case> =
        cases.into_iter().map(|case| (case.vulnerability.0.clone(), case)).collect();
    let mut rows = Vec::with_capacity(groups.len());
    for group in groups {
        let case = cases.remove(&group.vulnerability);
        rows.push(WorkRow {
            standing: case.as_ref().and_then(|case| standings.remove(&case.id)),
            case,
            since: moment_of(view, group.since)?,
            group: (*group).clone(),
        });
    }
    Ok(rows)
}

/// Where cases stand, by case, for one release or for all; of decisions that the viewer may not know of nothing is told.
pub(crate) fn standings(
    view: &View<'_>,
    viewer: &Viewer,
    cases: impl Iterator<Item = CaseId>,
    release: Option<&ReleaseId>,
) -> Result<BTreeMap<CaseId, Decision>, AppError> {
    let mut rows = view.decisions_of_cases(cases.map(|case| case.0).collect())?;
    rows.retain(|row| release.is_none_or(|release| row.decision.release == *release));
    let releases = view.decided_releases(rows.iter().map(|row| row.decision.release.0.clone()).collect())?;
    let known = |decision: &Decision| {
        viewer.sees(&decision.audience)
            && releases.iter().any(|release| release.release == decision.release && sees(viewer, release))
    };
    let mut by_case: BTreeMap<CaseId, Vec<Decision>> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| known(&row.decision)) {
        by_case.entry(row.decision.case.clone()).or_default().push(row.decision);
    }
    let standing = |(case, decisions): (CaseId, Vec<Decision>)| Some((case, most_open(&decisions)?.clone()));
    Ok(by_case.into_iter().filter_map(standing).collect())
}

/// When a ledger entry was made.
pub(crate) fn moment_of(view: &View<'_>, entry: i64) -> Result<Option<Timestamp>, AppError> {
    Ok(view.moment_of(entry)?.and_then(|at| at.parse().ok()))
}
