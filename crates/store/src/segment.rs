//! The segment of a pack in the making: the compact form of its records, from which an index is built.
//!
//! It is derived: from a pack whose segment is missing, damaged or of another version it is written anew. Not here: reading
//! one (`pack`), what its bytes mean (`matcher`).

use std::path::{Path, PathBuf};

use crate::{
    StoreError,
    pack::{SEGMENT_MAGIC, Temporary, compress, length, segment_path},
};

const LEVEL: i32 = 1;

/// A segment that is written. Dropped without [`SegmentWriter::finish`] it leaves nothing.
pub struct SegmentWriter {
    folder: PathBuf,
    file: Temporary,
}

impl SegmentWriter {
    /// Begins a segment in the folder of packs; `name` only tells temporary files apart.
    pub(crate) fn create(folder: &Path, name: &str) -> Result<Self, StoreError> {
        let process = std::process::id();
        let mut file = Temporary::create(folder.join(format!(".{name}.{process}.segment.tmp")))?;
        file.write(SEGMENT_MAGIC)?;
        Ok(Self { folder: folder.to_owned(), file })
    }

    /// Appends a chunk: the encoding of the records since the last one.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), StoreError> {
        if chunk.is_empty() {
            return Ok(());
        }
        let packed = compress(chunk, LEVEL, &self.file.path)?;
        self.file.write(&length(packed.len())?.to_le_bytes())?;
        self.file.write(&length(chunk.len())?.to_le_bytes())?;
        self.file.write(&packed)
    }

    /// Makes it durable as the segment of a pack, in the place of one that may be there.
    pub fn finish(mut self, pack: &str) -> Result<(), StoreError> {
        self.file.keep(&segment_path(&self.folder, pack))
    }
}
