//! `aftercare demo`.

use std::path::{Path, PathBuf};

use app::{Clock as _, SystemClock};

use super::serve;
use crate::{
    answer::{self, Outcome},
    cli::Global,
    demo,
};

/// Builds the example workspace, or finds it again, says how to sign in, and serves it on the loopback address.
pub(crate) fn run(
    global: &Global,
    port: u16,
    feeds: Option<&Path>,
    build_only: bool,
) -> anyhow::Result<Outcome> {
    let folder = Path::new("aftercare-demo");
    let address = ([127, 0, 0, 1], port).into();
    let mut summary = demo::build(folder, SystemClock.now(), feeds)?;
    summary.address = format!("http://{address}");
    answer::say(global.format, &summary.json(), &summary.text())?;
    if build_only {
        return Ok(Outcome::Done);
    }
    let global = Global { workspace: Some(PathBuf::from(folder)), ..global.clone() };
    serve::run(&global, Some(address))
}
