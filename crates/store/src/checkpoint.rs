//! Checkpoints: what the ledger was, in a form that can be deposited outside. Signed-note form: origin, size, root of the
//! RFC 6962 tree over the entry hashes, a line with the time, an Ed25519 signature, and a slot for an outside time-stamp.

use std::path::{Path, PathBuf};

use domain::ledger::AsOf;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::{
    Store, StoreError, View,
    blobs::write_atomically,
    digest::{Hash, Tree, hash_of_hex, hex, leaf, sha256},
    keys::{self, Entropy},
};

/// The algorithm byte of Ed25519 in signed notes.
const ED25519: u8 = 1;
/// The key name under which an outside time-stamp stands.
const TIME_STAMP: &str = "time-stamp";

/// The key that signs checkpoints, `keys/checkpoint.key`. Self-signed until a checkpoint is deposited outside.
pub struct CheckpointKey {
    key: SigningKey,
}

impl CheckpointKey {
    /// Opens the key in the folder `keys/`, making it the first time.
    pub fn open(folder: &Path, entropy: Entropy<'_>) -> Result<Self, StoreError> {
        keys::open_folder(folder)?;
        let seed = keys::read_or_make_key(&folder.join("checkpoint.key"), entropy)?;
        Ok(Self { key: SigningKey::from_bytes(&seed) })
    }

    /// The public key, hex; it may be given to anybody.
    #[must_use]
    pub fn public(&self) -> String {
        hex(self.key.verifying_key().as_bytes())
    }
}

/// A checkpoint as read or made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// `aftercare/<workspace id>`.
    pub origin: String,
    /// Number of entries.
    pub size: i64,
    /// Root of the tree, hex.
    pub root: String,
    /// Ledger time of the last entry.
    pub at: String,
    /// Ed25519 signature over the text before the empty line, hex.
    pub signature: String,
    /// The first four bytes of the key's hash, hex: tells which key signed.
    pub key_hash: String,
    /// An outside time-stamp token over the same text, hex (RFC 3161), once there is one.
    pub time_stamp: Option<String>,
}

/// How a checkpoint compares with today's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consistency {
    /// Today's ledger extends it.
    Extends {
        /// Entries then.
        then: i64,
        /// Entries now.
        now: i64,
    },
    /// It does not, with the reason.
    Differs(String),
}

impl Checkpoint {
    /// Today's checkpoint of a record.
    pub fn make(store: &Store, key: &CheckpointKey) -> Result<Self, StoreError> {
        let workspace = store.workspace()?.unwrap_or_default();
        store.read(AsOf::Now, |view| Self::make_in(view, &workspace, key))
    }

    pub(crate) fn make_in(view: &View<'_>, workspace: &str, key: &CheckpointKey) -> Result<Self, StoreError> {
        let (root, at) = root_of_first(view, view.sequence())?;
        let mut checkpoint = Self {
            origin: format!("aftercare/{workspace}"),
            size: view.sequence(),
            root: hex(&root),
            at,
            signature: String::new(),
            key_hash: String::new(),
            time_stamp: None,
        };
        checkpoint.signature = hex(&key.key.sign(checkpoint.signed().as_bytes()).to_bytes());
        checkpoint.key_hash = hex(&key_hash(&checkpoint.origin, key.key.verifying_key().as_bytes()));
        Ok(checkpoint)
    }

    /// The signed note.
    #[must_use]
    pub fn text(&self) -> String {
        let line = |name: &str, hexes: &[&str]| {
            let bytes: Vec<u8> =
                hexes.iter().filter_map(|text| crate::digest::unhex(text)).flatten().collect();
            format!("\u{2014} {name} {}\n", base64(&bytes))
        };
        let mut text =
            format!("{}\n{}", self.signed(), line(&self.origin, &[&self.key_hash, &self.signature]));
        if let Some(token) = &self.time_stamp {
            text.push_str(&line(TIME_STAMP, &["00000000", token]));
        }
        text
    }

