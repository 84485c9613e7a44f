//! The OpenVEX renderer: its bytes, its refusals, and the rules of the OpenVEX 0.2.0 schema.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests fail the test")]

use documents::openvex::{VexComponent, VexDocument, VexError, VexStatement, render};
use domain::{
    audience::Audience,
    case::{Case, CaseStage},
    decision::{Assessor, Decision, DecisionState, Justification, VexStatus},
    id::{CaseId, DecisionId, PersonId, ReleaseId, VulnerabilityId},
};
use serde_json::Value;

fn case() -> Case {
    Case {
        id: CaseId("01932f4a-1111-7000-8000-000000000001".to_owned()),
        number: 147,
        vulnerability: VulnerabilityId("v".to_owned()),
        title: "A crafted packet stops the pump".to_owned(),
        stage: CaseStage::Determination,
        owner: None,
        due: None,
        learned_at: "2026-11-05T08:00:00Z".parse().unwrap(),
        harm: None,
        exploitability: None,
        harm_path: None,
        audience: Audience::general(),
    }
}

fn decision(id: u8, status: VexStatus) -> Decision {
    Decision {
        id: DecisionId(format!("01932f4a-1111-7000-8000-0000000000{id:02}")),
        case: case().id,
        release: ReleaseId(format!("r{id}")),
        vulnerability: VulnerabilityId("v".to_owned()),
        names: "CVE-2024-1086 CVE-2023-99999 GHSA-xxxx-yyyy-zzzz".to_owned(),
        status,
        justification: (status == VexStatus::NotAffected)
            .then_some(Justification::VulnerableCodeNotInExecutePath),
        impact_statement: (status == VexStatus::NotAffected)
            .then(|| "The module is not loaded: \"nf_tables\" is off.".to_owned()),
        action_statement: (status == VexStatus::Affected).then(|| "Install 4.3.".to_owned()),
        risk: None,
        rationale: "Internal, never published.".to_owned(),
        preconditions: String::new(),
        review_on: None,
        assessor: Assessor::Person(PersonId("p".to_owned())),
        state: DecisionState::Signed,
        follows: None,
        audience: Audience::general(),
    }
}

fn statement<'a>(decision: &'a Decision, release: &'a str, at: &str) -> VexStatement<'a> {
    VexStatement {
        decision,
        signature_valid: true,
        signed_at: at.parse().unwrap(),
        slug: "corva",
        release,
        udi_di: Some("04012345678901"),
        components: vec![
            VexComponent {
                purl: Some("pkg:deb/debian/linux@6.1.55".to_owned()),
                cpe: Some("cpe:2.3:o:linux:linux_kernel:6.1.55:*:*:*:*:*:*:*".to_owned()),
                name: "linux".to_owned(),
                version: Some("6.1.55".to_owned()),
            },
            VexComponent {
                name: "vendor lib".to_owned(),
                version: Some("1/2".to_owned()),
                ..VexComponent::default()
            },
            VexComponent {
                cpe: Some("cpe:2.3:a:zlib:zlib:1.2:*:*:*:*:*:*:*".to_owned()),
                name: "zlib".to_owned(),
                ..VexComponent::default()
            },
        ],
    }
}

fn document<'a>(case: &'a Case, statements: Vec<VexStatement<'a>>) -> VexDocument<'a> {
    VexDocument { author: "Nordmed Example AS", case, version: 3, statements }
}

fn all() -> [Decision; 4] {
    let mut number = 1;
    VexStatus::ALL.map(|status| {
        number += 1;
        decision(number, status)
    })
}

#[test]
fn bytes() {
    let (case, decisions) = (case(), all());
    let statements = decisions
        .iter()
        .zip(["4.0", "4.1+hotfix", "4.2", "4.3"])
        .map(|(decision, release)| statement(decision, release, "2026-11-17T08:14:00.999999Z"))
        .collect();
    let document = document(&case, statements);
    let text = render(&document).unwrap();
    assert_eq!(text, render(&document).unwrap());
    insta::assert_snapshot!(text);
    assert!(!text.contains("Internal, never published."));
    valid(&serde_json::from_str(&text).unwrap());
}

