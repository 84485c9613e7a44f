//! The portfolio over HTTP: products, one release, units, "are we hit?", and the watch's calendar.

use axum::http::StatusCode;
use domain::person::Role;

use super::{
    fielded::{METER, OTHER, fielded},
    support::{Portal, Seat},
};

async fn page(portal: &Portal, seat: &Seat, path: &str) -> String {
    let answer = portal.get(path, Some(seat)).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    answer.text
}

/// The words of a page without its markup.
fn words(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
        if letter == '>' {
            text.push(' ');
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",")
}

fn has(text: &str, wanted: &str) {
    assert!(text.contains(wanted), "no `{wanted}` in:\n{text}");
}

#[tokio::test]
async fn the_portfolio_counts_what_is_in_the_field() {
    let portal = fielded();
    let seat = portal.seat(Role::Viewer);
    let html = page(&portal, &seat, "/products").await;
    let text = words(&html);
    has(&text, "7 units in 3 releases, on 2 sites");
    has(&text, "1 unit is of an unknown release");
    has(&text, "1 release has no inventory");
    has(&text, "after 1");
    has(&html, "href=\"/releases/pump@1\"");
    has(&html, "href=\"/units?product=pump&#38;release=unknown\"");
    let without = words(&page(&portal, &seat, "/products?inventory=none").await);
    has(&without, "Lamp 1");
    assert!(!without.contains("Pump 1"), "{without}");
    let before = words(&page(&portal, &seat, "/products?as_of=2026-11-17T08:00:00Z").await);
    has(&before, "No product is on record.");
}

