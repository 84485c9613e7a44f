//! What people decided stays decided when the machine's word changes, and the sum closes all the way.

use app::{
    Viewer,
    account::{ReleaseAccount, account},
    decision::{self, Proposal, decide},
    inventory,
    person::{self, NewPerson},
    signing::{Signing, sign},
    sweep::sweep,
};
use domain::{
    act::Authentication,
    decision::{Justification, VexStatus},
    ledger::AsOf,
    person::Role,
    signature::Meaning,
};
use testkit::both;

use crate::support::{Workspace, lay_down, sbom};

const PASSWORD: &str = "correct horse battery";

/// Open, decided, another version, no such component.
fn buckets(workspace: &Workspace, as_of: AsOf, release: &str) -> (i64, i64, i64, i64) {
    let report = account(&workspace.app, &workspace.console, as_of, Some(release)).unwrap();
    let ReleaseAccount { open, decided, excluded, closes, note, .. } = &report.releases[0];
    assert!(closes, "{release}: {note:?}");
    (*open, *decided, excluded.version, excluded.no_such_component)
}

fn propose(workspace: &Workspace, vulnerability: &str, release: &str) {
    let proposal = Proposal {
        case: vulnerability.to_owned(),
        releases: vec![release.to_owned()],
        status: VexStatus::NotAffected,
        justification: Some(Justification::VulnerableCodeNotPresent),
        impact_statement: None,
        action_statement: None,
        risk: None,
        rationale: "The module is not linked.".to_owned(),
        preconditions: Vec::new(),
        review_on: None,
    };
    decide(&workspace.app, &workspace.console, &proposal, "a test").unwrap();
}

fn approve(workspace: &Workspace, approver: &Viewer, vulnerability: &str) {
    let signing = Signing {
        case: vulnerability.to_owned(),
        decisions: Vec::new(),
        meaning: Meaning::Approval,
        password: PASSWORD.to_owned(),
        zone: None,
    };
    sign(&workspace.app, approver, &signing, "a test").unwrap();
}

#[test]
fn a_signed_decision_stays_decided() {
    both(|engine| {
        let workspace = Workspace::new(engine);
        let (app, console) = (&workspace.app, &workspace.console);
        lay_down(&workspace.feeds());
        workspace.import(&workspace.feeds());
        workspace.fill();
        sweep(app, console, false).unwrap();
        let approver = NewPerson {
            name: "Approver".to_owned(),
            email: "approver@example.org".to_owned(),
            roles: vec![Role::Quality],
            audiences: Vec::new(),
            password: Some(PASSWORD.to_owned()),
        };
        let approver = person::add(app, console, approver, "a test").unwrap();
        let approver = Viewer::person(approver, Authentication::Session);
        assert_eq!(buckets(&workspace, AsOf::Now, "pump@1"), (2, 0, 1, 1));
        assert_eq!(buckets(&workspace, AsOf::Now, "pump@2"), (1, 0, 2, 1));

        propose(&workspace, "CVE-2024-0001", "pump@1");
        assert_eq!(buckets(&workspace, AsOf::Now, "pump@1"), (2, 0, 1, 1));
        approve(&workspace, &approver, "CVE-2024-0001");
        assert_eq!(buckets(&workspace, AsOf::Now, "pump@1"), (1, 1, 1, 1));
        let signed_at = app.now();

        // The component is updated: the verdict is closed, the decision stands.
        workspace.clock.set("2026-03-02T09:00:00Z".parse().unwrap());
        let updated = sbom("v1.4.0", false);
        inventory::add(app, console, "pump@1", "sbom.json", updated.as_bytes(), "an update").unwrap();
        sweep(app, console, false).unwrap();
        assert_eq!(buckets(&workspace, AsOf::Now, "pump@1"), (1, 1, 1, 1));
        assert_eq!(buckets(&workspace, AsOf::At(signed_at), "pump@1"), (1, 1, 1, 1));

        // Never matched there, decided by a person all the same; before and after the next sweep.
        propose(&workspace, "CVE-2024-0001", "pump@2");
        assert_eq!(buckets(&workspace, AsOf::Now, "pump@2"), (1, 0, 2, 1));
        approve(&workspace, &approver, "CVE-2024-0001");
        assert_eq!(buckets(&workspace, AsOf::Now, "pump@2"), (1, 1, 1, 1));
        for full in [false, true] {
            sweep(app, console, full).unwrap();
            assert_eq!(buckets(&workspace, AsOf::Now, "pump@2"), (1, 1, 1, 1));
        }

        // The part goes altogether: another bucket to take it out of.
        workspace.clock.set("2026-03-03T09:00:00Z".parse().unwrap());
        let without = sbom("v1.4.0", true).replace("example.org/meter", "example.org/gauge");
        inventory::add(app, console, "pump@2", "sbom.json", without.as_bytes(), "without it").unwrap();
        assert!(!account(app, console, AsOf::Now, Some("pump@2")).unwrap().closes());
        sweep(app, console, false).unwrap();
        assert_eq!(buckets(&workspace, AsOf::Now, "pump@2"), (1, 1, 1, 1));

        // Opened again, it is the machine's word that counts.
        let decided = app.store.read(AsOf::Now, |view| view.decision_marks(None, &console.audiences));
        let decided = decided.unwrap_or_else(|error: store::StoreError| panic!("{error}"));
        let of_two = decided.iter().find(|mark| {
            let release = app.store.read(AsOf::Now, |view| view.release(&mark.release, &console.audiences));
            release.unwrap_or_else(|error: store::StoreError| panic!("{error}")).unwrap().version == "2"
        });
        decision::reopen(app, console, &of_two.unwrap().id, "the module is back").unwrap();
        assert_eq!(buckets(&workspace, AsOf::Now, "pump@2"), (1, 0, 1, 2));
        assert_eq!(store::verify(&app.store, None).unwrap().damage, None);
    });
}
