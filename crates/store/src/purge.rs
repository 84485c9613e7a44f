//! Destroying rows of the record: the only DELETE there is. What proves that a row was there, its leaves, stays in a row of
//! [`PURGE`], written in the same transaction.
//!
//! Deliberately not here: whether it may be destroyed (`domain::purge`, asked by `app`), and reading what is left (`purged`).

use std::collections::{BTreeMap, btree_map};

use domain::{audience::Audience, purge::Policy};

use crate::{
    OPEN, Store, StoreError, Table, Tx, Value, View,
    digest::{Hash, Tree, hex},
    entry::Entry,
    forgotten::FORGOTTEN,
    purged::{PURGE, PURGED_FILE, PurgedLeaves},
    revision::{Leaves, key_text},
    unit::UNIT,
    unit_count,
    walk::{EVIDENCE_TABLE, Found, Leaf, Side, walk},
};

/// Facts of products that their records' retention hangs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InField {
    /// Units that are known now.
    pub units: i64,
    /// Releases before the end of their support.
    pub supported: i64,
    /// The last day on which a unit went, was installed, or a release came out, RFC 3339 or a date.
    pub last: Option<String>,
}

/// A revision that may be destroyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its key.
    pub key: Vec<Value>,
    /// The entry that opened it.
    pub since: i64,
    /// The entry that closed it; none while it is in force.
    pub until: Option<i64>,
    /// When that was, RFC 3339; the moment it was opened while it is in force.
    pub at: String,
    /// Columns and values, as the table has them.
    pub values: Vec<Value>,
}

impl Revision {
    /// The value of a column as text; none when it is null or no text.
    #[must_use]
    pub fn text(&self, table: &Table, column: &str) -> Option<&str> {
        let position = table.columns.iter().position(|one| *one == column)?;
        match self.values.get(position)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Its key for people, as the ledger shows it.
    #[must_use]
    pub fn name(&self) -> String {
        key_text(&self.key)
    }
}

impl Tx<'_> {
    /// Destroys closed revisions of a table, each given by its key and the entry that opened it. Their leaves stay, so every
    /// root holds as before. A table whose rows are not what their entry says is refused: a damaged row is not hidden so.
    pub fn purge(
        &mut self,
        table: &'static Table,
        revisions: &[(Vec<Value>, i64)],
        policy: Policy,
        audience: &Audience,
    ) -> Result<(), StoreError> {
        if table.name == PURGE.name || table.name == FORGOTTEN.name {
            return Err(StoreError::Misuse(format!("rows of {} are never destroyed", table.name)));
        }
        let purged = PurgedLeaves::read(self.view())?;
        let mut by_entry: BTreeMap<i64, Vec<&[Value]>> = BTreeMap::new();
        for (key, since) in revisions {
            by_entry.entry(*since).or_default().push(key);
        }
        let mut rows = Vec::with_capacity(revisions.len());
        let mut closings: BTreeMap<i64, BTreeMap<Vec<Value>, (i64, Hash)>> = BTreeMap::new();
        for (since, keys) in by_entry {
            let opened = placed(self.view(), table, Side::Opened, since, &purged)?;
            for key in keys {
                let missing = || StoreError::NotOpen { table: table.name, key: key_text(key) };
                let (place, leaf) = opened.get(key).ok_or_else(missing)?;
                let mut row = vec![
                    Value::from(table.name),
                    key_text(key).into(),
                    since.into(),
                    (*place).into(),
                    hex(&leaf.hash).into(),
                ];
                if table.name == EVIDENCE_TABLE.name {
                    row.extend([Value::Null, Value::Null, Value::Null]);
                } else if leaf.until == OPEN {
                    return Err(StoreError::Misuse(format!(
                        "{} {} is in force, so it cannot be destroyed",
                        table.name,
                        key_text(key)
                    )));
                } else {
                    let closed = match closings.entry(leaf.until) {
                        btree_map::Entry::Occupied(closed) => closed.into_mut(),
                        btree_map::Entry::Vacant(vacant) => {
                            let closed = placed(self.view(), table, Side::Closed, leaf.until, &purged)?;
                            let hashes =
                                closed.into_iter().map(|(key, (place, leaf))| (key, (place, leaf.hash)));
                            vacant.insert(hashes.collect())
                        }
                    };
                    let (place, hash) = closed.get(key).ok_or_else(missing)?;
                    row.extend([leaf.until.into(), (*place).into(), hex(hash).into()]);
                }
                row.extend([policy.as_str().into(), audience.into()]);
                rows.push(row);
                self.destroy(table, key, since)?;
            }
        }
        self.bulk(&PURGE, rows)?;
        if table.name == UNIT.name {
            // Counters tell the count of every moment, so also of those at which the unit was there.
            unit_count::recount(&mut self.ops())?;
        }
        Ok(())
    }

