//! A receipt made again: the corpus and the portfolio of then, asked anew, and the digest of what comes out. Nothing is written.
//!
//! Not here: reading a snapshot whose index was thrown away (that takes as long as an import).

use domain::{ledger::AsOf, person::Permission, sweep::Scope};
use matcher::verdict::ENGINE;
use serde::Serialize;

use super::{
    compute::{Beside, compute},
    difference::digest,
    portfolio, read,
};
use crate::{App, AppError, Viewer, corpus::Corpus};

/// What a replay gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Replay {
    /// The ledger entry of the receipt.
    pub entry: i64,
    /// Snapshot that it names.
    pub snapshot: String,
    /// Version of the rules.
    pub engine: String,
    /// Digest in the receipt.
    pub said: String,
    /// Digest of the verdicts as they come out now.
    pub result: String,
    /// Both are one.
    pub same: bool,
}

/// Replays the sweep whose receipt is a ledger entry.
pub fn replay(app: &App, viewer: &Viewer, entry: i64) -> Result<Replay, AppError> {
    viewer.require(Permission::Read)?;
    let then = AsOf::Entry(entry);
    let rows = app.store.read(then, |view| view.sweeps_of(&viewer.audiences, i64::MAX, 1))?;
    let row = rows
        .into_iter()
        .find(|row| row.sequence == entry)
        .ok_or_else(|| AppError::not_found("receipt of a sweep", format!("entry {entry}")))?;
    if row.sweep.engine != ENGINE {
        return Err(AppError::Conflict(format!(
            "entry {entry} was made by the rules {}, these are {ENGINE}: replay it with the release that has those",
            row.sweep.engine
        )));
    }
    let (scope, snapshot) = (&row.scope, &row.sweep.snapshot);
    let root = app.corpus_folder_of(&scope.corpus);
    let corpus =
        Corpus::earlier(&root, snapshot, scope.corpus.clone())?.ok_or_else(|| AppError::Missing {
            what: format!("the index of snapshot {snapshot} is no longer kept"),
            hint: "Only snapshots whose index is there can be replayed; the stored verdicts still verify"
                .to_owned(),
        })?;
    let before = read(app, then)?;
    let open = before.part(&Scope::of(&scope.corpus));
    let public = if scope.is_labelled_part() { Some(compute(&corpus, &open, &[], None)?) } else { None };
    let beside = public.as_ref().map(|computed| Beside { before: &open, computed });
    let part = before.part(scope);
    let taken = beside.as_ref().map(|beside| beside.before.taken());
    if portfolio(&part.taken(), &scope.corpus, taken.as_ref()) != row.portfolio {
        return Err(AppError::Conflict(format!(
            "SBOMs, build evidence or mappings changed while the sweep of entry {entry} ran, or were destroyed since: \
             what it took cannot be read as of any entry"
        )));
    }
    let computed = compute(&corpus, &part, &[], beside.as_ref())?;
    let result = digest(&part, &computed.verdicts, &computed.settlements, &computed.groups)?;
    Ok(Replay {
        entry,
        snapshot: row.sweep.snapshot.clone(),
        engine: row.sweep.engine,
        same: result == row.sweep.result,
        said: row.sweep.result,
        result,
    })
}
