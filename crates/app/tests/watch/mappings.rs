//! What people say of parts without an identity: proposed, confirmed, found from the next sweep on, withdrawn, carried in a file.

use std::fs;

use app::{
    AppError, Viewer,
    account::account,
    check::check,
    deep,
    explain::explain_release,
    exposed::exposed,
    inventory,
    mapping::{
        self, AskedPart, NewMapping, Saying,
        blind_spot::{self, BlindSpots},
        document,
    },
    page::{self, release::Question},
    part::{PartSearch, Watch},
    product::{self, NewProduct},
    release::{self, NewRelease},
    sweep::sweep,
    table_import::Mode,
};
use domain::{ledger::AsOf, mapping::RawPart};
use testkit::{Engine, both, sqlite};

use crate::support::{Workspace, nvd};

const GADGET: &str = "cpe:a:acme:gadget";
const FLAW: &str = "CVE-2024-0010";

/// Two releases of a pump and one of a monitor; each holds the same gadget under its maker's own version, and a house library.
fn filled(engine: &Engine) -> Workspace {
    let workspace = Workspace::new(engine);
    let feeds = workspace.feeds();
    fs::create_dir_all(&feeds).unwrap();
    let range = |product: &str, end: &str| {
        format!(
            r#"[{{"nodes":[{{"operator":"OR","negate":false,"cpeMatch":[{{"vulnerable":true,
            "criteria":"cpe:2.3:a:acme:{product}:*:*:*:*:*:*:*:*","versionEndExcluding":"{end}",
            "matchCriteriaId":"00000000-0000-0000-0000-000000000009"}}]}}]}}]"#
        )
    };
    let (below, old, other) = (range("gadget", "2.0"), range("gadget", "1.0"), range("gadget_server", "9"));
    let records = [(FLAW, below.as_str()), ("CVE-2024-0011", &old), ("CVE-2024-0012", &other)];
    fs::write(feeds.join("nvdcve-2.0-2024.json"), nvd(&records)).unwrap();
    workspace.import(&feeds);
    let (app, console) = (&workspace.app, &workspace.console);
    for name in ["Pump", "Monitor"] {
        let product = NewProduct { name: name.to_owned(), ..NewProduct::default() };
        product::add(app, console, product).unwrap();
    }
    for (product, version) in [("pump", "1"), ("pump", "2"), ("monitor", "1")] {
        let new =
            NewRelease { product: product.to_owned(), version: version.to_owned(), ..NewRelease::default() };
        release::add(app, console, new).unwrap();
        let reference = format!("{product}@{version}");
        let sbom = sbom("R1.5");
        inventory::add(app, console, &reference, "sbom.json", sbom.as_bytes(), "a test").unwrap();
    }
    workspace
}

fn sbom(version: &str) -> String {
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{{"component":{{"type":"device","bom-ref":"d",
        "name":"Pump"}}}},"components":[
        {{"type":"library","bom-ref":"g","name":"Gadget","version":"{version}","supplier":{{"name":"Acme Ltd"}}}},
        {{"type":"library","bom-ref":"n","name":"meter","version":"1","purl":"pkg:npm/meter@1"}},
        {{"type":"library","bom-ref":"x","name":"house library"}}]}}"#
    )
}

/// The gadget of a release is the one of Acme, whose releases begin with R.
fn gadget(release: &str, scope: &str) -> NewMapping {
    NewMapping {
        part: AskedPart::OfRelease("Gadget".to_owned()),
        scope: scope.to_owned(),
        release: Some(release.to_owned()),
        product: None,
        saying: Saying::Is(GADGET.to_owned()),
        version_rule: "without:R".to_owned(),
        why: "The maker's manual names it".to_owned(),
    }
}

/// Releases where the flaw is open, with class.
fn hit(workspace: &Workspace) -> Vec<String> {
    let Ok(found) = exposed(&workspace.app, &workspace.console, AsOf::Now, FLAW) else { return Vec::new() };
    let class =
        |release: &app::exposed::ExposedRelease| release.components[0].class.clone().unwrap_or_default();
    let line = |release: app::exposed::ExposedRelease| {
        format!("{}@{} {} {}", release.product, release.release, release.verdict, class(&release))
    };
    found.releases.into_iter().map(line).collect()
}

