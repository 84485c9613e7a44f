//! Sealed columns: contact data under a key per person, so that destroying the key forgets the person and leaves the
//! chain whole. ChaCha20-Poly1305; the person's key is wrapped by the workspace key. The record sees ciphertext only.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, aead::Aead as _, aead::Payload};

use crate::{
    StoreError,
    digest::{hex, unhex},
    keys::{self, Entropy},
    subject_keys::{Kept, SubjectKeys, WRAPPED},
};

/// What every sealed text starts with; the number is the form's version.
const FORM: &str = "sealed:1:";
const NONCE: usize = 12;

/// The keys of sealed columns, in the folder `keys/` of a workspace.
#[derive(Clone, Debug)]
pub struct Vault {
    folder: Arc<Folder>,
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// Two threads must not make two keys for one subject.
    subjects: Mutex<SubjectKeys>,
}

impl Vault {
    /// Opens the folder (0700), making it when it is not there. Keys are made when first needed.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        keys::open_folder(folder)?;
        let subjects = Mutex::new(SubjectKeys::new(folder));
        Ok(Self { folder: Arc::new(Folder { path: folder.to_owned(), subjects }) })
    }

    /// Seals a text under the key of `subject`, such as `person:<id>` or `site:<id>`; answers the text to store.
    /// A forgotten subject is refused.
    pub fn seal(&self, subject: &str, plain: &str, entropy: Entropy<'_>) -> Result<String, StoreError> {
        let mut sealed = self.seal_all(&[(subject.to_owned(), plain.to_owned())], entropy)?;
        sealed.pop().ok_or_else(|| StoreError::Misuse("nothing was sealed".to_owned()))
    }

    /// Seals many texts, each under the key of its subject; answers them in order. The keys that are missing are made and
    /// durable before this returns, all with one wait for the disk.
    pub fn seal_all(
        &self,
        texts: &[(String, String)],
        entropy: Entropy<'_>,
    ) -> Result<Vec<String>, StoreError> {
        let workspace = keys::read_or_make_key(&self.workspace_path(), entropy)?;
        let mut subjects = self.subjects();
        let mut known: HashMap<&str, [u8; 32]> = HashMap::new();
        for (subject, _) in texts {
            if let Some(key) = unwrapped(&workspace, subject, subjects.get(subject)?, true)? {
                known.insert(subject, key);
            }
        }
        if texts.iter().any(|(subject, _)| !known.contains_key(subject.as_str())) {
            subjects.locked(|subjects| {
                let mut fresh = Vec::new();
                for (subject, _) in texts {
                    if known.contains_key(subject.as_str()) {
                        continue;
                    }
                    // Another process may have made it since.
                    let key = match unwrapped(&workspace, subject, subjects.get(subject)?, true)? {
                        Some(key) => key,
                        None => {
                            let (mut key, mut nonce) = ([0; 32], [0; NONCE]);
                            entropy(&mut key);
                            entropy(&mut nonce);
                            fresh.push((subject.as_str(), wrap(&workspace, nonce, &key, subject)?));
                            key
                        }
                    };
                    known.insert(subject, key);
                }
                subjects.append(&fresh)
            })?;
        }
        let seal = |(subject, plain): &(String, String)| {
            let key = known.get(subject.as_str());
            let key = key.ok_or_else(|| StoreError::Misuse(format!("{subject} has no key")))?;
            let mut nonce = [0; NONCE];
            entropy(&mut nonce);
            let sealed = encrypt(key, nonce, plain.as_bytes(), subject.as_bytes())?;
            Ok(format!("{FORM}{}", hex(&sealed)))
        };
        texts.iter().map(seal).collect()
    }

    /// The text that was sealed; `None` when the subject is forgotten.
    pub fn unseal(&self, subject: &str, sealed: &str) -> Result<Option<String>, StoreError> {
        let kept = self.subjects().get(subject)?;
        if matches!(kept, Kept::Nothing | Kept::Forgotten) {
            return Ok(None);
        }
        let workspace = keys::read_key(&self.workspace_path())?.ok_or_else(|| StoreError::Damaged {
            what: "the workspace key is missing from keys/".to_owned(),
        })?;
        let Some(key) = unwrapped(&workspace, subject, kept, false)? else { return Ok(None) };
        let damaged = || StoreError::Damaged { what: format!("the sealed text of {subject} does not open") };
        let bytes = sealed.strip_prefix(FORM).and_then(unhex).ok_or_else(damaged)?;
        let plain = decrypt(&key, &bytes, subject.as_bytes()).ok_or_else(damaged)?;
        String::from_utf8(plain).map(Some).map_err(|_| damaged())
    }

    /// Destroys the key of a subject, for ever; what was sealed stays ciphertext. Answers whether there was a key.
    pub fn forget(&self, subject: &str) -> Result<bool, StoreError> {
        self.subjects().locked(|subjects| subjects.destroy(subject))
    }

    /// Whether the subject was forgotten.
    pub fn is_forgotten(&self, subject: &str) -> Result<bool, StoreError> {
        Ok(self.subjects().get(subject)? == Kept::Forgotten)
    }

    fn subjects(&self) -> MutexGuard<'_, SubjectKeys> {
        self.folder.subjects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn workspace_path(&self) -> PathBuf {
        self.folder.path.join("workspace.key")
    }
}

/// The key of a subject; none when it has none. `to_seal` = a forgotten one is an error.
fn unwrapped(
    workspace: &[u8; 32],
    subject: &str,
    kept: Kept,
    to_seal: bool,
) -> Result<Option<[u8; 32]>, StoreError> {
    match kept {
        Kept::Nothing => Ok(None),
        Kept::Forgotten if to_seal => {
            Err(StoreError::Misuse(format!("{subject} was forgotten and cannot get a new key")))
        }
        Kept::Forgotten => Ok(None),
        Kept::Key(wrapped) => decrypt(workspace, &wrapped, subject.as_bytes())
            .and_then(|key| key.try_into().ok())
            .map(Some)
            .ok_or_else(|| StoreError::Damaged { what: format!("the key of {subject} does not open") }),
    }
}

fn wrap(
    workspace: &[u8; 32],
    nonce: [u8; NONCE],
    key: &[u8; 32],
    subject: &str,
) -> Result<[u8; WRAPPED], StoreError> {
    encrypt(workspace, nonce, key, subject.as_bytes())?
        .try_into()
        .map_err(|_| StoreError::Misuse("a wrapped key of another length".to_owned()))
}

/// Whether a text is what [`Vault::seal`] returns.
pub(crate) fn is_sealed(text: &str) -> bool {
    text.starts_with(FORM)
}

/// Nonce, then ciphertext with its tag.
fn encrypt(key: &[u8; 32], nonce: [u8; NONCE], plain: &[u8], aad: &[u8]) -> Result<Vec<u8>, StoreError> {
    let cipher = ChaCha20Poly1305::new(key.into())
        .encrypt(&nonce.into(), Payload { msg: plain, aad })
        .map_err(|_| StoreError::Misuse("a text too long to seal".to_owned()))?;
    Ok([nonce.as_slice(), &cipher].concat())
}

fn decrypt(key: &[u8; 32], bytes: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
    let (nonce, cipher) = bytes.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    ChaCha20Poly1305::new(key.into()).decrypt(&nonce.into(), Payload { msg: cipher, aad }).ok()
}
