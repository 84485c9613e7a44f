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
    let address = listen.unwrap_or(workspace.listen);
    eprintln!("Serving http://{address}, stop with Ctrl-C");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(app, Settings::at(address), interrupted()))?;
    Ok(Outcome::Done)
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler for the signal the process ends by the signal itself.
        std::future::pending::<()>().await;
    }
}
