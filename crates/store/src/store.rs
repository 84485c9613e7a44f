//! The record as a whole: opening it, one write = one transaction = one entry, reads as of a moment.

use std::{fmt, path::PathBuf, sync::Arc};

use domain::{act::Act, ledger::AsOf};

use crate::{
    Ops, StoreError, Tx, Value, View,
    connection::Connection,
    entry::GENESIS,
    migrate, moment,
    pool::{Lent, Pool},
};

/// More items than this are written in parts, see [`Store::write_bulk`].
pub const PART_ROWS: usize = 20_000;

/// Most connections of a pool to a server.
const CONNECTIONS: usize = 8;

/// Where the record is.
#[derive(Clone)]
pub enum Location {
    /// A file, `record.db`.
    Sqlite(PathBuf),
    /// `postgres://…`; may hold a password, so it has no `Display`.
    Postgres(String),
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "Sqlite({})", path.display()),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

/// The record. Cheap to clone; all calls block, so never on an async thread.
#[derive(Clone)]
pub struct Store {
    pools: Arc<Pools>,
}

struct Pools {
    writers: Pool,
    readers: Pool,
}

/// What a write left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<T> {
    /// What the closure answered.
    pub value: T,
    /// The number of the ledger entry.
    pub sequence: i64,
    /// Its hash, hex.
    pub hash: String,
    /// Its time.
    pub at: String,
}

impl Store {
    /// Opens the record and brings its schema up to date. A newer schema is refused with the release needed.
    pub fn open(location: &Location) -> Result<Self, StoreError> {
        let (writers, readers) = match location.clone() {
            Location::Sqlite(path) => {
                let other = path.clone();
                (
                    Pool::new(1, move || Connection::sqlite(&path, true)),
                    Pool::new(8, move || Connection::sqlite(&other, false)),
                )
            }
            Location::Postgres(url) => {
                let other = url.clone();
                (
                    Pool::new(CONNECTIONS, move || Connection::postgres(&url)),
                    Pool::new(CONNECTIONS, move || Connection::postgres(&other)),
                )
            }
        };
        let store = Self { pools: Arc::new(Pools { writers, readers }) };
        migrate::run(&*store.pools.writers.lend()?)?;
        Ok(store)
    }

