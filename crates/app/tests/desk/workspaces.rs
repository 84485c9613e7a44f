//! Making and opening workspaces.

use std::{collections::HashMap, fs, path::Path, sync::Arc};

use app::{
    App, AppError, FixedEntropy, SystemClock,
    workspace::{NewWorkspace, SETTINGS_FILE, Workspace, init},
};
use store::StoreError;
use testkit::postgres;

type Variables<'a> = HashMap<&'a str, String>;

fn make(folder: &Path, new: &NewWorkspace, variables: &Variables<'_>) -> Result<(Workspace, App), AppError> {
    let environment = |name: &str| variables.get(name).cloned();
    init(folder, new, &environment, Arc::new(SystemClock), Arc::new(FixedEntropy::default()))
}

fn open(folder: &Path, variables: &Variables<'_>) -> Result<App, AppError> {
    let environment = |name: &str| variables.get(name).cloned();
    Workspace::read(folder, &environment)?.open(Arc::new(SystemClock), Arc::new(FixedEntropy::default()))
}

fn none() -> Variables<'static> {
    HashMap::new()
}

#[test]
fn a_new_folder_becomes_a_workspace() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("deep").join("vigil \"x\"");
    let (workspace, app) = make(&folder, &NewWorkspace::default(), &none()).unwrap();
    assert_eq!(app.name, "vigil \"x\"");
    assert_eq!(workspace.listen.to_string(), "127.0.0.1:8420");
    assert_eq!(workspace.public_listen, None);
    assert!(!workspace.is_postgres());
    assert_eq!(app.store.workspace().unwrap(), Some(workspace.id.clone()));
    for name in [
        "record.db",
        "corpus/packs",
        "corpus/index",
        "corpus/snapshots",
        "blobs",
        "keys",
        "checkpoints",
        "run",
    ] {
        assert!(folder.join(name).exists(), "{name}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(folder.join("keys")).unwrap().permissions().mode() & 0o777, 0o700);
    }
    let again = make(&folder, &NewWorkspace::default(), &none()).map(drop).unwrap_err();
    assert!(again.to_string().contains("is a workspace already"), "{again}");
    open(&folder, &none()).unwrap();
}

#[test]
fn a_foreign_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letters.txt"), "dear").unwrap();
    let refused = make(folder.path(), &NewWorkspace::default(), &none()).map(drop).unwrap_err();
    assert!(refused.to_string().contains("holds other things"), "{refused}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let missing = open(folder.path(), &none()).map(drop).unwrap_err();
    assert!(matches!(&missing, AppError::Missing { .. }) && missing.hint().contains("aftercare init"));
    let empty = tempfile::tempdir().unwrap();
    let new = NewWorkspace { zone: Some("Mars/Olympus".to_owned()), ..NewWorkspace::default() };
    assert_eq!(crate::support::fields(make(empty.path(), &new, &none()).map(drop)), ["--zone"]);
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0);
}

#[test]
fn the_environment_overrides_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let new = NewWorkspace { name: Some("Nordmed".to_owned()), zone: Some("UTC".to_owned()) };
    make(folder.path(), &new, &none()).unwrap();
    let variables = HashMap::from([
        ("AFTERCARE_NAME", "Other".to_owned()),
        ("AFTERCARE_LISTEN", "0.0.0.0:9000".to_owned()),
        ("AFTERCARE_PUBLIC_LISTEN", "127.0.0.1:9001".to_owned()),
        ("DATABASE_URL", String::new()),
    ]);
    let read = |variables: &Variables<'_>| {
        let environment = |name: &str| variables.get(name).cloned();
        Workspace::read(folder.path(), &environment)
    };
    let workspace = read(&variables).unwrap();
    assert_eq!((workspace.name.as_str(), workspace.listen.port()), ("Other", 9000));
    assert_eq!(workspace.public_listen.unwrap().port(), 9001);
    let bad = HashMap::from([("AFTERCARE_LISTEN", "here".to_owned())]);
    assert_eq!(crate::support::fields(read(&bad)), ["listen.portal"]);
    let other = HashMap::from([("DATABASE_URL", "host=/nowhere".to_owned())]);
    assert!(matches!(read(&other), Err(AppError::Conflict(_))), "two records");
    let path = folder.path().join(SETTINGS_FILE);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("[listen]", "[listen]\nportall = 1")).unwrap();
    assert!(matches!(read(&none()), Err(AppError::Invalid(_))), "a word it does not know");
    fs::write(&path, text).unwrap();
    fs::remove_file(folder.path().join("record.db")).unwrap();
    assert!(
        matches!(open(folder.path(), &none()), Err(AppError::Missing { .. })),
        "never a new, empty record"
    );
}

#[test]
fn the_record_in_postgresql() {
    let Some(database) = postgres() else { return };
    let testkit::Engine::Postgres(url) = database.engine.clone() else { return };
    let variables = HashMap::from([("DATABASE_URL", url)]);
    let first = tempfile::tempdir().unwrap();
    let (workspace, app) = make(first.path(), &NewWorkspace::default(), &variables).unwrap();
    assert!(workspace.is_postgres() && !first.path().join("record.db").exists());
    assert_eq!(app.store.workspace().unwrap(), Some(workspace.id));
    open(first.path(), &variables).unwrap();
    assert!(matches!(open(first.path(), &none()), Err(AppError::Missing { .. })), "DATABASE_URL is not set");
    let second = tempfile::tempdir().unwrap();
    let refused = make(second.path(), &NewWorkspace::default(), &variables).map(drop).unwrap_err();
    assert!(refused.to_string().contains("belongs to workspace"), "{refused}");
    assert!(!second.path().join(SETTINGS_FILE).exists());
    // Another folder that claims to be of this database.
    let text = fs::read_to_string(first.path().join(SETTINGS_FILE)).unwrap();
    let id = app.store.workspace().unwrap().unwrap();
    fs::write(second.path().join(SETTINGS_FILE), text.replace(&id, "0197-other")).unwrap();
    let other = open(second.path(), &variables).map(drop);
    assert!(matches!(other, Err(AppError::Store(StoreError::OtherWorkspace { .. }))));
}
