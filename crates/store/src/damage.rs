//! What a verification found damaged: where, and what is wrong with it.
//!
//! Not here: looking for it (`verify`, `deep`, `files`, `reference`).

use std::fmt;

use crate::StoreError;

/// Something is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Where: a table (also a cache or a counter), `ledger`, `evidence`, `blobs`, `corpus`, or `database`.
    pub table: String,
    /// Which row, as far as it can be told.
    pub key: Option<String>,
    /// By which entry.
    pub sequence: Option<i64>,
    /// What is wrong.
    pub what: String,
}

impl Damage {
    /// Only a cache or a counter differs: it can be made anew from the record.
    #[must_use]
    pub fn can_be_rebuilt(&self) -> bool {
        self.table.starts_with("cache_") || self.table == "ops_counter"
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.table)?;
        if let Some(key) = &self.key {
            write!(f, " {key}")?;
        }
        if let Some(sequence) = self.sequence {
            write!(f, " (entry {sequence})")?;
        }
        write!(f, ": {}", self.what)
    }
}

pub(crate) fn damage(table: &str, key: Option<String>, sequence: Option<i64>, what: &str) -> Damage {
    Damage { table: table.to_owned(), key, sequence, what: what.to_owned() }
}

/// What cannot be read is damage too.
pub(crate) fn unreadable(table: &str, error: &StoreError) -> Damage {
    let what = match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    damage(table, None, None, &what)
}
