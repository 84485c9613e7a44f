//! Recomputing the whole record: the chain, what every entry says of every table, evidence, references, files. Stops at the
//! first damage.
//!
//! Deliberately not here: whether the facts are right, and what can be rebuilt (`deep`).

use std::collections::{BTreeMap, VecDeque};

use domain::ledger::AsOf;

use crate::{
    Blobs, RECORD_TABLES, REFERENCES, Store, StoreError, Table, View,
    corpus::CorpusFolder,
    damage::{Damage, damage, unreadable},
    deep,
    digest::{Tree, hex},
    entry::{Entry, GENESIS, body_hash},
    files,
    locate::locate,
    purged::{PURGE, PURGED_FILE, PurgeCount, PurgedLeaves},
    revision::{Leaves, key_text},
    walk::{EVIDENCE_TABLE, Found, Side, walk},
};

/// What a verification saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Ledger entries read.
    pub entries: i64,
    /// Hash of the last one, hex.
    pub head: String,
    /// Revisions read, over all record tables.
    pub rows: u64,
    /// Evidence texts read.
    pub evidence: u64,
    /// Files of `blobs/` read.
    pub blobs: u64,
    /// Files of `corpus/` that receipts name and that are there.
    pub corpus: u64,
    /// What was destroyed, act by act: of each row only the leaf is left, and the roots hold with it.
    pub purged: Vec<PurgeCount>,
    /// Caches and counters were rebuilt and compared, and the files of the corpus read.
    pub deep: bool,
    /// The first damage; `None` = the record is whole.
    pub damage: Option<Damage>,
}

/// How far a verification goes.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// Which tables; [`RECORD_TABLES`] but in tests of the store.
    pub tables: &'a [&'a Table],
    /// Where the blobs are that rows name.
    pub blobs: Option<&'a Blobs>,
    /// Where the corpus is that receipts name.
    pub corpus: Option<&'a CorpusFolder>,
    /// Also rebuild caches and counters, and read every file of the corpus.
    pub deep: bool,
}

/// Verifies the record, and the blobs that its rows name when a folder is given.
pub fn verify(store: &Store, blobs: Option<&Blobs>) -> Result<Verified, StoreError> {
    verify_tables(store, RECORD_TABLES, blobs)
}

/// The same over a given list of tables: for tests of the store.
#[doc(hidden)]
pub fn verify_tables(
    store: &Store,
    tables: &[&Table],
    blobs: Option<&Blobs>,
) -> Result<Verified, StoreError> {
    verify_scope(store, Scope { tables, blobs, corpus: None, deep: false })
}

/// Verifies as far as asked.
pub fn verify_scope(store: &Store, scope: Scope<'_>) -> Result<Verified, StoreError> {
    store.read(AsOf::Now, |view| {
        let mut verified = Verified { deep: scope.deep, ..Verified::default() };
        verified.damage = whole(view, scope, &mut verified).err();
        Ok(verified)
    })
}

/// What the entries say of one side of one table, in order.
type Claims = VecDeque<(i64, Leaves)>;

#[derive(Default)]
struct Claimed {
    opened: Claims,
    closed: Claims,
}

