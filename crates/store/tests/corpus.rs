//! The folder of the corpus: packs give back what went in, damage is named, nothing is in force before it is whole.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, path::Path};

use store::{
    StoreError,
    corpus::CorpusFolder,
    pack::{Entry, PackWriter, content_hash},
    snapshot::{PackName, ScoreName, Snapshot, SourceState},
};

fn entry(id: &str, raw: &[u8]) -> Entry {
    Entry { id: id.into(), modified: Some("2026-01-01T00:00:00Z".into()), hash: content_hash(raw) }
}

fn push(pack: &mut PackWriter, id: &str, raw: &[u8]) {
    pack.push(id, Some("2026-01-01T00:00:00Z"), content_hash(raw), raw).unwrap();
}

/// Records of many sizes, the largest beyond a block.
fn records() -> Vec<(String, Vec<u8>)> {
    (0..400_usize)
        .map(|n| {
            let size = if n == 7 { 700_000 } else { n * 37 % 5_000 };
            let body = (0..size).map(|at| b'a' + u8::try_from((at * n) % 26).unwrap()).collect();
            (format!("CVE-2026-{n:04}"), body)
        })
        .collect()
}

fn fill(folder: &CorpusFolder) -> String {
    let mut pack = folder.begin_pack("0-0").unwrap();
    for (id, raw) in records() {
        push(&mut pack, &id, &raw);
    }
    pack.push_chunk(b"first chunk").unwrap();
    pack.push_chunk(b"").unwrap();
    pack.push_chunk(&vec![7; 100_000]).unwrap();
    pack.finish().unwrap().unwrap().digest
}

fn open(folder: &Path) -> CorpusFolder {
    CorpusFolder::open(&folder.join("corpus")).unwrap()
}

#[test]
fn packs_give_back_what_went_in() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = open(temporary.path());
    let digest = fill(&folder);
    let mut pack = folder.pack(&digest).unwrap();
    let records = records();
    assert_eq!(pack.entries.len(), records.len());
    for at in [0, 7, 8, 399, 200, 1] {
        let (id, raw) = &records[at];
        assert_eq!(pack.entries[at], entry(id, raw));
        assert_eq!(pack.raw(u32::try_from(at).unwrap()).unwrap(), *raw);
    }
    assert!(matches!(pack.raw(400), Err(StoreError::Damaged { .. })));
    let mut segment = folder.segment(&digest).unwrap();
    assert_eq!(segment.next_chunk().unwrap().unwrap(), b"first chunk");
    assert_eq!(segment.next_chunk().unwrap().unwrap(), vec![7; 100_000]);
    assert_eq!(segment.next_chunk().unwrap(), None);
    assert!(folder.verify_pack(&digest).unwrap());
    // The same records give the same name.
    assert_eq!(fill(&folder), digest);
}

#[test]
fn an_abandoned_or_empty_pack_leaves_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = open(temporary.path());
    let mut pack = folder.begin_pack("a").unwrap();
    push(&mut pack, "x", b"{}");
    drop(pack);
    assert!(folder.begin_pack("b").unwrap().finish().unwrap().is_none());
    assert_eq!(fs::read_dir(temporary.path().join("corpus/packs")).unwrap().count(), 0);
}

/// Every eleventh byte changed, and every length cut: an error or the same answer, never a panic and never other bytes.
#[test]
fn damage_is_an_error() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = open(temporary.path());
    let raw = b"{\"id\":\"CVE-2026-1\"}".repeat(40);
    let mut pack = folder.begin_pack("0").unwrap();
    push(&mut pack, "CVE-2026-1", &raw);
    let digest = pack.finish().unwrap().unwrap().digest;
    let path = temporary.path().join(format!("corpus/packs/{digest}.pack"));
    let whole = fs::read(&path).unwrap();
    let look = || folder.pack(&digest).and_then(|mut pack| pack.raw(0));
    let mut refused = 0;
    for at in (0..whole.len()).step_by(11) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        fs::write(&path, &bytes).unwrap();
        assert!(!folder.verify_pack(&digest).unwrap());
        match look() {
            Ok(found) => assert_eq!(found, raw),
            Err(_) => refused += 1,
        }
        fs::write(&path, &whole[..at]).unwrap();
        assert!(look().is_err(), "cut at {at}");
    }
    assert!(refused > 0);
    fs::write(&path, &whole).unwrap();
    assert_eq!(look().unwrap(), raw);
}

#[test]
fn a_snapshot_is_in_force_only_when_it_is_whole() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = open(temporary.path());
    assert_eq!(folder.current().unwrap(), None);
    let text = folder.write_text("CVE-2026-0001\t5\t9\n").unwrap();
    let snapshot = Snapshot {
        engine: "1".to_owned(),
        packs: vec![PackName {
            digest: fill(&folder),
            source: "nvd".to_owned(),
            records: 400,
            audience: "general".to_owned(),
        }],
        dropped: vec![(0, 7)],
        scores: vec![ScoreName {
            digest: text.clone(),
            source: "epss".to_owned(),
            version: "2026-01-01".to_owned(),
            records: 1,
        }],
        files: Vec::new(),
        sources: [("nvd".to_owned(), SourceState { records: 400, watermark: None, refused: 2 })].into(),
    };
    let id = folder.write_snapshot(&snapshot).unwrap();
    assert_eq!(folder.current().unwrap(), None);
    assert!(folder.write_index(&id, |_| Err(std::io::Error::other("full"))).is_err());
    assert!(folder.map_index(&id).is_err());
    folder.write_index(&id, |out| out.write_all(b"index")).unwrap();
    folder.switch(&id).unwrap();
    assert_eq!(folder.current().unwrap().as_deref(), Some(id.as_str()));
    assert_eq!(folder.snapshot(&id).unwrap(), snapshot);
    assert_eq!(folder.map_index(&id).unwrap().as_ref(), b"index");
    assert_eq!(folder.read_text(&text).unwrap(), "CVE-2026-0001\t5\t9\n");

    // A mapping outlives the file; cleaning takes only what nothing names, and only after a day.
    let mapped = folder.map_index(&id).unwrap();
    let rubbish = temporary.path().join("corpus/packs/.half.tmp");
    fs::write(&rubbish, "half").unwrap();
    let soon = jiff::Timestamp::try_from(fs::metadata(&rubbish).unwrap().modified().unwrap()).unwrap();
    assert_eq!(folder.clean(&BTreeSet::new(), soon).unwrap().len(), 0);
    assert_eq!(folder.clean(&BTreeSet::new(), soon + jiff::SignedDuration::from_hours(25)).unwrap().len(), 1);
    assert!(!rubbish.exists());
    assert_eq!(mapped.as_ref(), b"index");

    let path = temporary.path().join(format!("corpus/snapshots/{id}.json"));
    let changed = fs::read_to_string(&path).unwrap().replace("400", "401");
    fs::write(&path, changed).unwrap();
    assert!(matches!(folder.snapshot(&id), Err(StoreError::Damaged { .. })));
    fs::write(temporary.path().join("corpus/CURRENT"), "../../etc").unwrap();
    assert!(matches!(folder.current(), Err(StoreError::Damaged { .. })));
}
