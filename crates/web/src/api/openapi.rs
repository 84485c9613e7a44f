//! The description of the API, as the server laid it down when it built its routes.

use std::sync::Arc;

use axum::{Extension, Json};
use utoipa::openapi::OpenApi;

pub(crate) async fn get(Extension(description): Extension<Arc<OpenApi>>) -> Json<OpenApi> {
    Json(OpenApi::clone(&description))
}
