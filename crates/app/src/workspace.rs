//! The folder of a workspace: making it, reading `aftercare.toml` and the environment, opening the record behind it.
//!
//! Deliberately not here: who listens on the addresses (`aftercare serve`), and the process environment itself, which comes in
//! as an argument.

use std::{
    fs,
    io::ErrorKind,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::tz::TimeZone;
use serde::Deserialize;
use store::{Location, Store, Vault, write_atomically};

use crate::{App, AppError, Clock, Entropy, FieldError, purge, site};

/// The file that makes a folder a workspace.
pub const SETTINGS_FILE: &str = "aftercare.toml";
const RECORD_FILE: &str = "record.db";
const FOLDERS: [&str; 6] =
    ["corpus/packs", "corpus/index", "corpus/snapshots", "blobs", "checkpoints", "run"];

/// The environment, as a function of a variable's name.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A workspace as its folder and the environment describe it.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The folder.
    pub folder: PathBuf,
    /// Its id, which the database repeats.
    pub id: String,
    /// Whose it is: the manufacturer's name, the author of documents.
    pub name: String,
    /// The zone whose days bare dates mean.
    pub zone: TimeZone,
    /// Where the portal listens.
    pub listen: SocketAddr,
    /// Where the public pages listen; `None` = they are off.
    pub public_listen: Option<SocketAddr>,
    location: Location,
}

/// What `init` is told.
#[derive(Clone, Debug, Default)]
pub struct NewWorkspace {
    /// Manufacturer's name; the folder's name when left out.
    pub name: Option<String>,
    /// IANA zone; UTC when left out.
    pub zone: Option<String>,
}

/// Makes a workspace in an empty or new folder and opens it.
pub fn init(
    folder: &Path,
    new: &NewWorkspace,
    environment: Environment<'_>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Result<(Workspace, App), AppError> {
    refuse_foreign(folder)?;
    let name = new.name.clone().or_else(|| folder_name(folder)).unwrap_or_else(|| "aftercare".to_owned());
    let zone = new.zone.clone().unwrap_or_else(|| "UTC".to_owned());
    find_zone(&zone, "--zone")?;
    let postgres = environment("DATABASE_URL").filter(|url| !url.is_empty());
    let text = settings_text(&clock.id(), &name, &zone, postgres.is_some());
    fs::create_dir_all(folder).map_err(|error| AppError::file("cannot make", folder, error))?;
    // The record first: when it refuses, nothing makes the folder look like a workspace. It is claimed last, by opening.
    let location = postgres.map_or_else(|| Location::Sqlite(folder.join(RECORD_FILE)), Location::Postgres);
    if let Some(found) = Store::open(&location)?.workspace()? {
        return Err(AppError::Conflict(format!(
            "this database belongs to workspace {found} already: give the new workspace a database of its own"
        )));
    }
    for name in FOLDERS {
        let path = folder.join(name);
        fs::create_dir_all(&path).map_err(|error| AppError::file("cannot make", &path, error))?;
    }
    Vault::open(&folder.join("keys"))?;
    write_atomically(&folder.join(SETTINGS_FILE), text.as_bytes())?;
    let workspace = Workspace::read(folder, environment)?;
    let app = workspace.open(clock, entropy)?;
    Ok((workspace, app))
}

