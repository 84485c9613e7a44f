//! From feeds and SBOMs to verdicts, accounts, exposures and explanations; confirmed, incremental and full alike.

use std::fs;

use app::{
    Viewer,
    account::account,
    check::check,
    explain::{explain_document, explain_release},
    exposed::exposed,
    impact::about,
    inventory,
    mapping::Mappings,
    sweep::{replay, sweep},
    watch::{FindingFilter, FindingSort, findings, watch},
};
use domain::ledger::AsOf;
use testkit::{both, sqlite};

use crate::support::{OLD_WIDGET, WIDGET_ON_WINDOWS, Workspace, lay_down, nvd, sbom};

fn filled(engine: &testkit::Engine) -> Workspace {
    let workspace = Workspace::new(engine);
    lay_down(&workspace.feeds());
    workspace.import(&workspace.feeds());
    workspace.fill();
    workspace
}

#[test]
fn a_check_leaves_no_trace() {
    let database = sqlite();
    let workspace = filled(&database.engine);
    let corpus = workspace.app.current_corpus().unwrap();
    let sequence = || workspace.app.store.read(AsOf::Now, |v| Ok::<_, store::StoreError>(v.sequence()));
    let before = sequence().unwrap();
    let report = check(&corpus, sbom("v1.3.0", false).as_bytes(), &Mappings::default(), false).unwrap();
    let rows: Vec<_> = report
        .findings()
        .map(|f| (f.component.name.as_str(), f.vulnerability, f.verdict, f.kev, f.epss))
        .collect();
    assert_eq!(
        rows,
        [
            ("meter", "CVE-2024-0001", "in_range", true, Some(0.5)),
            ("widget", "CVE-2024-0003", "undecided", false, Some(0.001)),
        ]
    );
    let first = report.findings().next().unwrap();
    assert_eq!(first.aliases, ["GO-2024-0001"]);
    assert_eq!(first.fixed_in, ["1.4.0"]);
    assert_eq!(first.cvss.as_ref().map(|cvss| cvss.score), Some(9.8));
    let tally = report.components;
    assert_eq!(tally.total, tally.assessed + tally.undecided + tally.not_assessed);
    assert_eq!(tally.total, 4);
    assert!(
        check(&corpus, sbom("v1.3.0", false).as_bytes(), &Mappings::default(), true).unwrap().count() > 2
    );
    assert_eq!(sequence().unwrap(), before);
}

#[test]
fn what_no_catalogue_was_asked_about_is_not_known() {
    let database = sqlite();
    let workspace = Workspace::new(&database.engine);
    lay_down(&workspace.feeds());
    let (app, console) = (&workspace.app, &Viewer::console(Vec::new()));
    let exploited = || {
        let list = findings(app, console, AsOf::Now, &FindingFilter::default(), FindingSort::Name, None, 9);
        let rows: Vec<_> = list.unwrap().groups.into_iter().map(|group| group.exploited).collect();
        let known = about(app, console, "CVE-2024-0003", String::new()).unwrap();
        (rows, known.exploited)
    };
    workspace.import(&workspace.feeds().join("osv"));
    workspace.import(&workspace.feeds().join("nvd"));
    workspace.fill();
    sweep(app, console, false).unwrap();
    assert_eq!(exploited(), (vec![None, None], None));
    workspace.import(&workspace.feeds().join("kev"));
    sweep(app, console, false).unwrap();
    let (rows, known) = exploited();
    assert!(matches!(&rows[..], [Some(Some(_)), Some(None)]), "{rows:?}");
    assert_eq!(known, Some(None));
}

