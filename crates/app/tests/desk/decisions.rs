//! Proposing, signing, superseding, withdrawing, reopening.

use app::{
    AppError, Viewer, case,
    decision::{self, decide, reopen, withdraw},
    page, person,
    signing::{self, Signing, prepare, sign},
};
use domain::{
    case::CaseStage,
    decision::{Assessor, DecisionState, Risk, VexStatus},
    id::DecisionId,
    ledger::AsOf,
    person::Role,
    signature::Meaning,
};
use jiff::SignedDuration;
use testkit::both;

use crate::{
    pages::since,
    support::{CVE, Desk, PASSWORD, add, fields, filled, proposal, viewer},
};

fn signing_as(meaning: Meaning, decisions: Vec<(DecisionId, Option<String>)>) -> Signing {
    Signing { case: CVE.to_owned(), decisions, meaning, password: PASSWORD.to_owned(), zone: None }
}

fn states(desk: &Desk, as_of: AsOf) -> Vec<(String, DecisionState, bool)> {
    let console = Viewer::console(Vec::new());
    let detail = case::show(&desk.app, &console, as_of, CVE).unwrap();
    detail
        .decisions
        .into_iter()
        .map(|one| (one.release.name.clone(), one.row.decision.state, one.signature_valid()))
        .collect()
}

#[test]
fn one_act_signs_many_records_each_for_itself() {
    both(|engine| {
        let desk = filled(engine);
        let ana = viewer(&add(&desk, "Ana Analyst", &[Role::Analyst]));
        let (made, decisions) =
            decide(&desk.app, &ana, &proposal(CVE, &["pump@1", "pump@2"], VexStatus::NotAffected), "")
                .unwrap();
        assert_eq!((made.label().as_str(), made.stage), ("CASE-0001", CaseStage::Applicability));
        assert_eq!(decisions.len(), 2);
        assert_eq!(decisions[0].names, "CVE-2024-1086 GHSA-aaaa-bbbb-cccc");
        let before = desk.app.now();
        desk.clock.advance(SignedDuration::from_mins(14));
        let (_, lines) = prepare(&desk.app, &ana, CVE, &[], Meaning::Authorship).unwrap();
        assert_eq!(
            lines[0].statement,
            "I made this decision: The pump 1 is not affected with regard to CVE-2024-1086, GHSA-aaaa-bbbb-cccc \
             (vulnerable_code_not_present)."
        );
        let chosen = lines.iter().map(|line| (line.decision.id.clone(), Some(line.digest.clone()))).collect();
        let (_, signatures) =
            sign(&desk.app, &ana, &signing_as(Meaning::Authorship, chosen), "done").unwrap();
        assert_eq!(signatures.len(), 2);
        assert_eq!(signatures[0].signed_at, "2026-11-17T09:14:00+01:00[+01:00]");
        assert_eq!(
            (signatures[0].printed_name.as_str(), signatures[0].authentication.as_str()),
            ("Ana Analyst", "password")
        );
        assert_ne!(signatures[0].digest, signatures[1].digest);
        let pair =
            |state, valid| vec![("pump@1".to_owned(), state, valid), ("pump@2".to_owned(), state, valid)];
        assert_eq!(states(&desk, AsOf::Now), pair(DecisionState::Signed, true));
        // As it was known before: proposed.
        assert_eq!(states(&desk, AsOf::At(before)), pair(DecisionState::Proposed, false));
        let entry = case::timeline(&desk.app, &ana, AsOf::Now, CVE, 1).unwrap().remove(0);
        assert_eq!((entry.action.as_str(), entry.authentication.as_str()), ("decision.sign", "password"));
        // The entry lists every record with its digest.
        let shown = app::ledger::show(&desk.app, &ana, entry.sequence).unwrap();
        assert!(shown.entry.body.contains("signed_records"));
        let signed: Vec<_> =
            shown.touches.iter().map(|t| (t.table, t.opened_count, t.closed_count)).collect();
        assert_eq!(signed, [("decision", 2, 2), ("signature", 2, 0)]);
        // One reopens alone, and its signature is void from then on.
        reopen(&desk.app, &ana, &decisions[0].id, "nf_tables was compiled after all").unwrap();
        assert_eq!(
            states(&desk, AsOf::Now),
            [
                ("pump@1".to_owned(), DecisionState::Reopened, false),
                ("pump@2".to_owned(), DecisionState::Signed, true)
            ]
        );
        let verification = app::ledger::verify(&desk.app, &ana, None).unwrap();
        assert!(verification.holds(), "{:?}", verification.verified.damage);
    });
}

