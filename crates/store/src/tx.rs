//! Writing the record: revisions are opened and closed, never changed; what was touched goes into the entry.

use std::{
    collections::{BTreeMap, btree_map},
    ops::Deref,
};

use domain::act::Act;

use crate::{
    Counter, OPEN, Ops, StoreError, Table, Value, View,
    canonical::Json,
    digest::{hex, sha256},
    entry::{Claim, Entry, body_hash},
    locate::LEAF_TABLE,
    revision::{Touched, closed_json, key_text, leaf_hash, leaves, opened_json},
    sealed::is_sealed,
    walk::{EVIDENCE_TABLE, Side},
};

/// One write: everything in it becomes one transaction and one ledger entry. Reads like a [`View`] that sees itself.
pub struct Tx<'a> {
    view: View<'a>,
    at: String,
    previous: String,
    part: Option<(i64, i64)>,
    summary: Option<String>,
    receipt: BTreeMap<String, Json>,
    touched: BTreeMap<&'static str, Touched>,
}

impl<'a> Deref for Tx<'a> {
    type Target = View<'a>;
    fn deref(&self) -> &View<'a> {
        &self.view
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn new(view: View<'a>, at: String, previous: String, part: Option<(i64, i64)>) -> Self {
        Self { view, at, previous, part, summary: None, receipt: BTreeMap::new(), touched: BTreeMap::new() }
    }

    /// The ledger time of this entry: never before the previous entry's, so possibly later than the act's clock.
    #[must_use]
    pub fn at(&self) -> &str {
        &self.at
    }

