//! The door: `GET` shows it with a token of its own, `POST` opens a session.

use app::{App, AppError, session};
use axum::{extract::State, http::StatusCode, response::Response};

use super::problems;
use crate::{
    answer::{go, html, inside, with_cookie},
    asked::Asked,
    cookie,
    refusal::status,
    state::Portal,
    view::{field::Problems, href, signin::SignInPage},
};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    let secure = portal.secure;
    portal
        .respond(asked, move |app, asked| {
            let next = asked.parameter("next").unwrap_or(href::TODAY);
            at_the_door(app, asked, secure, StatusCode::OK, |form_token| page(app, form_token, "", next))
        })
        .await
}

pub(crate) async fn post(State(portal): State<Portal>, asked: Asked) -> Response {
    let secure = portal.secure;
    portal
        .respond(asked, move |app, asked| {
            let fields = &asked.fields;
            let (email, next) = (fields.value("email"), fields.value("next"));
            match session::sign_in(app, email, fields.value("password")) {
                Ok((token, _)) => {
                    let signed_in =
                        with_cookie(go(inside(next)), cookie::set(cookie::SESSION, &token, secure));
                    Ok(with_cookie(signed_in, cookie::set(cookie::DOOR, "", secure)))
                }
                Err(error @ (AppError::Unauthenticated(_) | AppError::Invalid(_))) => {
                    let mut view = page(app, fields.value("form_token").to_owned(), email, next);
                    let names = [("email", "email"), ("password", "password")];
                    (view.problems, view.refused) = problems::of(&error, &names);
                    view.refused = view.refused.map(|text| format!("Not signed in: {text}."));
                    html(status(&error), &view)
                }
                Err(error) => Err(error),
            }
        })
        .await
}

/// A page before sign-in, with the token that its form sends back in a cookie.
pub(super) fn at_the_door<V: askama::Template>(
    app: &App,
    asked: &Asked,
    secure: bool,
    status: StatusCode,
    view: impl FnOnce(String) -> V,
) -> Result<Response, AppError> {
    let token = match (&asked.session, &asked.door) {
        (Some(session), _) => session.csrf.clone(),
        (None, Some(door)) => door.clone(),
        (None, None) => app.random::<32>().iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    let response = html(status, &view(token.clone()))?;
    Ok(with_cookie(response, cookie::set(cookie::DOOR, &token, secure)))
}

fn page(app: &App, form_token: String, email: &str, next: &str) -> SignInPage {
    SignInPage {
        manufacturer: app.name.clone(),
        form_token,
        email: email.to_owned(),
        next: inside(next).to_owned(),
        problems: Problems::default(),
        refused: None,
    }
}
