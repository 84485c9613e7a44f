//! Whether the sum closes, for one release or for all.

use app::account;
use axum::{extract::State, response::Response};

use super::{json, moment};
use crate::{asked::Asked, state::Portal};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let as_of = moment(app, asked)?;
            json(&account::account(app, asked.viewer()?, as_of, asked.parameter("release"))?)
        })
        .await
}
