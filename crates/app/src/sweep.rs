//! Every current inventory against the corpus: verdicts once per distinct component, settled per inventory, accounted per
//! release, with a receipt also when nothing changed.
//!
//! The public corpus first, then each private one, whoever started it: what nobody sees would be watched by nobody. Each
//! corpus has an entry of its own in the ledger, under its label, and compares with rows of that label alone; so no entry
//! tells of another label, by rows or by counts. The rows are computed before the head of the ledger is taken; only
//! differences are written. Not here: matching (`matcher`), names of vulnerabilities (`names`), what is written
//! (`difference`).

mod compute;
mod difference;
mod names;
mod place;

pub(crate) use place::place;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{
    act::{Act, Actor, Authentication},
    audience::Audience,
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
    sweep::{SweepRow, Swept},
};

use crate::{
    App, AppError, Viewer, corpus::Corpus, import::make_up_for_a_dead_import, ledger::checkpoint_after,
};

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
    /// The label of the private corpus; none for the public one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Receipts of the private corpora that the viewer may know of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub private: Vec<SweepReport>,
}

/// What the record holds before the sweep.
pub(crate) struct Before {
    swept: Vec<Swept>,
    /// Component ids of each inventory, in the order of the document.
    places: BTreeMap<InventoryId, Vec<ComponentId>>,
    components: BTreeMap<ComponentId, Component>,
}

/// Sweeps; `full` matches again even when nothing has changed.
pub fn sweep(app: &App, viewer: &Viewer, full: bool) -> Result<SweepReport, AppError> {
    viewer.require(Permission::RunWatch)?;
    let _lock = Lock::acquire(&app.folder.join("run"), "sweep", app.now())?;
    let public = app.current_corpus()?;
    let private = private(app)?;
    // A receipt must not name what the record does not know.
    make_up_for_a_dead_import(app, viewer, &public)?;
    for corpus in &private {
        make_up_for_a_dead_import(app, viewer, corpus)?;
    }
    let before = read(&app.store)?;
    let act = app.act(viewer, "sweep.run", "Every current inventory against the corpus");
    let mut report = Sweeping { app, corpus: &public, public: &public.id, act, full }.run(&before)?;
    for corpus in &private {
        let act = Act {
            actor: Actor::System("sweep"),
            authentication: Authentication::None,
            action: "sweep.run",
            reason: "Every current inventory against a private corpus".to_owned(),
            at: app.now(),
            audience: corpus.audience.clone(),
        };
        let receipt = Sweeping { app, corpus, public: &public.id, act, full }.run(&before)?;
        if viewer.sees(&corpus.audience) {
            report.private.push(receipt);
        }
    }
    public.forget_groups();
    checkpoint_after(app);
    Ok(report)
}

/// Every private corpus. One that the record knows of and that is not there would be a silent gap.
fn private(app: &App) -> Result<Vec<Arc<Corpus>>, AppError> {
    let there = app.private_labels()?;
    for label in app.store.read(AsOf::Now, |view| view.labels())?.into_keys().map(Audience) {
        let known = app.store.read(AsOf::Now, |view| view.last_snapshot_of(&label))?.is_some();
        if known && !there.contains(&label) {
            return Err(AppError::Missing {
                what: "a private corpus that the record knows of is not there".to_owned(),
                hint: "Restore the folder corpus/private from a backup".to_owned(),
            });
        }
    }
    let mut corpora = Vec::new();
    for label in &there {
        corpora.extend(app.private_corpus(label)?);
    }
    Ok(corpora)
}

/// One corpus being swept.
struct Sweeping<'a> {
    app: &'a App,
    corpus: &'a Corpus,
    /// The public snapshot, which the receipt of a private corpus names as well.
    public: &'a str,
    act: Act,
    full: bool,
}

impl Sweeping<'_> {
    fn run(&self, before: &Before) -> Result<SweepReport, AppError> {
        let Self { app, corpus, act, .. } = self;
        let audience = &corpus.audience;
        // What a decision stands on in this corpus, signed or not, and whether all of it is placed or matches.
        let (last, decided, placed) = app.store.read(AsOf::Now, |view| {
            let decided = view.decided_pairs(audience)?;
            let placed = place::all_placed(view, &decided)?;
            Ok::<_, StoreError>((view.last_sweep_of(audience)?, decided, placed))
        })?;
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
                started_at: store::moment(app.now()),
                ended_at: String::new(),
            },
            portfolio: portfolio(&before.swept),
            verdicts: 0,
            sequence: 0,
            audience: audience.clone(),
        };
        let same = last.filter(|last| {
            !self.full
                && placed
                && last.sweep.snapshot == row.sweep.snapshot
                && last.sweep.engine == row.sweep.engine
                && last.portfolio == row.portfolio
        });
        let confirmed = same.is_some();
        if let Some(last) = same {
            row.sweep.result.clone_from(&last.sweep.result);
            row.verdicts = last.verdicts;
            row.sweep.ended_at = store::moment(app.now());
            let written = app.store.write(act, |tx| {
                tx.add_sweep(&row)?;
                difference::receipt(tx, &row, self.public)?;
                tx.summary(format!(
                    "All {} open verdicts hold under snapshot {}; corpus and portfolio are unchanged",
                    row.verdicts,
                    short(&row.sweep.snapshot)
                ));
                Ok::<_, StoreError>(())
            })?;
            row.sequence = written.sequence;
        } else {
            let computed = compute::compute(corpus, before, &decided)?;
            let changes = difference::between(app, before, computed, audience, decided)?;
            row.sweep.result.clone_from(&changes.result);
            row.verdicts = changes.verdicts;
            row.sweep.opened = changes.opened();
            row.sweep.closed = changes.closed();
            row.sweep.ended_at = store::moment(app.now());
            row.sequence = changes.write(app, act, &row, self.public)?;
        }
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
            audience: (!audience.is_general()).then(|| audience.0.clone()),
            private: Vec::new(),
        })
    }
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
        Ok(Before {
            swept,
            places,
            components: components.into_iter().map(|component| (component.id, component)).collect(),
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