    /// Destroys evidence texts by digest.
    pub fn purge_evidence(
        &mut self,
        digests: &[String],
        policy: Policy,
        audience: &Audience,
    ) -> Result<(), StoreError> {
        let texts = digests.iter().map(|digest| {
            let since = self.row(EVIDENCE_SINCE, &[digest.into()], |row| row.integer(0))?;
            let missing = || StoreError::NotOpen { table: EVIDENCE_TABLE.name, key: digest.clone() };
            Ok((vec![Value::from(digest)], since.ok_or_else(missing)?))
        });
        let texts = texts.collect::<Result<Vec<_>, StoreError>>()?;
        self.purge(&EVIDENCE_TABLE, &texts, policy, audience)
    }

    /// Writes down that a file of `blobs/` is destroyed; whoever calls removes it afterwards, and every opening of the
    /// workspace again.
    pub fn purge_file(
        &mut self,
        digest: &str,
        named_since: i64,
        policy: Policy,
        audience: &Audience,
    ) -> Result<(), StoreError> {
        let mut row = vec![Value::from(PURGED_FILE), digest.into(), named_since.into()];
        row.extend([const { Value::Null }; 5]);
        row.extend([policy.as_str().into(), audience.into()]);
        self.open(&PURGE, &row)
    }

    /// The one DELETE of the record.
    fn destroy(&self, table: &Table, key: &[Value], since: i64) -> Result<(), StoreError> {
        let conditions: Vec<String> =
            table.key.iter().enumerate().map(|(n, name)| format!("{name} = ${}", n + 2)).collect();
        let sql = format!("DELETE FROM {} WHERE since = $1 AND {}", table.name, conditions.join(" AND "));
        let values: Vec<Value> = [Value::Integer(since)].into_iter().chain(key.iter().cloned()).collect();
        match self.view().connection.execute(&sql, &values)? {
            1 => Ok(()),
            _ => Err(StoreError::NotOpen { table: table.name, key: key_text(key) }),
        }
    }
}

/// The leaves of one side of a table in one entry that have a row, by key, with their places. They have to be what the entry
/// says.
fn placed(
    view: &View<'_>,
    table: &Table,
    side: Side,
    entry: i64,
    purged: &PurgedLeaves,
) -> Result<BTreeMap<Vec<Value>, (i64, Leaf)>, StoreError> {
    let mut tree = Tree::default();
    let mut rows = BTreeMap::new();
    let mut place = 0;
    walk(view, table, side, Some(entry), purged, &mut |found| {
        match found {
            Found::Row(leaf) => {
                tree.push(leaf.hash);
                rows.insert(leaf.key.clone(), (place, leaf));
            }
            Found::Purged(_, leaf) => tree.push(leaf.hash),
        }
        place += 1;
        Ok(true)
    })?;
    let body = view.row(BODY, &[entry.into()], |row| row.text(0))?.unwrap_or_default();
    let claim = Entry::from_body(&body).and_then(|mut entry| entry.tables.remove(table.name));
    let said = claim.and_then(|claim| if side == Side::Opened { claim.opened } else { claim.closed });
    // An entry that says nothing of the table opened and closed nothing there.
    let found = Leaves { count: tree.count(), root: tree.root() };
    if said.map_or(found.count > 0, |said| said != found) {
        return Err(StoreError::Damaged {
            what: format!(
                "what entry {entry} {} in {} is not what it says, so nothing of it is destroyed",
                side.as_str(),
                table.name
            ),
        });
    }
    Ok(rows)
}

