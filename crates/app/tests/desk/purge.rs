//! Destroying by policy: who may, what may not, what is said instead.

use app::{
    AppError, Viewer, inventory, ledger,
    purge::{self, Request},
    signing::{Signing, sign},
    site::{self, NewSite},
};
use domain::{
    decision::VexStatus,
    ledger::AsOf,
    person::Role,
    purge::Policy,
    release::{Release, Stage},
    signature::Meaning,
    site::Site,
};
use store::{StoreError, page::Page, site::SiteSort};
use testkit::both;

use crate::support::{CVE, Desk, PASSWORD, add, filled, proposal, viewer};

const WHY: &str = "a person's name in the site's";

fn request(table: &str, key: &str, policy: Policy) -> Request {
    Request { table: table.to_owned(), key: key.to_owned(), opened: None, policy }
}

fn console() -> Viewer {
    Viewer::console(Vec::new())
}

fn administrator(desk: &Desk) -> Viewer {
    viewer(&add(desk, "Ada Admin", &[Role::Administrator]))
}

#[track_caller]
fn whole(desk: &Desk) {
    assert_eq!(ledger::verify(&desk.app, &console(), None).unwrap().verified.damage, None);
}

fn refusals(desk: &Desk, admin: &Viewer, request: &Request) -> Vec<String> {
    let plan = purge::preview(&desk.app, admin, request).unwrap();
    plan.lines.into_iter().filter_map(|line| line.refused).collect()
}

/// A site whose name held a person's, corrected since; its id, and the entry before the correction.
fn corrected(desk: &Desk) -> (String, i64) {
    let new =
        NewSite { name: "North, ask Jo Doe".to_owned(), country: "NO".to_owned(), ..NewSite::default() };
    let site = site::add(&desk.app, &console(), new).unwrap();
    let before = ledger::head(&desk.app, AsOf::Now).unwrap();
    let act = desk.app.act(&console(), "site.change", "the name was no name");
    let mended = Site { name: "North".to_owned(), ..site };
    desk.app
        .store
        .write(&act, |tx| {
            tx.summary("Mended");
            tx.replace_sites(std::slice::from_ref(&mended))
        })
        .unwrap();
    (mended.id.0, before)
}

#[test]
fn a_name_that_should_not_be_there_goes_and_is_told() {
    both(|engine| {
        let desk = filled(engine);
        let (app, admin) = (&desk.app, administrator(&desk));
        let (id, before) = corrected(&desk);
        let asked = request("site", &id, Policy::PersonalData);

        let analyst = viewer(&add(&desk, "Ana Analyst", &[Role::Analyst]));
        assert!(matches!(purge::preview(app, &analyst, &asked), Err(AppError::Denied(_))));
        assert!(matches!(purge::purge(app, &console(), &asked, PASSWORD, WHY), Err(AppError::Denied(_))));
        let wrong = purge::purge(app, &admin, &asked, "not the password", WHY);
        assert!(matches!(wrong, Err(AppError::Unauthenticated(_))));
        assert!(matches!(purge::purge(app, &admin, &asked, PASSWORD, " "), Err(AppError::Invalid(_))));

        let plan = purge::preview(app, &admin, &asked).unwrap();
        // What is in force stays.
        assert_eq!((plan.lines.len(), plan.lines[0].opened, plan.holds()), (1, before, true));
        let now = Request { opened: plan.lines[0].closed, ..asked.clone() };
        assert!(refusals(&desk, &admin, &now)[0].contains("in force"));
        assert!(purge::told_then(app, &console(), AsOf::Entry(before)).unwrap().is_empty());

        let done = purge::purge(app, &admin, &asked, PASSWORD, WHY).unwrap();
        assert_eq!((done.plan.lines.len(), &done.unscrubbed), (1, &None));
        whole(&desk);

        // What would have shown it says so: a page of that day, the entry, a second try.
        let page = Page::first(10);
        let sites = site::list(app, &console(), AsOf::Entry(before), None, SiteSort::Name, &page).unwrap();
        assert!(sites.rows.is_empty());
        let told =
            format!("1 record of that moment was purged by entry {} (personal-data): {WHY}", done.sequence);
        assert_eq!(purge::told_then(app, &console(), AsOf::Entry(before)).unwrap(), [told]);
        assert!(purge::told_then(app, &console(), AsOf::Now).unwrap().is_empty());
        let detail = ledger::show(app, &console(), before).unwrap();
        let touched = detail.touches.iter().find(|touch| touch.table == "site").unwrap();
        assert_eq!((touched.opened_count, touched.opened[0].key.as_str()), (1, id.as_str()));
        assert_eq!(touched.opened[0].columns[0].0, "purged");
        let again = purge::purge(app, &admin, &Request { opened: Some(before), ..asked }, PASSWORD, WHY);
        let again = again.unwrap_err().to_string();
        assert!(again.contains(&format!("was purged by entry {}", done.sequence)), "{again}");

        // The act is signed and says neither the name nor more than its policy.
        let act = ledger::show(app, &console(), done.sequence).unwrap();
        assert_eq!(
            (act.entry.action.as_str(), act.entry.authentication.as_str()),
            ("record.purge", "password")
        );
        assert!(act.touches.iter().any(|touch| touch.table == "signature"));
        let mut bundle = Vec::new();
        ledger::export(app, &console(), &mut bundle).unwrap();
        // The row is out of it; what people wrote into the ledger's own sentences is not a row and stays.
        let text = String::from_utf8(bundle.clone()).unwrap();
        assert!(!text.lines().any(|line| line.contains("\"kind\":\"opened\"") && line.contains("Jo Doe")));
        assert_eq!(store::verify_bundle(&bundle).unwrap().purged.len(), 1);
        assert_eq!(purge::list(app, &console(), 10).unwrap().len(), 1);
    });
}

const SBOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[
    {"type":"library","bom-ref":"a","name":"meter","version":"1","purl":"pkg:npm/meter@1"},
    {"type":"library","bom-ref":"b","name":"widget","version":"1","purl":"nonsense"}]}"#;

#[test]
fn an_sbom_goes_with_its_components_and_file() {
    both(|engine| {
        let desk = filled(engine);
        let (app, admin) = (&desk.app, administrator(&desk));
        let other = SBOM.replace("meter", "gauge");
        let first = inventory::add(app, &console(), "pump@3", "jo.json", SBOM.as_bytes(), "a test").unwrap();
        let asked = request("inventory", &first.inventory, Policy::PersonalData);
        assert!(refusals(&desk, &admin, &asked).iter().all(|why| why.contains("in force")));
        let then = AsOf::Entry(first.sequence.unwrap());
        inventory::add(app, &console(), "pump@3", "next.json", other.as_bytes(), "a test").unwrap();

        let plan = purge::preview(app, &admin, &asked).unwrap();
        let tables: Vec<&str> = plan.lines.iter().map(|line| line.table.as_str()).collect();
        assert_eq!((tables, plan.parts, plan.holds()), (vec!["blobs", "inventory"], 2, true));
        let file = request("blobs", &first.digest, Policy::RetentionEnded);
        assert!(refusals(&desk, &admin, &file)[0].contains("are supported"));

        // The file alone: the row says why there is none.
        let file = Request { policy: Policy::PersonalData, ..file };
        let done = purge::purge(app, &admin, &file, PASSWORD, "an author's name").unwrap();
        let gone = inventory::original(app, &console(), then, "pump@3").unwrap_err().to_string();
        assert!(gone.contains(&format!("purged by entry {}", done.sequence)), "{gone}");
        whole(&desk);

        let done = purge::purge(app, &admin, &asked, PASSWORD, "an author's name").unwrap();
        assert_eq!((done.plan.lines.len(), done.plan.parts), (1, 2));
        whole(&desk);
        assert!(purge::told_then(app, &console(), then).unwrap()[0].starts_with("3 records"));
        assert!(inventory::original(app, &console(), AsOf::Now, "pump@3").unwrap().1 == other.as_bytes());

        // A restored copy of the file is destroyed again; one that is attached anew stays.
        app.blobs.put(SBOM.as_bytes()).unwrap();
        assert_eq!(purge::apply_purged(app).unwrap(), 1);
        inventory::add(app, &console(), "pump@3", "again.json", SBOM.as_bytes(), "a test").unwrap();
        assert_eq!(purge::apply_purged(app).unwrap(), 0);
        whole(&desk);
    });
}

