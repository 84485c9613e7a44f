//! The evidence of a verdict, written from the index when somebody looks.

use super::{
    VerdictCore, build,
    decide::Candidate,
    inquiry::Inquiry,
    range::range,
    reason::{Gate, Reason},
    version::{Answer, compared},
};
use crate::{
    identify::{Identity, Key},
    index::{DetailRow, SpanRow, StatementRow, View},
    inventory::Item,
    record::Source,
    verdict::{Evidence, State},
};

/// Most lines of considered statements; the rest is counted.
const CONSIDERED: usize = 24;

/// Tells what the verdicts of one assessment rest on. One serves for all of them: what surrounds a part is looked at
/// once, and the keys of a part once as long as its verdicts are asked for in a row.
pub struct Witness<'a> {
    pub(super) inquiry: Inquiry<'a>,
}

/// The evidence of a verdict as one line shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ground<'a> {
    /// One sentence for a person.
    pub text: String,
    /// Deciding source.
    pub source: &'a str,
    /// Deciding record id.
    pub record: &'a str,
    /// Fix versions.
    pub fixed_in: Vec<&'a str>,
}

impl<'a> Witness<'a> {
    /// The evidence, whole: every statement about the pair is read.
    pub fn evidence(&self, core: &VerdictCore) -> Evidence {
        found(&self.inquiry, core).map_or_else(Evidence::default, |found| whole(&self.inquiry, core, found))
    }

    /// The evidence in one line: only the deciding statement is read. `None` when the bytes are damaged.
    pub fn ground(&self, core: &VerdictCore) -> Option<Ground<'a>> {
        let view = self.inquiry.view;
        let found = found(&self.inquiry, core)?;
        Some(Ground {
            text: sentence(core, &found),
            source: found.source,
            record: found.record,
            fixed_in: view.list(found.detail.fixed_in).map(|fix| view.text(fix)).collect(),
        })
    }
}

/// What a core points at.
struct Found<'a> {
    part: &'a Item,
    identity: &'a Identity,
    key: &'a Key,
    statement: StatementRow,
    detail: DetailRow<'a>,
    source: &'a str,
    record: &'a str,
    version: String,
    rule: String,
    /// Why a supplier excludes it.
    reason: &'a str,
    remedies: Vec<&'a str>,
}

fn found<'a>(inquiry: &Inquiry<'a>, core: &VerdictCore) -> Option<Found<'a>> {
    let view = inquiry.view;
    let (part, identity) = inquiry.part(core.item)?;
    let statement = view.statement(core.statement)?;
    let key = identity.keys.get(core.key as usize)?;
    let detail = view.detail(statement.detail)?;
    let (source, record) = view.record_name(detail.record)?;
    let narrowing = view.narrowing(detail.qualifiers).unwrap_or_default();
    Some(Found {
        reason: narrowing.reason,
        remedies: view.list(narrowing.remedies).map(|remedy| view.text(remedy)).collect(),
        part,
        identity,
        key,
        statement,
        detail,
        source,
        record,
        version: compared(key, part).unwrap_or_default(),
        rule: rule_of(view, &statement, core.span),
    })
}

fn whole(inquiry: &Inquiry<'_>, core: &VerdictCore, found: Found<'_>) -> Evidence {
    let view = inquiry.view;
    let mut voices = Vec::new();
    let voices = inquiry.candidates(core.item, core.group, &mut voices);
    let mut considered = considered(inquiry, core, &voices);
    considered.extend(found.identity.unused.iter().cloned());
    let detail = found.detail;
    let mut condition =
        if detail.condition == 0 { Vec::new() } else { inquiry.conditions.lines(detail.condition) };
    if matches!(core.state, State::InRange | State::Undecided | State::ExcludedByBuild)
        && let Some(built) = build::asked(inquiry, core.item, core.group)
    {
        // What excludes it is a leaf of what it stands on; what does not was only looked at.
        let lines = if core.state == State::ExcludedByBuild { &mut condition } else { &mut considered };
        lines.extend(built.lines);
    }
    Evidence {
        text: sentence(core, &found),
        key: found.key.key.clone(),
        obtained: found.key.obtained,
        scheme: view.scheme(found.statement.scheme_row()).map_or("", |scheme| scheme.name()),
        source: Some(Source(found.source.to_owned())),
        record: found.record.to_owned(),
        pointer: view.text(detail.pointer).to_owned(),
        statement: digest(view, core.statement),
        fixed_in: view.list(detail.fixed_in).map(|fix| view.text(fix).to_owned()).collect(),
        remedies: found.remedies.iter().map(|remedy| (*remedy).to_owned()).collect(),
        condition,
        considered,
        version: found.version,
        rule: found.rule,
    }
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
        None => {
            let mut spans = view.spans(statement);
            match (spans.next(), spans.count()) {
                (None, _) => "no versions given".to_owned(),
                (Some(span), 0) => format!("outside {}", span_text(view, &span)),
                (Some(_), more) => format!("outside all {} ranges", more + 1),
            }
        }
    }
}

