//! Reading the ledger back: entries by page, the rows an entry opened and closed, the entries that touched a case.
//!
//! Deliberately not here: how an entry is made (`entry`, `tx`) and proved (`verify`).

use domain::{id::CaseId, ledger::LedgerEntry};

use crate::{RECORD_TABLES, Row, StoreError, Table, Value, View, digest::hex, revision::key_text};

/// Which entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EntryFilter {
    /// All.
    #[default]
    All,
    /// By one actor, such as `person:<id>`.
    Actor(String),
    /// Of one action, such as `decision.sign`.
    Action(String),
}

/// What an entry did to one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touches {
    /// Table.
    pub table: &'static str,
    /// Rows it opened, as far as they are shown.
    pub opened: Vec<RowShown>,
    /// Rows it closed, as far as they are shown.
    pub closed: Vec<RowShown>,
    /// How many it opened in all.
    pub opened_count: i64,
    /// How many it closed in all.
    pub closed_count: i64,
    /// Rows among them that the reader's need-to-know labels do not cover.
    pub withheld: i64,
}

/// A row for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowShown {
    /// Its key.
    pub key: String,
    /// Columns that are not null, with their values as text.
    pub columns: Vec<(&'static str, String)>,
}

impl View<'_> {
    /// Entries below a sequence number, newest first.
    pub fn entries(
        &self,
        filter: &EntryFilter,
        audiences: &[String],
        below: i64,
        limit: i64,
    ) -> Result<Vec<LedgerEntry>, StoreError> {
        let (sql, wanted) = match filter {
            EntryFilter::All => (ALL, ""),
            EntryFilter::Actor(actor) => (OF_ACTOR, actor.as_str()),
            EntryFilter::Action(action) => (OF_ACTION, action.as_str()),
        };
        let values = [self.sequence().into(), below.into(), audiences.into(), wanted.into(), limit.into()];
        self.rows_joined(&[COLUMNS, sql, PAGE], &values, read)
    }

    /// One entry; none when there is none or its label is not among these.
    pub fn entry(&self, sequence: i64, audiences: &[String]) -> Result<Option<LedgerEntry>, StoreError> {
        let values = [self.sequence().into(), sequence.into(), audiences.into()];
        Ok(self.rows_joined(&[COLUMNS, ONE], &values, read)?.pop())
    }

    /// The rows an entry opened and closed, at most `limit` shown of each side of a table.
    pub fn touched_by(
        &self,
        sequence: i64,
        audiences: &[String],
        limit: i64,
    ) -> Result<Vec<Touches>, StoreError> {
        let mut all = Vec::new();
        for table in RECORD_TABLES {
            let mut touches = Touches { table: table.name, ..Touches::default() };
            let opened = self.side(table, "since", sequence, audiences, limit)?;
            let closed = self.side(table, "until", sequence, audiences, limit)?;
            touches.withheld = opened.withheld + closed.withheld;
            (touches.opened, touches.opened_count) = (opened.rows, opened.total);
            (touches.closed, touches.closed_count) = (closed.rows, closed.total);
            if touches.opened_count + touches.closed_count > 0 {
                all.push(touches);
            }
        }
        Ok(all)
    }

    /// Entries that touched a case, its decisions or their signatures, newest first.
    pub fn entries_of_case(
        &self,
        case: &CaseId,
        audiences: &[String],
        limit: i64,
    ) -> Result<Vec<LedgerEntry>, StoreError> {
        let values = [self.sequence().into(), case.into(), audiences.into(), limit.into()];
        self.rows_joined(&[COLUMNS, OF_CASE], &values, read)
    }

    fn side(
        &self,
        table: &'static Table,
        column: &'static str,
        sequence: i64,
        audiences: &[String],
        limit: i64,
    ) -> Result<Side, StoreError> {
        let positions = table.key_positions();
        let count = format!("SELECT COUNT(*) FROM {} WHERE {column} = $1", table.name);
        let mut side = Side::default();
        self.connection.query(&count, &[sequence.into()], &mut |row| {
            side.total = row.integer(0)?;
            Ok(true)
        })?;
        let sql = format!(
            "SELECT {} FROM {} WHERE {column} = $1 ORDER BY {} LIMIT $2",
            table.columns.join(", "),
            table.name,
            table.key.join(", ")
        );
        self.connection.query(&sql, &[sequence.into(), limit.into()], &mut |row| {
            let values: Vec<Value> =
                (0..table.columns.len()).map(|n| row.value(n)).collect::<Result<_, _>>()?;
            if !table.is_seen(&values, audiences) {
                side.withheld += 1;
                return Ok(true);
            }
            let key: Vec<Value> = positions.iter().map(|n| values[*n].clone()).collect();
            let columns = table.columns.iter().zip(&values).filter_map(|(name, value)| shown(name, value));
            side.rows.push(RowShown { key: key_text(&key), columns: columns.collect() });
            Ok(true)
        })?;
        let gone = if column == "since" { OPENED_GONE } else { CLOSED_GONE };
        for (key, audience, by) in self.rows(gone, &[table.name.into(), sequence.into()], |row| {
            let by = format!("by entry {} ({}): {}", row.integer(1)?, row.text(2)?, row.text(3)?);
            Ok((row.text(0)?, row.text(4)?, by))
        })? {
            side.total += 1;
            if !audiences.contains(&audience) {
                side.withheld += 1;
            } else if i64::try_from(side.rows.len()).is_ok_and(|rows| rows < limit) {
                side.rows.push(RowShown { key, columns: vec![("purged", by)] });
            }
        }
        Ok(side)
    }
}

