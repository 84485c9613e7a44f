//! Finds the corpus of real data; every test that needs it passes by returning early when it is absent.
use std::fs;
use std::path::{Path, PathBuf};

/// The file or folder at `path` inside the corpus, or `None`, loudly.
pub(crate) fn find(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("AFTERCARE_CORPUS").map_or_else(default_root, PathBuf::from);
    let found = root.join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("skipped: {} is not there; set AFTERCARE_CORPUS to run this test", found.display());
    None
}

/// The text of a file, unpacked when its name ends in `.zst`.
pub(crate) fn read(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    let bytes = if path.extension().is_some_and(|extension| extension == "zst") {
        zstd::decode_all(bytes.as_slice()).unwrap()
    } else {
        bytes
    };
    String::from_utf8(bytes).unwrap()
}

fn default_root() -> PathBuf {
    let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let repository =
        crate_root.ancestors().find(|folder| folder.join("Cargo.lock").exists()).unwrap_or(crate_root);
    repository.join("../shared/corpus")
}
