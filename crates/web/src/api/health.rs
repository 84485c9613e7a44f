//! Whether the portal answers and reaches its record, for whoever watches the process. Says nothing of the workspace.

use app::ledger;
use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use domain::ledger::AsOf;
use serde_json::json;

use crate::state::Portal;

pub(crate) async fn get(State(portal): State<Portal>) -> impl IntoResponse {
    let reached = portal.run(|app| ledger::head(app, AsOf::Now)).await;
    match reached {
        Ok(_) => (StatusCode::OK, Json(json!({"status": "ok"}))),
        Err(error) => {
            tracing::error!(%error, "the record cannot be reached");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "the record cannot be reached"})))
        }
    }
}
