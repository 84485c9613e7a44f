//! One `serve` and one `import` per workspace: a locked file in `run/` that says who holds it.

use std::{
    fs::{self, File, TryLockError},
    io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
};

use jiff::Timestamp;

use crate::{StoreError, moment};

/// A held lock. The system lets it go when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock `name` in `run`, or says who holds it. A holder that died left an unlocked file, which is taken over.
    pub fn acquire(run: &Path, name: &str, now: Timestamp) -> Result<Self, StoreError> {
        fs::create_dir_all(run).map_err(|error| StoreError::file("cannot make", run, error))?;
        let path = run.join(format!("{name}.lock"));
        let failed = |error| StoreError::file("cannot lock", &path, error);
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(name, &mut file)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let line = format!("{} {} {}\n", std::process::id(), host(), moment(now));
        file.set_len(0)
            .and_then(|()| file.write_all(line.as_bytes()))
            .and_then(|()| file.flush())
            .map_err(failed)?;
        Ok(Self { file })
    }
}

/// Who holds a lock, as its file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// Its machine.
    pub host: String,
    /// Since when, RFC 3339.
    pub since: String,
}

impl Holder {
    /// Who holds the lock `name` in `run`; none when nobody does. Does not take it.
    pub fn of(run: &Path, name: &str) -> Result<Option<Self>, StoreError> {
        let path = run.join(format!("{name}.lock"));
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::file("cannot open", &path, error)),
        };
        let line = line(&mut file);
        if line.trim().is_empty() {
            return Ok(None);
        }
        // Who died left the line behind, and the lock free.
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Ok(Some(Self::read(&line))),
            Ok(()) | Err(TryLockError::Error(_)) => Ok(None),
        }
    }

    fn read(line: &str) -> Self {
        let mut words = line.split_whitespace();
        let pid = words.next().and_then(|word| word.parse().ok()).unwrap_or_default();
        let mut word = |instead: &str| words.next().unwrap_or(instead).to_owned();
        Self { pid, host: word("an unknown machine"), since: word("a moment ago") }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The file stays: removing it could remove a lock that somebody else has just taken.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

fn held(name: &str, file: &mut File) -> StoreError {
    let Holder { pid, host, since } = Holder::read(&line(file));
    StoreError::Locked { name: name.to_owned(), pid, host, since }
}

/// What the holder wrote; just started ones may not have written yet.
fn line(file: &mut File) -> String {
    let mut text = String::new();
    let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_string(&mut text));
    text
}

/// The name of this machine, as far as it says it.
fn host() -> String {
    let said = fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(|| ["HOSTNAME", "COMPUTERNAME"].into_iter().find_map(|name| std::env::var(name).ok()));
    let word = said.as_deref().and_then(|said| said.split_whitespace().next());
    word.unwrap_or("unknown-machine").to_owned()
}
