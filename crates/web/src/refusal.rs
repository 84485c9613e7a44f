//! What an error is called to a person, in one match over all of them: its status, its sentence, and what to do.
//!
//! Files, statements and defects say where we keep things: that is for the log.

use app::AppError;
use axum::http::StatusCode;

/// The status of an error. No arm for the rest: a new error has to be placed here.
pub(crate) fn status(error: &AppError) -> StatusCode {
    match error {
        AppError::NotFound { .. } => StatusCode::NOT_FOUND,
        AppError::Denied(_) => StatusCode::FORBIDDEN,
        AppError::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        AppError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        AppError::Conflict(_) | AppError::Missing { .. } => StatusCode::CONFLICT,
        AppError::Store(_) | AppError::File { .. } | AppError::Defect(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What it is, in a sentence.
pub(crate) fn title(error: &AppError) -> String {
    if status(error).is_server_error() {
        return "The portal could not answer".to_owned();
    }
    sentence(&error.to_string())
}

/// The same on a page that shows other things as well, with what to do.
pub(crate) fn told(error: &AppError) -> String {
    if status(error).is_server_error() {
        return "The log says why.".to_owned();
    }
    format!("{} {}", title(error), hint(error))
}

/// What to do, in words of the portal; the errors' own hints name commands.
pub(crate) fn hint(error: &AppError) -> String {
    match error {
        AppError::NotFound { .. } => {
            "Check the spelling; it may also be something you may not know of.".to_owned()
        }
        AppError::Denied(_) => {
            "Ask an administrator for the role, or sign in as somebody who has it.".to_owned()
        }
        AppError::Store(_) | AppError::File { .. } | AppError::Defect(_) => {
            "Nothing was changed. Try again in a moment; if it stays, report it with the reference."
                .to_owned()
        }
        AppError::Missing { hint, .. } => format!("{hint}."),
        AppError::Unauthenticated(_) | AppError::Invalid(_) | AppError::Conflict(_) => {
            format!("{}.", error.hint())
        }
    }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), characters.as_str())
}
