//! `aftercare init DIR`.

use std::{path::Path, sync::Arc};

use app::{
    SystemClock, SystemEntropy, person,
    workspace::{self, NewWorkspace},
};
use serde_json::json;

use crate::{
    answer::{self, Outcome},
    cli::Global,
    place,
};

/// Makes a workspace, and its first administrator or a one-time link for one.
pub(crate) fn init(
    global: &Global,
    dir: &Path,
    admin: Option<&str>,
    name: Option<&str>,
) -> anyhow::Result<Outcome> {
    let password = admin.map(|email| place::password(global, email)).transpose()?;
    let clock = Arc::new(SystemClock);
    let (workspace, app) =
        workspace::init(dir, &NewWorkspace::default(), &place::environment, clock, Arc::new(SystemEntropy))?;
    let engine = if workspace.is_postgres() { "PostgreSQL" } else { "SQLite" };
    let mut answer =
        json!({ "workspace": workspace.id, "folder": dir.display().to_string(), "engine": engine });
    let next = match admin.zip(password) {
        Some((email, password)) => {
            let printed = name.unwrap_or(email);
            let person = person::first_administrator(&app, printed, email, &password)?;
            answer["administrator"] = json!(person.email);
            format!("{} is its first administrator.", person.email)
        }
        None => {
            let token = person::setup_token(&app)?;
            let link = format!("http://{}/setup?token={token}", workspace.listen);
            answer["setup"] = json!(link);
            format!("Start `aftercare serve` and open this link once, within a day:\n{link}")
        }
    };
    answer::say(
        global.format,
        &answer,
        &format!("Workspace {} made, record in {engine}. {next}", dir.display()),
    )?;
    Ok(Outcome::Done)
}
