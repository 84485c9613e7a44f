//! Need-to-know over HTTP, products: two workspaces that differ by one product under a label, and by what was decided of it,
//! answer alike to whoever is not on its list, on every page and in every receipt, as of the past too.

use super::{
    fielded::{METER, OTHER, fielded, sbom},
    need_to_know::{addresses, masked, seat},
    support::Portal,
};
use app::{
    case::{self, NewCase},
    decision, inventory,
    product::{self, NewProduct},
    release::{self, NewRelease},
    sweep::sweep,
    unit::{self, NewUnit},
    watch::{FindingFilter, FindingSort, findings},
};
use axum::http::StatusCode;
use domain::{decision::VexStatus, ledger::AsOf};

const LABEL: &str = "prototype-9";
const SECRETS: [&str; 4] = ["Quiet ghost", "quiet-ghost", LABEL, "G-1"];

/// `fielded` twice; in one there is a product under a label, with parts that others hold and parts that nobody else does,
/// with a unit, and with decisions on a flaw that everybody knows of and on one that touches it alone.
fn portals() -> (Portal, Portal, String) {
    let (plain, secret) = (fielded(), fielded());
    let (app, console) = (&secret.app, secret.app.console().unwrap());
    let console = app::Viewer::console([console.audiences, vec![LABEL.to_owned()]].concat());
    let new = NewProduct {
        name: "Quiet ghost".to_owned(),
        audience: Some(LABEL.to_owned()),
        ..NewProduct::default()
    };
    product::add(app, &console, new).unwrap();
    for (version, meter) in [("1", "v1.3.0"), ("2", "v1.2.0")] {
        let new = NewRelease {
            product: "quiet-ghost".to_owned(),
            version: version.to_owned(),
            ..NewRelease::default()
        };
        release::add(app, &console, new).unwrap();
        let document = sbom(meter).replace("quiet", "other").replace("other@v2.0.0", "other@v1.0.0");
        let reference = format!("quiet-ghost@{version}");
        inventory::add(app, &console, &reference, "ghost.cdx.json", document.as_bytes(), "").unwrap();
    }
    let new = NewUnit {
        serial: "G-1".to_owned(),
        product: "quiet-ghost".to_owned(),
        release: Some("1".to_owned()),
        site: Some("North".to_owned()),
        ..NewUnit::default()
    };
    unit::add(app, &console, new).unwrap();
    for portal in [&plain, &secret] {
        portal.clock.advance(jiff::SignedDuration::from_mins(5));
        // The second time everything is asked again.
        for full in [false, true] {
            sweep(&portal.app, &portal.app.console().unwrap(), full).unwrap();
        }
    }
    for portal in [&plain, &secret] {
        let new = NewCase { vulnerability: METER.to_owned(), ..NewCase::default() };
        case::open(&portal.app, &portal.app.console().unwrap(), new, "published").unwrap();
    }
    let proposal = |case: &str, releases: &[&str]| decision::Proposal {
        case: case.to_owned(),
        releases: releases.iter().map(|release| (*release).to_owned()).collect(),
        status: VexStatus::UnderInvestigation,
        justification: None,
        impact_statement: None,
        action_statement: None,
        risk: None,
        rationale: "It is looked at.".to_owned(),
        preconditions: Vec::new(),
        review_on: None,
    };
    decision::decide(app, &console, &proposal(METER, &["quiet-ghost@1"]), "a prototype").unwrap();
    let (case, decisions) = decision::decide(app, &console, &proposal(OTHER, &[]), "a prototype").unwrap();
    assert_eq!((case.audience.0.as_str(), decisions.len()), (LABEL, 2));
    for portal in [&plain, &secret] {
        portal.clock.advance(jiff::SignedDuration::from_mins(5));
        sweep(&portal.app, &portal.app.console().unwrap(), false).unwrap();
    }
    let filter = FindingFilter { text: Some(OTHER.to_owned()), ..FindingFilter::default() };
    let found = findings(app, &console, AsOf::Now, &filter, FindingSort::Name, None, 9).unwrap().groups;
    (plain, secret, found[0].vulnerability.clone())
}

#[tokio::test]
async fn no_page_tells_of_a_product_whom_it_does_not_concern() {
    let (plain, secret, vulnerability) = portals();
    let (stranger, outsider) = (seat(&plain, "reader", &[]), seat(&secret, "reader", &[]));
    seat(&plain, "holder", &[]);
    let holder = seat(&secret, "holder", &[LABEL]);
    let mut seen_by_holder = 0;
    for address in addresses([OTHER, METER], &vulnerability, "CASE-0001") {
        let told = secret.get(&address, Some(&outsider)).await;
        let other = plain.get(&address, Some(&stranger)).await;
        for secret in SECRETS {
            assert!(!told.text.contains(secret), "{address} tells {secret}: {}", told.text);
        }
        assert_eq!(told.status, other.status, "{address}");
        assert_eq!(
            masked(&told.text.replace(&vulnerability, "*")),
            masked(&other.text.replace(&vulnerability, "*")),
            "{address}"
        );
        let held = secret.get(&address, Some(&holder)).await;
        seen_by_holder += usize::from(held.text.contains("Quiet ghost"));
    }
    assert!(seen_by_holder > 5, "the list itself sees it: {seen_by_holder}");
    for release in ["quiet-ghost@1", "quiet-ghost@2"] {
        let told = secret.get(&format!("/releases/{release}"), Some(&outsider)).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND);
        let held = secret.get(&format!("/releases/{release}"), Some(&holder)).await;
        assert_eq!(held.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn no_receipt_tells_of_it_either() {
    let (plain, secret, _) = portals();
    let (stranger, outsider) = (seat(&plain, "reader", &[]), seat(&secret, "reader", &[]));
    let mut pages = Vec::new();
    for (portal, reader) in [(&plain, &stranger), (&secret, &outsider)] {
        let mut told = Vec::new();
        for entry in 1..=app::ledger::head(&portal.app, AsOf::Now).unwrap() {
            let page = portal.get(&format!("/ledger/{entry}"), Some(reader)).await;
            if page.status == StatusCode::OK {
                for secret in SECRETS {
                    assert!(!page.text.contains(secret), "entry {entry} tells {secret}: {}", page.text);
                }
                told.push(masked(&page.text.replace("&#34;", "\"")));
            }
        }
        pages.push(told);
    }
    let secret = pages.pop().unwrap();
    let plain = pages.pop().unwrap();
    assert_eq!(plain.len(), secret.len());
    for (plain, secret) in plain.iter().zip(&secret) {
        assert_eq!(plain, secret);
    }
}
