-- What a build left behind about the image of a release. Dialect: see src/migrate.rs.

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
CREATE INDEX build_evidence_release ON build_evidence (release, until, since);
CREATE INDEX build_evidence_since ON build_evidence (since, id);
CREATE INDEX build_evidence_label ON build_evidence (audience, until, since) WHERE audience <> 'general';
