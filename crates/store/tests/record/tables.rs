//! Every record table there is, filled with rows that refer to each other: any cell that changes is found, and any reference
//! that does not hold. A new table or column is in these tests from its first day.

use std::collections::HashMap;

use domain::{audience::Audience, purge::Policy};
use store::{
    Blobs, Form, Location, PURGE, PURGED_FILE, RECORD_TABLES, REFERENCES, Reference, Store, Table, Value,
    verify,
};
use testkit::{Engine, both, sqlite};

use crate::support::{Raw, location, write};

/// Columns that refer to nothing; all others are in [`REFERENCES`].
const PLAIN: &[(&str, &str)] = &[
    ("build_evidence", "id kind image blob file_name subject items issues issues_evidence audience"),
    ("component", "id name version purl cpes supplier source_package role patched identity"),
    (
        "inventory",
        "id blob format spec_version file_name components issues issues_evidence distribution audience",
    ),
    ("inventory_component", "id position reference path"),
    ("product", "id slug name family intended_use udi_di software_class four_eyes audience"),
    ("release", "id version configuration released_on stage complete_roles audience"),
    ("site", "id name customer country city contact audience"),
    ("unit", "id serial udi_di udi_pi installed_at audience"),
    ("forgotten", "subject audience"),
    ("labelled_account", "audience known matched statement fixed version no_such_component not_assessable"),
    ("placement", "shown bucket audience"),
    (
        "mapping",
        "id name version supplier purl scope ruling target version_rule why decided_name decided_at audience",
    ),
    (
        "purge",
        "of_table row_key opened opened_place opened_leaf closed closed_place closed_leaf policy audience",
    ),
    ("snapshot", "id engine packs records imported_at audience"),
    ("source", "name records watermark refused state imported_at audience"),
    (
        "account",
        "known matched statement fixed version no_such_component not_assessable components class_a class_b class_c \
         class_d undecided blind_spots",
    ),
    (
        "sweep",
        "id engine portfolio inventories components verdicts opened closed result started_at ended_at audience corpus",
    ),
    ("settlement", "id state class reason evidence"),
    ("verdict", "id state class reason conditional statement evidence audience corpus"),
    ("vulnerability", "id shown summary audience corpus"),
    ("vulnerability_name", "name"),
    ("case_record", "id number title stage due learned_at harm exploitability harm_path audience"),
    (
        "decision",
        "id names status justification impact_statement action_statement risk rationale preconditions review_on state \
         audience",
    ),
    ("person", "id name email active roles audiences audience"),
    ("signature", "id noun digest printed_name meaning statement signed_at authentication audience"),
];

/// Which columns are integers, by table and column.
type Kinds = HashMap<(String, String), bool>;

pub(crate) fn kinds() -> Kinds {
    let database = sqlite();
    let Engine::Sqlite(path) = &database.engine else { panic!("sqlite") };
    Store::open(&Location::Sqlite(path.clone())).unwrap();
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut kinds = Kinds::new();
    for table in RECORD_TABLES {
        let mut statement = connection
            .prepare(&format!("SELECT name, type FROM pragma_table_info('{}')", table.name))
            .unwrap();
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)));
        for row in rows.unwrap() {
            let (column, kind) = row.unwrap();
            kinds.insert((table.name.to_owned(), column), kind == "INTEGER");
        }
    }
    kinds
}

fn reference(table: &Table, column: &str) -> Option<&'static Reference> {
    REFERENCES.iter().find(|reference| reference.table.name == table.name && reference.column == column)
}

/// The key of the one thing of each table.
fn id(kinds: &Kinds, table: &Table) -> Value {
    let key = (table.name.to_owned(), table.key[0].to_owned());
    if kinds[&key] { 1.into() } else { format!("{}-1", table.name).into() }
}