#[tokio::test]
async fn a_release_tells_whether_anything_could_warn_us() {
    let portal = fielded();
    let seat = portal.seat(Role::Viewer);
    let html = page(&portal, &seat, "/releases/pump@1").await;
    let text = words(&html);
    for wanted in
        ["Pump 1", "CycloneDX JSON 1.5, received Tue 17 Nov 2026", "house library", "Vulnerabilities known"]
    {
        has(&text, wanted);
    }
    has(&html, "href=\"/inbox?group=CVE-2024-0001\"");
    has(&html, "href=\"/units?release=pump@1&#38;country=NO\"");
    has(&text, "4 components, unaccounted 0");
    has(&text, "Unaccounted 0");
    let searched = words(&page(&portal, &seat, "/releases/pump@1?q=QUIET").await);
    has(&searched, "pkg:golang/example.org/quiet@v2.0.0");
    assert!(!searched.contains("pkg:golang/example.org/meter"), "{searched}");
    let nothing = words(&page(&portal, &seat, "/releases/pump@1?q=telnetd").await);
    has(&nothing, "No component of this release matches");
    let blind = words(&page(&portal, &seat, "/releases/pump@1?watched=nothing").await);
    assert!(!blind.contains("pkg:golang"), "{blind}");
    let changed = words(&page(&portal, &seat, "/releases/pump@2").await);
    has(&changed, "Changed since 1");
    has(&changed, "v1.3.0 → v1.4.0");
    has(&changed, "1 fewer open");
    let bare = words(&page(&portal, &seat, "/releases/lamp@1").await);
    has(&bare, "nothing can warn us about this release");
    let unknown = portal.get("/releases/pump@9", Some(&seat)).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_sbom_leaves_as_the_file_that_came() {
    let portal = fielded();
    let seat = portal.seat(Role::Viewer);
    let answer = portal.get("/releases/pump@1/sbom", Some(&seat)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"pump.cdx.json\"");
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    has(&answer.text, "\"bomFormat\":\"CycloneDX\"");
    let none = portal.get("/releases/lamp@1/sbom", Some(&seat)).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn units_are_listed_by_what_counts_them() {
    let portal = fielded();
    let seat = portal.seat(Role::Viewer);
    for (path, serials) in [
        ("/units", &["L-1", "L-2", "P-1", "P-2", "P-3", "P-4", "P-5"][..]),
        ("/units?release=pump@1", &["P-1", "P-2", "P-3"]),
        ("/units?release=pump@1&country=no", &["P-1"]),
        ("/units?release=pump@1&country=unknown", &["P-3"]),
        ("/units?release=pump@1&site=South", &["P-2"]),
        ("/units?release=unknown", &["P-5"]),
        ("/units?product=pump", &["P-1", "P-2", "P-3", "P-4", "P-5"]),
        ("/units?country=ES", &["L-2", "P-2", "P-5"]),
        ("/units?serial=P-4", &["P-4"]),
        ("/units?serial=P-9", &[]),
        ("/units?as_of=2026-11-17T08:00:00Z", &[]),
    ] {
        let html = page(&portal, &seat, path).await;
        let found: Vec<_> = ["L-1", "L-2", "P-1", "P-2", "P-3", "P-4", "P-5"]
            .into_iter()
            .filter(|serial| html.contains(&format!("class=\"mono\">{serial}</th>")))
            .collect();
        assert_eq!(found, serials, "{path}");
    }
    for path in ["/units?country=Spain", "/units?after=x"] {
        let refused = portal.get(path, Some(&seat)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
}

#[tokio::test]
async fn every_unit_of_the_fleet_is_in_one_part_of_the_answer() {
    let portal = fielded();
    let seat = portal.seat(Role::Analyst);
    let html = page(&portal, &seat, "/impact?q=cve-2024-0001").await;
    let text = words(&html);
    has(&text, "Not decided. 3 units in 1 release are in range");
    has(&text, "3 more cannot be ruled out");
    // Three pumps in range, one pump never read, two lamps without an SBOM, one pump that is fixed.
    has(&text, "7 units in all, unaccounted 0");
    has(&text, "Pump, release not known");
    has(&html, "href=\"/explain?vulnerability=CVE-2024-0001&#38;release=pump@1\"");
    has(&text, "Harm not judged");
    has(&text, "KEV not loaded");
    for (part, serials) in [
        ("", &["L-1", "L-2", "P-1", "P-2", "P-3", "P-5"][..]),
        ("&part=open", &["P-1", "P-2", "P-3"]),
        ("&part=unknown", &["L-1", "L-2", "P-5"]),
        ("&part=absent", &["P-4"]),
        ("&part=hit&country=NO", &["P-1"]),
        ("&part=unknown&country=ES", &["L-2", "P-5"]),
    ] {
        let html = page(&portal, &seat, &format!("/impact?q=CVE-2024-0001{part}")).await;
        let found: Vec<_> = ["L-1", "L-2", "P-1", "P-2", "P-3", "P-4", "P-5"]
            .into_iter()
            .filter(|serial| html.contains(&format!("class=\"mono\">{serial}</th>")))
            .collect();
        assert_eq!(found, serials, "{part}");
    }
    let other = words(&page(&portal, &seat, &format!("/impact?q={OTHER}")).await);
    has(&other, "No known release out of 3 is in range, but 2 units cannot be ruled out");
    has(&other, "7 units in all, unaccounted 0");
}

#[tokio::test]
async fn a_case_and_its_harm_stand_in_the_answer() {
    let portal = fielded();
    let seat = portal.seat(Role::Analyst);
    let console = portal.app.console().unwrap();
    let new = app::case::NewCase { vulnerability: METER.to_owned(), ..Default::default() };
    let case = app::case::open(&portal.app, &console, new, "for the test").unwrap();
    let assessment = app::case::Assessment {
        harm: Some(Some(domain::case::HarmSeverity::Critical)),
        ..Default::default()
    };
    app::case::assess(&portal.app, &console, &case.label(), assessment, "for the test").unwrap();
    let html = page(&portal, &seat, "/impact?q=CVE-2024-0001").await;
    has(&html, &format!("href=\"/cases/{}\"", case.label()));
    has(&words(&html), "Critical");
    let before = page(&portal, &seat, "/impact?q=CVE-2024-0001&as_of=2026-11-17T08:20:00Z").await;
    assert!(!before.contains(&format!("href=\"/cases/{}", case.label())), "the past knows of a later case");
}

#[tokio::test]
async fn a_name_of_something_else_leads_there() {
    let portal = fielded();
    let seat = portal.seat(Role::Analyst);
    let serial = page(&portal, &seat, "/impact?q=P-4").await;
    has(&words(&serial), "Unit P-4, which has pump@2");
    has(&serial, "href=\"/releases/pump@2#open\"");
    let component = page(&portal, &seat, "/impact?q=quiet").await;
    has(&words(&component), "quiet v2.0.0 in pump@1");
    let nothing = words(&page(&portal, &seat, "/impact?q=telnetd").await);
    has(&nothing, "That is no answer about your devices.");
    has(&words(&page(&portal, &seat, "/impact").await), "CVE-2024-0001, 3 units");
}

#[tokio::test]
async fn the_watch_shows_its_receipts_by_day() {
    let portal = fielded();
    let seat = portal.seat(Role::Viewer);
    let html = page(&portal, &seat, "/watch").await;
    has(&html, "aria-label=\"26 weeks: 1 day complete, 0 missed\"");
    has(&html, "<title>Tue 17 Nov 2026: 1 sweep, 1 new verdict</title>");
    has(&html, "href=\"/releases/pump@1?watched=nothing#components\"");
    portal.clock.advance(jiff::SignedDuration::from_hours(48));
    let seat = portal.seat(Role::Auditor);
    let later = page(&portal, &seat, "/watch").await;
    has(&later, "aria-label=\"26 weeks: 1 day complete, 1 missed\"");
    has(&words(&later), "Wed 18 Nov 2026: missed.");
    let before = page(&portal, &seat, "/watch?as_of=2026-11-17T08:15:00Z").await;
    assert!(!before.contains("26 weeks"), "the past knows of a later sweep");
}
