//! The public pages: a router and a listener of their own, deny by default. What they may show is given to them when they
//! start; they hold no way to the record, so no route here can leak what was not published. Not here: the portal (`server`).

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    middleware,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use tower_http::{limit::RequestBodyLimitLayer, timeout::TimeoutLayer};

use crate::headers;

/// Every path that answers anything but 404, for GET alone.
pub const ROUTES: &[&str] = &[LANDING, HEALTH];
const LANDING: &str = "/";
const HEALTH: &str = "/healthz";
const TIMEOUT: Duration = Duration::from_secs(10);
/// Nothing is sent here.
const BODY_BYTES: usize = 1024;

/// What is published: today the name of the organisation.
#[derive(Debug, Template)]
#[template(path = "public.html")]
struct Landing {
    name: Arc<str>,
}

/// The public pages of an organisation as a service.
pub fn router(name: &str, secure: bool) -> Router {
    Router::new()
        .route(LANDING, get(landing))
        .route(HEALTH, get(|| async { "ok" }))
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .with_state(Arc::from(name))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(middleware::map_response(move |response| headers::protect(response, secure)))
}

async fn landing(State(name): State<Arc<str>>) -> Response {
    match (Landing { name }).render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => {
            tracing::error!(%error, "the public page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn nothing_here() -> Response {
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "Nothing is here.\n")
        .into_response()
}
