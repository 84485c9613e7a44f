-- The labelled part of the portfolio is swept apart: which corpus speaks where that is not the one of the row's own label.
-- Nothing there = the corpus of the label, as in every row so far. Dialect: see src/migrate.rs.

-- The same rows under another rule: a shown name is unique among the vulnerabilities of one label and one corpus.
CREATE TABLE vulnerability_by_corpus (
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
INSERT INTO vulnerability_by_corpus (id, shown, summary, audience, since, until)
  SELECT id, shown, summary, audience, since, until FROM vulnerability;
DROP TABLE vulnerability;
ALTER TABLE vulnerability_by_corpus RENAME TO vulnerability;
CREATE UNIQUE INDEX vulnerability_shown ON vulnerability (shown, audience, COALESCE(corpus, ''), until);
CREATE INDEX vulnerability_label ON vulnerability (audience, until, since) WHERE audience <> 'general';

-- One verdict on a component and a vulnerability for each label: what two labels hold, each is told for itself.
CREATE TABLE verdict_by_label (
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
INSERT INTO verdict_by_label (id, component, vulnerability, state, class, reason, conditional, statement, evidence, audience, since, until)
  SELECT id, component, vulnerability, state, class, reason, conditional, statement, evidence, audience, since, until FROM verdict;
DROP TABLE verdict;
ALTER TABLE verdict_by_label RENAME TO verdict;
CREATE INDEX verdict_label ON verdict (audience, until, since) WHERE audience <> 'general';
CREATE INDEX verdict_vulnerability ON verdict (vulnerability, until, since);

CREATE TABLE sweep_by_corpus (
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
INSERT INTO sweep_by_corpus (id, snapshot, engine, portfolio, inventories, components, verdicts, opened, closed, result, started_at, ended_at, audience, since, until)
  SELECT id, snapshot, engine, portfolio, inventories, components, verdicts, opened, closed, result, started_at, ended_at, audience, since, until FROM sweep;
DROP TABLE sweep;
ALTER TABLE sweep_by_corpus RENAME TO sweep;
CREATE INDEX sweep_since ON sweep (since, id);