    /// A reader inside this transaction.
    #[must_use]
    pub fn view(&self) -> &View<'a> {
        &self.view
    }

    /// A writer of `ops_*` and `cache_*` rows inside this transaction.
    #[must_use]
    pub fn ops(&self) -> Ops<'a> {
        Ops { view: View { connection: self.view.connection, sequence: self.view.sequence } }
    }

    /// One sentence of what changed, for people. Every write sets it; the last one stays.
    pub fn summary(&mut self, summary: impl Into<String>) {
        self.summary = Some(summary.into());
    }

    /// A result of the act that no row holds, such as `result_digest`; it stands in the entry.
    pub fn receipt(&mut self, name: &'static str, value: impl Into<Value>) -> Result<(), StoreError> {
        let value = match value.into() {
            Value::Integer(integer) => Json::Integer(integer),
            Value::Text(text) => Json::Text(text),
            _ => return Err(StoreError::Misuse(format!("the receipt's {name} is neither text nor integer"))),
        };
        self.receipt.insert(name.to_owned(), value);
        Ok(())
    }

    /// Opens a revision; `values` in the order of the table's columns.
    pub fn open(&mut self, table: &'static Table, values: &[Value]) -> Result<(), StoreError> {
        self.bulk(table, vec![values.to_vec()])
    }

    /// Opens many revisions. Callers with more than [`crate::PART_ROWS`] use [`crate::Store::write_bulk`].
    pub fn bulk(&mut self, table: &'static Table, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let positions = table.key_positions();
        let sealed: Vec<usize> = table
            .columns
            .iter()
            .enumerate()
            .filter(|(_, name)| table.sealed.contains(name))
            .map(|(n, _)| n)
            .collect();
        let since = self.view.sequence;
        let mut full = Vec::with_capacity(rows.len());
        for mut row in rows {
            if row.len() != table.columns.len() {
                return Err(StoreError::Misuse(format!(
                    "{} has {} columns, a row came with {}",
                    table.name,
                    table.columns.len(),
                    row.len()
                )));
            }
            if let Some(plain) =
                sealed.iter().find(|n| matches!(&row[**n], Value::Text(text) if !is_sealed(text)))
            {
                return Err(StoreError::Misuse(format!(
                    "{}.{} holds contact data and must be sealed",
                    table.name, table.columns[*plain]
                )));
            }
            let key = positions.iter().map(|position| row[*position].clone()).collect();
            let hash = leaf_hash(&opened_json(table, &row, since)?);
            self.touched(table).opened.push((key, hash));
            row.extend([Value::Integer(since), Value::Integer(OPEN)]);
            full.push(row);
        }
        let columns: Vec<&str> = table.columns.iter().copied().chain(["since", "until"]).collect();
        if full.len() == 1 {
            let marks: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
            let sql =
                format!("INSERT INTO {} ({}) VALUES ({})", table.name, columns.join(", "), marks.join(", "));
            return self.view.connection.execute(&sql, &full[0]).map(drop);
        }
        self.view.connection.bulk(table.name, &columns, &full)
    }

    /// Closes the open revision of a key. The only UPDATE of the record.
    pub fn close(&mut self, table: &'static Table, key: &[Value]) -> Result<(), StoreError> {
        if key.len() != table.key.len() {
            return Err(StoreError::Misuse(format!(
                "the key of {} has {} columns",
                table.name,
                table.key.len()
            )));
        }
        let conditions: Vec<String> =
            table.key.iter().enumerate().map(|(n, name)| format!("{name} = ${}", n + 3)).collect();
        let sql = format!(
            "UPDATE {} SET until = $1 WHERE until = $2 AND since < $1 AND {} RETURNING since",
            table.name,
            conditions.join(" AND ")
        );
        let mut values = vec![Value::Integer(self.view.sequence), Value::Integer(OPEN)];
        values.extend_from_slice(key);
        let mut since = None;
        self.view.connection.query(&sql, &values, &mut |row| {
            since = Some(row.integer(0)?);
            Ok(true)
        })?;
        let Some(since) = since else {
            return Err(StoreError::NotOpen { table: table.name, key: key_text(key) });
        };
        let hash = leaf_hash(&closed_json(table, key, since)?);
        self.touched(table).closed.push((key.to_vec(), hash));
        Ok(())
    }

    /// Closes many keys; quick where the key is one column.
    pub fn close_bulk(&mut self, table: &'static Table, keys: &[Vec<Value>]) -> Result<(), StoreError> {
        let [name] = table.key else {
            return keys.iter().try_for_each(|key| self.close(table, key));
        };
        for chunk in keys.chunks(5_000) {
            let list = list(chunk)?;
            let sql = format!(
                "UPDATE {} SET until = $1 WHERE until = $2 AND since < $1 AND {name} IN (LIST $3) RETURNING {name}, since",
                table.name
            );
            let mut closed = Vec::with_capacity(chunk.len());
            let values = [Value::Integer(self.view.sequence), Value::Integer(OPEN), list];
            self.view.connection.query(&sql, &values, &mut |row| {
                closed.push((vec![row.value(0)?], row.integer(1)?));
                Ok(true)
            })?;
            if closed.len() != chunk.len() {
                let missing = chunk.iter().find(|key| !closed.iter().any(|(found, _)| found == *key));
                let key = missing.map_or_else(|| "twice in one list".to_owned(), |key| key_text(key));
                return Err(StoreError::NotOpen { table: table.name, key });
            }
            for (key, since) in closed {
                let hash = leaf_hash(&closed_json(table, &key, since)?);
                self.touched(table).closed.push((key, hash));
            }
        }
        Ok(())
    }

    /// Closes the open revision of the row's key and opens this one.
    pub fn replace(&mut self, table: &'static Table, values: &[Value]) -> Result<(), StoreError> {
        let key: Vec<Value> =
            table.key_positions().into_iter().filter_map(|position| values.get(position).cloned()).collect();
        self.close(table, &key)?;
        self.open(table, values)
    }

    /// The next number of a counter, from 1. Drawn under the head lock: no gaps but those of refused writes, which
    /// leave none either.
    pub fn draw(&mut self, counter: Counter) -> Result<i64, StoreError> {
        self.draw_many(counter, 1)
    }

    /// `count` numbers in a row; answers the first.
    pub fn draw_many(&mut self, counter: Counter, count: i64) -> Result<i64, StoreError> {
        let last = self
            .view
            .row(DRAW, &[counter.as_str().into(), count.into()], |row| row.integer(0))?
            .ok_or_else(|| StoreError::Misuse("the counter gave no number".to_owned()))?;
        Ok(last - count + 1)
    }

    /// Lays down a large text once; answers its digest (SHA-256, hex).
    pub fn evidence(&mut self, body: &str) -> Result<String, StoreError> {
        let digest = hex(&sha256(body.as_bytes()));
        let values = [Value::from(&digest), body.into(), self.view.sequence.into()];
        let new = self.view.rows(EVIDENCE, &values, |row| row.text(0))?;
        self.laid_down(new);
        Ok(digest)
    }

    /// Lays down many texts; answers their digests in order. One round trip on PostgreSQL.
    pub fn evidence_bulk(&mut self, bodies: &[String]) -> Result<Vec<String>, StoreError> {
        if self.view.connection.is_sqlite() {
            return bodies.iter().map(|body| self.evidence(body)).collect();
        }
        let digests: Vec<String> = bodies.iter().map(|body| hex(&sha256(body.as_bytes()))).collect();
        let values = [digests.clone().into(), bodies.into(), self.view.sequence.into()];
        let new = self.view.rows(EVIDENCE_BULK, &values, |row| row.text(0))?;
        self.laid_down(new);
        Ok(digests)
    }

    fn laid_down(&mut self, digests: Vec<String>) {
        for digest in digests {
            let hash = leaf_hash(&digest);
            self.touched(&EVIDENCE_TABLE).opened.push((vec![digest.into()], hash));
        }
    }

    /// The finished entry and its hash (hex); everything was written but the entry.
    pub(crate) fn finish(self, act: &Act) -> Result<(Entry, String, String), StoreError> {
        let summary = self.summary.filter(|summary| !summary.trim().is_empty()).ok_or_else(|| {
            StoreError::Misuse(format!("`{}` wrote without saying what changed (tx.summary)", act.action))
        })?;
        let sequence = self.view.sequence;
        let mut kept = Vec::new();
        let mut side = |name: &str, side: Side, touched: Vec<_>| {
            if touched.is_empty() {
                return None;
            }
            let (leaves, prefixes) = leaves(touched);
            kept.push(vec![sequence.into(), name.into(), side.as_str().into(), prefixes.into()]);
            Some(leaves)
        };
        let mut tables = BTreeMap::new();
        for (name, touched) in self.touched {
            let opened = side(name, Side::Opened, touched.opened);
            let closed = side(name, Side::Closed, touched.closed);
            tables.insert(name.to_owned(), Claim { opened, closed });
        }
        if !kept.is_empty() {
            self.view.connection.bulk(LEAF_TABLE.name, LEAF_TABLE.columns, &kept)?;
        }
        let entry = Entry {
            sequence: self.view.sequence,
            at: self.at,
            actor: act.actor.key(),
            actor_name: act.actor.printed(),
            authentication: act.authentication.as_str().to_owned(),
            action: act.action.to_owned(),
            reason: act.reason.clone(),
            summary,
            audience: act.audience.0.clone(),
            previous: self.previous,
            part: self.part,
            receipt: self.receipt,
            tables,
        };
        let body = entry.body();
        let hash = hex(&body_hash(&body));
        Ok((entry, body, hash))
    }

    fn touched(&mut self, table: &Table) -> &mut Touched
    where
        Table: 'static,
    {
        match self.touched.entry(table.name) {
            btree_map::Entry::Occupied(entry) => entry.into_mut(),
            btree_map::Entry::Vacant(entry) => {
                entry.insert(Touched { opened: Vec::new(), closed: Vec::new() })
            }
        }
    }
}

