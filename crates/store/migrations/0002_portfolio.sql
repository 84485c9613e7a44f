-- The portfolio: products, releases, sites, units, inventories, components. Every table here but cache_* is record.

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
CREATE INDEX product_name ON product (name, id, until, since);

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
CREATE INDEX release_version ON release (version, id, until, since);
CREATE INDEX release_released_on ON release (COALESCE(released_on, ''), id, until, since);

-- contact holds ciphertext only.
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

-- installed_at is the time in the field; since is the time in the ledger.
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
CREATE INDEX unit_serial ON unit (serial, id, until, since);
CREATE INDEX unit_release ON unit (release, serial, id, until, since);
-- Counting by product, release and site reads this index alone.
CREATE INDEX unit_count ON unit (product, release, site, audience, until, since);
CREATE INDEX unit_site ON unit (site, serial, id, until, since);

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

-- Distinct identities. They carry no label of their own: a component is known to whoever may know an inventory with it.
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

-- Words a component is found by ("where is log4j"), lower case; rebuildable from component.
CREATE TABLE cache_component_word (
  word      TEXT NOT NULL,
  component INTEGER NOT NULL,
  PRIMARY KEY (word, component)
) STRICT, WITHOUT ROWID;
