//! Sources, snapshot and sweeps: what the watch page shows.

use app::watch;
use axum::{extract::State, response::Response};

use super::{json, moment};
use crate::{asked::Asked, state::Portal};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let as_of = moment(app, asked)?;
            json(&watch::watch(app, asked.viewer()?, as_of)?)
        })
        .await
}
