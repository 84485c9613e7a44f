//! Rows that are destroyed leave a record that proves what it proved before, says what is gone, and hides nothing else.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Command, Stdio},
};

use domain::{audience::Audience, ledger::AsOf, purge::Policy};
use store::{
    Blobs, BundleReport, CheckpointKey, PurgeCount, Scope, Store, StoreError, Value, Verified, export_tables,
    verify_bundle, verify_scope, verify_tables,
};
use testkit::{Engine, both, postgres, sqlite};

use crate::support::{PIECE, Raw, TABLES, WIDGET, act, fill, location, open, widget, write};

const WHEN: &str = "2026-02-01T00:00:00Z";

fn purge(
    store: &Store,
    change: impl FnOnce(&mut store::Tx<'_>) -> Result<(), StoreError>,
) -> Result<i64, StoreError> {
    let mut act = act(WHEN);
    act.reason = "a customer's name".to_owned();
    let written = store.write(&act, |tx| {
        tx.summary("Destroyed something");
        change(tx)
    });
    Ok(written?.sequence)
}

fn widgets(store: &Store, rows: &[(&str, i64)]) -> Result<i64, StoreError> {
    let rows: Vec<(Vec<Value>, i64)> = rows.iter().map(|(id, since)| (vec![(*id).into()], *since)).collect();
    purge(store, |tx| tx.purge(&WIDGET, &rows, Policy::PersonalData, &Audience::general()))
}

fn piece(store: &Store, position: i64) -> Result<i64, StoreError> {
    let rows = [(vec!["a".into(), position.into()], 1)];
    purge(store, |tx| tx.purge(&PIECE, &rows, Policy::RetentionEnded, &Audience::general()))
}

#[track_caller]
fn whole(store: &Store) -> Verified {
    let verified =
        verify_scope(store, Scope { tables: TABLES, blobs: None, corpus: None, deep: true }).unwrap();
    assert_eq!(verified.damage, None);
    verified
}

fn bundle(store: &Store, audiences: Option<&[String]>) -> (String, BundleReport) {
    let folder = tempfile::tempdir().unwrap();
    let key = CheckpointKey::open(folder.path(), &mut |bytes: &mut [u8]| bytes.fill(7)).unwrap();
    let mut out = Vec::new();
    let made = export_tables(store, TABLES, &key, audiences, &mut out).unwrap();
    let read = verify_bundle(&out).unwrap_or_else(|damage| panic!("{damage}"));
    assert_eq!((read.rows, read.withheld_rows, &read.purged), (made.rows, made.withheld_rows, &made.purged));
    (String::from_utf8(out).unwrap(), read)
}

#[test]
fn a_record_with_destroyed_rows_is_whole_and_says_so() {
    both(|engine| {
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        let (before, report) = bundle(&store, None);
        assert_eq!((report.rows, report.purged.len()), (12, 0));
        assert_eq!(widgets(&store, &[("a", 1), ("b", 1)]).unwrap(), 4);
        assert_eq!(piece(&store, 4).unwrap(), 5);

        let verified = whole(&store);
        // Eight were opened, three of them are gone, three say so.
        assert_eq!(verified.rows, 8);
        let count = |sequence, policy: &str, rows| PurgeCount {
            sequence,
            policy: policy.to_owned(),
            audience: "general".to_owned(),
            reason: "a customer's name".to_owned(),
            rows,
        };
        let counts = [count(4, "personal-data", 2), count(5, "retention-ended", 1)];
        assert_eq!(verified.purged, counts);

        // What was handed out before still proves itself; what is handed out now proves the same without the rows.
        verify_bundle(before.as_bytes()).unwrap();
        assert!(before.contains("Alpha"));
        let (after, report) = bundle(&store, None);
        assert!(!after.contains("Alpha") && after.matches("\"kind\":\"purged\"").count() == 6);
        assert_eq!((report.rows, report.withheld_rows), (9, 0));
        assert_eq!(report.purged, counts);
        for line in after.lines().filter(|line| line.contains("\"of_table\\\"")) {
            let without: Vec<&str> = after.lines().filter(|other| other != &line).collect();
            let damage = verify_bundle(without.join("\n").as_bytes()).unwrap_err();
            assert!(damage.what.contains("no act says"), "{damage}");
        }
        let bytes = after.as_bytes();
        for position in (0..bytes.len()).step_by(7).filter(|n| bytes[*n].is_ascii_hexdigit()) {
            let mut changed = bytes.to_vec();
            changed[position] = if bytes[position] == b'1' { b'2' } else { b'1' };
            let around = &after[position.saturating_sub(20)..(position + 20).min(after.len())];
            assert!(verify_bundle(&changed).is_err() || around.contains("version"), "{around}");
        }
    });
}

#[test]
fn readers_are_told() {
    both(|engine| {
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        widgets(&store, &[("a", 1), ("b", 1)]).unwrap();
        let general = [Audience::GENERAL.to_owned()];
        let then = |entry| {
            let counts = store.read(AsOf::Entry(entry), |view| view.purged_then(&general));
            counts
                .unwrap_or_else(|error: StoreError| panic!("{error}"))
                .iter()
                .map(|count| count.rows)
                .sum::<i64>()
        };
        assert_eq!([0, 1, 2, 3, 4].map(then), [0, 2, 1, 0, 0]);
        store
            .read(AsOf::Now, |view| {
                let told: Vec<String> =
                    view.purged("widget", "a", &general)?.iter().map(store::Purged::told).collect();
                assert_eq!(told, ["purged by entry 4 (personal-data): a customer's name"]);
                assert_eq!(view.purges(&general, 10)?.len(), 2);
                assert!(view.purges(&["other".to_owned()], 10)?.is_empty());
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn in_any_order() {
    both(|engine| {
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        for position in 0..4 {
            write(&store, WHEN, |tx| tx.close(&PIECE, &["a".into(), position.into()])).unwrap();
        }
        for position in [3, 0, 4, 2, 1] {
            piece(&store, position).unwrap();
            whole(&store);
        }
        bundle(&store, None);
        // The same rows in one act.
        let other = match engine {
            Engine::Sqlite(_) => sqlite(),
            Engine::Postgres(_) => postgres().unwrap(),
        };
        let store = open(&other.engine);
        fill(&store, &"0".repeat(64));
        let keys: Vec<Vec<Value>> = (0..4).map(|position| vec!["a".into(), position.into()]).collect();
        write(&store, WHEN, |tx| tx.close_bulk(&PIECE, &keys)).unwrap();
        let rows: Vec<(Vec<Value>, i64)> =
            [3, 0, 4, 2].map(|position| (vec!["a".into(), position.into()], 1)).to_vec();
        purge(&store, |tx| tx.purge(&PIECE, &rows, Policy::PersonalData, &Audience::general())).unwrap();
        whole(&store);
        piece(&store, 1).unwrap();
        whole(&store);
    });
}

#[test]
fn what_is_in_force_gone_or_damaged_is_refused() {
    both(|engine| {
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        let refused = |rows: &[(&str, i64)], word: &str| {
            let error = widgets(&store, rows).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        };
        refused(&[("b", 2)], "in force");
        // All or nothing: the first of the two could go.
        refused(&[("a", 1), ("b", 2)], "in force");
        assert_eq!(whole(&store).purged, []);
        widgets(&store, &[("a", 1)]).unwrap();
        refused(&[("a", 1)], "not open");
        refused(&[("z", 1)], "not open");
        Raw::open(engine).run("UPDATE widget SET note = 'other' WHERE id = 'b' AND since = 1");
        refused(&[("b", 1)], "not what it says");
    });
}

#[test]
fn nothing_else_hides_behind_it() {
    let back = "INSERT INTO piece (widget, position, text, since, until) VALUES ('a', 4, 'text', 1, 2)";
    let cases = [
        ("DELETE FROM piece WHERE position = 3", "piece"),
        ("DELETE FROM purge", "purge"),
        ("DELETE FROM purge WHERE row_key = 'a / 4'", "purge"),
        ("UPDATE purge SET opened_leaf = closed_leaf", "purge"),
        ("UPDATE purge SET closed_place = 1", "purge"),
        ("UPDATE purge SET policy = 'x'", "purge"),
        ("UPDATE purge SET row_key = 'a / 3' WHERE row_key = 'a / 4'", "purge"),
        (back, "piece"),
    ];
    for (change, table) in cases {
        both(|engine| {
            let store = open(engine);
            fill(&store, &"0".repeat(64));
            piece(&store, 4).unwrap();
            widgets(&store, &[("a", 1)]).unwrap();
            whole(&store);
            Raw::open(engine).run(change);
            let damage = verify_tables(&store, TABLES, None).unwrap().damage;
            let damage = damage.unwrap_or_else(|| panic!("nobody saw: {change}"));
            assert_eq!(damage.table, table, "{change}: {damage}");
        });
    }
}

#[test]
fn texts_and_files() {
    both(|engine| {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let blob = blobs.put(b"a bill of materials").unwrap();
        let store = open(engine);
        fill(&store, &blob);
        let general = Audience::general();
        let digest = write(&store, WHEN, |tx| tx.evidence("Why it is so, at \"length\"\n")).unwrap().value;
        purge(&store, |tx| {
            tx.purge_evidence(std::slice::from_ref(&digest), Policy::RetentionEnded, &general)?;
            tx.purge_file(&blob, 1, Policy::RetentionEnded, &general)
        })
        .unwrap();
        assert!(blobs.destroy(&blob).unwrap());
        assert!(!blobs.destroy(&blob).unwrap() && !blobs.destroy("../x").unwrap());
        let verified = verify_tables(&store, TABLES, Some(&blobs)).unwrap();
        assert_eq!((verified.damage, verified.evidence, verified.blobs), (None, 0, 0));
        whole(&store);
        bundle(&store, None);
        let again = purge(&store, |tx| {
            tx.purge_evidence(std::slice::from_ref(&digest), Policy::RetentionEnded, &general)
        });
        assert!(again.unwrap_err().to_string().contains("not open"));

        // The same text and file may come again, and then have to be there.
        write(&store, WHEN, |tx| {
            tx.evidence("Why it is so, at \"length\"\n")?;
            let mut again = widget("c", 1, "Gamma");
            again[6] = digest.as_str().into();
            again[7] = blob.as_str().into();
            tx.open(&WIDGET, &again)
        })
        .unwrap();
        let damage = verify_tables(&store, TABLES, Some(&blobs)).unwrap().damage.unwrap();
        assert_eq!(damage.table, "blobs", "{damage}");
        blobs.put(b"a bill of materials").unwrap();
        assert_eq!(verify_tables(&store, TABLES, Some(&blobs)).unwrap().damage, None);
        Raw::open(engine).run("DELETE FROM evidence");
        let damage = verify_tables(&store, TABLES, Some(&blobs)).unwrap().damage.unwrap();
        assert_eq!(damage.table, "evidence", "{damage}");
    });
}

#[test]
fn those_who_may_not_know_are_told_nothing() {
    both(|engine| {
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        let mut act = act(WHEN);
        act.audience = Audience("embargo".to_owned());
        let rows = [(vec!["a".into()], 1)];
        store
            .write(&act, |tx| {
                tx.summary("Destroyed something");
                tx.purge(&WIDGET, &rows, Policy::Embargo, &act.audience)
            })
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
        let general = [Audience::GENERAL.to_owned()];
        let (text, report) = bundle(&store, Some(&general));
        assert!(!text.contains("\"purged\"") && report.purged.is_empty());
        let then = store.read(AsOf::Entry(1), |view| view.purged_then(&general));
        assert_eq!(then.unwrap_or_else(|error: StoreError| panic!("{error}")), []);
        assert_eq!(bundle(&store, None).1.purged.len(), 1);
    });
}

#[test]
fn the_bytes_are_gone_from_the_database() {
    // No other test has these words in the memory of this process.
    const SECRET: &str = "Kari Nordmann, ward 7, extension 4711";
    const SIEVE: &str = "SELECT position($1::bytea IN pg_read_binary_file(pg_relation_filepath('widget')))";
    both(|engine| {
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        let found = || match engine {
            Engine::Sqlite(path) => ["record.db", "record.db-wal"].iter().any(|name| {
                let bytes = std::fs::read(path.with_file_name(name)).unwrap_or_default();
                bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes())
            }),
            Engine::Postgres(_) => {
                let Raw::Postgres(mut client) = Raw::open(engine) else { panic!("not PostgreSQL") };
                client.batch_execute("CHECKPOINT").unwrap();
                client.query_one(SIEVE, &[&SECRET.as_bytes()]).unwrap().get::<_, i32>(0) > 0
            }
        };
        write(&store, WHEN, |tx| {
            let mut row = widget("s", 1, "Sigma");
            row[3] = SECRET.into();
            tx.open(&WIDGET, &row)
        })
        .unwrap();
        write(&store, WHEN, |tx| tx.replace(&WIDGET, &widget("s", 1, "Sigma"))).unwrap();
        assert!(found());
        widgets(&store, &[("s", 4)]).unwrap();
        // Whoever is in a transaction, or just connecting, may still see it: the server keeps it for them.
        let gone = (0..100).any(|_| {
            store.scrub(&["widget", "evidence", "purge"]).unwrap();
            !found()
        });
        assert!(gone, "{engine:?}");
        whole(&store);
    });
}

const SQLITE: &str = "AFTERCARE_TEST_PURGE_SQLITE";
const POSTGRES: &str = "AFTERCARE_TEST_PURGE_POSTGRES";

/// Runs only as the child of the test below: stands still when the rows are deleted and nothing is committed.
#[test]
fn child() {
    let engine = match (std::env::var_os(SQLITE), std::env::var(POSTGRES)) {
        (Some(path), _) => Engine::Sqlite(PathBuf::from(path)),
        (_, Ok(url)) => Engine::Postgres(url),
        _ => return,
    };
    let store = Store::open(&location(&engine)).unwrap();
    let rows = [(vec!["a".into()], 1), (vec!["b".into()], 1)];
    let _ = purge(&store, |tx| {
        tx.purge(&WIDGET, &rows, Policy::PersonalData, &Audience::general())?;
        println!("in the middle");
        std::io::stdout().flush().unwrap();
        loop {
            std::thread::park();
        }
    });
}

#[test]
fn a_killed_act_destroyed_nothing() {
    both(|engine| {
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        let (name, value) = match engine {
            Engine::Sqlite(path) => (SQLITE, path.display().to_string()),
            Engine::Postgres(url) => (POSTGRES, url.clone()),
        };
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["purge::child", "--exact", "--nocapture"])
            .env(name, value)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("in the middle")));
        child.kill().unwrap();
        child.wait().unwrap();
        let verified = whole(&store);
        assert_eq!((verified.entries, verified.rows, verified.purged.len()), (3, 8, 0));
        widgets(&store, &[("a", 1), ("b", 1)]).unwrap();
        assert_eq!(whole(&store).rows, 8);
    });
}
