//! Packs: raw records of one source, append-only, named by the SHA-256 of their bytes; written once, never changed.
//!
//! Records lie in blocks of about 128 KiB that are compressed one by one (zstd level 3), so one record costs one block to
//! read. Beside each pack lies a derived *segment*: chunks of the caller's own encoding of the same records in the same
//! order, from which an index is rebuilt without reading JSON. Not here: which packs count (`snapshot`), what a record says.

use std::{
    fs::{self, File},
    io::{BufWriter, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use crate::{StoreError, digest::hex};

const MAGIC: &[u8; 8] = b"AFPACK1\n";
const SEGMENT_MAGIC: &[u8; 8] = b"AFSEGM1\n";
const LEVEL: i32 = 3;
const SEGMENT_LEVEL: i32 = 1;
const BLOCK: usize = 128 * 1024;
/// Footer offset, compressed and raw length, magic.
const TAIL: usize = 24;
/// No block or footer is larger; a larger length is damage.
const LIMIT: usize = 1 << 30;

/// What a pack knows of a record without opening its block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The source's id of the record.
    pub id: Box<str>,
    /// When the source last changed it, as it says.
    pub modified: Option<Box<str>>,
    /// The first half of the SHA-256 of its raw bytes.
    pub hash: [u8; 16],
}

#[derive(Clone, Copy, Debug)]
struct Block {
    offset: u64,
    packed: u32,
    raw: u32,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    block: u32,
    start: u32,
    length: u32,
}

/// The content hash by which an unchanged record is known.
#[must_use]
pub fn content_hash(raw: &[u8]) -> [u8; 16] {
    let full: [u8; 32] = Sha256::digest(raw).into();
    let mut half = [0; 16];
    half.copy_from_slice(&full[..16]);
    half
}

/// A pack in the making. Dropped without [`PackWriter::finish`] it leaves nothing.
pub struct PackWriter {
    folder: PathBuf,
    pack: Temporary,
    segment: SegmentWriter,
    hasher: Sha256,
    offset: u64,
    block: Vec<u8>,
    blocks: Vec<Block>,
    /// The table of records as the footer holds it: one flat buffer, for an import holds many packs open.
    table: Vec<u8>,
    records: u32,
}

/// A finished pack, durable under its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// SHA-256 (hex) of the file.
    pub digest: String,
    /// How many records it holds.
    pub records: u32,
}

impl PackWriter {
    /// Begins a pack in a folder; `name` only tells temporary files apart.
    pub fn create(folder: &Path, name: &str) -> Result<Self, StoreError> {
        let process = std::process::id();
        let mut writer = Self {
            folder: folder.to_owned(),
            pack: Temporary::create(folder.join(format!(".{name}.{process}.pack.tmp")))?,
            segment: SegmentWriter::create(folder, name)?,
            hasher: Sha256::new(),
            offset: 0,
            block: Vec::with_capacity(BLOCK * 2),
            blocks: Vec::new(),
            table: Vec::new(),
            records: 0,
        };
        writer.put(MAGIC)?;
        Ok(writer)
    }

