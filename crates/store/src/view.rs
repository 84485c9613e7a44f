//! Reading the record as it stood after one ledger entry.

use crate::{Row, StoreError, Value, connection::Connection};

/// A reader that stands at one sequence number; statements filter `since <= $n AND until > $n` with it.
pub struct View<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) sequence: i64,
}

impl View<'_> {
    /// The number of the last entry this reader sees. Inside a write: the entry being written.
    #[must_use]
    pub fn sequence(&self) -> i64 {
        self.sequence
    }

    /// All rows. Placeholders are `$1`…; lists go as `x IN (LIST $2)` with [`Value::Texts`] or [`Value::Integers`].
    pub fn rows<T>(
        &self,
        sql: &'static str,
        values: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.connection.query(sql, values, &mut |row| {
            rows.push(read(row)?);
            Ok(true)
        })?;
        Ok(rows)
    }

    /// The first row, or none.
    pub fn row<T>(
        &self,
        sql: &'static str,
        values: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut first = None;
        self.connection.query(sql, values, &mut |row| {
            first = Some(read(row)?);
            Ok(false)
        })?;
        Ok(first)
    }

    /// A list statement put together from constant fragments that an enum chose; they are joined with spaces.
    pub fn rows_joined<T>(
        &self,
        fragments: &[&'static str],
        values: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        self.connection.query(&fragments.join(" "), values, &mut |row| {
            rows.push(read(row)?);
            Ok(true)
        })?;
        Ok(rows)
    }

    /// Every row, one at a time, without holding them all. The callback must not run another statement of this view.
    pub fn each(
        &self,
        sql: &'static str,
        values: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.connection.stream(sql, values, &mut |row| {
            read(row)?;
            Ok(true)
        })
    }

    /// The body of an evidence text, or none.
    pub fn evidence(&self, digest: &str) -> Result<Option<String>, StoreError> {
        self.row(EVIDENCE, &[digest.into()], |row| row.text(0))
    }
}

const EVIDENCE: &str = "SELECT body FROM evidence WHERE digest = $1";
