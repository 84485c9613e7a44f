//! What can be rebuilt from the record, rebuilt and compared: caches, counters, what sweeps counted.
//!
//! Not here: the record itself (`verify`), which is taken for whole.

use std::collections::{BTreeMap, BTreeSet};

use domain::{audience::Audience, component::words};

use crate::{
    Counter, StoreError, Table, View,
    case::CASE,
    component::{COMPONENT, component},
    damage::{Damage, damage, unreadable},
    digest::{PREFIX, Prefix, prefix},
    inventory::INVENTORY_COMPONENT,
    labelled_account::LABELLED_ACCOUNT,
    locate::LEAF_TABLE,
    purged::PurgedLeaves,
    sweep::ACCOUNT,
    unit::UNIT,
    unit_count,
    verdict::{SETTLEMENT, VERDICT, speaks_of_release},
    walk::{EVIDENCE_TABLE, Found, Side, walk},
};

/// Compares everything; the first difference is the damage.
pub(crate) fn compare(view: &View<'_>, tables: &[&Table], purged: &PurgedLeaves) -> Result<(), Damage> {
    let known = |table: &Table| tables.iter().any(|one| one.name == table.name);
    if known(&COMPONENT) {
        component_words(view).map_err(|error| unreadable(WORDS_TABLE, &error))??;
    }
    if known(&UNIT) {
        unit_counts(view).map_err(|error| unreadable(UNIT_COUNT, &error))??;
    }
    for (counter, table, column) in COUNTERS {
        if known(table) {
            counter_of(view, *counter, table, column)
                .map_err(|error| unreadable("ops_counter", &error))??;
        }
    }
    let sides = |table| [(table, Side::Opened), (table, Side::Closed)];
    let texts = [(&EVIDENCE_TABLE, Side::Opened)];
    for (table, side) in tables.iter().copied().flat_map(sides).chain(texts) {
        leaves(view, table, side, purged).map_err(|error| unreadable(LEAF_TABLE.name, &error))??;
    }
    if known(&VERDICT) {
        sweeps(view).map_err(|error| unreadable("sweep", &error))??;
        accounts(view).map_err(|error| unreadable("account", &error))??;
    }
    Ok(())
}

/// The search words of every component, and no other.
fn component_words(view: &View<'_>) -> Result<Result<(), Damage>, StoreError> {
    let mut expected = BTreeSet::new();
    view.each(COMPONENTS, &[], |row| {
        let component = component(row, 0)?;
        expected.extend(words(&component).into_iter().map(|word| (component.id.0, word)));
        Ok(())
    })?;
    let mut foreign = None;
    view.each(WORDS, &[], |row| {
        let found = (row.integer(1)?, row.text(0)?);
        if !expected.remove(&found) && foreign.is_none() {
            foreign = Some(found);
        }
        Ok(())
    })?;
    let told = |(component, word): (i64, String), what: &str| {
        Err(damage(WORDS_TABLE, Some(format!("{word} / {component}")), None, what))
    };
    Ok(match (foreign, expected.pop_first()) {
        (Some(found), _) => told(found, "is no word of that component"),
        (None, Some(missing)) => told(missing, "is missing"),
        (None, None) => Ok(()),
    })
}

/// The units of each release and site, counted again.
fn unit_counts(view: &View<'_>) -> Result<Result<(), Damage>, StoreError> {
    Ok(match unit_count::differing(view)? {
        0 => Ok(()),
        count => Err(damage(
            UNIT_COUNT,
            None,
            None,
            &format!("{count} revisions differ from what the units come to"),
        )),
    })
}

/// A counter below a number that was given out would give it out again.
fn counter_of(
    view: &View<'_>,
    counter: Counter,
    table: &Table,
    column: &str,
) -> Result<Result<(), Damage>, StoreError> {
    let highest = highest(view, table, column)?;
    let last = view.row(LAST, &[counter.as_str().into()], |row| row.integer(0))?.unwrap_or(0);
    Ok(if last >= highest {
        Ok(())
    } else {
        let what = format!("stands at {last}, but {}.{column} has {highest}", table.name);
        Err(damage("ops_counter", Some(counter.as_str().to_owned()), None, &what))
    })
}

