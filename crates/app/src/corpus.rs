//! The corpora as they are mapped now: the public one, and beside it one for each need-to-know label. Each has a snapshot in
//! force, an index and raw records of its own; nothing of a private one reaches the public index, snapshot or statistics.
//!
//! Not here: how they come about (`import`), and what is asked of them (`check`, `sweep`, `explain`).

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use domain::audience::Audience;
use matcher::index::{Index, Locator};
use store::{
    StoreError, View,
    corpus::{CorpusFolder, PRIVATE},
    mapped::Mapped,
    snapshot::Snapshot,
};

use crate::{App, AppError, Viewer, finding_group::Groups, proposals::Proposals};

/// The corpus that matching reads.
pub struct Corpus {
    /// General for the public corpus, else the label of a private one.
    pub audience: Audience,
    /// Id of the snapshot.
    pub id: String,
    /// What it names.
    pub snapshot: Snapshot,
    /// The index over it.
    pub index: Index<Mapped>,
    folder: CorpusFolder,
    /// The last grouping of open findings over this corpus, see [`crate::watch`].
    pub(crate) groups: Mutex<Option<Arc<Groups>>>,
    /// What parts without an identity may be, as far as it was asked, see [`crate::mapping`].
    pub(crate) proposals: Proposals,
}

impl Corpus {
    /// Opens the public corpus of a folder `corpus/`; none before the first import.
    pub fn open(root: &Path) -> Result<Option<Self>, AppError> {
        Self::open_labelled(root, Audience::general())
    }

    /// The same for the folder of any label's corpus.
    pub(crate) fn open_labelled(root: &Path, audience: Audience) -> Result<Option<Self>, AppError> {
        Self::attempt(root, audience)?.transpose().map_err(|what| AppError::Missing {
            what,
            hint: "Any command that reads the corpus of its workspace builds the index anew".to_owned(),
        })
    }

    /// The same, with the reason when its index is missing, damaged or of another version.
    pub(crate) fn attempt(root: &Path, audience: Audience) -> Result<Option<Result<Self, String>>, AppError> {
        let folder = CorpusFolder::at(root);
        let Some(id) = folder.current()? else { return Ok(None) };
        Self::load(folder, id, audience).map(Some)
    }

    /// Opens the corpus of an earlier snapshot; none when its index is no longer kept, or is of another version. Making one anew
    /// takes as long as an import and is not done here.
    pub fn earlier(root: &Path, id: &str, audience: Audience) -> Result<Option<Self>, AppError> {
        let folder = CorpusFolder::at(root);
        if !folder.has_index(id) {
            return Ok(None);
        }
        Ok(Self::load(folder, id.to_owned(), audience)?.ok())
    }

    fn load(folder: CorpusFolder, id: String, audience: Audience) -> Result<Result<Self, String>, AppError> {
        let snapshot = folder.snapshot(&id)?;
        if !folder.has_index(&id) {
            return Ok(Err("the index is missing".to_owned()));
        }
        Ok(match Index::open(folder.map_index(&id)?) {
            Ok(index) => Ok(Self {
                audience,
                id,
                snapshot,
                index,
                folder,
                groups: Mutex::new(None),
                proposals: Proposals::default(),
            }),
            Err(error) => Err(error.to_string()),
        })
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

/// The corpora that a viewer may know of.
pub struct Corpora {
    /// The public one; none before the first import.
    pub public: Option<Arc<Corpus>>,
    /// Private ones, by label.
    pub private: Vec<Arc<Corpus>>,
}

impl Corpora {
    /// The corpus that a record with this label rests on.
    #[must_use]
    pub fn of(&self, audience: &Audience) -> Option<&Corpus> {
        self.iter().find(|corpus| corpus.audience == *audience)
    }

    /// The public one first.
    pub fn iter(&self) -> impl Iterator<Item = &Corpus> {
        self.public.iter().chain(&self.private).map(Arc::as_ref)
    }
}

/// Whether a catalogue of exploited vulnerabilities was taken in: not being in one that nobody took in says nothing.
pub(crate) fn has_exploited_catalogue(view: &View<'_>, audiences: &[String]) -> Result<bool, StoreError> {
    Ok(view.sources(audiences)?.iter().any(|source| source.name == "kev"))
}

impl App {
    /// The folder of the public corpus.
    #[must_use]
    pub fn corpus_folder(&self) -> PathBuf {
        self.folder.join("corpus")
    }

    /// The folder of the private corpus of a label; the public one's for `general`.
    #[must_use]
    pub fn corpus_folder_of(&self, audience: &Audience) -> PathBuf {
        CorpusFolder::root_of(&self.corpus_folder(), audience)
    }

    /// The labels that have a private corpus, whoever may know of them, sorted.
    pub fn private_labels(&self) -> Result<Vec<Audience>, AppError> {
        let folder = self.corpus_folder().join(PRIVATE);
        let failed = |error| AppError::file("cannot list", &folder, error);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut labels = Vec::new();
        for entry in entries {
            labels.extend(Audience::label(&entry.map_err(failed)?.file_name().to_string_lossy()));
        }
        labels.sort();
        Ok(labels)
    }

    /// The private corpus of a label; none before the first import.
    pub fn private_corpus(&self, audience: &Audience) -> Result<Option<Arc<Corpus>>, AppError> {
        let root = self.corpus_folder_of(audience);
        let Some(id) = CorpusFolder::at(&root).current()? else { return Ok(None) };
        let held = self.private.lock().unwrap_or_else(PoisonError::into_inner).get(audience).cloned();
        if let Some(held) = held.filter(|held| held.id == id) {
            return Ok(Some(held));
        }
        let corpus = self.open_corpus(audience)?;
        if let Some(corpus) = &corpus {
            let mut private = self.private.lock().unwrap_or_else(PoisonError::into_inner);
            private.insert(audience.clone(), Arc::clone(corpus));
        }
        Ok(corpus)
    }

    /// The corpora that a viewer may know of.
    pub fn corpora(&self, viewer: &Viewer) -> Result<Corpora, AppError> {
        let mut private = Vec::new();
        for label in self.private_labels()?.iter().filter(|label| viewer.sees(label)) {
            private.extend(self.private_corpus(label)?);
        }
        Ok(Corpora { public: self.find_corpus()?, private })
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
                let corpus = self.open_corpus(&Audience::general())?;
                self.corpus.store(corpus.clone());
                Ok(corpus)
            }
        }
    }
}
