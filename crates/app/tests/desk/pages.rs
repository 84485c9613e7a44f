//! What pages show when there is more than a screen of everything: nothing drops out behind a limit.

use app::{
    App, Viewer,
    page::{self, today::Since},
    part::PartSearch,
};
use domain::{
    audience::Audience,
    case::{Case, CaseStage, HarmSeverity},
    decision::{Assessor, Decision, DecisionState, VexStatus},
    id::{CaseId, DecisionId, ReleaseId, VulnerabilityId},
    ledger::AsOf,
    work::Precedence,
};
use store::Counter;
use testkit::both;

use crate::support::{CVE, Desk, filled, vulnerability};

/// More cases than any page ever read at once.
const MANY: i64 = 2_100;

/// The first case is [`CVE`]'s, of catastrophic harm; behind it come many of other flaws, each signed for `pump@1`.
fn crowded(desk: &Desk) {
    let act = desk.app.act(&Viewer::console(Vec::new()), "test.crowd", "a test");
    desk.app
        .store
        .write(&act, |tx| {
            tx.summary("A crowd");
            for number in 1..=MANY {
                let first = number == 1;
                let flaw = if first { "v1".to_owned() } else { format!("w{number:05}") };
                if !first {
                    vulnerability(tx, &flaw, &format!("CVE-2025-{number:05}"), "general", 1)?;
                }
                let case = CaseId(format!("case-{number:05}"));
                let drawn = tx.draw(Counter::CaseNumber)?;
                tx.add_case(&Case {
                    id: case.clone(),
                    number: drawn,
                    vulnerability: VulnerabilityId(flaw.clone()),
                    title: format!("Flaw {number}"),
                    stage: CaseStage::Applicability,
                    owner: None,
                    due: None,
                    learned_at: "2026-11-05T08:00:00Z".parse().unwrap(),
                    harm: first.then_some(HarmSeverity::Catastrophic),
                    exploitability: None,
                    harm_path: None,
                    audience: Audience::general(),
                })?;
                if !first {
                    tx.add_decision(&Decision {
                        id: DecisionId(format!("d{number:05}")),
                        case,
                        release: ReleaseId("pump-1".to_owned()),
                        vulnerability: VulnerabilityId(flaw),
                        names: "a flaw".to_owned(),
                        status: VexStatus::Fixed,
                        justification: None,
                        impact_statement: None,
                        action_statement: None,
                        risk: None,
                        rationale: "The fix is in.".to_owned(),
                        preconditions: String::new(),
                        review_on: None,
                        assessor: Assessor::Console,
                        state: DecisionState::Signed,
                        follows: None,
                        audience: Audience::general(),
                    })?;
                }
            }
            Ok::<_, store::StoreError>(())
        })
        .unwrap();
}

pub(crate) fn since(app: &App) -> Since {
    Since { matches: app.now(), receipts: app.today() }
}

#[test]
fn the_oldest_of_many_cases_is_still_judged() {
    both(|engine| {
        let desk = filled(engine);
        crowded(&desk);
        let (app, viewer) = (&desk.app, Viewer::console(Vec::new()));
        let many = u64::try_from(MANY).unwrap();

        let today = page::today::today(app, &viewer, AsOf::Now, since(app)).unwrap();
        assert_eq!((today.waiting, today.patient), (many, 1));
        let case = today.first[0].case.as_ref().unwrap();
        assert_eq!((case.label().as_str(), case.harm), ("CASE-0001", Some(HarmSeverity::Catastrophic)));
        assert!(today.first.iter().all(|row| row.case.is_some()), "{:?}", today.first);

        let inbox = |after: Option<&str>| {
            let question = page::inbox::Question { after, ..page::inbox::Question::default() };
            page::inbox::inbox(app, &viewer, AsOf::Now, question).unwrap()
        };
        let first = inbox(None);
        let sections: Vec<_> = first.sections.iter().map(|one| (one.total, one.rows.len())).collect();
        assert_eq!(sections, [(1, 1), (many - 1, page::inbox::ROWS - 1)]);
        assert!(first.sections[0].precedence.is_patient());
        assert_eq!(first.sections[1].precedence, Precedence::Rest);
        assert_eq!(first.selected.unwrap().row.group.shown, CVE);
        // Page by page every group comes once, each with its case.
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = inbox(after.as_deref());
            for row in page.sections.into_iter().flat_map(|section| section.rows) {
                assert!(row.case.is_some() && row.standing.is_some() != (row.group.shown == CVE), "{row:?}");
                seen.push(row.group.vulnerability);
            }
            after = page.next;
            // Two ends and a place in between: the rest is the same walk.
            if seen.len() > 3 * page::inbox::ROWS || after.is_none() {
                break;
            }
        }
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), all, "a row came twice");

        let question = page::release::Question {
            reference: "pump@1",
            search: PartSearch::default(),
            after: None,
            issues: false,
        };
        let release = page::release::release(app, &viewer, AsOf::Now, &question).unwrap();
        let open: Vec<&str> = release.open.iter().map(|row| row.group.shown.as_str()).collect();
        assert_eq!(open, [CVE], "behind all that is signed there is one that is open");
        assert_eq!(release.open[0].case.as_ref().unwrap().label(), "CASE-0001");

        let question = page::case::Question { name: CVE, alike: true, like: None };
        let file = page::case::case(app, &viewer, AsOf::Now, question).unwrap();
        assert_eq!(file.alike[0].label(), format!("CASE-{MANY}"), "the newest comes first");
        assert!(file.alike.iter().all(|case| case.vulnerability.0 != "v1"));

        let cases = page::cases::cases(app, &viewer, AsOf::Now, false, None).unwrap();
        assert_eq!((cases.open, cases.rows.len()), (many, page::cases::ROWS));
        assert_eq!(cases.rows[0].case.label(), "CASE-0001");
        assert_eq!(cases.rows[0].releases, 3);
        assert_eq!(cases.rows[1].standing.as_ref().unwrap().status, VexStatus::Fixed);
    });
}