impl Workspace {
    /// Reads the folder's settings; `AFTERCARE_NAME`, `_ZONE`, `_LISTEN`, `_PUBLIC_LISTEN` override them, and
    /// `DATABASE_URL` says where the record is when it is in PostgreSQL.
    pub fn read(folder: &Path, environment: Environment<'_>) -> Result<Self, AppError> {
        let path = folder.join(SETTINGS_FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(AppError::Missing {
                    what: format!("{} is no workspace: it holds no {SETTINGS_FILE}", folder.display()),
                    hint: "Make one with `aftercare init DIR`, or name it with --workspace DIR".to_owned(),
                });
            }
            Err(error) => return Err(AppError::file("cannot read", &path, error)),
        };
        let settings: Settings = toml::from_str(&text).map_err(|error| {
            AppError::invalid(path.display().to_string(), error.to_string().trim().to_owned())
        })?;
        let set = |name: &str| environment(name).filter(|value| !value.trim().is_empty());
        let zone = set("AFTERCARE_ZONE").unwrap_or(settings.workspace.zone);
        let listen = set("AFTERCARE_LISTEN").unwrap_or(settings.listen.portal);
        let public = set("AFTERCARE_PUBLIC_LISTEN").unwrap_or(
            settings
                .public
                .or(settings.listen.public.map(|listen| PublicSettings { listen }))
                .unwrap_or_default()
                .listen,
        );
        let listen = address(&listen, "listen.portal")?;
        let public_listen = match public.as_str() {
            "" | "off" => None,
            public => Some(address(public, "public.listen")?),
        };
        if public_listen == Some(listen) {
            return Err(AppError::invalid(
                "public.listen",
                "the public pages need an address of their own: what is on the portal's is not public",
            ));
        }
        Ok(Self {
            folder: folder.to_owned(),
            id: settings.workspace.id,
            name: set("AFTERCARE_NAME").unwrap_or(settings.workspace.name),
            zone: find_zone(&zone, "workspace.zone")?,
            listen,
            public_listen,
            location: location(folder, settings.record.engine, set("DATABASE_URL"))?,
        })
    }

    /// Opens the record, refusing one that belongs to another workspace.
    pub fn open(&self, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<App, AppError> {
        if let Location::Sqlite(path) = &self.location
            && !path.exists()
        {
            return Err(AppError::Missing {
                what: format!("the record {} is not there", path.display()),
                hint: "Restore it from a backup; a new, empty record is never made in its place".to_owned(),
            });
        }
        let store = Store::open(&self.location)?;
        store.claim(&self.id)?;
        let mut app = App::new(store, &self.folder, clock, entropy, self.zone.clone())?;
        app.name.clone_from(&self.name);
        let applied = site::apply_forgotten(&app)?;
        if applied > 0 {
            tracing::warn!(keys = applied, "destroyed keys of forgotten contacts that had come back");
        }
        let applied = purge::apply_purged(&app)?;
        if applied > 0 {
            tracing::warn!(files = applied, "removed destroyed files that had come back");
        }
        Ok(app)
    }

    /// Whether the record is in PostgreSQL.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self.location, Location::Postgres(_))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    workspace: WorkspaceSettings,
    #[serde(default)]
    listen: ListenSettings,
    public: Option<PublicSettings>,
    record: RecordSettings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkspaceSettings {
    id: String,
    name: String,
    zone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ListenSettings {
    portal: String,
    /// Where the first workspaces kept `public.listen`.
    public: Option<String>,
}

impl Default for ListenSettings {
    fn default() -> Self {
        Self { portal: "127.0.0.1:8420".to_owned(), public: None }
    }
}

/// Pages for the public.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PublicSettings {
    listen: String,
}

impl Default for PublicSettings {
    fn default() -> Self {
        Self { listen: "off".to_owned() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordSettings {
    engine: Engine,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Engine {
    Sqlite,
    Postgresql,
}

fn settings_text(id: &str, name: &str, zone: &str, postgres: bool) -> String {
    let listen = ListenSettings::default();
    format!(
        "# A workspace of aftercare. AFTERCARE_* variables override what stands here.\n\n\
         [workspace]\n\
         # The database repeats this id; neither opens with another one's half.\n\
         id = {}\n# The manufacturer: the author of documents.\nname = {}\n\
         # Bare dates mean the days of this zone.\nzone = {}\n\n\
         [listen]\nportal = {}\n\n\
         [public]\n# Pages for the public, on a listener of their own: an address, or \"off\".\nlisten = {}\n\n\
         [record]\n# sqlite = record.db in this folder; postgresql = where DATABASE_URL says.\nengine = {}\n",
        quoted(id),
        quoted(name),
        quoted(zone),
        quoted(&listen.portal),
        quoted(&PublicSettings::default().listen),
        quoted(if postgres { "postgresql" } else { "sqlite" }),
    )
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            control if control.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(control))),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn refuse_foreign(folder: &Path) -> Result<(), AppError> {
    if folder.join(SETTINGS_FILE).exists() {
        return Err(AppError::Conflict(format!(
            "{} is a workspace already: open it with --workspace, or name a new folder",
            folder.display()
        )));
    }
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(AppError::file("cannot read", folder, error)),
    };
    if entries.next().is_some() {
        return Err(AppError::Conflict(format!(
            "{} holds other things: a workspace is made in a new or empty folder",
            folder.display()
        )));
    }
    Ok(())
}

fn folder_name(folder: &Path) -> Option<String> {
    let full = std::path::absolute(folder).ok()?;
    Some(full.file_name()?.to_string_lossy().into_owned())
}

fn find_zone(name: &str, field: &str) -> Result<TimeZone, AppError> {
    if name == "UTC" {
        return Ok(TimeZone::UTC);
    }
    TimeZone::get(name).map_err(|_| {
        AppError::invalid(field, format!("`{name}` is no time zone this machine knows, like Europe/Oslo"))
    })
}

fn address(text: &str, field: &str) -> Result<SocketAddr, AppError> {
    text.parse().map_err(|_| {
        AppError::Invalid(vec![FieldError::new(field, format!("`{text}` is no address like 127.0.0.1:8420"))])
    })
}

/// Which record: the folder and the environment have to agree, so that nobody writes into the wrong one.
fn location(folder: &Path, engine: Engine, url: Option<String>) -> Result<Location, AppError> {
    match (engine, url) {
        (Engine::Sqlite, None) => Ok(Location::Sqlite(folder.join(RECORD_FILE))),
        (Engine::Postgresql, Some(url)) => Ok(Location::Postgres(url)),
        (Engine::Sqlite, Some(_)) => Err(AppError::Conflict(format!(
            "this workspace keeps its record in {RECORD_FILE}, but DATABASE_URL is set: unset it, or `aftercare init` a new \
             workspace with it set"
        ))),
        (Engine::Postgresql, None) => Err(AppError::Missing {
            what: "this workspace keeps its record in PostgreSQL, and DATABASE_URL is not set".to_owned(),
            hint: "Set DATABASE_URL to the database it was made with".to_owned(),
        }),
    }
}