    /// Appends a record; `hash` is the [`content_hash`] of `raw`.
    pub fn push(
        &mut self,
        id: &str,
        modified: Option<&str>,
        hash: [u8; 16],
        raw: &[u8],
    ) -> Result<(), StoreError> {
        for number in [self.blocks.len(), self.block.len(), raw.len()] {
            self.table.extend_from_slice(&length(number)?.to_le_bytes());
        }
        self.table.extend_from_slice(&hash);
        for text in [id, modified.unwrap_or_default()] {
            self.table.extend_from_slice(&length(text.len())?.to_le_bytes());
            self.table.extend_from_slice(text.as_bytes());
        }
        self.records += 1;
        self.block.extend_from_slice(raw);
        if self.block.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    /// Appends a chunk of the segment: the encoding of the records since the last chunk.
    pub fn push_chunk(&mut self, chunk: &[u8]) -> Result<(), StoreError> {
        self.segment.push(chunk)
    }

    /// Makes it durable under the digest of its bytes, the segment first. None when it holds no record.
    pub fn finish(mut self) -> Result<Option<Finished>, StoreError> {
        if self.records == 0 {
            return Ok(None);
        }
        self.flush()?;
        let footer = self.footer()?;
        let packed = compress(&footer, LEVEL, &self.pack.path)?;
        let mut tail = Vec::with_capacity(TAIL);
        tail.extend_from_slice(&self.offset.to_le_bytes());
        tail.extend_from_slice(&length(packed.len())?.to_le_bytes());
        tail.extend_from_slice(&length(footer.len())?.to_le_bytes());
        tail.extend_from_slice(MAGIC);
        self.put(&packed)?;
        self.put(&tail)?;
        let digest = hex(&self.hasher.finalize());
        self.segment.finish(&digest)?;
        self.pack.keep(&pack_path(&self.folder, &digest))?;
        Ok(Some(Finished { digest, records: self.records }))
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.block.is_empty() {
            return Ok(());
        }
        let packed = compress(&self.block, LEVEL, &self.pack.path)?;
        self.blocks.push(Block {
            offset: self.offset,
            packed: length(packed.len())?,
            raw: length(self.block.len())?,
        });
        self.block.clear();
        self.put(&packed)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.hasher.update(bytes);
        self.offset += bytes.len() as u64;
        self.pack.write(bytes)
    }

    fn footer(&self) -> Result<Vec<u8>, StoreError> {
        let mut out = Vec::with_capacity(self.table.len() + self.blocks.len() * 16 + 8);
        out.extend_from_slice(&length(self.blocks.len())?.to_le_bytes());
        for block in &self.blocks {
            out.extend_from_slice(&block.offset.to_le_bytes());
            out.extend_from_slice(&block.packed.to_le_bytes());
            out.extend_from_slice(&block.raw.to_le_bytes());
        }
        out.extend_from_slice(&self.records.to_le_bytes());
        out.extend_from_slice(&self.table);
        Ok(out)
    }
}

/// The segment of a pack in the making: derived, so that one which is missing, damaged or of another version is written anew.
/// Dropped without [`SegmentWriter::finish`] it leaves nothing.
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
        let packed = compress(chunk, SEGMENT_LEVEL, &self.file.path)?;
        self.file.write(&length(packed.len())?.to_le_bytes())?;
        self.file.write(&length(chunk.len())?.to_le_bytes())?;
        self.file.write(&packed)
    }

    /// Makes it durable as the segment of a pack, in the place of one that may be there.
    pub fn finish(mut self, pack: &str) -> Result<(), StoreError> {
        self.file.keep(&segment_path(&self.folder, pack))
    }
}

/// A pack that is read.
#[derive(Debug)]
pub struct Pack {
    path: PathBuf,
    file: File,
    blocks: Vec<Block>,
    places: Vec<Place>,
    /// The block that was read last: who asks in order reads each once.
    open: Option<(u32, Vec<u8>)>,
    /// Its records, in order.
    pub entries: Vec<Entry>,
}