    /// Ties the database to a workspace the first time, and refuses another one ever after.
    pub fn claim(&self, workspace: &str) -> Result<(), StoreError> {
        let found = self.operate(|ops| {
            let found = ops.row(WORKSPACE, &[], |row| row.text(0))?;
            if found.is_none() {
                ops.execute(CLAIM, &[workspace.into()])?;
            }
            Ok::<_, StoreError>(found)
        })?;
        match found {
            Some(found) if found != workspace => {
                Err(StoreError::OtherWorkspace { found, expected: workspace.to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// The workspace this database belongs to; none before [`Store::claim`].
    pub fn workspace(&self) -> Result<Option<String>, StoreError> {
        self.read(AsOf::Now, |view| view.row(WORKSPACE, &[], |row| row.text(0)))
    }

    /// Commits a change and exactly one ledger entry, or neither. The closure runs once, under the head lock.
    pub fn write<T, E: From<StoreError>>(
        &self,
        act: &Act,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<Written<T>, E> {
        self.write_part(act, None, change)
    }

    /// A change of many items. Up to [`PART_ROWS`] it is like [`Store::write`]: `part` sees them all, then `close` runs, one
    /// entry. Above, `part` sees a slice at a time, each in a transaction and entry of its own (`what: part k of n`), and
    /// `close` runs in a last one, which alone tells that the act is complete. Rows should be computed before.
    pub fn write_bulk<I, T, E: From<StoreError>>(
        &self,
        act: &Act,
        what: &str,
        items: &[I],
        mut part: impl FnMut(&mut Tx<'_>, &[I]) -> Result<(), E>,
        close: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<Written<T>, E> {
        if items.len() <= PART_ROWS {
            return self.write(act, |tx| {
                part(tx, items)?;
                close(tx)
            });
        }
        let parts = items.len().div_ceil(PART_ROWS);
        let count = i64::try_from(parts).unwrap_or(i64::MAX);
        for (number, slice) in (1..=count).zip(items.chunks(PART_ROWS)) {
            self.write_part(act, Some((number, count)), |tx| {
                part(tx, slice)?;
                tx.summary(format!("{what}: part {number} of {count}"));
                Ok::<_, E>(())
            })?;
        }
        self.write_part(act, None, |tx| {
            tx.receipt("closes_parts", count)?;
            close(tx)
        })
    }

    /// Reads as of a moment: it becomes one sequence number first, and every statement filters with that.
    pub fn read<T, E: From<StoreError>>(
        &self,
        as_of: AsOf,
        look: impl FnOnce(&View<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = Transaction::begin(
            &self.pools.readers,
            "BEGIN",
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        )?;
        let mut view = View { connection: &transaction.connection, sequence: 0 };
        view.sequence = match as_of {
            AsOf::Now => head(&view, HEAD)?.sequence,
            AsOf::At(timestamp) => {
                view.row(AS_OF, &[moment(timestamp).into()], |row| row.integer(0))?.unwrap_or(0)
            }
            AsOf::Entry(sequence) => sequence,
        };
        let answer = look(&view);
        transaction.end("COMMIT").map_err(E::from)?;
        answer
    }

    /// Writes `ops_*` and `cache_*` tables in a transaction without an act.
    pub fn operate<T, E: From<StoreError>>(
        &self,
        change: impl FnOnce(&mut Ops<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = Transaction::begin(&self.pools.writers, "BEGIN IMMEDIATE", "BEGIN")?;
        let mut view = View { connection: &transaction.connection, sequence: 0 };
        view.sequence = head(&view, HEAD)?.sequence;
        let answer = change(&mut Ops { view })?;
        transaction.end("COMMIT")?;
        Ok(answer)
    }

    /// A connection outside a transaction, for what no transaction may do.
    pub(crate) fn alone(
        &self,
        work: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        work(&*self.pools.writers.lend()?)
    }

    fn write_part<T, E: From<StoreError>>(
        &self,
        act: &Act,
        part: Option<(i64, i64)>,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<Written<T>, E> {
        let transaction = Transaction::begin(
            &self.pools.writers,
            "BEGIN IMMEDIATE",
            "BEGIN ISOLATION LEVEL READ COMMITTED",
        )?;
        let sqlite = transaction.connection.is_sqlite();
        let mut view = View { connection: &transaction.connection, sequence: 0 };
        let head = head(&view, if sqlite { HEAD } else { HEAD_LOCKED })?;
        view.sequence = head.sequence + 1;
        let at = moment(act.at).max(head.at);
        let mut tx = Tx::new(view, at, head.hash, part);
        let value = change(&mut tx)?;
        let (entry, body, hash) = tx.finish(act)?;
        let texts = [
            &entry.at,
            &entry.actor,
            &entry.actor_name,
            &entry.authentication,
            &entry.action,
            &entry.reason,
            &entry.summary,
            &entry.audience,
            &body,
            &entry.previous,
            &hash,
        ];
        let mut values = vec![Value::Integer(entry.sequence)];
        values.extend(texts.into_iter().map(Value::from));
        transaction.connection.execute(ENTRY, &values)?;
        let moved = [entry.sequence.into(), Value::from(&hash), Value::from(&entry.at)];
        transaction.connection.execute(MOVE_HEAD, &moved)?;
        transaction.end("COMMIT")?;
        Ok(Written { value, sequence: entry.sequence, hash, at: entry.at })
    }
}

struct Head {
    sequence: i64,
    hash: String,
    at: String,
}

fn head(view: &View<'_>, sql: &'static str) -> Result<Head, StoreError> {
    let head = view
        .row(sql, &[], |row| Ok(Head { sequence: row.integer(0)?, hash: row.text(1)?, at: row.text(2)? }))?;
    Ok(head.unwrap_or_else(|| Head { sequence: 0, hash: GENESIS.to_owned(), at: String::new() }))
}

/// Rolls back when dropped without [`Transaction::end`], also when the closure panicked.
struct Transaction<'a> {
    connection: Lent<'a>,
    open: bool,
}

impl<'a> Transaction<'a> {
    /// Connections that the server ended while they lay idle are put away: nothing was done on them.
    fn begin(pool: &'a Pool, sqlite: &str, postgres: &str) -> Result<Self, StoreError> {
        let mut ended = 0;
        loop {
            let connection = pool.lend()?;
            match connection.batch(if connection.is_sqlite() { sqlite } else { postgres }) {
                Ok(()) => return Ok(Self { connection, open: true }),
                Err(StoreError::Ended { .. }) if ended < CONNECTIONS => {
                    connection.put_away();
                    ended += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn end(mut self, sql: &str) -> Result<(), StoreError> {
        self.connection.batch(sql)?;
        self.open = false;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.open {
            // Nothing can be done about a failing rollback here: the pool drops a broken connection, which rolls back.
            let _ = self.connection.batch("ROLLBACK");
        }
    }
}

const HEAD: &str = "SELECT sequence, hash, at FROM ops_head WHERE one = 1";
const HEAD_LOCKED: &str = "SELECT sequence, hash, at FROM ops_head WHERE one = 1 FOR UPDATE";
const MOVE_HEAD: &str = "UPDATE ops_head SET sequence = $1, hash = $2, at = $3 WHERE one = 1";
const ENTRY: &str = "INSERT INTO ledger (sequence, at, actor, actor_name, authentication, action, reason, summary, audience, \
    body, previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const AS_OF: &str = "SELECT sequence FROM ledger WHERE at <= $1 ORDER BY at DESC, sequence DESC LIMIT 1";
const WORKSPACE: &str = "SELECT id FROM ops_workspace WHERE one = 1";
const CLAIM: &str = "INSERT INTO ops_workspace (one, id) VALUES (1, $1)";
