//! Walking a record table in the order its leaves were hashed: by entry, then by key.

use crate::{
    OPEN, StoreError, Table, Value, View,
    digest::hex,
    digest::sha256,
    revision::{closed_json, opened_json},
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

/// A leaf: by which entry, which key, its JSON, the row's values in column order (the key alone for a closing), and when the
/// row was closed.
pub(crate) struct Leaf {
    pub(crate) sequence: i64,
    pub(crate) until: i64,
    pub(crate) key: Vec<Value>,
    pub(crate) json: String,
    pub(crate) values: Vec<Value>,
}

/// Calls `visit` for every leaf of a table; `false` ends the walk.
pub(crate) fn walk(
    view: &View<'_>,
    table: &Table,
    side: Side,
    visit: &mut dyn FnMut(Leaf) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    let key = table.key.join(", ");
    match side {
        Side::Opened => {
            let positions = table.key_positions();
            let width = table.columns.len();
            let sql = format!("SELECT {} FROM {} ORDER BY since, {key}", table.column_list(), table.name);
            view.connection.stream(&sql, &[], &mut |row| {
                let values: Vec<Value> = (0..width).map(|n| row.value(n)).collect::<Result<_, _>>()?;
                let sequence = row.integer(width)?;
                let key = positions.iter().map(|position| values[*position].clone()).collect();
                visit(Leaf {
                    sequence,
                    until: row.integer(width + 1)?,
                    key,
                    json: opened_json(table, &values, sequence)?,
                    values,
                })
            })
        }
        Side::Closed => {
            let width = table.key.len();
            let sql = format!(
                "SELECT {key}, since, until FROM {} WHERE until <> $1 ORDER BY until, {key}, since",
                table.name
            );
            view.connection.stream(&sql, &[OPEN.into()], &mut |row| {
                let key: Vec<Value> = (0..width).map(|n| row.value(n)).collect::<Result<_, _>>()?;
                let json = closed_json(table, &key, row.integer(width)?)?;
                let until = row.integer(width + 1)?;
                visit(Leaf { sequence: until, until, values: key.clone(), key, json })
            })
        }
    }
}

/// The same for the evidence texts, whose leaf is their digest. A text that is not what its digest says ends the walk
/// with an error.
pub(crate) fn walk_evidence(
    view: &View<'_>,
    visit: &mut dyn FnMut(i64, &str, String) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    view.connection.stream(EVIDENCE, &[], &mut |row| {
        let (digest, body, since) = (row.text(0)?, row.text(1)?, row.integer(2)?);
        if hex(&sha256(body.as_bytes())) != digest {
            return Err(StoreError::Damaged {
                what: format!("evidence {digest} (entry {since}) is not what its digest says"),
            });
        }
        visit(since, &digest, body)
    })
}

const EVIDENCE: &str = "SELECT digest, body, since FROM evidence ORDER BY since, digest";