#[test]
fn a_sweep_writes_differences_and_a_receipt() {
    let mut results = Vec::new();
    let collected = std::sync::Mutex::new(&mut results);
    both(|engine| {
        let workspace = filled(engine);
        let (app, console) = (&workspace.app, &workspace.console);
        let first = sweep(app, console, false).unwrap();
        // The meter of release 1; the widget, which hangs on the operating system.
        assert_eq!((first.opened, first.closed, first.verdicts), (2, 0, 2));
        let accounts = account(app, console, AsOf::Now, None).unwrap();
        assert!(accounts.closes(), "{accounts:#?}");
        let open: Vec<_> = accounts
            .releases
            .iter()
            .map(|r| (r.release.as_str(), r.known, r.open, r.blind_spots > 0))
            .collect();
        assert_eq!(open, [("1", 5, 2, true), ("2", 5, 1, true)]);

        let confirmed = sweep(app, console, false).unwrap();
        assert!(confirmed.confirmed);
        assert_eq!(
            [(first.mode, first.reason), (confirmed.mode, confirmed.reason)],
            [("full", "first"), ("confirmed", "nothing_changed")]
        );
        let full = sweep(app, console, true).unwrap();
        assert!(!full.confirmed);
        assert_eq!((full.opened, full.closed), (0, 0));
        assert_eq!((&confirmed.result, &full.result), (&first.result, &first.result));
        assert_eq!(watch(app, console, AsOf::Now).unwrap().sweeps.len(), 3);
        assert!(fs::read_dir(workspace.folder.path().join("checkpoints")).unwrap().count() >= 3);

        let hit = exposed(app, console, AsOf::Now, "cve-2024-0001").unwrap();
        let units: Vec<_> =
            hit.releases.iter().map(|r| (r.release.as_str(), r.verdict, r.units.total)).collect();
        assert_eq!(units, [("1", "in_range", 2)]);
        assert_eq!(hit.units_with_unknown_release, 1);
        let settled = exposed(app, console, AsOf::Now, "CVE-2024-0003").unwrap();
        let words: Vec<_> = settled.releases.iter().map(|r| (r.release.as_str(), r.verdict)).collect();
        assert_eq!(words, [("1", "undecided"), ("2", "in_range")]);
        assert!(exposed(app, console, AsOf::Now, "CVE-2024-0002").unwrap().releases.is_empty());
        assert!(exposed(app, console, AsOf::Now, "CVE-1999-0001").is_err());
        for verify in [app::ledger::verify, |app: &_, viewer: &_, file: Option<&_>| {
            app::deep::verify(app, viewer, file).map(|(verification, _)| verification)
        }] {
            let verification = verify(app, console, None).unwrap();
            assert_eq!(verification.verified.damage, None);
            assert!(verification.verified.corpus > 3, "{verification:?}");
        }
        collected.lock().unwrap().push(first.result);
    });
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "both engines give one digest");
}

#[test]
fn a_sweep_after_changes_gives_what_one_from_nothing_gives_and_is_replayed() {
    both(|engine| {
        let workspace = filled(engine);
        let (app, console) = (&workspace.app, &workspace.console);
        let first = sweep(app, console, false).unwrap();
        let past = app.now();
        workspace.clock.set("2026-03-02T09:00:00Z".parse().unwrap());
        let feeds = workspace.feeds();
        let records = [("CVE-2024-0003", OLD_WIDGET), ("CVE-2024-0004", WIDGET_ON_WINDOWS)];
        let newer = nvd(&records).replace("2024-02-01T", "2024-03-01T");
        fs::write(feeds.join("nvd/nvdcve-2.0-modified.json"), newer).unwrap();
        let report = workspace.import(&feeds);
        assert_eq!(report.sources["nvd"].changed, 2);
        let changed = sweep(app, console, false).unwrap();
        assert_eq!((changed.opened, changed.closed), (1, 1));
        assert_eq!((changed.mode, changed.reason), ("full", "corpus"));
        // The snapshot of then, opened again, and the portfolio of then.
        inventory::add(app, console, "pump@2", "sbom.json", sbom("v1.2.0", false).as_bytes(), "a test")
            .unwrap();
        let replaced = sweep(app, console, false).unwrap();
        assert_eq!((replaced.opened, replaced.mode, replaced.reason), (1, "full", "portfolio"));
        for receipt in [&first, &changed, &replaced] {
            let again = replay(app, console, receipt.sequence).unwrap();
            assert!(again.same && again.result == receipt.result, "{again:?}");
        }
        assert_ne!(first.result, changed.result);
        assert!(replay(app, console, replaced.sequence - 1).is_err(), "an SBOM came in that entry");
        assert!(account(app, console, AsOf::Now, None).unwrap().closes());
        // As it was known before.
        let then = exposed(app, console, AsOf::At(past), "CVE-2024-0003").unwrap();
        assert_eq!(then.releases.len(), 2);
        assert!(exposed(app, console, AsOf::Now, "CVE-2024-0003").unwrap().releases.is_empty());

        let other = sqlite();
        let fresh = Workspace::new(&other.engine);
        lay_down(&fresh.feeds());
        fs::copy(
            feeds.join("nvd/nvdcve-2.0-modified.json"),
            fresh.feeds().join("nvd/nvdcve-2.0-modified.json"),
        )
        .unwrap();
        fresh.import(&fresh.feeds());
        fresh.fill();
        assert_eq!(sweep(&fresh.app, &fresh.console, false).unwrap().result, changed.result);
        assert_eq!(store::verify(&app.store, None).unwrap().damage, None);
    });
}

