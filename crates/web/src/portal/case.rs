//! The page of a case: how the flaw could reach a patient, why it matched, releases and units, decisions with their
//! signatures, what happened, and the forms to propose and to sign.

mod history;
mod path;
mod releases;

pub(super) use history::clock;
pub(super) use path::named;
pub(super) use releases::newest;

use std::collections::BTreeMap;

use app::{
    App, AppError,
    case::{self, CaseDetail, CaseFilter, CaseSort},
    exposed::{self, ExposedReport},
    impact::{self, each_release},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    case::CaseStage,
    decision::{Assessor, DecisionState},
    person::Permission,
};

use super::{
    assess, propose, sign, stage,
    standing::{self, Standing},
    take_back,
};
use crate::{
    asked::Asked,
    frame::{Frame, figure, when},
    state::Portal,
    view::{
        assess::AssessForm,
        case::{CasePage, Stage, StageState},
        count::Link,
        decide::DecisionForm,
        href,
        shell::{Notice, Section, Undo},
        sign::SigningForm,
        stage::StageForm,
        words,
    },
};

/// Cases read to find those whose words may be taken over, and how many of them are offered.
const ALIKE_READ: usize = 2_000;
const ALIKE: usize = 20;

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
    portal.page(asked, move |app, asked| page(app, asked, &name, Sent::default())).await
}

/// A case as the pages around it know it.
pub(super) struct Known {
    pub(super) frame: Frame,
    pub(super) detail: CaseDetail,
    pub(super) report: ExposedReport,
    /// Units of every release, by `slug@version`: also of those that no longer match.
    pub(super) units: BTreeMap<String, releases::Fleet>,
}

pub(super) fn known(app: &App, asked: &Asked, name: &str) -> Result<Known, AppError> {
    let frame = Frame::read(app, asked)?;
    let detail = case::show(app, asked.viewer()?, frame.as_of, name)?;
    let report = exposed::exposed(app, asked.viewer()?, frame.as_of, &detail.subject.vulnerability.shown)?;
    let mut units = BTreeMap::new();
    each_release(app, asked.viewer()?, frame.as_of, |line| {
        units
            .insert(line.reference, releases::Fleet { units: figure(line.units), sites: figure(line.sites) });
    })?;
    Ok(Known { frame, detail, report, units })
}

pub(super) fn page(app: &App, asked: &Asked, name: &str, sent: Sent) -> Result<CasePage, AppError> {
    let viewer = asked.viewer()?;
    let known = known(app, asked, name)?;
    let forms = forms(app, asked, &known, sent)?;
    let form_absent = forms.proposal.is_none().then(|| absent(asked, &known.frame));
    let alike_open = forms.proposal.is_some() && asked.parameter("choose") == Some("duplicate");
    let alike = if alike_open { alike(app, asked, &known)? } else { Vec::new() };
    let notice = notice(asked, &known.detail);
    let Known { frame, detail, report, units } = known;
    let shown = &detail.subject.vulnerability.shown;
    let label = detail.case.label();
    let about = impact::about(app, viewer, shown, String::new())?;
    let whole = Standing::worst(&detail.decisions);
    let mut names: Vec<String> = detail.subject.names.iter().filter(|name| *name != shown).cloned().collect();
    names.insert(0, shown.clone());
    let matched = path::matched(app, viewer, &detail, &report, &frame)?;
    let table = releases::table(&detail, &report, &units, &frame);
    let crumbs = vec![frame.link_to("Cases", href::CASES)];
    // The address may have been another name of the same case.
    let mut shell = frame.shell(Section::Cases, label.clone(), crumbs);
    shell.as_of.path = href::case(&label);
    shell.notice = notice.filter(|_| frame.acting());
    Ok(CasePage {
        shell,
        meta: meta(&detail),
        summary: detail.subject.vulnerability.summary.clone(),
        harm: detail.case.harm.into(),
        risk: whole.risk,
        status: whole.status,
        firmness: whole.firmness,
        stages: stages(detail.case.stage),
        path: path::path(&detail, &report, &frame),
        matrix: None,
        matcher: matched.matcher,
        evidence: matched.evidence,
        explain: matched.explain,
        knowable: path::knowable(&detail, &about),
        threat: standing::threat(&about),
        impact: frame.link_to("Are we hit?", &href::impact(shown)),
        swept: matched.swept,
        releases: table.rows,
        total_units: table.units,
        total_sites: table.sites,
        decisions: releases::decisions(&detail, &frame, viewer.may(Permission::ReadLedger), &|one| {
            let token = forms.token.as_deref()?;
            let (decision, release) = (&one.row.decision, &one.release.name);
            take_back::form(&label, token, decision.state, &decision.id, release, forms.refused.as_ref())
        }),
        clocks: history::clocks(&detail, &frame),
        events: history::events(app, viewer, &detail, &about, &frame)?,
        ledger: frame.link_to("Ledger view", href::LEDGER),
        signing: forms.signing,
        form: forms.proposal,
        form_absent,
        assessment: forms.assessment,
        stage: forms.stage,
        alike,
        alike_open,
        title: detail.case.title,
        number: label,
        names,
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

fn forms(app: &App, asked: &Asked, known: &Known, sent: Sent) -> Result<Forms, AppError> {
    if !known.frame.acting() {
        return Ok(Forms::default());
    }
    let viewer = asked.viewer()?;
    let mut forms = Forms { signing: sent.signing, refused: sent.refused, ..Forms::default() };
    if forms.signing.is_none() && viewer.may(Permission::Sign) {
        forms.signing = sign::form(app, asked, known)?;
    }
    if viewer.may(Permission::Decide) {
        let signs = forms.signing.as_ref().is_some_and(|form| !form.closed());
        let proposal = sent.proposal.map_or_else(|| propose::form(app, asked, known), Ok)?;
        forms.proposal = Some(DecisionForm { filled: !signs, ..proposal });
        forms.assessment = Some(sent.assessment.map_or_else(|| assess::form(app, asked, known), Ok)?);
        forms.stage = Some(sent.stage.map_or_else(|| stage::form(asked, known), Ok)?);
        forms.token = Some(asked.session()?.csrf.clone());
    }
    Ok(forms)
}

/// Other cases with a signed decision, newest first: their words may be taken over.
fn alike(app: &App, asked: &Asked, known: &Known) -> Result<Vec<(String, String)>, AppError> {
    let all = CaseFilter::all();
    let list = case::list(app, asked.viewer()?, known.frame.as_of, &all, CaseSort::Number, None, ALIKE_READ)?;
    let signed = |row: &&case::CaseRow| {
        row.case.id != known.detail.case.id
            && row.decisions.iter().any(|(state, n)| *state == DecisionState::Signed && *n > 0)
    };
    let rows = list.rows.iter().rev().filter(signed).take(ALIKE);
    Ok(rows.map(|row| (row.case.label(), row.case.title.clone())).collect())
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
