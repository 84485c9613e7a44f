//! Files to documents: gzip, zstd, tar and zip, recognised by their first bytes, within limits.
//!
//! Nothing is written; the path of a member is a name and never a place.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek as _};
use std::ops::ControlFlow;
use std::path::Path;

use crate::report::IssueCode;

/// Bytes of one document that stands alone.
const MAX_DOCUMENT: u64 = 1 << 30;
/// Bytes of one member of an archive.
const MAX_MEMBER: u64 = 256 << 20;
/// Members of one archive.
const MAX_MEMBERS: usize = 2_000_000;
/// Unpacked bytes per packed byte, once more came out than no ratio is asked of.
const MAX_EXPANSION: u64 = 200;
/// Unpacked bytes of an archive that no ratio is asked of: its members pass one by one, and a year of nearly equal
/// catalogues packs 900 to 1.
const ARCHIVE_FREE: u64 = 512 << 20;
/// Unpacked bytes of one document that no ratio is asked of: it is held in memory.
const DOCUMENT_FREE: u64 = 64 << 20;

/// A document, or why there is none.
pub(crate) struct Document {
    /// Its path inside an archive.
    pub(crate) member: Option<String>,
    /// Its bytes, as far as they could be read.
    pub(crate) bytes: Vec<u8>,
    /// What is wrong with the packing: the bytes end early or are missing.
    pub(crate) damage: Option<(IssueCode, String)>,
}

/// Gives every document in the file at `path` to `visit`, until it breaks.
pub(crate) fn documents(path: &Path, visit: &mut dyn FnMut(Document) -> ControlFlow<()>) -> io::Result<()> {
    let mut file = File::open(path)?;
    let packed = file.metadata()?.len();
    let head = head(&mut file)?;
    file.rewind()?;
    match packing(&head) {
        Packing::Zip => zip_members(file, limit(packed, ARCHIVE_FREE), visit),
        Packing::Gzip => stream(flate2::bufread::MultiGzDecoder::new(buffered(file)), packed, visit),
        Packing::Zstd => stream(zstd::Decoder::with_buffer(buffered(file))?, packed, visit),
        Packing::Tar => tar_members(buffered(file), visit),
        Packing::None => {
            let _ = visit(document(None, file, MAX_DOCUMENT, packed));
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Zstd,
    Zip,
    Tar,
}

fn packing(head: &[u8]) -> Packing {
    if head.starts_with(&[0x1f, 0x8b]) {
        Packing::Gzip
    } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Packing::Zstd
    } else if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        Packing::Zip
    } else if head.get(257..262) == Some(b"ustar") {
        Packing::Tar
    } else {
        Packing::None
    }
}

fn stream(decoder: impl Read, packed: u64, visit: &mut dyn FnMut(Document) -> ControlFlow<()>) {
    let mut limited = Limited { inner: decoder, left: limit(packed, DOCUMENT_FREE) };
    let mut start = Vec::new();
    let begun = (&mut limited).take(512).read_to_end(&mut start);
    let tar = packing(&start) == Packing::Tar;
    if tar {
        limited.left = limit(packed, ARCHIVE_FREE);
    }
    let whole = Cursor::new(start).chain(limited);
    if let Err(error) = begun {
        let mut document = document(None, whole, MAX_DOCUMENT, 0);
        document.damage = Some(damage(&error));
        let _ = visit(document);
    } else if tar {
        tar_members(BufReader::with_capacity(256 * 1024, whole), visit);
    } else {
        let _ = visit(document(None, whole, MAX_DOCUMENT, 0));
    }
}

fn tar_members(reader: impl Read, visit: &mut dyn FnMut(Document) -> ControlFlow<()>) {
    let mut archive = tar::Archive::new(reader);
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => {
            let _ = visit(nothing(None, damage(&error)));
            return;
        }
    };
    for (index, entry) in entries.enumerate() {
        let entry = match entry {
            Ok(entry) if index < MAX_MEMBERS => entry,
            Ok(_) => {
                let _ = visit(nothing(None, too_many()));
                return;
            }
            Err(error) => {
                // A tar has no table of contents: after a broken header nothing more can be found.
                let _ = visit(nothing(None, damage(&error)));
                return;
            }
        };
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = clean(&String::from_utf8_lossy(&entry.path_bytes()));
        let size = entry.size();
        if visit(document(Some(name), entry, MAX_MEMBER, size)).is_break() {
            return;
        }
    }
}

