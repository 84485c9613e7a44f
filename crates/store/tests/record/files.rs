//! Blobs, sealed texts and locks.

use std::os::unix::fs::PermissionsExt as _;

use store::{Blobs, Lock, StoreError, Vault};

fn entropy(seed: u8) -> impl FnMut(&mut [u8]) {
    let mut next = seed;
    move |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_mul(167).wrapping_add(13);
            *byte = next;
        }
    }
}

#[test]
fn blobs_are_named_by_their_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(&folder.path().join("blobs")).unwrap();
    let digest = blobs.put(b"abc").unwrap();
    assert_eq!(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let path = folder.path().join("blobs/ba").join(&digest);
    let old = std::time::SystemTime::UNIX_EPOCH;
    std::fs::File::options().append(true).open(&path).unwrap().set_modified(old).unwrap();
    assert_eq!(blobs.put(b"abc").unwrap(), digest);
    assert!(path.metadata().unwrap().modified().unwrap() > old, "put again, it is young again");
    assert_eq!(blobs.get(&digest).unwrap().as_deref(), Some(b"abc".as_slice()));
    assert_eq!(blobs.get(&"0".repeat(64)).unwrap(), None);
    assert_eq!(blobs.get("../../../etc/passwd").unwrap(), None);
    std::fs::write(&path, b"abd").unwrap();
    assert!(matches!(blobs.get(&digest), Err(StoreError::Damaged { .. })));
    let names: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(names.len(), 1, "no temporary file is left");
}

#[test]
fn sealed_texts_open_until_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let vault = Vault::open(&keys).unwrap();
    let mut random = entropy(1);
    let one = vault.seal("site:1", "ward@example.org", &mut random).unwrap();
    let again = vault.seal("site:1", "ward@example.org", &mut random).unwrap();
    let other = vault.seal("site:2", "lab@example.org", &mut random).unwrap();
    assert_ne!(one, again);
    assert!(one.starts_with("sealed:1:") && !one.contains("ward"));
    let vault = Vault::open(&keys).unwrap();
    let elsewhere = Vault::open(&keys).unwrap();
    assert_eq!(elsewhere.unseal("site:1", &one).unwrap().as_deref(), Some("ward@example.org"));
    assert_eq!(vault.unseal("site:1", &one).unwrap().as_deref(), Some("ward@example.org"));
    assert!(matches!(vault.unseal("site:2", &one), Err(StoreError::Damaged { .. })));
    assert!(matches!(vault.unseal("site:1", &one[..one.len() - 2]), Err(StoreError::Damaged { .. })));
    assert!(vault.forget("site:1").unwrap());
    assert!(vault.is_forgotten("site:1").unwrap() && !vault.is_forgotten("site:2").unwrap());
    // What another process holds open sees it too, and so does the next one.
    assert_eq!(elsewhere.unseal("site:1", &one).unwrap(), None);
    assert!(Vault::open(&keys).unwrap().is_forgotten("site:1").unwrap());
    assert_eq!(vault.unseal("site:1", &one).unwrap(), None);
    assert!(matches!(vault.seal("site:1", "back", &mut random), Err(StoreError::Misuse(_))));
    assert_eq!(vault.unseal("site:2", &other).unwrap().as_deref(), Some("lab@example.org"));
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&keys), mode(&keys.join("workspace.key"))), (0o700, 0o600));
    assert_eq!(mode(&keys.join("subjects.keys")), 0o600);
}

#[test]
fn keys_of_many_subjects_are_made_at_once_and_survive_a_torn_end() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let other = Vault::open(folder.path()).unwrap();
    let mut random = entropy(3);
    let texts = |range: std::ops::Range<u32>| -> Vec<(String, String)> {
        range.map(|n| (format!("site:{n}"), format!("ward {n}"))).collect()
    };
    let first = vault.seal_all(&texts(0..50), &mut random).unwrap();
    let file = folder.path().join("subjects.keys");
    let length = std::fs::metadata(&file).unwrap().len();
    assert_eq!(length, 50 * 96);
    // A process that was killed while it wrote left half a record; the next writer is another process.
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.extend_from_slice(b"K\x01half of a record");
    std::fs::write(&file, &bytes).unwrap();
    let second = other.seal_all(&texts(40..60), &mut random).unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().len(), 60 * 96);
    for (n, sealed) in (0..50).zip(&first).chain((40..60).zip(&second)) {
        for vault in [&vault, &other, &Vault::open(folder.path()).unwrap()] {
            let opened = vault.unseal(&format!("site:{n}"), sealed).unwrap();
            assert_eq!(opened.as_deref(), Some(format!("ward {n}").as_str()));
        }
    }
    // The bytes of a destroyed key are gone from the file; one that was never known is marked.
    let before = std::fs::read(&file).unwrap();
    assert!(vault.forget("site:7").unwrap() && !vault.forget("site:99").unwrap());
    let after = std::fs::read(&file).unwrap();
    assert_eq!(after.len(), before.len() + 96);
    let changed: Vec<usize> = (0..60).filter(|n| before[n * 96..][..96] != after[n * 96..][..96]).collect();
    assert_eq!(changed, [7]);
    assert!(after[7 * 96 + 36..8 * 96].iter().all(|byte| *byte == 0));
    assert!(other.seal_all(&texts(5..9), &mut random).is_err());
    assert!(other.is_forgotten("site:99").unwrap());
}

#[test]
fn a_lock_says_who_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let lock = Lock::acquire(folder.path(), "serve", now).unwrap();
    let error = Lock::acquire(folder.path(), "serve", now).unwrap_err();
    match &error {
        StoreError::Locked { name, pid, host, since } => {
            assert_eq!((name.as_str(), *pid), ("serve", std::process::id()));
            assert!(!host.is_empty() && error.to_string().contains(host.as_str()), "{error}");
            assert_eq!(since, "2026-01-01T00:00:00.000000Z");
        }
        other => panic!("{other}"),
    }
    Lock::acquire(folder.path(), "import", now).unwrap();
    drop(lock);
    Lock::acquire(folder.path(), "serve", now).unwrap();
    // A holder that was killed leaves its line but no lock.
    std::fs::write(folder.path().join("serve.lock"), "4194000 elsewhere 2025-01-01T00:00:00.000000Z\n")
        .unwrap();
    Lock::acquire(folder.path(), "serve", now).unwrap();
}
