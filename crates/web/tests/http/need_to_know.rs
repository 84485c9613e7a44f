//! Need-to-know over HTTP: a private record is put in, and every page and every answer of the API is the same as without it,
//! for whoever is not on its list; as of the past too.

use std::fs;

use app::{
    case::{self, NewCase},
    decision,
    import::{ImportRequest, import_private},
    label, person, session,
    sweep::sweep,
    watch::{FindingFilter, FindingSort, findings},
};
use axum::http::StatusCode;
use domain::{ledger::AsOf, person::Role};
use web::policy::{Method, ROUTES};

use super::{
    fielded::fielded,
    support::{Answer, PASSWORD, Portal, Seat},
};

const OWN: &str = "ACME-2026-0001";
const CVE: &str = "CVE-2026-7777";
/// As long, and known to nobody.
const NOBODY: [(&str, &str); 2] = [(OWN, "ACME-2026-0002"), (CVE, "CVE-2026-7778")];
const LABEL: &str = "embargo-7";
const SECRETS: [&str; 5] = [OWN, CVE, LABEL, "undisclosed", "Quiet before the storm"];

pub(super) fn seat(portal: &Portal, name: &str, audiences: &[&str]) -> Seat {
    let email = format!("{name}@example.org");
    let new = person::NewPerson {
        name: name.to_owned(),
        email: email.clone(),
        roles: vec![Role::Analyst, Role::Auditor],
        audiences: audiences.iter().map(|label| (*label).to_owned()).collect(),
        password: Some(PASSWORD.to_owned()),
    };
    person::add(&portal.app, &portal.app.console().unwrap(), new, "for the test").unwrap();
    let (token, session) = session::sign_in(&portal.app, &email, PASSWORD).unwrap();
    Seat { token, form_token: session.csrf }
}

/// The same portfolio twice; in one a private flaw was learned, swept, opened as a case and proposed on.
fn portals() -> (Portal, Portal, String) {
    let (plain, secret) = (fielded(), fielded());
    for portal in [&plain, &secret] {
        portal.clock.advance(jiff::SignedDuration::from_mins(5));
    }
    let file = secret.folder.path().join("own.json");
    let record = format!(
        r#"{{"schema_version":"1.4.0","id":"{OWN}","modified":"2026-11-01T00:00:00Z","aliases":["{CVE}"],
        "summary":"An undisclosed flaw in the quiet part","affected":[{{"package":{{"ecosystem":"Go",
        "name":"example.org/quiet"}},"ranges":[{{"type":"SEMVER","events":[{{"introduced":"0"}}]}}]}}]}}"#
    );
    fs::write(&file, record).unwrap();
    let request = ImportRequest { paths: vec![file], source: None };
    import_private(&secret.app, &secret.app.console().unwrap(), LABEL, &request, &|_| {}).unwrap();
    for portal in [&plain, &secret] {
        sweep(&portal.app, &portal.app.console().unwrap(), false).unwrap();
    }
    let console = secret.app.console().unwrap();
    let title = Some("Quiet before the storm".to_owned());
    let new = NewCase { vulnerability: CVE.to_owned(), title, ..NewCase::default() };
    let case = case::open(&secret.app, &console, new, "an embargo").unwrap();
    let proposal = decision::Proposal {
        case: case.label(),
        releases: Vec::new(),
        status: domain::decision::VexStatus::UnderInvestigation,
        justification: None,
        impact_statement: None,
        action_statement: None,
        risk: None,
        rationale: "It is looked at.".to_owned(),
        preconditions: Vec::new(),
        review_on: None,
    };
    decision::decide(&secret.app, &console, &proposal, "an embargo").unwrap();
    let filter = FindingFilter { text: Some(CVE.to_owned()), ..FindingFilter::default() };
    let found =
        findings(&secret.app, &console, AsOf::Now, &filter, FindingSort::Name, None, 9).unwrap().groups;
    for portal in [&plain, &secret] {
        portal.clock.advance(jiff::SignedDuration::from_mins(5));
    }
    (plain, secret, found[0].vulnerability.clone())
}