#[test]
fn all_gates_are_told_at_once() {
    both(|engine| {
        let desk = filled(engine);
        let ana = viewer(&add(&desk, "Ana Analyst", &[Role::Analyst]));
        let mut bad = proposal(CVE, &["pump@1", "pump@2"], VexStatus::Affected);
        bad.action_statement = Some("  ".to_owned());
        bad.rationale = String::new();
        bad.review_on = "2026-11-17".parse().ok();
        assert_eq!(fields(decide(&desk.app, &ana, &bad, "")), ["action_statement", "rationale", "review_on"]);
        bad.releases = vec!["pump@9".to_owned(), "nothing".to_owned()];
        assert_eq!(fields(decide(&desk.app, &ana, &bad, "")), ["releases", "releases"]);
        let missing = case::show(&desk.app, &ana, AsOf::Now, CVE);
        assert!(matches!(missing, Err(AppError::NotFound { .. })), "nothing was left behind");
        let viewer_only = viewer(&add(&desk, "Vic Viewer", &[Role::Viewer]));
        let answer = decide(&desk.app, &viewer_only, &proposal(CVE, &[], VexStatus::Fixed), "");
        assert!(matches!(answer, Err(AppError::Denied(_))));
    });
}

#[test]
fn four_eyes() {
    both(|engine| {
        let desk = filled(engine);
        let ana = viewer(&add(&desk, "Ana Analyst", &[Role::Analyst]));
        let quinn = viewer(&add(&desk, "Quinn Quality", &[Role::Quality]));
        decide(&desk.app, &ana, &proposal(CVE, &["programmer@1"], VexStatus::Fixed), "").unwrap();
        let try_as = |by: &Viewer, meaning| sign(&desk.app, by, &signing_as(meaning, Vec::new()), "");
        assert_eq!(fields(try_as(&ana, Meaning::Approval)), ["signer"]);
        let refused = try_as(&quinn, Meaning::Review).unwrap_err().to_string();
        assert!(refused.contains("means approval"), "{refused}");
        let (_, lines) =
            prepare(&desk.app, &ana, CVE, &["programmer@1".to_owned()], Meaning::Approval).unwrap();
        assert!(lines[0].refused.as_ref().unwrap().contains("another qualified person"));
        try_as(&quinn, Meaning::Approval).unwrap();
        assert!(matches!(try_as(&quinn, Meaning::Approval), Err(AppError::Conflict(_))), "nothing waits");
    });
}

#[test]
fn the_console_proposes_and_never_signs() {
    both(|engine| {
        let desk = filled(engine);
        let console = desk.app.console().unwrap();
        let (_, decisions) = decide(&desk.app, &console, &proposal(CVE, &[], VexStatus::Fixed), "").unwrap();
        assert_eq!(decisions.len(), 3);
        assert!(decisions.iter().all(|decision| decision.assessor == Assessor::Console));
        let answer = sign(&desk.app, &console, &signing_as(Meaning::Authorship, Vec::new()), "");
        assert!(matches!(answer, Err(AppError::Denied(_))));
        let system = desk.app.system("sweep").unwrap();
        assert!(matches!(
            sign(&desk.app, &system, &signing_as(Meaning::Authorship, Vec::new()), ""),
            Err(AppError::Denied(_))
        ));
    });
}

