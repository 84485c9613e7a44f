//! Checkpoints and bundles prove what they say, and nothing that was tampered with.

use store::{
    Checkpoint, CheckpointKey, Consistency, Store, StoreError, export_tables, verify_bundle, verify_tables,
};
use testkit::both;

use crate::support::{PIECE, Raw, TABLES, WIDGET, fill, open, widget, write};

fn key(folder: &std::path::Path, byte: u8) -> CheckpointKey {
    CheckpointKey::open(folder, &mut |bytes: &mut [u8]| bytes.fill(byte)).unwrap()
}

fn bundle(store: &Store, key: &CheckpointKey, audiences: Option<&[String]>) -> String {
    let mut out = Vec::new();
    export_tables(store, TABLES, key, audiences, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_ledger_extends_its_checkpoints() {
    both(|engine| {
        let folder = tempfile::tempdir().unwrap();
        let key = key(folder.path(), 7);
        let store = open(engine);
        let empty = Checkpoint::make(&store, &key).unwrap();
        fill(&store, &"0".repeat(64));
        let mut checkpoint = Checkpoint::make(&store, &key).unwrap();
        let path = checkpoint.write(&folder.path().join("checkpoints")).unwrap();
        assert_eq!(path.file_name().unwrap().to_str(), Some("000000000003.checkpoint"));
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(Checkpoint::parse(&text).as_ref(), Some(&checkpoint));
        write(&store, "2026-02-01T00:00:00Z", |tx| tx.close(&WIDGET, &["b".into()])).unwrap();
        let extends = |then| Consistency::Extends { then, now: 4 };
        assert_eq!(checkpoint.compare(&store, &key.public()).unwrap(), extends(3));
        assert_eq!(empty.compare(&store, &key.public()).unwrap(), extends(0));

        checkpoint.time_stamp = Some("00ff10".to_owned());
        let stamped = Checkpoint::parse(&checkpoint.text()).unwrap();
        assert_eq!(stamped, checkpoint);
        assert!(stamped.is_signed_by(&key.public()));

        let differs = |checkpoint: &Checkpoint, public: &str, word: &str| match checkpoint
            .compare(&store, public)
            .unwrap()
        {
            Consistency::Differs(why) => assert!(why.contains(word), "{why}"),
            other @ Consistency::Extends { .. } => panic!("{other:?}"),
        };
        let other = tempfile::tempdir().unwrap();
        differs(&checkpoint, &self::key(other.path(), 8).public(), "signature");
        differs(&Checkpoint { size: 2, ..checkpoint.clone() }, &key.public(), "signature");
        differs(
            &Checkpoint { origin: "aftercare/x".to_owned(), ..checkpoint.clone() },
            &key.public(),
            "aftercare/x",
        );
        for broken in ["", "a\n1\n\n", &text[..text.len() - 6], &text.replace("\nat ", "\n")] {
            assert_eq!(Checkpoint::parse(broken), None, "{broken}");
        }
        Raw::open(engine).run("UPDATE ledger SET body = body || ' ' WHERE sequence = 1");
        differs(&checkpoint, &key.public(), "not what they were");
        Raw::open(engine).run("UPDATE ops_head SET sequence = 2");
        differs(&checkpoint, &key.public(), "only 2");
    });
}

#[test]
fn a_bundle_verifies_alone() {
    both(|engine| {
        let folder = tempfile::tempdir().unwrap();
        let key = key(folder.path(), 7);
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        let text = bundle(&store, &key, None);
        let report = verify_bundle(text.as_bytes()).unwrap();
        // Eight opened, three closed, one evidence text.
        assert_eq!((report.entries, report.rows, report.withheld_rows), (3, 12, 0));
        assert_eq!(report.public, key.public());

        for (number, line) in text.lines().enumerate() {
            let without = text.lines().enumerate().filter(|(n, _)| *n != number).map(|(_, line)| line);
            let without: Vec<&str> = without.collect();
            let outcome = verify_bundle(without.join("\n").as_bytes());
            if line.contains("\"kind\":\"entry\"") || line.contains("\"kind\":\"checkpoint\"") {
                // The last entry explains a closing, so each is needed by something.
                assert!(outcome.is_err(), "without {line}");
            } else if !line.contains("\"kind\":\"bundle\"") {
                assert_eq!(outcome.unwrap().withheld_rows, 1, "without {line}");
            }
        }
        // One changed letter or digit anywhere is found, but for the bundle's version and names of members.
        let bytes = text.as_bytes();
        let mut missed = Vec::new();
        for position in (0..bytes.len()).filter(|n| bytes[*n].is_ascii_alphanumeric()) {
            let mut changed = bytes.to_vec();
            changed[position] = if bytes[position] == b'1' { b'2' } else { b'1' };
            if changed[position] != bytes[position] && verify_bundle(&changed).is_ok() {
                missed.push(position);
            }
        }
        let missed: Vec<&str> =
            missed.iter().map(|n| &text[n.saturating_sub(20)..(n + 20).min(text.len())]).collect();
        assert!(missed.is_empty(), "{missed:?}");
    });
}

#[test]
fn a_bundle_for_some_eyes_shows_no_more() {
    both(|engine| {
        let folder = tempfile::tempdir().unwrap();
        let key = key(folder.path(), 7);
        let store = open(engine);
        fill(&store, &"0".repeat(64));
        write(&store, "2026-02-01T00:00:00Z", |tx| {
            let mut hidden = widget("h", 9, "Embargoed");
            hidden[8] = "embargo".into();
            tx.open(&WIDGET, &hidden)?;
            tx.open(&WIDGET, &widget("i", 9, "Plain"))
        })
        .unwrap();
        let mut act = crate::support::act("2026-02-02T00:00:00Z");
        act.audience = domain::audience::Audience("embargo".to_owned());
        store
            .write(&act, |tx| {
                tx.summary("Embargoed words");
                tx.open(&PIECE, &["h".into(), 1.into(), "Embargoed piece".into()])
            })
            .unwrap_or_else(|error: StoreError| panic!("{error}"));
        assert_eq!(verify_tables(&store, TABLES, None).unwrap().damage, None);
        let text = bundle(&store, &key, Some(&["general".to_owned()]));
        assert!(!text.contains("Embargoed") && text.contains("Plain"));
        let report = verify_bundle(text.as_bytes()).unwrap();
        assert_eq!((report.entries, report.withheld_entries), (4, 1));
        // The hidden widget, the evidence text and two closed widgets.
        assert_eq!(report.withheld_rows, 4);
        assert!(bundle(&store, &key, None).contains("Embargoed piece"));
    });
}