fn zip_members(file: File, limit: u64, visit: &mut dyn FnMut(Document) -> ControlFlow<()>) {
    let mut archive = match zip::ZipArchive::new(BufReader::with_capacity(64 * 1024, file)) {
        Ok(archive) => archive,
        Err(error) => {
            let _ = visit(nothing(
                None,
                (IssueCode::Damaged, format!("the zip has no readable table of contents: {error}")),
            ));
            return;
        }
    };
    let mut left = limit;
    for index in 0..archive.len() {
        if index >= MAX_MEMBERS {
            let _ = visit(nothing(None, too_many()));
            return;
        }
        let document = match archive.by_index(index) {
            Ok(member) if member.is_dir() => continue,
            Ok(mut member) => {
                let name = member.name().map_or_else(|_| format!("member {index}"), |name| clean(&name));
                let size = member.size();
                let mut limited = Limited { inner: &mut member, left };
                let document = document(Some(name), &mut limited, MAX_MEMBER, size);
                left = limited.left;
                document
            }
            Err(error) => nothing(Some(format!("member {index}")), (IssueCode::Damaged, error.to_string())),
        };
        if visit(document).is_break() || left == 0 {
            return;
        }
    }
}

fn document(member: Option<String>, reader: impl Read, most: u64, size: u64) -> Document {
    if size > most {
        return nothing(member, too_large(most));
    }
    let mut bytes = Vec::with_capacity(size.min(16 << 20) as usize);
    let damage = match reader.take(most + 1).read_to_end(&mut bytes) {
        Ok(read) if read as u64 > most => return nothing(member, too_large(most)),
        Ok(_) => None,
        Err(error) => Some(damage(&error)),
    };
    let (bytes, damage) = match (damage, packing(&bytes)) {
        (None, Packing::Gzip) => unpack_member(&bytes, most),
        (damage, _) => (bytes, damage),
    };
    Document { member, bytes, damage }
}

/// A gzip inside an archive.
fn unpack_member(packed: &[u8], most: u64) -> (Vec<u8>, Option<(IssueCode, String)>) {
    let limit = limit(packed.len() as u64, DOCUMENT_FREE).min(most);
    let mut bytes = Vec::new();
    let mut limited = Limited { inner: flate2::read::MultiGzDecoder::new(packed), left: limit };
    let damage = limited.read_to_end(&mut bytes).err().map(|error| damage(&error));
    (bytes, damage)
}

fn limit(packed: u64, free: u64) -> u64 {
    free.max(packed.saturating_mul(MAX_EXPANSION))
}

fn nothing(member: Option<String>, damage: (IssueCode, String)) -> Document {
    Document { member, bytes: Vec::new(), damage: Some(damage) }
}

fn damage(error: &io::Error) -> (IssueCode, String) {
    if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Expansion>) {
        (IssueCode::Limit, error.to_string())
    } else {
        (IssueCode::Damaged, format!("cannot be read to its end: {error}"))
    }
}

fn too_large(most: u64) -> (IssueCode, String) {
    (IssueCode::Limit, format!("larger than {} MiB", most >> 20))
}

fn too_many() -> (IssueCode, String) {
    (IssueCode::Limit, format!("more than {MAX_MEMBERS} members"))
}

/// A member's name as one may print it.
fn clean(name: &str) -> String {
    name.chars().take(1_024).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn head(file: &mut File) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(512);
    file.take(512).read_to_end(&mut head)?;
    Ok(head)
}

fn buffered(file: File) -> BufReader<File> {
    BufReader::with_capacity(256 * 1024, file)
}

#[derive(Debug, thiserror::Error)]
#[error("unpacks to more than {MAX_EXPANSION} times its size: not read further")]
struct Expansion;

/// Stops an archive that unpacks to far more than it is.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            let mut probe = [0];
            return match self.inner.read(&mut probe)? {
                0 => Ok(0),
                _ => Err(io::Error::other(Expansion)),
            };
        }
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.inner.read(&mut buffer[..most])?;
        self.left -= read as u64;
        Ok(read)
    }
}
