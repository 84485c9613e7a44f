-- Need-to-know: a flaw may be known privately and publicly at once, each under its label; what private records add to an
-- account stands beside it; labels are found without reading every row. Dialect: see src/migrate.rs.

-- The same rows under another rule: a shown name is unique among the vulnerabilities of one label.
CREATE TABLE vulnerability_by_label (
  id       TEXT NOT NULL,
  shown    TEXT NOT NULL,
  summary  TEXT NOT NULL,
  audience TEXT NOT NULL,
  since    INTEGER NOT NULL,
  until    INTEGER NOT NULL,
  PRIMARY KEY (id, since),
  UNIQUE (id, until),
  UNIQUE (shown, audience, until),
  CHECK (since < until)
) STRICT;
INSERT INTO vulnerability_by_label (id, shown, summary, audience, since, until)
  SELECT id, shown, summary, audience, since, until FROM vulnerability;
DROP TABLE vulnerability;
ALTER TABLE vulnerability_by_label RENAME TO vulnerability;

-- What the private corpus of one label adds to the account of a release.
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

CREATE INDEX product_label ON product (audience, until, since) WHERE audience <> 'general';
CREATE INDEX release_label ON release (audience, until, since) WHERE audience <> 'general';
CREATE INDEX site_label ON site (audience, until, since) WHERE audience <> 'general';
CREATE INDEX unit_label ON unit (audience, until, since) WHERE audience <> 'general';
CREATE INDEX inventory_label ON inventory (audience, until, since) WHERE audience <> 'general';
CREATE INDEX source_label ON source (audience, until, since) WHERE audience <> 'general';
CREATE INDEX vulnerability_label ON vulnerability (audience, until, since) WHERE audience <> 'general';
CREATE INDEX verdict_label ON verdict (audience, until, since) WHERE audience <> 'general';
CREATE INDEX case_record_label ON case_record (audience, until, since) WHERE audience <> 'general';
CREATE INDEX decision_label ON decision (audience, until, since) WHERE audience <> 'general';
CREATE INDEX signature_label ON signature (audience, until, since) WHERE audience <> 'general';
CREATE INDEX placement_label ON placement (audience, until, since) WHERE audience <> 'general';
CREATE INDEX forgotten_label ON forgotten (audience, until, since) WHERE audience <> 'general';
CREATE INDEX ledger_label ON ledger (audience, sequence) WHERE audience <> 'general';
