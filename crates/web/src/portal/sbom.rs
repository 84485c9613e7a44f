//! The SBOM of a release, the bytes as they were received.

use app::{AppError, inventory};
use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::{asked::Asked, state::Portal};

pub(crate) async fn get(State(portal): State<Portal>, Path(release): Path<String>, asked: Asked) -> Response {
    portal
        .respond(asked, move |app, asked| {
            let as_of = app.as_of(asked.parameter("as_of"))?;
            let (name, bytes) = inventory::original(app, asked.viewer()?, as_of, &release)?;
            Ok((as_file(&name)?, bytes).into_response())
        })
        .await
}

/// Always a file, never a page: a document of somebody else's must not run here.
pub(super) fn as_file(name: &str) -> Result<[(HeaderName, HeaderValue); 2], AppError> {
    Ok([
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, disposition(name)?),
    ])
}

fn disposition(name: &str) -> Result<HeaderValue, AppError> {
    let plain: String = name
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || "._-".contains(letter) { letter } else { '_' })
        .collect();
    HeaderValue::from_str(&format!("attachment; filename=\"{plain}\""))
        .map_err(|error| AppError::Defect(error.to_string()))
}
