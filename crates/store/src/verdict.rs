//! Verdicts and settlements: what the matcher said of a component, and what that comes to in one inventory.
//!
//! Not here: exposures of releases and units, which are joins (`exposure`).

use domain::{
    audience::Audience,
    id::{ComponentId, InventoryId, VerdictId, VulnerabilityId},
    verdict::{Verdict, VerdictState},
};

use crate::{Row, StoreError, Table, Tx, Value, View};

/// Verdicts.
pub const VERDICT: Table = Table {
    name: "verdict",
    key: &["id"],
    columns: &[
        "id",
        "component",
        "vulnerability",
        "state",
        "class",
        "reason",
        "conditional",
        "statement",
        "evidence",
        "audience",
    ],
    sealed: &[],
};

/// Settlements.
pub const SETTLEMENT: Table = Table {
    name: "settlement",
    key: &["id"],
    columns: &["id", "verdict", "inventory", "state", "class", "reason", "evidence"],
    sealed: &[],
};

/// A settlement and its row id. The domain's noun has neither class nor reason, which lists need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementRow {
    /// Row id.
    pub id: i64,
    /// Verdict.
    pub verdict: VerdictId,
    /// Inventory.
    pub inventory: InventoryId,
    /// Word for this inventory.
    pub state: VerdictState,
    /// `A` to `D`.
    pub class: Option<String>,
    /// Stable reason code.
    pub reason: String,
    /// Digest of the evidence text.
    pub evidence: String,
}

impl Tx<'_> {
    /// Opens verdicts.
    pub fn add_verdicts(&mut self, verdicts: &[Verdict]) -> Result<(), StoreError> {
        self.bulk(&VERDICT, verdicts.iter().map(values).collect())
    }

    /// Closes verdicts.
    pub fn close_verdicts(&mut self, ids: &[VerdictId]) -> Result<(), StoreError> {
        let keys: Vec<Vec<Value>> = ids.iter().map(|id| vec![(*id).into()]).collect();
        self.close_bulk(&VERDICT, &keys)
    }

    /// Opens settlements.
    pub fn add_settlements(&mut self, settlements: &[SettlementRow]) -> Result<(), StoreError> {
        let rows = settlements.iter().map(|settlement| {
            vec![
                settlement.id.into(),
                settlement.verdict.into(),
                (&settlement.inventory).into(),
                settlement.state.as_str().into(),
                settlement.class.as_ref().into(),
                (&settlement.reason).into(),
                (&settlement.evidence).into(),
            ]
        });
        self.bulk(&SETTLEMENT, rows.collect())
    }

    /// Closes settlements by row id.
    pub fn close_settlements(&mut self, ids: &[i64]) -> Result<(), StoreError> {
        let keys: Vec<Vec<Value>> = ids.iter().map(|id| vec![(*id).into()]).collect();
        self.close_bulk(&SETTLEMENT, &keys)
    }
}

impl View<'_> {
    /// Every open verdict, whoever may know of it, by id. For sweeps.
    pub fn all_verdicts(&self) -> Result<Vec<Verdict>, StoreError> {
        self.rows(ALL, &[self.sequence().into()], read)
    }

    /// Every open settlement, by id. For sweeps.
    pub fn all_settlements(&self) -> Result<Vec<SettlementRow>, StoreError> {
        self.rows(ALL_SETTLEMENTS, &[self.sequence().into()], |row| {
            Ok(SettlementRow {
                id: row.integer(0)?,
                verdict: VerdictId(row.integer(1)?),
                inventory: InventoryId(row.text(2)?),
                state: state(row, 3)?,
                class: row.optional_text(4)?,
                reason: row.text(5)?,
                evidence: row.text(6)?,
            })
        })
    }
}

fn values(verdict: &Verdict) -> Vec<Value> {
    vec![
        verdict.id.into(),
        verdict.component.into(),
        (&verdict.vulnerability).into(),
        verdict.state.as_str().into(),
        verdict.class.as_ref().into(),
        (&verdict.reason).into(),
        verdict.conditional.into(),
        verdict.statement.as_ref().into(),
        (&verdict.evidence).into(),
        (&verdict.audience).into(),
    ]
}

fn read(row: &Row<'_>) -> Result<Verdict, StoreError> {
    Ok(Verdict {
        id: VerdictId(row.integer(0)?),
        component: ComponentId(row.integer(1)?),
        vulnerability: VulnerabilityId(row.text(2)?),
        state: state(row, 3)?,
        class: row.optional_text(4)?,
        reason: row.text(5)?,
        conditional: row.boolean(6)?,
        statement: row.optional_text(7)?,
        evidence: row.text(8)?,
        audience: Audience(row.text(9)?),
    })
}

pub(crate) fn state(row: &Row<'_>, column: usize) -> Result<VerdictState, StoreError> {
    let word = row.text(column)?;
    VerdictState::parse(&word).ok_or_else(|| StoreError::unreadable(column, "a verdict's state", &word))
}

const ALL: &str = "SELECT id, component, vulnerability, state, class, reason, conditional, statement, evidence, audience \
    FROM verdict WHERE since <= $1 AND until > $1 ORDER BY id";
const ALL_SETTLEMENTS: &str = "SELECT id, verdict, inventory, state, class, reason, evidence FROM settlement \
    WHERE since <= $1 AND until > $1 ORDER BY id";