#[test]
fn times_are_those_of_the_record() {
    let (case, decisions) = (case(), all());
    let statements = vec![
        statement(&decisions[0], "4.0", "2026-11-17T08:14:00Z"),
        statement(&decisions[1], "4.1", "2026-11-12T13:20:59.9Z"),
    ];
    let value: Value = serde_json::from_str(&render(&document(&case, statements)).unwrap()).unwrap();
    assert_eq!(value["timestamp"], "2026-11-12T13:20:59Z");
    assert_eq!(value["last_updated"], "2026-11-17T08:14:00Z");
    assert_eq!(value["statements"][1]["timestamp"], "2026-11-12T13:20:59Z");
}

#[test]
fn refusals() {
    let case = case();
    let check = |change: &dyn Fn(&mut Decision), valid: bool, expected: VexError, status| {
        let mut decision = decision(9, status);
        change(&mut decision);
        let mut statement = statement(&decision, "4.0", "2026-11-17T08:14:00Z");
        statement.signature_valid = valid;
        assert_eq!(render(&document(&case, vec![statement])), Err(expected));
    };
    let name = || "corva@4.0".to_owned();
    assert_eq!(render(&document(&case, Vec::new())), Err(VexError::Empty("CASE-0147".to_owned())));
    check(&|_| {}, false, VexError::Unsigned(name()), VexStatus::Fixed);
    for state in DecisionState::ALL.into_iter().filter(|state| *state != DecisionState::Signed) {
        check(&|d| d.state = state, true, VexError::Unsigned(name()), VexStatus::Fixed);
    }
    check(
        &|d| d.action_statement = None,
        true,
        VexError::Incomplete(name(), "an action statement"),
        VexStatus::Affected,
    );
    check(
        &|d| (d.justification, d.impact_statement) = (None, None),
        true,
        VexError::Incomplete(name(), "a justification or an impact statement"),
        VexStatus::NotAffected,
    );
}

/// The rules of the OpenVEX 0.2.0 schema: required and allowed members, enumerations, conditions.
fn valid(document: &Value) {
    let members = |value: &Value, required: &[&str], optional: &[&str]| {
        let object = value.as_object().unwrap();
        for name in required {
            assert!(object.contains_key(*name), "{name} is missing in {value}");
        }
        for name in object.keys() {
            assert!(
                required.contains(&name.as_str()) || optional.contains(&name.as_str()),
                "{name} is not allowed in {value}"
            );
        }
    };
    members(
        document,
        &["@context", "@id", "author", "timestamp", "version", "statements"],
        &["role", "last_updated", "tooling"],
    );
    assert!(document["version"].as_i64().unwrap() >= 1);
    let statements = document["statements"].as_array().unwrap();
    assert!(!statements.is_empty());
    for statement in statements {
        members(
            statement,
            &["vulnerability", "status"],
            &[
                "@id",
                "version",
                "timestamp",
                "last_updated",
                "products",
                "supplier",
                "status_notes",
                "justification",
                "impact_statement",
                "action_statement",
                "action_statement_timestamp",
            ],
        );
        members(&statement["vulnerability"], &["name"], &["@id", "description", "aliases"]);
        let status = statement["status"].as_str().unwrap();
        assert!(VexStatus::parse(status).is_some());
        let has = |name: &str| statement.get(name).is_some();
        assert!(status != "not_affected" || has("justification") || has("impact_statement"));
        assert!(status != "affected" || has("action_statement"));
        for product in statement["products"].as_array().unwrap() {
            members(product, &["@id"], &["identifiers", "hashes", "subcomponents"]);
            members(&product["identifiers"], &[], &["purl", "cpe22", "cpe23"]);
            for part in product["subcomponents"].as_array().unwrap() {
                members(part, &[], &["@id", "identifiers", "hashes"]);
                assert!(part.get("@id").is_some() || part.get("identifiers").is_some());
            }
        }
    }
}
