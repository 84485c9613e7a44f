//! Orders of versions as the ecosystems' tools and other scanners wrote them down.
use std::cmp::Ordering;
use std::path::Path;

use anyhow::{Context as _, bail};
use component::version::Scheme;
use serde_json::Value;

use crate::Suite;
use crate::corpus::{self, word};
use crate::tally::Tally;

/// Beginnings of the file names of osv-scalibr and osv.dev, with their order.
const LISTS: [(&str, Scheme); 13] = [
    ("alpine", Scheme::Apk),
    ("cran", Scheme::Cran),
    ("debian", Scheme::Debian),
    ("hackage", Scheme::Hackage),
    ("maven", Scheme::Maven),
    ("nuget", Scheme::NuGet),
    ("packagist", Scheme::Composer),
    ("pub", Scheme::Pub),
    ("pypi", Scheme::Pep440),
    ("redhat", Scheme::Rpm),
    ("rubygems", Scheme::Gem),
    ("semver", Scheme::Semver),
    ("openssl", Scheme::OpenSsl),
];

pub(crate) fn run(vectors: &Path) -> anyhow::Result<Vec<Suite>> {
    let versions = vectors.join("versions");
    Ok(vec![
        lists("versions:osv-scalibr", &versions.join("osv-scalibr"))?,
        lists("versions:osv.dev", &versions.join("osv.dev"))?,
        univers(&versions.join("univers"))?,
        nvdtools(&versions.join("nvdtools"))?,
    ])
}

/// Notes whether `left` stands to `right` as `expected`.
pub(crate) fn note(tally: &mut Tally, scheme: Scheme, left: &str, expected: Ordering, right: &str) {
    let sign = match expected {
        Ordering::Less => "<",
        Ordering::Equal => "=",
        Ordering::Greater => ">",
    };
    let ours = scheme.compare(left, right);
    let outcome = if ours == expected { Ok(()) } else { Err(format!("{ours:?}")) };
    tally.note(&format!("{scheme} {left} {sign} {right}"), outcome);
}

/// `A < B` lines.
fn lists(set: &str, folder: &Path) -> anyhow::Result<Suite> {
    let mut tally = Tally::new(set);
    for path in corpus::files(folder)? {
        let file = corpus::name(&path);
        let (_name, scheme) = LISTS
            .iter()
            .find(|(name, _scheme)| file.starts_with(name))
            .with_context(|| format!("{file}: no order is known for it"))?;
        for line in corpus::text(&path)?.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') || line.starts_with("//") {
                continue;
            }
            let words: Vec<&str> = line.split(' ').collect();
            let (left, expected, right) = match words.as_slice() {
                [left, "<", right] => (left, Ordering::Less, right),
                [left, "=", right] => (left, Ordering::Equal, right),
                [left, ">", right] => (left, Ordering::Greater, right),
                _ => bail!("{file}: {line}"),
            };
            note(&mut tally, *scheme, left, expected, right);
        }
    }
    Ok(tally.finish())
}

/// Debian's cases in the envelope of vers, and one ascending list of OpenSSL.
fn univers(folder: &Path) -> anyhow::Result<Suite> {
    let mut tally = Tally::new("versions:univers");
    for case in corpus::cases(&folder.join("schema/deb_version_python_pkg_test.json"))? {
        note_vers(&mut tally, &case);
    }
    let ascending = corpus::cases(&folder.join("openssl/openssl_versort_expected.json"))?;
    for pair in ascending.windows(2) {
        let [left, right] = [&pair[0], &pair[1]].map(|case| word(&case["string"]));
        note(&mut tally, Scheme::OpenSsl, left, Ordering::Less, right);
    }
    Ok(tally.finish())
}

/// A `comparison` or `equality` of the vers envelope; anything else is not noted.
pub(crate) fn note_vers(tally: &mut Tally, case: &Value) {
    let input = &case["input"];
    let name = word(&input["input_scheme"]);
    let list = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|text| word(text).to_owned()).collect()
    };
    let versions = list(&input["versions"]);
    let Some(scheme) = Scheme::from_name(name) else {
        tally.note(&format!("{name} {versions:?}"), Err("no such scheme".to_owned()));
        return;
    };
    match word(&case["test_type"]) {
        "comparison" => {
            let mut ours = versions.clone();
            ours.sort_by_cached_key(|version| scheme.key(version));
            let expected = list(&case["expected_output"]);
            let keys = |versions: &[String]| -> Vec<_> {
                versions.iter().map(|version| scheme.key(version)).collect()
            };
            let holds = keys(&ours) == keys(&expected);
            let outcome = if holds { Ok(()) } else { Err(ours.join(" ")) };
            tally.note(&format!("{name} sort {}", expected.join(" ")), outcome);
        }
        "equality" => {
            let equal = versions.windows(2).all(|pair| scheme.compare(&pair[0], &pair[1]).is_eq());
            let sign = if case["expected_output"] == true { "=" } else { "!=" };
            let outcome = if equal == (sign == "=") { Ok(()) } else { Err(format!("equal: {equal}")) };
            tally.note(&format!("{name} {}", versions.join(&format!(" {sign} "))), outcome);
        }
        other => tally.note(&format!("{name} {other}"), Err("no such kind of case".to_owned())),
    }
}

fn nvdtools(folder: &Path) -> anyhow::Result<Suite> {
    let mut tally = Tally::new("versions:nvdtools");
    for case in corpus::json_lines(&folder.join("smart-version-compare.jsonl"))? {
        let expected = case["expected"].as_i64().unwrap_or_default().cmp(&0);
        note(&mut tally, Scheme::Generic, word(&case["v1"]), expected, word(&case["v2"]));
    }
    Ok(tally.finish())
}
