//! The purl specification's own suite: every `required` case, waivers by name.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use component::purl::Purl;
use serde_json::Value;

mod corpus;

/// Required cases that do not hold, by file and input, with the reason. A case that holds must not be here.
const WAIVED: [(&str, &str, &str); 2] = [
    (
        "gem-test.json",
        "pkg:gem/jruby-launcher@1.1.2?Platform=java",
        "refusing upper-case qualifier keys contradicts the suite's own `recommended` case, which lower-cases them",
    ),
    ("rpm-test.json", "pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25", "as for gem"),
];

#[test]
fn specification_suite() {
    let Some(folder) = corpus::find("vectors/purl/tests") else { return };
    let mut counts = BTreeMap::new();
    let mut failures = Vec::new();
    let mut unused: Vec<_> = WAIVED.iter().collect();
    for part in ["spec", "types"] {
        for entry in std::fs::read_dir(folder.join(part)).unwrap() {
            let path = entry.unwrap().path();
            let file = path.file_name().unwrap().to_str().unwrap().to_owned();
            let suite: Value = serde_json::from_str(&corpus::read(&path)).unwrap();
            for case in suite["tests"].as_array().unwrap() {
                let group = case["test_group"].as_str().unwrap();
                let input = &case["input"];
                let text = input.as_str().map_or_else(|| input.to_string(), str::to_owned);
                *counts.entry(group.to_owned()).or_insert(0) += 1;
                let Err(problem) = check(case) else { continue };
                let waiver = unused.iter().position(|(name, waived, _)| *name == file && *waived == text);
                match waiver {
                    Some(position) => drop(unused.remove(position)),
                    None => failures.push(format!("{file} {group} {}: {text}: {problem}", case["test_type"])),
                }
            }
        }
    }
    let (required, recommended): (Vec<_>, Vec<_>) =
        failures.into_iter().partition(|failure| failure.contains(" required "));
    eprintln!("{counts:?}; recommended cases that do not hold: {recommended:#?}");
    assert!(required.is_empty(), "{required:#?}");
    assert!(unused.is_empty(), "waived without need: {unused:#?}");
    assert!(recommended.len() <= 1, "{recommended:#?}");
    assert!(counts["required"] >= 500, "{counts:?}");
}

fn check(case: &Value) -> Result<(), String> {
    let input = &case["input"];
    let result = match case["test_type"].as_str().unwrap() {
        "build" => from_parts(input),
        _ => Purl::parse(input.as_str().unwrap()).map_err(|problem| problem.to_string()),
    };
    if case["expected_failure"].as_bool().unwrap() {
        return match result {
            Ok(purl) => Err(format!("accepted as {purl}")),
            Err(_) => Ok(()),
        };
    }
    let purl = result?;
    let expected = &case["expected_output"];
    let holds = match expected {
        Value::String(text) => purl.to_string() == *text,
        parts => from_parts(parts).as_ref() == Ok(&purl) && spelled_as(&purl, parts),
    };
    if holds { Ok(()) } else { Err(format!("{purl} instead of {expected}")) }
}

fn spelled_as(purl: &Purl, parts: &Value) -> bool {
    purl.ty == parts["type"].as_str().unwrap_or_default()
        && purl.namespace.as_deref() == parts["namespace"].as_str()
        && purl.name == parts["name"].as_str().unwrap_or_default()
        && purl.version.as_deref() == parts["version"].as_str()
        && purl.subpath.as_deref() == parts["subpath"].as_str()
}

fn from_parts(parts: &Value) -> Result<Purl, String> {
    let text = |key: &str| parts[key].as_str();
    let qualifiers = parts["qualifiers"].as_object().map(|pairs| {
        pairs
            .iter()
            .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect()
    });
    Purl::from_parts(
        text("type").unwrap_or_default(),
        text("namespace"),
        text("name").unwrap_or_default(),
        text("version"),
        qualifiers.unwrap_or_default(),
        text("subpath"),
    )
    .map_err(|problem| problem.to_string())
}
