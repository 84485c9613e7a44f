//! What is exposed to a vulnerability, by any of its names.

use app::{AppError, exposed};
use axum::{extract::State, response::Response};

use super::{json, moment};
use crate::{asked::Asked, state::Portal};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let as_of = moment(app, asked)?;
            let name = asked
                .parameter("vulnerability")
                .ok_or_else(|| AppError::invalid("vulnerability", "name one, such as CVE-2024-1086"))?;
            json(&exposed::exposed(app, asked.viewer()?, as_of, name)?)
        })
        .await
}