fn whole(view: &View<'_>, scope: Scope<'_>, verified: &mut Verified) -> Result<(), Damage> {
    engine(view)?;
    let mut claimed = ledger(view, verified)?;
    // What was destroyed first: all other roots are computed with the leaves that it kept.
    let mut purged = PurgedLeaves::default();
    let (first, others): (Vec<&Table>, Vec<&Table>) =
        scope.tables.iter().partition(|table| table.name == PURGE.name);
    for table in first.into_iter().chain(others) {
        let claims = claimed.remove(table.name).unwrap_or_default();
        verified.rows += side(view, table, Side::Opened, claims.opened, &purged)?;
        side(view, table, Side::Closed, claims.closed, &purged)?;
        if table.name == PURGE.name {
            purged = PurgedLeaves::read(view).map_err(|error| unreadable(PURGE.name, &error))?;
            verified.purged = view.purge_counts().map_err(|error| unreadable(PURGE.name, &error))?;
        }
    }
    let claims = claimed.remove(EVIDENCE_TABLE.name).unwrap_or_default();
    verified.evidence = side(view, &EVIDENCE_TABLE, Side::Opened, claims.opened, &purged)?;
    let known = |name: &str| {
        name == EVIDENCE_TABLE.name
            || name == PURGED_FILE
            || scope.tables.iter().any(|table| table.name == name)
    };
    if let Some(name) = purged.tables().find(|name| !known(name)) {
        return Err(damage(PURGE.name, Some(name.clone()), None, "rows of an unknown table were destroyed"));
    }
    if let Some((name, claims)) = claimed.into_iter().next() {
        let sequence = claims.opened.front().or(claims.closed.front()).map(|(sequence, _)| *sequence);
        return Err(damage(
            &name,
            None,
            sequence,
            "an entry speaks of a table that this program does not know",
        ));
    }
    for reference in REFERENCES {
        if scope.tables.iter().any(|table| table.name == reference.table.name) {
            reference.check(view)?;
        }
    }
    for table in scope.tables {
        files::named_evidence(view, table)?;
        if let Some(blobs) = scope.blobs {
            verified.blobs += files::named_blobs(view, table, blobs)?;
        }
    }
    if let Some(corpus) = scope.corpus {
        verified.corpus = files::named_corpus(view, corpus, scope.deep)?;
    }
    if scope.deep {
        deep::compare(view, scope.tables, &purged)?;
    }
    Ok(())
}

/// SQLite's own check finds what reading tables does not touch, such as an index that disagrees.
fn engine(view: &View<'_>) -> Result<(), Damage> {
    if !view.connection.is_sqlite() {
        return Ok(());
    }
    let answer = view.row("PRAGMA integrity_check(1)", &[], |row| row.text(0));
    match answer.map_err(|error| unreadable("database", &error))? {
        Some(answer) if answer != "ok" => Err(damage("database", None, None, &answer)),
        _ => Ok(()),
    }
}

fn ledger(view: &View<'_>, verified: &mut Verified) -> Result<BTreeMap<String, Claimed>, Damage> {
    let mut claimed: BTreeMap<String, Claimed> = BTreeMap::new();
    let mut previous = (0, GENESIS.to_owned(), String::new());
    let mut found = None;
    let read = view.each(ENTRIES, &[], |row| {
        if found.is_some() {
            return Ok(());
        }
        let columns = (1..=11).map(|n| row.text(n)).collect::<Result<Vec<_>, _>>()?;
        let sequence = row.integer(0)?;
        match checked(sequence, &columns, &previous) {
            Err(what) => found = Some(damage("ledger", None, Some(sequence), what)),
            Ok(entry) => {
                for (name, claim) in entry.tables {
                    let claims = claimed.entry(name).or_default();
                    claims.opened.extend(claim.opened.map(|leaves| (sequence, leaves)));
                    claims.closed.extend(claim.closed.map(|leaves| (sequence, leaves)));
                }
                previous = (sequence, columns[10].clone(), columns[0].clone());
            }
        }
        Ok(())
    });
    if let Some(found) = found {
        return Err(found);
    }
    read.map_err(|error| unreadable("ledger", &error))?;
    let head = view
        .row(HEAD, &[], |row| Ok((row.integer(0)?, row.text(1)?, row.text(2)?)))
        .map_err(|error| unreadable("ops_head", &error))?;
    if head.as_ref() != Some(&previous) {
        let what = format!("the head does not stand at the last entry, {}", previous.0);
        return Err(damage("ops_head", None, head.map(|head| head.0), &what));
    }
    verified.entries = previous.0;
    verified.head = previous.1;
    Ok(claimed)
}

/// Checks one entry against the one before it; the columns are those of [`ENTRIES`] after the sequence.
fn checked(
    sequence: i64,
    columns: &[String],
    previous: &(i64, String, String),
) -> Result<Entry, &'static str> {
    let [at, actor, actor_name, authentication, action, reason, summary, audience, body, before, hash] =
        columns
    else {
        return Err("an entry with missing columns");
    };
    if sequence != previous.0 + 1 {
        return Err("the entry before it is missing");
    }
    if *before != previous.1 {
        return Err("its hash of the previous entry is another one");
    }
    if hex(&body_hash(body)) != *hash {
        return Err("its body is not what its hash says");
    }
    let entry = Entry::from_body(body).ok_or("its body is not in canonical form")?;
    let same = entry.sequence == sequence
        && entry.at == *at
        && entry.actor == *actor
        && entry.actor_name == *actor_name
        && entry.authentication == *authentication
        && entry.action == *action
        && entry.reason == *reason
        && entry.summary == *summary
        && entry.audience == *audience
        && entry.previous == *before;
    if !same {
        return Err("a column says something else than the body that was hashed");
    }
    if entry.at < previous.2 {
        return Err("its time lies before the previous entry's");
    }
    Ok(entry)
}

