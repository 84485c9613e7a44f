//! The schema is what the code says: no fourth kind of table, every record table listed, its columns in order.

use store::{Location, RECORD_TABLES, Store, verify};
use testkit::{Engine, both, sqlite};

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
