-- What people said of parts without an identity. Dialect: see src/migrate.rs.

-- name, version, supplier, purl: the part as its document writes it. release or product: where it holds, by its scope.
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
CREATE INDEX mapping_open ON mapping (until, since);
CREATE INDEX mapping_label ON mapping (audience, until, since) WHERE audience <> 'general';