fn row(kinds: &Kinds, table: &Table, blob: &str, evidence: &str) -> Vec<Value> {
    let ends = |column: &str, word: &str| column == word || column.ends_with(&format!("_{word}"));
    let value = |column: &&'static str| -> Value {
        match reference(table, column) {
            Some(Reference { form: Form::AfterPerson, .. }) => "person:person-1".into(),
            Some(Reference { to, .. }) => id(kinds, to),
            None if *column == "of_table" => PURGED_FILE.into(),
            None if ends(column, "leaf") => "0".repeat(64).into(),
            None if *column == table.key[0] => id(kinds, table),
            None if table.sealed.contains(column) => "sealed:1:00ff".into(),
            None if kinds[&(table.name.to_owned(), (*column).to_owned())] => 1.into(),
            None if ends(column, "blob") => blob.into(),
            None if ends(column, "evidence") => evidence.into(),
            None if *column == "noun" => "decision".into(),
            None => (*column).into(),
        }
    };
    table.columns.iter().map(value).collect()
}

/// Entry 1 opens a row in every table, all columns set; entry 2 gives each another revision.
fn fill(store: &Store, kinds: &Kinds, blob: &str) {
    write(store, "2026-01-01T00:00:00Z", |tx| {
        let evidence = tx.evidence("because")?;
        RECORD_TABLES.iter().try_for_each(|table| tx.open(table, &row(kinds, table, blob, &evidence)))
    })
    .unwrap();
    write(store, "2026-01-02T00:00:00Z", |tx| {
        let evidence = tx.evidence("because")?;
        RECORD_TABLES.iter().try_for_each(|table| tx.replace(table, &row(kinds, table, blob, &evidence)))
    })
    .unwrap();
}

#[test]
fn a_changed_cell_of_any_table_is_found_and_named() {
    let kinds = kinds();
    both(|engine| {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let blob = blobs.put(b"a bill of materials").unwrap();
        let store = Store::open(&location(engine)).unwrap();
        fill(&store, &kinds, &blob);
        assert_eq!(verify(&store, Some(&blobs)).unwrap().damage, None);
        let mut raw = Raw::open(engine);
        for table in RECORD_TABLES {
            let name = table.name;
            raw.run(&format!("CREATE TABLE kept AS SELECT * FROM {name}"));
            for column in table.columns.iter().copied().chain(["since", "until"]) {
                let change = match column {
                    "until" => "until + 1".to_owned(),
                    column if kinds[&(name.to_owned(), column.to_owned())] => format!("{column} - 1"),
                    column => format!("{column} || 'x'"),
                };
                raw.run(&format!("UPDATE {name} SET {column} = {change} WHERE since = 1"));
                let damage = verify(&store, Some(&blobs)).unwrap().damage;
                let damage = damage.unwrap_or_else(|| panic!("{name}.{column} was changed, nobody saw it"));
                assert_eq!(damage.table, name, "{column}: {damage}");
                assert!(damage.key.is_some() && damage.sequence.is_some(), "{name}.{column}: {damage}");
                raw.run(&format!("DELETE FROM {name}; INSERT INTO {name} SELECT * FROM kept"));
            }
            raw.run("DROP TABLE kept");
        }
        assert_eq!(verify(&store, Some(&blobs)).unwrap().damage, None);
    });
}

#[test]
fn every_column_is_a_reference_or_refers_to_nothing() {
    for table in RECORD_TABLES {
        let plain = PLAIN.iter().find(|(name, _)| *name == table.name).map_or("", |(_, columns)| columns);
        let plain: Vec<&str> = plain.split_whitespace().collect();
        for column in table.columns {
            let refers = reference(table, column).is_some();
            assert!(
                refers != plain.contains(column),
                "{}.{column}: put it into REFERENCES, or here when it refers to nothing",
                table.name
            );
        }
    }
    for Reference { table, column, to, .. } in REFERENCES {
        assert!(table.columns.contains(column), "{}.{column}", table.name);
        assert_eq!(to.key.len(), 1, "{} has a key of several columns", to.name);
    }
}

