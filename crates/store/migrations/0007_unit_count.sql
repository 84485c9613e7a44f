-- How many units of a product have a release at a site, by label: revisions like the record's, made from `unit` and rebuildable
-- from it (store/src/unit_count.rs). An empty release or site is one that is not known.
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
