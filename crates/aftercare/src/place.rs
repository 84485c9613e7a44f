//! Which workspace, and who acts in it.

use std::{
    fs::File,
    io::{IsTerminal as _, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use app::{App, AppError, SystemClock, SystemEntropy, Viewer, purge, workspace::Workspace};
use domain::{ledger::AsOf, person::Permission};

use crate::{cli::Global, renewing};

/// An open workspace with the one who acts.
pub(crate) struct Place {
    pub(crate) app: App,
    pub(crate) viewer: Viewer,
    pub(crate) as_of: AsOf,
}

/// The folder that holds `aftercare.toml`: named, or the current one.
pub(crate) fn folder(global: &Global) -> PathBuf {
    global.workspace.clone().unwrap_or_else(|| PathBuf::from("."))
}

/// Opens the workspace and recognises the actor.
pub(crate) fn open(global: &Global) -> anyhow::Result<Place> {
    let workspace = read(&folder(global))?;
    let mut app = workspace.open(Arc::new(SystemClock), Arc::new(SystemEntropy))?;
    app.renewing = Arc::new(renewing::told());
    let viewer = match &global.acting {
        Some(email) => app::person::acting_as(&app, email)?,
        None => app.console()?,
    };
    let as_of = app.as_of(global.as_of.as_deref())?;
    if viewer.may(Permission::Read) {
        for told in purge::told_then(&app, &viewer, as_of)? {
            eprintln!("note: {told}");
        }
    }
    Ok(Place { app, viewer, as_of })
}

/// Reads the settings of a workspace.
pub(crate) fn read(folder: &Path) -> anyhow::Result<Workspace> {
    Ok(Workspace::read(folder, &environment)?)
}

/// A variable of the environment.
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Longest password file that is read, in bytes.
const LONGEST: u64 = 4096;

/// A password from the file, standard input (`-`) or the terminal; never prompts when stdin is no terminal.
pub(crate) fn password(global: &Global, whose: &str) -> anyhow::Result<String> {
    let text = match &global.password_file {
        Some(path) if path.as_os_str() == "-" => {
            let mut text = String::new();
            std::io::stdin()
                .take(LONGEST)
                .read_to_string(&mut text)
                .context("cannot read the password from stdin")?;
            text
        }
        Some(path) => {
            let mut text = String::new();
            File::open(path)
                .and_then(|file| file.take(LONGEST).read_to_string(&mut text))
                .map_err(|error| AppError::file("cannot read the password file", path, error))?;
            text
        }
        None if std::io::stdin().is_terminal() => {
            rpassword::prompt_password(format!("Password of {whose}: "))?
        }
        None => {
            bail!("the password of {whose} is needed: give --password-file FILE, or - for standard input")
        }
    };
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
