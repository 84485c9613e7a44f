//! A corpus opened by a release that writes its index in another form: the index is built anew from the packs, by the program
//! itself and once.
//!
//! The snapshot stays what it is, and so does its id: an index is derived. It takes the lock of imports, and the new index comes
//! into the place of the old one in one rename. Not here: how it is built (`build`, `segments`).

use std::{path::Path, sync::Arc};

use domain::audience::Audience;
use jiff::Timestamp;
use store::{Lock, corpus::CorpusFolder};

use super::{Progress, Told, build, merge};
use crate::{App, AppError, corpus::Corpus};

/// The phase that ends the telling.
pub const READY: &str = "ready";

/// Opens the corpus of a label in its folder; none before the first import. An index that is missing, damaged or of another
/// version is built anew first. `run` is the folder of the workspace's locks.
pub fn open(
    root: &Path,
    audience: &Audience,
    run: &Path,
    now: Timestamp,
    told: Told<'_>,
) -> Result<Option<Corpus>, AppError> {
    let why = match Corpus::attempt(root, audience.clone())? {
        None => return Ok(None),
        Some(Ok(corpus)) => return Ok(Some(corpus)),
        Some(Err(why)) => why,
    };
    let _lock = Lock::acquire(run, "import", now)?;
    // Whoever held the lock before may have done it.
    if let Some(Ok(corpus)) = Corpus::attempt(root, audience.clone())? {
        return Ok(Some(corpus));
    }
    let folder = CorpusFolder::open(root)?;
    let Some(id) = folder.current()? else { return Ok(None) };
    tracing::warn!(snapshot = id, why, "the index is built anew from the packs");
    told(Progress { phase: "reading packs", ..Progress::default() });
    let snapshot = folder.snapshot(&id)?;
    let live = merge::Merge::of(&folder, &snapshot)?.live(&snapshot);
    let built = build::index(&folder, &id, &snapshot, &live, told);
    told(Progress { phase: READY, ..Progress::default() });
    built?;
    Corpus::open_labelled(root, audience.clone())
}

impl App {
    /// Opens the corpus of a label; one whose index cannot be used is made usable first.
    pub(crate) fn open_corpus(&self, audience: &Audience) -> Result<Option<Arc<Corpus>>, AppError> {
        let (root, run) = (self.corpus_folder_of(audience), self.folder.join("run"));
        Ok(open(&root, audience, &run, self.now(), &*self.renewing)?.map(Arc::new))
    }
}