    /// Reads a signed note; `None` when it is not one of ours in form. The signature is not checked here.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (signed, signatures) = text.split_once("\n\n")?;
        let mut lines = signed.lines();
        let origin = lines.next()?.to_owned();
        let size = lines.next()?.parse().ok()?;
        let root: Hash = unbase64(lines.next()?)?.try_into().ok()?;
        let at = lines.next()?.strip_prefix("at ")?.to_owned();
        let mut checkpoint = Self {
            origin,
            size,
            root: hex(&root),
            at,
            signature: String::new(),
            key_hash: String::new(),
            time_stamp: None,
        };
        for line in signatures.lines() {
            let (name, bytes) = line.strip_prefix("\u{2014} ")?.rsplit_once(' ')?;
            let bytes = unbase64(bytes)?;
            let (hash, bytes) = bytes.split_at_checked(4)?;
            if name == checkpoint.origin {
                checkpoint.key_hash = hex(hash);
                checkpoint.signature = hex(bytes);
            } else if name == TIME_STAMP {
                checkpoint.time_stamp = Some(hex(bytes));
            }
        }
        (lines.next().is_none() && !checkpoint.signature.is_empty()).then_some(checkpoint)
    }

    /// Whether the signature is that of the public key (hex).
    #[must_use]
    pub fn is_signed_by(&self, public: &str) -> bool {
        let check = || {
            let public = hash_of_hex(public)?;
            let signature: [u8; 64] = crate::digest::unhex(&self.signature)?.try_into().ok()?;
            if self.key_hash != hex(&key_hash(&self.origin, &public)) {
                return None;
            }
            let key = VerifyingKey::from_bytes(&public).ok()?;
            key.verify_strict(self.signed().as_bytes(), &Signature::from_bytes(&signature)).ok()
        };
        check().is_some()
    }

    /// Writes it into the folder `checkpoints/`, named by its size; answers the file.
    pub fn write(&self, folder: &Path) -> Result<PathBuf, StoreError> {
        std::fs::create_dir_all(folder).map_err(|error| StoreError::file("cannot make", folder, error))?;
        let path = folder.join(format!("{:012}.checkpoint", self.size));
        write_atomically(&path, self.text().as_bytes())?;
        Ok(path)
    }

    /// Whether today's ledger extends this checkpoint, and whether it is this workspace's and rightly signed.
    pub fn compare(&self, store: &Store, public: &str) -> Result<Consistency, StoreError> {
        let workspace = store.workspace()?.unwrap_or_default();
        if self.origin != format!("aftercare/{workspace}") {
            return Ok(Consistency::Differs(format!(
                "it is of {}, this workspace is aftercare/{workspace}",
                self.origin
            )));
        }
        if !self.is_signed_by(public) {
            return Ok(Consistency::Differs("its signature is not that of this workspace's key".to_owned()));
        }
        store.read(AsOf::Now, |view| {
            let now = view.sequence();
            if self.size > now {
                return Ok(Consistency::Differs(format!(
                    "it has {} entries, the ledger only {now}",
                    self.size
                )));
            }
            if hex(&root_of_first(view, self.size)?.0) != self.root {
                return Ok(Consistency::Differs(format!(
                    "the first {} entries are not what they were at {}",
                    self.size, self.at
                )));
            }
            Ok(Consistency::Extends { then: self.size, now })
        })
    }

    fn signed(&self) -> String {
        let root = crate::digest::unhex(&self.root).unwrap_or_default();
        format!("{}\n{}\n{}\nat {}\n", self.origin, self.size, base64(&root), self.at)
    }
}

/// Root over the first entries' hashes as the bodies give them, and the time of the last.
fn root_of_first(view: &View<'_>, size: i64) -> Result<(Hash, String), StoreError> {
    let mut tree = Tree::default();
    let mut at = String::new();
    view.each(ENTRIES, &[size.into()], |row| {
        tree.push(leaf(&sha256(row.text(0)?.as_bytes())));
        at = row.text(1)?;
        Ok(())
    })?;
    Ok((tree.root(), at))
}

fn key_hash(name: &str, public: &[u8; 32]) -> [u8; 4] {
    let hash = sha256(&[name.as_bytes(), b"\n", &[ED25519], public].concat());
    [hash[0], hash[1], hash[2], hash[3]]
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648 §4, which signed notes ask for.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for position in 0..4 {
            if position <= chunk.len() {
                text.push(char::from(ALPHABET[(word >> (18 - 6 * position)) as usize & 63]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for chunk in text.as_bytes().chunks(4) {
        let padding = chunk.iter().filter(|byte| **byte == b'=').count();
        let mut word = 0u32;
        for byte in chunk {
            let digit = if *byte == b'=' { 0 } else { ALPHABET.iter().position(|letter| letter == byte)? };
            word = word << 6 | u32::try_from(digit).ok()?;
        }
        if chunk.len() != 4 || padding > 2 {
            return None;
        }
        bytes.extend_from_slice(&word.to_be_bytes()[1..4 - padding]);
    }
    (base64(&bytes) == text).then_some(bytes)
}

const ENTRIES: &str = "SELECT body, at FROM ledger WHERE sequence <= $1 ORDER BY sequence";
