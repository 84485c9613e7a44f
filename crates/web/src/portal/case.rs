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
    case::{self, CaseDetail},
    exposed::{self, ExposedReport},
    impact::each_release,
    threat,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{case::CaseStage, person::Permission};

use super::{
    propose, sign,
    standing::{self, Standing},
};
use crate::{
    asked::Asked,
    frame::{Frame, figure, when},
    state::Portal,
    view::{
        case::{CasePage, Stage, StageState},
        count::Link,
        decide::DecisionForm,
        href,
        shell::Section,
        sign::SigningForm,
    },
};

/// Forms that were sent and did not hold, to be shown as they were typed.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) proposal: Option<DecisionForm>,
    pub(super) signing: Option<SigningForm>,
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
    let (signing, form) = forms(app, asked, &known, sent)?;
    let form_absent = form.is_none().then(|| absent(asked, &known.frame));
    let Known { frame, detail, report, units } = known;
    let shown = &detail.subject.vulnerability.shown;
    let label = detail.case.label();
    let threat = threat::threat(app, viewer, shown)?;
    let whole = Standing::worst(&detail.decisions);
    let mut names: Vec<String> = detail.subject.names.iter().filter(|name| *name != shown).cloned().collect();
    names.insert(0, shown.clone());
    let matched = path::matched(app, viewer, &detail, &report, &frame)?;
    let table = releases::table(&detail, &report, &units, &frame);
    let crumbs = vec![frame.link_to("Cases", href::CASES)];
    // The address may have been another name of the same case.
    let mut shell = frame.shell(Section::Cases, label.clone(), crumbs);
    shell.as_of.path = href::case(&label);
    Ok(CasePage {
        shell,
        meta: meta(&detail, &frame),
        summary: detail.subject.vulnerability.summary.clone(),
        harm: standing::harm(detail.case.harm),
        risk: whole.risk,
        status: whole.status,
        firmness: whole.firmness,
        stages: stages(detail.case.stage),
        path: path::path(&detail, &report, &frame),
        matrix: None,
        matcher: matched.matcher,
        evidence: matched.evidence,
        explain: matched.explain,
        knowable: path::knowable(&detail, threat.as_ref()),
        threat: standing::threat(threat.as_ref()),
        impact: frame.link_to("Are we hit?", &href::impact(shown)),
        swept: matched.swept,
        releases: table.rows,
        total_units: table.units,
        total_sites: table.sites,
        decisions: releases::decisions(&detail, &frame, viewer.may(Permission::ReadLedger)),
        clocks: history::clocks(&detail, &frame),
        events: history::events(app, viewer, &detail, threat.as_ref(), &frame)?,
        ledger: frame.link_to("Ledger view", href::LEDGER),
        signing,
        form,
        form_absent,
        title: detail.case.title,
        number: label,
        names,
    })
}

fn forms(
    app: &App,
    asked: &Asked,
    known: &Known,
    sent: Sent,
) -> Result<(Option<SigningForm>, Option<DecisionForm>), AppError> {
    if !known.frame.acting() {
        return Ok((None, None));
    }
    let viewer = asked.viewer()?;
    let signing = match sent.signing {
        Some(signing) => Some(signing),
        None if viewer.may(Permission::Sign) => sign::form(app, asked, known)?,
        None => None,
    };
    let form = match sent.proposal {
        Some(form) => Some(form),
        None if viewer.may(Permission::Decide) => Some(propose::form(asked, known)?),
        None => None,
    };
    Ok((signing, form))
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

fn meta(detail: &CaseDetail, frame: &Frame) -> Vec<String> {
    let case = &detail.case;
    let mut meta = vec![format!("learned {}", when(&case.learned_at.to_string()))];
    meta.push(
        detail.owner.as_ref().map_or_else(|| "no owner".to_owned(), |owner| format!("owner {}", owner.name)),
    );
    if let Some(due) = case.due {
        meta.push(format!("due {}", crate::view::words::day(due)));
    }
    if case.audience.0 != domain::audience::Audience::GENERAL {
        meta.push(format!("need to know: {}", case.audience.0));
    }
    if detail.withheld > 0 && frame.acting() {
        meta.push(format!("{} more that you may not know of", detail.withheld));
    }
    meta
}

fn stages(current: CaseStage) -> Vec<Stage> {
    let name = |stage| match stage {
        CaseStage::Triage => "Triage",
        CaseStage::Applicability => "Applicability",
        CaseStage::RiskAssessment => "Risk",
        CaseStage::Determination => "Determination",
        CaseStage::Plan => "Plan",
        CaseStage::Closed => "Closed",
    };
    let state = |stage: CaseStage| match stage.cmp(&current) {
        std::cmp::Ordering::Less => StageState::Done,
        std::cmp::Ordering::Equal => StageState::Current,
        std::cmp::Ordering::Greater => StageState::Ahead,
    };
    CaseStage::ALL.into_iter().map(|stage| Stage { name: name(stage), state: state(stage) }).collect()
}

/// A release of this portal: `slug@version` behind its full name.
pub(super) fn release_link(product: &str, version: &str, reference: &str, frame: &Frame) -> Link {
    frame.link_to(format!("{product} {version}"), &href::release(reference))
}