const DRAW: &str = "INSERT INTO ops_counter (name, last) VALUES ($1, $2) \
    ON CONFLICT (name) DO UPDATE SET last = ops_counter.last + excluded.last RETURNING last";
const EVIDENCE: &str = "INSERT INTO evidence (digest, body, since) VALUES ($1, $2, $3) \
    ON CONFLICT (digest) DO NOTHING RETURNING digest";
/// PostgreSQL only.
const EVIDENCE_BULK: &str = "INSERT INTO evidence (digest, body, since) \
    SELECT digest, body, $3::bigint FROM unnest($1::text[], $2::text[]) AS given (digest, body) \
    ON CONFLICT (digest) DO NOTHING RETURNING digest";

fn list(keys: &[Vec<Value>]) -> Result<Value, StoreError> {
    let mut texts = Vec::new();
    let mut integers = Vec::new();
    for key in keys {
        match key.as_slice() {
            [Value::Text(text)] => texts.push(text.clone()),
            [Value::Integer(integer)] => integers.push(*integer),
            _ => return Err(StoreError::Misuse("a key to close is neither text nor integer".to_owned())),
        }
    }
    match (texts.is_empty(), integers.is_empty()) {
        (true, _) => Ok(Value::Integers(integers)),
        (_, true) => Ok(Value::Texts(texts)),
        _ => Err(StoreError::Misuse("keys of two kinds".to_owned())),
    }
}
