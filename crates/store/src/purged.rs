//! What is left of destroyed rows: their leaves, so that whoever recomputes a root puts each where its row lay, and the words
//! to say instead of the row.
//!
//! Deliberately not here: destroying them (`purge`), and whether that is allowed (`domain::purge`).

use std::collections::BTreeMap;

use crate::{
    Row, StoreError, Table, View,
    digest::{Hash, hash_of_hex},
};

/// Destroyed rows. Never closed. `of_table` is a record table, `evidence` or [`PURGED_FILE`].
pub const PURGE: Table = Table {
    name: "purge",
    key: &["of_table", "row_key", "opened"],
    columns: &[
        "of_table",
        "row_key",
        "opened",
        "opened_place",
        "opened_leaf",
        "closed",
        "closed_place",
        "closed_leaf",
        "policy",
        "audience",
    ],
    sealed: &[],
};

/// What a purge calls a file of `blobs/`; its key is the digest.
pub const PURGED_FILE: &str = "blobs";

/// A destroyed row, text or file, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purged {
    /// A record table, `evidence` or `blobs`.
    pub table: String,
    /// Its key.
    pub key: String,
    /// The entry that opened it; of a file, the first that named it.
    pub opened: i64,
    /// The entry that closed it.
    pub closed: Option<i64>,
    /// The policy's word.
    pub policy: String,
    /// Need-to-know label.
    pub audience: String,
    /// The entry that destroyed it.
    pub sequence: i64,
    /// When, RFC 3339.
    pub at: String,
    /// Why.
    pub reason: String,
}

impl Purged {
    /// `purged by entry 17 (personal-data): a customer's name`
    #[must_use]
    pub fn told(&self) -> String {
        format!("purged by entry {} ({}): {}", self.sequence, self.policy, self.reason)
    }
}

/// Destroyed rows by the act that destroyed them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurgeCount {
    /// The entry.
    pub sequence: i64,
    /// The policy's word.
    pub policy: String,
    /// Need-to-know label.
    pub audience: String,
    /// Why.
    pub reason: String,
    /// How many rows, texts and files.
    pub rows: i64,
}

/// A leaf whose row is no more.
#[derive(Clone, Debug)]
pub(crate) struct PurgedLeaf {
    pub(crate) hash: Hash,
    pub(crate) key: String,
    pub(crate) audience: String,
}

/// Leaves of one side of one table, by entry and place.
pub(crate) type Places = BTreeMap<(i64, i64), PurgedLeaf>;

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct PurgedLeaves {
    opened: BTreeMap<String, Places>,
    closed: BTreeMap<String, Places>,
    none: Places,
}

impl PurgedLeaves {
    /// Of which no row can be read: it says so.
    pub(crate) fn read(view: &View<'_>) -> Result<Self, StoreError> {
        let mut leaves = Self::default();
        view.each(LEAVES, &[], |row| {
            let (table, key, audience) = (row.text(0)?, row.text(1)?, row.text(8)?);
            for (side, at) in [(&mut leaves.opened, 2), (&mut leaves.closed, 5)] {
                let (Some(entry), Some(place), Some(hash)) =
                    (row.optional_integer(at)?, row.optional_integer(at + 1)?, row.optional_text(at + 2)?)
                else {
                    continue;
                };
                let hash =
                    hash_of_hex(&hash).ok_or_else(|| StoreError::unreadable(at + 2, "a hash", &hash))?;
                let leaf = PurgedLeaf { hash, key: key.clone(), audience: audience.clone() };
                side.entry(table.clone()).or_default().insert((entry, place), leaf);
            }
            Ok(())
        })?;
        Ok(leaves)
    }

    pub(crate) fn opened(&self, table: &str) -> &Places {
        self.opened.get(table).unwrap_or(&self.none)
    }

    pub(crate) fn closed(&self, table: &str) -> &Places {
        self.closed.get(table).unwrap_or(&self.none)
    }

    /// The tables they are of.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &String> {
        self.opened.keys().chain(self.closed.keys())
    }
}

