//! Opening the case of a vulnerability.

use app::case::{self, NewCase};
use axum::{extract::State, response::Response};

use crate::{answer::go, asked::Asked, state::Portal, view::href};

pub(crate) async fn post(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let fields = &asked.fields;
            let title = Some(fields.value("title").to_owned()).filter(|title| !title.trim().is_empty());
            let new = NewCase {
                vulnerability: fields.value("vulnerability").to_owned(),
                title,
                owner: asked.viewer()?.as_person().map(|person| person.id.clone()),
                learned_at: None,
            };
            let case = case::open(app, asked.viewer()?, new, fields.value("reason"))?;
            Ok(go(&href::case(&case.label())))
        })
        .await
}
