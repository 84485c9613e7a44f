//! OpenVEX of a case.

use app::{AppError, decision::decide, export::export_vex, signing};
use domain::{decision::VexStatus, ledger::AsOf, person::Role, signature::Meaning};
use testkit::both;

use crate::support::{CVE, PASSWORD, add, filled, proposal, viewer};

#[test]
fn only_what_is_signed_leaves() {
    both(|engine| {
        let desk = filled(engine);
        let ana = viewer(&add(&desk, "Ana Analyst", &[Role::Analyst]));
        decide(&desk.app, &ana, &proposal(CVE, &["pump@1"], VexStatus::NotAffected), "").unwrap();
        let export = || export_vex(&desk.app, &ana, AsOf::Now, CVE);
        assert!(matches!(export(), Err(AppError::Conflict(_))));
        let signing = signing::Signing {
            case: CVE.to_owned(),
            decisions: Vec::new(),
            meaning: Meaning::Authorship,
            password: PASSWORD.to_owned(),
            zone: None,
        };
        signing::sign(&desk.app, &ana, &signing, "").unwrap();
        let first = export().unwrap();
        assert_eq!((first.statements, first.withheld), (1, 0));
        assert_eq!(first.unsigned, ["programmer@1", "pump@2"]);
        let value: serde_json::Value = serde_json::from_str(&first.text).unwrap();
        assert_eq!(value["author"], "Nordmed Example AS");
        assert_eq!(value["version"], 1);
        assert_eq!(value["timestamp"], "2026-11-17T08:00:00Z");
        let product = &value["statements"][0]["products"][0];
        assert_eq!(product["@id"], "pkg:generic/pump@1?udi_di=04012345678901");
        assert_eq!(product["subcomponents"][0]["@id"], "pkg:deb/debian/linux@6.1.55");
        assert!(!first.text.contains("nf_tables is not compiled"), "the rationale is internal");
        // A proposal changes nothing; a signature makes the next version.
        desk.clock.advance(jiff::SignedDuration::from_hours(1));
        let then = desk.app.now();
        desk.clock.advance(jiff::SignedDuration::from_hours(1));
        decide(&desk.app, &ana, &proposal(CVE, &["pump@1"], VexStatus::Fixed), "").unwrap();
        assert_eq!(export().unwrap().text, first.text);
        signing::sign(&desk.app, &ana, &signing, "").unwrap();
        let second: serde_json::Value = serde_json::from_str(&export().unwrap().text).unwrap();
        assert_eq!(second["version"], 2);
        assert_eq!(second["statements"][0]["status"], "fixed");
        assert_eq!(export_vex(&desk.app, &ana, AsOf::At(then), CVE).unwrap().text, first.text, "as of then");
    });
}
