//! The evidence of a verdict, written from the index when somebody looks.

use super::{
    VerdictCore,
    decide::Candidate,
    inquiry::Inquiry,
    range::range,
    reason::Gate,
    version::{Answer, Look},
};
use crate::{
    index::{SpanRow, StatementRow, View},
    record::Source,
    verdict::{Evidence, State},
};

/// Most lines of considered statements; the rest is counted.
const CONSIDERED: usize = 24;

pub(super) fn write(inquiry: &Inquiry<'_>, core: &VerdictCore) -> Evidence {
    let view = inquiry.view;
    let (Some((part, identity)), Some(statement)) = (inquiry.part(core.item), view.statement(core.statement))
    else {
        return Evidence::default();
    };
    let (Some(key), Some(detail), Some(record)) =
        (identity.keys.get(core.key as usize), view.detail(statement.detail), view.record(statement.record))
    else {
        return Evidence::default();
    };
    let look = Look::new(key, part);
    let scheme = view.scheme(statement.scheme_row()).map_or("", |scheme| scheme.name());
    let rule = rule_of(view, &statement, core.span);
    let condition =
        if detail.condition == 0 { Vec::new() } else { inquiry.conditions.lines(detail.condition) };
    let version = look.version.clone().unwrap_or_default();
    let mut evidence = Evidence {
        text: String::new(),
        key: key.key.clone(),
        obtained: key.obtained,
        version,
        scheme,
        rule,
        source: Some(Source(record.source.to_owned())),
        record: record.id.to_owned(),
        pointer: view.text(detail.pointer).to_owned(),
        statement: digest(view, core.statement),
        fixed_in: view.list(detail.fixed_in).map(|fix| view.text(fix).to_owned()).collect(),
        condition,
        considered: Vec::new(),
    };
    let mut whole = Vec::new();
    let voices = inquiry.candidates(core.item, core.group, &mut whole);
    let deciding = voices.iter().find(|candidate| candidate.statement == core.statement);
    let question = match deciding.map(|candidate| candidate.answer) {
        Some(Answer::Undecided { reason, .. }) => reason.question(),
        _ => "",
    };
    evidence.considered = considered(inquiry, core, &voices);
    evidence.considered.extend(identity.unused.iter().cloned());
    evidence.text = sentence(&part.name, core, question, &evidence);
    evidence
}

pub(super) fn digest(view: View<'_>, statement: u32) -> String {
    use std::fmt::Write as _;
    let detail = view.statement(statement).and_then(|statement| view.detail(statement.detail));
    detail.map_or_else(String::new, |detail| {
        detail.digest.iter().fold(String::with_capacity(32), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    })
}

/// The deciding span of a statement for a person.
fn rule_of(view: View<'_>, statement: &StatementRow, span: Option<u32>) -> String {
    match span.and_then(|span| view.spans(statement).nth(span as usize)) {
        Some(span) => span_text(view, &span),
        None => match statement.spans {
            0 => "no versions given".to_owned(),
            1 => format!(
                "outside {}",
                view.spans(statement).next().map_or_else(String::new, |span| span_text(view, &span))
            ),
            spans => format!("outside all {spans} ranges"),
        },
    }
}

fn span_text(view: View<'_>, span: &SpanRow) -> String {
    range(span.flags, view.text(span.lower_text), view.text(span.upper_text))
}

/// Other statements that were looked at, and why they did not decide.
fn considered(inquiry: &Inquiry<'_>, core: &VerdictCore, voices: &[Candidate]) -> Vec<String> {
    let mut lines: Vec<String> = voices
        .iter()
        .filter(|candidate| candidate.statement != core.statement)
        .map(|candidate| considered_line(inquiry, candidate))
        .collect();
    if lines.len() > CONSIDERED {
        let more = lines.len() - CONSIDERED;
        lines.truncate(CONSIDERED);
        lines.push(format!("and {more} more"));
    }
    lines
}

/// One statement that was looked at, in words.
pub(crate) fn considered_line(inquiry: &Inquiry<'_>, candidate: &Candidate) -> String {
    let view = inquiry.view;
    let parts = || {
        let statement = view.statement(candidate.statement)?;
        Some((statement, view.record(statement.record)?, view.detail(statement.detail)?))
    };
    let Some((statement, record, detail)) = parts() else { return "unreadable statement".to_owned() };
    let rule = rule_of(view, &statement, candidate.span);
    let said = match (candidate.answer, candidate.gate) {
        (_, Some(Gate::ConditionFalse)) => "its condition on the device does not hold".to_owned(),
        (Answer::Undecided { .. }, Some(Gate::ConditionUnknown)) => {
            "its condition on the device is not known".to_owned()
        }
        (_, Some(attribute)) => format!("its {} does not fit", attribute.code()),
        (Answer::In { .. }, None) => format!("in range ({rule})"),
        (Answer::Out { explicit: true, .. }, None) => format!("said to be unaffected ({rule})"),
        (Answer::Out { .. }, None) => format!("not in range ({rule})"),
        (Answer::Undecided { reason, .. }, None) => format!("undecided: {}", reason.question()),
        (Answer::Silent, None) => format!("says nothing of this version ({rule})"),
    };
    format!("{} {} {}: {said}", record.source, record.id, view.text(detail.pointer))
}

fn sentence(name: &str, core: &VerdictCore, question: &str, evidence: &Evidence) -> String {
    let version = if evidence.version.is_empty() { "of unknown version" } else { &evidence.version };
    let source = evidence.source.as_ref().map_or("", |source| &source.0);
    let by = format!("{source} {}", evidence.record);
    let condition =
        if core.conditional && !evidence.condition.is_empty() { ", and its condition holds" } else { "" };
    match (core.state, core.reason) {
        (State::InRange, "conflict") => {
            format!(
                "{name} {version} is in the range {} of {by}; a source of equal rank disagrees",
                evidence.rule
            )
        }
        (State::InRange, _) if core.span.is_none() => {
            format!("{name} {version} is affected by default in {by}: {}", evidence.rule)
        }
        (State::InRange, _) => {
            format!("{name} {version} is in the range {} of {by}{condition}", evidence.rule)
        }
        (State::Patched, _) => {
            format!("{name} {version}: the document says that this build holds the fix; {by} has it in range")
        }
        (State::Undecided, _) => format!("{name} {version} cannot be decided against {by}: {question}"),
        (_, "outweighed") => {
            format!("{name} {version} is not affected according to {by}, which outweighs other sources")
        }
        (_, "condition_false") => {
            format!("{name} {version}: the condition of {by} on the rest of the device does not hold")
        }
        _ => format!("{name} {version} is not in range of {by}: {}", evidence.rule),
    }
}
