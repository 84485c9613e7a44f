//! Opening, assessing, moving, listing and remembering cases.

use app::{
    AppError, Viewer,
    case::{self, Assessment, NewCase},
    decision,
};
use domain::{
    case::{CaseStage, Exploitability, HarmSeverity},
    decision::VexStatus,
    ledger::AsOf,
    person::Role,
};
use store::case::{CaseFilter, CaseSort, OwnerFilter};
use testkit::both;

use crate::support::{CVE, Desk, SECRET_CVE, add, fields, filled, proposal, viewer};

fn open(desk: &Desk, by: &Viewer, name: &str) -> Result<domain::case::Case, AppError> {
    case::open(&desk.app, by, NewCase { vulnerability: name.to_owned(), ..NewCase::default() }, "looked at")
}

#[test]
fn a_case_is_opened_once_and_knows_when_the_firm_learned() {
    both(|engine| {
        let desk = filled(engine);
        let ana = viewer(&add(&desk, "Ana Analyst", &[Role::Analyst]));
        let auditor = viewer(&add(&desk, "Aud Auditor", &[Role::Auditor]));
        assert!(matches!(open(&desk, &auditor, CVE), Err(AppError::Denied(_))));
        assert!(matches!(open(&desk, &ana, "CVE-1999-0001"), Err(AppError::Missing { .. })));
        let made = open(&desk, &ana, "ghsa-AAAA-bbbb-cccc").unwrap_err();
        assert!(matches!(made, AppError::Missing { .. }), "names keep their case, CVE ids excepted: {made}");
        let made = open(&desk, &ana, "cve-2024-1086").unwrap();
        assert_eq!(made.label(), "CASE-0001");
        assert_eq!(made.learned_at, "2026-11-05T08:00:00Z".parse().unwrap());
        assert!(matches!(open(&desk, &ana, CVE), Err(AppError::Conflict(_))));
        for name in ["CASE-0001", "case-1", CVE, "GHSA-aaaa-bbbb-cccc", &made.id.0] {
            assert_eq!(case::show(&desk.app, &auditor, AsOf::Now, name).unwrap().case, made, "{name}");
        }
        // Later than the proof needs regulatory affairs; earlier does not.
        let learned =
            |moment: &str| Assessment { learned_at: Some(moment.parse().unwrap()), ..Assessment::default() };
        let later = "2026-11-06T00:00:00Z";
        assert_eq!(
            fields(case::assess(&desk.app, &ana, CVE, learned(later), "mail read late")),
            ["learned_at"]
        );
        assert_eq!(
            fields(case::assess(&desk.app, &ana, CVE, learned("2027-01-01T00:00:00Z"), "")),
            ["learned_at"]
        );
        let reg = viewer(&add(&desk, "Reg Regulatory", &[Role::Regulatory]));
        assert_eq!(fields(case::assess(&desk.app, &reg, CVE, learned(later), " ")), ["learned_at"]);
        case::assess(&desk.app, &reg, CVE, learned(later), "feed held another product").unwrap();
        case::assess(&desk.app, &ana, CVE, learned("2026-10-01T00:00:00Z"), "a hospital called").unwrap();
    });
}

#[test]
fn a_case_is_assessed_and_moves_by_its_gates() {
    both(|engine| {
        let desk = filled(engine);
        let person = add(&desk, "Ana Analyst", &[Role::Analyst]);
        let field = add(&desk, "Fia Field", &[Role::FieldService]);
        let ana = viewer(&person);
        open(&desk, &ana, CVE).unwrap();
        let assess = |assessment| case::assess(&desk.app, &ana, CVE, assessment, "looked");
        let bad = Assessment {
            title: Some(" ".to_owned()),
            owner: Some(Some(field.id.clone())),
            due: Some("2026-11-16".parse().ok()),
            ..Assessment::default()
        };
        assert_eq!(fields(assess(bad)), ["title", "owner", "due"]);
        assert!(matches!(assess(Assessment::default()), Err(AppError::Conflict(_))));
        let to = |stage| case::move_to(&desk.app, &ana, CVE, stage, "next");
        to(CaseStage::Applicability).unwrap();
        let error = to(CaseStage::RiskAssessment).unwrap_err();
        assert_eq!(
            error.to_string(),
            "stage: every fielded version needs a VEX status first; without one: programmer@1, pump@1, pump@2"
        );
        decision::decide(&desk.app, &ana, &proposal(CVE, &[], VexStatus::Affected), "x").unwrap();
        to(CaseStage::RiskAssessment).unwrap();
        assert!(to(CaseStage::Determination).unwrap_err().to_string().contains("harm and exploitability"));
        let judged = assess(Assessment {
            title: Some("A crafted packet stops the pump".to_owned()),
            owner: Some(Some(person.id.clone())),
            due: Some("2026-11-24".parse().ok()),
            harm: Some(Some(HarmSeverity::Critical)),
            exploitability: Some(Some(Exploitability::Low)),
            harm_path: Some(Some("flaw\ncomponent\nfunction\nhazard\nharm".to_owned())),
            ..Assessment::default()
        })
        .unwrap();
        assert_eq!(judged.harm, Some(HarmSeverity::Critical));
        to(CaseStage::Determination).unwrap();
        assert!(to(CaseStage::Plan).unwrap_err().to_string().contains("signed determination"));
        assert!(to(CaseStage::Closed).is_err());
        assert_eq!(fields(case::move_to(&desk.app, &ana, CVE, CaseStage::Triage, " ")), ["reason"]);
        to(CaseStage::Triage).unwrap();
        let timeline: Vec<String> = case::timeline(&desk.app, &ana, AsOf::Now, CVE, 100)
            .unwrap()
            .into_iter()
            .rev()
            .map(|entry| entry.action)
            .collect();
        assert_eq!(
            timeline,
            [
                "case.open",
                "case.move",
                "decision.propose",
                "case.move",
                "case.assess",
                "case.move",
                "case.move"
            ]
        );
    });
}

