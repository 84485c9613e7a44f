//! Style sheets and the script, by their digest, kept for ever.

use axum::{
    extract::State,
    http::{Uri, header},
    response::{IntoResponse, Response},
};

use crate::{answer, assets, state::Portal};

pub(crate) async fn get(State(portal): State<Portal>, uri: Uri) -> Response {
    match assets::asset(uri.path()) {
        Some(asset) => {
            let headers = [
                (header::CONTENT_TYPE, asset.media_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, asset.text).into_response()
        }
        None => answer::nothing_here(State(portal), uri).await,
    }
}
