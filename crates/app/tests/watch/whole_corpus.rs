//! The real feeds through the whole import. Slow without optimisation, so ignored unless asked for:
//! `cargo test --release -p app --test watch -- --ignored --nocapture whole`.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
};

use app::{
    account::account,
    check::check,
    import::{ImportRequest, Progress, import},
    inventory,
    mapping::Mappings,
    product::{self, NewProduct},
    release::{self, NewRelease},
    sweep::sweep,
};
use domain::ledger::AsOf;
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
    #[expect(clippy::disallowed_methods, reason = "a measurement, printed and not asserted")]
    let begun = std::time::Instant::now();
    let phase = Mutex::new("");
    let request = ImportRequest { paths: vec![corpus.join("feeds")], source: None };
    let first = import(&workspace.app, &workspace.console, &request, &|progress: Progress| {
        let mut phase = phase.lock().unwrap();
        if *phase != progress.phase {
            eprintln!("{:.1} s, before {}: {}", begun.elapsed().as_secs_f64(), progress.phase, resident());
            *phase = progress.phase;
        }
    })
    .unwrap();
    eprintln!("{:.1} s, at the end: {}", begun.elapsed().as_secs_f64(), resident());
    for folder in ["packs", "index"] {
        let folder = workspace.folder.path().join("corpus").join(folder);
        let mut bytes = std::collections::BTreeMap::<String, u64>::new();
        for file in std::fs::read_dir(folder).unwrap().flatten() {
            let kind = file.path().extension().unwrap_or_default().to_string_lossy().into_owned();
            *bytes.entry(kind).or_default() += file.metadata().unwrap().len();
        }
        eprintln!("bytes: {bytes:?}");
    }
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
    let mapped = workspace.app.current_corpus().unwrap();
    let mut checked = 0;
    let folders = ["sboms/cyclonedx", "sboms/spdx"].map(|folder| corpus.join(folder));
    for input in feeds::discover(&folders).unwrap() {
        let Ok(bytes) = std::fs::read(&input.path) else { continue };
        let Ok(report) = check(&mapped, &bytes, &Mappings::default(), false) else { continue };
        let tally = report.components;
        assert_eq!(tally.total, tally.assessed + tally.undecided + tally.not_assessed);
        checked += 1;
    }
    eprintln!("checked {checked} documents; known {known}");
    assert!(checked > 500);
    sweep_the_largest(&workspace, &folders);
}

/// The largest documents as releases: the sum has to close for each, and a second sweep has nothing to write.
fn sweep_the_largest(workspace: &Workspace, folders: &[PathBuf]) {
    let mut inputs = feeds::discover(folders).unwrap();
    inputs.sort_by_key(|input| std::cmp::Reverse(input.path.metadata().map_or(0, |metadata| metadata.len())));
    let (app, console) = (&workspace.app, &workspace.console);
    let name = "Pump".to_owned();
    product::add(app, console, NewProduct { name, ..NewProduct::default() }).unwrap();
    let mut releases = 0;
    for input in inputs {
        let bytes = std::fs::read(&input.path).unwrap();
        if releases == 12 || sbom::read(&bytes).is_err() {
            continue;
        }
        releases += 1;
        let version = releases.to_string();
        let new = NewRelease { product: "pump".to_owned(), version, ..NewRelease::default() };
        release::add(app, console, new).unwrap();
        inventory::add(app, console, &format!("pump@{releases}"), "sbom", &bytes, "a test").unwrap();
    }
    let first = sweep(app, console, false).unwrap();
    eprintln!("{first:#?}");
    for account in account(app, console, AsOf::Now, None).unwrap().releases {
        assert!(account.closes, "{account:#?}");
        eprintln!("{account:?}");
    }
    let full = sweep(app, console, true).unwrap();
    assert_eq!((full.opened, full.closed, full.result), (0, 0, first.result));
}

fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines = status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"));
    lines.collect::<Vec<_>>().join(" ").replace('\t', " ")
}
