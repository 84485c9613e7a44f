//! Private records: known to their list alone, in every answer and as of every moment; watched for whoever sees them; no
//! silent gap when they become public.

use std::fs;

use app::{
    Viewer,
    account::{AccountReport, account},
    case::{self, CaseFilter, CaseSort},
    decision, deep,
    explain::explain_release,
    exposed::exposed,
    impact::{About, about},
    import::{ImportRequest, import_private, withdraw},
    label, ledger,
    person::{self, NewPerson},
    sweep::sweep,
    watch::{FindingFilter, FindingSort, findings, receipts, watch},
};
use domain::{act::Authentication, decision::VexStatus, ledger::AsOf, person::Role};
use store::ledger::EntryFilter;
use testkit::{Engine, both, sqlite};

use crate::support::{Workspace, lay_down, osv};

const LABEL: &str = "embargo";
const OWN: &str = "ACME-2026-0001";
const CVE: &str = "CVE-2026-7777";
/// Words that nobody else may read.
const SECRETS: [&str; 4] = [OWN, CVE, "undisclosed", LABEL];

struct Scene {
    workspace: Workspace,
    holder: Viewer,
    outsider: Viewer,
}

/// A swept portfolio, and a private record of both releases' meter that was swept too, at the outsider's command.
fn scene(engine: &Engine) -> Scene {
    let workspace = Workspace::new(engine);
    lay_down(&workspace.feeds());
    workspace.import(&workspace.feeds());
    workspace.fill();
    sweep(&workspace.app, &workspace.console, false).unwrap();
    workspace.clock.set("2026-03-02T09:00:00Z".parse().unwrap());
    Scene {
        holder: Viewer::console(vec![LABEL.to_owned()]),
        outsider: Viewer::console(Vec::new()),
        workspace,
    }
}

fn learn(scene: &Scene) {
    let file = scene.workspace.folder.path().join("own.json");
    let record = osv(OWN, CVE, "example.org/meter", "1.4.0", "2026-03-01T00:00:00Z")
        .replace("A flaw in", "An undisclosed flaw in");
    fs::write(&file, record).unwrap();
    let request = ImportRequest { paths: vec![file], source: None };
    let app = &scene.workspace.app;
    let report = import_private(app, &scene.holder, LABEL, &request, &|_| {}).unwrap();
    assert_eq!(report.sources["private:embargo"].new, 1, "{report:?}");
}

/// What a viewer is told that must not move by what they may not know.
fn told(scene: &Scene, viewer: &Viewer, as_of: AsOf) -> String {
    let app = &scene.workspace.app;
    let watch = watch(app, viewer, as_of).unwrap();
    let list = findings(app, viewer, as_of, &FindingFilter::default(), FindingSort::Name, None, 99).unwrap();
    let cases = case::list(app, viewer, as_of, &CaseFilter::all(), CaseSort::Number, None, 99).unwrap();
    let account = AccountReport { as_of: String::new(), ..account(app, viewer, as_of, None).unwrap() };
    format!(
        "{:?} {:?} {:?} {:?} {list:?} {cases:?} {account:?}",
        watch.snapshot,
        watch.known,
        watch.sources,
        watch.sweeps.first().map(|sweep| &sweep.result)
    )
}

fn hold(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} is told in {text}");
    }
}

