//! The one-time link of a new workspace: makes the first administrator.

use app::{App, AppError, person};
use axum::{extract::State, http::StatusCode, response::Response};

use super::{problems, sign_in::at_the_door};
use crate::{
    answer::{go, html},
    asked::Asked,
    refusal::status,
    state::Portal,
    view::{field::Problems, href, setup::SetupPage},
};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    let secure = portal.secure;
    portal
        .respond(asked, move |app, asked| {
            let token = asked.parameter("token").unwrap_or_default();
            at_the_door(app, asked, secure, StatusCode::OK, |form_token| page(app, form_token, token))
        })
        .await
}

pub(crate) async fn post(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let fields = &asked.fields;
            let (name, email) = (fields.value("name"), fields.value("email"));
            let made =
                person::redeem_setup(app, fields.value("token"), name, email, fields.value("password"));
            match made {
                Ok(_) => Ok(go(href::SIGN_IN)),
                Err(
                    error @ (AppError::Unauthenticated(_) | AppError::Invalid(_) | AppError::Conflict(_)),
                ) => {
                    let mut view = page(app, fields.value("form_token").to_owned(), fields.value("token"));
                    let names = [("name", "name"), ("email", "email"), ("password", "password")];
                    (view.problems, view.refused) = problems::of(&error, &names);
                    (view.name, view.email) = (name.to_owned(), email.to_owned());
                    html(status(&error), &view)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

fn page(app: &App, form_token: String, token: &str) -> SetupPage {
    SetupPage {
        manufacturer: app.name.clone(),
        form_token,
        token: token.to_owned(),
        name: String::new(),
        email: String::new(),
        problems: Problems::default(),
        refused: None,
    }
}
