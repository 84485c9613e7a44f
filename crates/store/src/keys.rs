//! The folder `keys/` (0700) and its files (0600): the workspace key and the checkpoint key. Keys of subjects: `subject_keys`.

use std::{
    fs::{self, DirBuilder},
    io::ErrorKind,
    path::Path,
};

use crate::{StoreError, blobs::write_atomically};

/// Fills a buffer with random bytes. Randomness is an argument here, see `app::Entropy`.
pub type Entropy<'a> = &'a mut dyn FnMut(&mut [u8]);

/// Makes the folder readable to its owner alone.
pub(crate) fn open_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|error| StoreError::file("cannot make", folder, error))?;
    restrict(folder, 0o700)
}

/// A key of 32 bytes from its file; `None` when there is no file.
pub(crate) fn read_key(path: &Path) -> Result<Option<[u8; 32]>, StoreError> {
    match read(path)? {
        None => Ok(None),
        Some(bytes) => bytes.try_into().map(Some).map_err(|_| StoreError::Damaged {
            what: format!("the key file {} does not hold 32 bytes", path.display()),
        }),
    }
}

/// A key from its file, made and kept when there is none.
pub(crate) fn read_or_make_key(path: &Path, entropy: Entropy<'_>) -> Result<[u8; 32], StoreError> {
    if let Some(key) = read_key(path)? {
        return Ok(key);
    }
    let mut key = [0; 32];
    entropy(&mut key);
    write(path, &key)?;
    Ok(key)
}

pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::file("cannot read", path, error)),
    }
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    write_atomically(path, bytes)?;
    restrict(path, 0o600)
}

#[cfg(unix)]
pub(crate) fn restrict(path: &Path, mode: u32) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(|error| StoreError::file("cannot protect", path, error))
}

#[cfg(not(unix))]
pub(crate) fn restrict(_: &Path, _: u32) -> Result<(), StoreError> {
    Ok(())
}