impl Pack {
    /// Opens a pack by its digest and reads its table of records. The bytes are hashed by [`verify_pack`], not here.
    pub fn open(folder: &Path, digest: &str) -> Result<Self, StoreError> {
        let path = pack_path(folder, digest);
        let failed = |error| StoreError::file("cannot read", &path, error);
        let mut file = File::open(&path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        if size < (TAIL + MAGIC.len()) as u64 {
            return Err(damaged(&path, "it is too short"));
        }
        let mut tail = [0; TAIL];
        file.seek(SeekFrom::Start(size - TAIL as u64)).map_err(failed)?;
        file.read_exact(&mut tail).map_err(failed)?;
        let mut cursor = Cursor { bytes: &tail, path: &path };
        let (offset, packed, raw) = (cursor.u64()?, cursor.u32()? as usize, cursor.u32()? as usize);
        if cursor.bytes != MAGIC || packed > LIMIT || offset.saturating_add((packed + TAIL) as u64) != size {
            return Err(damaged(&path, "its end is not that of a pack"));
        }
        let footer = read_packed(&mut file, &path, offset, packed, raw)?;
        let mut cursor = Cursor { bytes: &footer, path: &path };
        let mut blocks = Vec::new();
        for _ in 0..cursor.u32()? {
            blocks.push(Block { offset: cursor.u64()?, packed: cursor.u32()?, raw: cursor.u32()? });
        }
        let (mut places, mut entries) = (Vec::new(), Vec::new());
        for _ in 0..cursor.u32()? {
            places.push(Place { block: cursor.u32()?, start: cursor.u32()?, length: cursor.u32()? });
            let hash = cursor.take(16)?.try_into().map_err(|_| damaged(&path, "a hash is short"))?;
            let id = cursor.text()?.into();
            let modified = cursor.text()?;
            let modified = (!modified.is_empty()).then(|| modified.into());
            entries.push(Entry { id, modified, hash });
        }
        Ok(Self { path, file, blocks, places, open: None, entries })
    }

    /// The raw bytes of one record; they are checked against its hash.
    pub fn raw(&mut self, ordinal: u32) -> Result<Vec<u8>, StoreError> {
        let missing = || damaged(&self.path, "it does not hold the record");
        let place = *self.places.get(ordinal as usize).ok_or_else(missing)?;
        let block = *self.blocks.get(place.block as usize).ok_or_else(missing)?;
        if self.open.as_ref().is_none_or(|(open, _)| *open != place.block) {
            let (packed, raw) = (block.packed as usize, block.raw as usize);
            self.open =
                Some((place.block, read_packed(&mut self.file, &self.path, block.offset, packed, raw)?));
        }
        let raw = self.open.as_ref().map(|(_, raw)| raw.as_slice()).unwrap_or_default();
        let start = place.start as usize;
        let bytes = raw.get(start..start.saturating_add(place.length as usize)).ok_or_else(missing)?.to_vec();
        if self.entries.get(ordinal as usize).is_none_or(|entry| entry.hash != content_hash(&bytes)) {
            return Err(damaged(&self.path, "a record is not what its hash says"));
        }
        Ok(bytes)
    }
}

/// The chunks of a pack's segment, one at a time.
#[derive(Debug)]
pub struct Segment {
    path: PathBuf,
    file: std::io::BufReader<File>,
}

impl Segment {
    /// Opens the segment of a pack.
    pub fn open(folder: &Path, digest: &str) -> Result<Self, StoreError> {
        let path = segment_path(folder, digest);
        let failed = |error| StoreError::file("cannot read", &path, error);
        let mut file = std::io::BufReader::with_capacity(256 * 1024, File::open(&path).map_err(failed)?);
        let mut magic = [0; 8];
        file.read_exact(&mut magic).map_err(failed)?;
        if &magic != SEGMENT_MAGIC {
            return Err(damaged(&path, "it is no segment"));
        }
        Ok(Self { path, file })
    }

    /// The next chunk; none at the end.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let mut lengths = [0; 8];
        match self.file.read(&mut lengths[..1]) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) => return Err(StoreError::file("cannot read", &self.path, error)),
        }
        let failed = |error| StoreError::file("cannot read", &self.path, error);
        self.file.read_exact(&mut lengths[1..]).map_err(failed)?;
        let mut cursor = Cursor { bytes: &lengths, path: &self.path };
        let (packed, raw) = (cursor.u32()? as usize, cursor.u32()? as usize);
        if packed > LIMIT || raw > LIMIT {
            return Err(damaged(&self.path, "a chunk is too long"));
        }
        let mut bytes = vec![0; packed];
        self.file.read_exact(&mut bytes).map_err(failed)?;
        decompress(&bytes, raw, &self.path).map(Some)
    }
}

