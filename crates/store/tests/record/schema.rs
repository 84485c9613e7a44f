//! The schema is what the code says: no fourth kind of table, every record table listed, its columns in order.

use std::path::Path;

use store::{Location, RECORD_TABLES, Store, verify};
use testkit::{Engine, both, sqlite};

use crate::support::Raw;

#[test]
fn every_table_is_of_a_known_kind() {
    let database = sqlite();
    let Engine::Sqlite(path) = &database.engine else { panic!("sqlite") };
    Store::open(&Location::Sqlite(path.clone())).unwrap();
    let connection = rusqlite::Connection::open(path).unwrap();
    let names: Vec<String> = connection
        .prepare(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for name in &names {
        let known = ["ledger", "evidence"].contains(&name.as_str())
            || name.starts_with("ops_")
            || name.starts_with("cache_")
            || RECORD_TABLES.iter().any(|table| table.name == name);
        assert!(known, "{name} is no ops_ or cache_ table and not in RECORD_TABLES: verify would not see it");
    }
    for table in RECORD_TABLES {
        let columns: Vec<(String, i64)> = connection
            .prepare(&format!("SELECT name, pk FROM pragma_table_info('{}') ORDER BY cid", table.name))
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let expected: Vec<&str> = table.columns.iter().copied().chain(["since", "until"]).collect();
        assert_eq!(names, expected, "columns of {}", table.name);
        let mut key: Vec<(i64, &str)> =
            columns.iter().filter(|(_, pk)| *pk > 0).map(|(name, pk)| (*pk, name.as_str())).collect();
        key.sort_unstable();
        let key: Vec<&str> = key.into_iter().map(|(_, name)| name).collect();
        let expected: Vec<&str> = table.key.iter().copied().chain(["since"]).collect();
        assert_eq!(key, expected, "primary key of {}", table.name);
        assert!(table.sealed.iter().all(|column| table.columns.contains(column)), "sealed of {}", table.name);
    }
}

#[test]
fn an_empty_record_is_whole_on_both() {
    both(|engine| {
        let store = Store::open(&crate::support::location(engine)).unwrap();
        let again = Store::open(&crate::support::location(engine)).unwrap();
        assert_eq!(verify(&store, None).unwrap(), verify(&again, None).unwrap());
        assert_eq!(verify(&store, None).unwrap().damage, None);
    });
}

/// `schema.sql` is what all migrations come to, for people to read. `UPDATE_SCHEMA=1` writes it.
#[test]
fn the_committed_schema_is_what_the_migrations_make() {
    let database = sqlite();
    let Engine::Sqlite(path) = &database.engine else { panic!("sqlite") };
    Store::open(&Location::Sqlite(path.clone())).unwrap();
    let connection = rusqlite::Connection::open(path).unwrap();
    let statements: Vec<String> = connection
        .prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let head = "-- What the migrations come to; a test compares. Change it by adding a migration.\n";
    let schema = format!("{head}\n{};\n", statements.join(";\n\n"));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.sql");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&file, &schema).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), schema, "UPDATE_SCHEMA=1 writes it");
}

#[test]
fn both_engines_have_the_same_columns() {
    let seen = std::sync::Mutex::new(Vec::new());
    both(|engine| {
        Store::open(&crate::support::location(engine)).unwrap();
        let mut columns: Vec<(String, String, String, bool)> = match Raw::open(engine) {
            Raw::Sqlite(connection) => connection
                .prepare(
                    "SELECT t.name, c.name, c.type, c.\"notnull\" = 1 OR c.pk > 0 FROM sqlite_master t \
                     JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
                )
                .unwrap()
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap(),
            Raw::Postgres(mut client) => client
                .query(
                    "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO' \
                     FROM information_schema.columns WHERE table_schema = 'public'",
                    &[],
                )
                .unwrap()
                .iter()
                .map(|row| {
                    let kind = match row.get::<_, String>(2).as_str() {
                        "bigint" => "INTEGER",
                        "text" => "TEXT",
                        "bytea" => "BLOB",
                        other => panic!("a column of type {other}"),
                    };
                    (row.get(0), row.get(1), kind.to_owned(), row.get(3))
                })
                .collect(),
        };
        columns.sort();
        seen.lock().unwrap().push(columns);
    });
    let seen = seen.into_inner().unwrap();
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
}