/// Every route that is read, with what a curious person would put in: names of flaws, the id of one, a case.
pub(super) fn addresses(names: [&str; 2], vulnerability: &str, case: &str) -> Vec<String> {
    let [own, cve] = names;
    let mut all = Vec::new();
    for route in ROUTES.iter().filter(|route| route.method == Method::Get) {
        let paths = match route.path {
            "/cases/{case}" => {
                vec![format!("/cases/{case}"), "/cases/CASE-0001".to_owned(), format!("/cases/{cve}")]
            }
            path if path.contains("{release}") => vec![path.replace("{release}", "pump@1")],
            // The ledger has a test of its own, the door shows nothing of the record.
            path if path.contains("ledger") || path.contains("{file}") => continue,
            path => vec![path.to_owned()],
        };
        for path in paths {
            let questions = [
                String::new(),
                format!("q={cve}"),
                format!("q={own}"),
                format!("filter={cve}"),
                format!("group={vulnerability}"),
                format!("after={vulnerability}"),
                format!("vulnerability={cve}&release=pump@1"),
                format!("vulnerability={own}&release=pump@1"),
            ];
            for question in questions {
                for moment in ["", "as_of=2026-11-17T08:30:00Z", "as_of=2026-11-17T08:20:00Z"] {
                    let query = [question.as_str(), moment].into_iter().filter(|part| !part.is_empty());
                    let query = query.collect::<Vec<_>>().join("&");
                    all.push(if query.is_empty() { path.clone() } else { format!("{path}?{query}") });
                }
            }
        }
    }
    all
}

/// Without what tells two workspaces apart whatever they hold: ids, digests, tokens, numbers of ledger entries.
pub(super) fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut before = String::new();
    for piece in text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
        let word = piece.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        let hex = word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        let entry = ["entry", "ledger", "entries", "to", "sequence", "since"];
        let entry = entry.iter().any(|word| before.eq_ignore_ascii_case(word));
        let number = !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
        if (hex && (word.len() >= 12 || word.len() == 4)) || (number && entry) {
            masked.push('*');
            masked.push_str(&piece[word.len()..]);
        } else {
            masked.push_str(piece);
        }
        if !word.is_empty() {
            before = word.to_owned();
        }
    }
    masked
}

/// What was asked comes back on a page; that alone is no leak.
fn without_question(address: &str, text: &str) -> String {
    let mut text = text.to_owned();
    for (asked, nobody) in NOBODY {
        if address.contains(asked) {
            text = text.replace(asked, nobody);
        }
    }
    text
}

#[tokio::test]
async fn no_page_tells_who_is_not_on_the_list() {
    let (plain, secret, vulnerability) = portals();
    let (stranger, outsider) = (seat(&plain, "reader", &[]), seat(&secret, "reader", &[]));
    let holder = seat(&secret, "holder", &[LABEL]);
    let case = case::show(&secret.app, &secret.app.console().unwrap(), AsOf::Now, CVE).unwrap().case.id.0;
    let mut seen_by_holder = 0;
    for address in addresses([OWN, CVE], &vulnerability, &case) {
        let told = secret.get(&address, Some(&outsider)).await;
        assert!(!told.status.is_server_error(), "{address}: {}", told.text);
        let question =
            without_question(&address, &told.text).replace(&vulnerability, "*").replace(&case, "*");
        for secret in SECRETS {
            assert!(!question.contains(secret), "{address} tells {secret}: {}", told.text);
        }
        if address.starts_with("/cases/") {
            assert_eq!(told.status, StatusCode::NOT_FOUND, "{address}: not there, rather than forbidden");
        }
        // A name that is known to nobody is answered alike, in a workspace that knows nothing of all this.
        let mut elsewhere = address.clone();
        for (asked, nobody) in NOBODY {
            elsewhere = elsewhere.replace(asked, nobody);
        }
        let other: Answer = plain.get(&elsewhere, Some(&stranger)).await;
        assert_eq!(told.status, other.status, "{address}");
        assert_eq!(
            masked(&question),
            masked(&other.text.replace(&vulnerability, "*").replace(&case, "*")),
            "{address}"
        );
        let held = secret.get(&address, Some(&holder)).await;
        seen_by_holder += usize::from(held.text.contains("undisclosed"));
        // What its corpus says of a name is of today; what the portfolio had of it is of then.
        let of_today = address.starts_with("/impact?q") || address.starts_with("/explain");
        assert!(of_today || !address.contains("08:20") || !held.text.contains("undisclosed"), "{address}");
    }
    assert!(seen_by_holder > 5, "the list itself sees it: {seen_by_holder}");
    for address in ["/inbox", &format!("/impact?q={CVE}"), &format!("/cases/{case}"), "/cases/CASE-0001"] {
        assert_eq!(secret.get(address, Some(&holder)).await.status, StatusCode::OK, "{address}");
    }
    let explained = secret.get(&format!("/explain?vulnerability={OWN}&release=pump@1"), Some(&holder)).await;
    assert!(explained.text.contains(&format!("private corpus {LABEL}")), "{}", explained.text);
}

