//! Every current inventory against the corpus: verdicts once per distinct component, settled per inventory, accounted per
//! release, with a receipt also when nothing changed.
//!
//! The rows are computed before the head of the ledger is taken; only differences are written. Not here: matching
//! (`matcher`), names of vulnerabilities (`names`), what is written (`difference`).

mod compute;
mod difference;
mod names;
mod place;

pub(crate) use place::place;

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    component::Component,
    id::{ComponentId, InventoryId, SweepId},
    ledger::AsOf,
    person::Permission,
    sweep::Sweep,
};
use matcher::verdict::ENGINE;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::{
    Lock, Store, StoreError,
    placement::DecidedPair,
    sweep::{SweepRow, Swept},
};

use crate::{App, AppError, Viewer, import::make_up_for_a_dead_import, ledger::checkpoint_after};

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SweepReport {
    /// Id.
    pub sweep: String,
    /// Snapshot of the corpus.
    pub snapshot: String,
    /// Version of the rules.
    pub engine: String,
    /// Inventories swept.
    pub inventories: i64,
    /// Distinct components.
    pub components: i64,
    /// Open verdicts afterwards.
    pub verdicts: i64,
    /// Verdict rows opened.
    pub opened: i64,
    /// Verdict rows closed.
    pub closed: i64,
    /// Digest of the open verdicts.
    pub result: String,
    /// Neither corpus, engine nor portfolio had changed: all open verdicts hold, nothing was matched again.
    pub confirmed: bool,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    pub ended_at: String,
    /// The ledger entry of the receipt.
    pub sequence: i64,
}

/// What the record holds before the sweep.
pub(crate) struct Before {
    swept: Vec<Swept>,
    /// Component ids of each inventory, in the order of the document.
    places: BTreeMap<InventoryId, Vec<ComponentId>>,
    components: BTreeMap<ComponentId, Component>,
    last: Option<SweepRow>,
    /// What a decision stands on, signed or not.
    decided: Vec<DecidedPair>,
    /// All of that is placed or matches.
    placed: bool,
}

/// Sweeps; `full` matches again even when nothing has changed.
pub fn sweep(app: &App, viewer: &Viewer, full: bool) -> Result<SweepReport, AppError> {
    viewer.require(Permission::RunWatch)?;
    let _lock = Lock::acquire(&app.folder.join("run"), "sweep", app.now())?;
    let corpus = app.current_corpus()?;
    // A receipt must not name what the record does not know.
    make_up_for_a_dead_import(app, viewer, &corpus)?;
    let started_at = store::moment(app.now());
    let before = read(&app.store)?;
    let portfolio = portfolio(&before.swept);
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut row = SweepRow {
        sweep: Sweep {
            id: SweepId(app.id()),
            snapshot: corpus.id.clone(),
            engine: ENGINE.to_owned(),
            inventories: count(before.swept.len()),
            components: count(before.components.len()),
            opened: 0,
            closed: 0,
            result: String::new(),
            started_at,
            ended_at: String::new(),
        },
        portfolio,
        verdicts: 0,
        sequence: 0,
    };
    let same = before.last.as_ref().filter(|last| {
        !full
            && before.placed
            && last.sweep.snapshot == row.sweep.snapshot
            && last.sweep.engine == row.sweep.engine
            && last.portfolio == row.portfolio
    });
    let confirmed = same.is_some();
    let act = app.act(viewer, "sweep.run", "Every current inventory against the corpus");
    if let Some(last) = same {
        row.sweep.result.clone_from(&last.sweep.result);
        row.verdicts = last.verdicts;
        row.sweep.ended_at = store::moment(app.now());
        let written = app.store.write(&act, |tx| {
            tx.add_sweep(&row)?;
            difference::receipt(tx, &row)?;
            tx.summary(format!(
                "All {} open verdicts hold under snapshot {}; corpus and portfolio are unchanged",
                row.verdicts,
                short(&row.sweep.snapshot)
            ));
            Ok::<_, StoreError>(())
        })?;
        row.sequence = written.sequence;
    } else {
        let computed = compute::compute(&corpus, &before)?;
        let changes = difference::between(app, &before, computed)?;
        row.sweep.result.clone_from(&changes.result);
        row.verdicts = changes.verdicts;
        row.sweep.opened = changes.opened();
        row.sweep.closed = changes.closed();
        row.sweep.ended_at = store::moment(app.now());
        row.sequence = changes.write(app, &act, &row)?;
        corpus.forget_groups();
    }
    checkpoint_after(app);
    Ok(SweepReport {
        sweep: row.sweep.id.0,
        snapshot: row.sweep.snapshot,
        engine: row.sweep.engine,
        inventories: row.sweep.inventories,
        components: row.sweep.components,
        verdicts: row.verdicts,
        opened: row.sweep.opened,
        closed: row.sweep.closed,
        result: row.sweep.result,
        confirmed,
        started_at: row.sweep.started_at,
        ended_at: row.sweep.ended_at,
        sequence: row.sequence,
    })
}

fn read(store: &Store) -> Result<Before, AppError> {
    store.read(AsOf::Now, |view| {
        let swept = view.inventories_to_sweep()?;
        let ids: Vec<InventoryId> = swept.iter().map(|swept| swept.inventory.clone()).collect();
        let mut places = BTreeMap::new();
        for id in &ids {
            places.insert(id.clone(), view.component_ids_of(id)?);
        }
        let components = view.components_of(&ids)?;
        let decided = view.decided_pairs()?;
        Ok(Before {
            swept,
            places,
            components: components.into_iter().map(|component| (component.id, component)).collect(),
            last: view.last_sweep()?,
            placed: place::all_placed(view, &decided)?,
            decided,
        })
    })
}

/// Digest of what a sweep takes beside the corpus.
fn portfolio(swept: &[Swept]) -> String {
    let lines: BTreeSet<String> = swept
        .iter()
        .map(|swept| {
            format!("{} {} {} {}\n", swept.inventory, swept.release, surroundings(swept), swept.label)
        })
        .collect();
    hex(&Sha256::digest(lines.into_iter().collect::<String>().as_bytes()))
}

/// What a conditional verdict is settled by, without ids of the database.
fn surroundings(swept: &Swept) -> String {
    format!("{}|{}|{}", swept.blob, swept.distribution.as_deref().unwrap_or_default(), swept.complete_roles)
}

fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
