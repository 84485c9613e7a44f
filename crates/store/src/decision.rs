//! Decisions: one record per fielded version. What a signature is bound to is the digest of a row here.

use domain::{
    audience::Audience,
    decision::{Assessor, Decision, DecisionState, Justification, Risk, VexStatus},
    id::{CaseId, DecisionId, PersonId, ReleaseId, VulnerabilityId},
};

use crate::{Row, StoreError, Table, Tx, Value, View};

/// Decisions.
pub const DECISION: Table = Table {
    name: "decision",
    key: &["id"],
    columns: &[
        "id",
        "case_id",
        "release",
        "vulnerability",
        "names",
        "status",
        "justification",
        "impact_statement",
        "action_statement",
        "risk",
        "rationale",
        "preconditions",
        "review_on",
        "assessor",
        "state",
        "follows",
        "audience",
    ],
    sealed: &[],
};

/// A decision and the entry that opened this version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionRow {
    /// The decision.
    pub decision: Decision,
    /// Ledger entry.
    pub since: i64,
}

impl Tx<'_> {
    /// Adds a decision.
    pub fn add_decision(&mut self, decision: &Decision) -> Result<(), StoreError> {
        self.open(&DECISION, &values(decision))
    }

    /// Gives a decision a new revision, which voids every signature on the earlier one.
    pub fn change_decision(&mut self, decision: &Decision) -> Result<(), StoreError> {
        self.replace(&DECISION, &values(decision))
    }
}

impl View<'_> {
    /// A decision by id.
    pub fn decision(&self, id: &DecisionId) -> Result<Option<DecisionRow>, StoreError> {
        self.row(BY_ID, &[self.sequence().into(), id.into()], read)
    }

    /// Every decision of a case, also withdrawn and superseded ones, oldest first.
    pub fn decisions_of_case(&self, case: &CaseId) -> Result<Vec<DecisionRow>, StoreError> {
        self.rows(OF_CASE, &[self.sequence().into(), case.into()], read)
    }

    /// Every decision of these cases, by case, oldest first.
    pub fn decisions_of_cases(&self, cases: Vec<String>) -> Result<Vec<DecisionRow>, StoreError> {
        self.rows(OF_CASES, &[self.sequence().into(), cases.into()], read)
    }

    /// Decisions on a vulnerability that are neither withdrawn nor superseded, by release.
    pub fn standing_decisions(
        &self,
        vulnerability: &VulnerabilityId,
        audiences: &[String],
    ) -> Result<Vec<DecisionRow>, StoreError> {
        self.rows(STANDING, &[self.sequence().into(), vulnerability.into(), audiences.into()], read)
    }

    /// The cases with a proposal that waits for a signature, the longest wait first: the case, its oldest proposal, and how
    /// many. A proposal on a release that the reader may not know of is not counted.
    pub fn waiting_cases(
        &self,
        audiences: &[String],
        limit: i64,
    ) -> Result<Vec<(CaseId, DecisionId, i64)>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), limit.into()];
        self.rows(WAITING, &values, |row| {
            Ok((CaseId(row.text(0)?), DecisionId(row.text(1)?), row.integer(2)?))
        })
    }

    /// How many cases have a proposal that waits for a signature.
    pub fn count_waiting_cases(&self, audiences: &[String]) -> Result<i64, StoreError> {
        let values = [self.sequence().into(), audiences.into()];
        Ok(self.row(COUNT_WAITING, &values, |row| row.integer(0))?.unwrap_or(0))
    }

    /// The cases with a decision that was signed and opened again.
    pub fn reopened_cases(&self, audiences: &[String]) -> Result<Vec<String>, StoreError> {
        self.rows(REOPENED, &[self.sequence().into(), audiences.into()], |row| row.text(0))
    }

    /// How many decisions of each case stand in each state.
    pub fn count_decisions(
        &self,
        cases: Vec<String>,
        audiences: &[String],
    ) -> Result<Vec<(CaseId, DecisionState, i64)>, StoreError> {
        self.rows(COUNT, &[self.sequence().into(), cases.into(), audiences.into()], |row| {
            Ok((CaseId(row.text(0)?), state(&row.text(1)?, 1)?, row.integer(2)?))
        })
    }

    /// SHA-256 (hex) of the version of a decision that this reader sees.
    pub fn decision_digest(&self, id: &DecisionId) -> Result<Option<String>, StoreError> {
        self.leaf_of(LEAF, &DECISION, id.into())
    }

    /// How often what is signed in a case changed: the version of its documents.
    pub fn count_signed_changes(&self, case: &CaseId) -> Result<i64, StoreError> {
        let values = [self.sequence().into(), case.into()];
        Ok(self.row(SIGNED_CHANGES, &values, |row| row.integer(0))?.unwrap_or(0))
    }

    /// When the entry that opened this version was made, RFC 3339; none before the write is committed.
    pub fn moment_of(&self, sequence: i64) -> Result<Option<String>, StoreError> {
        self.row(MOMENT, &[sequence.into()], |row| row.text(0))
    }
}

