//! Opening the case of a vulnerability; where there is one already, the way to it.

use app::{
    AppError,
    case::{self, NewCase},
};
use axum::{extract::State, response::Response};
use domain::ledger::AsOf;

use crate::{answer::go, asked::Asked, state::Portal, view::href};

pub(crate) async fn post(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let (fields, viewer) = (&asked.fields, asked.viewer()?);
            let vulnerability = fields.value("vulnerability");
            let new = NewCase {
                vulnerability: vulnerability.to_owned(),
                title: Some(fields.value("title").to_owned()).filter(|title| !title.trim().is_empty()),
                owner: viewer.as_person().map(|person| person.id.clone()),
                learned_at: None,
            };
            let (case, done) = match case::open(app, viewer, new, fields.value("reason")) {
                Ok(case) => (case, "opened"),
                // Somebody was faster, or the address is an old one: what was wanted is there.
                Err(error @ AppError::Conflict(_)) => match case::show(app, viewer, AsOf::Now, vulnerability)
                {
                    Ok(detail) => (detail.case, "found"),
                    Err(_) => return Err(error),
                },
                Err(error) => return Err(error),
            };
            Ok(go(&next(&href::case(&case.label()), done, fields.value("then"))))
        })
        .await
}

/// The part of the case that was wanted.
fn next(case: &str, done: &str, then: &str) -> String {
    let (then, fragment) = match then {
        "decline" => (then, "#decide"),
        "duplicate" => (then, "#alike"),
        "snooze" => (then, "#assess"),
        _ => ("", ""),
    };
    if then.is_empty() {
        return href::with(case, &[("done", done)]);
    }
    href::with(&format!("{case}{fragment}"), &[("done", done), ("choose", then)])
}
