//! Two record tables that only these tests know, on either engine, and a way to change bytes behind the store's back.

use std::path::Path;

use domain::{
    act::{Act, Actor, Authentication},
    audience::Audience,
};
use store::{Location, PURGE, Store, StoreError, Table, Tx, Value};
use testkit::Engine;

pub(crate) const WIDGET: Table = Table {
    name: "widget",
    key: &["id"],
    columns: &["id", "number", "name", "note", "bytes", "contact", "evidence", "blob", "audience"],
    sealed: &["contact"],
};
pub(crate) const PIECE: Table = Table {
    name: "piece",
    key: &["widget", "position"],
    columns: &["widget", "position", "text"],
    sealed: &[],
};
pub(crate) const TABLES: &[&Table] = &[&WIDGET, &PIECE, &PURGE];

const WIDGET_SQL: &str = "CREATE TABLE widget (id TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL, note TEXT, \
    bytes BYTES, contact TEXT, evidence TEXT, blob TEXT, audience TEXT NOT NULL, since BIGINT NOT NULL, \
    until BIGINT NOT NULL, PRIMARY KEY (id, since), UNIQUE (id, until), UNIQUE (name, until), CHECK (since < until))";
const PIECE_SQL: &str = "CREATE TABLE piece (widget TEXT NOT NULL, position BIGINT NOT NULL, text TEXT NOT NULL, \
    since BIGINT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (widget, position, since), \
    UNIQUE (widget, position, until), CHECK (since < until))";

pub(crate) fn location(engine: &Engine) -> Location {
    match engine {
        Engine::Sqlite(path) => Location::Sqlite(path.clone()),
        Engine::Postgres(url) => Location::Postgres(url.clone()),
    }
}

pub(crate) fn open(engine: &Engine) -> Store {
    let store = Store::open(&location(engine)).unwrap();
    let mut raw = Raw::open(engine);
    raw.run(WIDGET_SQL);
    raw.run(PIECE_SQL);
    store.claim("0197-workspace").unwrap();
    store
}

pub(crate) fn act(at: &str) -> Act {
    Act {
        actor: Actor::System("test"),
        authentication: Authentication::None,
        action: "widget.change",
        reason: "a test".to_owned(),
        at: at.parse().unwrap(),
        audience: Audience::general(),
    }
}

pub(crate) fn widget(id: &str, number: i64, name: &str) -> Vec<Value> {
    vec![
        id.into(),
        number.into(),
        name.into(),
        Value::Null,
        Value::Null,
        Value::Null,
        Value::Null,
        Value::Null,
        "general".into(),
    ]
}

/// A closure's error is always the store's in these tests.
pub(crate) fn write<T>(
    store: &Store,
    at: &str,
    change: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<store::Written<T>, StoreError> {
    store.write(&act(at), |tx| {
        tx.summary("Something changed");
        change(tx)
    })
}

/// Entry 1: two widgets, pieces, evidence, a blob. Entry 2: one replaced, a piece closed. Entry 3: one closed.
pub(crate) fn fill(store: &Store, blob: &str) {
    write(store, "2026-01-01T00:00:00Z", |tx| {
        let evidence = tx.evidence("Why it is so, at \"length\"\n")?;
        let mut full = widget("a", 1, "Alpha");
        full[3] = "tab\tline\nback\\slash \u{1f600}".into();
        full[4] = vec![0_u8, 1, 255].into();
        full[5] = "sealed:1:00ff".into();
        full[6] = evidence.into();
        full[7] = blob.into();
        tx.open(&WIDGET, &full)?;
        tx.open(&WIDGET, &widget("b", 2, "Beta"))?;
        tx.bulk(&PIECE, (0..5).map(|n| vec!["a".into(), n.into(), "text".into()]).collect())
    })
    .unwrap();
    write(store, "2026-01-02T00:00:00Z", |tx| {
        tx.replace(&WIDGET, &widget("b", 3, "Beta"))?;
        tx.close(&PIECE, &["a".into(), 4.into()])
    })
    .unwrap();
    write(store, "2026-01-03T00:00:00Z", |tx| tx.close(&WIDGET, &["a".into()])).unwrap();
}

/// A connection that knows no rules.
pub(crate) enum Raw {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

impl Raw {
    pub(crate) fn open(engine: &Engine) -> Self {
        match engine {
            Engine::Sqlite(path) => Self::Sqlite(open_file(path)),
            Engine::Postgres(url) => {
                Self::Postgres(Box::new(postgres::Client::connect(url, postgres::NoTls).unwrap()))
            }
        }
    }

    pub(crate) fn run(&mut self, sql: &str) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(&sql.replace("BYTES", "BLOB")).unwrap(),
            Self::Postgres(client) => {
                let sql = if sql.starts_with("CREATE") {
                    sql.replace("TEXT", "TEXT COLLATE \"C\"").replace("BYTES", "BYTEA")
                } else {
                    sql.replace("x'00'", "'\\x00'::bytea")
                };
                client.batch_execute(&sql).unwrap();
            }
        }
    }
}

fn open_file(path: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    connection
}
