//! Snapshots of the corpus and the standing of its sources, as the record keeps them: what was known to watch with, and when.

use domain::audience::Audience;

use crate::{Row, StoreError, Table, Tx, Value, View};

/// Snapshots.
pub const SNAPSHOT: Table = Table {
    name: "snapshot",
    key: &["id"],
    columns: &["id", "engine", "packs", "records", "imported_at", "audience"],
    sealed: &[],
};

/// Sources.
pub const SOURCE: Table = Table {
    name: "source",
    key: &["name"],
    columns: &["name", "snapshot", "records", "watermark", "refused", "state", "imported_at", "audience"],
    sealed: &[],
};

/// A snapshot that was put in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotRow {
    /// SHA-256 of the manifest.
    pub id: String,
    /// Version of the rules.
    pub engine: String,
    /// Packs it names.
    pub packs: i64,
    /// Records that count.
    pub records: i64,
    /// When it was put in force.
    pub imported_at: String,
}

/// A source as of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// `nvd`, `osv:Go`.
    pub name: String,
    /// The snapshot that brought this standing.
    pub snapshot: String,
    /// Records that count.
    pub records: i64,
    /// The newest change the source states.
    pub watermark: Option<String>,
    /// Records refused.
    pub refused: i64,
    /// `ok` or `degraded`; whether it is stale depends on the day it is looked at.
    pub state: String,
    /// When something of it was last taken in.
    pub imported_at: String,
}

impl Tx<'_> {
    /// Writes a snapshot down, once; that of a private corpus under its label.
    pub fn add_snapshot(&mut self, snapshot: &SnapshotRow, audience: &Audience) -> Result<(), StoreError> {
        let values = [
            Value::from(&snapshot.id),
            (&snapshot.engine).into(),
            snapshot.packs.into(),
            snapshot.records.into(),
            (&snapshot.imported_at).into(),
            audience.into(),
        ];
        self.open(&SNAPSHOT, &values)
    }

    /// Gives a source a new standing, when it is another one.
    pub fn set_source(&mut self, source: &SourceRow, audience: &Audience) -> Result<(), StoreError> {
        let values = [
            Value::from(&source.name),
            (&source.snapshot).into(),
            source.records.into(),
            source.watermark.as_ref().into(),
            source.refused.into(),
            (&source.state).into(),
            (&source.imported_at).into(),
            audience.into(),
        ];
        let found = self.row(BY_NAME, &[self.sequence().into(), (&source.name).into()], read_source)?;
        match found {
            Some(found) if found == *source => Ok(()),
            Some(_) => self.replace(&SOURCE, &values),
            None => self.open(&SOURCE, &values),
        }
    }
}

impl View<'_> {
    /// The snapshot of the public corpus put in force last.
    pub fn last_snapshot(&self) -> Result<Option<SnapshotRow>, StoreError> {
        self.last_snapshot_of(&Audience::general())
    }

    /// The snapshot put in force last in the corpus of a label.
    pub fn last_snapshot_of(&self, audience: &Audience) -> Result<Option<SnapshotRow>, StoreError> {
        self.row(LAST, &[self.sequence().into(), audience.into()], read_snapshot)
    }

    /// A snapshot by id.
    pub fn snapshot(&self, id: &str) -> Result<Option<SnapshotRow>, StoreError> {
        self.row(SNAPSHOT_BY_ID, &[self.sequence().into(), id.into()], read_snapshot)
    }

    /// The sources that these labels may know of, by name.
    pub fn sources(&self, audiences: &[String]) -> Result<Vec<SourceRow>, StoreError> {
        self.rows(SOURCES, &[self.sequence().into(), audiences.into()], read_source)
    }
}

fn read_snapshot(row: &Row<'_>) -> Result<SnapshotRow, StoreError> {
    Ok(SnapshotRow {
        id: row.text(0)?,
        engine: row.text(1)?,
        packs: row.integer(2)?,
        records: row.integer(3)?,
        imported_at: row.text(4)?,
    })
}

fn read_source(row: &Row<'_>) -> Result<SourceRow, StoreError> {
    Ok(SourceRow {
        name: row.text(0)?,
        snapshot: row.text(1)?,
        records: row.integer(2)?,
        watermark: row.optional_text(3)?,
        refused: row.integer(4)?,
        state: row.text(5)?,
        imported_at: row.text(6)?,
    })
}

const LAST: &str = "SELECT id, engine, packs, records, imported_at FROM snapshot WHERE since <= $1 AND until > $1 \
    AND audience = $2 ORDER BY since DESC, id DESC LIMIT 1";
const SNAPSHOT_BY_ID: &str = "SELECT id, engine, packs, records, imported_at FROM snapshot \
    WHERE id = $2 AND since <= $1 AND until > $1";
const BY_NAME: &str = "SELECT name, snapshot, records, watermark, refused, state, imported_at FROM source \
    WHERE name = $2 AND since <= $1 AND until > $1";
const SOURCES: &str = "SELECT name, snapshot, records, watermark, refused, state, imported_at FROM source \
    WHERE since <= $1 AND until > $1 AND audience IN (LIST $2) ORDER BY name";
