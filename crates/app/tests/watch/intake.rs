//! Taking feeds in: every record in one count, known files left alone, damage named, the newest copy stays.

use std::fs;

use app::{
    AppError,
    import::{ImportRequest, import},
    watch::watch,
};
use domain::ledger::AsOf;
use testkit::{both, sqlite};

use crate::support::{Workspace, lay_down, nvd, osv};

/// `source read new changed unchanged superseded refused not_read`, a line each.
fn counts(report: &app::import::ImportReport) -> String {
    report
        .sources
        .values()
        .map(|s| {
            format!(
                "{} {} {} {} {} {} {} {}\n",
                s.source, s.read, s.new, s.changed, s.unchanged, s.superseded, s.refused, s.not_read
            )
        })
        .collect()
}

#[test]
fn feeds_are_counted_and_known_ones_left_alone() {
    both(|engine| {
        let workspace = Workspace::new(engine);
        let feeds = workspace.feeds();
        lay_down(&feeds);
        let first = workspace.import(&feeds);
        assert_eq!(
            counts(&first),
            "epss 2 2 0 0 0 0 0\nkev 1 1 0 0 0 0 0\nnvd 4 4 0 0 0 0 0\nosv:Go 2 2 0 0 0 0 0\n",
            "{:?}",
            first.issues
        );
        assert!(!first.did_nothing());
        let corpus = workspace.app.current_corpus().unwrap();
        assert_eq!(corpus.id, first.snapshot);
        assert_eq!(corpus.index.known(), 5);
        let group = corpus.index.group(corpus.index.find("GO-2024-0001").unwrap()).unwrap();
        assert_eq!((group.name, group.kev.is_some()), ("CVE-2024-0001", true));
        let record = group.records.iter().find(|record| record.source == "osv:Go").unwrap();
        let raw = corpus.raw(record.locator).unwrap();
        assert_eq!(raw, fs::read(feeds.join("osv/Go/GO-2024-0001.json")).unwrap());

        let second = workspace.import(&feeds);
        assert!(second.did_nothing());
        assert_eq!((second.files, second.files_known), (5, 5));
        assert_eq!(second.snapshot, first.snapshot);
        assert_eq!(
            counts(&second),
            "epss 2 0 0 2 0 0 0\nkev 1 0 0 1 0 0 0\nnvd 4 0 0 4 0 0 0\nosv:Go 2 0 0 2 0 0 0\n"
        );
        let entries = workspace.app.store.read(AsOf::Now, |view| Ok::<_, AppError>(view.sequence())).unwrap();
        assert_eq!(entries, 1, "an import that did nothing leaves no entry");
        let shown = watch(&workspace.app, &workspace.console, AsOf::Now).unwrap();
        let names: Vec<_> = shown.sources.iter().map(|s| (s.name.as_str(), s.state, s.records)).collect();
        assert_eq!(names, [("epss", "ok", 2), ("kev", "ok", 1), ("nvd", "ok", 4), ("osv:Go", "ok", 2)]);
        assert_eq!(store::verify(&workspace.app.store, None).unwrap().damage, None);
    });
}

#[test]
fn the_newest_copy_stays() {
    let database = sqlite();
    let workspace = Workspace::new(&database.engine);
    let feeds = workspace.feeds();
    fs::create_dir_all(feeds.join("Go")).unwrap();
    let put = |name: &str, fixed: &str, modified: &str| {
        let text = osv("GO-2024-0001", "CVE-2024-0001", "example.org/meter", fixed, modified);
        fs::write(feeds.join("Go").join(name), text).unwrap();
    };
    let fixed = |expected: &str| {
        let corpus = workspace.app.current_corpus().unwrap();
        let group = corpus.index.group(corpus.index.find("CVE-2024-0001").unwrap()).unwrap();
        let raw = String::from_utf8(corpus.raw(group.records[0].locator).unwrap()).unwrap();
        assert!(raw.contains(&format!("\"fixed\":\"{expected}\"")), "{raw}");
    };
    put("a.json", "1.1.0", "2024-03-01T00:00:00Z");
    put("b.json", "1.2.0", "2024-02-01T00:00:00Z");
    put("c.json", "1.3.0", "2024-03-01T00:00:00Z");
    assert_eq!(counts(&workspace.import(&feeds)), "osv:Go 3 1 0 0 2 0 0\n");
    fixed("1.3.0");
    // An older state comes late: it is known to be older.
    put("d.json", "1.4.0", "2024-01-01T00:00:00Z");
    assert_eq!(counts(&workspace.import(&feeds.join("Go/d.json"))), "osv:Go 1 0 0 0 1 0 0\n");
    fixed("1.3.0");
    // Another with the same time: later counts; then the known content comes back in a file of another form.
    put("e.json", "1.5.0", "2024-03-01T00:00:00Z");
    assert_eq!(counts(&workspace.import(&feeds.join("Go/e.json"))), "osv:Go 1 0 1 0 0 0 0\n");
    fixed("1.5.0");
    put("f.json", "1.6.0", "2024-03-01T00:00:00Z");
    let again = osv("GO-2024-0001", "CVE-2024-0001", "example.org/meter", "1.5.0", "2024-03-01T00:00:00Z");
    fs::write(feeds.join("Go/g.json"), format!("{again}\n")).unwrap();
    let request =
        ImportRequest { paths: vec![feeds.join("Go/f.json"), feeds.join("Go/g.json")], source: None };
    let report = import(&workspace.app, &workspace.console, &request, &|_| {}).unwrap();
    assert_eq!(report.sources["osv:Go"].superseded, 1);
    fixed("1.5.0");
    // The rule is derived again from the packs when the index has to be rebuilt.
    let index = workspace.folder.path().join("corpus/index").join(format!("{}.index", report.snapshot));
    let before = fs::read(&index).unwrap();
    fs::remove_file(&index).unwrap();
    workspace.import(&feeds);
    assert_eq!(fs::read(&index).unwrap(), before);
    fixed("1.5.0");
}

