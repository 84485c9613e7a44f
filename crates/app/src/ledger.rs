//! Reading and proving the ledger: pages of entries, one entry with its rows, verification, checkpoints, bundles.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use domain::{
    ledger::{AsOf, LedgerEntry},
    person::Permission,
};
pub use store::Checkpoint;
use store::{
    BundleReport, CheckpointKey, Consistency, Damage, RECORD_TABLES, Scope, Verified,
    corpus::CorpusFolder,
    ledger::{EntryFilter, Touches},
};

use crate::{App, AppError, Viewer, password::SIGNING_REFUSED};

/// Rows shown of each side of a table in one entry; the counts are whole.
const ROWS_SHOWN: i64 = 200;

/// An entry with what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryDetail {
    /// The entry.
    pub entry: LedgerEntry,
    /// Rows it opened and closed, table by table.
    pub touches: Vec<Touches>,
}

/// What a verification says.
#[derive(Clone, Debug)]
pub struct Verification {
    /// What was recomputed, and the first damage.
    pub verified: Verified,
    /// How the checkpoint that was given compares.
    pub consistency: Option<Consistency>,
}

impl Verification {
    /// The record is whole and extends the checkpoint.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.verified.damage.is_none() && !matches!(self.consistency, Some(Consistency::Differs(_)))
    }
}

/// Where a reader stands: the last entry that they may see at the moment, and the earliest there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    /// Number of the last entry there is, to read as of; never shown.
    pub head: i64,
    /// Its number; 0 = there is none.
    pub sequence: i64,
    /// Its hash.
    pub hash: Option<String>,
    /// When the record begins, when the viewer may see it.
    pub first: Option<String>,
}

/// Where a viewer stands at a moment. Every page is stamped with it, so signing in is all it needs.
pub fn stand(app: &App, viewer: &Viewer, as_of: AsOf) -> Result<Stand, AppError> {
    app.store.read(as_of, |view| {
        // Whether something came after it that is need-to-know is not for the stamp of a page to tell.
        let last = view.entries(&EntryFilter::All, &viewer.audiences, i64::MAX, 1)?.pop();
        let first = view.entry(1, &viewer.audiences)?.map(|entry| entry.at);
        let sequence = last.as_ref().map_or(0, |last| last.sequence);
        Ok(Stand { head: view.sequence(), sequence, hash: last.map(|last| last.hash), first })
    })
}

/// Number of the last entry at a moment. Tells nothing but that there is one.
pub fn head(app: &App, as_of: AsOf) -> Result<i64, AppError> {
    app.store.read(as_of, |view| Ok(view.sequence()))
}

/// Entries below a sequence number (`None` = from the head), newest first.
pub fn list(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    filter: &EntryFilter,
    below: Option<i64>,
    limit: usize,
) -> Result<Vec<LedgerEntry>, AppError> {
    viewer.require(Permission::ReadLedger)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let below = below.unwrap_or(i64::MAX);
    Ok(app.store.read(as_of, |view| view.entries(filter, &viewer.audiences, below, limit))?)
}

/// One entry with the rows it opened and closed.
pub fn show(app: &App, viewer: &Viewer, sequence: i64) -> Result<EntryDetail, AppError> {
    viewer.require(Permission::ReadLedger)?;
    app.store.read(AsOf::Now, |view| {
        let entry = view
            .entry(sequence, &viewer.audiences)?
            .ok_or_else(|| AppError::not_found("ledger entry", sequence.to_string()))?;
        Ok(EntryDetail { entry, touches: view.touched_by(sequence, &viewer.audiences, ROWS_SHOWN)? })
    })
}

/// Signatures that were refused for want of authentication, newest first (21 CFR 11.300(d)).
pub fn refused_signatures(app: &App, viewer: &Viewer, limit: usize) -> Result<Vec<LedgerEntry>, AppError> {
    list(app, viewer, AsOf::Now, &EntryFilter::Action(SIGNING_REFUSED.to_owned()), None, limit)
}

/// Recomputes the whole record from its rows and files; with a checkpoint also proves that the ledger extends it.
pub fn verify(app: &App, viewer: &Viewer, checkpoint: Option<&Path>) -> Result<Verification, AppError> {
    recompute(app, viewer, checkpoint, false)
}