fn values(decision: &Decision) -> Vec<Value> {
    let assessor = match &decision.assessor {
        Assessor::Person(id) => format!("person:{id}"),
        Assessor::Console => "console".to_owned(),
        Assessor::System => "system".to_owned(),
    };
    vec![
        (&decision.id).into(),
        (&decision.case).into(),
        (&decision.release).into(),
        (&decision.vulnerability).into(),
        (&decision.names).into(),
        decision.status.as_str().into(),
        decision.justification.map(Justification::as_str).into(),
        decision.impact_statement.as_ref().into(),
        decision.action_statement.as_ref().into(),
        decision.risk.map(Risk::as_str).into(),
        (&decision.rationale).into(),
        (&decision.preconditions).into(),
        decision.review_on.into(),
        assessor.into(),
        decision.state.as_str().into(),
        decision.follows.as_ref().into(),
        (&decision.audience).into(),
    ]
}

fn read(row: &Row<'_>) -> Result<DecisionRow, StoreError> {
    let word = |column: usize| row.optional_text(column);
    let unreadable = StoreError::unreadable;
    let status = row.text(5)?;
    let assessor = row.text(13)?;
    let decision = Decision {
        id: DecisionId(row.text(0)?),
        case: CaseId(row.text(1)?),
        release: ReleaseId(row.text(2)?),
        vulnerability: VulnerabilityId(row.text(3)?),
        names: row.text(4)?,
        status: VexStatus::parse(&status).ok_or_else(|| unreadable(5, "a VEX status", &status))?,
        justification: word(6)?
            .map(|word| Justification::parse(&word).ok_or_else(|| unreadable(6, "a justification", &word)))
            .transpose()?,
        impact_statement: word(7)?,
        action_statement: word(8)?,
        risk: word(9)?
            .map(|word| Risk::parse(&word).ok_or_else(|| unreadable(9, "a residual risk", &word)))
            .transpose()?,
        rationale: row.text(10)?,
        preconditions: row.text(11)?,
        review_on: word(12)?
            .map(|text| text.parse().map_err(|_| unreadable(12, "a date", &text)))
            .transpose()?,
        assessor: match assessor.split_once(':') {
            Some(("person", id)) => Assessor::Person(PersonId(id.to_owned())),
            None if assessor == "console" => Assessor::Console,
            None if assessor == "system" => Assessor::System,
            _ => return Err(unreadable(13, "an assessor", &assessor)),
        },
        state: state(&row.text(14)?, 14)?,
        follows: word(15)?.map(DecisionId),
        audience: Audience(row.text(16)?),
    };
    Ok(DecisionRow { decision, since: row.integer(17)? })
}

fn state(word: &str, column: usize) -> Result<DecisionState, StoreError> {
    DecisionState::parse(word).ok_or_else(|| StoreError::unreadable(column, "a decision's state", word))
}

macro_rules! columns {
    () => {
        "SELECT id, case_id, release, vulnerability, names, status, justification, impact_statement, action_statement, \
         risk, rationale, preconditions, review_on, assessor, state, follows, audience, since FROM decision "
    };
}
const BY_ID: &str = concat!(columns!(), "WHERE id = $2 AND since <= $1 AND until > $1");
/// The same columns as [`DECISION`], in its order, then since.
const LEAF: &str = BY_ID;
const OF_CASE: &str = concat!(columns!(), "WHERE case_id = $2 AND since <= $1 AND until > $1 ORDER BY id");
const OF_CASES: &str =
    concat!(columns!(), "WHERE case_id IN (LIST $2) AND since <= $1 AND until > $1 ORDER BY case_id, id");
const STANDING: &str = concat!(
    columns!(),
    "WHERE vulnerability = $2 AND since <= $1 AND until > $1 AND state NOT IN ('withdrawn', 'superseded') \
     AND audience IN (LIST $3) ORDER BY release, id"
);
const REOPENED: &str = "SELECT DISTINCT case_id FROM decision WHERE state = 'reopened' AND since <= $1 AND until > $1 \
    AND audience IN (LIST $2)";
macro_rules! waiting {
    () => {
        "FROM decision d JOIN release r ON r.id = d.release AND r.since <= $1 AND r.until > $1 AND r.audience IN (LIST $2) \
         JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2) \
         WHERE d.state = 'proposed' AND d.since <= $1 AND d.until > $1 AND d.audience IN (LIST $2)"
    };
}
const WAITING: &str = concat!(
    "SELECT d.case_id, MIN(d.id), COUNT(*) ",
    waiting!(),
    " GROUP BY d.case_id ORDER BY MIN(d.id) LIMIT $3"
);
const COUNT_WAITING: &str = concat!("SELECT COUNT(DISTINCT d.case_id) ", waiting!());
const COUNT: &str = "SELECT case_id, state, COUNT(*) FROM decision WHERE case_id IN (LIST $2) AND since <= $1 \
    AND until > $1 AND audience IN (LIST $3) GROUP BY case_id, state ORDER BY case_id, state";
const SIGNED_CHANGES: &str = "SELECT COUNT(DISTINCT since) FROM decision WHERE case_id = $2 AND since <= $1 \
    AND state IN ('signed', 'reopened', 'superseded')";
const MOMENT: &str = "SELECT at FROM ledger WHERE sequence = $1";