#[test]
fn what_is_broken_names_itself_and_the_rest_goes_in() {
    let database = sqlite();
    let workspace = Workspace::new(&database.engine);
    let feeds = workspace.feeds();
    lay_down(&feeds);
    let good = nvd(&[("CVE-2024-0009", "[]")]);
    let broken = good.replace("\"id\":\"CVE-2024-0009\",", "");
    fs::write(feeds.join("nvd/nvdcve-2.0-2025.json"), broken).unwrap();
    fs::write(feeds.join("nvd/notes.md"), "nothing to read").unwrap();
    let report = workspace.import(&feeds);
    let source = &report.sources["nvd"];
    assert_eq!((source.read, source.new, source.refused), (4, 4, 1));
    assert!(!report.is_clean());
    assert!(report.issues.iter().any(|issue| issue.refused && issue.location.contains("2025.json")));
    let shown = watch(&workspace.app, &workspace.console, AsOf::Now).unwrap();
    let states: Vec<_> = shown.sources.iter().map(|s| (s.name.as_str(), s.state)).collect();
    assert_eq!(states, [("epss", "ok"), ("kev", "ok"), ("nvd", "degraded"), ("osv:Go", "ok")]);
    // Remembered as well.
    assert_eq!(workspace.import(&feeds).sources["nvd"].refused, 1);
}

#[test]
fn a_killed_import_leaves_the_old_corpus_and_is_made_up_for() {
    let database = sqlite();
    let workspace = Workspace::new(&database.engine);
    let feeds = workspace.feeds();
    lay_down(&feeds);
    let first = workspace.import(&feeds);
    // Killed while writing packs: rubbish, and nothing else.
    let rubbish = workspace.folder.path().join("corpus/packs/.0-0.1.pack.tmp");
    fs::write(&rubbish, "half").unwrap();
    assert_eq!(workspace.app.current_corpus().unwrap().id, first.snapshot);
    // Killed between the switch and the ledger entry: as if another record stood behind the same corpus.
    let other = sqlite();
    let mut lost = Workspace::new(&other.engine);
    lost.folder = tempfile::tempdir().unwrap();
    lost.app.folder = workspace.folder.path().to_owned();
    let made_up = import(
        &lost.app,
        &lost.console,
        &ImportRequest { paths: vec![feeds.clone()], source: None },
        &|_| {},
    )
    .unwrap();
    assert!(made_up.did_nothing());
    let recorded = lost.app.store.read(AsOf::Now, |view| view.last_snapshot()).unwrap().unwrap();
    assert_eq!(recorded.id, first.snapshot);
    // Rubbish goes after a day, with the next import that changes something.
    workspace.clock.set("2100-01-01T00:00:00Z".parse().unwrap());
    fs::write(feeds.join("nvd/more.json"), nvd(&[("CVE-2024-0007", "[]")])).unwrap();
    workspace.import(&feeds);
    assert!(!rubbish.exists());
    assert_eq!(workspace.app.current_corpus().unwrap().index.known(), 6);
}

#[test]
fn a_second_import_waits_its_turn() {
    let database = sqlite();
    let workspace = Workspace::new(&database.engine);
    let feeds = workspace.feeds();
    lay_down(&feeds);
    let run = workspace.folder.path().join("run");
    let _lock = store::Lock::acquire(&run, "import", workspace.app.now()).unwrap();
    let request = ImportRequest { paths: vec![feeds], source: None };
    let error = import(&workspace.app, &workspace.console, &request, &|_| {}).unwrap_err();
    assert!(matches!(error, AppError::Store(store::StoreError::Locked { .. })), "{error}");
}
