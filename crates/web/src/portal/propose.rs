//! Proposing a decision on a case: the form as it is loaded, and what was sent.

use app::{
    AppError, FieldError,
    decision::{self, Proposal},
    page::case::CaseFile,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::decision::{Decision, DecisionState, Justification, Particulars, Risk, VexStatus};

use super::{
    case::{self, Known, Sent},
    problems,
};
use crate::{
    answer::{go, inside},
    asked::{Asked, Fields},
    frame::figure,
    state::Portal,
    view::{
        decide::{Condition, DecisionForm, ScopeRelease},
        field::Problems,
        href, words,
    },
};

const FIELDS: [(&str, &str); 8] = [
    ("status", "status"),
    ("justification", "justification"),
    ("action_statement", "customers-must"),
    ("rationale", "why"),
    ("risk", "risk"),
    ("review_on", "review-by"),
    ("releases", "scope"),
    ("reason", "reason"),
];

pub(crate) async fn post(State(portal): State<Portal>, Path(name): Path<String>, asked: Asked) -> Response {
    portal
        .respond(asked, move |app, asked| {
            let viewer = asked.viewer()?;
            let sent = proposal(&name, &asked.fields);
            let reason = asked.fields.value("reason");
            let done = sent.and_then(|proposal| decision::decide(app, viewer, &proposal, reason));
            match done {
                Ok((case, _)) => Ok(go(&after(&case.label(), asked.fields.value("next")))),
                Err(error) => case::held(app, asked, &name, error, |known, error| {
                    let mut form = typed(form(asked, known)?, &asked.fields);
                    (form.problems, form.refused) = problems::of(error, &FIELDS);
                    form.refused = form.refused.map(|text| format!("Not proposed: {text}."));
                    Ok(Some(Sent { proposal: Some(form), ..Sent::default() }))
                }),
            }
        })
        .await
}

/// Where a proposal leads: to its case, or back to the list it came from, which then tells of it.
fn after(label: &str, next: &str) -> String {
    match next {
        "" => href::with(&href::case(label), &[("done", "proposed")]),
        next => href::with(inside(next), &[("done", "proposed"), ("case", label)]),
    }
}

/// The form as it is loaded: what waits already, else the words of a case like it, else empty; for the releases that nobody
/// has signed.
pub(super) fn form(asked: &Asked, known: &Known) -> Result<DecisionForm, AppError> {
    let detail = &known.file.detail;
    let open = detail.decisions.iter().rev().find(|one| one.row.decision.state.is_open());
    let alike = known.file.like.as_ref();
    let signed = alike.and_then(|alike| {
        alike.decisions.iter().rev().find(|one| one.row.decision.state == DecisionState::Signed)
    });
    let given = signed.or(open).map(|one| &one.row.decision);
    // Whoever declines a match says that the releases are not affected, and why.
    let declined = (asked.parameter("choose") == Some("decline")).then_some(VexStatus::NotAffected);
    let session = asked.session()?;
    Ok(DecisionForm {
        action: format!("{}/propose", href::case(&detail.case.label())),
        form_token: session.csrf.clone(),
        saved: open.and_then(|one| {
            let at = one.at.parse().ok()?;
            Some(format!("proposed {}", words::moment_near(at, known.frame.now)))
        }),
        status: declined.or(given.map(|decision| decision.status)),
        risk: given.and_then(|decision| decision.risk),
        justification: given.and_then(|decision| decision.justification),
        why: given.map(|decision| decision.rationale.clone()).unwrap_or_default(),
        customers_must: given.and_then(|decision| decision.action_statement.clone()).unwrap_or_default(),
        conditions: given.map(conditions).unwrap_or_default(),
        scope: scope(known),
        review_by: given
            .and_then(|decision| decision.review_on)
            .map(|date| date.to_string())
            .unwrap_or_default(),
        review_hint: "A day such as 2027-01-04; empty: no date".to_owned(),
        reason: alike.map(|alike| format!("Same answer as {}", alike.case.label())).unwrap_or_default(),
        role: crate::frame::roles(asked)?,
        filled: true,
        like: alike.map(|alike| format!("words of {}", alike.case.label())),
        problems: Problems::default(),
        refused: None,
    })
}

fn scope(known: &Known) -> Vec<ScopeRelease> {
    let CaseFile { detail, exposed, left, .. } = &known.file;
    let mut scope: Vec<ScopeRelease> = exposed
        .releases
        .iter()
        .map(|release| {
            let id = release.reference();
            ScopeRelease {
                name: format!("{} {}", release.product_name, release.release),
                units: figure(release.units.total),
                chosen: release.signed().is_none(),
                id,
            }
        })
        .collect();
    for one in &detail.decisions {
        if !scope.iter().any(|release| release.id == one.release.name) {
            scope.push(ScopeRelease {
                id: one.release.name.clone(),
                name: format!("{} {}", one.release.product_name, one.release.version),
                units: left.get(&one.release.name).map_or(0, |reach| figure(reach.units)),
                chosen: false,
            });
        }
    }
    scope
}

fn conditions(decision: &Decision) -> Vec<Condition> {
    let lines = decision.preconditions.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| Condition { id: line.to_owned(), text: said(line), chosen: true }).collect()
}