#[test]
fn a_private_record_is_known_to_its_list_alone() {
    let results = std::sync::Mutex::new(Vec::new());
    both(|engine| {
        let scene = scene(engine);
        let (app, outsider, holder) = (&scene.workspace.app, &scene.outsider, &scene.holder);
        let before = told(&scene, outsider, AsOf::Now);
        let past = AsOf::At(app.now());
        let seen_by_holder = told(&scene, holder, AsOf::Now);
        assert_eq!(before, seen_by_holder, "there is nothing private yet");
        scene.workspace.clock.set("2026-03-03T09:00:00Z".parse().unwrap());
        learn(&scene);

        let report = sweep(app, outsider, false).unwrap();
        assert!(report.confirmed && report.private.is_empty(), "{report:?}");
        assert_eq!(told(&scene, outsider, AsOf::Now), before);
        let again = sweep(app, holder, true).unwrap();
        let part = &again.private[0];
        assert_eq!((part.verdicts, part.opened, part.audience.as_deref()), (1, 0, Some(LABEL)), "{part:?}");
        results.lock().unwrap().push((again.result.clone(), part.result.clone()));
        assert_eq!(again.result, report.result, "the public digest is of public verdicts alone");

        for name in [OWN, CVE, "cve-2026-7777"] {
            assert!(exposed(app, outsider, AsOf::Now, name).is_err(), "{name}");
            assert_eq!(
                about(app, outsider, name, String::new()).unwrap(),
                About { names: vec![name.to_owned()], ..About::default() }
            );
            let answer = explain_release(app, outsider, AsOf::Now, "pump@1", name, None).unwrap();
            assert!(answer.records.is_empty() && answer.notes.is_empty() && answer.also.is_empty());
            assert!(case::show(app, outsider, AsOf::Now, name).is_err());
            let refused = case::open(app, outsider, case_of(name), "a try").unwrap_err();
            assert!(refused.to_string().contains("is not known"), "{refused}");

            let hit = exposed(app, holder, AsOf::Now, name).unwrap();
            let rows: Vec<_> = hit.releases.iter().map(|r| (r.release.as_str(), r.verdict)).collect();
            assert_eq!(rows, [("1", "in_range")], "{hit:?}");
        }
        let answer = explain_release(app, holder, AsOf::Now, "pump@1", OWN, None).unwrap();
        assert_eq!((answer.verdict, answer.audience.as_deref()), (Some("in_range"), Some(LABEL)));
        let list = findings(app, holder, AsOf::Now, &FindingFilter::default(), FindingSort::Name, None, 9);
        let shown: Vec<_> = list.unwrap().groups.into_iter().map(|group| group.shown).collect();
        assert_eq!(shown, ["CVE-2024-0001", "CVE-2024-0003", CVE]);
        let (general, labelled) = (
            account(app, outsider, AsOf::Now, None).unwrap(),
            account(app, holder, AsOf::Now, None).unwrap(),
        );
        assert!(general.closes() && labelled.closes(), "{general:#?} {labelled:#?}");
        for (general, labelled) in general.releases.iter().zip(&labelled.releases) {
            assert_eq!(general.known + 1, labelled.known);
        }
        assert_eq!(general.releases[0].open + 1, labelled.releases[0].open);

        // As it was known before; today's lists hold for every moment.
        assert!(
            exposed(app, holder, past, CVE).unwrap().releases.is_empty(),
            "it was matched by nothing then"
        );
        assert!(exposed(app, outsider, past, CVE).is_err());
        assert_eq!(told(&scene, holder, past), told(&scene, outsider, past));
        assert_eq!(told(&scene, outsider, past), before);
        assert_eq!(deep::verify(app, holder, None).unwrap().0.verified.damage, None);
    });
    let results = results.into_inner().unwrap();
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "both engines give the same digests");
}

#[test]
fn the_ledger_and_its_bundle_tell_the_list_alone() {
    both(|engine| {
        let scene = scene(engine);
        let (app, outsider, holder) = (&scene.workspace.app, &scene.outsider, &scene.holder);
        learn(&scene);
        sweep(app, outsider, false).unwrap();
        let opened = case::open(app, holder, case_of(CVE), "an embargo").unwrap();
        assert_eq!(opened.audience.0, LABEL);
        let written = |viewer: &Viewer| {
            let entries = ledger::list(app, viewer, AsOf::Now, &EntryFilter::All, None, 999).unwrap();
            let details: Vec<_> = (1..=ledger::head(app, AsOf::Now).unwrap())
                .filter_map(|entry| ledger::show(app, viewer, entry).ok())
                .collect();
            let days = receipts(app, viewer, AsOf::Now, "2026-01-01".parse().unwrap()).unwrap();
            let mut bundle = Vec::new();
            ledger::export(app, viewer, &mut bundle).unwrap();
            let report = store::verify_bundle(&bundle).unwrap();
            let bundle = String::from_utf8(bundle).unwrap();
            (format!("{entries:?} {details:?} {days:?} {bundle}"), entries.len(), report)
        };
        let (text, entries, report) = written(outsider);
        hold(&text);
        // Learned, swept, case opened: that three entries are withheld is all there is to know.
        assert_eq!(report.withheld_entries, 3);
        let (text, all, _) = written(holder);
        assert_eq!(all, entries + 3);
        for secret in SECRETS {
            assert!(text.contains(secret), "{secret} is kept from its own list");
        }
        assert!(text.contains("public_snapshot"), "the receipt names both snapshots");
        assert!(
            case::list(app, outsider, AsOf::Now, &CaseFilter::all(), CaseSort::Number, None, 9)
                .unwrap()
                .rows
                .is_empty()
        );
        assert!(case::show(app, outsider, AsOf::Now, &opened.label()).is_err());
        assert!(case::show(app, outsider, AsOf::Now, &opened.id.0).is_err());
    });
}

