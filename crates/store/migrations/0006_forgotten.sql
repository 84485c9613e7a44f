-- Who was forgotten. Dialect: see src/migrate.rs.

-- Whose contact was forgotten. A restored backup brings keys back: this list is applied before anybody can use them.
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
