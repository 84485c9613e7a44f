//! People and need-to-know labels, for whoever administers: who is on which list, and putting on and taking off.

use app::{App, AppError, label, person};
use axum::{extract::State, response::Response};

use crate::{
    answer::{go, html},
    asked::Asked,
    frame::{Frame, figure, role_words},
    portal::problems,
    refusal::status,
    state::Portal,
    view::{
        href,
        people::{LabelForm, LabelRow, PeoplePage, PersonRow},
        shell::Section,
    },
};

/// People on the page at most.
const PEOPLE: usize = 1_000;
/// The use case's fields and the form's.
const NAMES: [(&str, &str); 2] = [("audience", "label"), ("reason", "reason")];

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, |app, asked| page(app, asked, LabelForm::default())).await
}

pub(crate) async fn post(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let fields = &asked.fields;
            let (who, label) = (fields.value("person"), fields.value("label").trim());
            let viewer = asked.viewer()?;
            let done = match fields.value("do") {
                "revoke" => label::revoke(app, viewer, who, label, fields.value("reason")),
                _ => label::grant(app, viewer, who, label, fields.value("reason")),
            };
            let error = match done {
                Ok(_) => return Ok(go(href::PEOPLE)),
                Err(error @ (AppError::Invalid(_) | AppError::Conflict(_) | AppError::NotFound { .. })) => {
                    error
                }
                Err(error) => return Err(error),
            };
            let (problems, refused) = problems::of(&error, &NAMES);
            let form = LabelForm {
                person: who.to_owned(),
                label: label.to_owned(),
                reason: fields.value("reason").to_owned(),
                problems,
                refused,
            };
            html(status(&error), &page(app, asked, form)?)
        })
        .await
}

fn page(app: &App, asked: &Asked, form: LabelForm) -> Result<PeoplePage, AppError> {
    let frame = Frame::read(app, asked)?;
    let viewer = asked.viewer()?;
    let people = person::list(app, viewer, frame.as_of, None, PEOPLE)?.into_iter().map(|person| PersonRow {
        roles: person.roles.iter().map(|role| role_words(*role)).collect::<Vec<_>>().join(", "),
        name: person.name,
        email: person.email,
        active: person.active,
        labels: person.audiences,
    });
    let labels = label::list(app, viewer)?.into_iter().map(|line| LabelRow {
        holders: line.holders.join(", "),
        label: line.label,
        records: figure(line.records),
    });
    Ok(PeoplePage {
        shell: frame.shell(Section::People, "People", Vec::new()),
        people: people.collect(),
        labels: labels.collect(),
        form,
    })
}