fn spots(workspace: &Workspace, release: &str) -> BlindSpots {
    blind_spot::list(&workspace.app, &workspace.console, AsOf::Now, release, None, 9).unwrap()
}

fn blind(workspace: &Workspace) -> Vec<i64> {
    let accounts = account(&workspace.app, &workspace.console, AsOf::Now, None).unwrap();
    assert!(accounts.closes(), "{accounts:#?}");
    accounts.releases.iter().map(|release| release.blind_spots).collect()
}

#[test]
fn a_proposal_finds_nothing_until_somebody_confirms_it() {
    let results = std::sync::Mutex::new(Vec::new());
    both(|engine| {
        let workspace = filled(engine);
        let (app, console) = (&workspace.app, &workspace.console);
        let first = sweep(app, console, false).unwrap();
        assert_eq!((hit(&workspace), first.verdicts), (vec![], 0));
        let before = blind(&workspace);
        // The device itself, the gadget, the house library.
        let list = spots(&workspace, "pump@1");
        assert_eq!((list.open, list.at_stake, list.mapped.len()), (3, 2, 0), "{list:#?}");
        let spot = &list.parts[0];
        assert_eq!((spot.part.name.as_str(), spot.at_stake), ("Gadget", 2));
        assert_eq!((spot.proposals[0].target.as_str(), spot.proposals[0].likeness), (GADGET, "equal"));

        workspace.clock.set("2026-03-02T09:00:00Z".parse().unwrap());
        let said = mapping::rule(app, console, &gadget("pump@1", "component")).unwrap();
        assert_eq!((said.ruling, said.scope, said.by.as_str()), ("confirmed", "component", "local console"));
        assert!(spots(&workspace, "pump@1").waits_for_sweep);
        let found = sweep(app, console, false).unwrap();
        assert!(!found.confirmed, "what was said is not of the last sweep");
        let everywhere = ["monitor@1 in_range C", "pump@1 in_range C", "pump@2 in_range C"];
        assert_eq!(hit(&workspace), everywhere);
        assert_eq!(blind(&workspace), before.iter().map(|blind| blind - 1).collect::<Vec<_>>());
        let list = spots(&workspace, "pump@1");
        assert_eq!((list.open, list.at_stake, list.waits_for_sweep), (2, 0, false), "{list:#?}");
        assert_eq!(list.mapped[0].looked_up_as.as_deref(), Some("1.5"));
        assert_eq!(list.mapped[0].mapping.as_ref(), Some(&said));
        let full = sweep(app, console, true).unwrap();
        assert_eq!((full.opened, full.closed, &full.result), (0, 0, &found.result));
        assert!(sweep(app, console, false).unwrap().confirmed);

        let told = explain_release(app, console, AsOf::Now, "pump@1", FLAW, None).unwrap();
        assert_eq!(told.verdict, Some("in_range"));
        let word = "identity by mapping: cpe:a:acme:gadget (cpe:a:acme:gadget), confirmed by local console on 2026-03-02";
        assert!(told.steps.iter().any(|step| step.text.starts_with(word)), "{:#?}", told.steps);
        let search = PartSearch { watch: Some(Watch::Dictionary), ..PartSearch::default() };
        let question = Question { reference: "pump@1", search, after: None, issues: false };
        let page = page::release::release(app, console, AsOf::Now, &question).unwrap();
        assert_eq!(page.inventory.unwrap().parts.rows[0].part.name, "Gadget");

        // As of the day before nothing was said.
        let then = AsOf::At("2026-03-01T12:00:00Z".parse().unwrap());
        assert!(mapping::list(app, console, then, None).unwrap().is_empty());
        assert!(explain_release(app, console, then, "pump@1", FLAW, None).unwrap().verdict.is_none());

        workspace.clock.set("2026-03-03T09:00:00Z".parse().unwrap());
        mapping::withdraw(app, console, &said.id, "The manual was of another device").unwrap();
        let last = sweep(app, console, false).unwrap();
        assert_eq!((hit(&workspace), &last.result), (vec![], &first.result));
        assert_eq!(blind(&workspace), before);
        let (verification, recomputed) = deep::verify(app, console, None).unwrap();
        assert_eq!((verification.verified.damage, &recomputed.damage), (None, &None));
        assert!(recomputed.compared > 2, "{recomputed:?}");
        results.lock().unwrap().push(found.result);
    });
    let results = results.into_inner().unwrap();
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "both engines give one digest");
}

