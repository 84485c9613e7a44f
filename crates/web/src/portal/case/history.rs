//! What happened in a case, newest first, and what is due.

use app::{case::CaseDetail, page::case::CaseFile};
use domain::{case::CaseStage, ledger::LedgerEntry};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    frame::{Frame, figure},
    view::{
        case::CaseClock,
        clock::{Clock, ClockState},
        href,
        timeline::{Event, EventKind},
        words,
    },
};

/// The ledger's entries with the moments outside the ledger: published, and learned.
pub(super) fn events(file: &CaseFile, ledger: bool, frame: &Frame) -> Vec<Event> {
    let CaseFile { detail, about, timeline, .. } = file;
    let label = detail.case.label();
    let mut events: Vec<(Timestamp, Event)> = timeline
        .iter()
        .map(|entry| {
            let at = entry.at.parse().unwrap_or(Timestamp::MIN);
            let link = ledger.then(|| frame.link(&href::entry(figure(entry.sequence))));
            (at, event(at, kind(entry), None, told(entry, &label), link, frame))
        })
        .collect();
    let learned = detail.case.learned_at;
    events.push((
        learned,
        event(
            learned,
            EventKind::Learned,
            Some("Learned."),
            "From here on the record proves that the firm had it".to_owned(),
            None,
            frame,
        ),
    ));
    let published = about.published.as_deref().and_then(|at| at.parse::<Timestamp>().ok());
    if let Some(published) = published.filter(|published| *published <= frame.at()) {
        let text = format!("{} was published", detail.subject.vulnerability.shown);
        events.push((published, event(published, EventKind::Outside, None, text, None, frame)));
    }
    events.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    events.into_iter().map(|(_, event)| event).collect()
}

/// The case's own date, until it is closed.
pub(super) fn clocks(detail: &CaseDetail, frame: &Frame) -> Vec<CaseClock> {
    let case = &detail.case;
    let Some(due) = case.due.filter(|_| case.stage != CaseStage::Closed) else { return Vec::new() };
    let Some(clock) = clock(due, case.learned_at, frame.at()) else { return Vec::new() };
    vec![CaseClock { clock, duty: "Next step of this case".to_owned(), due: words::day(due) }]
}

/// The time that is left until the end of a day.
pub(in crate::portal) fn clock(due: jiff::civil::Date, from: Timestamp, at: Timestamp) -> Option<Clock> {
    let end = due.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    let left = end.duration_since(at);
    let whole = end.duration_since(from).as_secs().max(1);
    let percent = (left.as_secs().clamp(0, whole) * 100 / whole).clamp(0, 100);
    let percent = u8::try_from(percent).unwrap_or(100);
    let state = match (left.is_negative(), percent < 25 || left.as_hours() < 24) {
        (true, _) => ClockState::Late,
        (false, true) => ClockState::Soon(percent),
        (false, false) => ClockState::Running(percent),
    };
    let words = words::duration(left);
    let words = if left.is_negative() { format!("late {words}") } else { format!("{words} left") };
    Some(Clock { state, words, due: format!("until {}", words::day_near(due, at)) })
}

fn event(
    at: Timestamp,
    kind: EventKind,
    lead: Option<&str>,
    text: String,
    href: Option<String>,
    frame: &Frame,
) -> Event {
    Event {
        at: words::moment_near(at, frame.at()),
        at_iso: at.to_string(),
        kind,
        lead: lead.map(str::to_owned),
        text,
        href,
    }
}

fn kind(entry: &LedgerEntry) -> EventKind {
    match entry.action.as_str() {
        "case.open" => EventKind::Opened,
        "case.assess" => EventKind::Judged,
        "decision.propose" | "decision.carry" => EventKind::Proposed,
        "decision.sign" => EventKind::Signed,
        "decision.withdraw" => EventKind::Withdrawn,
        "decision.reopen" => EventKind::Late,
        _ => EventKind::Note,
    }
}

/// Who did what, without repeating which case it is.
fn told(entry: &LedgerEntry, label: &str) -> String {
    let summary = entry.summary.strip_prefix(label).unwrap_or(&entry.summary);
    let summary = summary.trim_start_matches([':', ' ']);
    let reason = if entry.reason.is_empty() { String::new() } else { format!(". {}", entry.reason) };
    format!("{}: {summary}{reason}", entry.actor_name)
}
