//! The real feeds: every record that the corpus counts is read or refused with a reason.
//!
//! Skips, and says so, where the corpus is absent.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use feeds::{Count, Item, Options};
use matcher::record::Record;

fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("AFTERCARE_CORPUS").map(PathBuf::from);
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(|folder| folder.join("Cargo.lock").exists());
    let path = named.or_else(|| Some(root?.join("../shared/corpus")))?;
    if path.join("feeds").is_dir() {
        Some(path)
    } else {
        eprintln!("skipped: no corpus at {} (set AFTERCARE_CORPUS)", path.display());
        None
    }
}

/// Read and refused by source.
type Counts = BTreeMap<String, (u64, u64)>;

/// Counts by source, refusals and the records that `keep` wants, under one folder of the feeds.
fn read(folder: &Path, mut keep: impl FnMut(&Record) -> bool) -> (Counts, Vec<String>, Vec<Record>) {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let (mut refused, mut kept) = (Vec::new(), Vec::new());
    for input in feeds::discover(&[folder.to_owned()]).unwrap_or_default() {
        let report = feeds::read(&input, &Options::default(), &mut |item| {
            if let Item::Record(parsed) = item
                && keep(&parsed.record)
            {
                kept.push(parsed.record);
            }
            ControlFlow::Continue(())
        });
        for (source, count) in report.by_source {
            let total = counts.entry(source.0).or_default();
            total.read += count.read;
            total.refused += count.refused;
        }
        refused.extend(report.refused.into_iter().map(|issue| issue.location));
    }
    let counts = counts.into_iter().map(|(source, count)| (source, (count.read, count.refused))).collect();
    (counts, refused, kept)
}

#[test]
fn every_record_of_the_corpus_is_accounted_for() {
    let Some(corpus) = corpus() else { return };
    let (mut counts, refused, _) = read(&corpus.join("feeds"), |_| false);
    // Counted below, folder by folder.
    counts.retain(|source, _| !source.starts_with("csaf:"));
    let expected = [
        ("cve", (70, 0)),
        ("epss", (313_089, 0)),
        ("kernel-cna", (14_938, 0)),
        // The current catalogue, the one of 2025-08-25 and 78 of 79 dated ones; the 79th was published cut off.
        ("kev", (KEV_ENTRIES, 1)),
        // Yearly files, API pages, real records, records that a test suite altered.
        ("nvd", (164_416 + 439 + 511 + 7, 0)),
        ("nvd-overrides", (32_184, 0)),
        ("openssl-cna", (272, 0)),
        ("osv:AlmaLinux", (5_637, 0)),
        ("osv:Bitnami", (7_444, 0)),
        ("osv:GHSA-fixtures", (417, 0)),
        ("osv:Go", (4_291, 0)),
        ("osv:PyPI", (2_661, 0)),
        ("osv:crates.io", (1_206, 0)),
        ("vulnrichment", (44_130, 0)),
    ];
    let expected: BTreeMap<_, _> =
        expected.into_iter().map(|(source, count)| (source.to_owned(), count)).collect();
    assert_eq!(counts, expected, "refused: {refused:?}");
    assert_eq!(refused.len(), 1);
    assert!(refused[0].ends_with("kev-2025-02-25T234429-0600.json"), "{}", refused[0]);
}

const KEV_ENTRIES: u64 = 105_984;

#[test]
fn every_match_of_nvd_becomes_a_statement_and_every_condition_a_tree() {
    let Some(corpus) = corpus() else { return };
    let (mut statements, mut conditions) = (0, 0);
    for input in feeds::discover(&[corpus.join("feeds/nvd")]).unwrap_or_default() {
        let yearly = input.path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("nvdcve-"));
        if !yearly {
            continue;
        }
        feeds::read(&input, &Options::default(), &mut |item| {
            if let Item::Record(parsed) = item {
                statements += parsed.record.statements.len();
                conditions += parsed.record.conditions.len();
            }
            ControlFlow::Continue(())
        });
    }
    // 1,468,997 vulnerable matches were counted by other means; nine of them name no product.
    assert_eq!((statements, conditions), (1_468_997 - 9, 89_765));
}