#[test]
fn what_is_signed_is_kept_until_its_retention_ends() {
    both(|engine| {
        let desk = filled(engine);
        let (app, admin) = (&desk.app, administrator(&desk));
        let ana = viewer(&add(&desk, "Ana Analyst", &[Role::Analyst]));
        let decide = |release: &str| {
            let proposed = proposal(CVE, &[release], VexStatus::NotAffected);
            app::decision::decide(app, &ana, &proposed, "").unwrap().1.remove(0).id
        };
        let draft = decide("pump@2");
        app::decision::withdraw(app, &ana, &draft, "a patient's name").unwrap();
        let signed = decide("pump@1");
        let signing = Signing {
            case: CVE.to_owned(),
            decisions: Vec::new(),
            meaning: Meaning::Approval,
            password: PASSWORD.to_owned(),
            zone: None,
        };
        sign(app, &ana, &signing, "done").unwrap();

        for policy in [Policy::PersonalData, Policy::RetentionEnded] {
            let why = refusals(&desk, &admin, &request("decision", &signed.0, policy));
            assert!(why.len() == 1 && why[0].contains("a signature stands on it"), "{why:?}");
        }
        let ledger_before = ledger::head(app, AsOf::Now).unwrap();
        let asked = request("decision", &signed.0, Policy::PersonalData);
        assert!(matches!(purge::purge(app, &admin, &asked, PASSWORD, WHY), Err(AppError::Invalid(_))));
        assert_eq!(ledger::head(app, AsOf::Now).unwrap(), ledger_before);
        for (table, key) in [("sweep", "x"), ("component", "1"), ("verdict", "1"), ("nothing", "x")] {
            assert!(purge::preview(app, &admin, &request(table, key, Policy::PersonalData)).is_err());
        }

        // A draft that nobody signed is no record yet; its closed revision may go.
        purge::purge(app, &admin, &request("decision", &draft.0, Policy::PersonalData), PASSWORD, WHY)
            .unwrap();
        whole(&desk);

        // Support ends, and fifteen years go by.
        let act = app.act(&console(), "release.change", "support ended");
        app.store
            .write(&act, |tx| {
                tx.summary("Support ended");
                for release in tx.all_releases(&["general".to_owned()])? {
                    tx.replace_release(&Release { stage: Stage::EndOfSupport, ..release })?;
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let asked = request("decision", &signed.0, Policy::RetentionEnded);
        assert!(refusals(&desk, &admin, &asked)[0].contains("it runs until 2041-11-17"));
        desk.clock.set("2041-11-19T08:00:00Z".parse().unwrap());
        assert!(refusals(&desk, &admin, &asked).is_empty());
        purge::purge(app, &admin, &asked, PASSWORD, "the time is over").unwrap();
        whole(&desk);
    });
}

#[test]
fn an_embargo_is_between_those_who_know_of_it() {
    both(|engine| {
        let desk = filled(engine);
        let (app, admin) = (&desk.app, administrator(&desk));
        let holder = Viewer::console(vec!["embargo".to_owned()]);
        let new = NewSite {
            name: "A partner's".to_owned(),
            country: "NO".to_owned(),
            audience: Some("embargo".to_owned()),
            ..NewSite::default()
        };
        let site = site::add(app, &holder, new).unwrap();
        let (open, _) = corrected(&desk);
        assert!(refusals(&desk, &admin, &request("site", &open, Policy::Embargo))[0].contains("no embargo"));
        let asked = request("site", &site.id.0, Policy::Embargo);
        assert!(matches!(purge::preview(app, &admin, &asked), Err(AppError::NotFound { .. })));
        let act = app.act(&holder, "site.close", "demanded back");
        let act = domain::act::Act { audience: site.audience.clone(), ..act };
        app.store
            .write(&act, |tx| {
                tx.summary("Closed");
                tx.close_site(&site.id)
            })
            .unwrap();
        assert!(purge::preview(app, &holder, &asked).unwrap().holds());
    });
}
