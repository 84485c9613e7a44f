//! The ledger as people read it: pages, entries, checkpoints, bundles.

use app::{AppError, decision::decide, ledger, signing};
use domain::{decision::VexStatus, ledger::AsOf, person::Role, signature::Meaning};
use store::{Consistency, ledger::EntryFilter};
use testkit::both;

use crate::support::{CVE, PASSWORD, add, filled, proposal, viewer};

#[test]
fn the_ledger_is_read_and_proved() {
    both(|engine| {
        let desk = filled(engine);
        let person = add(&desk, "Ana Analyst", &[Role::Analyst]);
        let ana = viewer(&person);
        let vic = viewer(&add(&desk, "Vic Viewer", &[Role::Viewer]));
        assert!(matches!(
            ledger::list(&desk.app, &vic, AsOf::Now, &EntryFilter::All, None, 1),
            Err(AppError::Denied(_))
        ));
        decide(&desk.app, &ana, &proposal(CVE, &["pump@1"], VexStatus::Fixed), "").unwrap();
        let (_, file) = ledger::checkpoint(&desk.app).unwrap();
        let signing = signing::Signing {
            case: CVE.to_owned(),
            decisions: Vec::new(),
            meaning: Meaning::Authorship,
            password: PASSWORD.to_owned(),
            zone: None,
        };
        signing::sign(&desk.app, &ana, &signing, "").unwrap();
        let all = ledger::list(&desk.app, &ana, AsOf::Now, &EntryFilter::All, None, 100).unwrap();
        let mut paged = Vec::new();
        let mut below = None;
        loop {
            let page = ledger::list(&desk.app, &ana, AsOf::Now, &EntryFilter::All, below, 2).unwrap();
            let Some(last) = page.last() else { break };
            below = Some(last.sequence);
            paged.extend(page);
        }
        assert_eq!(paged, all);
        let actor = EntryFilter::Actor(format!("person:{}", person.id));
        let mine = ledger::list(&desk.app, &ana, AsOf::Now, &actor, None, 100).unwrap();
        assert_eq!(
            mine.iter().map(|e| e.action.as_str()).collect::<Vec<_>>(),
            ["decision.sign", "decision.propose"]
        );
        let shown = ledger::show(&desk.app, &ana, mine[1].sequence).unwrap();
        let tables: Vec<&str> = shown.touches.iter().map(|touches| touches.table).collect();
        assert_eq!(tables, ["case_record", "decision"]);
        assert!(shown.touches[1].opened[0].columns.contains(&("status", "fixed".to_owned())));
        assert!(matches!(ledger::show(&desk.app, &ana, 999), Err(AppError::NotFound { .. })));
        // A signature leaves a checkpoint, and today's ledger extends the earlier one.
        let newest = desk.app.folder.join("checkpoints").join(format!("{:012}.checkpoint", all[0].sequence));
        assert!(newest.exists());
        let verification = ledger::verify(&desk.app, &ana, Some(&file)).unwrap();
        assert!(verification.holds(), "{:?}", verification.verified.damage);
        assert!(matches!(verification.consistency, Some(Consistency::Extends { .. })));
        assert_eq!(fields_of_bad_checkpoint(&desk.app, &ana), ["checkpoint"]);
        // A bundle verifies alone, and never overwrites.
        let bundle = desk.app.folder.join("bundle.jsonl");
        let report = ledger::export_to(&desk.app, &ana, &bundle).unwrap();
        assert!(matches!(ledger::export_to(&desk.app, &ana, &bundle), Err(AppError::File { .. })));
        let verified = ledger::verify_bundle(&bundle).unwrap().unwrap();
        assert_eq!((verified.entries, verified.withheld_entries), (report.entries, report.withheld_entries));
    });
}

fn fields_of_bad_checkpoint(app: &app::App, viewer: &app::Viewer) -> Vec<String> {
    let path = app.folder.join("no.checkpoint");
    std::fs::write(&path, "hello").unwrap();
    crate::support::fields(ledger::verify(app, viewer, Some(&path)))
}

#[test]
fn as_of_is_a_moment_or_the_end_of_a_day() {
    both(|engine| {
        let desk = filled(engine);
        let at = |text: &str| match desk.app.as_of(Some(text)) {
            Ok(AsOf::At(moment)) => moment.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(at("2026-03-03T12:00:00+02:00"), "2026-03-03T10:00:00Z");
        assert_eq!(at("2026-03-03"), "2026-03-03T22:59:59.999999999Z");
        assert!(matches!(desk.app.as_of(None), Ok(AsOf::Now)));
        assert!(matches!(desk.app.as_of(Some(" ")), Ok(AsOf::Now)));
        assert_eq!(crate::support::fields(desk.app.as_of(Some("yesterday"))), ["as_of"]);
    });
}