#[test]
fn a_mapping_holds_where_it_was_said_to_hold() {
    for (scope, expected) in [
        ("release", vec!["pump@1 in_range C"]),
        ("product-line", vec!["pump@1 in_range C", "pump@2 in_range C"]),
        ("organisation", vec!["monitor@1 in_range C", "pump@1 in_range C", "pump@2 in_range C"]),
    ] {
        both(|engine| {
            let workspace = filled(engine);
            let (app, console) = (&workspace.app, &workspace.console);
            let nothing = sweep(app, console, false).unwrap();
            let said = mapping::rule(app, console, &gadget("pump@1", scope)).unwrap();
            let found = sweep(app, console, false).unwrap();
            assert_eq!(hit(&workspace), expected, "{scope}");
            let full = sweep(app, console, true).unwrap();
            assert_eq!((full.opened, full.closed, &full.result), (0, 0, &found.result), "{scope}");
            blind(&workspace);
            mapping::withdraw(app, console, &said.id, "a test").unwrap();
            assert_eq!(sweep(app, console, false).unwrap().result, nothing.result, "{scope}");
        });
    }
}

#[test]
fn the_narrowest_word_is_heard() {
    let database = sqlite();
    let workspace = filled(&database.engine);
    let (app, console) = (&workspace.app, &workspace.console);
    mapping::rule(app, console, &gadget("pump@1", "organisation")).unwrap();
    let nothing = NewMapping { saying: Saying::NoPublicIdentity, ..gadget("pump@1", "product_line") };
    mapping::rule(app, console, &nothing).unwrap();
    mapping::rule(app, console, &gadget("pump@2", "release")).unwrap();
    sweep(app, console, false).unwrap();
    assert_eq!(hit(&workspace), ["monitor@1 in_range C", "pump@2 in_range C"]);
    let list = spots(&workspace, "pump@1");
    assert_eq!((list.open, list.without_public_identity), (2, 1), "{list:#?}");
    // Looked for and not found is still a part that nothing can warn us about.
    assert_eq!(blind(&workspace).iter().max(), blind(&workspace).get(1), "{:?}", blind(&workspace));
    let told = explain_release(app, console, AsOf::Now, "pump@1", FLAW, Some("Gadget")).unwrap();
    assert!(
        told.steps.iter().any(|step| step.text.starts_with("no public identity, confirmed by")),
        "{told:#?}"
    );
}

#[test]
fn what_was_rejected_is_not_proposed_again() {
    let database = sqlite();
    let workspace = filled(&database.engine);
    let (app, console) = (&workspace.app, &workspace.console);
    let no = NewMapping { saying: Saying::IsNot(GADGET.to_owned()), ..gadget("pump@1", "product_line") };
    mapping::rule(app, console, &no).unwrap();
    let targets = |release: &str| {
        let list = spots(&workspace, release);
        let spot = list.parts.iter().find(|spot| spot.part.name == "Gadget").unwrap();
        (spot.rejected, spot.proposals.iter().any(|proposal| proposal.target == GADGET))
    };
    assert_eq!(
        (targets("pump@1"), targets("pump@2"), targets("monitor@1")),
        ((1, false), (1, false), (0, true))
    );
    // Two answers to one question are none.
    for contradiction in [no, gadget("pump@2", "product_line")] {
        let refused = mapping::rule(app, console, &contradiction).unwrap_err();
        assert!(
            matches!(&refused, AppError::Conflict(text) if text.contains("withdraw it first")),
            "{refused}"
        );
    }
    sweep(app, console, false).unwrap();
    assert!(hit(&workspace).is_empty());
}

