//! Runs the vectors that others wrote down for package URLs, versions, ranges and CPE names against `component`, and
//! for CVSS against `feeds`.
//!
//! One row a set, and one pooled row under the bare name; `cargo xtask quality` prints them, and the test of this crate
//! fails on any failure. What does not hold is waived by name with its reason in `waivers`; a waiver that nothing
//! needs is a failure too. [`fuzz`] holds what any bytes must keep, [`mutate`]
//! the damage that drives it on stable. Deliberately not here: the vectors, which stay in the corpus.
use std::path::Path;

pub mod fuzz;
pub mod mutate;

mod corpus;
mod cpe;
mod cvss;
mod npm;
mod purl;
mod tally;
mod vers;
mod versions;
mod waivers;

/// What came of one set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suite {
    /// Its name: `versions`, or `versions:node-semver` for a part of it.
    pub set: String,
    /// Cases that hold.
    pub passed: usize,
    /// Cases that do not, and waivers without need.
    pub failed: usize,
    /// Cases that do not hold, for a reason that is written down.
    pub waived: usize,
    /// All cases.
    pub n: usize,
    /// A line for each failure.
    pub failures: Vec<String>,
}

/// Runs the parts of one set below `corpus/vectors`.
type Runner = fn(&Path) -> anyhow::Result<Vec<Suite>>;

/// Runs everything below `corpus/vectors`: a pooled row for each of `purl`, `vers`, `versions`, `cpe`, `cvss`, followed by its
/// parts. A file that cannot be read as what it is fails its set.
pub fn run(corpus: &Path) -> Vec<Suite> {
    let vectors = corpus.join("vectors");
    let mut rows = Vec::new();
    for (set, runs) in [
        ("purl", &[purl::run as Runner][..]),
        ("vers", &[vers::run]),
        ("versions", &[versions::run, npm::run]),
        ("cpe", &[cpe::run]),
        ("cvss", &[cvss::run]),
    ] {
        let parts: Vec<Suite> = runs
            .iter()
            .flat_map(|run| run(&vectors).unwrap_or_else(|problem| vec![unreadable(set, &problem)]))
            .collect();
        rows.push(pooled(set, &parts));
        rows.extend(parts);
    }
    rows
}

fn unreadable(set: &str, problem: &anyhow::Error) -> Suite {
    let failures = vec![format!("{problem:#}")];
    Suite { set: format!("{set}:files"), failed: 1, n: 1, failures, ..Suite::default() }
}

fn pooled(set: &str, parts: &[Suite]) -> Suite {
    let mut pooled = Suite { set: set.to_owned(), ..Suite::default() };
    for part in parts {
        pooled.passed += part.passed;
        pooled.failed += part.failed;
        pooled.waived += part.waived;
        pooled.n += part.n;
        pooled.failures.extend(part.failures.iter().map(|failure| format!("{}: {failure}", part.set)));
    }
    pooled
}
