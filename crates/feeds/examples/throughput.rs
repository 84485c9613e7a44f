//! Reads feeds and prints what came out of them, to be run under `time`: `throughput PATH..`.
#![expect(clippy::print_stdout, reason = "a tool for the terminal")]

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use feeds::{Count, Item, Options};

fn main() -> Result<(), feeds::DiscoverError> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let (mut statements, mut conditions, mut raw_bytes) = (0, 0, 0);
    for input in feeds::discover(&paths)? {
        let report = feeds::read(&input, &Options::default(), &mut |item| {
            if let Item::Record(parsed) = item {
                statements += parsed.record.statements.len();
                conditions += parsed.record.conditions.len();
                raw_bytes += parsed.raw.len();
            }
            ControlFlow::Continue(())
        });
        for (source, count) in &report.by_source {
            let total = counts.entry(source.0.clone()).or_default();
            total.read += count.read;
            total.refused += count.refused;
        }
        for issue in report.refused.iter().take(5) {
            println!("refused {} {:?} {}", issue.location, issue.record, issue.text);
        }
        for issue in report.issues.iter().take(2) {
            println!(
                "issue ({} in all) {} {:?} {}",
                report.issues_total, issue.location, issue.record, issue.text
            );
        }
        for not_read in &report.not_read {
            println!("not read {} files: {} ({})", not_read.files, not_read.reason, not_read.example);
        }
    }
    for (source, count) in counts {
        println!("{source}: read {} refused {}", count.read, count.refused);
    }
    println!("{statements} statements, {conditions} conditions, {} MiB of records", raw_bytes >> 20);
    Ok(())
}
