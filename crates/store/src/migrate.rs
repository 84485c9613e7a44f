//! Schema versions. Migrations are append-only: nullable columns or new tables, never a backfill of the record.
//!
//! Dialect of `migrations/*.sql`: SQLite STRICT with the words INTEGER, TEXT and BLOB; no JSON, no functions, no foreign keys
//! between revisions, `--` comments only. PostgreSQL gets the same text with words rewritten (`sql.rs`).

use crate::{StoreError, connection::Connection, sql};

/// One step of the schema.
struct Migration {
    number: i64,
    name: &'static str,
    text: &'static str,
    /// The first release that knows it.
    needs: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "ledger",
        text: include_str!("../migrations/0001_ledger.sql"),
        needs: "0.1.0",
    },
    Migration {
        number: 2,
        name: "portfolio",
        text: include_str!("../migrations/0002_portfolio.sql"),
        needs: "0.1.0",
    },
    Migration {
        number: 3,
        name: "watch",
        text: include_str!("../migrations/0003_watch.sql"),
        needs: "0.1.0",
    },
    Migration { number: 4, name: "desk", text: include_str!("../migrations/0004_desk.sql"), needs: "0.1.0" },
    Migration {
        number: 5,
        name: "record",
        text: include_str!("../migrations/0005_record.sql"),
        needs: "0.1.0",
    },
    Migration {
        number: 6,
        name: "forgotten",
        text: include_str!("../migrations/0006_forgotten.sql"),
        needs: "0.1.0",
    },
    Migration {
        number: 7,
        name: "unit_count",
        text: include_str!("../migrations/0007_unit_count.sql"),
        needs: "0.1.0",
    },
    Migration {
        number: 8,
        name: "need_to_know",
        text: include_str!("../migrations/0008_need_to_know.sql"),
        needs: "0.1.0",
    },
    Migration {
        number: 9,
        name: "sweep",
        text: include_str!("../migrations/0009_sweep.sql"),
        needs: "0.1.0",
    },
    Migration {
        number: 10,
        name: "build_evidence",
        text: include_str!("../migrations/0010_build_evidence.sql"),
        needs: "0.1.0",
    },
    Migration {
        number: 11,
        name: "mapping",
        text: include_str!("../migrations/0011_mapping.sql"),
        needs: "0.1.0",
    },
    Migration {
        number: 12,
        name: "purge",
        text: include_str!("../migrations/0012_purge.sql"),
        needs: "0.1.0",
    },
];

/// Brings the schema up to date in one transaction; refuses a newer one.
pub(crate) fn run(connection: &Connection) -> Result<(), StoreError> {
    connection.batch(if connection.is_sqlite() { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
    let outcome = steps(connection);
    let end = connection.batch(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" });
    outcome.and(end)
}

fn steps(connection: &Connection) -> Result<(), StoreError> {
    if !connection.is_sqlite() {
        connection.batch("SELECT pg_advisory_xact_lock(7262411)")?;
    }
    let create = if connection.is_sqlite() { SCHEMA.to_owned() } else { sql::migration_for_postgres(SCHEMA) };
    connection.batch(&create)?;
    let mut found: (i64, String) = (0, String::new());
    connection.query(FOUND, &[], &mut |row| {
        found = (row.integer(0)?, row.text(1)?);
        Ok(true)
    })?;
    let known = MIGRATIONS.last().map_or(0, |migration| migration.number);
    if found.0 > known {
        return Err(StoreError::NewerSchema { found: found.0, known, needs: found.1 });
    }
    for migration in MIGRATIONS.iter().filter(|migration| migration.number > found.0) {
        if connection.is_sqlite() {
            connection.batch(migration.text)?;
        } else {
            connection.batch(&sql::migration_for_postgres(migration.text))?;
        }
        if migration.number == 1 {
            connection.execute(FIRST_HEAD, &[crate::entry::GENESIS.into()])?;
        }
        if migration.name == "unit_count" {
            connection.execute(crate::unit_count::FILL, &[crate::OPEN.into()])?;
        }
        connection
            .execute(APPLIED, &[migration.number.into(), migration.name.into(), migration.needs.into()])?;
    }
    Ok(())
}

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS ops_schema (
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL,
  needs  TEXT NOT NULL
) STRICT;";
const FOUND: &str = "SELECT number, needs FROM ops_schema ORDER BY number DESC LIMIT 1";
const FIRST_HEAD: &str = "INSERT INTO ops_head (one, sequence, hash, at) VALUES (1, 0, $1, '')";
const APPLIED: &str = "INSERT INTO ops_schema (number, name, needs) VALUES ($1, $2, $3)";
