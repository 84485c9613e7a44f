//! What a PostgreSQL server can do to us: no room, no connection, connections that it ends. Nothing is left half-written, and the
//! error says what happened.

use store::{Location, Store, StoreError, Value, verify_tables};
use testkit::{Engine, postgres};

use crate::support::{PIECE, Raw, TABLES, WIDGET, fill, location, open, widget, write};

const WHEN: &str = "2026-02-01T00:00:00Z";

fn pieces(count: i64) -> Vec<Vec<Value>> {
    (0..count).map(|position| vec!["c".into(), position.into(), "text".into()]).collect()
}

/// Several tables in one act, row by row and in bulk.
fn act(store: &Store) -> Result<store::Written<()>, StoreError> {
    write(store, WHEN, |tx| {
        tx.bulk(&PIECE, pieces(50))?;
        tx.evidence("because")?;
        tx.open(&WIDGET, &widget("c", 1, "Gamma"))
    })
}

#[track_caller]
fn as_before(store: &Store) {
    let verified = verify_tables(store, TABLES, None).unwrap();
    assert_eq!((verified.damage, verified.entries, verified.rows, verified.evidence), (None, 3, 8, 1));
}

#[test]
fn a_full_disk_is_called_so_and_leaves_nothing() {
    let Some(database) = postgres() else { return };
    let store = open(&database.engine);
    fill(&store, &"0".repeat(64));
    let mut raw = Raw::open(&database.engine);
    raw.run(
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN RAISE EXCEPTION ''could not extend file'' USING ERRCODE = ''53100''; END'",
    );
    // Wherever in the act it happens: the first rows in bulk, a single row, the entry itself.
    for table in ["piece", "widget", "evidence", "ledger", "cache_leaf"] {
        raw.run(&format!("CREATE TRIGGER no_room BEFORE INSERT ON {table} EXECUTE FUNCTION no_room()"));
        let error = act(&store).unwrap_err();
        assert!(matches!(error, StoreError::Full { .. }), "{table}: {error:?}");
        assert!(error.to_string().contains("no room"), "{error}");
        raw.run(&format!("DROP TRIGGER no_room ON {table}"));
        as_before(&store);
    }
    act(&store).unwrap();
    assert_eq!(verify_tables(&store, TABLES, None).unwrap().damage, None);
}

#[test]
fn a_server_that_ends_connections_is_survived() {
    const END: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
        AND pid <> pg_backend_pid()";
    let Some(database) = postgres() else { return };
    let store = open(&database.engine);
    fill(&store, &"0".repeat(64));
    as_before(&store);
    let mut raw = Raw::open(&database.engine);
    // In the middle of an act: it is not in, and says why.
    let error = write(&store, WHEN, |tx| {
        tx.bulk(&PIECE, pieces(50))?;
        raw.run(END);
        tx.open(&WIDGET, &widget("c", 1, "Gamma"))
    })
    .unwrap_err();
    assert!(matches!(error, StoreError::Ended { .. }), "{error:?}");
    as_before(&store);
    // While nobody uses them: nobody notices.
    raw.run(END);
    as_before(&store);
    raw.run(END);
    act(&store).unwrap();
    assert_eq!(verify_tables(&store, TABLES, None).unwrap().damage, None);
}

#[test]
fn a_server_without_a_connection_left_is_called_so() {
    let Some(database) = postgres() else { return };
    drop(open(&database.engine));
    let Engine::Postgres(url) = &database.engine else { panic!("{:?}", location(&database.engine)) };
    Raw::open(&database.engine).run("CREATE ROLE few LOGIN CONNECTION LIMIT 0");
    let few = Location::Postgres(url.replace("user=postgres", "user=few"));
    let error = Store::open(&few).err().unwrap();
    assert!(matches!(error, StoreError::Crowded { .. }), "{error:?}");
}
