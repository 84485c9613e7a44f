//! The handlers of the API: the same reads as the pages, as JSON, with the same permissions and the same as-of.

pub(crate) mod account;
pub(crate) mod exposed;
pub(crate) mod health;
pub(crate) mod ledger;
pub(crate) mod openapi;
pub(crate) mod sources;

use app::{App, AppError};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use domain::ledger::AsOf;
use serde::Serialize;

use crate::asked::Asked;

/// The moment that was asked for. Unlike a page, the API refuses one that it cannot read.
fn moment(app: &App, asked: &Asked) -> Result<AsOf, AppError> {
    app.as_of(asked.parameter("as_of"))
}

fn json<T: Serialize>(value: &T) -> Result<Response, AppError> {
    let text = serde_json::to_string(value).map_err(|error| AppError::Defect(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}
