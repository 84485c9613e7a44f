//! Files that nothing names: what killed processes left behind. Removed at a start and at the end of an import, after a day,
//! and said in the log.
//!
//! Files come before rows, so a young file may be named yet. Deliberately not here: anything that a row or a snapshot names.

use std::{collections::BTreeSet, path::PathBuf};

use domain::{audience::Audience, ledger::AsOf};
use store::{StoreError, corpus::CorpusFolder, remove_old_temporary};

use crate::{App, AppError};

/// Removes them; answers which.
pub fn clean(app: &App) -> Result<Vec<PathBuf>, AppError> {
    let now = app.now();
    let mut corpora = app.private_labels()?;
    corpora.push(Audience::general());
    let (kept, blobs) = app.store.read(AsOf::Now, |view| {
        let kept: BTreeSet<String> = view.named_snapshots()?.into_iter().map(|(_, id)| id).collect();
        Ok::<_, StoreError>((kept, view.named_blobs()?))
    })?;
    let mut removed = Vec::new();
    for label in &corpora {
        removed.extend(CorpusFolder::open(&app.corpus_folder_of(label))?.clean(&kept, now)?);
    }
    removed.extend(app.blobs.clean(&blobs, now)?);
    for folder in ["", "keys", "checkpoints", "run"] {
        removed.extend(remove_old_temporary(&app.folder.join(folder), now)?);
    }
    for path in &removed {
        tracing::info!(path = %path.display(), "removed a file that nothing names");
    }
    Ok(removed)
}
