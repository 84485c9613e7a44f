//! Sealed columns: contact data under a key per person, so that destroying the key forgets the person and leaves the
//! chain whole. ChaCha20-Poly1305; the person's key is wrapped by the workspace key. The record sees ciphertext only.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, aead::Aead as _, aead::Payload};

use crate::{
    StoreError,
    digest::{hex, sha256, unhex},
    keys::{self, Entropy},
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
    making: Mutex<()>,
}

impl Vault {
    /// Opens the folder (0700), making it when it is not there. Keys are made when first needed.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        keys::open_folder(folder)?;
        keys::open_folder(&folder.join("subjects"))?;
        Ok(Self { folder: Arc::new(Folder { path: folder.to_owned(), making: Mutex::new(()) }) })
    }

    /// Seals a text under the key of `subject`, such as `person:<id>` or `site:<id>`; answers the text to store.
    /// A forgotten subject is refused.
    pub fn seal(&self, subject: &str, plain: &str, entropy: Entropy<'_>) -> Result<String, StoreError> {
        let key = self.make_key(subject, entropy)?;
        let mut nonce = [0; NONCE];
        entropy(&mut nonce);
        let sealed = encrypt(&key, nonce, plain.as_bytes(), subject.as_bytes())?;
        Ok(format!("{FORM}{}", hex(&sealed)))
    }

    /// The text that was sealed; `None` when the subject is forgotten.
    pub fn unseal(&self, subject: &str, sealed: &str) -> Result<Option<String>, StoreError> {
        let Some(key) = self.key(subject)? else { return Ok(None) };
        let damaged = || StoreError::Damaged { what: format!("the sealed text of {subject} does not open") };
        let bytes = sealed.strip_prefix(FORM).and_then(unhex).ok_or_else(damaged)?;
        let plain = decrypt(&key, &bytes, subject.as_bytes()).ok_or_else(damaged)?;
        String::from_utf8(plain).map(Some).map_err(|_| damaged())
    }

    /// Destroys the key of a subject, for ever; what was sealed stays ciphertext. Answers whether there was a key.
    pub fn forget(&self, subject: &str) -> Result<bool, StoreError> {
        let _making = self.folder.making.lock().unwrap_or_else(PoisonError::into_inner);
        let known = self.key_path(subject).exists();
        // The mark first: a crash in between leaves a key that is refused, never a subject that comes back.
        keys::write(&self.mark_path(subject), b"")?;
        keys::destroy(&self.key_path(subject))?;
        Ok(known)
    }

    /// Whether the subject was forgotten.
    #[must_use]
    pub fn is_forgotten(&self, subject: &str) -> bool {
        self.mark_path(subject).exists()
    }

    fn key(&self, subject: &str) -> Result<Option<[u8; 32]>, StoreError> {
        if self.is_forgotten(subject) {
            return Ok(None);
        }
        let Some(wrapped) = keys::read(&self.key_path(subject))? else { return Ok(None) };
        let workspace = keys::read_key(&self.workspace_path())?.ok_or_else(|| StoreError::Damaged {
            what: "the workspace key is missing from keys/".to_owned(),
        })?;
        decrypt(&workspace, &wrapped, subject.as_bytes())
            .and_then(|key| key.try_into().ok())
            .map(Some)
            .ok_or_else(|| StoreError::Damaged { what: format!("the key of {subject} does not open") })
    }

    fn make_key(&self, subject: &str, entropy: Entropy<'_>) -> Result<[u8; 32], StoreError> {
        let _making = self.folder.making.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_forgotten(subject) {
            return Err(StoreError::Misuse(format!("{subject} was forgotten and cannot get a new key")));
        }
        if let Some(key) = self.key(subject)? {
            return Ok(key);
        }
        let workspace = keys::read_or_make_key(&self.workspace_path(), entropy)?;
        let mut key = [0; 32];
        entropy(&mut key);
        let mut nonce = [0; NONCE];
        entropy(&mut nonce);
        keys::write(&self.key_path(subject), &encrypt(&workspace, nonce, &key, subject.as_bytes())?)?;
        Ok(key)
    }

    fn workspace_path(&self) -> PathBuf {
        self.folder.path.join("workspace.key")
    }

    fn key_path(&self, subject: &str) -> PathBuf {
        self.folder.path.join("subjects").join(format!("{}.key", hex(&sha256(subject.as_bytes()))))
    }

    fn mark_path(&self, subject: &str) -> PathBuf {
        self.folder.path.join("subjects").join(format!("{}.forgotten", hex(&sha256(subject.as_bytes()))))
    }
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
