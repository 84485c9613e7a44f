//! One vulnerability from the feed to the signed outcome, through the binary as a person runs it.
//!
//! Deliberately not here: what each use case refuses in detail (`app`), pages (`web`).
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};

const DONE: i32 = 0;
const FAILED: i32 = 1;
const USAGE: i32 = 2;
const NO: i32 = 3;

const ADMINISTRATOR: &str = "administrator@example.org";
/// Quality: may sign, and did not assess.
const EMAIL: &str = "approver@example.org";
const PASSWORD: &str = "correct horse battery staple";
const NVD: &str = "CVE-2024-10001";
const OSV: &str = "GHSA-aaaa-bbbb-cccc";

/// A workspace in a temporary folder, with an administrator who can sign.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let password = place.file("password", PASSWORD);
        let workspace = place.workspace();
        place.bare(&["init", &workspace, "--admin", ADMINISTRATOR, "--password-file", text(&password)], DONE);
        place
    }

    fn workspace(&self) -> String {
        text(&self.folder.path().join("workspace")).to_owned()
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Runs without naming the workspace.
    fn bare(&self, arguments: &[&str], code: i32) -> Output {
        let output = Command::new(env!("CARGO_BIN_EXE_aftercare"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("DATABASE_URL")
            .env_remove("AFTERCARE_AS")
            .env_remove("AFTERCARE_WORKSPACE")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", both(&output));
        output
    }

    fn run(&self, arguments: &[&str], code: i32) -> Output {
        let workspace = self.workspace();
        self.bare(&[&["-w", &workspace], arguments].concat(), code)
    }

    /// The one JSON document on stdout.
    fn json(&self, arguments: &[&str], code: i32) -> Value {
        let output = self.run(&[arguments, &["--format", "json"]].concat(), code);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}", both(&output)))
    }

    /// A product with two releases, a site and three units, one of which has an unknown release.
    fn portfolio(&self) {
        self.run(&["product", "add", "--name", "Pump", "--four-eyes"], DONE);
        self.run(&["release", "add", "--product", "pump", "--version", "1.0"], DONE);
        self.run(&["release", "add", "--product", "pump", "--version", "1.1", "--parent", "1.0"], DONE);
        self.run(&["site", "add", "--name", "North", "--country", "NO"], DONE);
        let units = self.file(
            "units.csv",
            "serial,product,release,site\nA1,pump,1.0,North\nA2,pump,1.0,North\nA3,pump,,North\n",
        );
        self.run(&["unit", "import", text(&units)], DONE);
    }

    /// Two components with flaws in the feeds, one without.
    fn sbom(&self) -> PathBuf {
        self.file(
            "sbom.json",
            &json!({
                "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
                "components": [
                    { "type": "library", "bom-ref": "a", "name": "left-tool", "version": "1.2.0",
                      "purl": "pkg:npm/left-tool@1.2.0" },
                    { "type": "library", "bom-ref": "b", "name": "netd", "version": "2.1",
                      "cpe": "cpe:2.3:a:examplesoft:netd:2.1:*:*:*:*:*:*:*" },
                    { "type": "library", "bom-ref": "c", "name": "quiet", "version": "3.0.0",
                      "purl": "pkg:npm/quiet@3.0.0" },
                ],
            })
            .to_string(),
        )
    }

    fn feeds(&self) -> PathBuf {
        let nvd = json!({
            "resultsPerPage": 1, "startIndex": 0, "totalResults": 1, "format": "NVD_CVE", "version": "2.0",
            "timestamp": "2024-05-02T00:00:00.000",
            "vulnerabilities": [{ "cve": {
                "id": NVD, "sourceIdentifier": "cna@example.org", "published": "2024-05-01T00:00:00.000",
                "lastModified": "2024-05-02T00:00:00.000", "vulnStatus": "Analyzed",
                "descriptions": [{ "lang": "en", "value": "A flaw in netd before 2.4." }],
                "metrics": {}, "references": [],
                "configurations": [{ "nodes": [{ "operator": "OR", "negate": false, "cpeMatch": [{
                    "vulnerable": true, "criteria": "cpe:2.3:a:examplesoft:netd:*:*:*:*:*:*:*:*",
                    "versionEndExcluding": "2.4", "matchCriteriaId": "00000000-0000-0000-0000-000000000001",
                }] }] }],
            } }],
        });
        let osv = json!({
            "schema_version": "1.6.0", "id": OSV, "modified": "2024-05-03T00:00:00Z",
            "published": "2024-05-01T00:00:00Z", "aliases": ["CVE-2024-10002"], "summary": "A flaw in left-tool.",
            "affected": [{
                "package": { "ecosystem": "npm", "name": "left-tool", "purl": "pkg:npm/left-tool" },
                "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.3.0" }] }],
            }],
        });
        self.file("feeds/nvd/nvdcve.json", &nvd.to_string());
        self.file(&format!("feeds/osv/npm/{OSV}.json"), &osv.to_string());
        self.folder.path().join("feeds")
    }

    /// Everything up to the first sweep.
    fn swept() -> Self {
        let place = Self::new();
        place.portfolio();
        let (sbom, feeds) = (place.sbom(), place.feeds());
        for release in ["pump@1.0", "pump@1.1"] {
            place.run(&["sbom", "add", text(&sbom), "--release", release], DONE);
        }
        place.run(&["feeds", "import", text(&feeds)], DONE);
        place.run(&["sweep"], DONE);
        place
    }

    fn decide(&self) -> Value {
        let decide = [
            "case",
            "decide",
            NVD,
            "--status",
            "not_affected",
            "--justification",
            "vulnerable_code_not_present",
            "--rationale",
            "The server part is not compiled.",
            "--review-on",
            "2099-01-01",
        ];
        self.json(&decide, DONE)
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn both(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn check_says(output: &Output, words: &[&str]) {
    let said = both(output);
    for word in words {
        assert!(said.contains(word), "{word:?} is not in: {said}");
    }
}

#[test]
fn wrong_usage_is_two_and_a_missing_workspace_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place { folder };
    place.bare(&["--version"], DONE);
    for arguments in [
        &["nonsense"][..],
        &["explain", NVD],
        &["case", "decide", NVD, "--status", "harmless", "--rationale", "x"],
        &["release", "add", "--product", "pump", "--version", "1", "--released-on", "yesterday"],
    ] {
        place.bare(arguments, USAGE);
    }
    let output = place.bare(&["product", "list"], FAILED);
    assert!(output.stdout.is_empty());
    check_says(&output, &["error:", "hint:"]);
}

#[test]
fn a_table_of_units_goes_in_whole_or_not_at_all() {
    let place = Place::new();
    place.portfolio();
    let wrong = place.file("wrong.csv", "serial,product,release\nB1,pump,1.0\nB2,pump,9.9\nB3,nothing,\n");
    let report = place.json(&["unit", "import", text(&wrong)], FAILED);
    let lines: Vec<u64> =
        report["errors"].as_array().unwrap().iter().map(|error| error["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [3, 4]);
    assert_eq!(place.json(&["unit", "list"], DONE)["units"].as_array().unwrap().len(), 3);

    let right = place.file("right.csv", "serial,product,release,colour\nB1,pump,1.1,blue\n");
    let preview = place.json(&["unit", "import", text(&right), "--preview"], DONE);
    assert_eq!(preview["written"], json!(false));
    assert_eq!(preview["unknown_columns"], json!(["colour"]));
    assert_eq!(place.json(&["unit", "import", text(&right)], DONE)["added"], json!(1));
    assert_eq!(place.json(&["unit", "import", text(&right)], DONE)["unchanged"], json!(1));

    let sites = place.file("sites.csv", "name,country\nSouth,XX-no\n");
    check_says(&place.run(&["site", "import", text(&sites)], FAILED), &["country", "nothing was imported"]);
}

#[test]
fn names_that_are_not_there_say_so() {
    let place = Place::new();
    place.portfolio();
    check_says(&place.run(&["product", "add", "--name", "Pump"], FAILED), &["already", "hint:"]);
    check_says(
        &place.run(&["release", "add", "--product", "x", "--version", "1"], FAILED),
        &["no product `x`"],
    );
    let sbom = place.sbom();
    check_says(&place.run(&["check", text(&sbom)], FAILED), &["feeds import"]);
    check_says(&place.run(&["sweep"], FAILED), &["feeds import"]);
    check_says(&place.run(&["ledger", "show", "--as-of", "soon"], USAGE), &["2026-03-03"]);
}

#[test]
fn feeds_go_in_once_and_check_answers() {
    let place = Place::new();
    let (sbom, feeds) = (place.sbom(), place.feeds());
    let report = place.json(&["feeds", "import", text(&feeds), "--strict"], DONE);
    for source in ["nvd", "osv:npm"] {
        let row = report["sources"].as_array().unwrap().iter().find(|row| row["source"] == source);
        assert_eq!(row.unwrap_or_else(|| panic!("{report}"))["new"], json!(1), "{source}");
    }
    let again = place.json(&["feeds", "import", text(&feeds)], DONE);
    assert_eq!(again["snapshot"], report["snapshot"]);
    check_says(&place.run(&["feeds", "import", text(&feeds)], DONE), &["Nothing new"]);
    let broken = place.file(
        "broken/nvd/nvdcve.json",
        "{\"format\":\"NVD_CVE\",\"version\":\"2.0\",\"vulnerabilities\":[{\"cve\":{}}]}",
    );
    place.run(&["feeds", "import", text(&broken), "--strict"], NO);
    check_says(&place.run(&["feeds", "status"], DONE), &["nvd", "osv:npm"]);

    let report = place.json(&["check", text(&sbom)], DONE);
    let found: Vec<(&str, &str)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["component"]["name"].as_str().unwrap(), row["verdict"].as_str().unwrap()))
        .collect();
    assert_eq!(found, [("left-tool", "in_range"), ("netd", "in_range")]);
    let tally = &report["components"];
    let sum: u64 =
        ["assessed", "undecided", "not_assessed"].iter().map(|key| tally[key].as_u64().unwrap()).sum();
    assert_eq!((tally["total"].as_u64(), sum), (Some(3), 3));
    place.run(&["check", text(&sbom), "--fail-on", "in-range"], NO);
    place.run(&["check", text(&sbom), "--fail-on", "kev"], DONE);

    let listed = place.json(&["explain", OSV, "--sbom", text(&sbom)], DONE);
    assert_eq!(listed["verdict"], json!("in_range"));
    let unknown = place.json(&["explain", "CVE-1999-0001", "--sbom", text(&sbom)], DONE);
    assert_eq!(unknown["verdict"], Value::Null);
    assert!(unknown["stopped_at"].is_string(), "{unknown}");
}

#[test]
fn one_vulnerability_goes_from_the_feed_to_a_signed_outcome() {
    let place = Place::swept();
    let exposed = place.json(&["exposed", NVD], DONE);
    let first = &exposed["releases"][0];
    assert_eq!((&first["release"], &first["decision"]), (&json!("1.0"), &Value::Null));
    assert_eq!(
        first["units"],
        json!({ "total": 2, "by_site": [{ "site": "North", "country": "NO", "units": 2 }] })
    );
    assert_eq!(exposed["units_with_unknown_release"], json!(1));

    for release in place.json(&["account"], DONE)["releases"].as_array().unwrap() {
        let n = |pointer: &str| release.pointer(pointer).unwrap().as_i64().unwrap();
        let parts = [
            "/open",
            "/decided",
            "/excluded/statement",
            "/excluded/fixed",
            "/excluded/version",
            "/excluded/no_such_component",
            "/not_assessable",
        ];
        assert_eq!(n("/known"), parts.iter().map(|part| n(part)).sum::<i64>());
        assert_eq!((n("/open"), &release["closes"]), (2, &json!(true)));
    }

    let before = decided_at_the_console(&place);
    assert_eq!(decision_of(&place), json!({ "status": "not_affected", "state": "proposed" }));
    let password = place.file("password", PASSWORD);
    let person = ["person", "add", "--name", "An Approver", "--email", EMAIL, "--role", "quality"];
    place.run(&[&person[..], &["--password-file", text(&password)]].concat(), DONE);
    let wrong = place.file("wrong", "not it");
    check_says(&place.run(&["case", "sign", NVD], FAILED), &["console", "--as EMAIL"]);
    let refused =
        ["--as", EMAIL, "case", "sign", NVD, "--meaning", "approval", "--password-file", text(&wrong)];
    place.run(&refused, FAILED);
    let sign = ["case", "sign", NVD, "--as", EMAIL, "--password-file", text(&password)];
    // Two persons decide on this product, so its signature has to be an approval.
    check_says(&place.run(&sign, FAILED), &["approv"]);
    let signed = place.json(&[&sign[..], &["--meaning", "approval"]].concat(), DONE);
    assert_eq!(signed["signatures"].as_array().unwrap().len(), 2);

    let after = place.json(&["case", "show", NVD], DONE);
    let states: Vec<&Value> =
        after["decisions"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["signed", "signed"]);
    assert_eq!(decision_of(&place), json!({ "status": "not_affected", "state": "signed" }));
    assert_eq!(place.json(&["account", "--release", "pump@1.0"], DONE)["releases"][0]["decided"], json!(1));
    let vex: Value = serde_json::from_slice(&place.run(&["case", "export", NVD], DONE).stdout).unwrap();
    assert_eq!(vex["statements"][0]["status"], json!("not_affected"));

    // As it was known before the decision.
    let then = place.json(&["exposed", NVD, "--as-of", &before], DONE);
    assert_eq!(then["releases"][0]["decision"], Value::Null);
    place.run(&["case", "show", NVD, "--as-of", &before], FAILED);
}

fn decision_of(place: &Place) -> Value {
    place.json(&["exposed", NVD], DONE)["releases"][0]["decision"].clone()
}

/// Proposes for both releases; answers the moment of the last entry before that.
fn decided_at_the_console(place: &Place) -> String {
    let entries = place.json(&["ledger", "show", "--limit", "1"], DONE);
    let before = entries["entries"][0]["at"].as_str().unwrap().to_owned();
    assert_eq!(place.decide()["decisions"].as_array().unwrap().len(), 2);
    before
}

#[test]
fn the_ledger_verifies_here_and_elsewhere() {
    let place = Place::swept();
    place.decide();
    assert_eq!(place.json(&["ledger", "verify"], DONE)["holds"], json!(true));
    let deep = place.json(&["ledger", "verify", "--deep"], DONE);
    assert!(deep["deep"] == json!(true) && deep["corpus"].as_u64() > Some(2), "{deep}");
    let entry = place.json(&["ledger", "show", "2"], DONE);
    let touch = &entry["touches"][0];
    assert_eq!((&touch["table"], &touch["opened"]), (&json!("product"), &json!(1)), "{entry}");
    assert_eq!(touch["opened_rows"].as_array().map(Vec::len), Some(1), "{entry}");
    let bundle = place.folder.path().join("record.bundle");
    place.run(&["ledger", "export", text(&bundle)], DONE);
    place.run(&["ledger", "export", text(&bundle)], FAILED);
    place.bare(&["verify", text(&bundle)], DONE);
    let mut bytes = fs::read(&bundle).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    place.bare(&["verify", text(&bundle)], NO);
    check_says(&place.run(&["ledger", "show", "1"], DONE), &["Entry 1"]);
}