/// The same, and compares caches, counters and what sweeps counted with the rows, and reads every file of the corpus that a
/// receipt names.
pub(crate) fn verify_with_caches(
    app: &App,
    viewer: &Viewer,
    checkpoint: Option<&Path>,
) -> Result<Verification, AppError> {
    recompute(app, viewer, checkpoint, true)
}

fn recompute(
    app: &App,
    viewer: &Viewer,
    checkpoint: Option<&Path>,
    deep: bool,
) -> Result<Verification, AppError> {
    viewer.require(Permission::ReadLedger)?;
    let given = checkpoint.map(read_checkpoint).transpose()?;
    let corpus = CorpusFolder::at(&app.corpus_folder());
    let scope = Scope { tables: RECORD_TABLES, blobs: Some(&app.blobs), corpus: Some(&corpus), deep };
    let mut verified = store::verify_scope(&app.store, scope)?;
    verified.purged.retain(|purge| viewer.audiences.contains(&purge.audience));
    let consistency = match given {
        Some(given) => Some(given.compare(&app.store, &key(app)?.public())?),
        None => None,
    };
    Ok(Verification { verified, consistency })
}

/// Signs today's ledger and writes the checkpoint to `checkpoints/`; answers it with its file.
pub fn checkpoint(app: &App) -> Result<(Checkpoint, PathBuf), AppError> {
    let checkpoint = Checkpoint::make(&app.store, &key(app)?)?;
    let path = checkpoint.write(&app.folder.join("checkpoints"))?;
    Ok((checkpoint, path))
}

/// The same after an act that is done already: a checkpoint that cannot be written is an alarm, not a reason to undo.
pub(crate) fn checkpoint_after(app: &App) {
    if let Err(error) = checkpoint(app) {
        tracing::error!(%error, "no checkpoint could be written after an act");
    }
}

/// The last checkpoint that was written; none when there is none, or its file cannot be read as one.
pub fn last_checkpoint(app: &App, viewer: &Viewer) -> Result<Option<Checkpoint>, AppError> {
    viewer.require(Permission::ReadLedger)?;
    let folder = app.folder.join("checkpoints");
    let failed = |error| AppError::file("cannot list", &folder, error);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    // Named by the number of entries, with leading zeros.
    let mut last: Option<PathBuf> = None;
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|end| end == "checkpoint") {
            last = last.max(Some(path));
        }
    }
    let Some(path) = last else { return Ok(None) };
    let text = fs::read_to_string(&path).map_err(|error| AppError::file("cannot read", &path, error))?;
    Ok(Checkpoint::parse(&text))
}

/// Writes entries, rows and proofs as a bundle that verifies without a server; a viewer's need-to-know labels bound it.
pub fn export(app: &App, viewer: &Viewer, out: &mut dyn Write) -> Result<BundleReport, AppError> {
    viewer.require(Permission::ReadLedger)?;
    Ok(store::export(&app.store, &key(app)?, Some(&viewer.audiences), out)?)
}

/// The same into a new file; one that is there already is left alone.
pub fn export_to(app: &App, viewer: &Viewer, path: &Path) -> Result<BundleReport, AppError> {
    viewer.require(Permission::ReadLedger)?;
    let failed = |error| AppError::file("cannot write", path, error);
    let file = fs::File::create_new(path).map_err(failed)?;
    let mut out = std::io::BufWriter::new(file);
    let report = export(app, viewer, &mut out).and_then(|report| {
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        Ok(report)
    });
    if report.is_err() {
        // Half a bundle proves nothing; the first error is the one to tell.
        let _ = fs::remove_file(path);
    }
    report
}

/// Verifies a bundle, without a workspace.
pub fn verify_bundle(path: &Path) -> Result<Result<BundleReport, Damage>, AppError> {
    let bytes = fs::read(path).map_err(|error| AppError::file("cannot read", path, error))?;
    Ok(store::verify_bundle(&bytes))
}

fn key(app: &App) -> Result<CheckpointKey, AppError> {
    Ok(CheckpointKey::open(&app.folder.join("keys"), &mut |bytes| app.entropy.fill(bytes))?)
}

fn read_checkpoint(path: &Path) -> Result<Checkpoint, AppError> {
    let text = fs::read_to_string(path).map_err(|error| AppError::file("cannot read", path, error))?;
    Checkpoint::parse(&text).ok_or_else(|| {
        AppError::invalid("checkpoint", format!("{} is no checkpoint of aftercare", path.display()))
    })
}