/// The highest number that a counter gave out.
pub(crate) fn highest(view: &View<'_>, table: &Table, column: &str) -> Result<i64, StoreError> {
    let sql = format!("SELECT COALESCE(MAX({column}), 0) FROM {}", table.name);
    let mut highest = 0;
    view.connection.query(&sql, &[], &mut |row| {
        highest = row.integer(0)?;
        Ok(true)
    })?;
    Ok(highest)
}

/// The kept prefixes of leaves against the rows. Entries made before prefixes were kept have none.
fn leaves(
    view: &View<'_>,
    table: &Table,
    side: Side,
    purged: &PurgedLeaves,
) -> Result<Result<(), Damage>, StoreError> {
    let mut kept: BTreeMap<i64, Vec<u8>> = BTreeMap::new();
    view.each(LEAVES, &[table.name.into(), side.as_str().into()], |row| {
        kept.insert(row.integer(0)?, row.blob(1)?);
        Ok(())
    })?;
    if kept.is_empty() {
        return Ok(Ok(()));
    }
    let mut found: Option<i64> = None;
    let mut places: BTreeMap<i64, usize> = BTreeMap::new();
    let mut compare = |sequence: i64, prefix: Prefix| {
        if let Some(kept) = kept.get(&sequence) {
            let place = places.entry(sequence).or_default();
            if kept.get(*place..*place + PREFIX) != Some(&prefix[..]) {
                found.get_or_insert(sequence);
            }
            *place += PREFIX;
        }
    };
    walk(view, table, side, None, purged, &mut |found| {
        match found {
            Found::Row(leaf) => compare(leaf.sequence, prefix(&leaf.hash)),
            Found::Purged(sequence, leaf) => compare(sequence, prefix(&leaf.hash)),
        }
        Ok(true)
    })?;
    let short =
        || kept.iter().find(|(sequence, kept)| places.get(*sequence) != Some(&kept.len())).map(|(n, _)| *n);
    Ok(match found.or_else(short) {
        None => Ok(()),
        Some(sequence) => {
            let key = format!("{sequence} / {} / {}", table.name, side.as_str());
            Err(damage(LEAF_TABLE.name, Some(key), Some(sequence), "is not what the rows give"))
        }
    })
}

/// Every sweep's number of open verdicts under its label and corpus.
fn sweeps(view: &View<'_>) -> Result<Result<(), Damage>, StoreError> {
    let mut change: BTreeMap<(i64, String), i64> = BTreeMap::new();
    for (sql, sign) in [(VERDICTS_OPENED, 1), (VERDICTS_CLOSED, -1)] {
        view.each(sql, &[], |row| {
            *change.entry((row.integer(0)?, row.text(2)?)).or_default() += sign * row.integer(1)?;
            Ok(())
        })?;
    }
    let sweeps =
        view.rows(SWEEPS, &[], |row| Ok((row.text(0)?, row.integer(1)?, row.integer(2)?, row.text(3)?)))?;
    let mut open: BTreeMap<String, i64> = BTreeMap::new();
    let mut changes = change.into_iter().peekable();
    for (id, since, said, label) in sweeps {
        while let Some(((_, label), by)) = changes.next_if(|((sequence, _), _)| *sequence <= since) {
            *open.entry(label).or_default() += by;
        }
        let open = open.get(&label).copied().unwrap_or_default();
        if open != said {
            let what = format!("counted {said} open verdicts, the rows show {open}");
            return Ok(Err(damage("sweep", Some(id), Some(since), &what)));
        }
    }
    Ok(Ok(()))
}

/// The buckets of every account that verdicts show.
fn accounts(view: &View<'_>) -> Result<Result<(), Damage>, StoreError> {
    let accounts = view.rows(ACCOUNTS, &[], |row| {
        let said = [row.integer(4)?, row.integer(5)?, row.integer(6)?];
        Ok((row.text(0)?, row.text(1)?, row.text(2)?, row.integer(3)?, said))
    })?;
    for (release, label, inventory, since, said) in accounts {
        let mut counted = [0; 3];
        let table = if label == Audience::GENERAL { &ACCOUNT } else { &LABELLED_ACCOUNT };
        view.each(BUCKETS, &[since.into(), inventory.into(), label.into()], |row| {
            match row.integer(1)? {
                1 => counted[0] += 1,
                2 => counted[1] += 1,
                3 => counted[2] += 1,
                _ => {}
            }
            Ok(())
        })?;
        if counted != said {
            let what = format!(
                "matched, fixed and excluded by statement were counted as {said:?}, the verdicts show {counted:?}"
            );
            return Ok(Err(damage(table.name, Some(release), Some(since), &what)));
        }
    }
    Ok(Ok(()))
}

