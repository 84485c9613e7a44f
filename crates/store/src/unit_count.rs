//! Counters of units, kept with every act that opens or closes units: lists need totals, and counting a fleet takes a third of a
//! second. They are revisions, so they tell the count as of every moment, and can be made anew from the units at any time.
//!
//! Not here: what is counted for whom (`unit`, `product`, `release`, `site`).

use std::collections::BTreeMap;

use domain::{id::UnitId, unit::Unit};

use crate::{OPEN, Ops, Store, StoreError, Table, Tx, Value, View};

/// Counters; an empty release or site is one that is not known.
const UNIT_COUNT: Table = Table {
    name: "cache_unit_count",
    key: &["product", "release", "site", "audience"],
    columns: &["product", "release", "site", "audience", "units", "since", "until"],
    sealed: &[],
};

/// Product, release, site, label.
type Place = (String, String, String, String);

/// By how much the counters change.
#[derive(Debug, Default)]
pub(crate) struct Change(BTreeMap<Place, i64>);

impl Change {
    /// These units come.
    pub(crate) fn opened<'u>(&mut self, units: impl IntoIterator<Item = &'u Unit>) {
        for unit in units {
            let release = unit.release.as_ref().map(|release| release.0.clone()).unwrap_or_default();
            let site = unit.site.as_ref().map(|site| site.0.clone()).unwrap_or_default();
            let place = (unit.product.0.clone(), release, site, unit.audience.0.clone());
            *self.0.entry(place).or_default() += 1;
        }
    }

    /// These open units go; before they are closed.
    pub(crate) fn closing(&mut self, tx: &Tx<'_>, ids: &[UnitId]) -> Result<(), StoreError> {
        let ids: Vec<String> = ids.iter().map(|id| id.0.clone()).collect();
        for chunk in ids.chunks(5_000) {
            let rows = tx.rows(CLOSING, &[OPEN.into(), chunk.into()], |row| {
                Ok(((row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?), row.integer(4)?))
            })?;
            for (place, units) in rows {
                *self.0.entry(place).or_default() -= units;
            }
        }
        Ok(())
    }

    /// Writes the counters on. An act that changes a counter several times leaves what a recount would: one revision.
    pub(crate) fn apply(self, tx: &Tx<'_>) -> Result<(), StoreError> {
        let (sequence, mut ops) = (tx.sequence(), tx.ops());
        let mut products: Vec<String> = self.0.keys().map(|place| place.0.clone()).collect();
        products.dedup();
        let mut counted: BTreeMap<Place, Counter> = BTreeMap::new();
        tx.rows(COUNTED, &[OPEN.into(), sequence.into(), products.into()], |row| {
            let place = (row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?);
            let (units, since, until) = (row.integer(4)?, row.integer(5)?, row.integer(6)?);
            let counter = counted.entry(place).or_default();
            if since < sequence {
                counter.before = Some((units, since));
            } else {
                counter.begun = true;
            }
            if until == OPEN {
                counter.now = units;
            }
            Ok(())
        })?;
        let mut fresh = Vec::new();
        for (place, change) in self.0.into_iter().filter(|(_, change)| *change != 0) {
            let counter = counted.remove(&place).unwrap_or_default();
            let units = counter.now + change;
            let (product, release, site, audience) = place;
            let key: [Value; 4] = [product.into(), release.into(), site.into(), audience.into()];
            let [a, b, c, d] = key.clone();
            if counter.begun {
                ops.execute(FORGET, &[a.clone(), b.clone(), c.clone(), d.clone(), sequence.into()])?;
            }
            let as_before = counter.before.is_some_and(|(before, _)| before == units);
            if let Some((_, since)) = counter.before {
                let until = if as_before { OPEN } else { sequence };
                ops.execute(ENDS, &[a, b, c, d, since.into(), until.into()])?;
            }
            if units > 0 && !as_before {
                fresh.push(key.into_iter().chain([units.into(), sequence.into(), OPEN.into()]).collect());
            }
        }
        if fresh.is_empty() { Ok(()) } else { ops.bulk(&UNIT_COUNT, &fresh) }
    }
}

