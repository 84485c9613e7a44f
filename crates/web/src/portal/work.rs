//! A group of findings as a row of a queue: harm first, then the flaw. What the inbox, Today and a release list.

use app::{finding_group::FindingGroup, page::work::WorkRow};
use domain::{case::Case, decision::Decision};
use jiff::Timestamp;

use super::{
    case::clock,
    standing::{self, Standing},
};
use crate::{
    frame::{Frame, figure},
    view::{
        chip::{Risk, Threat},
        href,
        queue::QueueRow,
        words,
    },
};

/// Characters of a row's title.
const TITLE: usize = 60;

/// A group as a row that leads to `address`.
pub(super) fn row(row: &WorkRow, address: String, frame: &Frame) -> QueueRow {
    let (group, case) = (&row.group, row.case.as_ref());
    let standing = row.standing.as_ref().map(Standing::of);
    let clock = case.and_then(|case| clock(case.due?, case.learned_at, frame.at()));
    QueueRow {
        title: title(group, case),
        href: frame.link(&address),
        detail: case
            .map_or_else(|| detail(group), |case| format!("{} · {}", detail(group), note(group, case))),
        harm: Some(case.and_then(|case| case.harm).into()),
        status: standing.map(|standing| standing.status),
        risk: standing.map(|standing| standing.risk).filter(|risk| *risk != Risk::NotDetermined),
        firmness: Some(standing.unwrap_or(Standing::NONE).firmness),
        threat: Some(threat(group)),
        age: clock.is_none().then(|| age(row.since, frame)),
        clock,
        current: false,
    }
}

/// A plain row without marks.
pub(super) fn plain(title: String, address: String, detail: String) -> QueueRow {
    QueueRow {
        title,
        href: address,
        detail,
        harm: None,
        status: None,
        risk: None,
        firmness: None,
        threat: None,
        clock: None,
        age: None,
        current: false,
    }
}

pub(super) fn threat(group: &FindingGroup) -> Threat {
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
pub(super) fn place(row: &WorkRow) -> String {
    row.case.as_ref().map_or_else(
        || href::with(href::INBOX, &[("group", &row.group.shown)]),
        |case| href::case(&case.label()),
    )
}

/// How long ago something was, in words.
pub(super) fn age(at: Option<Timestamp>, frame: &Frame) -> String {
    at.map_or_else(|| "not known".to_owned(), |at| words::duration(frame.at().duration_since(at)))
}

/// The marks of where a case stands.
pub(super) fn standing(decision: Option<&Decision>) -> Standing {
    decision.map_or(Standing::NONE, Standing::of)
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

fn shortened(text: &str) -> String {
    let text = text.trim();
    if text.chars().count() <= TITLE {
        return text.to_owned();
    }
    let head: String = text.chars().take(TITLE - 1).collect();
    let head = head.rsplit_once(' ').map_or(head.as_str(), |(words, _)| words);
    format!("{}…", head.trim_end_matches([',', '.', ';', ':']))
}
