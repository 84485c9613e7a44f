//! Assessing a case: the form as the case stands, and what was sent.

use app::{
    AppError,
    case::{self as cases, Assessment},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{
    case::{Exploitability, HarmSeverity},
    id::PersonId,
};

use super::{
    case::{self, Known, Sent},
    problems,
};
use crate::{
    answer::go,
    asked::{Asked, Fields},
    state::Portal,
    view::{assess::AssessForm, field::Problems, href},
};

const FIELDS: [(&str, &str); 5] = [
    ("title", "title"),
    ("owner", "owner"),
    ("due", "due"),
    ("harm_path", "station-1"),
    ("reason", "assess-reason"),
];

pub(crate) async fn post(State(portal): State<Portal>, Path(name): Path<String>, asked: Asked) -> Response {
    portal
        .respond(asked, move |app, asked| {
            let viewer = asked.viewer()?;
            let reason = asked.fields.value("reason");
            let done = assessment(&asked.fields)
                .and_then(|assessment| cases::assess(app, viewer, &name, assessment, reason));
            match done {
                Ok(case) => Ok(go(&format!(
                    "{}#assess",
                    href::with(&href::case(&case.label()), &[("done", "assessed")])
                ))),
                Err(error) => case::held(app, asked, &name, error, |known, error| {
                    let mut form = typed(form(asked, known)?, &asked.fields);
                    (form.problems, form.refused) = problems::of(error, &FIELDS);
                    form.refused = form.refused.map(|text| format!("Not written: {text}."));
                    Ok(Some(Sent { assessment: Some(form), ..Sent::default() }))
                }),
            }
        })
        .await
}

/// The form as the case stands; unfolded when it was asked for.
pub(super) fn form(asked: &Asked, known: &Known) -> Result<AssessForm, AppError> {
    let case = &known.file.detail.case;
    let owners = known.file.owners.iter();
    let mut lines = case.harm_path.as_deref().unwrap_or_default().lines().map(|line| line.trim().to_owned());
    let mut station = || lines.next().unwrap_or_default();
    let choose = asked.parameter("choose");
    Ok(AssessForm {
        action: format!("{}/assess", href::case(&case.label())),
        form_token: asked.session()?.csrf.clone(),
        open: choose == Some("assess") || choose == Some("snooze"),
        title: case.title.clone(),
        harm: case.harm,
        exploitability: case.exploitability,
        stations: [station(), station(), station(), station(), station()],
        owner: case.owner.as_ref().map(|owner| owner.0.clone()).unwrap_or_default(),
        owners: owners.map(|person| (person.id.0.clone(), person.name.clone())).collect(),
        due: case.due.map(|due| due.to_string()).unwrap_or_default(),
        reason: String::new(),
        problems: Problems::default(),
        refused: None,
    })
}

/// The form with what was typed.
fn typed(form: AssessForm, fields: &Fields) -> AssessForm {
    let mut stations = fields.all("station").into_iter().map(str::to_owned);
    let mut station = || stations.next().unwrap_or_default();
    AssessForm {
        open: true,
        title: fields.value("title").to_owned(),
        harm: HarmSeverity::parse(fields.value("harm")),
        exploitability: Exploitability::parse(fields.value("exploitability")),
        stations: [station(), station(), station(), station(), station()],
        owner: fields.value("owner").to_owned(),
        due: fields.value("due").to_owned(),
        reason: fields.value("reason").to_owned(),
        ..form
    }
}

/// What was sent; a day that is none is told at its field.
fn assessment(fields: &Fields) -> Result<Assessment, AppError> {
    let due = fields.day("due", "due").map_err(|error| AppError::Invalid(vec![error]))?;
    let stations: Vec<&str> = fields.all("station").into_iter().map(str::trim).collect();
    Ok(Assessment {
        title: Some(fields.value("title").to_owned()),
        owner: Some(fields.text("owner").map(|id| PersonId(id.to_owned()))),
        due: Some(due),
        harm: Some(fields.text("harm").and_then(HarmSeverity::parse)),
        exploitability: Some(fields.text("exploitability").and_then(Exploitability::parse)),
        harm_path: Some(Some(stations.join("\n").trim_end().to_owned()).filter(|path| !path.is_empty())),
        learned_at: None,
    })
}
