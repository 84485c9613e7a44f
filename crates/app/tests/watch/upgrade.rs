//! A corpus of an older release is made usable by the program itself, from the packs, and says what it said before.

use std::{fs, path::PathBuf};

use app::{App, AppError, check::check, corpus::Corpus, import, mapping::Mappings};
use domain::audience::Audience;
use store::{StoreError, corpus::CorpusFolder};
use testkit::sqlite;

use crate::support::{Workspace, lay_down, sbom};

/// Every file of a folder of the corpus with an ending, sorted, and its bytes.
fn files(workspace: &Workspace, folder: &str, ending: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(workspace.folder.path().join("corpus").join(folder)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == ending));
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// What is said of a part, byte by byte.
fn said(app: &App) -> String {
    let corpus = app.current_corpus().unwrap();
    let report = check(&corpus, sbom("v1.3.0", true).as_bytes(), &Mappings::default(), true).unwrap();
    assert!(report.count() > 1);
    serde_json::to_string(&report).unwrap()
}

/// Forgets what is mapped, as a new process begins.
fn restart(workspace: &Workspace) {
    workspace.app.corpus.store(None);
}

#[test]
fn older_segments_and_indexes_are_written_anew_and_say_the_same() {
    let database = sqlite();
    let workspace = Workspace::new(&database.engine);
    lay_down(&workspace.feeds());
    let snapshot = workspace.import(&workspace.feeds()).snapshot;
    let before = said(&workspace.app);
    let (segments, indexes) = (files(&workspace, "packs", "segment"), files(&workspace, "index", "index"));
    assert!(segments.len() > 1 && indexes.len() == 1);

    // A release before: another version in the index, another form of one segment, one that is not there at all.
    let folder = CorpusFolder::at(&workspace.folder.path().join("corpus"));
    let mut older = indexes[0].1.clone();
    older[8] -= 1;
    fs::write(&indexes[0].0, &older).unwrap();
    let digest = segments[0].0.file_stem().unwrap().to_str().unwrap();
    let mut segment = folder.begin_segment(digest).unwrap();
    segment.push(b"AFTSEG\0\x01in the words of another release").unwrap();
    segment.finish(digest).unwrap();
    fs::remove_file(&segments[1].0).unwrap();
    restart(&workspace);
    let refused = Corpus::open(&workspace.folder.path().join("corpus")).err();
    assert!(matches!(refused, Some(AppError::Missing { .. })), "{refused:?}");

    assert_eq!(said(&workspace.app), before);
    assert_eq!(workspace.app.current_corpus().unwrap().id, snapshot);
    assert_eq!(files(&workspace, "packs", "segment"), segments, "they are a function of the packs");
    assert_eq!(files(&workspace, "index", "index"), indexes);

    // The same when an import finds it, and when the index alone is gone.
    fs::write(&indexes[0].0, &older).unwrap();
    restart(&workspace);
    assert!(workspace.import(&workspace.feeds()).did_nothing());
    assert_eq!(files(&workspace, "index", "index"), indexes);
    fs::remove_file(&indexes[0].0).unwrap();
    restart(&workspace);
    assert_eq!(said(&workspace.app), before);
}

#[test]
fn damage_in_a_pack_is_named_and_changes_nothing() {
    let database = sqlite();
    let workspace = Workspace::new(&database.engine);
    lay_down(&workspace.feeds());
    workspace.import(&workspace.feeds());
    let (packs, segments) = (files(&workspace, "packs", "pack"), files(&workspace, "packs", "segment"));
    let index = files(&workspace, "index", "index").remove(0);
    let mut older = index.1.clone();
    older[8] -= 1;
    fs::write(&index.0, &older).unwrap();
    let (path, bytes) = &packs[0];
    let mut damaged = bytes.clone();
    damaged[12] ^= 0xFF;
    fs::write(path, &damaged).unwrap();
    fs::remove_file(path.with_extension("segment")).unwrap();
    restart(&workspace);
    let error = workspace.app.find_corpus().err();
    let name = path.file_name().unwrap().to_str().unwrap();
    let is_named = |what: &str| what.contains(name);
    assert!(
        matches!(&error, Some(AppError::Store(StoreError::Damaged { what })) if is_named(what)),
        "{error:?}"
    );
    assert_eq!(fs::read(&index.0).unwrap(), older, "nothing was put in the place of what is there");

    // Restored, the next command goes on.
    fs::write(path, bytes).unwrap();
    assert!(workspace.app.find_corpus().unwrap().is_some());
    assert_eq!(files(&workspace, "packs", "segment"), segments);
}

#[test]
fn who_opens_it_while_another_builds_is_told_who() {
    let database = sqlite();
    let workspace = Workspace::new(&database.engine);
    lay_down(&workspace.feeds());
    workspace.import(&workspace.feeds());
    let index = files(&workspace, "index", "index").remove(0);
    fs::remove_file(&index.0).unwrap();
    let run = workspace.folder.path().join("run");
    let lock = store::Lock::acquire(&run, "import", workspace.app.now()).unwrap();
    restart(&workspace);
    let held = workspace.app.find_corpus().err();
    assert!(matches!(held, Some(AppError::Store(StoreError::Locked { .. }))), "{held:?}");
    drop(lock);
    let root = workspace.folder.path().join("corpus");
    let (general, phases) = (Audience::general(), std::sync::Mutex::new(Vec::new()));
    let told = |progress: import::Progress| phases.lock().unwrap().push(progress.phase);
    let corpus = import::open(&root, &general, &run, workspace.app.now(), &told).unwrap();
    assert!(corpus.is_some());
    let phases = phases.into_inner().unwrap();
    assert_eq!((phases.first(), phases.last()), (Some(&"reading packs"), Some(&import::READY)));
}