#[test]
fn findings_are_grouped_sorted_and_paged() {
    let database = sqlite();
    let workspace = filled(&database.engine);
    let (app, console) = (&workspace.app, &workspace.console);
    sweep(app, console, false).unwrap();
    let list = |filter: &FindingFilter, sort, after: Option<&str>, limit| {
        findings(app, console, AsOf::Now, filter, sort, after, limit).unwrap()
    };
    let all = FindingFilter::default();
    for sort in FindingSort::ALL {
        let whole = list(&all, sort, None, 10);
        assert_eq!((whole.total, whole.groups.len(), whole.next), (2, 2, None));
        let first = list(&all, sort, None, 1);
        let rest = list(&all, sort, first.next.as_deref(), 1);
        assert_eq!([&first.groups[..], &rest.groups[..]].concat(), whole.groups, "{}", sort.as_str());
        assert_eq!(FindingSort::parse(sort.as_str()), Some(sort));
    }
    let urgent = &list(&all, FindingSort::Urgency, None, 1).groups[0];
    assert_eq!(
        (urgent.shown.as_str(), urgent.kev, urgent.units, urgent.releases),
        ("CVE-2024-0001", true, 2, 1)
    );
    assert_eq!(list(&FindingFilter { kev: true, ..all.clone() }, FindingSort::Name, None, 9).total, 1);
    let text = FindingFilter { text: Some("0003".to_owned()), ..all };
    assert_eq!(list(&text, FindingSort::Name, None, 9).groups[0].shown, "CVE-2024-0003");
}

#[test]
fn why_and_why_not() {
    let database = sqlite();
    let workspace = filled(&database.engine);
    let corpus = workspace.app.current_corpus().unwrap();
    let document = sbom("v1.3.0", false);
    let ask = |name: &str| {
        explain_document(&corpus, document.as_bytes(), &Mappings::default(), name, None).unwrap()
    };
    let listed = ask("CVE-2024-0001");
    assert_eq!(listed.verdict, Some("in_range"));
    let decided = listed.verdicts.iter().find(|line| line.verdict == "in_range").unwrap();
    assert_eq!(decided.record.as_deref(), Some("GO-2024-0001"));
    assert!(decided.excerpt.as_ref().unwrap().contains("example.org/meter"), "{decided:?}");
    for name in ["CVE-2024-0002", "CVE-2024-0004", "CVE-2024-0005", "CVE-1999-0001"] {
        let absent = ask(name);
        assert!(absent.stopped_at.is_some(), "{absent:#?}");
        assert!(!matches!(absent.verdict, Some("in_range" | "undecided")), "{name}");
    }
    let release = explain_release(
        &workspace.app,
        &workspace.console,
        AsOf::Now,
        "pump@2",
        "CVE-2024-0001",
        Some("meter"),
    )
    .unwrap();
    assert_eq!(release.stopped_at, Some("version"), "{release:#?}");
}