/// Whether a pack's bytes are what its name says.
pub fn verify_pack(folder: &Path, digest: &str) -> Result<bool, StoreError> {
    let path = pack_path(folder, digest);
    let failed = |error| StoreError::file("cannot read", &path, error);
    let mut file = File::open(&path).map_err(failed)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => return Ok(hex(&hasher.finalize()) == digest),
            read => hasher.update(&buffer[..read]),
        }
    }
}

pub(crate) fn pack_path(folder: &Path, digest: &str) -> PathBuf {
    folder.join(format!("{digest}.pack"))
}

pub(crate) fn segment_path(folder: &Path, digest: &str) -> PathBuf {
    folder.join(format!("{digest}.segment"))
}

pub(crate) fn compress(bytes: &[u8], level: i32, path: &Path) -> Result<Vec<u8>, StoreError> {
    zstd::bulk::compress(bytes, level).map_err(|error| StoreError::file("cannot compress for", path, error))
}

pub(crate) fn decompress(bytes: &[u8], raw: usize, path: &Path) -> Result<Vec<u8>, StoreError> {
    match zstd::bulk::decompress(bytes, raw) {
        Ok(out) if out.len() == raw => Ok(out),
        _ => Err(damaged(path, "a block cannot be decompressed")),
    }
}

fn read_packed(
    file: &mut File,
    path: &Path,
    offset: u64,
    packed: usize,
    raw: usize,
) -> Result<Vec<u8>, StoreError> {
    if packed > LIMIT || raw > LIMIT {
        return Err(damaged(path, "a block is too long"));
    }
    let failed = |error| StoreError::file("cannot read", path, error);
    let mut bytes = vec![0; packed];
    file.seek(SeekFrom::Start(offset)).map_err(failed)?;
    file.read_exact(&mut bytes).map_err(failed)?;
    decompress(&bytes, raw, path)
}

fn damaged(path: &Path, what: &str) -> StoreError {
    StoreError::Damaged { what: format!("{} is damaged: {what}", path.display()) }
}

fn length(length: usize) -> Result<u32, StoreError> {
    u32::try_from(length).map_err(|_| StoreError::Misuse("a record of more than 4 GiB".to_owned()))
}

/// A file that is removed again unless it is kept.
struct Temporary {
    path: PathBuf,
    file: BufWriter<File>,
    kept: bool,
}

impl Temporary {
    fn create(path: PathBuf) -> Result<Self, StoreError> {
        let file = File::create(&path).map_err(|error| StoreError::file("cannot write", &path, error))?;
        Ok(Self { path, file: BufWriter::with_capacity(256 * 1024, file), kept: false })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.write_all(bytes).map_err(|error| StoreError::file("cannot write", &self.path, error))
    }

    fn keep(&mut self, name: &Path) -> Result<(), StoreError> {
        let keep = |file: &mut BufWriter<File>, path: &Path| {
            file.flush()?;
            file.get_ref().sync_all()?;
            fs::rename(path, name)
        };
        keep(&mut self.file, &self.path).map_err(|error| StoreError::file("cannot write", name, error))?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.kept {
            // What cannot be removed is rubbish that the next cleaning finds.
            let _ = fs::remove_file(&self.path);
        }
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    path: &'a Path,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], StoreError> {
        let (taken, rest) =
            self.bytes.split_at_checked(count).ok_or_else(|| damaged(self.path, "its table ends early"))?;
        self.bytes = rest;
        Ok(taken)
    }
    fn u32(&mut self) -> Result<u32, StoreError> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }
    fn u64(&mut self) -> Result<u64, StoreError> {
        Ok(u64::from(self.u32()?) | u64::from(self.u32()?) << 32)
    }
    fn text(&mut self) -> Result<&'a str, StoreError> {
        let length = self.u32()? as usize;
        std::str::from_utf8(self.take(length)?).map_err(|_| damaged(self.path, "its table is no text"))
    }
}
