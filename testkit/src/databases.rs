//! Fresh databases, one per test.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use crate::cluster::{Cluster, cluster};

/// A database that nobody else uses; removed when dropped.
pub struct Database {
    /// Which engine, and where.
    pub engine: Engine,
    kept: Kept,
}

/// Where a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file that does not exist yet.
    Sqlite(PathBuf),
    /// The address of an empty database.
    Postgres(String),
}

enum Kept {
    Folder(#[expect(dead_code, reason = "held for its Drop")] tempfile::TempDir),
    Name(&'static Cluster, String),
}

/// Runs a test on SQLite and, where it is installed, on PostgreSQL.
pub fn both(test: impl Fn(&Engine)) {
    let database = sqlite();
    test(&database.engine);
    if let Some(database) = postgres() {
        test(&database.engine);
    }
}

/// A fresh SQLite file.
#[expect(clippy::expect_used, reason = "a test that cannot have its database has failed")]
#[must_use]
pub fn sqlite() -> Database {
    let folder = tempfile::tempdir().expect("a temporary folder");
    Database { engine: Engine::Sqlite(folder.path().join("record.db")), kept: Kept::Folder(folder) }
}

/// A fresh PostgreSQL database. `None`, said loudly, when PostgreSQL is not installed; a failure when `CI` is set.
#[expect(clippy::panic, reason = "CI must not pass without PostgreSQL")]
#[must_use]
pub fn postgres() -> Option<Database> {
    let Some(cluster) = cluster() else {
        assert!(
            std::env::var_os("CI").is_none(),
            "PostgreSQL is not installed, and CI must not pass without it"
        );
        eprintln!("NOT RUN ON POSTGRESQL: it is not installed (apt-get install postgresql)");
        return None;
    };
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    administer(cluster, &format!("CREATE DATABASE {name} TEMPLATE template0"))
        .unwrap_or_else(|error| panic!("no test database: {error}"));
    Some(Database { engine: Engine::Postgres(cluster.url(&name)), kept: Kept::Name(cluster, name) })
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Kept::Name(cluster, name) = &self.kept {
            // The whole cluster goes with the process; this only keeps it small.
            let _ = administer(cluster, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn administer(cluster: &Cluster, statement: &str) -> Result<(), postgres::Error> {
    postgres::Client::connect(&cluster.url("postgres"), postgres::NoTls)?.batch_execute(statement)
}