/// One side of one table against the entries; answers how many rows there are.
fn side(
    view: &View<'_>,
    table: &Table,
    side: Side,
    claims: Claims,
    purged: &PurgedLeaves,
) -> Result<u64, Damage> {
    let mut groups = Groups::new(table, side, claims);
    let mut found = None;
    let mut gone = 0;
    let read = walk(view, table, side, None, purged, &mut |leaf| {
        found = match leaf {
            Found::Row(leaf) => groups.leaf(leaf.sequence, || key_text(&leaf.key), leaf.hash),
            Found::Purged(sequence, leaf) => {
                gone += 1;
                groups.leaf(sequence, || leaf.key.clone(), leaf.hash)
            }
        }
        .err();
        Ok(found.is_none())
    });
    if found.is_none() {
        read.map_err(|error| unreadable(table.name, &error))?;
    }
    let found = match found {
        Some(found) => found,
        None => match groups.end() {
            Ok(total) => return Ok(total - gone),
            Err(found) => found,
        },
    };
    // The root says that something is wrong; which row it is, the kept prefixes tell.
    let rows = found.sequence.and_then(|sequence| locate(view, table, side, sequence, purged).ok().flatten());
    Err(Damage { key: rows.or(found.key), ..found })
}

/// Leaves arrive ordered by entry; each group must be what its entry claims, with none over and none missing.
struct Groups<'a> {
    table: &'a Table,
    side: Side,
    claims: Claims,
    sequence: i64,
    tree: Tree,
    first: String,
    total: u64,
}

impl<'a> Groups<'a> {
    fn new(table: &'a Table, side: Side, claims: Claims) -> Self {
        Self { table, side, claims, sequence: 0, tree: Tree::default(), first: String::new(), total: 0 }
    }

    fn leaf(&mut self, sequence: i64, key: impl Fn() -> String, hash: [u8; 32]) -> Result<(), Damage> {
        if sequence != self.sequence || self.tree.count() == 0 {
            self.settle()?;
            self.sequence = sequence;
            self.first = key();
        }
        self.tree.push(hash);
        self.total += 1;
        Ok(())
    }

    fn end(mut self) -> Result<u64, Damage> {
        self.settle()?;
        match self.claims.front() {
            Some((sequence, leaves)) => Err(self.missing(*sequence, leaves.count)),
            None => Ok(self.total),
        }
    }

    fn settle(&mut self) -> Result<(), Damage> {
        let tree = std::mem::take(&mut self.tree);
        if tree.count() == 0 {
            return Ok(());
        }
        let side = self.side.as_str();
        let key = if tree.count() == 1 {
            self.first.clone()
        } else {
            format!("{} and {} more", self.first, tree.count() - 1)
        };
        match self.claims.front().copied() {
            Some((sequence, leaves)) if sequence < self.sequence => Err(self.missing(sequence, leaves.count)),
            Some((sequence, leaves)) if sequence == self.sequence => {
                self.claims.pop_front();
                let what = if tree.count() != leaves.count {
                    format!("{} {side} where the entry says {}", tree.count(), leaves.count)
                } else if tree.root() != leaves.root {
                    format!("what was {side} is not what the entry says")
                } else {
                    return Ok(());
                };
                Err(damage(self.table.name, Some(key), Some(sequence), &what))
            }
            _ => Err(damage(
                self.table.name,
                Some(key),
                Some(self.sequence),
                &format!("{side}, but no entry explains it"),
            )),
        }
    }

    fn missing(&self, sequence: i64, count: u64) -> Damage {
        let what = format!("the entry says {count} {}, none is there", self.side.as_str());
        damage(self.table.name, None, Some(sequence), &what)
    }
}

const ENTRIES: &str = "SELECT sequence, at, actor, actor_name, authentication, action, reason, summary, audience, body, \
    previous, hash FROM ledger ORDER BY sequence";
const HEAD: &str = "SELECT sequence, hash, at FROM ops_head WHERE one = 1";
