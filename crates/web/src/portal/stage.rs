//! Moving a case to another stage: the form with what holds it back, and what was sent.

use app::{AppError, case as cases};
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::case::{CaseStage, advance};

use super::{
    case::{self, Known, Sent},
    problems,
};
use crate::{
    answer::go,
    asked::Asked,
    state::Portal,
    view::{field::Problems, href, stage::StageForm},
};

const FIELDS: [(&str, &str); 2] = [("stage", "to"), ("reason", "stage-reason")];

pub(crate) async fn post(State(portal): State<Portal>, Path(name): Path<String>, asked: Asked) -> Response {
    portal
        .respond(asked, move |app, asked| {
            let viewer = asked.viewer()?;
            let to = CaseStage::parse(asked.fields.value("to"))
                .ok_or_else(|| AppError::invalid("stage", "choose a stage"));
            let done = to.and_then(|to| cases::move_to(app, viewer, &name, to, asked.fields.value("reason")));
            match done {
                Ok(case) => Ok(go(&href::with(&href::case(&case.label()), &[("done", "moved")]))),
                Err(error) => case::held(app, asked, &name, error, |known, error| {
                    let mut form = form(asked, known)?;
                    form.chosen = CaseStage::parse(asked.fields.value("to")).unwrap_or(form.chosen);
                    form.reason = asked.fields.value("reason").to_owned();
                    form.open = true;
                    // The gates are told at the field; the note would repeat them.
                    form.held.clear();
                    (form.problems, form.refused) = problems::of(error, &FIELDS);
                    Ok(Some(Sent { stage: Some(form), ..Sent::default() }))
                }),
            }
        })
        .await
}

/// The form with the next stage chosen, and what is to be done before it.
pub(super) fn form(asked: &Asked, known: &Known) -> Result<StageForm, AppError> {
    let detail = &known.file.detail;
    let case = &detail.case;
    let next = CaseStage::ALL.into_iter().find(|stage| *stage > case.stage);
    let held = next.map(|next| advance(case.stage, next, &detail.standing).err().unwrap_or_default());
    Ok(StageForm {
        action: format!("{}/stage", href::case(&case.label())),
        form_token: asked.session()?.csrf.clone(),
        open: asked.parameter("choose") == Some("stage"),
        current: case.stage,
        chosen: next.unwrap_or(CaseStage::Applicability),
        held: held.unwrap_or_default().iter().map(ToString::to_string).collect(),
        reason: String::new(),
        problems: Problems::default(),
        refused: None,
    })
}
