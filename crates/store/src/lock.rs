//! One `serve` and one `import` per workspace: a locked file in `run/` that says who holds it.

use std::{
    fs::{self, File, TryLockError},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
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

impl Drop for Lock {
    fn drop(&mut self) {
        // The file stays: removing it could remove a lock that somebody else has just taken.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

fn held(name: &str, file: &mut File) -> StoreError {
    let mut text = String::new();
    // Just started holders may not have written their line yet.
    let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_string(&mut text));
    let mut words = text.split_whitespace();
    let pid = words.next().and_then(|word| word.parse().ok()).unwrap_or_default();
    let mut word = || words.next().unwrap_or_default().to_owned();
    let (host, since) = (word(), word());
    let unknown = |word: String, instead: &str| if word.is_empty() { instead.to_owned() } else { word };
    StoreError::Locked {
        name: name.to_owned(),
        pid,
        host: unknown(host, "an unknown machine"),
        since: unknown(since, "a moment ago"),
    }
}

/// The name of this machine, as far as it says it.
fn host() -> String {
    let said = fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(|| ["HOSTNAME", "COMPUTERNAME"].into_iter().find_map(|name| std::env::var(name).ok()));
    let word = said.as_deref().and_then(|said| said.split_whitespace().next());
    word.unwrap_or("unknown-machine").to_owned()
}
