//! Feeds in: files become packs, packs become a snapshot with its index, and the record is told.
//!
//! The order makes a killed import harmless: packs, manifest and index are durable before `CURRENT` is switched in one
//! rename; the ledger entry comes last and is made up for by the next import when it is missing. Not here: reading formats
//! (`feeds`), which copy of a record stays (`merge`), the index (`build`).
//!
//! A private import is the same into a corpus of its own, beside the public one: its source is `private:<label>`, its entry
//! in the ledger bears the label.

mod build;
mod intake;
mod merge;
mod open;
mod private;
mod remembered;
mod report;
mod scores;
mod segments;

use std::{collections::BTreeSet, path::PathBuf};

use domain::{audience::Audience, ledger::AsOf, person::Permission};
use feeds::Options;
use matcher::{record::Source, verdict::ENGINE};
use store::{
    Lock, StoreError,
    corpus::CorpusFolder,
    snapshot::{Snapshot, SourceState},
    source::{SnapshotRow, SourceRow},
};

use crate::{App, AppError, Viewer, cleanup, corpus::Corpus};

pub use open::{READY, open};
pub(crate) use private::SOURCE as PRIVATE_SOURCE;
pub use private::{import_private, withdraw};
pub use report::{ImportIssue, ImportReport, SourceReport};

/// What is to be taken in.
#[derive(Clone, Debug, Default)]
pub struct ImportRequest {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// The source of every record, whatever its content and place say.
    pub source: Option<String>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// `hashing`, `reading`, `reading packs`, `indexing`.
    pub phase: &'static str,
    /// Files done.
    pub files_done: u64,
    /// Files in all.
    pub files: u64,
    /// Bytes of files done.
    pub bytes_done: u64,
    /// Bytes of files in all.
    pub bytes: u64,
    /// Records read.
    pub records: u64,
}

/// Where progress is told; called from several threads.
pub type Told<'a> = &'a (dyn Fn(Progress) + Sync);

/// Takes files into the public corpus.
pub fn import(
    app: &App,
    viewer: &Viewer,
    request: &ImportRequest,
    told: Told<'_>,
) -> Result<ImportReport, AppError> {
    viewer.require(Permission::RunWatch)?;
    if request.source.as_ref().is_some_and(|source| source.starts_with(PRIVATE_SOURCE)) {
        let message = "a private source is named by its label: aftercare feeds import PATH… --audience LABEL";
        return Err(AppError::invalid("source", message));
    }
    import_into(app, viewer, &Audience::general(), request, told)
}

fn import_into(
    app: &App,
    viewer: &Viewer,
    audience: &Audience,
    request: &ImportRequest,
    told: Told<'_>,
) -> Result<ImportReport, AppError> {
    let _lock = Lock::acquire(&app.folder.join("run"), "import", app.now())?;
    let folder = CorpusFolder::open(&app.corpus_folder_of(audience))?;
    let (id, base) = match folder.current()? {
        Some(id) => (id.clone(), folder.snapshot(&id)?),
        None => (String::new(), Snapshot::default()),
    };
    if !id.is_empty() {
        make_up(app, viewer, audience, &id, &base)?;
    }
    let inputs =
        feeds::discover(&request.paths).map_err(|error| AppError::invalid("paths", error.to_string()))?;
    let mut report = ImportReport::default();
    let digested = intake::digest_all(&inputs, told, &mut report);
    let known = remembered::load(&folder, &base)?;
    let (old, fresh): (Vec<_>, Vec<_>) =
        digested.into_iter().partition(|file| known.contains(&file.digest, request.source.as_deref()));
    for file in &old {
        known.tell(&file.digest, request.source.as_deref(), &mut report);
    }
    if fresh.is_empty() && !id.is_empty() && !old.is_empty() {
        rebuild_if_damaged(app, audience, &folder, &id, &base, told)?;
        report.snapshot = id;
        return Ok(report);
    }
    if fresh.is_empty() {
        return Err(AppError::invalid("paths", "there is no file to read under the given paths"));
    }
    let options = Options { source: request.source.clone().map(Source) };
    let mut merge = merge::Merge::of(&folder, &base)?;
    let taken = intake::take_in(&fresh, &options, &folder, &|source, id| merge.hash_of(source, id), told)?;
    let mut snapshot = base.clone();
    ENGINE.clone_into(&mut snapshot.engine);
    let outcome = merge.fold(taken, &folder, &mut snapshot, &mut report)?;
    snapshot.packs.iter_mut().for_each(|pack| pack.audience.clone_from(&audience.0));
    snapshot.files.push(remembered::write(&folder, &fresh, request.source.as_deref(), &outcome)?);
    let live = merge.live(&snapshot);
    // The index is the largest thing of all: nothing else is held while it is built.
    drop(merge);
    let new = folder.write_snapshot(&snapshot)?;
    build::index(&folder, &new, &snapshot, &live, told)?;
    folder.switch(&new)?;
    let heard = report.sources.values().filter(|source| source.read > 0).map(|source| source.source.as_str());
    record(app, viewer, audience, &new, &snapshot, Some((&base, heard.collect())))?;
    if audience.is_general() {
        app.find_corpus()?;
    }
    cleanup::clean(app)?;
    report.snapshot = new;
    Ok(report)
}