#[test]
fn a_refused_signature_is_reported_at_once() {
    both(|engine| {
        let desk = filled(engine);
        let person = add(&desk, "Ana Analyst", &[Role::Analyst]);
        let ana = viewer(&person);
        decide(&desk.app, &ana, &proposal(CVE, &["pump@1"], VexStatus::Fixed), "").unwrap();
        let mut signing = signing_as(Meaning::Authorship, Vec::new());
        signing.password = "not my password".to_owned();
        assert!(matches!(sign(&desk.app, &ana, &signing, ""), Err(AppError::Unauthenticated(_))));
        let reports = app::ledger::refused_signatures(&desk.app, &ana, 10).unwrap();
        assert_eq!(reports.len(), 1);
        assert_eq!(reports[0].summary, "A signature in the name of Ana Analyst was refused");
        assert!(reports[0].body.contains("\"urgent\":1"));
        assert_eq!(states(&desk, AsOf::Now)[0].1, DecisionState::Proposed);
        // A password that an administrator set does not sign until its owner changes it.
        let ada = viewer(&add(&desk, "Ada Admin", &[Role::Administrator]));
        person::set_password(&desk.app, &ada, &person.id, "set by an administrator", "forgotten").unwrap();
        signing.password = "set by an administrator".to_owned();
        assert!(matches!(sign(&desk.app, &ana, &signing, ""), Err(AppError::Denied(_))));
        person::change_password(&desk.app, &ana, "set by an administrator", PASSWORD).unwrap();
        signing.password = PASSWORD.to_owned();
        sign(&desk.app, &ana, &signing, "").unwrap();
        // A role taken away after the page was loaded.
        decide(&desk.app, &ana, &proposal(CVE, &["pump@2"], VexStatus::Fixed), "").unwrap();
        let less = person::PersonChange { roles: Some(vec![Role::Viewer]), ..Default::default() };
        person::change(&desk.app, &ada, &person.id, less, "moved").unwrap();
        assert!(matches!(sign(&desk.app, &ana, &signing, ""), Err(AppError::Denied(_))));
    });
}

#[test]
fn what_was_shown_is_what_is_signed() {
    both(|engine| {
        let desk = filled(engine);
        let ana = viewer(&add(&desk, "Ana Analyst", &[Role::Analyst]));
        let (_, decisions) =
            decide(&desk.app, &ana, &proposal(CVE, &["pump@1"], VexStatus::NotAffected), "").unwrap();
        let chosen = |digest: &str| vec![(decisions[0].id.clone(), Some(digest.to_owned()))];
        let stale =
            sign(&desk.app, &ana, &signing_as(Meaning::Authorship, chosen("0".repeat(64).as_str())), "");
        assert!(matches!(stale, Err(AppError::Conflict(_))));
        // Somebody proposes something else meanwhile: the first proposal no longer waits.
        let (_, second) = decide(&desk.app, &ana, &proposal(CVE, &["pump@1"], VexStatus::Fixed), "").unwrap();
        assert_eq!(second[0].follows.as_ref(), Some(&decisions[0].id));
        let gone = sign(
            &desk.app,
            &ana,
            &signing_as(Meaning::Authorship, vec![(decisions[0].id.clone(), None)]),
            "",
        );
        assert!(matches!(gone, Err(AppError::Conflict(_))));
        assert_eq!(states(&desk, AsOf::Now)[0].1, DecisionState::Withdrawn);
    });
}