#[test]
fn a_flaw_that_becomes_public_leaves_no_gap() {
    both(|engine| {
        let scene = scene(engine);
        let (app, outsider, holder) = (&scene.workspace.app, &scene.outsider, &scene.holder);
        learn(&scene);
        sweep(app, outsider, false).unwrap();
        case::open(app, holder, case_of(CVE), "an embargo").unwrap();
        decision::decide(app, holder, &proposal(), "an embargo").unwrap();
        let private = case::show(app, holder, AsOf::Now, CVE).unwrap().case;

        // Published, while the private record still stands: two flaws to those on the list, one to everybody else.
        let feeds = scene.workspace.feeds();
        let public = osv("GO-2026-0009", CVE, "example.org/meter", "1.4.0", "2026-03-02T00:00:00Z");
        fs::write(feeds.join("osv/Go/GO-2026-0009.json"), public).unwrap();
        scene.workspace.import(&feeds);
        sweep(app, outsider, false).unwrap();
        let shown = |viewer| {
            let filter = FindingFilter { text: Some(CVE.to_owned()), ..FindingFilter::default() };
            findings(app, viewer, AsOf::Now, &filter, FindingSort::Name, None, 9).unwrap().total
        };
        assert_eq!((shown(outsider), shown(holder)), (1, 2));
        assert_eq!(exposed(app, outsider, AsOf::Now, CVE).unwrap().releases.len(), 1);
        assert!(exposed(app, outsider, AsOf::Now, OWN).is_err());
        let both_say = explain_release(app, holder, AsOf::Now, "pump@1", CVE, None).unwrap();
        assert_eq!((both_say.audience, both_say.also.len(), both_say.notes.len()), (None, 1, 0));
        assert!(account(app, holder, AsOf::Now, None).unwrap().closes());

        let report = withdraw(app, holder, LABEL, CVE).unwrap();
        assert_eq!(report.sources["private:embargo"].changed, 1, "{report:?}");
        let swept = sweep(app, holder, false).unwrap();
        assert_eq!((swept.private[0].verdicts, swept.private[0].closed), (0, 1));
        assert_eq!((shown(outsider), shown(holder)), (1, 1));
        assert!(account(app, holder, AsOf::Now, None).unwrap().closes());
        let kept = case::show(app, holder, AsOf::Now, &private.label()).unwrap();
        assert_eq!((&kept.case, kept.decisions.len()), (&private, 1), "the case and its decision stay");
        for name in [OWN, CVE] {
            let told = explain_release(app, holder, AsOf::Now, "pump@1", name, None).unwrap();
            let note = &told.notes[0];
            assert!(note.contains("It is public now, as CVE-2026-7777"), "{note}");
            assert!(note.contains(&private.label()), "{note}");
        }
        let told = explain_release(app, outsider, AsOf::Now, "pump@1", CVE, None).unwrap();
        assert!(told.notes.is_empty() && told.verdict == Some("in_range"));
        assert!(withdraw(app, holder, LABEL, OWN).is_err(), "withdrawn once is withdrawn");
        assert!(withdraw(app, outsider, LABEL, "CVE-1999-0001").is_err());
        // Everybody may open a case on what is public; the private one is not in its way.
        let opened = case::open(app, outsider, case_of(CVE), "published").unwrap();
        assert_ne!(opened.id, private.id);
        assert!(opened.audience.is_general());
        assert_eq!(deep::verify(app, holder, None).unwrap().0.verified.damage, None);
    });
}

