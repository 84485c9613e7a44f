//! The rules of the record, on both engines.

use crate::support::{PIECE, Raw, TABLES, WIDGET, act, fill, location, open, widget, write};
use domain::ledger::AsOf;
use store::{Counter, Location, OPEN, PART_ROWS, Store, StoreError, Table, Value, View, verify_tables};
use testkit::both;

const WIDGETS: &str = "SELECT id, number, name FROM widget WHERE since <= $1 AND until > $1 ORDER BY id";
const COUNT: &str = "SELECT COUNT(*), SUM(number) FROM widget WHERE since <= $1 AND until > $1";
const SOME: &str = "SELECT id FROM widget WHERE since <= $1 AND until > $1 AND id IN (LIST $2) AND number NOT IN (LIST $3) ORDER BY id";
const OPTIONAL: &str = "SELECT id FROM widget WHERE since <= $1 AND until > $1 AND (CAST($2 AS TEXT) IS NULL OR name = $2) ORDER BY id LIMIT $3";
const ENTRIES: &str =
    "SELECT sequence, at, actor, action, summary, previous, hash FROM ledger ORDER BY sequence";

/// Hash of the third entry of [`fill`]: pins canonical form, leaves and chain over releases.
const LAST: &str = "151b12e07622394bfd6ea9fe981ef577e8323057f774f81c5421819e94c1265a";

fn widgets(view: &View<'_>) -> Result<Vec<(String, i64)>, StoreError> {
    view.rows(WIDGETS, &[view.sequence().into()], |row| Ok((row.text(0)?, row.integer(1)?)))
}

fn at(store: &Store, moment: &str) -> Vec<(String, i64)> {
    store.read(AsOf::At(moment.parse().unwrap()), widgets).unwrap()
}

#[test]
fn reads_stand_at_a_moment() {
    both(|engine| {
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        let (a, b, b3) = (("a".to_owned(), 1), ("b".to_owned(), 2), ("b".to_owned(), 3));
        assert_eq!(at(&store, "2025-12-31T23:59:59Z"), []);
        assert_eq!(at(&store, "2026-01-01T00:00:00Z"), [a.clone(), b]);
        assert_eq!(at(&store, "2026-01-02T00:00:00.5Z"), [a, b3.clone()]);
        assert_eq!(store.read(AsOf::Now, widgets).unwrap(), [b3]);
        let full = store.read(AsOf::At("2026-01-01T12:00:00Z".parse().unwrap()), |view| {
            view.row(
                "SELECT note, bytes, contact FROM widget WHERE id = 'a' AND since <= $1 AND until > $1",
                &[1.into()],
                |row| Ok((row.text(0)?, row.blob(1)?, row.optional_text(2)?)),
            )
        });
        let (note, bytes, contact) = full.unwrap_or_else(|error: StoreError| panic!("{error}")).unwrap();
        assert_eq!((note.as_str(), bytes), ("tab\tline\nback\\slash \u{1f600}", vec![0, 1, 255]));
        assert_eq!(contact.as_deref(), Some("sealed:1:00ff"));
        let verified = verify_tables(&store, TABLES, None).unwrap();
        assert_eq!(verified.damage, None);
        assert_eq!((verified.entries, verified.rows, verified.evidence), (3, 8, 1));
    });
}

