//! The corpus as it is mapped now: the snapshot in force, its index, its raw records.
//!
//! Not here: how it comes about (`import`), and what is asked of it (`check`, `sweep`, `explain`).

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use matcher::index::{Index, Locator};
use store::{corpus::CorpusFolder, mapped::Mapped, snapshot::Snapshot};

use crate::{App, AppError, finding_group::Groups};

/// The corpus that matching reads.
pub struct Corpus {
    /// Id of the snapshot.
    pub id: String,
    /// What it names.
    pub snapshot: Snapshot,
    /// The index over it.
    pub index: Index<Mapped>,
    folder: CorpusFolder,
    /// The last grouping of open findings over this corpus, see [`crate::watch`].
    pub(crate) groups: Mutex<Option<Arc<Groups>>>,
}

impl Corpus {
    /// Opens the corpus of a folder `corpus/`; none before the first import.
    pub fn open(root: &Path) -> Result<Option<Self>, AppError> {
        let folder = CorpusFolder::at(root);
        let Some(id) = folder.current()? else { return Ok(None) };
        Self::load(folder, id).map(Some)
    }

    /// Opens the corpus of an earlier snapshot; none when its index is no longer kept. Making one anew takes as long as an
    /// import and is not done here.
    pub fn earlier(root: &Path, id: &str) -> Result<Option<Self>, AppError> {
        let folder = CorpusFolder::at(root);
        if !folder.has_index(id) {
            return Ok(None);
        }
        Self::load(folder, id.to_owned()).map(Some)
    }

    fn load(folder: CorpusFolder, id: String) -> Result<Self, AppError> {
        let snapshot = folder.snapshot(&id)?;
        let index = Index::open(folder.map_index(&id)?).map_err(|error| AppError::Missing {
            what: error.to_string(),
            hint: "Run `aftercare feeds import` on any feed: it rebuilds the index from the packs".to_owned(),
        })?;
        Ok(Self { id, snapshot, index, folder, groups: Mutex::new(None) })
    }

    /// The raw bytes of a record, as the source delivered them.
    pub fn raw(&self, locator: Locator) -> Result<Vec<u8>, AppError> {
        let name = self.snapshot.packs.get(locator.pack as usize).ok_or_else(|| {
            AppError::Defect(format!("the index names pack {}, the snapshot has fewer", locator.pack))
        })?;
        Ok(self.folder.pack(&name.digest)?.raw(locator.ordinal)?)
    }

    pub(crate) fn forget_groups(&self) {
        *self.groups.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl App {
    /// The folder of the corpus.
    #[must_use]
    pub fn corpus_folder(&self) -> std::path::PathBuf {
        self.folder.join("corpus")
    }

    /// The corpus in force; reloaded when another process has switched it.
    pub fn current_corpus(&self) -> Result<Arc<Corpus>, AppError> {
        self.find_corpus()?.ok_or_else(|| AppError::Missing {
            what: "there is no vulnerability intelligence in this workspace yet".to_owned(),
            hint: "Take some in first: aftercare feeds import PATH…".to_owned(),
        })
    }

    /// The corpus in force, or none before the first import.
    pub fn find_corpus(&self) -> Result<Option<Arc<Corpus>>, AppError> {
        let root = self.corpus_folder();
        let current = CorpusFolder::at(&root).current()?;
        let held = self.corpus.load_full();
        match (current, held) {
            (None, _) => Ok(None),
            (Some(id), Some(held)) if held.id == id => Ok(Some(held)),
            (Some(_), _) => {
                let corpus = Corpus::open(&root)?.map(Arc::new);
                self.corpus.store(corpus.clone());
                Ok(corpus)
            }
        }
    }
}
