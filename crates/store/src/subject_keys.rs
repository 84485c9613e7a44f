//! One file for the keys of all subjects: `keys/subjects.keys`, records of one length. A new key is appended, a forgotten one is
//! overwritten where it stands; one fsync for as many keys as a table brings.
//!
//! Not here: what is sealed with them (`sealed`).

use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use crate::{
    StoreError,
    digest::{Hash, sha256},
    keys,
};

/// Nonce, key, tag.
pub(crate) const WRAPPED: usize = 12 + 32 + 16;
/// State, form, two bytes unused, hash of the subject, wrapped key.
const RECORD: usize = 4 + 32 + WRAPPED;
const LIVE: u8 = b'K';
const FORGOTTEN: u8 = b'F';
const FORM: u8 = 1;

/// What is kept of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Nothing was ever sealed for it.
    Nothing,
    /// Its key was destroyed.
    Forgotten,
    /// Its key, wrapped.
    Key([u8; WRAPPED]),
}

/// The file. Other processes append to it and forget in it, so states are read anew and the index only grows.
#[derive(Debug)]
pub(crate) struct SubjectKeys {
    path: PathBuf,
    file: Option<File>,
    /// Where the record of a subject is.
    places: HashMap<Hash, u64>,
    /// Bytes of the file that are in `places`.
    read: u64,
}

impl SubjectKeys {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { path: folder.join("subjects.keys"), file: None, places: HashMap::new(), read: 0 }
    }

    /// What is kept of a subject.
    pub(crate) fn get(&mut self, subject: &str) -> Result<Kept, StoreError> {
        self.refresh()?;
        let Some(place) = self.places.get(&sha256(subject.as_bytes())).copied() else {
            return Ok(Kept::Nothing);
        };
        let record = self.record(place)?;
        if record[0] != LIVE {
            return Ok(Kept::Forgotten);
        }
        let mut wrapped = [0; WRAPPED];
        wrapped.copy_from_slice(&record[RECORD - WRAPPED..]);
        Ok(Kept::Key(wrapped))
    }

    /// Runs under the lock of the file, which other processes respect; `change` sees what they wrote.
    pub(crate) fn locked<T>(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.open_to_write()?;
        let lock = self.file()?.try_clone().map_err(|error| self.failed("cannot lock", error))?;
        lock.lock().map_err(|error| self.failed("cannot lock", error))?;
        self.refresh()?;
        let answer = change(self);
        let unlocked = lock.unlock().map_err(|error| self.failed("cannot unlock", error));
        let answer = answer?;
        unlocked?;
        Ok(answer)
    }

    /// Appends keys of subjects that have none; durable when this returns. Call it under [`Self::locked`].
    pub(crate) fn append(&mut self, keys: &[(&str, [u8; WRAPPED])]) -> Result<(), StoreError> {
        let records: Vec<_> = keys
            .iter()
            .map(|(subject, wrapped)| record(LIVE, &sha256(subject.as_bytes()), wrapped))
            .collect();
        self.append_records(&records)
    }

    /// Destroys the key of a subject; answers whether there was one. Call it under [`Self::locked`].
    pub(crate) fn destroy(&mut self, subject: &str) -> Result<bool, StoreError> {
        let hash = sha256(subject.as_bytes());
        let Some(place) = self.places.get(&hash).copied() else {
            self.append_records(&[record(FORGOTTEN, &hash, &[0; WRAPPED])])?;
            return Ok(false);
        };
        let known = self.record(place)?[0] == LIVE;
        // The mark first: a crash in between leaves a key that is refused, never a subject that comes back.
        self.overwrite(place, &[FORGOTTEN])?;
        self.overwrite(place + (RECORD - WRAPPED) as u64, &[0; WRAPPED])?;
        Ok(known)
    }

    fn append_records(&mut self, records: &[[u8; RECORD]]) -> Result<(), StoreError> {
        if records.is_empty() {
            return Ok(());
        }
        let failed = |error| StoreError::file("cannot write", &self.path, error);
        let mut file = self.file()?;
        let length = file.metadata().map_err(failed)?.len();
        // What a killed process left of a record is cut off; nothing was sealed with it.
        let whole = length - length % RECORD as u64;
        let written = file
            .set_len(whole)
            .and_then(|()| file.seek(SeekFrom::Start(whole)))
            .and_then(|_| file.write_all(records.as_flattened()))
            .and_then(|()| file.sync_all());
        if let Err(error) = written {
            // The first error is the one to tell; half a record is cut off by the next writer.
            let _ = file.set_len(whole);
            return Err(failed(error));
        }
        self.refresh()
    }

    /// Reads what was appended since.
    fn refresh(&mut self) -> Result<(), StoreError> {
        if self.file.is_none() {
            match File::open(&self.path) {
                Ok(file) => self.file = Some(file),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(self.failed("cannot read", error)),
            }
        }
        let mut file = self.file()?;
        let length = file.metadata().map_err(|error| self.failed("cannot read", error))?.len();
        if length / RECORD as u64 <= self.read / RECORD as u64 {
            return Ok(());
        }
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(self.read))
            .and_then(|_| file.take(length - self.read).read_to_end(&mut bytes))
            .map_err(|error| StoreError::file("cannot read", &self.path, error))?;
        for record in bytes.chunks_exact(RECORD) {
            if matches!(record[0], LIVE | FORGOTTEN) && record[1] == FORM {
                let mut hash = Hash::default();
                hash.copy_from_slice(&record[4..36]);
                self.places.insert(hash, self.read);
            }
            self.read += RECORD as u64;
        }
        Ok(())
    }

    fn record(&self, place: u64) -> Result<[u8; RECORD], StoreError> {
        let mut file = self.file()?;
        let mut record = [0; RECORD];
        file.seek(SeekFrom::Start(place))
            .and_then(|_| file.read_exact(&mut record))
            .map_err(|error| self.failed("cannot read", error))?;
        Ok(record)
    }

    fn overwrite(&self, place: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let mut file = self.file()?;
        file.seek(SeekFrom::Start(place))
            .and_then(|_| file.write_all(bytes))
            .and_then(|()| file.sync_all())
            .map_err(|error| self.failed("cannot write", error))
    }

    /// Reopens for writing, making the file (0600) when it is not there.
    fn open_to_write(&mut self) -> Result<(), StoreError> {
        let fresh = !self.path.exists();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.path)
            .map_err(|error| self.failed("cannot write", error))?;
        self.file = Some(file);
        if fresh {
            keys::restrict(&self.path, 0o600)?;
            if let Some(folder) = self.path.parent() {
                File::open(folder)
                    .and_then(|folder| folder.sync_all())
                    .map_err(|error| self.failed("cannot make durable", error))?;
            }
        }
        Ok(())
    }

    fn file(&self) -> Result<&File, StoreError> {
        self.file.as_ref().ok_or_else(|| self.failed("cannot read", ErrorKind::NotFound.into()))
    }

    fn failed(&self, what: &'static str, error: std::io::Error) -> StoreError {
        StoreError::file(what, &self.path, error)
    }
}

fn record(state: u8, hash: &Hash, wrapped: &[u8; WRAPPED]) -> [u8; RECORD] {
    let mut record = [0; RECORD];
    record[0] = state;
    record[1] = FORM;
    record[4..36].copy_from_slice(hash);
    record[36..].copy_from_slice(wrapped);
    record
}