#[test]
fn both_engines_write_the_same_ledger() {
    let hashes = std::cell::RefCell::new(Vec::new());
    both(|engine| {
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        let entries = store.read(AsOf::Now, |view| {
            view.rows(ENTRIES, &[], |row| (0..7).map(|n| row.value(n)).collect::<Result<Vec<_>, _>>())
        });
        hashes.borrow_mut().push(entries.unwrap_or_else(|error: StoreError| panic!("{error}")));
    });
    let hashes = hashes.into_inner();
    assert!(hashes.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(hashes[0].len(), 3);
    assert_eq!(
        hashes[0][2][6],
        Value::from(LAST),
        "the form of entries changed: old ledgers would not verify"
    );
}

#[test]
fn statements_mean_the_same() {
    both(|engine| {
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        let n = Value::Integer(1);
        store
            .read(AsOf::Now, |view| {
                let id = |row: &store::Row<'_>| row.text(0);
                let sum =
                    view.row(COUNT, std::slice::from_ref(&n), |row| Ok((row.integer(0)?, row.integer(1)?)))?;
                assert_eq!(sum, Some((2, 3)));
                let texts = |ids: &[&str]| Value::Texts(ids.iter().map(|id| (*id).to_owned()).collect());
                let all = texts(&["a", "b", "it's \"c\""]);
                assert_eq!(view.rows(SOME, &[n.clone(), all.clone(), Value::Integers(vec![2])], id)?, ["a"]);
                assert_eq!(view.rows(SOME, &[n.clone(), all, Value::Integers(vec![])], id)?, ["a", "b"]);
                assert!(view.rows(SOME, &[n.clone(), texts(&[]), Value::Integers(vec![])], id)?.is_empty());
                assert_eq!(view.rows(OPTIONAL, &[n.clone(), Value::Null, 10.into()], id)?, ["a", "b"]);
                assert_eq!(view.rows(OPTIONAL, &[n.clone(), "Beta".into(), 10.into()], id)?, ["b"]);
                assert_eq!(view.rows(OPTIONAL, &[n.clone(), Value::Null, 1.into()], id)?, ["a"]);
                let joined = ["SELECT id FROM widget WHERE since <= $1 AND until > $1", "ORDER BY name DESC"];
                assert_eq!(view.rows_joined(&joined, std::slice::from_ref(&n), id)?, ["b", "a"]);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_refused_write_leaves_nothing() {
    both(|engine| {
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        let when = "2026-02-01T00:00:00Z";
        let refused = |change: &dyn Fn(&mut store::Tx<'_>) -> Result<(), StoreError>| {
            write(&store, when, |tx| {
                tx.draw(Counter::CaseNumber)?;
                tx.evidence("never kept")?;
                change(tx)
            })
            .unwrap_err()
        };
        assert!(matches!(refused(&|tx| tx.close(&WIDGET, &["a".into()])), StoreError::NotOpen { .. }));
        assert!(matches!(
            refused(&|tx| tx.close_bulk(&WIDGET, &[vec!["b".into()], vec!["x".into()]])),
            StoreError::NotOpen { .. }
        ));
        assert!(matches!(
            refused(&|tx| tx.open(&WIDGET, &widget("b", 9, "Other"))),
            StoreError::Exists { .. }
        ));
        assert!(matches!(
            refused(&|tx| tx.open(&WIDGET, &widget("c", 9, "Beta"))),
            StoreError::Exists { .. }
        ));
        assert!(matches!(refused(&|tx| tx.open(&WIDGET, &["c".into()])), StoreError::Misuse(_)));
        assert!(matches!(refused(&|tx| tx.open(&WIDGET, &widget("c", 9, "a\0b"))), StoreError::Misuse(_)));
        assert!(matches!(
            refused(&|tx| {
                let mut plain = widget("c", 9, "C");
                plain[5] = "Jo, +1 555".into();
                tx.open(&WIDGET, &plain)
            }),
            StoreError::Misuse(_)
        ));
        assert!(matches!(
            refused(&|tx| {
                tx.open(&WIDGET, &widget("c", 9, "C"))?;
                tx.close(&WIDGET, &["c".into()])
            }),
            StoreError::NotOpen { .. }
        ));
        assert!(matches!(
            refused(&|tx| tx.ops().execute("DELETE FROM ledger", &[]).map(drop)),
            StoreError::Misuse(_)
        ));
        let silent = store.write(&act(when), |tx| tx.open(&WIDGET, &widget("c", 9, "C")));
        assert!(matches!(silent, Err(StoreError::Misuse(_))));
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            write(&store, when, |tx| {
                tx.open(&WIDGET, &widget("c", 9, "C"))?;
                if tx.sequence() > 0 {
                    panic!("in the middle");
                }
                Ok(())
            })
        }));
        assert!(panicked.is_err());
        let verified = verify_tables(&store, TABLES, None).unwrap();
        assert_eq!((verified.entries, verified.rows, verified.evidence, verified.damage), (3, 8, 1, None));
        let drawn = write(&store, when, |tx| tx.draw(Counter::CaseNumber)).unwrap();
        assert_eq!((drawn.value, drawn.sequence), (1, 4));
        let drawn = write(&store, when, |tx| {
            Ok((tx.draw_many(Counter::CaseNumber, 5)?, tx.draw(Counter::CaseNumber)?))
        });
        assert_eq!(drawn.unwrap().value, (2, 7));
    });
}

#[test]
fn time_never_goes_back() {
    both(|engine| {
        let store = open(engine);
        let first = write(&store, "2026-03-01T00:00:00.25Z", |_| Ok(())).unwrap();
        let second = write(&store, "2026-02-01T00:00:00Z", |tx| Ok(tx.at().to_owned())).unwrap();
        assert_eq!(first.at, "2026-03-01T00:00:00.250000Z");
        assert_eq!((second.at.as_str(), second.value.as_str()), (first.at.as_str(), first.at.as_str()));
        let verified = verify_tables(&store, TABLES, None).unwrap();
        assert_eq!((verified.damage, verified.head), (None, second.hash));
    });
}

#[test]
fn a_write_sees_itself() {
    both(|engine| {
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        write(&store, "2026-02-01T00:00:00Z", |tx| {
            tx.open(&WIDGET, &widget("c", 9, "C"))?;
            tx.close(&WIDGET, &["b".into()])?;
            assert_eq!(widgets(tx)?, [("c".to_owned(), 9)]);
            assert_eq!(store.read(AsOf::Now, widgets)?, [("b".to_owned(), 3)]);
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn large_acts_go_in_parts() {
    both(|engine| {
        let store = open(engine);
        let rows: Vec<Vec<Value>> =
            (0..=PART_ROWS as i64).map(|n| widget(&format!("{n:06}"), n, &format!("name\t{n}"))).collect();
        let written = store.write_bulk(
            &act("2026-01-01T00:00:00Z"),
            "Load",
            &rows,
            |tx, rows| tx.bulk(&WIDGET, rows.to_vec()),
            |tx| {
                tx.summary("Loaded");
                tx.receipt("digest", "ab")
            },
        );
        assert_eq!(written.unwrap_or_else(|error: StoreError| panic!("{error}")).sequence, 3);
        let keys: Vec<Vec<Value>> = rows[..12_000].iter().map(|row| row[..1].to_vec()).collect();
        write(&store, "2026-01-02T00:00:00Z", |tx| tx.close_bulk(&WIDGET, &keys)).unwrap();
        let summaries = store.read(AsOf::Now, |view| view.rows(ENTRIES, &[], |row| row.text(4)));
        let summaries = summaries.unwrap_or_else(|error: StoreError| panic!("{error}"));
        assert_eq!(summaries, ["Load: part 1 of 2", "Load: part 2 of 2", "Loaded", "Something changed"]);
        let verified = verify_tables(&store, TABLES, None).unwrap();
        assert_eq!((verified.damage, verified.rows), (None, 20_001));
        let small = store.write_bulk(
            &act("2026-01-03T00:00:00Z"),
            "Load",
            &[vec!["x".into(), Value::Integer(1), "t".into()]],
            |tx, rows| tx.bulk(&PIECE, rows.to_vec()),
            |tx| {
                tx.summary("One");
                Ok::<_, StoreError>(())
            },
        );
        assert_eq!(small.unwrap().sequence, 5);
    });
}

#[test]
fn writers_stand_in_line() {
    both(|engine| {
        let store = open(engine);
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let store = store.clone();
                scope.spawn(move || {
                    for n in 0..25 {
                        let id = format!("{thread}-{n}");
                        write(&store, "2026-01-01T00:00:00Z", |tx| tx.open(&WIDGET, &widget(&id, n, &id)))
                            .unwrap();
                        store.read(AsOf::Now, widgets).unwrap();
                    }
                });
            }
        });
        let verified = verify_tables(&store, TABLES, None).unwrap();
        assert_eq!((verified.entries, verified.rows, verified.damage), (200, 200, None));
    });
}

#[test]
fn a_second_process_shares_the_record() {
    both(|engine| {
        let one = open(engine);
        let other = Store::open(&location(engine)).unwrap();
        for n in 0..10 {
            let store = if n % 2 == 0 { &one } else { &other };
            let id = n.to_string();
            write(store, "2026-01-01T00:00:00Z", |tx| tx.open(&WIDGET, &widget(&id, n, &id))).unwrap();
        }
        assert_eq!(other.read(AsOf::Now, widgets).unwrap().len(), 10);
        assert_eq!(verify_tables(&one, TABLES, None).unwrap().damage, None);
    });
}

#[test]
fn what_is_not_record_needs_no_act() {
    const TOUCH: &str = "INSERT INTO ops_counter (name, last) VALUES ($1, $2)";
    const ROWS: Table =
        Table { name: "ops_counter", key: &["name"], columns: &["name", "last"], sealed: &[] };
    both(|engine| {
        let store = open(engine);
        let touched = store.operate(|ops| {
            ops.bulk(&ROWS, &[vec!["x".into(), 1.into()], vec!["y".into(), 2.into()]])?;
            ops.execute(TOUCH, &["z".into(), 3.into()])
        });
        assert_eq!(touched.unwrap_or_else(|error: StoreError| panic!("{error}")), 1);
        let refused = store.operate(|ops| ops.execute("UPDATE widget SET number = 1", &[]));
        assert!(matches!(refused, Err(StoreError::Misuse(_))));
        assert_eq!(verify_tables(&store, TABLES, None).unwrap().entries, 0);
    });
}

#[test]
fn other_schemas_and_workspaces_are_refused() {
    both(|engine| {
        let store = open(engine);
        store.claim("0197-workspace").unwrap();
        assert_eq!(store.workspace().unwrap().as_deref(), Some("0197-workspace"));
        assert!(matches!(store.claim("another"), Err(StoreError::OtherWorkspace { .. })));
        drop(store);
        Raw::open(engine).run("INSERT INTO ops_schema (number, name, needs) VALUES (9999, 'later', '7.2.0')");
        let error = Store::open(&location(engine)).err().unwrap();
        assert!(error.to_string().contains("use aftercare 7.2.0 or later"), "{error}");
    });
}

#[test]
fn addresses_are_never_printed() {
    let location = Location::Postgres("postgres://user:secret@127.0.0.1:1/none".to_owned());
    let error = Store::open(&location).err().unwrap();
    assert!(!format!("{location:?} {error} {error:?}").contains("secret"), "{error:?}");
    assert_eq!(OPEN, 9_223_372_036_854_775_807);
}

#[test]
fn evidence_is_kept_once() {
    both(|engine| {
        let store = open(engine);
        let texts = |range: std::ops::Range<i32>| range.map(|n| format!("because {n}")).collect::<Vec<_>>();
        let twice: Vec<String> = texts(0..30).into_iter().chain(texts(10..20)).collect();
        let first = write(&store, "2026-01-01T00:00:00Z", |tx| tx.evidence_bulk(&twice)).unwrap().value;
        let second =
            write(&store, "2026-01-02T00:00:00Z", |tx| tx.evidence_bulk(&texts(20..40))).unwrap().value;
        assert_eq!(first[10..20], first[30..40]);
        assert_eq!(first[20..30], second[..10]);
        let body = store.read(AsOf::Now, |view| view.evidence(&second[19]));
        assert_eq!(body.unwrap_or_else(|error: StoreError| panic!("{error}")).as_deref(), Some("because 39"));
        let verified = verify_tables(&store, TABLES, None).unwrap();
        assert_eq!((verified.evidence, verified.damage), (40, None));
    });
}
