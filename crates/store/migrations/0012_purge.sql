-- What is left of destroyed rows. Dialect: see src/migrate.rs.

-- Where the leaves of a destroyed row, text or file lay in their entries and what their hashes are, so that every root still
-- holds. `place` counts from 0. A file has no leaf; what was never closed has no closing. Never closed itself.
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