#[test]
fn a_reference_to_what_is_not_open_is_found() {
    let kinds = kinds();
    for reference in REFERENCES {
        check_reference(&sqlite().engine, &kinds, reference);
    }
    // One text for both engines; one reference of each form goes through the other one as well.
    for form in [Form::Key, Form::AfterPerson, Form::OfDecision] {
        let reference = REFERENCES.iter().find(|reference| reference.form == form).unwrap();
        both(|engine| check_reference(engine, &kinds, reference));
    }
}

#[track_caller]
fn check_reference(engine: &Engine, kinds: &Kinds, reference: &Reference) {
    let Reference { table, column, to, form } = reference;
    let store = Store::open(&location(engine)).unwrap();
    fill(&store, kinds, &"0".repeat(64));
    write(&store, "2026-01-03T00:00:00Z", |tx| {
        let evidence = tx.evidence("because")?;
        let mut row = row(kinds, table, &"0".repeat(64), &evidence);
        let position = table.columns.iter().position(|one| one == column).unwrap();
        row[position] = match (form, &row[position]) {
            (Form::AfterPerson, _) => "person:nobody".into(),
            (_, Value::Integer(_)) => 99.into(),
            _ => "nobody".into(),
        };
        if table.key.contains(column) { tx.open(table, &row) } else { tx.replace(table, &row) }
    })
    .unwrap();
    let damage = verify(&store, None).unwrap().damage;
    let damage = damage.unwrap_or_else(|| panic!("{}.{column}: nobody saw it", table.name));
    assert_eq!((damage.table.as_str(), damage.sequence), (table.name, Some(3)), "{damage}");
    assert!(damage.what.contains(to.name) && damage.what.contains(column), "{damage}");
}

#[test]
fn a_reference_to_what_was_closed_before_is_found() {
    let kinds = kinds();
    let table = |name: &str| *RECORD_TABLES.iter().find(|table| table.name == name).unwrap();
    let (site, unit) = (table("site"), table("unit"));
    both(|engine| {
        let store = Store::open(&location(engine)).unwrap();
        fill(&store, &kinds, &"0".repeat(64));
        write(&store, "2026-01-03T00:00:00Z", |tx| tx.close(site, &["site-1".into()])).unwrap();
        // What was opened while it was open still holds.
        assert_eq!(verify(&store, None).unwrap().damage, None);
        write(&store, "2026-01-04T00:00:00Z", |tx| tx.replace(unit, &row(&kinds, unit, "", ""))).unwrap();
        let damage = verify(&store, None).unwrap().damage.unwrap();
        assert_eq!((damage.table.as_str(), damage.key.as_deref()), ("unit", Some("unit-1")), "{damage}");
    });
}

#[test]
fn a_destroyed_row_of_any_table_leaves_a_whole_record() {
    let kinds = kinds();
    both(|engine| {
        let store = Store::open(&location(engine)).unwrap();
        fill(&store, &kinds, &"0".repeat(64));
        for table in RECORD_TABLES.iter().filter(|table| !["purge", "forgotten"].contains(&table.name)) {
            let key: Vec<Value> = table
                .key
                .iter()
                .map(|key| {
                    let position = table.columns.iter().position(|column| column == key).unwrap();
                    row(&kinds, table, "", "").remove(position)
                })
                .collect();
            let of_table = [(key, 1)];
            write(&store, "2026-01-03T00:00:00Z", |tx| {
                tx.purge(table, &of_table, Policy::PersonalData, &Audience::general())
            })
            .unwrap_or_else(|error| panic!("{}: {error}", table.name));
            // Whatever referred to it still does, because it was there then.
            assert_eq!(verify(&store, None).unwrap().damage, None, "{}", table.name);
        }
        let kept = write(&store, "2026-01-03T00:00:00Z", |tx| {
            let key = vec![PURGED_FILE.into(), "row_key".into(), 1.into()];
            tx.purge(&PURGE, &[(key, 1)], Policy::PersonalData, &Audience::general())
        });
        assert!(kept.unwrap_err().to_string().contains("never destroyed"));
    });
}
