//! Listens and serves: the router from the policy table, the layers around it, and the recurring check of the record.
//!
//! Transport encryption is deliberately not here: on anything but loopback a proxy ends TLS, and cookies say `Secure`.

use std::{future::Future, net::SocketAddr, time::Duration};

use app::App;
use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware, routing};
use tokio::{net::TcpListener, sync::watch};
use tower_http::{limit::RequestBodyLimitLayer, timeout::TimeoutLayer};

use crate::{
    answer, gate,
    gate::body_bytes,
    headers, integrity,
    policy::{ROUTES, Route},
    public,
    state::Portal,
};

const TIMEOUT: Duration = Duration::from_secs(60);
const VERIFY_EVERY: Duration = Duration::from_secs(3600);

/// How the portal is served.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Cookies travel over TLS only. Off on loopback, where there is none.
    pub secure: bool,
}

/// The network failed while serving.
#[derive(Debug, thiserror::Error)]
#[error("the server stopped; start it again, nothing of the record was lost")]
pub struct ServeError(#[source] std::io::Error);

impl Settings {
    /// Settings for an address: secure unless it is loopback.
    #[must_use]
    pub fn at(listen: SocketAddr) -> Self {
        Self { secure: !listen.ip().is_loopback() }
    }
}

/// Serves the portal and, on a listener of their own, the public pages until `shutdown` resolves; requests under way are
/// finished. Without a listener for the public pages they are off.
pub async fn serve(
    app: App,
    settings: &Settings,
    listener: TcpListener,
    public: Option<TcpListener>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let Some(public) = public else { return serve_on(app, settings, listener, shutdown).await };
    // The public pages stop when the sender goes, with the portal, however that ends.
    let (stop, mut stopped) = watch::channel(());
    let name = app.name.clone();
    let portal = serve_on(app, settings, listener, async move {
        shutdown.await;
        drop(stop);
    });
    let pages = serve_public_on(&name, public, async move {
        let _ = stopped.changed().await;
    });
    tokio::try_join!(portal, pages).map(drop)
}

/// The public pages of an organisation. They know its name and nothing else.
async fn serve_public_on(
    name: &str,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let secure = listener.local_addr().is_ok_and(|address| !address.ip().is_loopback());
    axum::serve(listener, public::router(name, secure))
        .with_graceful_shutdown(shutdown)
        .await
        .map_err(ServeError)
}

async fn serve_on(
    app: App,
    settings: &Settings,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let portal = Portal::new(app, settings.secure);
    let checking = tokio::spawn(keep_checking(portal.clone()));
    let served = axum::serve(listener, routes(portal)).with_graceful_shutdown(shutdown).await;
    checking.abort();
    served.map_err(ServeError)
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
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(middleware::map_response(move |response| headers::protect(response, secure)))
}

/// A route behind its gate. The handler cannot be reached but through it.
fn guarded(route: &'static Route, portal: &Portal) -> routing::MethodRouter<Portal> {
    (route.handler)(route.method.filter())
        .route_layer(middleware::from_fn_with_state((portal.clone(), route), gate::pass))
        .route_layer(DefaultBodyLimit::max(body_bytes(route)))
        .route_layer(RequestBodyLimitLayer::new(body_bytes(route)))
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
