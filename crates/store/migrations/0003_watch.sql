-- The watch: snapshots of the corpus, sources, vulnerabilities, verdicts, sweeps. Dialect: see src/migrate.rs.

-- One row per import that changed the corpus; id is the SHA-256 of the manifest.
CREATE TABLE snapshot (
  id          TEXT NOT NULL,
  engine      TEXT NOT NULL,
  packs       INTEGER NOT NULL,
  records     INTEGER NOT NULL,
  imported_at TEXT NOT NULL,
  audience    TEXT NOT NULL,
  since       INTEGER NOT NULL,
  until       INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  CHECK (since < until)
) STRICT;
CREATE INDEX snapshot_since ON snapshot (since, id);

CREATE TABLE source (
  name        TEXT NOT NULL,
  snapshot    TEXT NOT NULL,
  records     INTEGER NOT NULL,
  watermark   TEXT,
  refused     INTEGER NOT NULL,
  state       TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  audience    TEXT NOT NULL,
  since       INTEGER NOT NULL,
  until       INTEGER NOT NULL,
  PRIMARY KEY (name, since),
  UNIQUE (name, until),
  CHECK (since < until)
) STRICT;

-- Alias groups that touch the portfolio.
CREATE TABLE vulnerability (
  id       TEXT NOT NULL,
  shown    TEXT NOT NULL,
  summary  TEXT NOT NULL,
  audience TEXT NOT NULL,
  since    INTEGER NOT NULL,
  until    INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (shown, until),
  CHECK (since < until)
) STRICT;

CREATE TABLE vulnerability_name (
  vulnerability TEXT NOT NULL,
  name          TEXT NOT NULL,
  since         INTEGER NOT NULL,
  until         INTEGER NOT NULL,
  PRIMARY KEY (vulnerability, name, since),
  UNIQUE (vulnerability, name, until),
  CHECK (since < until)
) STRICT;
CREATE INDEX vulnerability_name_name ON vulnerability_name (name, until, since);

CREATE TABLE verdict (
  id            INTEGER NOT NULL,
  component     INTEGER NOT NULL,
  vulnerability TEXT NOT NULL,
  state         TEXT NOT NULL,
  class         TEXT,
  reason        TEXT NOT NULL,
  conditional   INTEGER NOT NULL,
  statement     TEXT,
  evidence      TEXT NOT NULL,
  audience      TEXT NOT NULL,
  since         INTEGER NOT NULL,
  until         INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (component, vulnerability, until),
  CHECK (since < until)
) STRICT;
CREATE INDEX verdict_vulnerability ON verdict (vulnerability, until, since);

-- A conditional verdict, answered for one inventory.
CREATE TABLE settlement (
  id        INTEGER NOT NULL,
  verdict   INTEGER NOT NULL,
  inventory TEXT NOT NULL,
  state     TEXT NOT NULL,
  class     TEXT,
  reason    TEXT NOT NULL,
  evidence  TEXT NOT NULL,
  since     INTEGER NOT NULL,
  until     INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (verdict, inventory, until),
  CHECK (since < until)
) STRICT;

-- Receipts. Never closed.
CREATE TABLE sweep (
  id          TEXT NOT NULL,
  snapshot    TEXT NOT NULL,
  engine      TEXT NOT NULL,
  portfolio   TEXT NOT NULL,
  inventories INTEGER NOT NULL,
  components  INTEGER NOT NULL,
  verdicts    INTEGER NOT NULL,
  opened      INTEGER NOT NULL,
  closed      INTEGER NOT NULL,
  result      TEXT NOT NULL,
  started_at  TEXT NOT NULL,
  ended_at    TEXT NOT NULL,
  audience    TEXT NOT NULL,
  since       INTEGER NOT NULL,
  until       INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  CHECK (since < until)
) STRICT;
CREATE INDEX sweep_since ON sweep (since, id);

-- What the last sweep that counted something else counted for a release.
CREATE TABLE account (
  release           TEXT NOT NULL,
  sweep             TEXT NOT NULL,
  inventory         TEXT NOT NULL,
  known             INTEGER NOT NULL,
  matched           INTEGER NOT NULL,
  statement         INTEGER NOT NULL,
  fixed             INTEGER NOT NULL,
  version           INTEGER NOT NULL,
  no_such_component INTEGER NOT NULL,
  not_assessable    INTEGER NOT NULL,
  components        INTEGER NOT NULL,
  class_a           INTEGER NOT NULL,
  class_b           INTEGER NOT NULL,
  class_c           INTEGER NOT NULL,
  class_d           INTEGER NOT NULL,
  undecided         INTEGER NOT NULL,
  blind_spots       INTEGER NOT NULL,
  since             INTEGER NOT NULL,
  until             INTEGER NOT NULL,
  PRIMARY KEY (release, since),
  UNIQUE (release, until),
  CHECK (since < until)
) STRICT;
