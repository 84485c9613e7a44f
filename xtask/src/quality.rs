//! `cargo xtask quality`: the matcher against labelled truth, one JSON line a set (docs/matching-quality.md).
//!
//! `cargo xtask quality [SET…]` prints; `--check` also compares with the committed baseline and fails when a figure falls;
//! `--write` commits the figures as the new baseline; `--misses` lists what was missed and what was found wrongly, to stderr.
//! Deliberately not here: what is right. That stands in the truth, and nothing here is tuned to a label.

mod anchore;
mod corpus;
mod dependency_check;
mod esp_idf;
mod found;
mod grype;
mod oracle;
mod osv_answers;
mod row;
mod sample;
mod truth;
mod vunnel;

use std::{collections::BTreeSet, path::Path};

use anyhow::bail;

use row::Row;

/// Sets that need the index of all feeds.
const OVER_FEEDS: [&str; 3] = ["anchore-dev", "dependency-check-base", "esp-idf"];

/// Sets of other people's vectors.
const VECTORS: [&str; 4] = ["purl", "vers", "versions", "cpe"];

/// Whether the truth is there.
pub(crate) fn is_measurable() -> bool {
    corpus::folder().is_some()
}

/// Runs the named sets, or all.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let (flags, sets): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|text| text.starts_with("--"));
    let flag = |name: &str| flags.iter().any(|flag| *flag == name);
    if let Some(unknown) =
        flags.iter().find(|flag| !["--check", "--write", "--misses"].contains(&flag.as_str()))
    {
        bail!("unknown {unknown}: cargo xtask quality [--check] [--write] [--misses] [SET…]");
    }
    let Some(corpus) = corpus::folder() else {
        bail!("no corpus: set AFTERCARE_CORPUS to its folder, then run this again");
    };
    let wanted = |name: &str| sets.is_empty() || sets.iter().any(|set| *set == name);
    let mut tell = Tell { misses: flag("--misses"), seen: BTreeSet::new() };
    let mut rows = Vec::new();
    if OVER_FEEDS.iter().any(|set| wanted(set)) {
        let anchore = anchore::Labels::read(&corpus)?;
        let feeds = corpus::feeds(&corpus, anchore.vulnerabilities())?;
        if wanted("anchore-dev") {
            rows.extend(anchore.measure(&feeds, &mut tell)?);
        }
        if wanted("dependency-check-base") {
            rows.push(dependency_check::measure(&corpus, &feeds, &mut tell)?);
        }
        if wanted("esp-idf") {
            rows.extend(esp_idf::measure(&corpus, &feeds, &mut tell)?);
        }
    }
    if wanted("osv-answers") {
        rows.extend(osv_answers::measure(&corpus, &mut tell)?);
    }
    if wanted("grype-matcher") {
        rows.extend(grype::measure(&corpus, &mut tell)?);
    }
    if VECTORS.iter().any(|set| wanted(set)) {
        rows.extend(suites(&corpus, &wanted, &mut tell));
    }
    if wanted("oracle") {
        rows.push(oracle::measure(&corpus, &mut tell)?);
    }
    for row in &rows {
        row.print();
    }
    if flag("--write") {
        row::write(&rows)?;
    }
    if flag("--check") {
        row::compare(&rows, sets.is_empty())?;
    }
    Ok(())
}

/// The vectors that others wrote down (`vectors`).
fn suites(corpus: &Path, wanted: &dyn Fn(&str) -> bool, tell: &mut Tell) -> Vec<Row> {
    let suites = vectors::run(corpus).into_iter();
    suites
        .filter(|suite| suite.set.split(':').next().is_some_and(wanted))
        .map(|suite| {
            for failure in &suite.failures {
                tell.say(|| format!("{} failed: {failure}", suite.set));
            }
            Row::new(suite.set)
                .with("passed", suite.passed)
                .with("failed", suite.failed)
                .with("waived", suite.waived)
                .with("n", suite.n)
        })
        .collect()
}

/// Where single misses are told, each once.
struct Tell {
    misses: bool,
    seen: BTreeSet<String>,
}

impl Tell {
    fn say(&mut self, text: impl FnOnce() -> String) {
        if self.misses {
            let text = text();
            if self.seen.insert(text.clone()) {
                eprintln!("{text}");
            }
        }
    }
}