pub(crate) const COUNTERS: &[(Counter, &Table, &str)] = &[
    (Counter::CaseNumber, &CASE, "number"),
    (Counter::Component, &COMPONENT, "id"),
    (Counter::InventoryComponent, &INVENTORY_COMPONENT, "id"),
    (Counter::Verdict, &VERDICT, "id"),
    (Counter::Settlement, &SETTLEMENT, "id"),
];
const UNIT_COUNT: &str = "cache_unit_count";
const WORDS_TABLE: &str = "cache_component_word";
pub(crate) const COMPONENTS: &str =
    "SELECT id, name, version, purl, cpes, supplier, source_package, role, patched, identity FROM component";
const WORDS: &str = "SELECT word, component FROM cache_component_word";
const LAST: &str = "SELECT last FROM ops_counter WHERE name = $1";
const LEAVES: &str = "SELECT sequence, hashes FROM cache_leaf WHERE noun = $1 AND side = $2";
const VERDICTS_OPENED: &str =
    "SELECT since, COUNT(*), audience || '/' || COALESCE(corpus, audience) FROM verdict GROUP BY since, 3";
const VERDICTS_CLOSED: &str = "SELECT until, COUNT(*), audience || '/' || COALESCE(corpus, audience) FROM verdict \
    WHERE until < 9223372036854775807 GROUP BY until, 3";
const SWEEPS: &str =
    "SELECT id, since, verdicts, audience || '/' || COALESCE(corpus, audience) FROM sweep ORDER BY since";
/// What was counted in an SBOM, a release or a product that was destroyed cannot be counted again.
macro_rules! is_all_there {
    () => {
        " NOT EXISTS (SELECT 1 FROM purge g WHERE g.opened <= a.since AND g.closed > a.since AND (g.of_table = 'product' \
         OR (g.of_table = 'inventory' AND g.row_key = a.inventory) OR (g.of_table = 'release' AND g.row_key = a.release)))"
    };
}
/// Once a private corpus was compared with what bears another label as well; of those nothing is counted any more.
const ACCOUNTS: &str = concat!(
    "SELECT a.release, 'general', a.inventory, a.since, a.matched, a.fixed, a.statement FROM account a WHERE",
    is_all_there!(),
    " UNION ALL SELECT a.release, a.audience, a.inventory, a.since, a.matched, a.fixed, a.statement FROM labelled_account a \
     WHERE EXISTS (SELECT 1 FROM release r JOIN product p ON p.id = r.product WHERE r.id = a.release \
     AND r.audience IN ('general', a.audience) AND p.audience IN ('general', a.audience)) AND",
    is_all_there!(),
    " ORDER BY 4, 1, 2"
);
/// The first bucket that fits: 1 matched, 2 fixed, 3 excluded by statement, 9 not here.
const BUCKETS: &str = concat!(
    "SELECT v.vulnerability, MIN(CASE COALESCE(s.state, v.state) WHEN 'in_range' THEN 1 \
    WHEN 'undecided' THEN 1 WHEN 'patched' THEN 2 WHEN 'out_of_range' THEN 9 ELSE 3 END) FROM inventory_component ic \
    JOIN inventory i ON i.id = ic.inventory AND i.since <= $1 AND i.until > $1 \
    JOIN release r ON r.id = i.release AND r.since <= $1 AND r.until > $1 \
    JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 \
    JOIN verdict v ON v.component = ic.component AND v.since <= $1 AND v.until > $1 \
    AND COALESCE(v.corpus, v.audience) = $3 AND ",
    speaks_of_release!(),
    " LEFT JOIN settlement s ON s.verdict = v.id AND s.inventory = ic.inventory AND s.since <= $1 AND s.until > $1 \
    WHERE ic.inventory = $2 AND ic.since <= $1 AND ic.until > $1 GROUP BY v.vulnerability"
);
