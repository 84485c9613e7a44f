-- Where decided vulnerabilities fall by the machine's word, and where in an entry a leaf lies. Dialect: see src/migrate.rs.

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

-- The first bytes of each leaf's hash, in order, eight a leaf: they tell which row is damaged. The proof is the entry's root.
CREATE TABLE cache_leaf (
  sequence INTEGER NOT NULL,
  noun     TEXT NOT NULL,
  side     TEXT NOT NULL,
  hashes   BLOB NOT NULL,
  PRIMARY KEY (sequence, noun, side)
) STRICT, WITHOUT ROWID;
