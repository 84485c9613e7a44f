//! Writing what is not record: sessions, jobs, outbox, cursors (`ops_*`) and what can be rebuilt (`cache_*`).

use std::ops::Deref;

use crate::{StoreError, Table, Value, View};

/// A writer of `ops_*` and `cache_*` tables; reads like a [`View`] at the head.
pub struct Ops<'a> {
    pub(crate) view: View<'a>,
}

impl<'a> Deref for Ops<'a> {
    type Target = View<'a>;
    fn deref(&self) -> &View<'a> {
        &self.view
    }
}

impl Ops<'_> {
    /// Runs one INSERT, UPDATE or DELETE on an `ops_*` or `cache_*` table; answers how many rows it touched.
    pub fn execute(&mut self, sql: &'static str, values: &[Value]) -> Result<u64, StoreError> {
        let target = target(sql);
        if !target.starts_with("ops_") && !target.starts_with("cache_") {
            return Err(StoreError::Misuse(format!("`{target}` is record: write it with an act")));
        }
        self.view.connection.execute(sql, values)
    }

    /// Inserts many rows into an `ops_*` or `cache_*` table, whose `columns` are all the columns given.
    pub fn bulk(&mut self, table: &'static Table, rows: &[Vec<Value>]) -> Result<(), StoreError> {
        if !table.name.starts_with("ops_") && !table.name.starts_with("cache_") {
            return Err(StoreError::Misuse(format!("`{}` is record: write it with an act", table.name)));
        }
        self.view.connection.bulk(table.name, table.columns, rows)
    }
}

/// The table a statement writes.
fn target(sql: &str) -> &str {
    let mut words = sql.split(|c: char| c.is_whitespace() || c == '(').filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if matches!(word, "INTO" | "UPDATE" | "FROM") {
            return words.next().unwrap_or_default();
        }
    }
    ""
}
