//! CPE names: both bindings in both directions, the relation of NISTIR 7696, what CSAF accepts, and every name of
//! the dictionaries.
use std::path::Path;

use anyhow::Context as _;
use component::cpe::{Cpe, Part, Relation, Value, relation};
use serde_json::Value as Json;

use crate::Suite;
use crate::corpus::{self, word};
use crate::tally::Tally;

pub(crate) fn run(vectors: &Path) -> anyhow::Result<Vec<Suite>> {
    let folder = vectors.join("cpe");
    Ok(vec![
        bind(&folder)?,
        unbind(&folder)?,
        names(&folder)?,
        values(&folder)?,
        csaf(&folder)?,
        dictionary(&folder)?,
        packages(&folder)?,
    ])
}

fn bind(folder: &Path) -> anyhow::Result<Suite> {
    let mut tally = Tally::new("cpe:bind");
    for case in corpus::json_lines(&folder.join("bind.jsonl"))? {
        let cpe = from_wfn(&case["wfn"]);
        let ours = match word(&case["function"]) {
            "TestBindToURI" => cpe.to_uri(),
            _ => cpe.to_formatted_string(),
        };
        let bound = word(&case["bound"]);
        tally.note(bound, if ours == bound { Ok(()) } else { Err(ours) });
    }
    Ok(tally.finish())
}

fn unbind(folder: &Path) -> anyhow::Result<Suite> {
    let mut tally = Tally::new("cpe:unbind");
    for case in corpus::json_lines(&folder.join("unbind.jsonl"))? {
        let (function, input) = (word(&case["function"]), word(&case["input"]));
        let result = match function {
            "TestUnpack" => Cpe::parse(&format!("cpe:/a:::::{input}")),
            _ => Cpe::parse(input),
        };
        let outcome = if case["error"] == true {
            result.map_or(Ok(()), |cpe| Err(format!("accepted as {cpe}")))
        } else {
            let mut wfn = case["wfn"].clone();
            wfn["part"] = "a".into();
            match result {
                Ok(cpe) if cpe == from_wfn(&wfn) => Ok(()),
                other => Err(format!("{other:?}")),
            }
        };
        tally.note(&format!("{function} {input}"), outcome);
    }
    Ok(tally.finish())
}

fn names(folder: &Path) -> anyhow::Result<Suite> {
    let mut tally = Tally::new("cpe:match");
    for case in corpus::json_lines(&folder.join("match.jsonl"))? {
        let ours = from_wfn(&case["source"]).compare(&from_wfn(&case["target"]));
        let says = |word: &str| case[word] == true;
        // There, equal names are also each other's sub- and superset.
        let expected = if says("Equal") {
            Relation::Equal
        } else if says("Superset") {
            Relation::Superset
        } else if says("Subset") {
            Relation::Subset
        } else if says("Disjoint") {
            Relation::Disjoint
        } else {
            Relation::Undefined
        };
        let outcome = if ours == expected { Ok(()) } else { Err(format!("{ours:?}")) };
        tally.note(&format!("{} {}", case["source"], case["target"]), outcome);
    }
    Ok(tally.finish())
}

fn values(folder: &Path) -> anyhow::Result<Suite> {
    let mut tally = Tally::new("cpe:match-strings");
    for case in corpus::json_lines(&folder.join("match-strings.jsonl"))? {
        let (source, target) = (word(&case["source"]), word(&case["target"]));
        let ours = format!("{:?}", relation(&text(source), &text(target)));
        let outcome = if ours == word(&case["relation"]) { Ok(()) } else { Err(ours) };
        tally.note(&format!("{source} {target}"), outcome);
    }
    Ok(tally.finish())
}

/// What the regular expression of CSAF takes and refuses.
fn csaf(folder: &Path) -> anyhow::Result<Suite> {
    let mut tally = Tally::new("cpe:csaf-regex");
    for (list, valid) in [("valid", true), ("invalid", false)] {
        let path = folder.join(format!("csaf-regex/csaf_2.1/test/cpe/data/{list}/cpe.txt"));
        for line in corpus::text(&path)?.lines() {
            let result = Cpe::parse(line);
            let outcome = if result.is_ok() == valid { Ok(()) } else { Err(format!("{result:?}")) };
            tally.note(&format!("{list} {line}"), outcome);
        }
    }
    Ok(tally.finish())
}

/// Every name in NVD's dictionary reads, and prints as it is written there.
fn dictionary(folder: &Path) -> anyhow::Result<Suite> {
    let mut tally = Tally::new("cpe:dictionary");
    let text = corpus::text(&folder.join("dictionary/official-cpe-dictionary_v2.3.subset.xml"))?;
    for quoted in text.split('"').filter(|quoted| quoted.starts_with("cpe:")) {
        let name =
            quoted.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        tally.note(&name, round_trip(&name));
    }
    Ok(tally.finish())
}

/// The names that syft gives packages: they read, in both bindings.
fn packages(folder: &Path) -> anyhow::Result<Suite> {
    let mut tally = Tally::new("cpe:packages");
    for file in ["syft-cpe-index.json", "syft-cpe-data.json"] {
        let document = corpus::json(&folder.join("dictionary").join(file)).context("packages of syft")?;
        let mut open = vec![&document];
        while let Some(value) = open.pop() {
            match value {
                Json::String(name) if name.starts_with("cpe:") => tally.note(name, round_trip(name)),
                Json::Array(values) => open.extend(values),
                Json::Object(values) => open.extend(values.values()),
                _ => {}
            }
        }
    }
    Ok(tally.finish())
}

fn round_trip(name: &str) -> Result<(), String> {
    let cpe = Cpe::parse(name).map_err(|problem| problem.to_string())?;
    let formatted = cpe.to_formatted_string();
    for bound in [&formatted, &cpe.to_uri()] {
        if Cpe::parse(bound).as_ref() != Ok(&cpe) {
            return Err(format!("{bound} is not the same"));
        }
    }
    if name.starts_with("cpe:2.3:") && formatted != name.to_ascii_lowercase() {
        return Err(formatted);
    }
    Ok(())
}

/// A value in the vectors' spelling, where every special character is quoted, dots too.
fn text(quoted: &str) -> Value {
    if quoted == "*" {
        return Value::Any;
    }
    let mut text = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        let Some(literal) = (if character == '\\' { characters.next() } else { None }) else {
            text.push(character.to_ascii_lowercase());
            continue;
        };
        if !literal.is_ascii_alphanumeric() && !matches!(literal, '.' | '-' | '_') {
            text.push('\\');
        }
        text.push(literal);
    }
    Value::Text(text)
}

fn from_wfn(wfn: &Json) -> Cpe {
    let value = |key: &str| match &wfn[key] {
        Json::String(quoted) => text(quoted),
        Json::Object(logical) if logical["logical"] == "NA" => Value::Na,
        _ => Value::Any,
    };
    Cpe {
        part: match wfn["part"].as_str() {
            Some("a") => Part::Application,
            Some("o") => Part::OperatingSystem,
            Some("h") => Part::Hardware,
            _ => Part::Any,
        },
        vendor: value("vendor"),
        product: value("product"),
        version: value("version"),
        update: value("update"),
        edition: value("edition"),
        language: value("language"),
        sw_edition: value("sw_edition"),
        target_sw: value("target_sw"),
        target_hw: value("target_hw"),
        other: value("other"),
    }
}