/// One side of one table in an entry.
#[derive(Default)]
struct Side {
    rows: Vec<RowShown>,
    total: i64,
    withheld: i64,
}

fn shown(name: &'static str, value: &Value) -> Option<(&'static str, String)> {
    let text = match value {
        Value::Null | Value::Texts(_) | Value::Integers(_) => return None,
        Value::Integer(integer) => integer.to_string(),
        Value::Text(text) => text.clone(),
        Value::Blob(bytes) => hex(bytes),
    };
    Some((name, text))
}

fn read(row: &Row<'_>) -> Result<LedgerEntry, StoreError> {
    Ok(LedgerEntry {
        sequence: row.integer(0)?,
        at: row.text(1)?,
        actor: row.text(2)?,
        actor_name: row.text(3)?,
        authentication: row.text(4)?,
        action: row.text(5)?,
        reason: row.text(6)?,
        summary: row.text(7)?,
        previous: row.text(8)?,
        hash: row.text(9)?,
        body: row.text(10)?,
    })
}

const COLUMNS: &str = "SELECT sequence, at, actor, actor_name, authentication, action, reason, summary, previous, hash, \
    body FROM ledger WHERE sequence <= $1";
const ALL: &str = "AND CAST($4 AS TEXT) = ''";
const OF_ACTOR: &str = "AND actor = $4";
const OF_ACTION: &str = "AND action = $4";
const PAGE: &str = "AND sequence < $2 AND audience IN (LIST $3) ORDER BY sequence DESC LIMIT $5";
const ONE: &str = "AND sequence = $2 AND audience IN (LIST $3)";
macro_rules! gone {
    ($side:literal, $place:literal) => {
        concat!(
            "SELECT p.row_key, p.since, p.policy, l.reason, p.audience FROM purge p JOIN ledger l ON l.sequence = p.since \
             WHERE p.of_table = $1 AND p.",
            $side,
            " = $2 ORDER BY p.",
            $place
        )
    };
}
/// Rows of an entry that were destroyed since.
const OPENED_GONE: &str = gone!("opened", "opened_place");
const CLOSED_GONE: &str = gone!("closed", "closed_place");
const OF_CASE: &str = "AND audience IN (LIST $3) AND sequence IN (\
    SELECT since FROM case_record WHERE id = $2 UNION SELECT until FROM case_record WHERE id = $2 \
    UNION SELECT opened FROM purge WHERE of_table = 'case_record' AND row_key = $2 \
    UNION SELECT since FROM purge WHERE of_table = 'case_record' AND row_key = $2 \
    UNION SELECT since FROM decision WHERE case_id = $2 UNION SELECT until FROM decision WHERE case_id = $2) \
    ORDER BY sequence DESC LIMIT $4";
