//! The suite of the package URL specification.
use std::path::Path;

use component::purl::Purl;
use serde_json::Value;

use crate::Suite;
use crate::corpus::{self, word};
use crate::tally::Tally;

pub(crate) fn run(vectors: &Path) -> anyhow::Result<Vec<Suite>> {
    let mut suites = Vec::new();
    for part in ["spec", "types"] {
        let mut tally = Tally::new(&format!("purl:{part}"));
        for path in corpus::files(&vectors.join("purl/tests").join(part))? {
            let file = corpus::name(&path);
            for case in corpus::cases(&path)? {
                let input = case["input"].as_str().map_or_else(|| case["input"].to_string(), str::to_owned);
                tally.note(&format!("{file} {} {input}", word(&case["test_type"])), check(&case));
            }
        }
        suites.push(tally.finish());
    }
    Ok(suites)
}

fn check(case: &Value) -> Result<(), String> {
    let result = match word(&case["test_type"]) {
        "build" => from_parts(&case["input"]),
        _ => Purl::parse(word(&case["input"])).map_err(|problem| problem.to_string()),
    };
    if case["expected_failure"] == true {
        return result.map_or(Ok(()), |purl| Err(format!("accepted as {purl}")));
    }
    let purl = result?;
    let expected = &case["expected_output"];
    let holds = match expected {
        Value::String(text) => purl.to_string() == *text,
        parts => from_parts(parts).as_ref() == Ok(&purl) && is_spelled_as(&purl, parts),
    };
    if holds { Ok(()) } else { Err(format!("{purl} instead of {expected}")) }
}

fn is_spelled_as(purl: &Purl, parts: &Value) -> bool {
    purl.ty == word(&parts["type"])
        && purl.namespace.as_deref() == parts["namespace"].as_str()
        && purl.name == word(&parts["name"])
        && purl.version.as_deref() == parts["version"].as_str()
        && purl.subpath.as_deref() == parts["subpath"].as_str()
}

fn from_parts(parts: &Value) -> Result<Purl, String> {
    let text = |key: &str| parts[key].as_str();
    let qualifiers = parts["qualifiers"].as_object().into_iter().flatten();
    Purl::from_parts(
        text("type").unwrap_or_default(),
        text("namespace"),
        text("name").unwrap_or_default(),
        text("version"),
        qualifiers.map(|(key, value)| (key.clone(), word(value).to_owned())).collect(),
        text("subpath"),
    )
    .map_err(|problem| problem.to_string())
}
