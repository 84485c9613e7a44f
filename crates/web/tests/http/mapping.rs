//! Blind spots over HTTP: what they may be, saying what they are without scripts, and the same by the API.

use std::fs;

use app::{
    import::{ImportRequest, import},
    sweep::sweep,
};
use axum::http::StatusCode;
use domain::person::Role;
use serde_json::Value;

use super::{
    fielded::fielded,
    support::{Portal, Seat},
};

const PAGE: &str = "/releases/pump@1/blind-spots";
const FLAW: &str = "CVE-2024-0020";
const TARGET: &str = "cpe:a:acme:house_library";

/// The fielded portfolio, and a record that names what the house library may be.
fn portal() -> Portal {
    let portal = fielded();
    let file = portal.folder.path().join("nvdcve-2.0-2024.json");
    let record = format!(
        r#"{{"resultsPerPage":1,"startIndex":0,"totalResults":1,"format":"NVD_CVE","version":"2.0",
        "timestamp":"2024-02-01T00:00:00.000","vulnerabilities":[{{"cve":{{"id":"{FLAW}",
        "sourceIdentifier":"x@example.org","published":"2024-01-01T00:00:00.000",
        "lastModified":"2024-02-01T00:00:00.000","vulnStatus":"Analyzed",
        "descriptions":[{{"lang":"en","value":"A flaw in the house"}}],"metrics":{{}},"references":[],
        "configurations":[{{"nodes":[{{"operator":"OR","negate":false,"cpeMatch":[{{"vulnerable":true,
        "criteria":"cpe:2.3:a:acme:house_library:*:*:*:*:*:*:*:*","versionEndExcluding":"2.0",
        "matchCriteriaId":"00000000-0000-0000-0000-000000000001"}}]}}]}}]}}}}]}}"#
    );
    fs::write(&file, record).unwrap();
    let request = ImportRequest { paths: vec![file], source: None };
    import(&portal.app, &portal.app.console().unwrap(), &request, &|_| {}).unwrap();
    swept(&portal);
    portal
}

fn swept(portal: &Portal) {
    portal.clock.advance(jiff::SignedDuration::from_mins(5));
    sweep(&portal.app, &portal.app.console().unwrap(), false).unwrap();
}

async fn page(portal: &Portal, seat: &Seat) -> String {
    let answer = portal.get(PAGE, Some(seat)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.text
}

async fn is_hit(portal: &Portal, seat: &Seat) -> bool {
    let found = portal.get(&format!("/api/v1/exposed?vulnerability={FLAW}"), Some(seat)).await;
    let found: Value = serde_json::from_str(&found.text).unwrap();
    found["releases"].as_array().is_some_and(|releases| !releases.is_empty())
}

#[tokio::test]
async fn a_blind_spot_is_named_on_its_page() {
    let portal = portal();
    let (analyst, viewer) = (portal.seat(Role::Analyst), portal.seat(Role::Viewer));
    let release = portal.get("/releases/pump@1", Some(&viewer)).await;
    assert!(release.text.contains(&format!("href=\"{PAGE}\"")), "{}", release.text);
    assert!(!is_hit(&portal, &viewer).await);
    let text = page(&portal, &analyst).await;
    assert!(text.contains("house library") && text.contains(TARGET), "{text}");
    assert!(text.contains("1 vulnerability at stake if the first proposals hold"), "{text}");
    assert!(
        !page(&portal, &viewer).await.contains("name=\"version_rule\""),
        "who may only read is offered no form"
    );
    let row = text.split("id=\"part-").skip(1).find(|row| row.contains("house library")).unwrap();
    let number = row.split('"').next().unwrap();

    let form = |why| {
        [
            ("component", number),
            ("target", TARGET),
            ("scope", "product_line"),
            ("version_rule", "fixed:1.5"),
            ("why", why),
            ("do", "confirm"),
        ]
    };
    let refused = portal.post(PAGE, &analyst, &form(" ")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text.contains("say why") && refused.text.contains("value=\"fixed:1.5\""),
        "{}",
        refused.text
    );
    let done = portal.post(PAGE, &analyst, &form("it is that")).await;
    assert_eq!(
        (done.status, done.header("location")),
        (StatusCode::SEE_OTHER, &*format!("{PAGE}?done=confirmed"))
    );
    let again = portal.post(PAGE, &analyst, &form("it is that")).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
    assert!(page(&portal, &viewer).await.contains("it takes effect with the next"), "not swept yet");
    swept(&portal);
    assert!(is_hit(&portal, &viewer).await);
    let text = page(&portal, &analyst).await;
    assert!(text.contains("analyst of the test, Tue 17 Nov 2026, for this product line"), "{text}");
    let explained = portal.get(&format!("/explain?vulnerability={FLAW}&release=pump@1"), Some(&viewer)).await;
    assert!(explained.text.contains("identity by mapping"), "{}", explained.text);
    assert!(explained.text.contains("confirmed by analyst of the test on 2026-11-17"), "{}", explained.text);

    let mapping =
        text.split("name=\"mapping\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let withdraw = |why| [("mapping", mapping), ("why", why), ("do", "withdraw")];
    let refused = portal.post(PAGE, &analyst, &withdraw("")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    let done = portal.post(PAGE, &analyst, &withdraw("it was another")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    swept(&portal);
    assert!(!is_hit(&portal, &viewer).await);
}

#[tokio::test]
async fn the_api_says_the_same() {
    let portal = portal();
    let seat = portal.seat(Role::Analyst);
    let get = async |path: &str| -> Value {
        let answer = portal.get(path, Some(&seat)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        serde_json::from_str(&answer.text).unwrap()
    };
    let spots = get("/api/v1/blind-spots?release=pump@1").await;
    assert_eq!((&spots["open"], &spots["at_stake"]), (&2.into(), &1.into()), "{spots:#}");
    assert_eq!(spots["parts"][0]["proposals"][0]["target"], TARGET);
    let fields = [
        ("release", "pump@1"),
        ("component", "house library"),
        ("target", TARGET),
        ("scope", "release"),
        ("why", "a test"),
        ("do", "reject"),
    ];
    let said = portal.post("/api/v1/mappings", &seat, &fields).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text);
    let said: Value = serde_json::from_str(&said.text).unwrap();
    assert_eq!((&said["ruling"], &said["release"]), (&"rejected".into(), &"pump@1".into()));
    let spots = get("/api/v1/blind-spots?release=pump@1").await;
    assert_eq!(
        (&spots["at_stake"], spots["parts"][0]["proposals"].as_array().unwrap().len()),
        (&0.into(), 0)
    );
    assert_eq!(get("/api/v1/mappings?release=pump@2").await["mappings"], Value::Array(Vec::new()));
    let listed = get("/api/v1/mappings").await;
    assert_eq!(listed["mappings"][0], said);
    let id = said["id"].as_str().unwrap();
    let withdrawn = [("do", "withdraw"), ("mapping", id), ("why", "a test")];
    assert_eq!(portal.post("/api/v1/mappings", &seat, &withdrawn).await.status, StatusCode::OK);
    assert_eq!(get("/api/v1/mappings").await["mappings"], Value::Array(Vec::new()));
    let refused = portal.post("/api/v1/mappings", &seat, &[("do", "guess")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
}
