//! Open work as a queue: every group of findings with its case, harm first. What the inbox and Today list.

use std::collections::HashMap;

use app::{
    App, AppError, Viewer,
    case::{self, CaseFilter, CaseRow, CaseSort},
    ledger,
    watch::{self, FindingFilter, FindingGroup, FindingSort},
};
use domain::{
    case::{Case, HarmSeverity},
    decision::DecisionState,
    ledger::AsOf,
};
use jiff::Timestamp;

use super::{
    case::clock,
    standing::{self, Standing},
};
use crate::{
    frame::{Frame, figure},
    view::{href, queue::QueueRow, words},
};

/// Cases that are joined at most; a workspace has hundreds.
const CASES: usize = 2_000;
/// Characters of a row's title.
const TITLE: usize = 60;

/// All open groups that wait for a decision, with the cases of their flaws.
pub(super) struct Work {
    /// Exploited first, then probability of exploitation, then base score.
    pub(super) waiting: Vec<FindingGroup>,
    cases: HashMap<String, CaseRow>,
}

impl Work {
    pub(super) fn read(app: &App, viewer: &Viewer, as_of: AsOf) -> Result<Self, AppError> {
        let filter = FindingFilter { waiting: Some(true), ..FindingFilter::default() };
        let page = watch::findings(app, viewer, as_of, &filter, FindingSort::Urgency, None, usize::MAX)?;
        let list = case::list(app, viewer, as_of, &CaseFilter::all(), CaseSort::Number, None, CASES)?;
        let cases = list.rows.into_iter().map(|row| (row.case.vulnerability.0.clone(), row)).collect();
        Ok(Self { waiting: page.groups, cases })
    }

    pub(super) fn case(&self, group: &FindingGroup) -> Option<&Case> {
        self.cases.get(&group.vulnerability).map(|row| &row.case)
    }

    /// Whether the judged harm is serious or worse.
    pub(super) fn may_reach_a_patient(&self, group: &FindingGroup) -> bool {
        self.case(group).is_some_and(|case| case.harm >= Some(HarmSeverity::Serious))
    }

    /// Whether a signed decision on it no longer holds.
    pub(super) fn woke_up(&self, group: &FindingGroup) -> bool {
        self.cases.get(&group.vulnerability).is_some_and(|row| {
            row.decisions.iter().any(|(state, n)| *state == DecisionState::Reopened && *n > 0)
        })
    }

    /// What comes before everything else: groups that may reach a patient, worst harm first, then what woke up.
    pub(super) fn first(&self) -> (Vec<&FindingGroup>, Vec<&FindingGroup>) {
        let mut patient: Vec<_> =
            self.waiting.iter().filter(|group| self.may_reach_a_patient(group)).collect();
        patient.sort_by_key(|group| std::cmp::Reverse(self.case(group).and_then(|case| case.harm)));
        let woke =
            self.waiting.iter().filter(|group| self.woke_up(group) && !self.may_reach_a_patient(group));
        (patient, woke.collect())
    }

    /// A group as a row that leads to `address`.
    pub(super) fn row(
        &self,
        app: &App,
        viewer: &Viewer,
        group: &FindingGroup,
        address: String,
        frame: &Frame,
    ) -> Result<QueueRow, AppError> {
        let known = self.cases.get(&group.vulnerability);
        let decided = known.is_some_and(|row| row.decisions.iter().any(|(_, n)| *n > 0));
        let standing = match known.filter(|_| decided) {
            Some(row) => {
                let detail = case::show(app, viewer, frame.as_of, &row.case.label())?;
                Standing::worst(&detail.decisions)
            }
            None => Standing::NONE,
        };
        let case = known.map(|row| &row.case);
        let clock = case.and_then(|case| clock(case.due?, case.learned_at, frame.at()));
        Ok(QueueRow {
            title: title(group, case),
            href: frame.link(&address),
            detail: case
                .map_or_else(|| detail(group), |case| format!("{} · {}", detail(group), note(group, case))),
            harm: Some(case.and_then(|case| case.harm).into()),
            status: decided.then_some(standing.status),
            risk: (decided && standing.risk != crate::view::chip::Risk::NotDetermined)
                .then_some(standing.risk),
            firmness: Some(standing.firmness),
            threat: Some(threat(group)),
            note: None,
            age: clock.is_none().then(|| age(app, group.since, frame)).transpose()?,
            clock,
            current: false,
        })
    }
}

pub(super) fn threat(group: &FindingGroup) -> crate::view::chip::Threat {
    standing::marks(group.exploited.as_ref(), group.epss, group.cvss.as_ref())
}

/// Harm first where somebody wrote it, else the flaw in the source's words.
pub(super) fn title(group: &FindingGroup, case: Option<&Case>) -> String {
    match case {
        Some(case) if case.title != group.shown => case.title.clone(),
        _ if group.summary.trim().is_empty() => group.shown.clone(),
        _ => shortened(&group.summary),
    }
}

/// Where a group is worked on: its case, else the inbox.
pub(super) fn place(group: &FindingGroup, case: Option<&Case>) -> String {
    case.map_or_else(|| href::with(href::INBOX, &[("group", &group.shown)]), |case| href::case(&case.label()))
}

/// The case, and how far it is: a signed chip alone would hide the releases that still wait.
fn note(group: &FindingGroup, case: &Case) -> String {
    if group.releases_decided == 0 {
        return case.label();
    }
    format!(
        "{} · {} of {} signed",
        case.label(),
        group.releases_decided,
        words::plural(group.releases, "release", "releases")
    )
}

fn detail(group: &FindingGroup) -> String {
    format!(
        "{} · {} in {} · {}",
        group.shown,
        words::plural(group.components, "component", "components"),
        words::plural(group.releases, "release", "releases"),
        words::plural(figure(group.units), "unit", "units")
    )
}

/// How long ago a ledger entry was made.
pub(super) fn age(app: &App, entry: i64, frame: &Frame) -> Result<String, AppError> {
    let at = ledger::moment_of(app, frame.as_of, entry)?;
    let at = at.and_then(|at| at.parse::<Timestamp>().ok());
    Ok(at.map_or_else(|| "not known".to_owned(), |at| words::duration(frame.at().duration_since(at))))
}

fn shortened(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= TITLE {
        return text.to_owned();
    }
    let head: String = text.chars().take(TITLE - 1).collect();
    let head = head.rsplit_once(' ').map_or(head.as_str(), |(words, _)| words);
    format!("{}…", head.trim_end_matches([',', '.', ';', ':']))
}
