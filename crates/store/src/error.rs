//! What can go wrong at the record, said so that a person knows what to do next.

/// An error of the record or its files.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database answered with an error.
    #[error("the database refused {what}")]
    Database {
        /// The statement or step.
        what: String,
        /// The engine's own words.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Somebody else kept the write lock for longer than the busy timeout.
    #[error(
        "the record is busy: another process has been writing for more than {seconds} s; try again when it is done"
    )]
    Busy {
        /// How long we waited.
        seconds: u64,
    },
    /// `DATABASE_URL` cannot be used as it is. The text never repeats it.
    #[error("DATABASE_URL: {0}")]
    Address(String),
    /// The database could not grow.
    #[error("there is no room for {what}: the disk is full, or a limit on the size of files is reached")]
    Full {
        /// The statement or step.
        what: String,
        /// The engine's own words.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database server ended the connection: it was stopped, or an operator did it.
    #[error("the database server ended the connection during {what}")]
    Ended {
        /// The statement or step.
        what: String,
        /// The engine's own words.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database server takes no more connections, or is starting or stopping.
    #[error("the database server takes no connection now")]
    Crowded {
        /// The engine's own words.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database was written by a later release.
    #[error("this database has schema {found}, this program knows {known}: use aftercare {needs} or later")]
    NewerSchema {
        /// The schema in the database.
        found: i64,
        /// The last one this program knows.
        known: i64,
        /// The first release that knows it.
        needs: String,
    },
    /// The database belongs to another workspace.
    #[error(
        "this database belongs to workspace {found}, the folder says {expected}: check DATABASE_URL and --workspace"
    )]
    OtherWorkspace {
        /// In the database.
        found: String,
        /// In the folder.
        expected: String,
    },
    /// A row is not there or not open.
    #[error("{table} {key} is not open, so it cannot be closed or replaced")]
    NotOpen {
        /// Table.
        table: &'static str,
        /// Key values.
        key: String,
    },
    /// A row with this key or natural key is open already.
    #[error("{table}: there is already one like this ({detail})")]
    Exists {
        /// Table.
        table: String,
        /// The engine's words.
        detail: String,
    },
    /// A stored value is not what the column promises.
    #[error("column {column} holds {found}, expected {expected}: run `aftercare verify`")]
    Column {
        /// Position in the row, from 0.
        column: usize,
        /// What was expected.
        expected: &'static str,
        /// What was there.
        found: String,
    },
    /// A file could not be read or written.
    #[error("{what} {path}")]
    File {
        /// What was tried, such as `cannot write`.
        what: &'static str,
        /// Which file.
        path: String,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// Another process holds a lock of the workspace.
    #[error(
        "another {name} is running on this workspace (process {pid} on {host}, since {since}): stop it or wait for it"
    )]
    Locked {
        /// Which lock.
        name: String,
        /// The holder.
        pid: u32,
        /// Its machine.
        host: String,
        /// Since when.
        since: String,
    },
    /// Stored content does not match what names it.
    #[error("{what}: run `aftercare verify` and restore from a backup")]
    Damaged {
        /// What and where.
        what: String,
    },
    /// A caller broke a rule of the record; a defect of this program.
    #[error("the record refused a wrong use: {0}")]
    Misuse(String),
}

impl StoreError {
    /// A stored value that a noun cannot read back, with the word that was found.
    #[must_use]
    pub fn unreadable(column: usize, expected: &'static str, found: &str) -> Self {
        Self::Column { column, expected, found: format!("\"{found}\"") }
    }

    pub(crate) fn file(what: &'static str, path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File { what, path: path.display().to_string(), source }
    }

    pub(crate) fn database(what: &str, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Database { what: what.to_owned(), source: Box::new(source) }
    }
}
