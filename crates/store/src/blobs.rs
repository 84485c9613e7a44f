//! Original bytes, kept by digest: `blobs/ab/<sha256>`. Files before rows: a row names a blob only once it is on disk.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use jiff::{SignedDuration, Timestamp};

use crate::{
    StoreError,
    digest::{hex, sha256},
};

/// The folder `blobs/` of a workspace.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: PathBuf,
}

impl Blobs {
    /// Opens the folder, making it when it is not there.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(|error| StoreError::file("cannot make", folder, error))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Keeps bytes; answers their SHA-256 (hex). Bytes that are there already are left alone.
    pub fn put(&self, bytes: &[u8]) -> Result<String, StoreError> {
        let digest = hex(&sha256(bytes));
        let path = self.path(&digest);
        let length = bytes.len() as u64;
        if path.metadata().is_ok_and(|metadata| metadata.len() == length) {
            // Young again, without a change: a row is about to name it, and nobody may clean it away before.
            File::options()
                .write(true)
                .open(&path)
                .and_then(|file| file.set_len(length))
                .map_err(|error| StoreError::file("cannot write", &path, error))?;
            return Ok(digest);
        }
        if let Some(folder) = path.parent() {
            let fresh = !folder.exists();
            fs::create_dir_all(folder).map_err(|error| StoreError::file("cannot make", folder, error))?;
            if fresh {
                sync_folder(&self.folder)?;
            }
        }
        write_atomically(&path, bytes)?;
        Ok(digest)
    }

    /// The bytes of a digest, verified; `None` when there is no such file.
    pub fn get(&self, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
        if !is_digest(digest) {
            return Ok(None);
        }
        let path = self.path(digest);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::file("cannot read", &path, error)),
        };
        if hex(&sha256(&bytes)) != digest {
            return Err(StoreError::Damaged { what: format!("blob {digest} is not what its name says") });
        }
        Ok(Some(bytes))
    }

    /// Destroys the bytes of a digest; answers whether there were any.
    pub fn destroy(&self, digest: &str) -> Result<bool, StoreError> {
        if !is_digest(digest) {
            return Ok(false);
        }
        let path = self.path(digest);
        match fs::remove_file(&path) {
            Ok(()) => path.parent().map_or(Ok(()), sync_folder).map(|()| true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(StoreError::file("cannot remove", &path, error)),
        }
    }

    /// Removes what is not `named` and older than a day, also what killed processes left under temporary names; answers the
    /// files that went.
    pub fn clean(&self, named: &BTreeSet<String>, now: Timestamp) -> Result<Vec<PathBuf>, StoreError> {
        let mut removed = Vec::new();
        let failed = |error| StoreError::file("cannot list", &self.folder, error);
        for folder in fs::read_dir(&self.folder).map_err(failed)? {
            let folder = folder.map_err(failed)?;
            if folder.file_type().map_err(failed)?.is_dir() {
                removed.extend(remove_old(&folder.path(), now, |name| named.contains(name))?);
            }
        }
        Ok(removed)
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.folder.join(digest.get(..2).unwrap_or_default()).join(digest)
    }
}

/// Whether a text is a SHA-256 in lower-case hexadecimal; anything else never becomes part of a path.
pub(crate) fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Temporary name, fsync, rename, fsync of the folder. A killed process leaves the old file or the new one.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let temporary = path.with_file_name(format!(
        ".{name}.{}.{}.tmp",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::Relaxed)
    ));
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    if let Err(error) = write() {
        // The first error is the one to tell; a rest that cannot be removed is rubbish without a row.
        let _ = fs::remove_file(&temporary);
        return Err(StoreError::file("cannot write", path, error));
    }
    path.parent().map_or(Ok(()), sync_folder)
}

/// How long a file that nothing names is left alone: somebody may be about to name it.
const GRACE: SignedDuration = SignedDuration::from_hours(24);

/// Removes the files of a folder that are older than a day and not to be kept; answers them.
pub(crate) fn remove_old(
    folder: &Path,
    now: Timestamp,
    keep: impl Fn(&str) -> bool,
) -> Result<Vec<PathBuf>, StoreError> {
    let failed = |error| StoreError::file("cannot list", folder, error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut removed = Vec::new();
    for file in entries {
        let file = file.map_err(failed)?;
        let metadata = match file.metadata() {
            Ok(metadata) => metadata,
            // Another process was quicker.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(error)),
        };
        let old = metadata
            .modified()
            .ok()
            .and_then(|modified| Timestamp::try_from(modified).ok())
            .is_some_and(|at| at.duration_until(now) > GRACE);
        if metadata.is_file() && old && !keep(&file.file_name().to_string_lossy()) {
            let path = file.path();
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(StoreError::file("cannot remove", &path, error));
                }
                _ => removed.push(path),
            }
        }
    }
    removed.sort();
    Ok(removed)
}

/// The same for what killed writers left under temporary names beside files that are kept.
pub fn remove_old_temporary(folder: &Path, now: Timestamp) -> Result<Vec<PathBuf>, StoreError> {
    remove_old(folder, now, |name| !(name.starts_with('.') && name.ends_with(".tmp")))
}

fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder)
        .and_then(|file| file.sync_all())
        .map_err(|error| StoreError::file("cannot make durable", folder, error))
}