#[test]
fn what_can_be_rebuilt_is_compared_and_what_is_missing_is_named() {
    both(|engine| {
        let workspace = filled(engine);
        let (app, console) = (&workspace.app, &workspace.console);
        sweep(app, console, false).unwrap();
        let damage = || app::deep::verify(app, console, None).unwrap().0.verified.damage;
        assert_eq!(damage(), None);
        for (change, back, table) in [
            (
                "UPDATE cache_component_word SET word = 'other' WHERE word = 'widget'",
                "UPDATE cache_component_word SET word = 'widget' WHERE word = 'other'",
                "cache_component_word",
            ),
            (
                "UPDATE ops_counter SET last = last - 1 WHERE name = 'verdict'",
                "UPDATE ops_counter SET last = last + 1 WHERE name = 'verdict'",
                "ops_counter",
            ),
            (
                "UPDATE cache_leaf SET side = 'closed' WHERE noun = 'verdict'",
                "UPDATE cache_leaf SET side = 'opened' WHERE noun = 'verdict'",
                "cache_leaf",
            ),
        ] {
            app.store
                .operate(|ops| ops.execute(change, &[]))
                .unwrap_or_else(|error: store::StoreError| panic!("{error}"));
            assert_eq!(app::ledger::verify(app, console, None).unwrap().verified.damage, None, "{change}");
            assert_eq!(damage().unwrap_or_else(|| panic!("{change}")).table, table);
            app.store
                .operate(|ops| ops.execute(back, &[]))
                .unwrap_or_else(|error: store::StoreError| panic!("{error}"));
            assert_eq!(damage(), None, "{back}");
        }
        let packs = app.corpus_folder().join("packs");
        let mut names: Vec<_> = fs::read_dir(&packs).unwrap().map(|file| file.unwrap().path()).collect();
        names.sort();
        for path in names.iter().filter(|path| path.extension().is_some_and(|kind| kind != "segment")) {
            let bytes = fs::read(path).unwrap();
            fs::remove_file(path).unwrap();
            let found = app::ledger::verify(app, console, None).unwrap().verified.damage.unwrap();
            let digest = path.file_stem().unwrap().to_str().unwrap();
            assert!(found.table == "corpus" && found.what.contains("missing"), "{found}");
            assert!(found.what.contains(digest), "{found}");
            let mut other = bytes.clone();
            other[20] ^= 1;
            fs::write(path, &other).unwrap();
            assert_eq!(damage().unwrap_or_else(|| panic!("{}", path.display())).table, "corpus");
            fs::write(path, &bytes).unwrap();
        }
        assert_eq!(damage(), None);
    });
}

#[test]
fn what_was_counted_wrongly_is_found() {
    type Wrong = fn(&mut store::Tx<'_>, &store::sweep::SweepRow) -> Result<(), store::StoreError>;
    let general = domain::audience::Audience::general;
    let cases: [(&str, &str, Wrong); 5] = [
        ("cache_unit_count", "revisions", |tx, _| {
            tx.ops().execute("UPDATE cache_unit_count SET units = units + 1", &[]).map(drop)
        }),
        ("account", "were counted as", |tx, _| {
            let account = tx.accounts_of(&domain::audience::Audience::general())?.remove(0);
            tx.set_account(&domain::sweep::Account { matched: account.matched + 1, ..account })
        }),
        ("labelled_account", "were counted as", |tx, _| {
            let account = tx.accounts_of(&domain::audience::Audience::general())?.remove(0);
            let label = domain::audience::Audience("embargo".to_owned());
            tx.set_labelled_account(&label, &domain::sweep::Account { matched: 7, ..account })
        }),
        ("sweep", "open verdicts", |tx, last| {
            let mut row = last.clone();
            row.sweep.id.0 = "another".to_owned();
            row.verdicts += 1;
            tx.add_sweep(&row)
        }),
        ("sweep", "result digest", |tx, last| {
            let mut row = last.clone();
            row.sweep.id.0 = "another".to_owned();
            row.sweep.result = "0".repeat(64);
            tx.add_sweep(&row)
        }),
    ];
    for (table, what, wrong) in cases {
        both(|engine| {
            let workspace = filled(engine);
            let (app, console) = (&workspace.app, &workspace.console);
            sweep(app, console, false).unwrap();
            let (verification, recomputed) = app::deep::verify(app, console, None).unwrap();
            assert_eq!(verification.verified.damage, None);
            assert_eq!((recomputed.compared, recomputed.passed_over), (1, 0));
            let last =
                app.store.read(AsOf::Now, |view| view.last_sweep_of(&domain::sweep::Scope::of(&general())));
            let last = last.unwrap_or_else(|error: store::StoreError| panic!("{error}")).unwrap();
            let act = app.act(console, "test.wrong", "a test");
            app.store
                .write(&act, |tx| {
                    tx.summary("Wrong");
                    wrong(tx, &last)
                })
                .unwrap_or_else(|error: store::StoreError| panic!("{error}"));
            assert_eq!(app::ledger::verify(app, console, None).unwrap().verified.damage, None, "{what}");
            let damage = app::deep::verify(app, console, None).unwrap().0.verified.damage;
            let damage = damage.unwrap_or_else(|| panic!("{table}: nobody saw it"));
            assert!(damage.table == table && damage.what.contains(what), "{damage}");
            if damage.can_be_rebuilt() {
                app::deep::rebuild(app, console).unwrap();
                assert_eq!(app::deep::verify(app, console, None).unwrap().0.verified.damage, None);
            }
        });
    }
}
