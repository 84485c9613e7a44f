//! The fixtures of node-semver: orders, which versions are any, and ranges.
use std::cmp::Ordering;
use std::path::Path;

use component::vers::{NpmRange, NpmReading};
use component::version::{Form, Scheme};
use serde_json::Value;

use crate::Suite;
use crate::corpus::{self, word};
use crate::tally::Tally;
use crate::versions::note;

/// Files about operations that matching has no use for: raising a version, and relations between two ranges.
const NO_OPERATION: [&str; 8] = [
    "comparator-intersection",
    "increments",
    "range-intersection",
    "truncations",
    "version-gt-range",
    "version-lt-range",
    "version-not-gt-range",
    "version-not-lt-range",
];

pub(crate) fn run(vectors: &Path) -> anyhow::Result<Vec<Suite>> {
    let folder = vectors.join("versions/node-semver");
    let file = |name: &str| corpus::cases(&folder.join(format!("{name}.json")));
    let mut tally = Tally::new("versions:node-semver");
    for (name, expected) in [("comparisons", Ordering::Greater), ("equality", Ordering::Equal)] {
        for case in file(name)? {
            note(&mut tally, Scheme::Semver, word(&case[0]), expected, word(&case[1]));
        }
    }
    for (name, valid) in [("valid-versions", true), ("invalid-versions", false)] {
        for case in file(name)? {
            let form = Scheme::Semver.form(word(&case[0]));
            let outcome = if (form != Form::Invalid) == valid { Ok(()) } else { Err(format!("{form:?}")) };
            tally.note(&format!("{name} {}", case[0]), outcome);
        }
    }
    for (name, included) in [("range-include", true), ("range-exclude", false)] {
        for case in file(name)? {
            let range = NpmRange::parse(word(&case[0]), reading(&case[2]));
            let ours = range.is_some_and(|range| range.contains(word(&case[1])));
            let outcome = if ours == included { Ok(()) } else { Err(format!("in it: {ours}")) };
            tally.note(&format!("{name} {} {} {}", case[0], case[1], case[2]), outcome);
        }
    }
    for case in file("range-parse")? {
        let ours = NpmRange::parse(word(&case[0]), reading(&case[2])).map(|range| range.to_string());
        let outcome = if ours.as_deref() == case[1].as_str() { Ok(()) } else { Err(format!("{ours:?}")) };
        tally.note(&format!("range-parse {} {}", case[0], case[2]), outcome);
    }
    for name in NO_OPERATION {
        for case in file(name)? {
            tally.note(&format!("{name} {case}"), Err("no such operation".to_owned()));
        }
    }
    Ok(vec![tally.finish()])
}

/// Any value that JavaScript takes for true is loose, or an object that says so.
fn reading(options: &Value) -> NpmReading {
    let truthy = |value: &Value| match value {
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Null => false,
        _ => true,
    };
    match options {
        Value::Object(named) => NpmReading {
            loose: named.get("loose").is_some_and(truthy),
            include_prerelease: named.get("includePrerelease").is_some_and(truthy),
        },
        // Neither an object nor a flag: node-semver takes no option from it.
        Value::String(_) => NpmReading::default(),
        flag => NpmReading { loose: truthy(flag), include_prerelease: false },
    }
}
