//! What a supplier says of exactly one product excludes that product, and nothing like it.

use crate::support::{index, inventory, leaf, package, record, says, statement};
use matcher::{
    assess::assess,
    explain::explain,
    inventory::Item,
    record::{Condition, Exclusion, Leaf, Qualifiers, Record, Score, Statement},
};

const CVE: &str = "CVE-2024-1";
const LIB: &str = "pkg:npm/lib@1.2.0?arch=arm64";

fn excluded(key: &str, spans: &[&str], fixed: bool, purl: &[&str]) -> Statement {
    let exclusion = Some(Exclusion { fixed, reason: "vulnerable_code_not_present (Acme)".to_owned() });
    let purl = purl.iter().map(|text| (*text).to_owned()).collect();
    let default = matcher::record::Status::Unknown;
    let qualifiers = Qualifiers { exclusion, purl, ..Qualifiers::default() };
    Statement { qualifiers, default, flaw: Some(0), ..statement(key, spans) }
}

fn vex(statement: Statement, condition: Option<Condition>) -> Record {
    let statement = Statement { condition: condition.as_ref().map(|_| 0), ..statement };
    Record {
        upstream: vec![CVE.to_owned(), "CVE-2024-2".to_owned()],
        conditions: condition.into_iter().collect(),
        ..says("openvex:Acme", "https://acme.example/vex#1", vec![statement])
    }
}

/// The verdicts with a range of the home database beside the supplier's word.
fn verdicts(vex: Record, items: &[Item]) -> Vec<String> {
    let home = |id: &str, cve: &str| Record {
        aliases: vec![cve.to_owned()],
        ..says("osv:npm", id, vec![statement("purl:npm/lib", &["<2"])])
    };
    let index = index(&[home("GHSA-1", CVE), home("GHSA-2", "CVE-2024-2"), vex]);
    let inventory = inventory(items);
    let assessment = assess(&index, &inventory);
    assessment
        .verdicts(&index, &inventory)
        .iter()
        .map(|verdict| {
            let told = explain(&index, &inventory, verdict.group, Some(verdict.item));
            assert_eq!(told.state, Some(verdict.state), "explain agrees with assess");
            format!(
                "{} {} {}",
                index.name(verdict.group).unwrap_or_default(),
                verdict.state.word(),
                verdict.reason
            )
        })
        .collect()
}

const OTHER: &str = "CVE-2024-2 in_range in_range";

#[track_caller]
fn check(statement: Statement, condition: Option<Condition>, items: &[Item], expected: &str) {
    assert_eq!(verdicts(vex(statement, condition), items), [&format!("{CVE} {expected}"), OTHER]);
}

#[test]
fn an_exclusion_holds_for_what_it_names() {
    let (not_affected, fixed) = ("excluded_by_supplier supplier_not_affected", "patched supplier_fixed");
    let part = [package(LIB)];
    check(excluded("purl:npm/lib", &["!=1.2.0"], false, &[]), None, &part, not_affected);
    check(excluded("purl:npm/lib", &["!=1.2.0"], true, &[]), None, &part, fixed);
    check(excluded("purl:npm/lib", &["!=1.2.0"], false, &["arch=arm64"]), None, &part, not_affected);
    // Another version, another build: nothing is said.
    check(excluded("purl:npm/lib", &["!=1.2.1"], false, &[]), None, &part, "in_range in_range");
    check(excluded("purl:npm/lib", &["!=1.2.0"], false, &["arch=x86"]), None, &part, "in_range in_range");
}

#[test]
fn a_part_is_excluded_in_its_product_only() {
    let product = |qualifiers: &[&str]| {
        let mut product = leaf("purl:oci/pump", None, false);
        if let Condition::Has(Leaf { qualifiers: own, .. }) = &mut product {
            own.purl = qualifiers.iter().map(|text| (*text).to_owned()).collect();
        }
        Some(product)
    };
    let said = || excluded("purl:npm/lib", &["!=1.2.0"], false, &[]);
    let pump = package("pkg:oci/pump@sha256:aa?repository_url=acme.example/pump");
    let with = [package(LIB), pump];
    let state = "excluded_by_supplier supplier_not_affected";
    check(said(), product(&[]), &with, state);
    check(said(), product(&["repository_url=acme.example/pump"]), &with, state);
    check(said(), product(&["repository_url=other.example/pump"]), &with, "in_range in_range");
    // The product is not here: not known to be there is not there.
    check(said(), product(&[]), &with[..1], "in_range in_range");
}

#[test]
fn scores_and_statements_belong_to_the_flaw_they_are_of() {
    let score = |tenths, flaw| Score {
        version: "3.1".to_owned(),
        tenths,
        vector: String::new(),
        provider: "Acme".to_owned(),
        flaw: Some(flaw),
    };
    let mut statement = statement("purl:npm/lib", &["<2"]);
    statement.flaw = Some(1);
    let advisory = Record {
        upstream: vec![CVE.to_owned(), "CVE-2024-2".to_owned()],
        scores: vec![score(98, 0), score(31, 1)],
        statements: vec![statement],
        ..record("csaf:Acme", "ACME-1")
    };
    let index = index(&[advisory]);
    let inventory = inventory(&[package(LIB)]);
    let found = assess(&index, &inventory).verdicts(&index, &inventory);
    let names: Vec<_> = found.iter().filter_map(|verdict| index.name(verdict.group)).collect();
    assert_eq!(names, ["CVE-2024-2"]);
    let tenths = found.first().and_then(|verdict| index.group(verdict.group)).and_then(|group| group.cvss);
    assert_eq!(tenths.map(|cvss| cvss.tenths), Some(31));
}
