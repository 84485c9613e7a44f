//! One connection to either engine, with its statement cache. Everything that truly differs between them is here.

use std::{cell::RefCell, collections::HashMap, error::Error, io::Write as _, path::Path, time::Duration};

use postgres::{
    Client, NoTls, Statement,
    error::SqlState,
    fallible_iterator::FallibleIterator as _,
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};
use rusqlite::{OpenFlags, params_from_iter};

use crate::{Row, StoreError, Value, address::Address, encryption::Encryption, sql};

/// How long a writer waits for another process.
pub(crate) const BUSY: Duration = Duration::from_secs(10);

pub(crate) enum Connection {
    Sqlite { connection: rusqlite::Connection, texts: RefCell<HashMap<String, String>> },
    Postgres(RefCell<Postgres>),
}

pub(crate) struct Postgres {
    client: Client,
    statements: HashMap<String, Statement>,
    /// The server ended it, or it is out of step with the server.
    ended: bool,
}

/// `force_custom_plan`: a plan kept for all values, made while a table was empty, compares every row with every value of a
/// long list (minutes, measured).
const SESSION: &str = "SET lock_timeout = '10s'; SET client_min_messages = warning; SET TIME ZONE 'UTC'; \
    SET plan_cache_mode = force_custom_plan";

/// Reads a row; `false` ends the reading.
type Read<'a> = &'a mut dyn FnMut(&Row<'_>) -> Result<bool, StoreError>;

impl Connection {
    pub(crate) fn sqlite(path: &Path, writes: bool) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = rusqlite::Connection::open_with_flags(path, flags)?;
            connection.busy_timeout(BUSY)?;
            connection.set_prepared_statement_cache_capacity(512);
            connection.execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA temp_store = FILE;",
            )?;
            // KiB of pages, taken only as they are touched: a bulk load stays in memory until it is committed.
            connection.execute_batch(if writes {
                "PRAGMA cache_size = -65536;"
            } else {
                "PRAGMA cache_size = -8192; PRAGMA query_only = ON;"
            })?;
            Ok(connection)
        };
        let connection =
            open().map_err(|error: rusqlite::Error| sqlite_error(&format!("{}", path.display()), error))?;
        Ok(Self::Sqlite { connection, texts: RefCell::default() })
    }

    pub(crate) fn postgres(url: &str) -> Result<Self, StoreError> {
        // The address may hold a password: no error repeats it.
        let address = Address::parse(url)?;
        let connected = if address.is_plain() {
            address.config.connect(NoTls)
        } else {
            address.config.connect(Encryption::new(&address.trust)?)
        };
        let mut client = connected.map_err(|error| match error.code() {
            Some(code) if NOT_NOW.contains(code) => StoreError::Crowded { source: Box::new(error) },
            _ => StoreError::database("the connection to the address in DATABASE_URL", error),
        })?;
        client.batch_execute(SESSION).map_err(|error| postgres_error("SET", error))?;
        Ok(Self::Postgres(RefCell::new(Postgres { client, statements: HashMap::new(), ended: false })))
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    pub(crate) fn is_broken(&self) -> bool {
        match self {
            Self::Sqlite { connection, .. } => !connection.is_autocommit(),
            Self::Postgres(postgres) => {
                postgres.try_borrow().is_ok_and(|postgres| postgres.ended || postgres.client.is_closed())
            }
        }
    }

    /// Marks a connection that the server ended: the client itself notices a moment later.
    pub(crate) fn put_away(&self) {
        if let Self::Postgres(postgres) = self
            && let Ok(mut postgres) = postgres.try_borrow_mut()
        {
            postgres.ended = true;
        }
    }

    /// Several statements without parameters.
    pub(crate) fn batch(&self, text: &str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite { connection, .. } => {
                connection.execute_batch(text).map_err(|error| sqlite_error(text, error))
            }
            Self::Postgres(postgres) => {
                borrow(postgres)?.client.batch_execute(text).map_err(|e| postgres_error(text, e))
            }
        }
    }

    pub(crate) fn execute(&self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        check(values)?;
        match self {
            Self::Sqlite { connection, texts } => {
                let text = sqlite_text(texts, sql);
                let mut statement =
                    connection.prepare_cached(&text).map_err(|error| sqlite_error(sql, error))?;
                let touched =
                    statement.execute(params_from_iter(values)).map_err(|error| sqlite_error(sql, error))?;
                Ok(touched as u64)
            }
            Self::Postgres(postgres) => {
                let mut postgres = borrow(postgres)?;
                let statement = postgres.prepare(sql)?;
                postgres
                    .client
                    .execute(&statement, &parameters(values))
                    .map_err(|error| postgres_error(sql, error))
            }
        }
    }

    /// Reads rows; on PostgreSQL all of them are fetched first, so the callback may run other statements.
    pub(crate) fn query(&self, sql: &str, values: &[Value], read: Read<'_>) -> Result<(), StoreError> {
        let Self::Postgres(postgres) = self else { return self.stream(sql, values, read) };
        check(values)?;
        let rows = {
            let mut postgres = borrow(postgres)?;
            let statement = postgres.prepare(sql)?;
            postgres
                .client
                .query(&statement, &parameters(values))
                .map_err(|error| postgres_error(sql, error))?
        };
        for row in &rows {
            if !read(&Row::Postgres(row))? {
                break;
            }
        }
        Ok(())
    }

    /// Reads rows one by one, holding the connection meanwhile.
    pub(crate) fn stream(&self, sql: &str, values: &[Value], read: Read<'_>) -> Result<(), StoreError> {
        check(values)?;
        match self {
            Self::Sqlite { connection, texts } => {
                let text = sqlite_text(texts, sql);
                let mut statement =
                    connection.prepare_cached(&text).map_err(|error| sqlite_error(sql, error))?;
                let mut rows =
                    statement.query(params_from_iter(values)).map_err(|error| sqlite_error(sql, error))?;
                while let Some(row) = rows.next().map_err(|error| sqlite_error(sql, error))? {
                    if !read(&Row::Sqlite(row))? {
                        break;
                    }
                }
                Ok(())
            }
            Self::Postgres(postgres) => {
                let mut postgres = borrow(postgres)?;
                let statement = postgres.prepare(sql)?;
                let mut rows = postgres
                    .client
                    .query_raw(&statement, parameters(values))
                    .map_err(|error| postgres_error(sql, error))?;
                while let Some(row) = rows.next().map_err(|error| postgres_error(sql, error))? {
                    if !read(&Row::Postgres(&row))? {
                        break;
                    }
                }
                Ok(())
            }
        }
    }

    /// Many rows: COPY on PostgreSQL, one prepared INSERT on SQLite.
    pub(crate) fn bulk(&self, table: &str, columns: &[&str], rows: &[Vec<Value>]) -> Result<(), StoreError> {
        if let Some(row) = rows.iter().find(|row| row.len() != columns.len()) {
            return Err(StoreError::Misuse(format!(
                "{table} has {} columns, a row came with {}",
                columns.len(),
                row.len()
            )));
        }
        match self {
            Self::Sqlite { connection, texts } => {
                let marks: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
                let sql =
                    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), marks.join(", "));
                let text = sqlite_text(texts, &sql);
                let mut statement =
                    connection.prepare_cached(&text).map_err(|error| sqlite_error(&sql, error))?;
                for row in rows {
                    check(row)?;
                    statement.execute(params_from_iter(row)).map_err(|error| sqlite_error(&sql, error))?;
                }
                Ok(())
            }
            Self::Postgres(postgres) => {
                let sql = format!("COPY {table} ({}) FROM STDIN", columns.join(", "));
                let mut text = Vec::new();
                for row in rows {
                    check(row)?;
                    copy_line(row, &mut text)?;
                }
                let mut postgres = borrow(postgres)?;
                let copied = copy(&mut postgres.client, &sql, &text);
                // A client whose COPY was refused takes the rest of the answer for that of the next statement.
                postgres.ended |= copied.is_err();
                copied
            }
        }
    }
}

