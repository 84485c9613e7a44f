//! Every current inventory against the corpus: verdicts once per distinct component, settled per inventory, accounted per
//! release, with a receipt also when nothing changed.
//!
//! The public corpus with what everybody may know first; then with the part of the portfolio that bears a label, label by
//! label; then each private corpus, whoever started it: what nobody sees would be watched by nobody. Each of these scopes has
//! an entry of its own in the ledger, under its label, and compares with rows of that scope alone; so no entry tells of
//! another label, by rows or by counts. The rows are computed before the head of the ledger is taken; only differences are
//! written. Not here: matching (`matcher`), names of vulnerabilities (`names`), what is written (`difference`).

mod build_evidence;
mod compute;
mod difference;
mod elsewhere;
mod names;
mod place;
mod replay;
mod stored;

pub(crate) use place::place;
pub use replay::{Replay, replay};
pub use stored::Recomputed;
pub(crate) use stored::recompute;

use std::{
    borrow::Cow,
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
    sweep::{Scope, Sweep},
};
use matcher::verdict::ENGINE;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::{
    Lock, StoreError,
    sweep::{SweepRow, Swept},
};

use compute::{Beside, Computed, compute};

use crate::{
    App, AppError, Viewer, build_evidence::Builds, corpus::Corpus, import::make_up_for_a_dead_import,
    ledger::checkpoint_after, mapping::Mappings, password::hex,
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
    /// `confirmed`, or `full`: everything was asked again.
    pub mode: &'static str,
    /// Why: `nothing_changed`; `asked`, `first`, `engine`, `corpus`, `portfolio` or `decisions`.
    pub reason: &'static str,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    pub ended_at: String,
    /// The ledger entry of the receipt.
    pub sequence: i64,
    /// The label of the private corpus, or of the part of the portfolio; none for what everybody may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Receipts of the labelled parts of the portfolio that the viewer may know of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labelled: Vec<SweepReport>,
    /// Receipts of the private corpora that the viewer may know of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub private: Vec<SweepReport>,
}

/// How a sweep came to its answer, and why so.
#[derive(Clone, Copy)]
struct Mode {
    word: &'static str,
    reason: &'static str,
}

const NOTHING_CHANGED: &str = "nothing_changed";

/// What the record holds before the sweep.
#[derive(Clone)]
pub(crate) struct Before {
    swept: Vec<Swept>,
    /// Component ids of each inventory, in the order of the document.
    places: BTreeMap<InventoryId, Vec<ComponentId>>,
    components: BTreeMap<ComponentId, Component>,
    /// What was built into the images of the releases.
    builds: Builds,
    /// What people said of parts without an identity.
    mappings: Mappings,
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
    let before = read(app, AsOf::Now)?;
    let open = before.part(&Scope::of(&public.audience));
    let mut report = {
        let act = app.act(viewer, "sweep.run", "Every current inventory against the corpus");
        let scope = Scope::of(&public.audience);
        let sweeping = Sweeping { app, corpus: &public, public: &public.id, act, scope, full };
        let (mut report, mut computed) = sweeping.run(&open, None)?;
        for label in labels(app, &before)? {
            let beside = match &mut computed {
                Some(computed) => computed,
                computed @ None => computed.insert(compute(&public, &open, &[], None)?),
            };
            let beside = Beside { before: &open, computed: beside };
            let scope = Scope::labelled(&label);
            let reason = "Every inventory that bears the label against the public corpus";
            let act = unattended(app, &label, reason);
            let part = before.part(&scope);
            let sweeping = Sweeping { app, corpus: &public, public: &public.id, act, scope, full };
            let (receipt, _) = sweeping.run(&part, Some(&beside))?;
            if viewer.sees(&label) {
                report.labelled.push(receipt);
            }
        }
        report
    };
    for corpus in &private {
        let label = &corpus.audience;
        let scope = Scope::of(label);
        let act = unattended(app, label, "Every current inventory against a private corpus");
        let part = before.part(&scope);
        let (receipt, _) = Sweeping { app, corpus, public: &public.id, act, scope, full }.run(&part, None)?;
        if viewer.sees(label) {
            report.private.push(receipt);
        }
    }
    public.forget_groups();
    checkpoint_after(app);
    Ok(report)
}

