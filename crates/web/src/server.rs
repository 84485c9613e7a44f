//! Listens and serves: the router from the policy table, the layers around it, and the recurring check of the record.
//!
//! Transport encryption is deliberately not here: on anything but loopback a proxy ends TLS, and cookies say `Secure`.

use std::{future::Future, net::SocketAddr, time::Duration};

use app::App;
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware, routing};
use tokio::net::TcpListener;
use tower_http::{limit::RequestBodyLimitLayer, timeout::TimeoutLayer};

use crate::{
    answer, gate,
    gate::BODY_BYTES,
    headers, integrity,
    policy::{ROUTES, Route},
    state::Portal,
};

const TIMEOUT: Duration = Duration::from_secs(60);
const VERIFY_EVERY: Duration = Duration::from_secs(3600);

/// How the portal is served.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Cookies travel over TLS only. Off on loopback, where there is none.
    pub secure: bool,
}

/// Why the portal does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: choose another address with --listen, or stop what uses it")]
    Listen {
        address: SocketAddr,
        #[source]
        source: std::io::Error,
    },
    /// The network failed while serving.
    #[error("the server stopped; start it again, nothing of the record was lost")]
    Serve(#[source] std::io::Error),
}

impl Settings {
    /// Settings for an address: secure unless it is loopback.
    #[must_use]
    pub fn at(listen: SocketAddr) -> Self {
        Self { listen, secure: !listen.ip().is_loopback() }
    }
}

/// Serves the portal until `shutdown` resolves; requests under way are finished.
pub async fn serve(
    app: App,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let address = settings.listen;
    let listener =
        TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })?;
    serve_on(app, &settings, listener, shutdown).await
}

/// The same on a listener that is open already.
pub async fn serve_on(
    app: App,
    settings: &Settings,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let portal = Portal::new(app, settings.secure);
    let checking = tokio::spawn(keep_checking(portal.clone()));
    let served = axum::serve(listener, routes(portal)).with_graceful_shutdown(shutdown).await;
    checking.abort();
    served.map_err(ServeError::Serve)
}

/// The whole portal as a service.
pub fn router(app: App, settings: &Settings) -> Router {
    routes(Portal::new(app, settings.secure))
}

fn routes(portal: Portal) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        router = router.route(route.path, guarded(route, &portal));
    }
    let secure = portal.secure;
    router
        .fallback(answer::nothing_here)
        .method_not_allowed_fallback(answer::nothing_here)
        .layer(axum::Extension(std::sync::Arc::new(crate::openapi::description())))
        .with_state(portal)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(middleware::map_response(move |response| headers::protect(response, secure)))
}

/// A route behind its gate. The handler cannot be reached but through it.
fn guarded(route: &'static Route, portal: &Portal) -> routing::MethodRouter<Portal> {
    (route.handler)(route.method.filter())
        .route_layer(middleware::from_fn_with_state((portal.clone(), route), gate::pass))
}

async fn keep_checking(portal: Portal) {
    let mut ticks = tokio::time::interval(VERIFY_EVERY);
    loop {
        ticks.tick().await;
        match portal.run(integrity::check).await {
            Ok(checked) => portal.note_checked(checked),
            Err(error) => tracing::error!(%error, "the record could not be checked"),
        }
    }
}
