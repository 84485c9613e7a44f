//! Ends the session and forgets its cookie.

use app::session;
use axum::{extract::State, response::Response};

use crate::{
    answer::{go, with_cookie},
    asked::Asked,
    cookie,
    state::Portal,
    view::href,
};

pub(crate) async fn post(State(portal): State<Portal>, asked: Asked) -> Response {
    let secure = portal.secure;
    portal
        .respond(asked, move |app, asked| {
            if let Some(token) = &asked.token {
                session::sign_out(app, token)?;
            }
            Ok(with_cookie(go(href::SIGN_IN), cookie::set(cookie::SESSION, "", secure)))
        })
        .await
}
