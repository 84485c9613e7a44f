//! `aftercare serve`.

use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use app::{AppError, Clock, Entropy, SystemClock, SystemEntropy, workspace::Workspace};
use store::Lock;
use web::Settings;

use crate::{answer::Outcome, cli::Global, place, renewing};

/// Serves the portal until it is interrupted.
pub(crate) fn run(global: &Global, address: Option<SocketAddr>) -> anyhow::Result<Outcome> {
    let workspace = place::read(&place::folder(global))?;
    let listener = listen(address.unwrap_or(workspace.listen))?;
    serve(&workspace, listener, Arc::new(SystemClock), Arc::new(SystemEntropy))
}

/// Takes an address, or says what stands in the way.
pub(crate) fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| {
        let hint = match error.kind() {
            ErrorKind::AddrInUse => format!(
                "Port {} belongs to another program, perhaps to a server that still runs: end it, or name another port (0 = \
                 any that is free)",
                address.port()
            ),
            ErrorKind::PermissionDenied => "Ports below 1024 are kept for the system: name a higher one".to_owned(),
            _ => "Name an address of this machine, such as 127.0.0.1:8420".to_owned(),
        };
        AppError::Missing { what: format!("cannot listen on {address}: {error}"), hint }.into()
    })
}

/// Serves a workspace on a listener.
pub(crate) fn serve(
    workspace: &Workspace,
    listener: TcpListener,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> anyhow::Result<Outcome> {
    let _lock = Lock::acquire(&workspace.folder.join("run"), "serve", clock.now()).map_err(AppError::from)?;
    let mut app = workspace.open(clock, entropy)?;
    app.renewing = Arc::new(renewing::told());
    log();
    app::cleanup::clean(&app)?;
    // A corpus that is already there is mapped before the first page asks for it.
    app.find_corpus()?;
    let address = listener.local_addr()?;
    eprintln!("Serving http://{address}, stop with Ctrl-C");
    let public = workspace.public_listen.map(listen).transpose()?;
    if let Some(public) = &public {
        eprintln!("Public pages on http://{}", public.local_addr()?);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let public = public.map(asynchronous).transpose()?;
        let settings = Settings::at(address);
        web::serve(app, &settings, asynchronous(listener)?, public, interrupted()).await?;
        Ok::<_, anyhow::Error>(())
    })?;
    Ok(Outcome::Done)
}

fn asynchronous(listener: TcpListener) -> std::io::Result<tokio::net::TcpListener> {
    listener.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(listener)
}

/// Log lines go to stderr as JSON; `AFTERCARE_LOG` narrows or widens them (`info`, `web=debug`).
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("AFTERCARE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let set =
        tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    if let Err(error) = set {
        eprintln!("the log cannot be written: {error}");
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "aftercare starts to serve");
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler for the signal the process ends by the signal itself.
        std::future::pending::<()>().await;
    }
}