/// `machine: KEV` and `attested: KEV` are shown without saying who checks.
fn said(line: &str) -> String {
    line.trim_start_matches("machine:").trim_start_matches("attested:").trim().to_owned()
}

/// The form with what was typed.
fn typed(form: DecisionForm, fields: &Fields) -> DecisionForm {
    let (scope, conditions) = (fields.all("scope"), fields.all("condition"));
    DecisionForm {
        status: VexStatus::parse(fields.value("status")),
        risk: Risk::parse(fields.value("risk")),
        justification: Justification::parse(fields.value("justification")),
        why: fields.value("why").to_owned(),
        customers_must: fields.value("customers_must").to_owned(),
        conditions: form
            .conditions
            .into_iter()
            .map(|condition| Condition { chosen: conditions.contains(&condition.id.as_str()), ..condition })
            .collect(),
        scope: form
            .scope
            .into_iter()
            .map(|release| ScopeRelease { chosen: scope.contains(&release.id.as_str()), ..release })
            .collect(),
        review_by: fields.value("review_by").to_owned(),
        reason: fields.value("reason").to_owned(),
        ..form
    }
}

/// What was sent as a proposal; what cannot be read is told at its field.
fn proposal(case: &str, fields: &Fields) -> Result<Proposal, AppError> {
    let text = |name: &str| fields.text(name).map(str::to_owned);
    let mut errors = Vec::new();
    let status = VexStatus::parse(fields.value("status"));
    if status.is_none() {
        errors.push(FieldError::new("status", "choose one of the four"));
    }
    let review_on = fields.day("review_by", "review_on").unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    let releases: Vec<String> = fields.all("scope").into_iter().map(str::to_owned).collect();
    if releases.is_empty() {
        errors.push(FieldError::new("releases", "choose at least one release"));
    }
    let (Some(status), true) = (status, errors.is_empty()) else { return Err(AppError::Invalid(errors)) };
    // The form has one field for why: it is the impact statement where one is needed.
    let said = Particulars {
        justification: fields.text("justification").and_then(Justification::parse),
        impact_statement: text("why"),
        action_statement: text("customers_must"),
        risk: fields.text("risk").and_then(Risk::parse),
    }
    .fitting(status);
    Ok(Proposal {
        case: case.to_owned(),
        releases,
        status,
        impact_statement: said.impact_statement,
        justification: said.justification,
        action_statement: said.action_statement,
        risk: said.risk,
        rationale: text("why").unwrap_or_default(),
        preconditions: fields.all("condition").into_iter().map(str::to_owned).collect(),
        review_on,
    })
}