#[test]
fn what_does_not_hold_is_told_at_its_field() {
    let database = sqlite();
    let workspace = filled(&database.engine);
    let (app, console) = (&workspace.app, &workspace.console);
    let check = |change: &dyn Fn(&mut NewMapping), expected: &str| {
        let mut new = gadget("pump@1", "component");
        change(&mut new);
        let refused = mapping::rule(app, console, &new).unwrap_err();
        let told = match &refused {
            AppError::Invalid(fields) => fields[0].field.clone(),
            other => other.to_string(),
        };
        assert_eq!(told, expected, "{refused}");
    };
    check(&|new| new.why = " ".to_owned(), "why");
    check(&|new| new.scope = "world".to_owned(), "scope");
    check(&|new| new.version_rule = "first:2".to_owned(), "version_rule");
    check(&|new| new.saying = Saying::Is("gadget".to_owned()), "target");
    // Nobody would ever be warned by it.
    check(&|new| new.saying = Saying::Is("cpe:a:acme:unheard_of".to_owned()), "target");
    check(&|new| new.part = AskedPart::OfRelease("meter".to_owned()), "component");
    check(&|new| new.part = AskedPart::OfRelease("nothing".to_owned()), "there is no component `nothing`");
    check(&|new| new.part = AskedPart::Named(RawPart::default()), "name");
    let release = |new: &mut NewMapping| {
        new.scope = "release".to_owned();
        new.part = AskedPart::Named(RawPart { name: "Gadget".to_owned(), ..RawPart::default() });
        new.release = None;
    };
    check(&release, "release");
    let cpe = Saying::Is("cpe:2.3:a:acme:gadget:*:*:*:*:*:*:*:*".to_owned());
    let by_cpe = NewMapping { saying: cpe, ..gadget("pump@1", "component") };
    assert_eq!(mapping::rule(app, console, &by_cpe).unwrap().target.as_deref(), Some(GADGET));
    assert!(mapping::withdraw(app, console, "nothing", "a test").is_err());
}

#[test]
fn a_file_of_mappings_says_the_same_elsewhere() {
    let (here, there) = (sqlite(), sqlite());
    let (one, other) = (filled(&here.engine), filled(&there.engine));
    mapping::rule(&one.app, &one.console, &gadget("pump@1", "organisation")).unwrap();
    mapping::rule(
        &one.app,
        &one.console,
        &NewMapping { saying: Saying::NoPublicIdentity, ..gadget("monitor@1", "release") },
    )
    .unwrap();
    let file = document::export(&one.app, &one.console, AsOf::Now).unwrap();
    assert_eq!(file, document::export(&one.app, &one.console, AsOf::Now).unwrap());
    let import =
        |mode| document::import(&other.app, &other.console, file.as_bytes(), mode, "a test").unwrap();
    assert_eq!(
        (
            import(Mode::Preview).added,
            mapping::list(&other.app, &other.console, AsOf::Now, None).unwrap().len()
        ),
        (2, 0)
    );
    assert_eq!((import(Mode::Commit).written, import(Mode::Commit).unchanged), (true, 2));
    sweep(&other.app, &other.console, false).unwrap();
    assert_eq!(hit(&other), ["pump@1 in_range C", "pump@2 in_range C"]);
    let told = mapping::list(&other.app, &other.console, AsOf::Now, None).unwrap();
    assert!(told.iter().all(|line| line.why.contains("a file says: by local console")), "{told:?}");

    // A check without a record hears what holds for everybody.
    let (mappings, left_out) = document::for_check(file.as_bytes()).unwrap();
    assert_eq!(left_out, 1);
    let corpus = one.app.current_corpus().unwrap();
    let found = |mappings: &_| {
        let report = check(&corpus, sbom("R1.9").as_bytes(), mappings, false).unwrap();
        report.findings().map(|finding| (finding.vulnerability.to_owned(), finding.class)).collect::<Vec<_>>()
    };
    assert_eq!(found(&mappings), [(FLAW.to_owned(), Some("C"))]);
    assert_eq!(found(&mapping::Mappings::default()), []);
}

