//! Walking a record table in the order its leaves were hashed: by entry, then by key. Where a row was destroyed, its leaf
//! comes in its place.

use std::collections::btree_map;
use std::iter::Peekable;

use crate::{
    OPEN, Row, StoreError, Table, Value, View,
    digest::{Hash, hex, sha256},
    purged::{Places, PurgedLeaf, PurgedLeaves},
    revision::{closed_json, leaf_hash, opened_json},
};

/// The table of large texts; its leaves are the digests.
pub(crate) const EVIDENCE_TABLE: Table =
    Table { name: "evidence", key: &["digest"], columns: &["digest"], sealed: &[] };

/// Which leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Opened,
    Closed,
}

impl Side {
    /// As entries and bundles call it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Closed => "closed",
        }
    }
}

/// A leaf: by which entry, which key, its hash, what it is the hash of (an evidence text instead of its digest), the row's
/// values in column order (the key alone for a closing), and when the row was closed.
pub(crate) struct Leaf {
    pub(crate) sequence: i64,
    pub(crate) until: i64,
    pub(crate) key: Vec<Value>,
    pub(crate) hash: Hash,
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
}

/// What lies at a place.
pub(crate) enum Found<'p> {
    Row(Leaf),
    /// Its row was destroyed; the entry that it belongs to.
    Purged(i64, &'p PurgedLeaf),
}

/// Takes what is found; `false` ends the walk.
pub(crate) type Visit<'a> = &'a mut dyn FnMut(Found<'_>) -> Result<bool, StoreError>;

/// Visits every leaf of a table, or those of one entry. An evidence text that is not what its digest says ends the walk with
/// an error.
pub(crate) fn walk(
    view: &View<'_>,
    table: &Table,
    side: Side,
    entry: Option<i64>,
    purged: &PurgedLeaves,
    visit: Visit<'_>,
) -> Result<(), StoreError> {
    let places = match side {
        Side::Opened => purged.opened(table.name),
        Side::Closed => purged.closed(table.name),
    };
    let mut merge = Merge::new(places, entry);
    let mut ended = false;
    let (sql, values) = statement(table, side, entry);
    view.connection.stream(&sql, &values, &mut |row| {
        let leaf = leaf(table, side, row)?;
        ended = !merge.until(leaf.sequence, visit)? || !visit(Found::Row(leaf))?;
        Ok(!ended)
    })?;
    if ended { Ok(()) } else { merge.rest(visit) }
}

fn statement(table: &Table, side: Side, entry: Option<i64>) -> (String, Vec<Value>) {
    let (name, key) = (table.name, table.key.join(", "));
    let number = if side == Side::Opened { "since" } else { "until" };
    let condition = match (entry, side) {
        (Some(_), _) => format!(" WHERE {number} = $1"),
        (None, Side::Closed) => " WHERE until <> $1".to_owned(),
        (None, Side::Opened) => String::new(),
    };
    let values = match (entry, side) {
        (Some(entry), _) => vec![entry.into()],
        (None, Side::Closed) => vec![OPEN.into()],
        (None, Side::Opened) => Vec::new(),
    };
    let columns = match side {
        Side::Opened if name == EVIDENCE_TABLE.name => "digest, body, since".to_owned(),
        Side::Opened => table.column_list(),
        Side::Closed => format!("{key}, since, until"),
    };
    (format!("SELECT {columns} FROM {name}{condition} ORDER BY {number}, {key}"), values)
}

fn leaf(table: &Table, side: Side, row: &Row<'_>) -> Result<Leaf, StoreError> {
    if table.name == EVIDENCE_TABLE.name {
        let (digest, text, sequence) = (row.text(0)?, row.text(1)?, row.integer(2)?);
        if hex(&sha256(text.as_bytes())) != digest {
            return Err(StoreError::Damaged {
                what: format!("evidence {digest} (entry {sequence}) is not what its digest says"),
            });
        }
        let hash = leaf_hash(&digest);
        let values = vec![Value::from(digest)];
        return Ok(Leaf { sequence, until: OPEN, key: values.clone(), hash, text, values });
    }
    let width = if side == Side::Opened { table.columns.len() } else { table.key.len() };
    let values: Vec<Value> = (0..width).map(|n| row.value(n)).collect::<Result<_, _>>()?;
    let (since, until) = (row.integer(width)?, row.integer(width + 1)?);
    let (sequence, key, text) = match side {
        Side::Opened => {
            let key = table.key_positions().iter().map(|position| values[*position].clone()).collect();
            (since, key, opened_json(table, &values, since)?)
        }
        Side::Closed => (until, values.clone(), closed_json(table, &values, since)?),
    };
    Ok(Leaf { sequence, until, key, hash: leaf_hash(&text), text, values })
}

/// Puts the leaves of destroyed rows between those that are there.
struct Merge<'p> {
    left: Peekable<btree_map::Range<'p, (i64, i64), PurgedLeaf>>,
    entry: i64,
    /// Leaves of that entry so far.
    place: i64,
}

impl<'p> Merge<'p> {
    fn new(places: &'p Places, entry: Option<i64>) -> Self {
        let (from, to) = (entry.unwrap_or(i64::MIN), entry.unwrap_or(i64::MAX));
        Self { left: places.range((from, i64::MIN)..=(to, i64::MAX)).peekable(), entry: 0, place: 0 }
    }

    /// Visits those that lie before the next row of an entry, and counts that row.
    fn until(&mut self, entry: i64, visit: Visit<'_>) -> Result<bool, StoreError> {
        while let Some((at, leaf)) = self.left.next_if(|((at, place), _)| {
            let taken = if self.entry == entry { self.place } else { 0 };
            *at < entry || (*at == entry && *place <= taken)
        }) {
            self.count(at.0);
            if !visit(Found::Purged(at.0, leaf))? {
                return Ok(false);
            }
        }
        self.count(entry);
        Ok(true)
    }

    fn count(&mut self, entry: i64) {
        if self.entry != entry {
            (self.entry, self.place) = (entry, 0);
        }
        self.place += 1;
    }

    fn rest(self, visit: Visit<'_>) -> Result<(), StoreError> {
        for (at, leaf) in self.left {
            if !visit(Found::Purged(at.0, leaf))? {
                break;
            }
        }
        Ok(())
    }
}
