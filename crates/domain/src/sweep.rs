//! A sweep and its receipt: what was compared with what, and how the sum closes for each release.

use crate::id::{InventoryId, ReleaseId, SweepId};

/// A finished sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// Id.
    pub id: SweepId,
    /// Snapshot of the corpus.
    pub snapshot: String,
    /// Engine version.
    pub engine: String,
    /// Inventories swept.
    pub inventories: i64,
    /// Distinct components assessed.
    pub components: i64,
    /// Verdict rows opened.
    pub opened: i64,
    /// Verdict rows closed.
    pub closed: i64,
    /// SHA-256 (hex) of the open verdicts in canonical order (no ids, times or snapshot in it).
    pub result: String,
    /// Event time: when it began, RFC 3339.
    pub started_at: String,
    /// Event time: when it ended, RFC 3339.
    pub ended_at: String,
}

/// What a sweep counted for one release; the buckets that do not hang on decisions. Counted by independent paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Sweep.
    pub sweep: SweepId,
    /// Release.
    pub release: ReleaseId,
    /// Inventory it was counted over.
    pub inventory: InventoryId,
    /// Known vulnerabilities, withdrawn ones apart.
    pub known: i64,
    /// Matched (in range or undecided).
    pub matched: i64,
    /// Excluded by an explicit statement.
    pub statement: i64,
    /// Patched.
    pub fixed: i64,
    /// Another version.
    pub version: i64,
    /// No such component.
    pub no_such_component: i64,
    /// The record names no usable product.
    pub not_assessable: i64,
    /// Components in all.
    pub components: i64,
    /// Components assessed by class A to D.
    pub class_a: i64,
    /// Class B.
    pub class_b: i64,
    /// Class C.
    pub class_c: i64,
    /// Class D.
    pub class_d: i64,
    /// Components with something undecided.
    pub undecided: i64,
    /// Components without usable identity or source: the blind spots.
    pub blind_spots: i64,
}
