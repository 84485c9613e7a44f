//! Answers: a page, a way on, or an error, each in the form that was asked for. What an error is called is decided here, in
//! one match over all of them; its technical cause goes to the log.

use app::{App, AppError};
use askama::Template;
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use serde_json::json;

use crate::{
    asked::Asked,
    render,
    state::Portal,
    view::{count::Link, error::ErrorPage, href},
};

impl Portal {
    /// A page from one call of the record, rendered where it may block.
    pub(crate) async fn page<V: Template>(
        &self,
        asked: Asked,
        make: impl FnOnce(&App, &Asked) -> Result<V, AppError> + Send + 'static,
    ) -> Response {
        self.respond(asked, |app, asked| html(StatusCode::OK, &make(app, asked)?)).await
    }

    /// Any answer from one call of the record.
    pub(crate) async fn respond(
        &self,
        asked: Asked,
        make: impl FnOnce(&App, &Asked) -> Result<Response, AppError> + Send + 'static,
    ) -> Response {
        let path = asked.path.clone();
        match self.run(move |app| make(app, &asked)).await {
            Ok(response) => response,
            Err(refused) => error(&self.app, &path, &refused),
        }
    }
}

/// A page with a status.
pub(crate) fn html<V: Template>(status: StatusCode, view: &V) -> Result<Response, AppError> {
    let text = render(view).map_err(|error| AppError::Defect(error.to_string()))?;
    Ok((status, Html(text)).into_response())
}

/// On to another page after an act, so that loading again repeats nothing.
pub(crate) fn go(address: &str) -> Response {
    Redirect::to(address).into_response()
}

/// The same with a cookie.
pub(crate) fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

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

/// An error as a page, or as `application/problem+json` (RFC 9457) below `/api`.
pub(crate) fn error(app: &App, path: &str, error: &AppError) -> Response {
    let status = status(error);
    let reference = status.is_server_error().then(|| {
        let reference = app.id();
        tracing::error!(reference, error = %chain(error), path, "a request failed");
        reference
    });
    let title = if status.is_server_error() {
        "The portal could not answer".to_owned()
    } else {
        sentence(&error.to_string())
    };
    if is_api(path) {
        let fields: Vec<_> = error
            .fields()
            .iter()
            .map(|field| json!({"field": field.field, "message": field.message}))
            .collect();
        let problem = json!({
            "title": title, "status": status.as_u16(), "detail": hint(error), "reference": reference, "errors": fields,
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        return (status, kind, Json(problem).0.to_string()).into_response();
    }
    let mut page = ErrorPage::new(&app.name, status.as_u16(), title, hint(error));
    page.reference = reference;
    if status == StatusCode::UNAUTHORIZED {
        page.links = vec![Link::new("Sign in", href::SIGN_IN)];
    }
    html(status, &page).unwrap_or_else(|_| status.into_response())
}

/// An error told on a page, in sentences. Files, statements and defects say where we keep things: that is for the log.
pub(crate) fn told(error: &AppError) -> String {
    if status(error).is_server_error() {
        return "The log says why.".to_owned();
    }
    format!("{} {}", sentence(&error.to_string()), hint(error))
}

/// The answer where nothing is.
pub(crate) async fn nothing_here(State(portal): State<Portal>, uri: Uri) -> Response {
    error(&portal.app, uri.path(), &AppError::not_found("page", uri.path()))
}

/// Whether an address belongs to the API.
pub(crate) fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// What to do, in words of the portal; the errors' own hints name commands.
fn hint(error: &AppError) -> String {
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

fn chain(error: &AppError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Where to go afterwards: a path of this portal, or Today. Nobody is sent to another host.
pub(crate) fn inside(next: &str) -> &str {
    let plain = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    if plain { next } else { href::TODAY }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_host() {
        for (next, expected) in [
            ("/cases?as_of=2026-01-01", "/cases?as_of=2026-01-01"),
            ("", "/"),
            ("//example.org", "/"),
            ("/\\example.org", "/"),
            ("https://example.org", "/"),
            ("/\t/example.org", "/"),
        ] {
            assert_eq!(inside(next), expected, "{next:?}");
        }
    }
}