#[test]
fn a_signed_decision_is_superseded_by_a_signed_one_only() {
    both(|engine| {
        let desk = filled(engine);
        let ana = viewer(&add(&desk, "Ana Analyst", &[Role::Analyst]));
        let names = ["pump@1"];
        let sign_all = || sign(&desk.app, &ana, &signing_as(Meaning::Authorship, Vec::new()), "").unwrap();
        decide(&desk.app, &ana, &proposal(CVE, &names, VexStatus::Affected), "").unwrap();
        sign_all();
        let (_, second) =
            decide(&desk.app, &ana, &proposal(CVE, &names, VexStatus::Fixed), "patched").unwrap();
        let list = |desk: &Desk| states(desk, AsOf::Now).into_iter().map(|s| (s.1, s.2)).collect::<Vec<_>>();
        use DecisionState as S;
        assert_eq!(list(&desk), [(S::Signed, true), (S::Proposed, false)], "the signed one stands meanwhile");
        let file = page::today::today(&desk.app, &ana, AsOf::Now, since(&desk.app)).unwrap();
        let waiting: Vec<_> =
            file.signatures.iter().map(|one| (one.case.label(), one.status, one.releases)).collect();
        assert_eq!(waiting, [("CASE-0001".to_owned(), VexStatus::Fixed, 1)]);
        sign_all();
        assert_eq!(list(&desk), [(S::Superseded, false), (S::Signed, true)]);
        // Reopened, then decided anew: the newest proposal is what is signed.
        reopen(&desk.app, &ana, &second[0].id, "regression").unwrap();
        decide(&desk.app, &ana, &proposal(CVE, &names, VexStatus::Affected), "").unwrap();
        let (_, lines) = signing::prepare(&desk.app, &ana, CVE, &[], Meaning::Authorship).unwrap();
        assert_eq!(lines.len(), 1);
        sign_all();
        assert_eq!(list(&desk), [(S::Superseded, false), (S::Superseded, false), (S::Signed, true)]);
        // Withdrawing needs a reason and something that is not signed.
        let last = lines[0].decision.id.clone();
        assert_eq!(fields(withdraw(&desk.app, &ana, &last, " ")), ["reason"]);
        assert!(matches!(withdraw(&desk.app, &ana, &last, "no"), Err(AppError::Conflict(_))));
        reopen(&desk.app, &ana, &last, "wrong").unwrap();
        withdraw(&desk.app, &ana, &last, "wrong").unwrap();
        assert!(matches!(reopen(&desk.app, &ana, &last, "no"), Err(AppError::Conflict(_))));
        let gone = decision::show(&desk.app, &ana, AsOf::Now, &DecisionId("none".to_owned()));
        assert!(matches!(gone, Err(AppError::NotFound { .. })));
    });
}

#[test]
fn a_case_closes_when_every_fielded_release_is_decided() {
    both(|engine| {
        let desk = filled(engine);
        let ana = viewer(&add(&desk, "Ana Analyst", &[Role::Analyst]));
        let quinn = viewer(&add(&desk, "Quinn Quality", &[Role::Quality]));
        let close = || case::move_to(&desk.app, &ana, CVE, CaseStage::Closed, "nothing is left to do");
        let decide_and_sign = |names: &[&str], status, risk| {
            let mut proposal = proposal(CVE, names, status);
            proposal.risk = risk;
            decide(&desk.app, &ana, &proposal, "").unwrap();
            sign(&desk.app, &quinn, &signing_as(Meaning::Approval, Vec::new()), "").unwrap();
        };
        decide_and_sign(&["pump@1", "pump@2"], VexStatus::NotAffected, None);
        let held = close().unwrap_err().to_string();
        assert!(held.ends_with("without one: programmer@1"), "{held}");
        decide_and_sign(&["programmer@1"], VexStatus::UnderInvestigation, None);
        assert!(close().unwrap_err().to_string().contains("under investigation"));
        decide_and_sign(&["programmer@1"], VexStatus::Affected, Some(Risk::Uncontrolled));
        assert!(close().unwrap_err().to_string().contains("uncontrolled"));
        decide_and_sign(&["programmer@1"], VexStatus::Fixed, None);
        assert_eq!(close().unwrap().stage, CaseStage::Closed);
        // Every matching release is decided: a new decision has to name what it speaks of, and reopens the case.
        assert_eq!(fields(decide(&desk.app, &ana, &proposal(CVE, &[], VexStatus::Fixed), "")), ["releases"]);
        let (reopened, _) =
            decide(&desk.app, &ana, &proposal(CVE, &["pump@3"], VexStatus::Fixed), "asked").unwrap();
        assert_eq!(reopened.stage, CaseStage::Applicability);
        assert!(close().unwrap_err().to_string().contains("pump@3"));
    });
}
