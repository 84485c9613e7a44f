//! Making what can be rebuilt anew from the record: counters of units, words of components, where leaves lie, numbers that were
//! given out.
//!
//! Deliberately not here: telling whether they differ (`deep`).

use std::collections::BTreeSet;

use domain::component::words;

use crate::{
    Ops, Store, StoreError, Table, Value, View,
    component::{COMPONENT_WORD, component},
    deep::{COMPONENTS, COUNTERS, highest},
    digest::prefix,
    locate::LEAF_TABLE,
    purged::PurgedLeaves,
    unit_count,
    walk::{EVIDENCE_TABLE, Found, Side, walk},
};

/// Rows given to the engine at once.
const CHUNK: usize = 5_000;

impl Store {
    /// Makes the caches of these tables anew; answers how many rows they have. The record has to be whole: the places of
    /// leaves tell which row is damaged, and those of damaged rows would tell nothing.
    pub fn rebuild_caches(&self, tables: &[&Table]) -> Result<u64, StoreError> {
        self.operate(|ops| {
            let mut rows = unit_count::recount(ops)?;
            rows += component_words(ops)?;
            rows += leaf_places(ops, tables)?;
            for (counter, table, column) in COUNTERS {
                let highest = highest(ops, table, column)?;
                ops.execute(RAISE, &[counter.as_str().into(), highest.into()])?;
            }
            Ok(rows)
        })
    }
}

fn component_words(ops: &mut Ops<'_>) -> Result<u64, StoreError> {
    let mut found = BTreeSet::new();
    ops.each(COMPONENTS, &[], |row| {
        let component = component(row, 0)?;
        found.extend(words(&component).into_iter().map(|word| (word, component.id.0)));
        Ok(())
    })?;
    ops.execute(NO_WORDS, &[])?;
    let rows = found.into_iter().map(|(word, id)| vec![word.into(), id.into()]).collect();
    fill(ops, &COMPONENT_WORD, rows)
}

fn leaf_places(ops: &mut Ops<'_>, tables: &[&Table]) -> Result<u64, StoreError> {
    let purged = PurgedLeaves::read(ops)?;
    let mut rows = Vec::new();
    for table in tables {
        rows.extend(places(ops, table, Side::Opened, &purged)?);
        rows.extend(places(ops, table, Side::Closed, &purged)?);
    }
    rows.extend(places(ops, &EVIDENCE_TABLE, Side::Opened, &purged)?);
    ops.execute(NO_LEAVES, &[])?;
    fill(ops, &LEAF_TABLE, rows)
}

/// A row of [`LEAF_TABLE`] for each entry that touched this side of the table.
fn places(
    view: &View<'_>,
    table: &Table,
    side: Side,
    purged: &PurgedLeaves,
) -> Result<Vec<Vec<Value>>, StoreError> {
    let mut entries: Vec<(i64, Vec<u8>)> = Vec::new();
    walk(view, table, side, None, purged, &mut |found| {
        let (sequence, hash) = match found {
            Found::Row(leaf) => (leaf.sequence, leaf.hash),
            Found::Purged(sequence, leaf) => (sequence, leaf.hash),
        };
        match entries.last_mut() {
            Some((last, hashes)) if *last == sequence => hashes.extend_from_slice(&prefix(&hash)),
            _ => entries.push((sequence, prefix(&hash).to_vec())),
        }
        Ok(true)
    })?;
    let row = |(sequence, hashes): (i64, Vec<u8>)| {
        vec![sequence.into(), table.name.into(), side.as_str().into(), hashes.into()]
    };
    Ok(entries.into_iter().map(row).collect())
}

fn fill(ops: &mut Ops<'_>, table: &'static Table, rows: Vec<Vec<Value>>) -> Result<u64, StoreError> {
    rows.chunks(CHUNK).try_for_each(|chunk| ops.bulk(table, chunk))?;
    Ok(rows.len() as u64)
}

const NO_WORDS: &str = "DELETE FROM cache_component_word";
const NO_LEAVES: &str = "DELETE FROM cache_leaf";
const RAISE: &str = "UPDATE ops_counter SET last = $2 WHERE name = $1 AND last < $2";