#[test]
fn a_label_that_nobody_holds_is_swept_and_told() {
    both(|engine| {
        let scene = scene(engine);
        let app = &scene.workspace.app;
        learn(&scene);
        sweep(app, &scene.outsider, false).unwrap();
        let console = app.console().unwrap();
        assert_eq!(console.audiences, [LABEL, "general"]);
        let new = NewPerson {
            name: "Ada Admin".to_owned(),
            email: "ada@example.org".to_owned(),
            roles: vec![Role::Administrator, Role::Analyst],
            ..NewPerson::default()
        };
        let ada = person::add(app, &console, new, "a test").unwrap();
        let admin = Viewer::person(ada, Authentication::Session);
        let unheld = label::unheld(app, &admin).unwrap();
        // The source, the flaw, one verdict.
        assert_eq!(unheld[0].warning().as_deref(), Some("label embargo: nobody holds it, 3 records"));
        hold(&told(&scene, &admin, AsOf::Now));

        assert!(label::grant(app, &admin, "ada@example.org", LABEL, " ").is_err(), "a reason is needed");
        let ada = label::grant(app, &admin, "ada@example.org", LABEL, "handles the embargo").unwrap();
        assert_eq!(ada.audiences, [LABEL]);
        assert!(label::grant(app, &admin, "ada@example.org", LABEL, "again").is_err());
        assert!(label::unheld(app, &admin).unwrap().is_empty());
        assert!(exposed(app, &Viewer::person(ada, Authentication::Session), AsOf::Now, CVE).is_ok());
        let ada = label::revoke(app, &admin, "ada@example.org", LABEL, "the embargo ended").unwrap();
        assert!(ada.audiences.is_empty());
        assert_eq!(label::unheld(app, &admin).unwrap().len(), 1);
        let analyst = Viewer::person(
            domain::person::Person { roles: vec![Role::Analyst], ..ada },
            Authentication::Session,
        );
        assert!(label::list(app, &analyst).is_err(), "labels are for administrators");
    });
}

#[test]
fn what_cannot_be_private_is_refused() {
    let database = sqlite();
    let scene = scene(&database.engine);
    let app = &scene.workspace.app;
    let request = ImportRequest { paths: vec![scene.workspace.feeds()], source: None };
    for label in ["general", "", "Embargo", "a/b", ".."] {
        assert!(import_private(app, &scene.holder, label, &request, &|_| {}).is_err(), "{label}");
    }
    let source = Some("private:embargo".to_owned());
    let request = ImportRequest { source, ..request };
    assert!(app::import::import(app, &scene.holder, &request, &|_| {}).is_err());
    // The CVE list's form is read as well.
    let file = scene.workspace.folder.path().join("reserved.json");
    let record = r#"{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{"cveId":"CVE-2026-8888","state":"PUBLISHED",
        "dateUpdated":"2026-03-01T00:00:00Z"},"containers":{"cna":{"providerMetadata":{"orgId":"x"},"descriptions":[{"lang":"en",
        "value":"undisclosed"}],"affected":[{"vendor":"acme","product":"widget","versions":[{"version":"1.5",
        "status":"affected"}]}]}}}"#;
    fs::write(&file, record).unwrap();
    let request = ImportRequest { paths: vec![file], source: None };
    let report = import_private(app, &scene.holder, LABEL, &request, &|_| {}).unwrap();
    assert_eq!(report.sources["private:embargo"].new, 1, "{report:?}");
    learn(&scene);
    sweep(app, &scene.outsider, false).unwrap();
    // A private corpus that the record knows of and that is gone is no reason to sweep without it.
    fs::remove_dir_all(app.folder.join("corpus/private/embargo")).unwrap();
    assert!(sweep(app, &scene.outsider, false).unwrap_err().to_string().contains("is not there"));
}

fn proposal() -> decision::Proposal {
    decision::Proposal {
        case: CVE.to_owned(),
        releases: Vec::new(),
        status: VexStatus::UnderInvestigation,
        justification: None,
        impact_statement: None,
        action_statement: None,
        risk: None,
        rationale: "It is looked at.".to_owned(),
        preconditions: Vec::new(),
        review_on: None,
    }
}

fn case_of(name: &str) -> case::NewCase {
    case::NewCase { vulnerability: name.to_owned(), ..case::NewCase::default() }
}
