//! `aftercare demo`.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
};

use app::{Clock as _, SystemClock, SystemEntropy, workspace::Workspace};

use super::serve;
use crate::{
    answer::{self, Outcome},
    cli::Global,
    demo,
};

/// Where the demonstration lives, and all that it leaves behind.
const FOLDER: &str = "aftercare-demo";

/// Builds the example workspace, or finds it again, says how to sign in, and serves it on the loopback address.
///
/// The port is taken first: nobody waits for a demonstration that cannot be opened. `DATABASE_URL` and the like do not concern
/// it: its record is in its folder.
pub(crate) fn run(
    global: &Global,
    port: u16,
    feeds: Option<&Path>,
    build_only: bool,
) -> anyhow::Result<Outcome> {
    let folder = Path::new(FOLDER);
    let listener = if build_only { None } else { Some(serve::listen(([127, 0, 0, 1], port).into())?) };
    if !demo::is_built(folder) {
        eprintln!("Building the demonstration in {FOLDER}; it takes a few seconds.");
    }
    let mut summary = demo::build(folder, SystemClock.now(), feeds)?;
    let address: Option<SocketAddr> = listener.as_ref().map(TcpListener::local_addr).transpose()?;
    if let Some(address) = address {
        summary.address = format!("http://{address}");
    }
    answer::say(global.format, &summary.json(), &summary.text())?;
    let Some(listener) = listener else { return Ok(Outcome::Done) };
    let workspace = Workspace::read(folder, &demo::no_environment)?;
    serve::serve(&workspace, listener, Arc::new(SystemClock), Arc::new(SystemEntropy))
}