/// An act under a label: of whoever started the sweep the entry says nothing, since they need not be on the list.
fn unattended(app: &App, label: &Audience, reason: &str) -> Act {
    Act {
        actor: Actor::System("sweep"),
        authentication: Authentication::None,
        action: "sweep.run",
        reason: reason.to_owned(),
        at: app.now(),
        audience: label.clone(),
    }
}

/// The labels that inventories bear, or bore when they were swept.
fn labels(app: &App, before: &Before) -> Result<BTreeSet<Audience>, AppError> {
    let mut labels: BTreeSet<Audience> = before.swept.iter().map(|swept| swept.audience.clone()).collect();
    app.store.read(AsOf::Now, |view| {
        for label in view.labels()?.into_keys().map(Audience) {
            if view.last_sweep_of(&Scope::labelled(&label))?.is_some() {
                labels.insert(label);
            }
        }
        Ok::<_, StoreError>(())
    })?;
    labels.remove(&Audience::general());
    Ok(labels)
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

/// One scope being swept.
struct Sweeping<'a> {
    app: &'a App,
    corpus: &'a Corpus,
    /// The public snapshot, which the receipt of a private corpus names as well.
    public: &'a str,
    act: Act,
    scope: Scope,
    full: bool,
}

impl Sweeping<'_> {
    /// Answers the receipt, and what was computed where anything was.
    fn run(
        &self,
        before: &Before,
        beside: Option<&Beside<'_>>,
    ) -> Result<(SweepReport, Option<Computed>), AppError> {
        let Self { app, corpus, act, scope, .. } = self;
        // What a decision stands on in this scope, signed or not, and whether all of it is placed or matches.
        let (last, decided, placed) = app.store.read(AsOf::Now, |view| {
            let decided = view.decided_pairs(scope)?;
            let placed = place::all_placed(view, &decided)?;
            Ok::<_, StoreError>((view.last_sweep_of(scope)?, decided, placed))
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
            portfolio: portfolio(
                &before.taken(),
                &corpus.audience,
                beside.map(|beside| beside.before.taken()).as_ref(),
            ),
            verdicts: 0,
            sequence: 0,
            scope: scope.clone(),
        };
        let reason = match &last {
            _ if self.full => "asked",
            None => "first",
            Some(last) if last.sweep.engine != row.sweep.engine => "engine",
            Some(last) if last.sweep.snapshot != row.sweep.snapshot => "corpus",
            Some(last) if last.portfolio != row.portfolio => "portfolio",
            Some(_) if !placed => "decisions",
            Some(_) => NOTHING_CHANGED,
        };
        let same = last.filter(|_| reason == NOTHING_CHANGED);
        let confirmed = same.is_some();
        let mode = Mode { word: if confirmed { "confirmed" } else { "full" }, reason };
        let mut matched = None;
        if let Some(last) = same {
            row.sweep.result.clone_from(&last.sweep.result);
            row.verdicts = last.verdicts;
            row.sweep.ended_at = store::moment(app.now());
            let written = app.store.write(act, |tx| {
                tx.add_sweep(&row)?;
                difference::receipt(tx, &row, self.public, mode)?;
                tx.summary(format!(
                    "All {} open verdicts hold under snapshot {}; corpus and portfolio are unchanged",
                    row.verdicts,
                    short(&row.sweep.snapshot)
                ));
                Ok::<_, StoreError>(())
            })?;
            row.sequence = written.sequence;
        } else {
            let computed = matched.insert(compute(corpus, before, &decided, beside)?);
            let changes = difference::between(app, before, computed, scope, decided, beside)?;
            row.sweep.result.clone_from(&changes.result);
            row.verdicts = changes.verdicts;
            row.sweep.opened = changes.opened();
            row.sweep.closed = changes.closed();
            row.sweep.ended_at = store::moment(app.now());
            row.sequence = changes.write(app, act, &row, self.public, mode)?;
        }
        let report = SweepReport {
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
            mode: mode.word,
            reason: mode.reason,
            started_at: row.sweep.started_at,
            ended_at: row.sweep.ended_at,
            sequence: row.sequence,
            audience: (!scope.audience.is_general()).then(|| scope.audience.0.clone()),
            labelled: Vec::new(),
            private: Vec::new(),
        };
        Ok((report, matched))
    }
}

