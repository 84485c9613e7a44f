//! The story of one case: opened from a match, proposed, held by a gate, signed, and looked at as it was before.

use std::fs;

use app::{
    import::{self, ImportRequest},
    inventory,
    product::{self, NewProduct},
    release::{self, NewRelease},
    site::{self, NewSite},
    sweep,
    unit::{self, NewUnit},
};
use axum::http::StatusCode;
use domain::person::Role;
use jiff::SignedDuration;

use super::support::{Answer, PASSWORD, Portal, Seat};

pub(crate) const CVE: &str = "CVE-2024-0001";

const SBOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"type":"device",
    "bom-ref":"d","name":"Pump"}},"components":[{"type":"library","bom-ref":"m","name":"meter","version":"v1.3.0",
    "purl":"pkg:golang/example.org/meter@v1.3.0"},{"type":"library","bom-ref":"x","name":"house library"}]}"#;
const RECORDS: [(&str, &str); 2] = [
    (
        "osv/Go/GO-2024-0001.json",
        r#"{"schema_version":"1.4.0","id":"GO-2024-0001","modified":"2024-01-02T00:00:00Z",
        "published":"2024-01-01T00:00:00Z","aliases":["CVE-2024-0001"],"summary":"Readings overflow the meter",
        "affected":[{"package":{"ecosystem":"Go","name":"example.org/meter"},
        "ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.4.0"}]}]}]}"#,
    ),
    (
        "kev/known_exploited_vulnerabilities.json",
        r#"{"title":"catalogue","catalogVersion":"2024.03.01","dateReleased":"2024-03-01T00:00:00.0000Z","count":1,
        "vulnerabilities":[{"cveID":"CVE-2024-0001","vendorProject":"x","product":"meter","vulnerabilityName":"x",
        "dateAdded":"2024-02-28","shortDescription":"x","requiredAction":"x","dueDate":"2024-03-20",
        "knownRansomwareCampaignUse":"Unknown","notes":""}]}"#,
    ),
];

