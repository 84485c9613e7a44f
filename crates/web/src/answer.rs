//! Answers: a page, a way on, or an error, each in the form that was asked for. The technical cause of an error goes to the
//! log. Not here: what an error is called (`refusal`).

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
    refusal::{hint, status, title},
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

/// An error as a page, or as `application/problem+json` (RFC 9457) below `/api`.
pub(crate) fn error(app: &App, path: &str, error: &AppError) -> Response {
    let status = status(error);
    let reference = status.is_server_error().then(|| {
        let reference = app.id();
        tracing::error!(reference, error = %chain(error), path, "a request failed");
        reference
    });
    let title = title(error);
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

/// The answer where nothing is.
pub(crate) async fn nothing_here(State(portal): State<Portal>, uri: Uri) -> Response {
    error(&portal.app, uri.path(), &AppError::not_found("page", uri.path()))
}

/// Whether an address belongs to the API.
pub(crate) fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
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
