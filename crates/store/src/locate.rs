//! Which row of an entry is the damaged one. The proof is the root in the entry; the first bytes of every leaf's hash, kept in
//! `cache_leaf`, tell which leaf it does not hold for.

use std::collections::{HashMap, HashSet};

use crate::{
    StoreError, Table, View,
    digest::{Hash, PREFIX, Prefix, prefix},
    purged::PurgedLeaves,
    revision::{closed_json, key_text, leaf_hash, opened_json},
    walk::{EVIDENCE_TABLE, Found, Side, walk},
};

/// Where in an entry a leaf lies, by the first bytes of its hash.
pub(crate) const LEAF_TABLE: Table = Table {
    name: "cache_leaf",
    key: &["sequence", "noun", "side"],
    columns: &["sequence", "noun", "side", "hashes"],
    sealed: &[],
};

/// Rows told by key; the rest are counted.
const TOLD: usize = 3;

/// The prefixes of one side of a table in an entry, in order; none when they are not kept.
pub(crate) fn kept(
    view: &View<'_>,
    table: &str,
    side: Side,
    sequence: i64,
) -> Result<Option<Vec<Prefix>>, StoreError> {
    let values = [sequence.into(), table.into(), side.as_str().into()];
    let bytes = view.row(KEPT, &values, |row| row.blob(0))?;
    Ok(bytes.map(|bytes| bytes.chunks_exact(PREFIX).filter_map(|chunk| chunk.try_into().ok()).collect()))
}

/// The keys of the rows that are not as the entry says; none when that cannot be told.
pub(crate) fn locate(
    view: &View<'_>,
    table: &Table,
    side: Side,
    sequence: i64,
    purged: &PurgedLeaves,
) -> Result<Option<String>, StoreError> {
    let Some(kept) = kept(view, table.name, side, sequence)? else { return Ok(None) };
    let mut missing: HashSet<Prefix> = kept.iter().copied().collect();
    let mut keys = Vec::new();
    let mut present = HashMap::new();
    // First what this entry has, then where else a row is that it should have.
    each(view, table, side, purged, &mut |at, key, hash, _| {
        if at != sequence {
            return;
        }
        if missing.remove(&prefix(&hash)) {
            present.insert(prefix(&hash), key());
        } else {
            keys.push(key());
        }
    })?;
    each(view, table, side, purged, &mut |at, key, _, as_of| {
        if at != sequence && as_of(sequence).is_some_and(|hash| missing.remove(&prefix(&hash))) {
            keys.push(key());
        }
    })?;
    keys.dedup();
    if keys.is_empty() {
        // Gone without a trace: its neighbour tells where it stood.
        let gone = kept.iter().position(|prefix| missing.contains(prefix));
        return Ok(gone.map(|place| {
            match place.checked_sub(1).and_then(|before| present.get(kept.get(before)?)) {
                Some(before) => format!("the row after {before}"),
                None => "its first row".to_owned(),
            }
        }));
    }
    let more = keys.len().saturating_sub(TOLD);
    keys.truncate(TOLD);
    let told = keys.join(", ");
    Ok(Some(if more == 0 { told } else { format!("{told} and {more} more") }))
}

/// Takes a row: the entry it stands under, its key, its leaf, and its leaf if it stood under another entry.
type Visit<'a> = &'a mut dyn FnMut(i64, &dyn Fn() -> String, Hash, &dyn Fn(i64) -> Option<Hash>);

/// Visits every row, and every leaf whose row was destroyed.
fn each(
    view: &View<'_>,
    table: &Table,
    side: Side,
    purged: &PurgedLeaves,
    visit: Visit<'_>,
) -> Result<(), StoreError> {
    // A closing holds the key and the opening only, so every row can be asked for it, also one that says it is open.
    if side == Side::Closed {
        for ((at, _), leaf) in purged.closed(table.name) {
            visit(*at, &|| leaf.key.clone(), leaf.hash, &|_| None);
        }
    }
    walk(view, table, Side::Opened, None, purged, &mut |found| {
        match (found, side) {
            (Found::Row(leaf), Side::Opened) => {
                visit(leaf.sequence, &|| key_text(&leaf.key), leaf.hash, &|since| match table.name {
                    name if name == EVIDENCE_TABLE.name => Some(leaf.hash),
                    _ => opened_json(table, &leaf.values, since).ok().map(|json| leaf_hash(&json)),
                });
            }
            (Found::Row(leaf), Side::Closed) => {
                let hash = leaf_hash(&closed_json(table, &leaf.key, leaf.sequence)?);
                visit(leaf.until, &|| key_text(&leaf.key), hash, &|_| Some(hash));
            }
            (Found::Purged(at, leaf), Side::Opened) => visit(at, &|| leaf.key.clone(), leaf.hash, &|_| None),
            (Found::Purged(..), Side::Closed) => {}
        }
        Ok(true)
    })
}

const KEPT: &str = "SELECT hashes FROM cache_leaf WHERE sequence = $1 AND noun = $2 AND side = $3";
