//! The folder `corpus/`: packs, snapshots, the derived index, and `CURRENT`, which names the snapshot in force.
//!
//! Files before rows: everything a snapshot names is durable before `CURRENT` is switched, in one rename. A killed import
//! leaves the old corpus and rubbish that [`CorpusFolder::clean`] removes after a day. Not here: what the records mean.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use domain::audience::Audience;
use jiff::Timestamp;

use crate::{
    StoreError,
    blobs::{is_digest, remove_old, remove_old_temporary, write_atomically},
    digest::{hex, sha256},
    mapped::Mapped,
    pack::{Pack, PackWriter, Segment, SegmentWriter, compress, decompress, verify_pack},
    snapshot::Snapshot,
};

/// The folder of private corpora, one for each label.
pub const PRIVATE: &str = "private";

/// The folder of the corpus.
#[derive(Clone, Debug)]
pub struct CorpusFolder {
    root: PathBuf,
}

impl CorpusFolder {
    /// Opens the folder, making it when it is not there.
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        for name in ["packs", "index", "snapshots"] {
            let folder = root.join(name);
            fs::create_dir_all(&folder).map_err(|error| StoreError::file("cannot make", &folder, error))?;
        }
        Ok(Self { root: root.to_owned() })
    }

    /// The folder to read from, which may not be there: then there is no corpus.
    #[must_use]
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Where the corpus of a label lies, given the folder of the public one: beside it.
    #[must_use]
    pub fn root_of(public: &Path, audience: &Audience) -> PathBuf {
        if audience.is_general() { public.to_owned() } else { public.join(PRIVATE).join(&audience.0) }
    }

    /// The corpus of a label, beside this public one.
    pub(crate) fn of_label(&self, audience: &Audience) -> Self {
        Self { root: Self::root_of(&self.root, audience) }
    }

    /// The id of the snapshot in force; none before the first import.
    pub fn current(&self) -> Result<Option<String>, StoreError> {
        let path = self.root.join("CURRENT");
        match fs::read_to_string(&path) {
            Ok(text) if is_digest(text.trim()) => Ok(Some(text.trim().to_owned())),
            Ok(_) => Err(StoreError::Damaged { what: format!("{} names no snapshot", path.display()) }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::file("cannot read", &path, error)),
        }
    }

    /// A snapshot by id.
    pub fn snapshot(&self, id: &str) -> Result<Snapshot, StoreError> {
        let path = self.snapshot_path(id)?;
        let text =
            fs::read_to_string(&path).map_err(|error| StoreError::file("cannot read", &path, error))?;
        Snapshot::decode(&text, id)
    }

    /// Lays a snapshot down and answers its id; it is not in force yet. The names of its packs are made durable first.
    pub fn write_snapshot(&self, snapshot: &Snapshot) -> Result<String, StoreError> {
        let (text, id) = snapshot.encode();
        let packs = self.packs();
        fs::File::open(&packs)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| StoreError::file("cannot make durable", &packs, error))?;
        write_atomically(&self.snapshot_path(&id)?, text.as_bytes())?;
        Ok(id)
    }

    /// Lays down the index of a snapshot, whole or not at all; `write` streams it, for it is large.
    pub fn write_index(
        &self,
        id: &str,
        write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        let path = self.index_path(id);
        let failed = |error| StoreError::file("cannot write", &path, error);
        let temporary = self.root.join("index").join(format!(".{id}.{}.tmp", std::process::id()));
        let done = fs::File::create(&temporary).and_then(|file| {
            let mut out = io::BufWriter::with_capacity(1 << 20, file);
            write(&mut out)?;
            let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            fs::rename(&temporary, &path)?;
            fs::File::open(self.root.join("index"))?.sync_all()
        });
        if done.is_err() {
            // The first error is the one to tell; what stays is rubbish that the next cleaning finds.
            let _ = fs::remove_file(&temporary);
        }
        done.map_err(failed)
    }

    /// Maps the index of a snapshot.
    pub fn map_index(&self, id: &str) -> Result<Mapped, StoreError> {
        Mapped::open(&self.index_path(id))
    }

    /// Whether the index of a snapshot is kept.
    #[must_use]
    pub fn has_index(&self, id: &str) -> bool {
        is_digest(id) && self.index_path(id).exists()
    }

    /// Which packs of a snapshot are no longer here, by digest.
    #[must_use]
    pub fn missing_packs(&self, snapshot: &Snapshot) -> Vec<String> {
        let here = |digest: &str| self.packs().join(format!("{digest}.pack")).exists();
        let packs = snapshot.packs.iter().map(|pack| &pack.digest);
        packs.filter(|digest| !here(digest)).cloned().collect()
    }

    /// Puts a snapshot in force.
    pub fn switch(&self, id: &str) -> Result<(), StoreError> {
        write_atomically(&self.root.join("CURRENT"), format!("{id}\n").as_bytes())
    }

    /// Begins a pack; `name` tells packs of one import apart.
    pub fn begin_pack(&self, name: &str) -> Result<PackWriter, StoreError> {
        PackWriter::create(&self.packs(), name)
    }

    /// Opens a pack.
    pub fn pack(&self, digest: &str) -> Result<Pack, StoreError> {
        Pack::open(&self.packs(), digest)
    }

    /// Begins a segment for a pack that is there already; `name` tells those of one process apart.
    pub fn begin_segment(&self, name: &str) -> Result<SegmentWriter, StoreError> {
        SegmentWriter::create(&self.packs(), name)
    }

    /// Opens the segment of a pack.
    pub fn segment(&self, digest: &str) -> Result<Segment, StoreError> {
        Segment::open(&self.packs(), digest)
    }

    /// Whether a pack's bytes are what its name says.
    pub fn verify_pack(&self, digest: &str) -> Result<bool, StoreError> {
        verify_pack(&self.packs(), digest)
    }

    /// Lays down a text that a snapshot names (a score pack, a list of files), compressed; answers its digest.
    pub fn write_text(&self, text: &str) -> Result<String, StoreError> {
        let packed = compress(text.as_bytes(), 3, &self.root)?;
        let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(&packed);
        let digest = hex(&sha256(&bytes));
        write_atomically(&self.text_path(&digest), &bytes)?;
        Ok(digest)
    }

    /// Reads such a text, checked against its digest.
    pub fn read_text(&self, digest: &str) -> Result<String, StoreError> {
        let path = self.text_path(digest);
        let damaged =
            || StoreError::Damaged { what: format!("{} is not what its name says", path.display()) };
        let bytes = fs::read(&path).map_err(|error| StoreError::file("cannot read", &path, error))?;
        if hex(&sha256(&bytes)) != digest {
            return Err(damaged());
        }
        let (raw, packed) = bytes.split_at_checked(8).ok_or_else(damaged)?;
        let raw = raw.try_into().map(u64::from_le_bytes).ok().and_then(|raw| usize::try_from(raw).ok());
        let text = decompress(packed, raw.filter(|raw| *raw < 1 << 30).ok_or_else(damaged)?, &path)?;
        String::from_utf8(text).map_err(|_| damaged())
    }

    /// Whether such a text is there; an error says which is not.
    pub fn has_text(&self, digest: &str) -> Result<(), StoreError> {
        let path = self.text_path(digest);
        fs::metadata(&path).map(drop).map_err(|error| StoreError::file("cannot read", &path, error))
    }

    /// Removes what neither the snapshot in force nor one of `kept` (those that receipts name) needs and what is older
    /// than a day; an index is kept for the snapshot in force alone. Answers the files that went.
    pub fn clean(&self, kept: &BTreeSet<String>, now: Timestamp) -> Result<Vec<PathBuf>, StoreError> {
        let current = self.current()?;
        let mut named = BTreeSet::new();
        for id in kept.iter().chain(&current) {
            // A snapshot that is gone names nothing any more; `verify` tells.
            let Ok(snapshot) = self.snapshot(id) else { continue };
            named.insert(format!("{id}.json"));
            named.extend(
                snapshot
                    .packs
                    .iter()
                    .flat_map(|p| ["pack", "segment"].map(|kind| format!("{}.{kind}", p.digest))),
            );
            let texts = snapshot.scores.iter().map(|score| &score.digest).chain(&snapshot.files);
            named.extend(texts.map(|digest| format!("{digest}.text")));
        }
        named.extend(current.iter().map(|id| format!("{id}.index")));
        let mut removed = Vec::new();
        for folder in ["packs", "index", "snapshots"].map(|name| self.root.join(name)) {
            removed.extend(remove_old(&folder, now, |name| named.contains(name))?);
        }
        removed.extend(remove_old_temporary(&self.root, now)?);
        Ok(removed)
    }

    fn packs(&self) -> PathBuf {
        self.root.join("packs")
    }

    fn text_path(&self, digest: &str) -> PathBuf {
        self.packs().join(format!("{digest}.text"))
    }

    fn index_path(&self, id: &str) -> PathBuf {
        self.root.join("index").join(format!("{id}.index"))
    }

    fn snapshot_path(&self, id: &str) -> Result<PathBuf, StoreError> {
        if !is_digest(id) {
            return Err(StoreError::Misuse(format!("`{id}` is no snapshot id")));
        }
        Ok(self.root.join("snapshots").join(format!("{id}.json")))
    }
}
