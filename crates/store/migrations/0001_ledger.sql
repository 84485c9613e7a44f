-- The spine: ledger, evidence, head, counters. Dialect: SQLite STRICT with the words INTEGER, TEXT, BLOB (see src/migrate.rs).

CREATE TABLE ledger (
  sequence       INTEGER PRIMARY KEY,
  at             TEXT NOT NULL,
  actor          TEXT NOT NULL,
  actor_name     TEXT NOT NULL,
  authentication TEXT NOT NULL,
  action         TEXT NOT NULL,
  reason         TEXT NOT NULL,
  summary        TEXT NOT NULL,
  audience       TEXT NOT NULL,
  body           TEXT NOT NULL,
  previous       TEXT NOT NULL,
  hash           TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX ledger_at ON ledger (at, sequence);
CREATE INDEX ledger_actor ON ledger (actor, sequence);

-- Large text, once, named by the SHA-256 of its bytes. since = the entry that laid it down first; it is never closed.
CREATE TABLE evidence (
  digest TEXT PRIMARY KEY,
  body   TEXT NOT NULL,
  since  INTEGER NOT NULL
) STRICT;
CREATE INDEX evidence_since ON evidence (since, digest);

-- One row: locked first by every write, so the order of numbers is the order of commits.
CREATE TABLE ops_head (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  sequence INTEGER NOT NULL,
  hash     TEXT NOT NULL,
  at       TEXT NOT NULL
) STRICT;

-- Numbers drawn under the head lock; last = the last one given out.
CREATE TABLE ops_counter (
  name TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT;

-- One row once the workspace is known: which workspace this database belongs to.
CREATE TABLE ops_workspace (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id  TEXT NOT NULL
) STRICT;