#[test]
fn a_file_that_does_not_hold_changes_nothing() {
    let database = sqlite();
    let workspace = filled(&database.engine);
    let (app, console) = (&workspace.app, &workspace.console);
    mapping::rule(app, console, &gadget("pump@1", "organisation")).unwrap();
    let file = document::export(app, console, AsOf::Now).unwrap();
    for (from, to) in [
        ("cpe:a:acme:gadget", "cpe:a:acme:*"),
        ("\"confirmed\"", "\"perhaps\""),
        ("without:R", "second:R"),
        ("organisation", "world"),
        ("The maker's manual names it", ""),
        ("\"version\": 1", "\"version\": 2"),
        ("\"format\"", "\"kind\""),
        ("cpe:a:acme:gadget", "cpe:a:acme:gadget_server"),
        ("\"Gadget\"", "\"\\u0000\""),
        ("[", "[[[["),
    ] {
        assert!(file.contains(from), "{from}");
        let bytes = file.replace(from, to);
        match document::import(app, console, bytes.as_bytes(), Mode::Commit, "a test") {
            Ok(report) => assert!(report.failed() && !report.written, "{from} -> {to}: {report:?}"),
            Err(error) => assert!(matches!(error, AppError::Invalid(_)), "{from} -> {to}: {error}"),
        }
    }
    assert_eq!(mapping::list(app, console, AsOf::Now, None).unwrap().len(), 1);
}

#[test]
fn what_is_said_of_a_release_that_few_know_of_is_known_to_few() {
    let database = sqlite();
    let workspace = filled(&database.engine);
    let app = &workspace.app;
    let (insider, outsider) = (Viewer::console(vec!["quiet".to_owned()]), Viewer::console(Vec::new()));
    let new = NewRelease {
        product: "pump".to_owned(),
        version: "3".to_owned(),
        audience: Some("quiet".to_owned()),
        ..NewRelease::default()
    };
    release::add(app, &insider, new).unwrap();
    inventory::add(app, &insider, "pump@3", "sbom.json", sbom("R1.7").as_bytes(), "a test").unwrap();
    for scope in ["component", "organisation", "product_line"] {
        let refused = mapping::rule(app, &insider, &gadget("pump@3", scope)).unwrap_err();
        assert!(
            matches!(&refused, AppError::Invalid(fields) if fields[0].field == "scope"),
            "{scope}: {refused}"
        );
    }
    sweep(app, &insider, false).unwrap();
    let said = mapping::rule(app, &insider, &gadget("pump@3", "release")).unwrap();
    assert_eq!(said.audience, "quiet");
    assert_eq!(mapping::list(app, &insider, AsOf::Now, None).unwrap().len(), 1);
    assert!(mapping::list(app, &outsider, AsOf::Now, None).unwrap().is_empty());
    assert!(mapping::withdraw(app, &outsider, &said.id, "a test").is_err());
    assert!(blind_spot::list(app, &outsider, AsOf::Now, "pump@3", None, 9).is_err());
    assert!(!document::export(app, &insider, AsOf::Now).unwrap().contains("Gadget"));
    // What everybody may know of the watch does not tell that anything was said.
    let swept = sweep(app, &insider, false).unwrap();
    let quiet = &swept.labelled[0];
    assert_eq!(
        (swept.confirmed, swept.verdicts, quiet.confirmed, quiet.verdicts),
        (true, 0, false, 1),
        "{swept:#?}"
    );
    let of = |viewer: &Viewer| exposed(app, viewer, AsOf::Now, FLAW).map_or(0, |found| found.releases.len());
    assert_eq!((of(&insider), of(&outsider)), (1, 0));
    let (verification, recomputed) = deep::verify(app, &insider, None).unwrap();
    assert_eq!((verification.verified.damage, &recomputed.damage), (None, &None));
}