fn copy(client: &mut Client, sql: &str, text: &[u8]) -> Result<(), StoreError> {
    let mut writer = client.copy_in(sql).map_err(|error| postgres_error(sql, error))?;
    writer.write_all(text).map_err(|error| StoreError::database(sql, error))?;
    writer.finish().map_err(|error| postgres_error(sql, error)).map(drop)
}

impl Postgres {
    fn prepare(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement =
            self.client.prepare(&sql::for_postgres(sql)).map_err(|error| postgres_error(sql, error))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

fn borrow(postgres: &RefCell<Postgres>) -> Result<std::cell::RefMut<'_, Postgres>, StoreError> {
    postgres.try_borrow_mut().map_err(|_| {
        StoreError::Misuse(
            "a statement was run while another one on the same view was still being read".to_owned(),
        )
    })
}

fn sqlite_text(texts: &RefCell<HashMap<String, String>>, sql: &str) -> String {
    if let Some(text) = texts.borrow().get(sql) {
        return text.clone();
    }
    let text = sql::for_sqlite(sql);
    texts.borrow_mut().insert(sql.to_owned(), text.clone());
    text
}

/// PostgreSQL cannot hold U+0000, so neither engine may.
fn check(values: &[Value]) -> Result<(), StoreError> {
    let clean = values.iter().all(|value| match value {
        Value::Text(text) => !text.contains('\0'),
        Value::Texts(texts) => texts.iter().all(|text| !text.contains('\0')),
        _ => true,
    });
    if clean { Ok(()) } else { Err(StoreError::Misuse("U+0000 in a text: parsers replace it".to_owned())) }
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn copy_line(row: &[Value], out: &mut Vec<u8>) -> Result<(), StoreError> {
    for (position, value) in row.iter().enumerate() {
        if position > 0 {
            out.push(b'\t');
        }
        match value {
            Value::Null => out.extend_from_slice(b"\\N"),
            Value::Integer(integer) => out.extend_from_slice(integer.to_string().as_bytes()),
            Value::Text(text) => {
                for byte in text.bytes() {
                    match byte {
                        b'\\' => out.extend_from_slice(b"\\\\"),
                        b'\t' => out.extend_from_slice(b"\\t"),
                        b'\n' => out.extend_from_slice(b"\\n"),
                        b'\r' => out.extend_from_slice(b"\\r"),
                        other => out.push(other),
                    }
                }
            }
            Value::Blob(bytes) => {
                out.extend_from_slice(b"\\\\x");
                for byte in bytes {
                    let _ = write!(out, "{byte:02x}");
                }
            }
            Value::Texts(_) | Value::Integers(_) => {
                return Err(StoreError::Misuse("a list is no column".to_owned()));
            }
        }
    }
    out.push(b'\n');
    Ok(())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Integer(integer) => ToSqlOutput::Borrowed(ValueRef::Integer(*integer)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Texts(texts) => ToSqlOutput::Owned(Owned::Text(serde_json::json!(texts).to_string())),
            Self::Integers(integers) => {
                ToSqlOutput::Owned(Owned::Text(serde_json::json!(integers).to_string()))
            }
        })
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, ty) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Integer(integer), &Type::INT8) => integer.to_sql(ty, out),
            (Self::Integer(integer), &Type::INT4) => i32::try_from(*integer)?.to_sql(ty, out),
            (Self::Integer(integer), &Type::BOOL) => (*integer != 0).to_sql(ty, out),
            (Self::Text(text), &(Type::TEXT | Type::VARCHAR | Type::UNKNOWN)) => text.to_sql(ty, out),
            (Self::Blob(bytes), &Type::BYTEA) => bytes.to_sql(ty, out),
            (Self::Texts(texts), &Type::TEXT_ARRAY) => texts.to_sql(ty, out),
            (Self::Integers(integers), &Type::INT8_ARRAY) => integers.to_sql(ty, out),
            (value, ty) => Err(format!("{value:?} given where the statement expects {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn sqlite_error(what: &str, error: rusqlite::Error) -> StoreError {
    use rusqlite::{ErrorCode, ffi};
    if let rusqlite::Error::SqliteFailure(failure, message) = &error {
        match (failure.code, failure.extended_code) {
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => {
                return StoreError::Busy { seconds: BUSY.as_secs() };
            }
            (ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_TRUNCATE) => {
                return StoreError::Full { what: first_line(what), source: Box::new(error) };
            }
            (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
                let detail = message.clone().unwrap_or_default();
                let columns = detail.rsplit(": ").next().unwrap_or_default().to_owned();
                let table = columns.split('.').next().unwrap_or_default().to_owned();
                return StoreError::Exists { table, detail: columns };
            }
            _ => {}
        }
    }
    StoreError::database(&first_line(what), error)
}

/// Why a server that is there refuses a connection: there are too many, or it is starting or stopping.
const NOT_NOW: &[SqlState] = &[SqlState::TOO_MANY_CONNECTIONS, SqlState::CANNOT_CONNECT_NOW];
/// Why a server ends a connection.
const ENDED: &[SqlState] = &[SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN];

fn postgres_error(what: &str, error: postgres::Error) -> StoreError {
    if error.is_closed() || error.code().is_some_and(|code| ENDED.contains(code)) {
        return StoreError::Ended { what: first_line(what), source: Box::new(error) };
    }
    if let Some(database) = error.as_db_error() {
        if *database.code() == SqlState::UNIQUE_VIOLATION {
            return StoreError::Exists {
                table: database.table().unwrap_or_default().to_owned(),
                detail: database.detail().unwrap_or_default().to_owned(),
            };
        }
        if *database.code() == SqlState::DISK_FULL {
            return StoreError::Full { what: first_line(what), source: Box::new(error) };
        }
        if *database.code() == SqlState::LOCK_NOT_AVAILABLE {
            return StoreError::Busy { seconds: BUSY.as_secs() };
        }
    }
    StoreError::database(&first_line(what), error)
}

fn first_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    format!("`{}`", line.chars().take(160).collect::<String>())
}
