//! Build evidence: what stands, and, of one release, what it excludes.

use app::build_evidence;
use axum::{extract::State, response::Response};

use super::{json, moment};
use crate::{asked::Asked, state::Portal};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let (as_of, viewer) = (moment(app, asked)?, asked.viewer()?);
            match asked.parameter("release") {
                Some(release) => json(&build_evidence::of_release(app, viewer, as_of, release)?),
                None => {
                    json(&serde_json::json!({ "evidence": build_evidence::list(app, viewer, as_of, None)? }))
                }
            }
        })
        .await
}