/// A counter as an act finds it.
#[derive(Default)]
struct Counter {
    /// The revision before this act: units and since.
    before: Option<(i64, i64)>,
    /// This act has begun a revision already.
    begun: bool,
    now: i64,
}

impl Store {
    /// Makes the counters of units anew from the units, for every moment; answers how many there are.
    pub fn recount_units(&self) -> Result<u64, StoreError> {
        self.operate(recount)
    }

    /// Whether the counters are what a recount would give. Reads only.
    pub fn unit_counts_agree(&self) -> Result<bool, StoreError> {
        self.read(domain::ledger::AsOf::Now, |view| Ok(differing(view)? == 0))
    }
}

/// How many revisions of counters are not what a recount would give.
pub(crate) fn differing(view: &View<'_>) -> Result<i64, StoreError> {
    Ok(view.row(DIFFERING, &[OPEN.into()], |row| row.integer(0))?.unwrap_or_default())
}

/// The same inside a write that destroyed units.
pub(crate) fn recount(ops: &mut Ops<'_>) -> Result<u64, StoreError> {
    ops.execute(EMPTY, &[])?;
    ops.execute(RECOUNT, &[OPEN.into()])
}

/// Fills the table when it comes into a workspace that has units already.
pub(crate) const FILL: &str = RECOUNT;

macro_rules! counted_from_units {
    () => {
        "SELECT product, release, site, audience, units, since, until FROM ( \
         SELECT product, release, site, audience, entry AS since, \
         LEAD(entry, 1, CAST($1 AS BIGINT)) OVER (PARTITION BY product, release, site, audience ORDER BY entry) AS until, \
         CAST(SUM(change) OVER (PARTITION BY product, release, site, audience ORDER BY entry) AS BIGINT) AS units FROM ( \
         SELECT product, release, site, audience, entry, SUM(change) AS change FROM ( \
         SELECT u.product AS product, COALESCE(u.release, '') AS release, COALESCE(u.site, '') AS site, u.audience AS audience, \
         u.since AS entry, COUNT(*) AS change FROM unit u GROUP BY u.product, COALESCE(u.release, ''), COALESCE(u.site, ''), \
         u.audience, u.since UNION ALL \
         SELECT u.product, COALESCE(u.release, ''), COALESCE(u.site, ''), u.audience, u.until, -COUNT(*) FROM unit u \
         WHERE u.until < $1 GROUP BY u.product, COALESCE(u.release, ''), COALESCE(u.site, ''), u.audience, u.until) e \
         GROUP BY product, release, site, audience, entry HAVING SUM(change) <> 0) d) counted WHERE units > 0"
    };
}
const EMPTY: &str = "DELETE FROM cache_unit_count";
const RECOUNT: &str = concat!(
    "INSERT INTO cache_unit_count (product, release, site, audience, units, since, until) ",
    counted_from_units!()
);
const DIFFERING: &str = concat!(
    "SELECT COUNT(*) FROM (SELECT product, release, site, audience, units, since, until FROM ( \
     SELECT product, release, site, audience, units, since, until FROM cache_unit_count UNION ALL SELECT product, release, site, audience, units, since, until FROM (",
    counted_from_units!(),
    ") recounted) both_of_them GROUP BY product, release, site, audience, units, since, until HAVING COUNT(*) <> 2) differing"
);
const CLOSING: &str = "SELECT u.product, COALESCE(u.release, ''), COALESCE(u.site, ''), u.audience, COUNT(*) FROM unit u \
    WHERE u.until = $1 AND u.id IN (LIST $2) \
    GROUP BY u.product, COALESCE(u.release, ''), COALESCE(u.site, ''), u.audience";
const COUNTED: &str = "SELECT c.product, c.release, c.site, c.audience, c.units, c.since, c.until FROM cache_unit_count c \
    WHERE (c.until = $1 OR c.until = $2) AND c.product IN (LIST $3)";
const ENDS: &str = "UPDATE cache_unit_count SET until = $6 \
    WHERE product = $1 AND release = $2 AND site = $3 AND audience = $4 AND since = $5";
const FORGET: &str = "DELETE FROM cache_unit_count \
    WHERE product = $1 AND release = $2 AND site = $3 AND audience = $4 AND since = $5";