fn span_text(view: View<'_>, span: &SpanRow) -> String {
    let (lower, upper) = view.bounds(span);
    range(span.flags, lower, upper)
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
        let detail = view.detail(statement.detail)?;
        Some((statement, view.record_name(detail.record)?, detail))
    };
    let Some((statement, (source, record), detail)) = parts() else {
        return "unreadable statement".to_owned();
    };
    let rule = rule_of(view, &statement, candidate.span);
    let said = match (candidate.answer, candidate.gate) {
        (_, Some(Gate::ConditionFalse)) => "its condition on the device does not hold".to_owned(),
        (Answer::Undecided { .. }, Some(Gate::ConditionUnknown)) => {
            "its condition on the device is not known".to_owned()
        }
        (_, Some(Gate::DistributionBuild)) => {
            "a distribution's package of the same name and version holds it, and is judged instead".to_owned()
        }
        (_, Some(attribute)) => format!("{} (in range, {rule})", misfit(view, &detail, attribute)),
        (Answer::In { .. }, None) => format!("in range ({rule})"),
        (Answer::Out { explicit: true, .. }, None) => format!("said to be unaffected ({rule})"),
        (Answer::Out { .. }, None) => format!("not in range ({rule})"),
        (Answer::Undecided { reason, .. }, None) => format!("undecided: {}", reason.question()),
        (Answer::Silent, None) => format!("says nothing of this version ({rule})"),
    };
    format!("{source} {record} {}: {said}", view.text(detail.pointer))
}

/// What a statement is narrowed to and the part is not.
fn misfit(view: View<'_>, detail: &DetailRow<'_>, gate: Gate) -> String {
    let narrowing = view.narrowing(detail.qualifiers).unwrap_or_default();
    let (what, to) = match gate {
        Gate::Update => ("the update", narrowing.update),
        Gate::Edition => ("the edition", narrowing.edition),
        Gate::TargetSoftware => ("the platform", narrowing.target_sw),
        Gate::TargetHardware => ("the hardware", narrowing.target_hw),
        Gate::ConditionFalse | Gate::ConditionUnknown | Gate::DistributionBuild | Gate::PackageQualifier => {
            ("", "")
        }
    };
    format!("it speaks of {what} {to} alone")
}

fn sentence(core: &VerdictCore, found: &Found<'_>) -> String {
    let Found { part, source, record, rule, .. } = found;
    let name = &part.name;
    let version = if found.version.is_empty() { "of unknown version" } else { &found.version };
    let condition =
        if core.conditional && found.detail.condition != 0 { ", and its condition holds" } else { "" };
    match (core.state, core.reason) {
        (State::InRange, "conflict") => {
            format!(
                "{name} {version} is in the range {rule} of {source} {record}; a source of equal rank disagrees"
            )
        }
        (State::InRange, _) if core.span.is_none() => {
            format!("{name} {version} is affected by default in {source} {record}: {rule}")
        }
        (State::InRange, _) => {
            format!("{name} {version} is in the range {rule} of {source} {record}{condition}")
        }
        (State::Patched | State::ExcludedBySupplier, "supplier_fixed" | "supplier_not_affected") => {
            let word = if core.state == State::Patched { "fixed" } else { "not affected" };
            format!("{name} {version} is {word} according to {source} {record}: {}", found.reason)
        }
        (State::Patched, _) => {
            format!(
                "{name} {version}: the document says that this build holds the fix; {source} {record} has it in range"
            )
        }
        (State::ExcludedByBuild, _) => format!(
            "{name} {version}: none of the files that {source} {record} names was compiled into the image, by the build's \
             evidence"
        ),
        (State::Undecided, reason) => {
            let question = Reason::of_code(reason).map_or("", Reason::question);
            format!("{name} {version} cannot be decided against {source} {record}: {question}")
        }
        (_, "outweighed") => {
            format!(
                "{name} {version} is not affected according to {source} {record}, which outweighs other sources"
            )
        }
        (_, "distribution_build") => format!(
            "{name} {version} is in a package of the distribution, which is judged instead: {source} {record} does not know its fixes"
        ),
        (_, "update" | "edition" | "target_sw" | "target_hw") => {
            format!(
                "{name} {version} is in the range {rule} of {source} {record}, which speaks of another update, edition or \
                 platform"
            )
        }
        (_, "condition_false") => {
            format!(
                "{name} {version}: the condition of {source} {record} on the rest of the device does not hold"
            )
        }
        _ => format!("{name} {version} is not in range of {source} {record}: {rule}"),
    }
}
