//! The page of a case: how the flaw could reach a patient, why it matched, releases and units, decisions with their
//! signatures, what happened, and the forms to propose and to sign.

mod history;
mod path;
mod releases;

pub(super) use history::clock;
pub(super) use path::{listed, named};
pub(super) use releases::newest;

use app::{
    App, AppError,
    case::CaseDetail,
    page::case::{self, CaseFile, Question},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    case::CaseStage,
    decision::{Assessor, DecisionState, most_open},
    person::Permission,
};

use super::{assess, propose, sign, stage, standing, take_back, work};
use crate::{
    answer::html,
    asked::Asked,
    frame::{Frame, when},
    refusal::status,
    state::Portal,
    view::{
        assess::AssessForm,
        case::{CasePage, Stage, StageState},
        count::Link,
        decide::DecisionForm,
        harm::Matrix,
        href,
        shell::{Notice, Section, Undo},
        sign::SigningForm,
        stage::StageForm,
        words,
    },
};

/// Forms that were sent and did not hold, to be shown as they were typed.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) proposal: Option<DecisionForm>,
    pub(super) signing: Option<SigningForm>,
    pub(super) assessment: Option<AssessForm>,
    pub(super) stage: Option<StageForm>,
    pub(super) refused: Option<take_back::Refused>,
}

pub(crate) async fn get(State(portal): State<Portal>, Path(name): Path<String>, asked: Asked) -> Response {
    portal.page(asked, move |app, asked| page(asked, known(app, asked, &name)?, Sent::default())).await
}

/// A case as the pages around it know it.
pub(super) struct Known {
    pub(super) frame: Frame,
    pub(super) file: CaseFile,
}

fn known(app: &App, asked: &Asked, name: &str) -> Result<Known, AppError> {
    let frame = Frame::read(app, asked)?;
    let alike = asked.parameter("choose") == Some("duplicate");
    let question = Question { name, alike, like: asked.parameter("like") };
    let file = case::case(app, asked.viewer()?, frame.as_of, question)?;
    Ok(Known { frame, file })
}

/// The answer to a form that did not hold: the page with the form as it was typed, and what is wrong with it. What is wrong
/// with the request itself stays an error.
pub(super) fn held(
    app: &App,
    asked: &Asked,
    name: &str,
    error: AppError,
    sent: impl FnOnce(&Known, &AppError) -> Result<Option<Sent>, AppError>,
) -> Result<Response, AppError> {
    if !matches!(error, AppError::Invalid(_) | AppError::Conflict(_) | AppError::Unauthenticated(_)) {
        return Err(error);
    }
    let known = known(app, asked, name)?;
    match sent(&known, &error)? {
        Some(sent) => html(status(&error), &page(asked, known, sent)?),
        None => Err(error),
    }
}

fn page(asked: &Asked, known: Known, sent: Sent) -> Result<CasePage, AppError> {
    let viewer = asked.viewer()?;
    let forms = forms(asked, &known, sent)?;
    let form_absent = forms.proposal.is_none().then(|| absent(asked, &known.frame));
    let alike_open = forms.proposal.is_some() && asked.parameter("choose") == Some("duplicate");
    let Known { frame, file } = known;
    let notice = notice(asked, &file.detail).filter(|_| frame.acting());
    let detail = &file.detail;
    let shown = &detail.subject.vulnerability.shown;
    let label = detail.case.label();
    let whole = work::standing(most_open(detail.decisions.iter().map(|one| &one.row.decision)));
    let mut names: Vec<String> = detail.subject.names.iter().filter(|name| *name != shown).cloned().collect();
    names.insert(0, shown.clone());
    let matched = path::matched(&file, &frame);
    let table = releases::table(&file, &frame);
    let crumbs = vec![frame.link_to("Cases", href::CASES)];
    // The address may have been another name of the same case.
    let mut shell = frame.shell(Section::Cases, label.clone(), crumbs);
    shell.as_of.path = href::case(&label);
    shell.notice = notice;
    let ledger = viewer.may(Permission::ReadLedger);
    Ok(CasePage {
        shell,
        meta: meta(detail),
        summary: detail.subject.vulnerability.summary.clone(),
        harm: detail.case.harm.into(),
        risk: whole.risk,
        status: whole.status,
        firmness: whole.firmness,
        stages: stages(detail.case.stage),
        path: path::path(&file, &frame),
        matrix: detail
            .case
            .harm
            .zip(detail.case.exploitability)
            .map(|(harm, exploitability)| Matrix { harm, exploitability }),
        matcher: matched.matcher,
        evidence: matched.evidence,
        explain: matched.explain,
        knowable: path::knowable(&file),
        threat: standing::threat(&file.about),
        impact: frame.link_to("Are we hit?", &href::impact(shown)),
        swept: matched.swept,
        releases: table.rows,
        total_units: table.units,
        total_sites: table.sites,
        decisions: releases::decisions(detail, &frame, ledger, &|one| {
            let token = forms.token.as_deref()?;
            let (decision, release) = (&one.row.decision, &one.release.name);
            take_back::form(&label, token, decision.state, &decision.id, release, forms.refused.as_ref())
        }),
        clocks: history::clocks(detail, &frame),
        events: history::events(&file, ledger, &frame),
        ledger: frame.link_to("Ledger view", href::LEDGER),
        signing: forms.signing,
        form: forms.proposal,
        form_absent,
        assessment: forms.assessment,
        stage: forms.stage,
        alike: file.alike.iter().map(|case| (case.label(), case.title.clone())).collect(),
        alike_open,
        names,
        title: file.detail.case.title,
        number: label,
    })
}