impl View<'_> {
    /// All revisions of a key, oldest first, also those in force.
    pub fn revisions(&self, table: &'static Table, key: &[Value]) -> Result<Vec<Revision>, StoreError> {
        let conditions: Vec<String> =
            table.key.iter().enumerate().map(|(n, name)| format!("t.{name} = ${}", n + 2)).collect();
        self.revisions_where(table, &conditions.join(" AND "), key)
    }

    /// All revisions of the components of an inventory.
    pub fn revisions_of_parts(&self, inventory: &str) -> Result<Vec<Revision>, StoreError> {
        self.revisions_where(&crate::inventory::INVENTORY_COMPONENT, "t.inventory = $2", &[inventory.into()])
    }

    fn revisions_where(
        &self,
        table: &'static Table,
        condition: &str,
        values: &[Value],
    ) -> Result<Vec<Revision>, StoreError> {
        let columns: Vec<String> = table.columns.iter().map(|column| format!("t.{column}")).collect();
        let sql = format!(
            "SELECT {}, t.since, t.until, l.at FROM {} t JOIN ledger l ON l.sequence = CASE WHEN t.until = $1 THEN t.since \
             ELSE t.until END WHERE {condition} ORDER BY t.since, t.{}",
            columns.join(", "),
            table.name,
            table.key.join(", t.")
        );
        let positions = table.key_positions();
        let width = table.columns.len();
        let values: Vec<Value> = [Value::Integer(OPEN)].into_iter().chain(values.iter().cloned()).collect();
        let mut revisions = Vec::new();
        self.connection.query(&sql, &values, &mut |row| {
            let values: Vec<Value> = (0..width).map(|n| row.value(n)).collect::<Result<_, _>>()?;
            let until = row.integer(width + 1)?;
            revisions.push(Revision {
                key: positions.iter().map(|n| values[*n].clone()).collect(),
                since: row.integer(width)?,
                until: (until != OPEN).then_some(until),
                at: row.text(width + 2)?,
                values,
            });
            Ok(true)
        })?;
        Ok(revisions)
    }

    /// Every revision that names an evidence text (`evidence`) or a file (`blob`) by its digest, in all tables.
    pub fn revisions_naming(
        &self,
        word: &str,
        digest: &str,
    ) -> Result<Vec<(&'static Table, Revision)>, StoreError> {
        let mut found = Vec::new();
        for table in crate::RECORD_TABLES.iter().copied() {
            for column in crate::files::named(table, word) {
                let condition = format!("t.{column} = $2");
                let revisions = self.revisions_where(table, &condition, &[digest.into()])?;
                found.extend(revisions.into_iter().map(|revision| (table, revision)));
            }
        }
        Ok(found)
    }

    /// Whether there is an evidence text of this digest.
    pub fn has_evidence(&self, digest: &str) -> Result<bool, StoreError> {
        Ok(self.row(EVIDENCE_SINCE, &[digest.into()], |row| row.integer(0))?.is_some())
    }

    /// The products that a decision, a release or an inventory belongs to, open or closed; all of them where none is found, since
    /// what belongs to nobody known may belong to each.
    pub fn products_concerned(&self, table: &str, key: &str) -> Result<Vec<String>, StoreError> {
        let sql = match table {
            "release" => OF_RELEASE,
            "inventory" => OF_INVENTORY,
            "case_record" => OF_CASE,
            "decision" => OF_DECISION,
            "site" => OF_SITE,
            _ => EVERY,
        };
        let values: &[Value] = if sql == EVERY { &[] } else { &[key.into()] };
        let found = self.rows(sql, values, |row| row.text(0))?;
        if found.is_empty() { self.rows(EVERY, &[], |row| row.text(0)) } else { Ok(found) }
    }

    /// What their retention hangs on.
    pub fn in_field(&self, products: Vec<String>) -> Result<InField, StoreError> {
        let found = self.row(IN_FIELD, &[OPEN.into(), products.into()], |row| {
            Ok(InField { units: row.integer(0)?, supported: row.integer(1)?, last: row.optional_text(2)? })
        })?;
        Ok(found.unwrap_or(InField { units: 0, supported: 0, last: None }))
    }

    /// Whether anybody ever signed a decision, or one of a case.
    pub fn ever_signed(&self, table: &str, key: &str) -> Result<bool, StoreError> {
        let sql = match table {
            "case_record" => SIGNED_IN_CASE,
            "decision" => SIGNED_DECISION,
            _ => return Ok(false),
        };
        Ok(self.row(sql, &[key.into()], |row| row.integer(0))?.is_some_and(|signatures| signatures > 0))
    }
}

