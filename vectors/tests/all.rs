//! Every vector of the corpus holds or is waived with its reason.

use std::path::{Path, PathBuf};

/// How many cases there are at least, so that none is lost unseen.
const AT_LEAST: [(&str, usize); 5] =
    [("purl", 580), ("vers", 7_400), ("versions", 73_000), ("cpe", 16_000), ("cvss", 141_000)];

#[test]
fn every_vector_holds_or_is_waived() {
    let root = std::env::var_os("AFTERCARE_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"), PathBuf::from);
    if !root.join("vectors").exists() {
        eprintln!("skipped: {} is not there; set AFTERCARE_CORPUS to run this test", root.display());
        return;
    }
    let suites = vectors::run(&root);
    for suite in &suites {
        eprintln!("{}: {} of {} hold, {} waived", suite.set, suite.passed, suite.n, suite.waived);
    }
    for (set, count) in AT_LEAST {
        let pooled = suites.iter().find(|suite| suite.set == set).unwrap();
        let shown = &pooled.failures[..pooled.failures.len().min(40)];
        assert_eq!(pooled.failed, 0, "{set}: {shown:#?}");
        assert!(pooled.n >= count, "{set}: only {} cases", pooled.n);
    }
}
