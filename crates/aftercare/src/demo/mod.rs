//! The demonstration: an invented manufacturer with a fleet, a watch and a desk in the middle of its work.
//!
//! `portfolio`, `parts`, `document` and `fleet` make what would come from the manufacturer, `facts` and `feeds` what would
//! come from the world; `story` carries it through the same use cases as real work. All people, sites and companies are
//! invented; vulnerabilities, component names and versions are real. Deliberately not here: listening and printing.

mod document;
mod facts;
mod feeds;
mod fleet;
mod parts;
mod people;
mod portfolio;
mod random;
mod stage;
mod story;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod truth;

use std::{
    fs::{self, File},
    path::Path,
    sync::Arc,
};

use anyhow::Context as _;
use app::{
    AppError, FixedClock, SystemClock, SystemEntropy,
    import::ImportRequest,
    workspace::{self, NewWorkspace, SETTINGS_FILE},
};
use jiff::{Timestamp, Unit};
use serde_json::{Value, json};

pub(crate) use people::SIGN_INS;

/// The invented manufacturer.
pub(crate) const MANUFACTURER: &str = "Norrvik Medical";
const ZONE: &str = "Europe/Oslo";

/// What there is to print when the demonstration is built.
#[derive(Clone, Debug)]
pub(crate) struct DemoSummary {
    /// Address of the portal as the workspace's settings say.
    pub(crate) address: String,
    /// Sign-in name of the person to begin with; all are in [`SIGN_INS`].
    pub(crate) email: &'static str,
    /// Their password.
    pub(crate) password: &'static str,
    /// A workspace that was there is used as it is.
    pub(crate) reused: bool,
}

impl DemoSummary {
    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let people: Vec<Value> = SIGN_INS
            .iter()
            .map(|person| json!({"name": person.name, "email": person.email, "password": person.password}))
            .collect();
        json!({
            "address": self.address, "email": self.email, "password": self.password, "reused": self.reused,
            "sign_ins": people,
        })
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{MANUFACTURER}, an invented manufacturer: {}\n\n", self.address);
        if self.reused {
            text += "The folder aftercare-demo was here and is used as it is; remove it to begin anew.\n\n";
        }
        text += "Sign in as\n";
        for person in SIGN_INS {
            text += &format!("  {:<26} {:<22} {}\n", person.email, person.password, person.name);
        }
        text
    }
}

/// The demonstration minds no variable of the environment.
pub(crate) fn no_environment(_: &str) -> Option<String> {
    None
}

/// There is a workspace already.
pub(crate) fn is_built(folder: &Path) -> bool {
    folder.join(SETTINGS_FILE).exists()
}

/// Builds the demonstration in a folder, or takes the one that is there. The story ends at `now`; real feeds are taken in
/// after it.
///
/// It is built beside the folder and put in its place when it is whole, so that an interrupted build leaves nothing that looks
/// like a workspace.
pub(crate) fn build(folder: &Path, now: Timestamp, real_feeds: Option<&Path>) -> anyhow::Result<DemoSummary> {
    if let Some(feeds) = real_feeds {
        fs::metadata(feeds).map_err(|error| AppError::file("cannot read the feeds in", feeds, error))?;
    }
    let reused = !put(folder, now)?;
    let workspace = workspace::Workspace::read(folder, &no_environment)?;
    if let Some(feeds) = real_feeds {
        let app = workspace.open(Arc::new(SystemClock), Arc::new(SystemEntropy))?;
        let request = ImportRequest { paths: vec![feeds.to_owned()], source: None };
        app::import::import(&app, &app.system("import")?, &request, &|_| {})?;
        app::sweep::sweep(&app, &app.system("sweep")?, false)?;
    }
    let first = people::PSIRT;
    Ok(DemoSummary {
        address: format!("http://{}", workspace.listen),
        email: first.email,
        password: first.password,
        reused,
    })
}

/// Puts the workspace at its place; `false` when it is there already.
fn put(folder: &Path, now: Timestamp) -> anyhow::Result<bool> {
    let mut name = folder.file_name().context("the demonstration needs a folder with a name")?.to_owned();
    name.push(".building");
    let building = folder.with_file_name(name);
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // One builds, a second one waits for it. The folder itself is locked, so that no lock file is left.
    let lock = File::open(parent).map_err(|error| AppError::file("cannot open", parent, error))?;
    lock.lock().map_err(|error| AppError::file("cannot lock", parent, error))?;
    if is_built(folder) {
        return Ok(false);
    }
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) || folder.is_file() {
        let folder = folder.display();
        return Err(AppError::Conflict(format!(
            "{folder} holds other things and is no workspace: move it away, or start the demonstration elsewhere"
        ))
        .into());
    }
    // What a killed build left.
    if building.exists() {
        fs::remove_dir_all(&building).map_err(|error| AppError::file("cannot clear", &building, error))?;
    }
    make(&building, now, &no_environment)?;
    fs::rename(&building, folder)
        .map_err(|error| AppError::file("cannot put the workspace at", folder, error))?;
    Ok(true)
}

fn make(folder: &Path, now: Timestamp, environment: workspace::Environment<'_>) -> anyhow::Result<()> {
    let now = now.round(Unit::Second).unwrap_or(now);
    let clock = Arc::new(FixedClock::at(now));
    let new = NewWorkspace { name: Some(MANUFACTURER.to_owned()), zone: Some(ZONE.to_owned()) };
    let (_, app) = workspace::init(folder, &new, environment, clock.clone(), Arc::new(SystemEntropy))?;
    story::play(&stage::Stage::new(app, clock, now)?)
}
