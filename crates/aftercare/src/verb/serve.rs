//! `aftercare serve`.

use std::{net::SocketAddr, sync::Arc};

use app::{AppError, Clock as _, SystemClock, SystemEntropy};
use store::Lock;
use web::{Settings, serve};

use crate::{answer::Outcome, cli::Global, place};

/// Serves the portal until it is interrupted.
pub(crate) fn run(global: &Global, listen: Option<SocketAddr>) -> anyhow::Result<Outcome> {
    let workspace = place::read(&place::folder(global))?;
    let _lock =
        Lock::acquire(&workspace.folder.join("run"), "serve", SystemClock.now()).map_err(AppError::from)?;
    let app = workspace.open(Arc::new(SystemClock), Arc::new(SystemEntropy))?;
    // A corpus that is already there is mapped before the first page asks for it.
    app.find_corpus()?;
    log();
    let address = listen.unwrap_or(workspace.listen);
    eprintln!("Serving http://{address}, stop with Ctrl-C");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(app, Settings::at(address), interrupted()))?;
    Ok(Outcome::Done)
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
