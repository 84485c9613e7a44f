//! The watch as a person looks at it: sources with their freshness, the snapshot, receipts, and what is open, by vulnerability.
//!
//! Not here: taking feeds in (`import`), matching (`sweep`).

mod groups;
mod receipts;

use domain::{ledger::AsOf, person::Permission};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use store::View;

use crate::{App, AppError, Viewer, account::moment_of, import::PRIVATE_SOURCE};

pub(crate) use groups::grouped;
pub use groups::{FindingFilter, FindingPage, FindingSort, findings};

pub use crate::finding_group::FindingGroup;
pub(crate) use receipts::receipts_in;
pub use receipts::{ReceiptDay, receipts};

/// A source that has not been heard of for longer is stale.
const FRESH: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Receipts shown.
const RECEIPTS: i64 = 20;

/// The watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WatchReport {
    /// The moment it speaks of.
    pub as_of: String,
    /// Snapshot put in force last.
    pub snapshot: Option<SnapshotLine>,
    /// Vulnerabilities known in the corpus in force; none for a past moment whose corpus is another one.
    pub known: Option<u32>,
    /// By name.
    pub sources: Vec<SourceLine>,
    /// Newest first.
    pub sweeps: Vec<SweepLine>,
}

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SnapshotLine {
    /// SHA-256 of the manifest.
    pub id: String,
    /// Version of the rules.
    pub engine: String,
    /// Packs.
    pub packs: i64,
    /// Records that count.
    pub records: i64,
    /// When it was put in force.
    pub imported_at: String,
}

/// A source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceLine {
    /// `nvd`, `osv:Go`.
    pub name: String,
    /// Records that count.
    pub records: i64,
    /// The newest change the source states, version of a catalogue, date of scores.
    pub newest: Option<String>,
    /// Records refused when it was last taken in.
    pub refused: i64,
    /// `ok`, `degraded`, `stale`.
    pub state: &'static str,
    /// When something of it was last taken in.
    pub imported_at: String,
    /// Need-to-know label of a private source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
}

/// A receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SweepLine {
    /// Id.
    pub id: String,
    /// Snapshot.
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
    /// Result digest.
    pub result: String,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    pub ended_at: String,
    /// Ledger entry.
    pub sequence: i64,
    /// Need-to-know label, when a private corpus was compared, or the part of the portfolio that bears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// It was that part of the portfolio.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub labelled_part: bool,
}

/// The watch as of a moment.
pub fn watch(app: &App, viewer: &Viewer, as_of: AsOf) -> Result<WatchReport, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| watch_in(app, view, viewer, as_of))
}

/// The watch as a reader sees it who stands at that moment.
pub(crate) fn watch_in(
    app: &App,
    view: &View<'_>,
    viewer: &Viewer,
    as_of: AsOf,
) -> Result<WatchReport, AppError> {
    let now = match as_of {
        AsOf::Now | AsOf::Entry(_) => app.now(),
        AsOf::At(timestamp) => timestamp,
    };
    let snapshot = view.last_snapshot()?;
    let known = app
        .find_corpus()?
        .filter(|corpus| snapshot.as_ref().is_some_and(|snapshot| snapshot.id == corpus.id))
        .map(|corpus| corpus.index.known());
    let sources = view.sources(&viewer.audiences)?.into_iter().map(|source| SourceLine {
        audience: source.name.strip_prefix(PRIVATE_SOURCE).map(str::to_owned),
        state: state(&source.state, &source.imported_at, now),
        name: source.name,
        records: source.records,
        newest: source.watermark,
        refused: source.refused,
        imported_at: source.imported_at,
    });
    let sweeps = view.sweeps_of(&viewer.audiences, i64::MAX, RECEIPTS)?.into_iter().map(|row| SweepLine {
        labelled_part: row.scope.is_labelled_part(),
        audience: (!row.scope.audience.is_general()).then_some(row.scope.audience.0),
        id: row.sweep.id.0,
        snapshot: row.sweep.snapshot,
        engine: row.sweep.engine,
        inventories: row.sweep.inventories,
        components: row.sweep.components,
        verdicts: row.verdicts,
        opened: row.sweep.opened,
        closed: row.sweep.closed,
        result: row.sweep.result,
        started_at: row.sweep.started_at,
        ended_at: row.sweep.ended_at,
        sequence: row.sequence,
    });
    Ok(WatchReport {
        as_of: moment_of(app, as_of),
        known,
        sources: sources.collect(),
        sweeps: sweeps.collect(),
        snapshot: snapshot.map(|snapshot| SnapshotLine {
            id: snapshot.id,
            engine: snapshot.engine,
            packs: snapshot.packs,
            records: snapshot.records,
            imported_at: snapshot.imported_at,
        }),
    })
}

/// Loud first: a source that lost records is degraded, even when it is stale as well.
fn state(stored: &str, imported_at: &str, now: Timestamp) -> &'static str {
    let old = imported_at.parse::<Timestamp>().is_ok_and(|at| at.duration_until(now) > FRESH);
    match (stored, old) {
        ("ok", false) => "ok",
        ("ok", true) => "stale",
        _ => "degraded",
    }
}