/// Two releases of a pump with the same part, three units, a source that warns of it, and a sweep.
pub(crate) fn fill(portal: &Portal) {
    let app = &portal.app;
    let console = app.console().unwrap();
    let new = NewProduct { name: "Pump".to_owned(), ..NewProduct::default() };
    product::add(app, &console, new).unwrap();
    let new = NewSite { name: "North".to_owned(), country: "NO".to_owned(), ..NewSite::default() };
    site::add(app, &console, new).unwrap();
    for version in ["1", "2"] {
        let new =
            NewRelease { product: "pump".to_owned(), version: version.to_owned(), ..NewRelease::default() };
        release::add(app, &console, new).unwrap();
        let reference = format!("pump@{version}");
        inventory::add(app, &console, &reference, "sbom.json", SBOM.as_bytes(), "a test").unwrap();
    }
    for (serial, release) in [("1", "1"), ("2", "1"), ("3", "2")] {
        let new = NewUnit {
            serial: serial.to_owned(),
            product: "pump".to_owned(),
            release: Some(release.to_owned()),
            site: Some("North".to_owned()),
            ..NewUnit::default()
        };
        unit::add(app, &console, new).unwrap();
    }
    let feeds = tempfile::tempdir().unwrap();
    for (name, text) in RECORDS {
        let path = feeds.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let request = ImportRequest { paths: vec![feeds.path().to_owned()], source: None };
    import::import(app, &console, &request, &|_| {}).unwrap();
    sweep::sweep(app, &console, true).unwrap();
}

/// Opens the case of [`CVE`] and answers its address.
pub(crate) async fn opened(portal: &Portal, seat: &Seat) -> String {
    let fields = [("vulnerability", CVE), ("title", "A reading can halt the pump"), ("reason", "a match")];
    let answer = portal.post("/cases", seat, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.header("location").split('?').next().unwrap().to_owned()
}

const PROPOSAL: [(&str, &str); 7] = [
    ("status", "affected"),
    ("risk", "controlled"),
    ("why", "The overflow is <bounded> by the watchdog."),
    ("customers_must", "Install 3."),
    ("scope", "pump@1"),
    ("scope", "pump@2"),
    ("review_by", "2027-01-04"),
];

#[tokio::test]
async fn a_case_is_opened_proposed_and_signed() {
    let portal = Portal::new();
    fill(&portal);
    let seat = portal.seat(Role::Analyst);
    portal.clock.advance(SignedDuration::from_mins(5));
    let case = opened(&portal, &seat).await;
    assert_eq!(case, "/cases/CASE-0001");
    let page = portal.get(&case, Some(&seat)).await;
    assert_eq!(page.status, StatusCode::OK);
    for expected in [
        "A reading can halt the pump",
        "KEV since 28 Feb 2024",
        "Harm not judged",
        "meter v1.3.0",
        "Pump 1",
        "Pump 2",
        "action=\"/cases/CASE-0001/propose\"",
    ] {
        assert!(page.text.contains(expected), "{expected} is not shown");
    }
    assert!(!page.text.contains("action=\"/cases/CASE-0001/sign\""), "nothing waits for a signature");
    let again = portal.post("/cases", &seat, &[("vulnerability", CVE)]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "a case that is there is led to");
    assert_eq!(again.header("location"), "/cases/CASE-0001?done=found");
    let found = portal.get(again.header("location"), Some(&seat)).await;
    assert!(found.text.contains("This flaw has a case already: CASE-0001."), "{}", found.text);

    // What the status asks for is missing, and what was typed stays.
    let kept: Vec<_> = PROPOSAL.iter().copied().filter(|(name, _)| *name != "customers_must").collect();
    let held = propose(&portal, &seat, &case, &kept).await;
    assert_eq!(held.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(held.text.contains("id=\"customers-must-error\""), "{}", held.text);
    assert!(held.text.contains("The overflow is &#60;bounded&#62; by the watchdog."));
    assert!(held.text.contains("value=\"2027-01-04\""));
    let no_day: Vec<_> = PROPOSAL.iter().copied().filter(|(name, _)| *name != "review_by").collect();
    let held = propose(&portal, &seat, &case, &[&no_day[..], &[("review_by", "2027-02-29")]].concat()).await;
    assert!(held.text.contains("id=\"review-by-error\""));
    assert!(held.text.contains("value=\"2027-02-29\""));
    let nowhere: Vec<_> = PROPOSAL.iter().copied().filter(|(name, _)| *name != "scope").collect();
    let held = propose(&portal, &seat, &case, &nowhere).await;
    assert!(held.text.contains("id=\"scope-error\""), "an empty scope is not everything");

    portal.clock.advance(SignedDuration::from_mins(5));
    let proposed = propose(&portal, &seat, &case, &PROPOSAL).await;
    assert_eq!(proposed.header("location"), format!("{case}?done=proposed"), "{}", proposed.text);
    let page = portal.get(&case, Some(&seat)).await;
    assert!(page.text.contains("Not signed. It counts as open."));
    let waiting = waiting(&page);
    assert_eq!(waiting.len(), 2, "one record for each release");

    let with = |password: &'static str| {
        let mut fields = vec![("meaning", "authorship"), ("reason", "settled"), ("password", password)];
        fields.extend(waiting.iter().map(|value| ("decision", value.as_str())));
        fields
    };
    let sign = format!("{case}/sign");
    let refused = portal.post(&sign, &seat, &with("something else entirely")).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.text.contains("id=\"password-error\""), "{}", refused.text);
    assert!(refused.text.contains("value=\"settled\""));
    assert!(!refused.text.contains("something else entirely"));
    let nothing = portal.post(&sign, &seat, &[("meaning", "authorship"), ("password", PASSWORD)]).await;
    assert!(nothing.text.contains("id=\"records-error\""), "nothing chosen is not everything");
    let mut stale = with(PASSWORD);
    let id = waiting[0].split(':').next().unwrap().to_owned();
    let other = format!("{id}:{}", "0".repeat(64));
    stale.retain(|(name, _)| *name != "decision");
    stale.push(("decision", &other));
    let changed = portal.post(&sign, &seat, &stale).await;
    assert_eq!(changed.status, StatusCode::CONFLICT);
    assert!(changed.text.contains("was changed since it was shown"), "{}", changed.text);

    let before = portal.clock_now();
    portal.clock.advance(SignedDuration::from_mins(5));
    let signed = portal.post(&sign, &seat, &with(PASSWORD)).await;
    assert_eq!(signed.header("location"), format!("{case}?done=signed"), "{}", signed.text);
    let page = portal.get(&case, Some(&seat)).await;
    assert!(page.text.contains("Signed by analyst of the test"), "{}", page.text);
    assert!(page.text.contains("I made this decision"));
    assert!(!page.text.contains(&format!("action=\"{sign}\"")), "nothing waits any more");

    let then = portal.get(&format!("{case}?as_of={before}"), Some(&seat)).await;
    assert!(then.text.contains("<body class=\"past\">"));
    assert!(then.text.contains("Not signed. It counts as open."), "{}", then.text);
    assert!(!then.text.contains("Signed by analyst"), "the past knows what came later");
    assert!(!then.text.contains("method=\"post\" action=\"/cases"), "the past offers acts");
    let never = portal.get("/cases/CASE-0001?as_of=2026-11-17T08:14:30Z", Some(&seat)).await;
    assert_eq!(never.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn today_tells_what_is_new_and_what_waits() {
    let portal = Portal::new();
    fill(&portal);
    let seat = portal.seat(Role::Analyst);
    let page = portal.get("/", Some(&seat)).await;
    assert_eq!(page.status, StatusCode::OK);
    for expected in ["1 new match.", "1 group needs you", "Readings overflow the meter", "Pump 1", "closes"] {
        assert!(page.text.contains(expected), "{expected} is not shown");
    }
    assert!(!page.text.contains("does not close"));
    assert!(!page.text.contains("Waiting for a signature"));
    let case = opened(&portal, &seat).await;
    propose(&portal, &seat, &case, &PROPOSAL).await;
    let page = portal.get("/", Some(&seat)).await;
    assert!(page.text.contains("Waiting for a signature"));
    assert!(page.text.contains("affected, 2 releases · CASE-0001"), "{}", page.text);
    let then = portal.get("/?as_of=2026-11-17T08:00:00Z", Some(&seat)).await;
    assert!(then.text.contains("No new match. Nothing needs you."), "{}", then.text);
}

#[tokio::test]
async fn who_may_only_read_sees_no_forms() {
    let portal = Portal::new();
    fill(&portal);
    let analyst = portal.seat(Role::Analyst);
    let case = opened(&portal, &analyst).await;
    propose(&portal, &analyst, &case, &PROPOSAL).await;
    let reader = portal.seat(Role::Viewer);
    let page = portal.get(&case, Some(&reader)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("has no role that may assess cases and propose decisions"), "{}", page.text);
    assert!(!page.text.contains("method=\"post\" action=\"/cases"), "a form that would be refused is shown");
    assert!(!page.text.contains("/ledger/"), "a link that would be refused is shown");
    let refused = propose(&portal, &reader, &case, &PROPOSAL).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_inbox_leads_to_the_case_and_the_list_shows_it() {
    let portal = Portal::new();
    fill(&portal);
    let seat = portal.seat(Role::Analyst);
    let inbox = portal.get("/inbox", Some(&seat)).await;
    assert_eq!(inbox.status, StatusCode::OK);
    for expected in
        [CVE, "Readings overflow the meter", "1 component in 2 releases · 3 units", "Case <kbd>O</kbd>"]
    {
        assert!(inbox.text.contains(expected), "{expected} is not shown");
    }
    for (address, there) in [
        ("/inbox?view=exploited", true),
        ("/inbox?view=undecided", false),
        ("/inbox?view=decided", false),
        ("/inbox?filter=overflow", true),
        ("/inbox?filter=pump@2", true),
        ("/inbox?filter=nothing+of+it", false),
        ("/inbox?as_of=2026-11-17T08:00:00Z", false),
    ] {
        let page = portal.get(address, Some(&seat)).await;
        assert_eq!(page.text.contains("Readings overflow"), there, "{address}");
    }
    let case = opened(&portal, &seat).await;
    let inbox = portal.get("/inbox", Some(&seat)).await;
    assert!(inbox.text.contains(&format!("href=\"{case}\"")), "the pane leads to the case");
    assert!(!inbox.text.contains("Open as case"));
    let cases = portal.get("/cases", Some(&seat)).await;
    assert_eq!(cases.status, StatusCode::OK);
    assert!(cases.text.contains("A reading can halt the pump"), "{}", cases.text);
    assert!(cases.text.contains("1 case is open"));
    let closed = portal.get("/cases?view=closed", Some(&seat)).await;
    assert!(!closed.text.contains("A reading can halt the pump"));
}

async fn propose(portal: &Portal, seat: &Seat, case: &str, fields: &[(&str, &str)]) -> Answer {
    portal.post(&format!("{case}/propose"), seat, fields).await
}

/// The records in the form to sign, as it would send them.
fn waiting(page: &Answer) -> Vec<String> {
    let boxes = page.text.split("name=\"decision\" value=\"").skip(1);
    let values = boxes.map(|rest| rest.split('"').next().unwrap().to_owned());
    // What is signed carries its digest; the forms that take a decision back name it alone.
    values.filter(|value| value.contains(':')).collect()
}

#[tokio::test]
async fn a_case_is_assessed_and_moved() {
    let portal = Portal::new();
    fill(&portal);
    let seat = portal.seat(Role::Analyst);
    let case = opened(&portal, &seat).await;
    let post = async |part: &str, fields: &[(&str, &str)]| {
        portal.post(&format!("{case}/{part}"), &seat, fields).await
    };
    let wrong = post("assess", &[("title", ""), ("due", "2027-02-29"), ("reason", "looked")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("id=\"due-error\"") && wrong.text.contains("value=\"2027-02-29\""));
    let wrong = post("assess", &[("title", " "), ("due", ""), ("reason", "looked")]).await;
    assert!(wrong.text.contains("id=\"title-error\"") && wrong.text.contains("value=\"looked\""));
    assert!(wrong.text.contains("id=\"assess\" open"), "the form that has to be mended is unfolded");
    let stations = ["Overflow", "meter", "", "Dose is wrong", "Injury"].map(|text| ("station", text));
    let fields = [("title", "A dose can be wrong"), ("harm", "serious"), ("exploitability", "low")];
    let done = post("assess", &[&fields[..], &stations, &[("reason", "judged")]].concat()).await;
    assert_eq!(done.header("location"), format!("{case}?done=assessed#assess"), "{}", done.text);
    let page = portal.get(&format!("{case}?done=assessed"), Some(&seat)).await;
    for expected in
        ["A dose can be wrong", "Serious harm", "The assessment of CASE-0001 was written.", "Injury"]
    {
        assert!(page.text.contains(expected), "{expected} is not shown");
    }
    assert!(
        page.text.contains("Which function of the device uses it?"),
        "a station left empty stays a question"
    );

    let skips = post("stage", &[("to", "closed"), ("reason", "done")]).await;
    assert_eq!(skips.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(skips.text.contains("id=\"to-error\"") && skips.text.contains("not to closed"), "{}", skips.text);
    let silent = post("stage", &[("to", "applicability")]).await;
    assert!(silent.text.contains("id=\"stage-reason-error\""), "{}", silent.text);
    let moved = post("stage", &[("to", "applicability"), ("reason", "it is real")]).await;
    let page = portal.get(moved.header("location"), Some(&seat)).await;
    assert!(page.text.contains("CASE-0001 is at Applicability now."), "{}", page.text);
    assert!(page.text.contains("every fielded version needs a VEX status first"), "what holds it is told");
}

#[tokio::test]
async fn a_decision_is_taken_back() {
    let portal = Portal::new();
    fill(&portal);
    let seat = portal.seat(Role::Analyst);
    let case = opened(&portal, &seat).await;
    let proposed = propose(&portal, &seat, &case, &PROPOSAL).await;
    let page = portal.get(proposed.header("location"), Some(&seat)).await;
    assert!(page.text.contains("data-key=\"z\""), "what was just proposed can be undone");
    let ids: Vec<String> =
        waiting(&page).iter().map(|value| value.split(':').next().unwrap().to_owned()).collect();
    let withdraw = format!("{case}/withdraw");
    let silent = portal.post(&withdraw, &seat, &[("decision", &ids[0])]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.text.contains(&format!("id=\"back-{}-error\"", ids[0])), "{}", silent.text);
    // A signed one is opened again, its signature void.
    let signs = waiting(&page);
    let fields = [("meaning", "authorship"), ("reason", "settled"), ("password", PASSWORD)];
    let fields = [&fields[..], &[("decision", &signs[0])]].concat();
    let signed = portal.post(&format!("{case}/sign"), &seat, &fields).await;
    assert_eq!(signed.header("location"), format!("{case}?done=signed"));
    let early = portal.post(&withdraw, &seat, &[("decision", &ids[0]), ("reason", "no")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.text);
    assert!(early.text.contains("value=\"no\""));
    let reopen = format!("{case}/reopen");
    let done = portal.post(&reopen, &seat, &[("decision", &ids[0]), ("reason", "the watchdog is off")]).await;
    let page = portal.get(done.header("location"), Some(&seat)).await;
    assert!(page.text.contains("Void: the record changed since"), "{}", page.text);
    // Undo takes both back at once, and nothing else waits.
    let both =
        [("decision", ids[0].as_str()), ("decision", &ids[1]), ("reason", "at once"), ("next", "/inbox")];
    let undone = portal.post(&withdraw, &seat, &both).await;
    assert_eq!(undone.header("location"), "/inbox", "{}", undone.text);
    let page = portal.get(&case, Some(&seat)).await;
    assert!(!page.text.contains(&format!("action=\"{case}/sign\"")), "something waits still");
    let foreign = portal.post(&withdraw, &seat, &[("decision", "no-such-id"), ("reason", "x")]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_inbox_accepts_declines_and_undoes() {
    let portal = Portal::new();
    fill(&portal);
    let seat = portal.seat(Role::Analyst);
    let page = portal.get("/inbox", Some(&seat)).await;
    for key in ["1", "2", "3", "h", "o"] {
        assert!(page.text.contains(&format!("data-key=\"{key}\"")), "the inbox has no {key}");
    }
    let accept = format!("/cases/{CVE}/propose");
    assert!(page.text.contains(&format!("action=\"{accept}\"")), "{}", page.text);
    let fields = [
        ("status", "under_investigation"),
        ("why", "looked at"),
        ("scope", "pump@1"),
        ("scope", "pump@2"),
        ("next", "/inbox?view=waiting"),
    ];
    let accepted = portal.post(&accept, &seat, &fields).await;
    assert_eq!(accepted.header("location"), "/inbox?view=waiting&done=proposed&case=CASE-0001");
    let page = portal.get(accepted.header("location"), Some(&seat)).await;
    assert!(page.text.contains("under investigation is proposed in CASE-0001"), "{}", page.text);
    assert!(page.text.contains("data-key=\"z\"") && !page.text.contains("data-key=\"1\""));
    for (then, expected) in [
        ("decline", "/cases/CASE-0001?done=found&choose=decline#decide"),
        ("duplicate", "/cases/CASE-0001?done=found&choose=duplicate#alike"),
        ("snooze", "/cases/CASE-0001?done=found&choose=snooze#assess"),
    ] {
        let led = portal.post("/cases", &seat, &[("vulnerability", CVE), ("then", then)]).await;
        assert_eq!(led.header("location"), expected);
    }
    let declining = portal.get("/cases/CASE-0001?choose=decline", Some(&seat)).await;
    assert!(declining.text.contains("value=\"not_affected\" checked"), "{}", declining.text);
    let away = portal.post(&accept, &seat, &[&fields[..4], &[("next", "//evil.example")]].concat()).await;
    assert!(away.header("location").starts_with("/?done=proposed"), "{}", away.header("location"));
}
