//! Orders of versions as others wrote them down: vectors of ecosystem tools and of the vers specification.
use std::cmp::Ordering;
use std::collections::BTreeMap;

use component::version::Scheme;
use serde_json::Value;

mod corpus;

/// Pairs that do not hold, with the reason. A pair that holds must not be here.
const WAIVED: [(Scheme, &str, &str); 0] = [];

#[test]
fn osv_scalibr() {
    let Some(folder) = corpus::find("vectors/versions/osv-scalibr") else { return };
    let mut verdict = Verdict::default();
    for (file, scheme) in [
        ("semver-versions.txt", Scheme::Semver),
        ("pypi-versions.txt", Scheme::Pep440),
        ("pypi-versions-generated.txt", Scheme::Pep440),
        ("debian-versions.txt", Scheme::Debian),
        ("debian-versions-generated.txt.zst", Scheme::Debian),
        ("redhat-versions.txt", Scheme::Rpm),
        ("maven-versions.txt", Scheme::Maven),
        ("maven-versions-generated.txt.zst", Scheme::Maven),
    ] {
        let text = corpus::read(&folder.join(file));
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') || line.starts_with("//") {
                continue;
            }
            let words: Vec<&str> = line.split(' ').collect();
            let [left, sign, right] = words.as_slice() else { panic!("{file}: {line}") };
            let expected = match *sign {
                "<" => Ordering::Less,
                "=" => Ordering::Equal,
                ">" => Ordering::Greater,
                _ => panic!("{file}: {line}"),
            };
            verdict.check(scheme, left, expected, right);
        }
    }
    verdict.finish(&[
        (Scheme::Semver, 75),
        (Scheme::Pep440, 12_000),
        (Scheme::Debian, 14_000),
        (Scheme::Rpm, 100),
        (Scheme::Maven, 14_000),
    ]);
}

#[test]
fn vers_specification() {
    let Some(folder) = corpus::find("vectors/vers/tests") else { return };
    let mut verdict = Verdict::default();
    for entry in std::fs::read_dir(folder).unwrap() {
        let suite: Value = serde_json::from_str(&corpus::read(&entry.unwrap().path())).unwrap();
        for case in suite["tests"].as_array().unwrap() {
            let input = &case["input"];
            let Some(scheme) = input["input_scheme"].as_str().and_then(Scheme::from_name) else { continue };
            let list = |value: &Value| -> Vec<String> {
                value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
            };
            match case["test_type"].as_str().unwrap() {
                "comparison" => {
                    for pair in list(&case["expected_output"]).windows(2) {
                        verdict.check_not(scheme, &pair[0], Ordering::Greater, &pair[1]);
                    }
                }
                "equality" => {
                    let versions = list(&input["versions"]);
                    if case["expected_output"] == true {
                        verdict.check(scheme, &versions[0], Ordering::Equal, &versions[1]);
                    } else {
                        verdict.check_not(scheme, &versions[0], Ordering::Equal, &versions[1]);
                    }
                }
                _ => {}
            }
        }
    }
    verdict.finish(&[(Scheme::Maven, 900)]);
}

#[test]
fn node_semver() {
    let Some(folder) = corpus::find("vectors/versions/node-semver") else { return };
    let mut verdict = Verdict::default();
    for (file, expected) in [("comparisons.json", Ordering::Greater), ("equality.json", Ordering::Equal)] {
        let cases: Value = serde_json::from_str(&corpus::read(&folder.join(file))).unwrap();
        for case in cases.as_array().unwrap() {
            let text = |index: usize| case[index].as_str().unwrap();
            verdict.check(Scheme::Semver, text(0), expected, text(1));
        }
    }
    verdict.finish(&[(Scheme::Semver, 50)]);
}

/// Collects what holds and what does not, so that one run shows everything.
#[derive(Default)]
struct Verdict {
    held: BTreeMap<Scheme, usize>,
    failed: Vec<String>,
}

impl Verdict {
    fn check(&mut self, scheme: Scheme, left: &str, expected: Ordering, right: &str) {
        let ours = scheme.compare(left, right);
        self.note(scheme, ours == expected, &format!("{left} {expected:?} {right}"));
        assert_eq!(scheme.compare(right, left), ours.reverse());
    }

    fn check_not(&mut self, scheme: Scheme, left: &str, unexpected: Ordering, right: &str) {
        let ours = scheme.compare(left, right);
        self.note(scheme, ours != unexpected, &format!("{left} not {unexpected:?} {right}"));
    }

    fn note(&mut self, scheme: Scheme, holds: bool, case: &str) {
        let waived = WAIVED.iter().any(|(of, name, _reason)| *of == scheme && *name == case);
        if holds {
            *self.held.entry(scheme).or_insert(0) += 1;
        }
        if holds == waived {
            let problem = if holds { "is waived but holds" } else { "does not hold" };
            self.failed.push(format!("{scheme}: {case} {problem}"));
        }
    }

    fn finish(self, at_least: &[(Scheme, usize)]) {
        eprintln!("held: {:?}", self.held);
        assert!(self.failed.is_empty(), "{} pairs: {:#?}", self.failed.len(), self.failed);
        for (scheme, count) in at_least {
            assert!(self.held[scheme] >= *count, "{scheme}: only {} pairs", self.held[scheme]);
        }
    }
}