impl Store {
    /// Writes the tables anew so that freed pages no longer hold what was destroyed: the whole file on SQLite (and its journal
    /// emptied), the tables on PostgreSQL. Nobody else may be in a transaction meanwhile. What the disk, copies and backups
    /// keep is beyond it.
    pub fn scrub(&self, tables: &[&str]) -> Result<(), StoreError> {
        self.alone(|connection| {
            if !connection.is_sqlite() {
                return tables.iter().try_for_each(|table| connection.batch(&format!("VACUUM FULL {table}")));
            }
            // Without it new pages hold in their free space what was in memory before.
            connection.batch("PRAGMA secure_delete = ON")?;
            let vacuumed = connection.batch("VACUUM");
            connection.batch("PRAGMA secure_delete = OFF")?;
            vacuumed?;
            let mut busy = 0;
            connection.query("PRAGMA wal_checkpoint(TRUNCATE)", &[], &mut |row| {
                busy = row.integer(0)?;
                Ok(true)
            })?;
            if busy == 0 {
                Ok(())
            } else {
                Err(StoreError::Busy { seconds: crate::connection::BUSY.as_secs() })
            }
        })
    }
}

const BODY: &str = "SELECT body FROM ledger WHERE sequence = $1";
const EVIDENCE_SINCE: &str = "SELECT since FROM evidence WHERE digest = $1";
const EVERY: &str = "SELECT DISTINCT id FROM product ORDER BY id";
const OF_RELEASE: &str = "SELECT DISTINCT product FROM release WHERE id = $1";
const OF_INVENTORY: &str =
    "SELECT DISTINCT r.product FROM inventory i JOIN release r ON r.id = i.release WHERE i.id = $1";
const OF_CASE: &str =
    "SELECT DISTINCT r.product FROM decision d JOIN release r ON r.id = d.release WHERE d.case_id = $1";
const OF_DECISION: &str =
    "SELECT DISTINCT r.product FROM decision d JOIN release r ON r.id = d.release WHERE d.id = $1";
const OF_SITE: &str = "SELECT DISTINCT product FROM unit WHERE site = $1";
const IN_FIELD: &str = "SELECT (SELECT COUNT(*) FROM unit WHERE until = $1 AND product IN (LIST $2)), \
    (SELECT COUNT(*) FROM release WHERE until = $1 AND stage <> 'end_of_support' AND product IN (LIST $2)), \
    (SELECT MAX(day) FROM (SELECT MAX(released_on) AS day FROM release WHERE product IN (LIST $2) \
     UNION ALL SELECT MAX(installed_at) FROM unit WHERE product IN (LIST $2) \
     UNION ALL SELECT MAX(l.at) FROM unit u JOIN ledger l ON l.sequence = u.until WHERE u.product IN (LIST $2)) days)";
const SIGNED_IN_CASE: &str = "SELECT COUNT(*) FROM signature s WHERE s.noun = 'decision' AND s.record IN \
    (SELECT id FROM decision WHERE case_id = $1)";
const SIGNED_DECISION: &str = "SELECT COUNT(*) FROM signature WHERE noun = 'decision' AND record = $1";