/// Tells the record of the snapshot in force when an import died before it could. A running import does it itself, soon.
pub(crate) fn make_up_for_a_dead_import(app: &App, viewer: &Viewer, corpus: &Corpus) -> Result<(), AppError> {
    if app.store.read(AsOf::Now, |view| view.snapshot(&corpus.id))?.is_some() {
        return Ok(());
    }
    let _lock = Lock::acquire(&app.folder.join("run"), "import", app.now())?;
    make_up(app, viewer, &corpus.audience, &corpus.id, &corpus.snapshot)
}

/// The same under the lock of imports.
fn make_up(
    app: &App,
    viewer: &Viewer,
    audience: &Audience,
    id: &str,
    snapshot: &Snapshot,
) -> Result<(), AppError> {
    if app.store.read(AsOf::Now, |view| view.snapshot(id))?.is_some() {
        return Ok(());
    }
    record(app, viewer, audience, id, snapshot, None)
}

/// One ledger entry for one import. A source that was heard of with nothing new is told anew as well: its age begins again.
fn record(
    app: &App,
    viewer: &Viewer,
    audience: &Audience,
    id: &str,
    snapshot: &Snapshot,
    before: Option<(&Snapshot, BTreeSet<&str>)>,
) -> Result<(), AppError> {
    let mut act = app.act(viewer, "feeds.import", "New intelligence was taken in");
    act.audience = audience.clone();
    let is_changed = |name: &str, state: &SourceState| {
        before.as_ref().is_none_or(|(before, _)| before.sources.get(name) != Some(state))
    };
    let is_heard = |name: &str| before.as_ref().is_some_and(|(_, heard)| heard.contains(name));
    let told: Vec<(&String, &SourceState, bool)> = snapshot
        .sources
        .iter()
        .map(|(name, state)| (name, state, is_changed(name, state)))
        .filter(|(name, _, changed)| *changed || is_heard(name))
        // Scores among private files are public knowledge: their sources have one standing, that of the public corpus.
        .filter(|(name, ..)| audience.is_general() || name.starts_with(PRIVATE_SOURCE))
        .collect();
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let records: u64 = snapshot.sources.values().map(|state| state.records).sum();
    app.store.write(&act, |tx| {
        let imported_at = tx.at().to_owned();
        let row = SnapshotRow {
            id: id.to_owned(),
            engine: snapshot.engine.clone(),
            packs: count(snapshot.packs.len() + snapshot.scores.len()),
            records: i64::try_from(records).unwrap_or(i64::MAX),
            imported_at: imported_at.clone(),
        };
        tx.add_snapshot(&row, audience)?;
        for (name, state, _) in &told {
            let row = SourceRow {
                name: (*name).clone(),
                snapshot: id.to_owned(),
                records: i64::try_from(state.records).unwrap_or(i64::MAX),
                watermark: state.watermark.clone(),
                refused: i64::try_from(state.refused).unwrap_or(i64::MAX),
                state: if state.refused > 0 { "degraded" } else { "ok" }.to_owned(),
                imported_at: imported_at.clone(),
            };
            tx.set_source(&row, audience)?;
        }
        tx.receipt("snapshot", id)?;
        let named = |changed_only: bool| {
            let names = told.iter().filter(|(_, _, changed)| *changed || !changed_only);
            names.map(|(name, ..)| name.as_str()).collect::<Vec<_>>().join(", ")
        };
        let (new, snapshot) = (named(true), &id[..12]);
        tx.summary(if told.is_empty() {
            format!("Nothing new: {records} records in snapshot {snapshot}")
        } else if new.is_empty() {
            format!("Nothing new from {}: {records} records in snapshot {snapshot}", named(false))
        } else {
            format!("Intelligence of {new} taken in: {records} records in snapshot {snapshot}")
        });
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

fn rebuild_if_damaged(
    app: &App,
    audience: &Audience,
    folder: &CorpusFolder,
    id: &str,
    snapshot: &Snapshot,
    told: Told<'_>,
) -> Result<(), AppError> {
    if Corpus::open_labelled(&app.corpus_folder_of(audience), audience.clone()).is_ok() {
        return Ok(());
    }
    let merge = merge::Merge::of(folder, snapshot)?;
    build::index(folder, id, snapshot, &merge.live(snapshot), told)?;
    if audience.is_general() {
        app.corpus.store(None);
        app.find_corpus()?;
    }
    Ok(())
}
