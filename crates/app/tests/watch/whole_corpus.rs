//! The real feeds through the whole import. Slow without optimisation, so ignored unless asked for:
//! `cargo test --release -p app --test watch -- --ignored --nocapture whole`.

use std::path::{Path, PathBuf};

use app::check::check;
use testkit::sqlite;

use crate::support::Workspace;

fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("AFTERCARE_CORPUS").map(PathBuf::from);
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(|folder| folder.join("Cargo.lock").exists());
    let path = named.or_else(|| Some(root?.join("../shared/corpus")))?;
    if path.join("feeds").is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no corpus at {} (set AFTERCARE_CORPUS)", path.display());
    None
}

/// Read and refused by source, as the corpus README counts them.
const COUNTS: [(&str, u64); 12] = [
    ("epss", 313_089),
    ("kernel-cna", 14_938),
    ("nvd-overrides", 32_184),
    ("openssl-cna", 272),
    ("osv:AlmaLinux", 5_637),
    ("osv:Bitnami", 7_444),
    ("osv:Go", 4_291),
    ("osv:PyPI", 2_661),
    ("osv:crates.io", 1_206),
    ("vulnrichment", 44_130),
    ("cve", 70),
    ("nvd", 165_373),
];

#[test]
#[ignore = "two gigabytes of JSON: run it optimised"]
fn whole_import_counts_every_record_and_the_second_does_nothing() {
    let Some(corpus) = corpus() else { return };
    let database = sqlite();
    let workspace = Workspace::new(&database.engine);
    let first = workspace.import(&corpus.join("feeds"));
    eprintln!("peak resident: {}", peak());
    for source in first.sources.values() {
        eprintln!("{source:?}");
        assert_eq!(source.read, source.new + source.changed + source.unchanged + source.superseded);
    }
    eprintln!("issues: {}", first.issues_total);
    for (name, count) in COUNTS {
        let source = first.sources.get(name).unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!(source.read + source.refused, count, "{name}");
    }
    let known = workspace.app.current_corpus().unwrap().index.known();
    assert!(known > 150_000, "{known}");
    let second = workspace.import(&corpus.join("feeds"));
    assert!(second.did_nothing());
    assert_eq!(second.snapshot, first.snapshot);
    let document = corpus.join("sboms/large");
    let mapped = workspace.app.current_corpus().unwrap();
    let mut checked = 0;
    for file in std::fs::read_dir(document).unwrap().flatten().take(20) {
        let bytes = std::fs::read(file.path()).unwrap();
        // Packed ones are for whoever unpacks; this is about the corpus.
        checked += usize::from(check(&mapped, &bytes, false).is_ok());
    }
    eprintln!("checked {checked} documents; known {known}");
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("unknown").to_owned()
}
