//! The handlers of the API: the same reads as the pages, as JSON, with the same permissions and the same as-of.

pub(crate) mod account;
pub(crate) mod cases;
pub(crate) mod evidence;
pub(crate) mod exposed;
pub(crate) mod health;
pub(crate) mod ledger;
pub(crate) mod mappings;
pub(crate) mod openapi;
pub(crate) mod products;
pub(crate) mod releases;
pub(crate) mod sources;
pub(crate) mod units;

use app::{App, AppError};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use domain::ledger::AsOf;
use serde::Serialize;

use crate::asked::Asked;

/// Rows of a page when no `limit` is given, and at most.
const ROWS: u32 = 100;
const MOST: u32 = 1_000;

/// The moment that was asked for. Unlike a page, the API refuses one that it cannot read.
fn moment(app: &App, asked: &Asked) -> Result<AsOf, AppError> {
    app.as_of(asked.parameter("as_of"))
}

fn json<T: Serialize>(value: &T) -> Result<Response, AppError> {
    let text = serde_json::to_string(value).map_err(|error| AppError::Defect(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// A parameter out of a closed list of words; none when it was not given.
fn word<T: Copy>(asked: &Asked, name: &'static str, words: &[(&str, T)]) -> Result<Option<T>, AppError> {
    let Some(text) = asked.parameter(name) else { return Ok(None) };
    match words.iter().find(|(word, _)| *word == text) {
        Some((_, value)) => Ok(Some(*value)),
        None => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Err(AppError::invalid(name, format!("one of: {}", words.join(", "))))
        }
    }
}