#[tokio::test]
async fn the_ledger_tells_that_entries_are_withheld_and_nothing_of_them() {
    let (_plain, secret, _) = portals();
    let outsider = seat(&secret, "reader", &[]);
    let holder = seat(&secret, "holder", &[LABEL]);
    let head = app::ledger::head(&secret.app, AsOf::Now).unwrap();
    let mut withheld = 0;
    for entry in 1..=head {
        let told = secret.get(&format!("/ledger/{entry}"), Some(&outsider)).await;
        for secret in SECRETS {
            assert!(!told.text.contains(secret), "entry {entry} tells {secret}: {}", told.text);
        }
        if told.status == StatusCode::NOT_FOUND {
            withheld += 1;
            let held = secret.get(&format!("/ledger/{entry}"), Some(&holder)).await;
            assert_eq!(held.status, StatusCode::OK);
        }
    }
    // Learned, swept, opened, proposed.
    assert_eq!(withheld, 4);
    for address in ["/ledger", "/api/v1/ledger", "/ledger?as_of=2026-11-17T08:30:00Z"] {
        let told = secret.get(address, Some(&outsider)).await;
        assert_eq!(told.status, StatusCode::OK);
        for secret in SECRETS {
            assert!(!told.text.contains(secret), "{address} tells {secret}: {}", told.text);
        }
    }
}

#[tokio::test]
async fn administrators_are_told_of_a_label_that_nobody_holds_and_can_mend_it() {
    let (_plain, secret, _) = portals();
    let admin = secret.seat(Role::Administrator);
    let reader = seat(&secret, "reader", &[]);
    let warning = format!("label {LABEL}: nobody holds it");
    for address in ["/", "/watch", "/people"] {
        let page = secret.get(address, Some(&admin)).await;
        assert!(page.text.contains(&warning), "{address}: {}", page.text);
        assert!(!page.text.contains(CVE) && !page.text.contains("undisclosed"), "{address}");
    }
    assert!(!secret.get("/watch", Some(&reader)).await.text.contains(LABEL));
    assert_eq!(secret.get("/people", Some(&reader)).await.status, StatusCode::FORBIDDEN);

    let fields =
        |reason| [("person", "reader@example.org"), ("label", LABEL), ("reason", reason), ("do", "grant")];
    let held = secret.post("/people", &admin, &fields("")).await;
    assert_eq!(held.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(held.text.contains("id=\"reason-error\""), "{}", held.text);
    let done = secret.post("/people", &admin, &fields("handles the embargo")).await;
    assert_eq!(done.header("location"), "/people", "{}", done.text);
    assert!(!secret.get("/people", Some(&admin)).await.text.contains(&warning));
    assert!(secret.get("/inbox", Some(&reader)).await.text.contains(CVE), "from the next page on");
    let mut off = fields("the embargo ended");
    off[3] = ("do", "revoke");
    assert_eq!(secret.post("/people", &admin, &off).await.header("location"), "/people");
    assert!(!secret.get("/inbox", Some(&reader)).await.text.contains(CVE));
    assert_eq!(label::unheld(&secret.app, &secret.app.console().unwrap()).unwrap().len(), 1);
}