/// The forms of a page: those that were sent and did not hold, else as the case stands.
#[derive(Default)]
struct Forms {
    signing: Option<SigningForm>,
    proposal: Option<DecisionForm>,
    assessment: Option<AssessForm>,
    stage: Option<StageForm>,
    refused: Option<take_back::Refused>,
    /// For the small forms beside decisions; none for who may not decide.
    token: Option<String>,
}

fn forms(asked: &Asked, known: &Known, sent: Sent) -> Result<Forms, AppError> {
    if !known.frame.acting() {
        return Ok(Forms::default());
    }
    let viewer = asked.viewer()?;
    let mut forms = Forms { signing: sent.signing, refused: sent.refused, ..Forms::default() };
    if forms.signing.is_none() && viewer.may(Permission::Sign) {
        forms.signing = sign::form(asked, known)?;
    }
    if viewer.may(Permission::Decide) {
        let signs = forms.signing.as_ref().is_some_and(|form| !form.closed());
        let proposal = sent.proposal.map_or_else(|| propose::form(asked, known), Ok)?;
        forms.proposal = Some(DecisionForm { filled: !signs, ..proposal });
        forms.assessment = Some(sent.assessment.map_or_else(|| assess::form(asked, known), Ok)?);
        forms.stage = Some(sent.stage.map_or_else(|| stage::form(asked, known), Ok)?);
        forms.token = Some(asked.session()?.csrf.clone());
    }
    Ok(forms)
}

/// What the last act did, told by a word in the address; a proposal made just now can be taken back at once.
fn notice(asked: &Asked, detail: &CaseDetail) -> Option<Notice> {
    let label = detail.case.label();
    let (text, undo) = match asked.parameter("done")? {
        "opened" => (format!("{label} was opened."), None),
        "found" => (format!("This flaw has a case already: {label}."), None),
        "proposed" => {
            (format!("Proposed in {label}. It counts as open until it is signed."), undo(asked, detail))
        }
        "signed" => (format!("Signed in {label}."), None),
        "withdrawn" => ("The proposal was withdrawn.".to_owned(), None),
        "reopened" => ("The decision was reopened. Its signature is void.".to_owned(), None),
        "assessed" => (format!("The assessment of {label} was written."), None),
        "moved" => (format!("{label} is at {} now.", words::stage(detail.case.stage)), None),
        _ => return None,
    };
    Some(Notice { text, undo })
}

/// Withdraws what this person proposed last, as long as nobody signed it.
pub(super) fn undo(asked: &Asked, detail: &CaseDetail) -> Option<Undo> {
    let viewer = asked.viewer().ok().filter(|viewer| viewer.may(Permission::Decide))?;
    let me = Assessor::Person(viewer.as_person()?.id.clone());
    let mine = || {
        let waiting = detail.decisions.iter().map(|one| &one.row);
        waiting.filter(|row| row.decision.state == DecisionState::Proposed && row.decision.assessor == me)
    };
    let last = mine().map(|row| row.since).max()?;
    let ids = mine().filter(|row| row.since == last).map(|row| row.decision.id.0.clone());
    let mut fields: Vec<(String, String)> = ids.map(|id| ("decision".to_owned(), id)).collect();
    fields.push(("reason".to_owned(), "Taken back at once".to_owned()));
    Some(Undo { action: format!("{}/withdraw", href::case(&detail.case.label())), fields })
}

fn absent(asked: &Asked, frame: &Frame) -> String {
    if !frame.acting() {
        return "This page shows a moment that has passed. Decisions are made on the present.".to_owned();
    }
    match asked.viewer().and_then(|viewer| viewer.require(Permission::Decide)) {
        Err(error) => format!("{error}."),
        Ok(()) => String::new(),
    }
}

fn meta(detail: &CaseDetail) -> Vec<String> {
    let case = &detail.case;
    let mut meta = vec![format!("learned {}", when(&case.learned_at.to_string()))];
    meta.push(
        detail.owner.as_ref().map_or_else(|| "no owner".to_owned(), |owner| format!("owner {}", owner.name)),
    );
    if let Some(due) = case.due {
        meta.push(format!("due {}", words::day(due)));
    }
    if case.audience.0 != domain::audience::Audience::GENERAL {
        meta.push(format!("need to know: {}", case.audience.0));
    }
    meta
}

fn stages(current: CaseStage) -> Vec<Stage> {
    let state = |stage: CaseStage| match stage.cmp(&current) {
        std::cmp::Ordering::Less => StageState::Done,
        std::cmp::Ordering::Equal => StageState::Current,
        std::cmp::Ordering::Greater => StageState::Ahead,
    };
    CaseStage::ALL.into_iter().map(|stage| Stage { name: words::stage(stage), state: state(stage) }).collect()
}

/// A release of this portal: `slug@version` behind its full name.
pub(super) fn release_link(product: &str, version: &str, reference: &str, frame: &Frame) -> Link {
    frame.link_to(format!("{product} {version}"), &href::release(reference))
}
