//! CPE vectors: both bindings in both directions, and the relation of NISTIR 7696; waivers by name.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use component::cpe::{Cpe, Part, Relation, Value, relation};
use serde_json::Value as Json;

mod corpus;

/// Vectors that do not hold, with the reason.
const WAIVED: [(&str, &str); 2] = [
    (
        "cpe:2.3:a::*:*:*:*:*:*:*:*:*",
        "binds an unset logical value to nothing; NISTIR 7695 6.2.2.1 binds ANY to `*`",
    ),
    ("fo??", "a run of `?` stands for up to as many characters (NISTIR 7696 6.3), so `fo??` covers `foo`"),
];

fn lines(path: &str) -> Option<Vec<Json>> {
    let text = corpus::read(&corpus::find(path)?);
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn is_waived(text: &str) -> bool {
    WAIVED.iter().any(|(waived, _reason)| *waived == text)
}

#[test]
fn binding() {
    let Some(cases) = lines("vectors/cpe/bind.jsonl") else { return };
    let mut held = 0;
    for case in &cases {
        let bound = case["bound"].as_str().unwrap();
        let cpe = from_wfn(&case["wfn"]);
        let ours = match case["function"].as_str().unwrap() {
            "TestBindToURI" => cpe.to_uri(),
            _ => cpe.to_formatted_string(),
        };
        assert_eq!(ours == bound, !is_waived(bound), "{ours} {bound}");
        held += usize::from(ours == bound);
    }
    assert_eq!(held, 9);
}

#[test]
fn unbinding() {
    let Some(cases) = lines("vectors/cpe/unbind.jsonl") else { return };
    let mut held = 0;
    for case in &cases {
        let input = case["input"].as_str().unwrap();
        let result = match case["function"].as_str().unwrap() {
            // The function under test there reads URIs only.
            "TestUnbindURI" if input.starts_with("cpe:2.3:") => continue,
            "TestUnpack" => Cpe::parse(&format!("cpe:/a:::::{input}")),
            _ => Cpe::parse(input),
        };
        if case["error"].as_bool().unwrap() {
            assert!(result.is_err(), "{input} accepted as {result:?}");
        } else {
            let mut wfn = case["wfn"].clone();
            wfn["part"] = "a".into();
            assert_eq!(result.unwrap(), from_wfn(&wfn), "{input}");
        }
        held += 1;
    }
    assert_eq!(held, 27);
}

#[test]
fn relation_of_names() {
    let Some(cases) = lines("vectors/cpe/match.jsonl") else { return };
    assert_eq!(cases.len(), 18);
    for case in &cases {
        let ours = from_wfn(&case["source"]).compare(&from_wfn(&case["target"]));
        let says = |word: &str| case[word].as_bool().unwrap();
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
        assert_eq!(ours, expected, "{} {}", case["source"], case["target"]);
    }
}

#[test]
fn relation_of_values() {
    let Some(cases) = lines("vectors/cpe/match-strings.jsonl") else { return };
    assert_eq!(cases.len(), 13);
    for case in &cases {
        let source = case["source"].as_str().unwrap();
        let ours = relation(&text(source), &text(case["target"].as_str().unwrap()));
        let holds = format!("{ours:?}") == case["relation"].as_str().unwrap();
        assert_eq!(holds, !is_waived(source), "{case} {ours:?}");
    }
}

#[test]
fn accepted_and_refused_by_csaf() {
    for (folder, valid) in [("valid", true), ("invalid", false)] {
        let path = format!("vectors/cpe/csaf-regex/csaf_2.1/test/cpe/data/{folder}/cpe.txt");
        let Some(path) = corpus::find(&path) else { return };
        let text = corpus::read(&path);
        assert!(text.lines().count() >= 9);
        for line in text.lines() {
            let result = Cpe::parse(line);
            assert_eq!(result.is_ok(), valid, "{line} {result:?}");
        }
    }
}

#[test]
fn every_name_of_the_dictionary_reads_and_prints() {
    let Some(path) = corpus::find("vectors/cpe/dictionary/official-cpe-dictionary_v2.3.subset.xml.zst")
    else {
        return;
    };
    let mut count = 0;
    for quoted in corpus::read(&path).split('"').filter(|quoted| quoted.starts_with("cpe:")) {
        let quoted =
            quoted.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        let cpe = Cpe::parse(&quoted).unwrap();
        assert_eq!(Cpe::parse(&cpe.to_formatted_string()).unwrap(), cpe);
        assert_eq!(Cpe::parse(&cpe.to_uri()).unwrap(), cpe);
        if quoted.starts_with("cpe:2.3:") {
            assert_eq!(cpe.to_formatted_string(), quoted.to_ascii_lowercase());
        }
        count += 1;
    }
    assert!(count > 3000, "{count}");
}

/// A value in the vectors' spelling, where every special character is quoted, dots too.
fn text(quoted: &str) -> Value {
    if quoted == "*" {
        return Value::Any;
    }
    let mut text = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let literal = characters.next().unwrap();
                if !literal.is_ascii_alphanumeric() && !matches!(literal, '.' | '-' | '_') {
                    text.push('\\');
                }
                text.push(literal);
            }
            character => text.push(character.to_ascii_lowercase()),
        }
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