/// What a sweep takes beside the corpus and the components.
struct Taken<'a> {
    swept: &'a [Swept],
    builds: &'a Builds,
    mappings: &'a Mappings,
}

impl Before {
    fn taken(&self) -> Taken<'_> {
        Taken { swept: &self.swept, builds: &self.builds, mappings: &self.mappings }
    }

    /// What a scope takes of it.
    fn part(&self, scope: &Scope) -> Cow<'_, Self> {
        let known = self.mappings.are_known_to(&scope.audience);
        if known && self.swept.iter().all(|swept| scope.takes(&swept.audience)) {
            return Cow::Borrowed(self);
        }
        let swept: Vec<Swept> =
            self.swept.iter().filter(|swept| scope.takes(&swept.audience)).cloned().collect();
        let ids: BTreeSet<&InventoryId> = swept.iter().map(|swept| &swept.inventory).collect();
        let mut places = self.places.clone();
        places.retain(|inventory, _| ids.contains(inventory));
        let held: BTreeSet<ComponentId> = places.values().flatten().copied().collect();
        let mut components = self.components.clone();
        components.retain(|id, _| held.contains(id));
        let mappings = self.mappings.known_to(&scope.audience).prepared(components.values());
        Cow::Owned(Self { swept, places, components, builds: self.builds.clone(), mappings })
    }
}

fn read(app: &App, as_of: AsOf) -> Result<Before, AppError> {
    app.store.read(as_of, |view| {
        let swept = view.inventories_to_sweep()?;
        let ids: Vec<InventoryId> = swept.iter().map(|swept| swept.inventory.clone()).collect();
        let mut places = BTreeMap::new();
        for id in &ids {
            places.insert(id.clone(), view.component_ids_of(id)?);
        }
        let components = view.components_of(&ids)?;
        let mappings = Mappings::read(view)?.prepared(components.iter());
        Ok(Before {
            swept,
            places,
            components: components.into_iter().map(|component| (component.id, component)).collect(),
            builds: Builds::read(view, &app.blobs, None)?,
            mappings,
        })
    })
}

/// Digest of what a sweep takes beside the corpus; what a labelled part says hangs on what is said beside it.
fn portfolio(taken: &Taken<'_>, audience: &Audience, beside: Option<&Taken<'_>>) -> String {
    let lines: BTreeSet<String> = taken
        .swept
        .iter()
        .map(|swept| {
            let surroundings = surroundings(taken.builds, swept, audience);
            format!("{} {} {surroundings} {}\n", swept.inventory, swept.release, swept.label)
        })
        .chain(taken.mappings.marks())
        .collect();
    let mut text: String = lines.into_iter().collect();
    if let Some(beside) = beside {
        text.push_str(&format!("beside {}\n", portfolio(beside, audience, None)));
    }
    hex(&Sha256::digest(text.as_bytes()))
}

/// What a conditional verdict is settled by, without ids of the database.
fn surroundings(builds: &Builds, swept: &Swept, audience: &Audience) -> String {
    let distribution = swept.distribution.as_deref().unwrap_or_default();
    let build = build_evidence::word(builds, swept, audience);
    format!("{}|{distribution}|{}{build}", swept.blob, swept.complete_roles)
}

fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
