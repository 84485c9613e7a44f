//! The seed pack against the real records: every CPE and CVE name in it is one that a record has, or has a waiver.
//!
//! Skips, and says so, where the corpus is absent.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use feeds::{Item, Options};
use matcher::{dictionary, record::Condition};

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

#[test]
fn every_name_is_known_to_a_record_or_waived_with_a_reason() {
    let Some(corpus) = corpus() else { return };
    let mut sought: BTreeSet<String> =
        dictionary::products().iter().flat_map(dictionary::Product::keys).collect();
    let listed = sought.len();
    let folders = ["nvd", "nvd-overrides", "cve5"].map(|kind| corpus.join("feeds").join(kind));
    for input in feeds::discover(&folders).unwrap_or_default() {
        feeds::read(&input, &Options::default(), &mut |item| {
            if let Item::Record(parsed) = item {
                for statement in &parsed.record.statements {
                    sought.remove(&statement.key.0);
                }
                for condition in &parsed.record.conditions {
                    forget_leaves(condition, &mut sought);
                }
            }
            ControlFlow::Continue(())
        });
    }
    let waived: BTreeMap<String, String> = dictionary::waivers()
        .into_iter()
        .flat_map(|waiver| {
            let reason = waiver.reason;
            waiver.names.into_iter().map(move |name| {
                let kind = if name.contains('|') { "cve" } else { "cpe" };
                (format!("{kind}:{name}"), reason.clone())
            })
        })
        .collect();
    assert!(waived.values().all(|reason| reason.len() > 20));
    let unknown: Vec<&String> = sought.iter().filter(|name| !waived.contains_key(*name)).collect();
    let needless: Vec<&String> = waived.keys().filter(|name| !sought.contains(*name)).collect();
    assert!(unknown.is_empty(), "no record has {unknown:#?}: mend the name, or waive it with a reason");
    assert!(needless.is_empty(), "waivers that are not needed: {needless:#?}");
    assert!(listed > 500 && waived.len() * 5 < listed, "{} of {listed} names are waived", waived.len());
}

fn forget_leaves(condition: &Condition, sought: &mut BTreeSet<String>) {
    match condition {
        Condition::All(children) | Condition::Any(children) => {
            for child in children {
                forget_leaves(child, sought);
            }
        }
        Condition::Not(child) => forget_leaves(child, sought),
        Condition::Has(leaf) => {
            sought.remove(&leaf.key.0);
        }
    }
}
