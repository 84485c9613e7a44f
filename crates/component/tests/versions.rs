//! Orders of versions as others wrote them down: vectors of ecosystem tools and of the vers specification.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cmp::Ordering;
use std::collections::BTreeMap;

use component::version::Scheme;
use serde_json::Value;

mod corpus;

/// Maven keeps a zero before `.qualifier`, which is how it gets `2 < 2-1 < 2.0.a < 2`: a circle that no key
/// can have. We drop the zero there as before `-qualifier`.
const ZERO_BEFORE_QUALIFIER: &str = "keeping a zero before a qualifier makes a circle";
/// The tool sorts every qualifier behind a dot below any behind a hyphen; Maven's published order says that
/// `.qualifier` equals `-qualifier`, and the tool's own equalities (`1.ga`, `1-ga`) agree with that.
const DOT_BELOW_HYPHEN: &str = "the published order makes no difference between .qualifier and -qualifier";

/// Pairs that do not hold, with the reason. A pair that holds must not be here.
const WAIVED: [(Scheme, &str, &str); 23] = [
    (Scheme::Generic, "5-a1 Less 5a1", "wrong by its source's own word"),
    (Scheme::Maven, "1.0.0-RC16 Less 1.0.0.RC8-beta", ZERO_BEFORE_QUALIFIER),
    (Scheme::Maven, "1.0.0-gradle-rework-beta3 Less 1.0.0.RC7-3", ZERO_BEFORE_QUALIFIER),
    (Scheme::Maven, "2.9.0-1 Less 2.9.0.RC1", ZERO_BEFORE_QUALIFIER),
    (Scheme::Maven, "1.0.0rc0 Less 1.0.beta8", ZERO_BEFORE_QUALIFIER),
    (Scheme::Maven, "3.5.0-CR-2 Less 3.5.0.Beta-1", ZERO_BEFORE_QUALIFIER),
    (Scheme::Maven, "1.1.0-01-glassfish Less 1.1.0.Beta1", ZERO_BEFORE_QUALIFIER),
    (Scheme::Maven, "2-1 not Greater 2.0.a", ZERO_BEFORE_QUALIFIER),
    (Scheme::Maven, "2-1 not Greater 2.0.0.a", ZERO_BEFORE_QUALIFIER),
    (Scheme::Maven, "1.5.9.RC1 Less 1.5.9-RC0", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "6.1.12.rc5 Less 6.1.12rc1", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "3.6.2.FL.20090615 Less 3.6.2-FL-2009-05-11", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "1.1.31.sec10 Less 1.1.31_noneautotype", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "1.1.34.sec10 Less 1.1.34_noneautotype", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "1.1.46.sec10 Less 1.1.46_noneautotype", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "1.2.8.sec10_noneautotype Less 1.2.8_noneautotype", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "1.2.31.sec10 Less 1.2.31_noneautotype", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "1.2.48.sec10 Less 1.2.48_noneautotype", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "1.2.50.sec10 Less 1.2.50_noneautotype", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "1.2.54.sec10 Less 1.2.54_noneautotype", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "1.2.57.sec10 Less 1.2.57_noneautotype", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "1.2.60.sec10 Less 1.2.60_noneautotype", DOT_BELOW_HYPHEN),
    (Scheme::Maven, "1.2.67.sec10 Less 1.2.67_noneautotype", DOT_BELOW_HYPHEN),
];

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
    let folders = ["vectors/vers/tests", "vectors/versions/univers/schema"].map(corpus::find);
    let [Some(specification), Some(univers)] = folders else { return };
    let mut verdict = Verdict::default();
    for entry in [specification, univers].iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let suite: Value = serde_json::from_str(&corpus::read(&entry.unwrap().path())).unwrap();
        // univers leaves the envelope out.
        for case in suite.as_array().or_else(|| suite["tests"].as_array()).unwrap() {
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
    verdict.finish(&[(Scheme::Maven, 900), (Scheme::Debian, 10)]);
}

#[test]
fn nvdtools() {
    let Some(path) = corpus::find("vectors/versions/nvdtools/smart-version-compare.jsonl") else { return };
    let mut verdict = Verdict::default();
    for line in corpus::read(&path).lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let expected = case["expected"].as_i64().unwrap().cmp(&0);
        verdict.check(Scheme::Generic, case["v1"].as_str().unwrap(), expected, case["v2"].as_str().unwrap());
    }
    verdict.finish(&[(Scheme::Generic, 19)]);
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