#[test]
fn need_to_know_binds_cases() {
    both(|engine| {
        let desk = filled(engine);
        let ana = viewer(&add(&desk, "Ana Analyst", &[Role::Analyst]));
        let mut insider = add(&desk, "Ina Insider", &[Role::Analyst]);
        insider.audiences = vec!["embargo".to_owned()];
        let ina = viewer(&insider);
        assert!(matches!(open(&desk, &ana, SECRET_CVE), Err(AppError::Missing { .. })));
        let made = open(&desk, &ina, SECRET_CVE).unwrap();
        assert_eq!(made.audience.0, "embargo");
        open(&desk, &ana, CVE).unwrap();
        let list = |by: &Viewer| {
            case::list(&desk.app, by, AsOf::Now, &CaseFilter::all(), CaseSort::Number, None, 10).unwrap()
        };
        assert_eq!(list(&ana).rows.len(), 1);
        assert_eq!(list(&ana).stages, [(CaseStage::Triage, 1)]);
        assert_eq!(list(&ina).rows.len(), 2);
        assert!(matches!(
            case::show(&desk.app, &ana, AsOf::Now, "CASE-0001"),
            Err(AppError::NotFound { .. })
        ));
        let entries = |by: &Viewer| {
            app::ledger::list(&desk.app, by, AsOf::Now, &store::ledger::EntryFilter::All, None, 100).unwrap()
        };
        assert!(entries(&ana).iter().all(|entry| !entry.body.contains(SECRET_CVE)));
        assert!(entries(&ina).iter().any(|entry| entry.summary.contains(SECRET_CVE)));
        // Nobody outside the list can own it.
        let owner = Some(Some(add(&desk, "Out Sider", &[Role::Analyst]).id));
        let answer =
            case::assess(&desk.app, &ina, SECRET_CVE, Assessment { owner, ..Assessment::default() }, "");
        assert_eq!(fields(answer), ["owner"]);
        assert!(matches!(
            app::export::export_vex(&desk.app, &ina, AsOf::Now, SECRET_CVE),
            Err(AppError::Denied(_))
        ));
    });
}

#[test]
fn every_order_and_filter_of_the_list_pages_the_same_cases() {
    both(|engine| {
        let desk = filled(engine);
        let person = add(&desk, "Ana Analyst", &[Role::Analyst]);
        let console = desk.app.console().unwrap();
        // Twelve cases, put in as other use cases would leave them.
        let act = desk.app.act(&console, "test.cases", "a test");
        desk.app
            .store
            .write(&act, |tx| {
                tx.summary("Cases");
                for number in 1..=12_i64 {
                    let drawn = tx.draw(store::Counter::CaseNumber)?;
                    tx.add_case(&domain::case::Case {
                        id: domain::id::CaseId(format!("c{number:02}")),
                        number: drawn,
                        vulnerability: domain::id::VulnerabilityId(format!("v{number}")),
                        title: format!("Case {number}"),
                        stage: CaseStage::ALL[usize::try_from(number % 6).unwrap()],
                        owner: (number % 2 == 0).then(|| person.id.clone()),
                        due: (number % 3 != 0)
                            .then(|| jiff::civil::date(2026, 12, i8::try_from(number % 4 + 1).unwrap())),
                        learned_at: jiff::Timestamp::from_second(1_780_000_000 + number % 5).unwrap(),
                        harm: (number % 4 != 0)
                            .then(|| HarmSeverity::ALL[usize::try_from(number % 5).unwrap()]),
                        exploitability: None,
                        harm_path: None,
                        audience: domain::audience::Audience::general(),
                    })?;
                }
                Ok::<_, store::StoreError>(())
            })
            .unwrap();
        let owners = [OwnerFilter::Any, OwnerFilter::Nobody, OwnerFilter::Person(person.id.clone())];
        let expected = [12, 6, 6];
        for sort in CaseSort::ALL {
            for (owner, count) in owners.iter().zip(expected) {
                let filter = CaseFilter { owner: owner.clone(), ..CaseFilter::all() };
                let page = |after: Option<&store::case::CaseCursor>, limit| {
                    case::list(&desk.app, &console, AsOf::Now, &filter, sort, after, limit).unwrap()
                };
                let whole: Vec<i64> = page(None, 100).rows.iter().map(|row| row.case.number).collect();
                assert_eq!(whole.len(), count);
                let mut paged = Vec::new();
                let mut cursor = None;
                loop {
                    let list = page(cursor.as_ref(), 5);
                    paged.extend(list.rows.iter().map(|row| row.case.number));
                    cursor = list.next;
                    if cursor.is_none() {
                        break;
                    }
                }
                assert_eq!(paged, whole, "{sort:?} {owner:?}");
            }
        }
        let first = |sort| {
            case::list(&desk.app, &console, AsOf::Now, &CaseFilter::open(), sort, None, 1)
                .unwrap()
                .rows
                .remove(0)
                .case
        };
        assert_eq!(first(CaseSort::Number).number, 12);
        assert_eq!(first(CaseSort::Harm).harm, Some(HarmSeverity::Catastrophic));
        assert_eq!(first(CaseSort::Due).due, Some(jiff::civil::date(2026, 12, 1)));
        let closed = CaseFilter { stages: vec![CaseStage::Closed], ..CaseFilter::all() };
        let list = case::list(&desk.app, &console, AsOf::Now, &closed, CaseSort::Due, None, 10).unwrap();
        assert_eq!(list.rows.len(), 2);
        assert_eq!(list.not_judged, 3);
    });
}
