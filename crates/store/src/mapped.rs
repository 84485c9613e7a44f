//! A file mapped into memory: the index. The only unsafe code of the workspace. Not here: what the bytes mean.

use std::{fs::File, path::Path};

use crate::StoreError;

/// A read-only mapping of a whole file.
#[derive(Debug)]
pub struct Mapped {
    /// None for an empty file, which cannot be mapped.
    map: Option<memmap2::Mmap>,
}

impl Mapped {
    /// Maps a file of the corpus folder.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let failed = |error| StoreError::file("cannot map", path, error);
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.len() == 0 {
            return Ok(Self { map: None });
        }
        // A mapping is sound as long as nobody shortens or changes the file while it is mapped. Files of the corpus are
        // written under a temporary name, renamed when complete and never opened for writing again; cleaning unlinks
        // them, which keeps the pages of an existing mapping. Whoever edits them in place from outside damages their own
        // workspace; the reader of the bytes checks every offset, so wrong bytes are an error there.
        #[expect(unsafe_code, reason = "corpus files are immutable once they have their name")]
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(failed)?;
        Ok(Self { map: Some(map) })
    }
}

impl AsRef<[u8]> for Mapped {
    fn as_ref(&self) -> &[u8] {
        self.map.as_deref().unwrap_or_default()
    }
}
