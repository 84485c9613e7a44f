-- The desk: people, cases, decisions, signatures; passwords and sessions beside them. See src/migrate.rs for the dialect.

-- roles and audiences: words joined by one space, sorted.
CREATE TABLE person (
  id        TEXT NOT NULL,
  name      TEXT NOT NULL,
  email     TEXT NOT NULL,
  active    INTEGER NOT NULL CHECK (active IN (0, 1)),
  roles     TEXT NOT NULL,
  audiences TEXT NOT NULL,
  audience  TEXT NOT NULL,
  since     INTEGER NOT NULL,
  until     INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (email, until),
  CHECK (since < until)
) STRICT;
CREATE INDEX person_name ON person (name, id, until, since);

-- "case" is a word of SQL.
CREATE TABLE case_record (
  id             TEXT NOT NULL,
  number         INTEGER NOT NULL,
  vulnerability  TEXT NOT NULL,
  title          TEXT NOT NULL,
  stage          TEXT NOT NULL,
  owner          TEXT,
  due            TEXT,
  learned_at     TEXT NOT NULL,
  harm           TEXT,
  exploitability TEXT,
  harm_path      TEXT,
  audience       TEXT NOT NULL,
  since          INTEGER NOT NULL,
  until          INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (number, until),
  UNIQUE (vulnerability, until),
  CHECK (since < until)
) STRICT;
CREATE INDEX case_record_stage ON case_record (stage, number, until, since);
CREATE INDEX case_record_due ON case_record (due, number, until, since);
CREATE INDEX case_record_learned ON case_record (learned_at, number, until, since);
CREATE INDEX case_record_owner ON case_record (owner, number, until, since);

-- One record per fielded version, even when one act signs many.
CREATE TABLE decision (
  id               TEXT NOT NULL,
  case_id          TEXT NOT NULL,
  release          TEXT NOT NULL,
  vulnerability    TEXT NOT NULL,
  names            TEXT NOT NULL,
  status           TEXT NOT NULL,
  justification    TEXT,
  impact_statement TEXT,
  action_statement TEXT,
  risk             TEXT,
  rationale        TEXT NOT NULL,
  preconditions    TEXT NOT NULL,
  review_on        TEXT,
  assessor         TEXT NOT NULL,
  state            TEXT NOT NULL,
  follows          TEXT,
  audience         TEXT NOT NULL,
  since            INTEGER NOT NULL,
  until            INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  CHECK (since < until)
) STRICT;
CREATE INDEX decision_case ON decision (case_id, until, since);
CREATE INDEX decision_release ON decision (release, vulnerability, until, since);
CREATE INDEX decision_vulnerability ON decision (vulnerability, until, since);
CREATE INDEX decision_state ON decision (state, until, since);
CREATE INDEX decision_review ON decision (review_on, until, since);

-- Never closed: a signature that no longer holds shows so, because its digest is not that of the record's open version.
CREATE TABLE signature (
  id             TEXT NOT NULL,
  noun           TEXT NOT NULL,
  record         TEXT NOT NULL,
  digest         TEXT NOT NULL,
  person         TEXT NOT NULL,
  printed_name   TEXT NOT NULL,
  meaning        TEXT NOT NULL,
  statement      TEXT NOT NULL,
  signed_at      TEXT NOT NULL,
  authentication TEXT NOT NULL,
  audience       TEXT NOT NULL,
  since          INTEGER NOT NULL,
  until          INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  CHECK (since < until)
) STRICT;
CREATE INDEX signature_record ON signature (record, until, since);
CREATE INDEX signature_person ON signature (person, until, since);

CREATE INDEX ledger_action ON ledger (action, sequence);

-- Password hashes never reach the ledger. temporary = set by somebody else than its owner: good to sign in, not to sign.
CREATE TABLE ops_password (
  person     TEXT PRIMARY KEY,
  hash       TEXT NOT NULL,
  temporary  INTEGER NOT NULL,
  changed_at TEXT NOT NULL
) STRICT;

-- Failures in a row, by SHA-256 of the sign-in name, whether or not anybody has it.
CREATE TABLE ops_attempt (
  name     TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at  TEXT NOT NULL
) STRICT;

CREATE TABLE ops_session (
  token      TEXT PRIMARY KEY,
  person     TEXT NOT NULL,
  csrf       TEXT NOT NULL,
  created_at TEXT NOT NULL,
  seen_at    TEXT NOT NULL
) STRICT;
CREATE INDEX ops_session_person ON ops_session (person);

-- One-time links, by SHA-256 of their token.
CREATE TABLE ops_setup (
  token      TEXT PRIMARY KEY,
  expires_at TEXT NOT NULL
) STRICT;
