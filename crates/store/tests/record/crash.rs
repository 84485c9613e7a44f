//! A killed process loses nothing it has acknowledged and leaves a whole record.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Command, Stdio},
};

use store::{Store, verify_tables};
use testkit::{Engine, both};

use crate::support::{PIECE, TABLES, WIDGET, location, open, widget, write};

const SQLITE: &str = "AFTERCARE_TEST_CRASH_SQLITE";
const POSTGRES: &str = "AFTERCARE_TEST_CRASH_POSTGRES";

/// Runs only as the child of the test below: writes for ever and says what it has been told is written.
#[test]
fn child() {
    let engine = match (std::env::var_os(SQLITE), std::env::var(POSTGRES)) {
        (Some(path), _) => Engine::Sqlite(PathBuf::from(path)),
        (_, Ok(url)) => Engine::Postgres(url),
        _ => return,
    };
    let store = Store::open(&location(&engine)).unwrap();
    let start =
        store.read(domain::ledger::AsOf::Now, |view| Ok::<_, store::StoreError>(view.sequence())).unwrap();
    for n in start + 1..start + 100_000 {
        let id = format!("w{n}");
        let written = write(&store, "2026-01-01T00:00:00Z", |tx| {
            tx.open(&WIDGET, &widget(&id, n, &id))?;
            tx.bulk(&PIECE, (0..50).map(|k| vec![id.as_str().into(), k.into(), "text".into()]).collect())
        });
        println!("acknowledged {}", written.unwrap().sequence);
        std::io::stdout().flush().unwrap();
    }
}

#[test]
fn a_killed_writer() {
    both(|engine| {
        let store = open(engine);
        drop(store);
        for round in 1..=3_usize {
            let (name, value) = match engine {
                Engine::Sqlite(path) => (SQLITE, path.display().to_string()),
                Engine::Postgres(url) => (POSTGRES, url.clone()),
            };
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["crash::child", "--exact", "--nocapture"])
                .env(name, value)
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut acknowledged = 0;
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let sequence =
                |line: &str| line.rsplit_once("acknowledged ").and_then(|(_, n)| n.parse::<i64>().ok());
            for line in lines.by_ref().take(10 + 17 * round) {
                acknowledged = sequence(&line.unwrap()).unwrap_or(acknowledged);
            }
            child.kill().unwrap();
            for line in lines {
                acknowledged = sequence(&line.unwrap()).unwrap_or(acknowledged);
            }
            child.wait().unwrap();
            let store = Store::open(&location(engine)).unwrap();
            let verified = verify_tables(&store, TABLES, None).unwrap();
            assert_eq!(verified.damage, None);
            assert!(
                acknowledged > 0 && verified.entries >= acknowledged,
                "{} < {acknowledged}",
                verified.entries
            );
            assert_eq!(verified.rows, 51 * u64::try_from(verified.entries).unwrap());
        }
    });
}
