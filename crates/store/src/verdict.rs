//! Verdicts and settlements: what the matcher said of a component, and what that comes to in one inventory.
//!
//! Not here: exposures of releases and units, which are joins (`exposure`).

use domain::{
    audience::Audience,
    id::{ComponentId, InventoryId, VerdictId, VulnerabilityId},
    sweep::Scope,
    verdict::{Verdict, VerdictState},
};

use crate::{Row, StoreError, Table, Tx, Value, View};

/// Whether a verdict `v` speaks of a release `r` of a product `p`: one that everybody may know of everything, one under a label
/// of what bears that label, and a private corpus of what everybody may know as well. Of two labels nothing is compared.
macro_rules! speaks_of_release {
    () => {
        "(v.audience IN ('general', r.audience, p.audience) \
         OR (v.corpus IS NULL AND r.audience = 'general' AND p.audience = 'general'))"
    };
}
pub(crate) use speaks_of_release;

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
        "corpus",
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
    /// The open verdicts that sweeps of a scope opened, by id.
    pub fn verdicts_of(&self, scope: &Scope) -> Result<Vec<Verdict>, StoreError> {
        let values = [self.sequence().into(), (&scope.audience).into(), (&scope.corpus).into()];
        self.rows(OF_SCOPE, &values, read)
    }

    /// The open settlements that sweeps of a scope opened, by id; also those on what everybody may know.
    pub fn settlements_of(&self, scope: &Scope) -> Result<Vec<SettlementRow>, StoreError> {
        let values = [self.sequence().into(), (&scope.audience).into(), (&scope.corpus).into()];
        self.rows(SETTLEMENTS_OF_SCOPE, &values, |row| {
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

    /// The same with their evidence texts; none where that was destroyed.
    pub fn settlements_with_evidence(
        &self,
        scope: &Scope,
    ) -> Result<Vec<(SettlementRow, Option<String>)>, StoreError> {
        let values = [self.sequence().into(), (&scope.audience).into(), (&scope.corpus).into()];
        self.rows(WITH_EVIDENCE, &values, |row| {
            Ok((
                SettlementRow {
                    id: row.integer(0)?,
                    verdict: VerdictId(row.integer(1)?),
                    inventory: InventoryId(row.text(2)?),
                    state: state(row, 3)?,
                    class: row.optional_text(4)?,
                    reason: row.text(5)?,
                    evidence: row.text(6)?,
                },
                row.optional_text(7)?,
            ))
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
        (verdict.corpus != verdict.audience).then(|| verdict.corpus.0.clone()).into(),
    ]
}

fn read(row: &Row<'_>) -> Result<Verdict, StoreError> {
    let audience = Audience(row.text(9)?);
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
        corpus: row.optional_text(10)?.map_or_else(|| audience.clone(), Audience),
        audience,
    })
}

pub(crate) fn state(row: &Row<'_>, column: usize) -> Result<VerdictState, StoreError> {
    let word = row.text(column)?;
    VerdictState::parse(&word).ok_or_else(|| StoreError::unreadable(column, "a verdict's state", &word))
}

const OF_SCOPE: &str = "SELECT id, component, vulnerability, state, class, reason, conditional, statement, evidence, audience, \
    corpus FROM verdict WHERE since <= $1 AND until > $1 AND audience = $2 AND COALESCE(corpus, audience) = $3 ORDER BY id";
const SETTLEMENTS_OF_SCOPE: &str = "SELECT s.id, s.verdict, s.inventory, s.state, s.class, s.reason, s.evidence \
    FROM settlement s JOIN ledger l ON l.sequence = s.since AND l.audience = $2 \
    WHERE s.since <= $1 AND s.until > $1 AND EXISTS (SELECT 1 FROM verdict v WHERE v.id = s.verdict \
    AND COALESCE(v.corpus, v.audience) = $3) ORDER BY s.id";
const WITH_EVIDENCE: &str = "SELECT s.id, s.verdict, s.inventory, s.state, s.class, s.reason, s.evidence, e.body \
    FROM settlement s JOIN ledger l ON l.sequence = s.since AND l.audience = $2 LEFT JOIN evidence e ON e.digest = s.evidence \
    WHERE s.since <= $1 AND s.until > $1 AND EXISTS (SELECT 1 FROM verdict v WHERE v.id = s.verdict \
    AND COALESCE(v.corpus, v.audience) = $3) ORDER BY s.id";