#[test]
fn known_records_say_what_their_sources_say() {
    let Some(corpus) = corpus() else { return };
    let wanted = ["CVE-2023-38346", "CVE-2024-50000"];
    let (.., records) = read(&corpus.join("feeds/cve5"), |record| wanted.contains(&record.id.as_str()));
    let find =
        |source: &str, id: &str| records.iter().find(|record| record.source.0 == source && record.id == id);
    let keys = |record: Option<&Record>| -> Vec<String> {
        record
            .map(|record| record.statements.iter().map(|statement| statement.key.0.clone()).collect())
            .unwrap_or_default()
    };
    assert!(keys(find("vulnrichment", "CVE-2023-38346")).contains(&"cpe:o:windriver:vxworks".to_owned()));
    let kernel = find("kernel-cna", "CVE-2024-50000");
    assert_eq!(
        keys(kernel),
        [
            "git:git.kernel.org/pub/scm/linux/kernel/git/stable/linux",
            "cpe:o:linux:linux_kernel",
            "cve:linux|linux"
        ]
    );
    let statement = kernel.map(|record| &record.statements[1]);
    assert_eq!(
        statement.map(|statement| statement.fixed_in.join(" ")).as_deref(),
        Some("5.15.168 6.1.113 6.6.55 6.10.14 6.11.3 6.12")
    );
    assert_eq!(statement.map(|statement| statement.qualifiers.program_files.len()), Some(1));
}

#[test]
fn every_csaf_document_is_accounted_for() {
    let Some(corpus) = corpus() else { return };
    for (place, expected) in [
        ("icsma", &[("csaf:CISA", (144, 0))][..]),
        ("cisa-csaf.tar.zst", &[("csaf:CISA", (2_383, 0))]),
        (
            "vendor-csaf-fixtures.tar.zst",
            &[("csaf:CERT/CC", (1, 0)), ("csaf:Red Hat Product Security", (87, 0))],
        ),
    ] {
        let (counts, refused, records) = read(&corpus.join("feeds/csaf").join(place), |_| true);
        let expected: Counts =
            expected.iter().map(|(source, count)| ((*source).to_owned(), *count)).collect();
        assert_eq!(counts, expected, "{place}: {refused:?}");
        let names = |record: &Record| record.upstream.iter().all(|name| name.starts_with("CVE-"));
        assert!(records.iter().all(names), "{place}: every flaw has a CVE id");
        let silent =
            records.iter().filter(|record| !record.withdrawn && record.statements.is_empty()).count();
        eprintln!(
            "{place}: {} statements, {silent} documents without",
            records.iter().map(|record| record.statements.len()).sum::<usize>()
        );
    }
    let (counts, ..) = read(&corpus.join("feeds/csaf/oasis-csaf-test-documents.tar.zst"), |_| false);
    let total = counts.values().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
    assert_eq!(total, (1_151, 0), "synthetic documents of the standard's own tests");
}

#[test]
fn every_vex_document_is_accounted_for() {
    let Some(corpus) = corpus() else { return };
    for (place, expected) in [
        ("rancher-vexhub-openvex.tar.zst", &[("openvex:Rancher Security team", (1_117, 0))][..]),
        (
            "aquasecurity-vexhub-openvex.tar.zst",
            &[
                ("openvex:Aqua Security", (4, 0)),
                ("openvex:Inspektor Gadget Security Team <security@inspektor-gadget.io>", (3, 0)),
                ("openvex:Rancher Security team", (52, 0)),
            ],
        ),
    ] {
        let (counts, refused, records) = read(&corpus.join("vex").join(place), |_| true);
        let expected: Counts =
            expected.iter().map(|(source, count)| ((*source).to_owned(), *count)).collect();
        assert_eq!(counts, expected, "{place}: {refused:?}");
        let statements = records.iter().flat_map(|record| &record.statements);
        let spans: usize = statements.clone().map(|statement| statement.spans.len()).sum();
        eprintln!("{place}: {} statements of {spans} versions", statements.count());
        assert!(spans > 10_000, "{place}: {spans}");
    }
    let (counts, ..) = read(&corpus.join("vex/cyclonedx-bom-examples-vex.tar.zst"), |_| false);
    let total = counts.values().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
    // 39 files; the other 14 are the SBOMs that these speak of.
    assert_eq!(total, (25, 0));
}
