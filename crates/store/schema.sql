-- What the migrations come to; a test compares. Change it by adding a migration.

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

CREATE TABLE build_evidence (
  id              TEXT NOT NULL,
  release         TEXT NOT NULL,
  kind            TEXT NOT NULL,
  image           TEXT NOT NULL,
  blob            TEXT NOT NULL,
  file_name       TEXT NOT NULL,
  subject         TEXT,
  items           INTEGER NOT NULL,
  issues          INTEGER NOT NULL,
  issues_evidence TEXT,
  audience        TEXT NOT NULL,
  since           INTEGER NOT NULL,
  until           INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX build_evidence_label ON build_evidence (audience, until, since) WHERE audience <> 'general';

CREATE INDEX build_evidence_release ON build_evidence (release, until, since);

CREATE INDEX build_evidence_since ON build_evidence (since, id);

CREATE TABLE cache_component_word (
  word      TEXT NOT NULL,
  component INTEGER NOT NULL,
  PRIMARY KEY (word, component)
) STRICT, WITHOUT ROWID;

CREATE TABLE cache_leaf (
  sequence INTEGER NOT NULL,
  noun     TEXT NOT NULL,
  side     TEXT NOT NULL,
  hashes   BLOB NOT NULL,
  PRIMARY KEY (sequence, noun, side)
) STRICT, WITHOUT ROWID;

CREATE TABLE cache_unit_count (
  product  TEXT NOT NULL,
  release  TEXT NOT NULL,
  site     TEXT NOT NULL,
  audience TEXT NOT NULL,
  units    INTEGER NOT NULL,
  since    INTEGER NOT NULL,
  until    INTEGER NOT NULL,
  PRIMARY KEY (product, release, site, audience, since)
) STRICT, WITHOUT ROWID;

CREATE INDEX cache_unit_count_open ON cache_unit_count (product, until, since, release, site, audience, units);

CREATE INDEX cache_unit_count_site ON cache_unit_count (site, until, since, product, release, audience, units);

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

CREATE INDEX case_record_due ON case_record (due, number, until, since);

CREATE INDEX case_record_label ON case_record (audience, until, since) WHERE audience <> 'general';

CREATE INDEX case_record_learned ON case_record (learned_at, number, until, since);

CREATE INDEX case_record_owner ON case_record (owner, number, until, since);

CREATE INDEX case_record_stage ON case_record (stage, number, until, since);

CREATE TABLE component (
  id             INTEGER NOT NULL,
  name           TEXT NOT NULL,
  version        TEXT,
  purl           TEXT,
  cpes           TEXT,
  supplier       TEXT,
  source_package TEXT,
  role           TEXT,
  patched        TEXT,
  identity       TEXT NOT NULL,
  since          INTEGER NOT NULL,
  until          INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (identity, until),
  CHECK (since < until)
) STRICT;

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

CREATE INDEX decision_label ON decision (audience, until, since) WHERE audience <> 'general';

CREATE INDEX decision_release ON decision (release, vulnerability, until, since);

CREATE INDEX decision_review ON decision (review_on, until, since);

CREATE INDEX decision_state ON decision (state, until, since);

CREATE INDEX decision_vulnerability ON decision (vulnerability, until, since);

CREATE TABLE evidence (
  digest TEXT PRIMARY KEY,
  body   TEXT NOT NULL,
  since  INTEGER NOT NULL
) STRICT;

CREATE INDEX evidence_since ON evidence (since, digest);

CREATE TABLE forgotten (
  subject  TEXT NOT NULL,
  site     TEXT NOT NULL,
  audience TEXT NOT NULL,
  since    INTEGER NOT NULL,
  until    INTEGER NOT NULL,
  PRIMARY KEY (subject, since),
  UNIQUE (subject, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX forgotten_label ON forgotten (audience, until, since) WHERE audience <> 'general';

CREATE TABLE inventory (
  id              TEXT NOT NULL,
  release         TEXT NOT NULL,
  blob            TEXT NOT NULL,
  format          TEXT NOT NULL,
  spec_version    TEXT NOT NULL,
  file_name       TEXT NOT NULL,
  components      INTEGER NOT NULL,
  issues          INTEGER NOT NULL,
  issues_evidence TEXT,
  distribution    TEXT,
  audience        TEXT NOT NULL,
  since           INTEGER NOT NULL,
  until           INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (release, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX inventory_label ON inventory (audience, until, since) WHERE audience <> 'general';

CREATE TABLE inventory_component (
  id        INTEGER NOT NULL,
  inventory TEXT NOT NULL,
  position  INTEGER NOT NULL,
  component INTEGER NOT NULL,
  reference TEXT NOT NULL,
  path      TEXT,
  since     INTEGER NOT NULL,
  until     INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (inventory, position, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX inventory_component_component ON inventory_component (component, inventory, until, since);

CREATE TABLE labelled_account (
  release           TEXT NOT NULL,
  audience          TEXT NOT NULL,
  sweep             TEXT NOT NULL,
  inventory         TEXT NOT NULL,
  known             INTEGER NOT NULL,
  matched           INTEGER NOT NULL,
  statement         INTEGER NOT NULL,
  fixed             INTEGER NOT NULL,
  version           INTEGER NOT NULL,
  no_such_component INTEGER NOT NULL,
  not_assessable    INTEGER NOT NULL,
  since             INTEGER NOT NULL,
  until             INTEGER NOT NULL,
  PRIMARY KEY (release, audience, since),
  UNIQUE (release, audience, until),
  CHECK (since < until)
) STRICT;

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

CREATE INDEX ledger_action ON ledger (action, sequence);

CREATE INDEX ledger_actor ON ledger (actor, sequence);

CREATE INDEX ledger_at ON ledger (at, sequence);

CREATE INDEX ledger_label ON ledger (audience, sequence) WHERE audience <> 'general';

CREATE TABLE mapping (
  id           TEXT NOT NULL,
  name         TEXT NOT NULL,
  version      TEXT,
  supplier     TEXT,
  purl         TEXT,
  scope        TEXT NOT NULL,
  release      TEXT,
  product      TEXT,
  ruling       TEXT NOT NULL,
  target       TEXT,
  version_rule TEXT NOT NULL,
  why          TEXT NOT NULL,
  decided_by   TEXT NOT NULL,
  decided_name TEXT NOT NULL,
  decided_at   TEXT NOT NULL,
  audience     TEXT NOT NULL,
  since        INTEGER NOT NULL,
  until        INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX mapping_label ON mapping (audience, until, since) WHERE audience <> 'general';

CREATE INDEX mapping_open ON mapping (until, since);

CREATE TABLE ops_attempt (
  name     TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at  TEXT NOT NULL
) STRICT;

CREATE TABLE ops_counter (
  name TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT;

CREATE TABLE ops_head (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  sequence INTEGER NOT NULL,
  hash     TEXT NOT NULL,
  at       TEXT NOT NULL
) STRICT;

CREATE TABLE ops_password (
  person     TEXT PRIMARY KEY,
  hash       TEXT NOT NULL,
  temporary  INTEGER NOT NULL,
  changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE ops_schema (
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL,
  needs  TEXT NOT NULL
) STRICT;

CREATE TABLE ops_session (
  token      TEXT PRIMARY KEY,
  person     TEXT NOT NULL,
  csrf       TEXT NOT NULL,
  created_at TEXT NOT NULL,
  seen_at    TEXT NOT NULL
) STRICT;

CREATE INDEX ops_session_person ON ops_session (person);

CREATE TABLE ops_setup (
  token      TEXT PRIMARY KEY,
  expires_at TEXT NOT NULL
) STRICT;

CREATE TABLE ops_workspace (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id  TEXT NOT NULL
) STRICT;

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

CREATE TABLE placement (
  release       TEXT NOT NULL,
  vulnerability TEXT NOT NULL,
  shown         TEXT NOT NULL,
  bucket        TEXT NOT NULL,
  audience      TEXT NOT NULL,
  since         INTEGER NOT NULL,
  until         INTEGER NOT NULL,
  PRIMARY KEY (release, vulnerability, since),
  UNIQUE (release, vulnerability, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX placement_label ON placement (audience, until, since) WHERE audience <> 'general';

CREATE TABLE product (
  id             TEXT NOT NULL,
  slug           TEXT NOT NULL,
  name           TEXT NOT NULL,
  family         TEXT,
  intended_use   TEXT,
  udi_di         TEXT,
  software_class TEXT,
  four_eyes      INTEGER NOT NULL,
  audience       TEXT NOT NULL,
  since          INTEGER NOT NULL,
  until          INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (slug, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX product_label ON product (audience, until, since) WHERE audience <> 'general';

CREATE INDEX product_name ON product (name, id, until, since);

CREATE TABLE purge (
  of_table     TEXT NOT NULL,
  row_key      TEXT NOT NULL,
  opened       INTEGER NOT NULL,
  opened_place INTEGER,
  opened_leaf  TEXT,
  closed       INTEGER,
  closed_place INTEGER,
  closed_leaf  TEXT,
  policy       TEXT NOT NULL,
  audience     TEXT NOT NULL,
  since        INTEGER NOT NULL,
  until        INTEGER NOT NULL,
  PRIMARY KEY (of_table, row_key, opened, since),
  UNIQUE (of_table, row_key, opened, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX purge_label ON purge (audience, until, since) WHERE audience <> 'general';

CREATE TABLE release (
  id             TEXT NOT NULL,
  product        TEXT NOT NULL,
  version        TEXT NOT NULL,
  parent         TEXT,
  configuration  TEXT,
  released_on    TEXT,
  stage          TEXT NOT NULL,
  complete_roles TEXT NOT NULL,
  audience       TEXT NOT NULL,
  since          INTEGER NOT NULL,
  until          INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (product, version, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX release_label ON release (audience, until, since) WHERE audience <> 'general';

CREATE INDEX release_released_on ON release (COALESCE(released_on, ''), id, until, since);

CREATE INDEX release_version ON release (version, id, until, since);

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

CREATE INDEX signature_label ON signature (audience, until, since) WHERE audience <> 'general';

CREATE INDEX signature_person ON signature (person, until, since);

CREATE INDEX signature_record ON signature (record, until, since);

CREATE TABLE site (
  id       TEXT NOT NULL,
  name     TEXT NOT NULL,
  customer TEXT,
  country  TEXT NOT NULL,
  city     TEXT,
  contact  TEXT,
  audience TEXT NOT NULL,
  since    INTEGER NOT NULL,
  until    INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (name, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX site_country ON site (country, id, until, since);

CREATE INDEX site_label ON site (audience, until, since) WHERE audience <> 'general';

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

CREATE INDEX source_label ON source (audience, until, since) WHERE audience <> 'general';

CREATE TABLE "sweep" (
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
  corpus      TEXT,
  since       INTEGER NOT NULL,
  until       INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX sweep_since ON sweep (since, id);

CREATE TABLE unit (
  id           TEXT NOT NULL,
  serial       TEXT NOT NULL,
  product      TEXT NOT NULL,
  release      TEXT,
  site         TEXT,
  udi_di       TEXT,
  udi_pi       TEXT,
  installed_at TEXT,
  audience     TEXT NOT NULL,
  since        INTEGER NOT NULL,
  until        INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (product, serial, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX unit_count ON unit (product, release, site, audience, until, since);

CREATE INDEX unit_label ON unit (audience, until, since) WHERE audience <> 'general';

CREATE INDEX unit_release ON unit (release, serial, id, until, since);

CREATE INDEX unit_serial ON unit (serial, id, until, since);

CREATE INDEX unit_site ON unit (site, serial, id, until, since);

CREATE TABLE "verdict" (
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
  corpus        TEXT,
  since         INTEGER NOT NULL,
  until         INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (component, vulnerability, audience, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX verdict_label ON verdict (audience, until, since) WHERE audience <> 'general';

CREATE INDEX verdict_vulnerability ON verdict (vulnerability, until, since);

CREATE TABLE "vulnerability" (
  id       TEXT NOT NULL,
  shown    TEXT NOT NULL,
  summary  TEXT NOT NULL,
  audience TEXT NOT NULL,
  corpus   TEXT,
  since    INTEGER NOT NULL,
  until    INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  CHECK (since < until)
) STRICT;

CREATE INDEX vulnerability_label ON vulnerability (audience, until, since) WHERE audience <> 'general';

CREATE UNIQUE INDEX vulnerability_shown ON vulnerability (shown, audience, COALESCE(corpus, ''), until);

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
