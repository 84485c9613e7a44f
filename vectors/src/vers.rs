//! The suite of the vers specification, and the native ranges of GitLab's advisories that univers translated.
use std::path::Path;

use component::vers::Vers;
use serde_json::{Value, json};

use crate::Suite;
use crate::corpus::{self, word};
use crate::tally::Tally;
use crate::versions::note_vers;

pub(crate) fn run(vectors: &Path) -> anyhow::Result<Vec<Suite>> {
    let mut suites = Vec::new();
    for (set, folder) in [("vers:specification", "vers/tests"), ("vers:gitlab", "vers/univers/gitlab")] {
        let mut tally = Tally::new(set);
        for path in corpus::files(&vectors.join(folder))? {
            for case in corpus::cases(&path)? {
                note(&mut tally, &case);
            }
        }
        suites.push(tally.finish());
    }
    Ok(suites)
}

fn note(tally: &mut Tally, case: &Value) {
    let input = &case["input"];
    let kind = word(&case["test_type"]);
    let expected = &case["expected_output"];
    let (name, ours) = match kind {
        "comparison" | "equality" => return note_vers(tally, case),
        "from_native" => {
            let (ty, range) = (word(&input["scheme"]), word(&input["native_range"]));
            (
                format!("{ty} {range} -> {}", word(expected)),
                Vers::from_native(ty, range).map(|vers| json!(vers.to_string())),
            )
        }
        "containment" => {
            let (range, version) = (word(&input["vers"]), word(&input["version"]));
            (format!("{version} in {range}"), Vers::parse(range).map(|range| json!(range.contains(version))))
        }
        "validate" => {
            let text = word(input);
            (format!("validate {text}"), Vers::parse(text).map(|vers| json!(vers.to_string())))
        }
        "parse" => {
            let text = word(input);
            (format!("parse {text}"), Vers::parse_canonical(text).map(|vers| parts(&vers)))
        }
        _ => (format!("{kind} {input}"), Ok(Value::Null)),
    };
    let outcome = match ours {
        Ok(ours) if case["expected_failure"] == true => Err(format!("accepted as {ours}")),
        Ok(ours) if ours == *expected => Ok(()),
        Ok(ours) => Err(ours.to_string()),
        Err(_) if case["expected_failure"] == true => Ok(()),
        Err(problem) => Err(problem.to_string()),
    };
    tally.note(&name, outcome);
}

fn parts(vers: &Vers) -> Value {
    let constraint = |constraint: &component::vers::Constraint| match constraint.comparator.sign() {
        "" => json!(["=", constraint.version]),
        sign => json!([sign, constraint.version]),
    };
    let constraints: Vec<Value> = vers.constraints().iter().map(constraint).collect();
    json!({ "scheme": vers.ty(), "version_constraints": constraints })
}
