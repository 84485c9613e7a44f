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
    assert_eq!(blobs.put(b"abc").unwrap(), digest);
    assert_eq!(blobs.get(&digest).unwrap().as_deref(), Some(b"abc".as_slice()));
    assert_eq!(blobs.get(&"0".repeat(64)).unwrap(), None);
    assert_eq!(blobs.get("../../../etc/passwd").unwrap(), None);
    let path = folder.path().join("blobs/ba").join(&digest);
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
    assert_eq!(vault.unseal("site:1", &one).unwrap().as_deref(), Some("ward@example.org"));
    assert!(matches!(vault.unseal("site:2", &one), Err(StoreError::Damaged { .. })));
    assert!(matches!(vault.unseal("site:1", &one[..one.len() - 2]), Err(StoreError::Damaged { .. })));
    assert!(vault.forget("site:1").unwrap());
    assert!(vault.is_forgotten("site:1") && !vault.is_forgotten("site:2"));
    assert_eq!(vault.unseal("site:1", &one).unwrap(), None);
    assert!(matches!(vault.seal("site:1", "back", &mut random), Err(StoreError::Misuse(_))));
    assert_eq!(vault.unseal("site:2", &other).unwrap().as_deref(), Some("lab@example.org"));
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&keys), mode(&keys.join("workspace.key"))), (0o700, 0o600));
}

#[test]
fn a_lock_says_who_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let lock = Lock::acquire(folder.path(), "serve", now).unwrap();
    let error = Lock::acquire(folder.path(), "serve", now).unwrap_err();
    match &error {
        StoreError::Locked { name, pid, since } => {
            assert_eq!((name.as_str(), *pid), ("serve", std::process::id()));
            assert_eq!(since, "2026-01-01T00:00:00.000000Z");
        }
        other => panic!("{other}"),
    }
    Lock::acquire(folder.path(), "import", now).unwrap();
    drop(lock);
    Lock::acquire(folder.path(), "serve", now).unwrap();
    // A holder that was killed leaves its line but no lock.
    std::fs::write(folder.path().join("serve.lock"), "4194000 2025-01-01T00:00:00.000000Z\n").unwrap();
    Lock::acquire(folder.path(), "serve", now).unwrap();
}
