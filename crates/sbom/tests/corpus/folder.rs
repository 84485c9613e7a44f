//! The corpus of real documents, which is outside of the repository. Without it nothing is tested.

use std::path::{Path, PathBuf};

pub(crate) fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").exists())
        .expect("the workspace has a lock file");
    let folder = std::env::var_os("AFTERCARE_CORPUS")
        .map_or_else(|| root.join("../shared/corpus"), PathBuf::from)
        .join("sboms");
    if !folder.join("INVENTORY.csv").exists() {
        eprintln!("the corpus is absent ({}): nothing was tested", folder.display());
        return None;
    }
    Some(folder)
}

/// One row of the corpus table.
pub(crate) struct Row {
    pub(crate) path: String,
    pub(crate) format: String,
    pub(crate) components: usize,
}

pub(crate) fn rows(folder: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(folder.join("INVENTORY.csv")).expect("INVENTORY.csv is readable");
    // The columns read here stand before the first quoted one.
    let row = |line: &str| {
        let mut columns = line.split(',').map(str::to_owned);
        let (path, format) = (columns.next()?, columns.next()?);
        let components = columns.nth(2)?.parse().unwrap_or(0);
        Some(Row { path, format, components })
    };
    text.lines().skip(1).filter_map(row).collect()
}

pub(crate) fn bytes(folder: &Path, row: &Row) -> Vec<u8> {
    let bytes = std::fs::read(folder.join(&row.path)).unwrap_or_else(|error| panic!("{}: {error}", row.path));
    if row.path.ends_with(".zst") { zstd::decode_all(bytes.as_slice()).expect("zstd unpacks") } else { bytes }
}
