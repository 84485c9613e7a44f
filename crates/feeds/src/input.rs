//! Which files there are to read, and the digest by which an unchanged one is known.
//!
//! Not here: what is in them (`read`).

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// Files accepted in one call; more is a mistaken path.
const MAX_FILES: usize = 2_000_000;
/// Folders inside folders.
const MAX_DEPTH: usize = 64;

/// One file to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// Where it is.
    pub path: PathBuf,
}

/// Why the given paths give no list of files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoverError {
    /// A path cannot be looked at.
    #[error("cannot read {}: check that it exists and that you may read it", path.display())]
    Path {
        /// The path.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// More files or deeper folders than any feed has.
    #[error("{} holds more than {MAX_FILES} files or {MAX_DEPTH} levels of folders: point to the folder of a feed", path.display())]
    TooMany {
        /// The path that passed the limit.
        path: PathBuf,
    },
}

/// Lists the files under `paths`: the paths in the given order, folders walked in sorted order. Symbolic links inside
/// folders are not followed, and neither sockets nor devices are opened.
pub fn discover(paths: &[PathBuf]) -> Result<Vec<Input>, DiscoverError> {
    let mut inputs = Vec::new();
    for path in paths {
        let metadata =
            std::fs::metadata(path).map_err(|source| DiscoverError::Path { path: path.clone(), source })?;
        if metadata.is_dir() {
            walk(path, 0, &mut inputs)?;
        } else {
            inputs.push(Input { path: path.clone() });
        }
    }
    Ok(inputs)
}

/// SHA-256 of the file's bytes.
pub fn digest(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hasher.finalize().into());
        }
        hasher.update(&buffer[..read]);
    }
}

fn walk(folder: &Path, depth: usize, inputs: &mut Vec<Input>) -> Result<(), DiscoverError> {
    let failed = |source| DiscoverError::Path { path: folder.to_owned(), source };
    if depth > MAX_DEPTH || inputs.len() > MAX_FILES {
        return Err(DiscoverError::TooMany { path: folder.to_owned() });
    }
    let mut entries = std::fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    entries.sort_unstable_by(|left, right| left.0.cmp(&right.0));
    for (path, file_type) in entries {
        if file_type.is_dir() {
            walk(&path, depth + 1, inputs)?;
        } else if file_type.is_file() {
            inputs.push(Input { path });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_in_sorted_order_and_links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("b/c")).unwrap();
        for name in ["z.json", "a.json", "b/c/1.json", "b/2.json"] {
            std::fs::write(root.join(name), "{}").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root, root.join("b/loop")).unwrap();
        let found: Vec<_> = discover(&[root.to_owned()])
            .unwrap()
            .into_iter()
            .map(|input| input.path.strip_prefix(root).unwrap().to_owned())
            .collect();
        assert_eq!(found, ["a.json", "b/2.json", "b/c/1.json", "z.json"].map(PathBuf::from));
    }

    #[test]
    fn a_missing_path_is_named() {
        let error = discover(&[PathBuf::from("/does/not/exist")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read /does/not/exist: check that it exists and that you may read it"
        );
    }

    #[test]
    fn the_digest_is_that_of_the_bytes() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        let digest = digest(file.path()).unwrap();
        assert_eq!(digest[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
