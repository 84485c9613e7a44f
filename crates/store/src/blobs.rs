//! Original bytes, kept by digest: `blobs/ab/<sha256>`. Files before rows: a row names a blob only once it is on disk.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

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
        if path.metadata().is_ok_and(|metadata| metadata.len() == bytes.len() as u64) {
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

fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder)
        .and_then(|file| file.sync_all())
        .map_err(|error| StoreError::file("cannot make durable", folder, error))
}
