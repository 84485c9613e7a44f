//! The record and its files: transactions, ledger, revisions, migrations and all SQL; blobs, keys, checkpoints, locks.
//!
//! Every change goes through [`Store::write`] with an [`domain::act::Act`] and leaves exactly one ledger entry in the same
//! transaction. Deliberately not here: who may do what (`app`), what the nouns mean (`domain`), time and randomness
//! (arguments).

// The seam: two engines behind one SQL text.
mod address;
mod connection;
mod encryption;
mod error;
mod migrate;
mod moment;
mod ops;
mod pool;
mod row;
mod sql;
mod store;
mod table;
mod tx;
mod value;
mod view;

// The ledger and what proves it.
mod bundle;
mod canonical;
mod checkpoint;
mod damage;
mod deep;
mod digest;
mod entry;
mod files;
mod locate;
mod purged;
mod rebuild;
mod reference;
mod revision;
mod verify;
mod walk;

// The files.
mod blobs;
mod keys;
mod lock;
mod sealed;
mod subject_keys;

pub use blobs::{Blobs, remove_old_temporary, write_atomically};
#[doc(hidden)]
pub use bundle::export_tables;
pub use bundle::{BundleReport, export, verify_bundle};
pub use checkpoint::{Checkpoint, CheckpointKey, Consistency};
pub use damage::Damage;
pub use error::StoreError;
pub use keys::Entropy;
pub use lock::{Holder, Lock};
pub use moment::moment;
pub use ops::Ops;
pub use purged::{PURGE, PURGED_FILE, PurgeCount, Purged};
pub use reference::{Form, REFERENCES, Reference};
pub use row::Row;
pub use sealed::Vault;
pub use store::{Location, PART_ROWS, Store, Written};
pub use table::{Counter, OPEN, RECORD_TABLES, Table};
pub use tx::Tx;
pub use value::Value;
#[doc(hidden)]
pub use verify::verify_tables;
pub use verify::{Scope, Verified, verify, verify_scope};
pub use view::View;

// The nouns: one file each, `impl Tx` to write and `impl View` to read.
pub mod build_evidence;
pub mod case;
pub mod component;
pub mod decision;
pub mod forgotten;
pub mod inventory;
pub mod label;
pub mod labelled_account;
pub mod ledger;
pub mod page;
pub mod person;
pub mod placement;
pub mod product;
pub mod purge;
pub mod release;
pub mod session;
pub mod signature;
pub mod site;
pub mod subject;
pub mod unit;
mod unit_count;
// The watch.
pub mod corpus;
pub mod exposure;
pub mod mapped;
pub mod mapping;
pub mod pack;
pub mod snapshot;
pub mod source;
pub mod sweep;
pub mod verdict;
pub mod vulnerability;