impl View<'_> {
    /// Everything that was destroyed and that these labels may know of, newest first.
    pub fn purges(&self, audiences: &[String], limit: i64) -> Result<Vec<Purged>, StoreError> {
        self.rows(ALL, &[audiences.into(), limit.into()], read)
    }

    /// What was destroyed under a key of a table, oldest first.
    pub fn purged(&self, table: &str, key: &str, audiences: &[String]) -> Result<Vec<Purged>, StoreError> {
        self.rows(OF, &[table.into(), key.into(), audiences.into()], read)
    }

    /// Rows that stood at this reader's moment and were destroyed since, by the act that did it. A reader of a past moment has
    /// to say so, because no list shows them.
    pub fn purged_then(&self, audiences: &[String]) -> Result<Vec<PurgeCount>, StoreError> {
        self.rows(THEN, &[self.sequence().into(), audiences.into()], read_count)
    }

    /// Every act that destroyed something, whoever may know of it, with how much.
    pub fn purge_counts(&self) -> Result<Vec<PurgeCount>, StoreError> {
        self.rows(COUNTS, &[], read_count)
    }

    /// Tables of which something was destroyed, `evidence` and `blobs` among them.
    pub fn purged_tables(&self) -> Result<Vec<String>, StoreError> {
        self.rows(TABLES, &[], |row| row.text(0))
    }

    /// The digests of destroyed files that no row names again.
    pub fn purged_files(&self) -> Result<Vec<String>, StoreError> {
        let mut digests = self.rows(FILES, &[PURGED_FILE.into()], |row| row.text(0))?;
        let named = self.named_blobs()?;
        digests.retain(|digest| !named.contains(digest));
        Ok(digests)
    }
}

fn read(row: &Row<'_>) -> Result<Purged, StoreError> {
    Ok(Purged {
        table: row.text(0)?,
        key: row.text(1)?,
        opened: row.integer(2)?,
        closed: row.optional_integer(3)?,
        policy: row.text(4)?,
        audience: row.text(5)?,
        sequence: row.integer(6)?,
        at: row.text(7)?,
        reason: row.text(8)?,
    })
}

fn read_count(row: &Row<'_>) -> Result<PurgeCount, StoreError> {
    Ok(PurgeCount {
        sequence: row.integer(0)?,
        policy: row.text(1)?,
        audience: row.text(2)?,
        reason: row.text(3)?,
        rows: row.integer(4)?,
    })
}

// A reader of any moment is told what was destroyed since: no statement here asks for `since <= $n`.
const LEAVES: &str = "SELECT of_table, row_key, opened, opened_place, opened_leaf, closed, closed_place, closed_leaf, audience \
    FROM purge";
macro_rules! purged_columns {
    () => {
        "SELECT p.of_table, p.row_key, p.opened, p.closed, p.policy, p.audience, p.since, l.at, l.reason FROM purge p \
         JOIN ledger l ON l.sequence = p.since "
    };
}
macro_rules! counted {
    ($condition:literal) => {
        concat!(
            "SELECT p.since, p.policy, p.audience, l.reason, COUNT(*) FROM purge p JOIN ledger l ON l.sequence = p.since ",
            $condition,
            "GROUP BY p.since, p.policy, p.audience, l.reason ORDER BY p.since, p.policy"
        )
    };
}
const ALL: &str = concat!(
    purged_columns!(),
    "WHERE p.audience IN (LIST $1) ORDER BY p.since DESC, p.of_table, p.row_key, p.opened LIMIT $2"
);
const OF: &str = concat!(
    purged_columns!(),
    "WHERE p.of_table = $1 AND p.row_key = $2 AND p.audience IN (LIST $3) ORDER BY p.opened"
);
const THEN: &str = counted!("WHERE p.opened <= $1 AND p.closed > $1 AND p.audience IN (LIST $2) ");
const COUNTS: &str = counted!("");
const TABLES: &str = "SELECT DISTINCT of_table FROM purge ORDER BY of_table";
const FILES: &str = "SELECT DISTINCT row_key FROM purge WHERE of_table = $1";
