//! A case: one flaw, one matter to decide, over all releases it may touch.

use jiff::{Timestamp, civil::Date};

use crate::{
    audience::Audience,
    id::{CaseId, PersonId, VulnerabilityId},
};

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Id.
    pub id: CaseId,
    /// Number, shown as `CASE-0147`.
    pub number: i64,
    /// The flaw.
    pub vulnerability: VulnerabilityId,
    /// What can happen, in plain words; the shown name of the vulnerability until somebody writes one.
    pub title: String,
    /// Where the work stands.
    pub stage: CaseStage,
    /// Who owns it.
    pub owner: Option<PersonId>,
    /// When the owner's next step is due.
    pub due: Option<Date>,
    /// Event time: the earliest moment the information was in the firm's possession (regulation T0).
    pub learned_at: Timestamp,
    /// Harm if it happens; `None` = not judged.
    pub harm: Option<HarmSeverity>,
    /// Exploitability; `None` = not judged.
    pub exploitability: Option<Exploitability>,
    /// The harm path, stations separated by line feeds: flaw, component, device function, hazardous situation, harm.
    pub harm_path: Option<String>,
    /// Need-to-know label.
    pub audience: Audience,
}

impl Case {
    /// `CASE-0147`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("CASE-{:04}", self.number)
    }
}

/// Stages of the workflow (docs/regulation: §1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CaseStage {
    /// Somebody has to look.
    Triage,
    /// Status per fielded version is being settled.
    Applicability,
    /// Harm and exploitability are being judged.
    RiskAssessment,
    /// A binary result is being signed.
    Determination,
    /// Fix or control is being planned and made.
    Plan,
    /// Nothing is left to do.
    Closed,
}

impl CaseStage {
    /// All stages in order.
    pub const ALL: [Self; 6] = [
        Self::Triage,
        Self::Applicability,
        Self::RiskAssessment,
        Self::Determination,
        Self::Plan,
        Self::Closed,
    ];
    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Triage => "triage",
            Self::Applicability => "applicability",
            Self::RiskAssessment => "risk_assessment",
            Self::Determination => "determination",
            Self::Plan => "plan",
            Self::Closed => "closed",
        }
    }
    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }
}

/// What the gates of a case look at: one line for each fielded version that matches, counted by `app`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Names (`slug@version`) of matching fielded versions without any decision, not even a proposed one.
    pub without_status: Vec<String>,
    /// Names of those without a signed decision, the former included.
    pub without_signed: Vec<String>,
    /// Names of those whose signed decision is under investigation.
    pub under_investigation: Vec<String>,
    /// Names of those signed as affected without a determined residual risk.
    pub without_risk: Vec<String>,
    /// Names of those signed as affected with an uncontrolled risk.
    pub uncontrolled: Vec<String>,
    /// How many are signed as affected.
    pub affected: usize,
    /// Harm and exploitability are judged.
    pub judged: bool,
}

/// Why a case cannot go to a stage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StageError {
    /// It is there.
    #[error("the case is at {} already", .0.as_str())]
    Same(CaseStage),
    /// A step was left out.
    #[error("from {} a case goes on to {}, not to {}", .0.as_str(), .1.as_str(), .2.as_str())]
    Skips(CaseStage, CaseStage, CaseStage),
    /// Leaving applicability.
    #[error("every fielded version needs a VEX status first; without one: {}", .0.join(", "))]
    NeedsStatus(Vec<String>),
    /// Leaving risk assessment.
    #[error("harm and exploitability have to be judged first")]
    NeedsAssessment,
    /// Leaving determination.
    #[error("every affected version needs a signed determination (controlled or uncontrolled); without one: {}", .0.join(", "))]
    NeedsDetermination(Vec<String>),
    /// Closing.
    #[error("every fielded version needs a signed decision before the case closes; without one: {}", .0.join(", "))]
    NeedsSigned(Vec<String>),
    /// Closing.
    #[error("still under investigation, so the case cannot close: {}", .0.join(", "))]
    UnderInvestigation(Vec<String>),
    /// Closing.
    #[error("the risk is uncontrolled, so the case cannot close: {}", .0.join(", "))]
    Uncontrolled(Vec<String>),
}

/// Whether a case may go from one stage to another. Backwards always, also from closed; forwards a step at a time, except
/// that a case without an affected version may close from applicability on. Every gate that holds it is returned.
///
/// # Errors
/// The gates that hold it.
pub fn advance(from: CaseStage, to: CaseStage, standing: &Standing) -> Result<(), Vec<StageError>> {
    use CaseStage as S;
    if from == to {
        return Err(vec![StageError::Same(from)]);
    }
    if to < from {
        return Ok(());
    }
    let mut errors = Vec::new();
    let next = S::ALL.into_iter().find(|stage| *stage > from).unwrap_or(S::Closed);
    let closes_early = to == S::Closed && from >= S::Applicability && standing.affected == 0;
    if to != next && !closes_early {
        errors.push(StageError::Skips(from, next, to));
    }
    let leaves = |stage| from <= stage && to > stage;
    if leaves(S::Applicability) && to != S::Closed && !standing.without_status.is_empty() {
        errors.push(StageError::NeedsStatus(standing.without_status.clone()));
    }
    if leaves(S::RiskAssessment) && !closes_early && !standing.judged {
        errors.push(StageError::NeedsAssessment);
    }
    if leaves(S::Determination) && !standing.without_risk.is_empty() {
        errors.push(StageError::NeedsDetermination(standing.without_risk.clone()));
    }
    if to == S::Closed {
        if !standing.without_signed.is_empty() {
            errors.push(StageError::NeedsSigned(standing.without_signed.clone()));
        }
        if !standing.under_investigation.is_empty() {
            errors.push(StageError::UnderInvestigation(standing.under_investigation.clone()));
        }
        if !standing.uncontrolled.is_empty() {
            errors.push(StageError::Uncontrolled(standing.uncontrolled.clone()));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Severity of patient harm (FDA 2016 postmarket guidance §VI.B).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HarmSeverity {
    /// Inconvenience or temporary discomfort.
    Negligible,
    /// Temporary injury, no professional medical intervention.
    Minor,
    /// Injury that needs professional medical intervention.
    Serious,
    /// Permanent impairment or life-threatening injury.
    Critical,
    /// Death.
    Catastrophic,
}

impl HarmSeverity {
    /// All in order.
    pub const ALL: [Self; 5] =
        [Self::Negligible, Self::Minor, Self::Serious, Self::Critical, Self::Catastrophic];
    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Negligible => "negligible",
            Self::Minor => "minor",
            Self::Serious => "serious",
            Self::Critical => "critical",
            Self::Catastrophic => "catastrophic",
        }
    }
    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|harm| harm.as_str() == text)
    }
    /// Whether it needs professional medical intervention or worse: such work comes before all other.
    #[must_use]
    pub fn may_reach_a_patient(self) -> bool {
        self >= Self::Serious
    }
}

/// Exploitability, the other axis of the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Exploitability {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

impl Exploitability {
    /// All in order.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];
    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|exploitability| exploitability.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{CaseStage as S, *};

    fn check(from: S, to: S, standing: &Standing, expected: &str) {
        let said = match advance(from, to, standing) {
            Ok(()) => "ok".to_owned(),
            Err(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        };
        assert_eq!(said, expected, "{from:?} -> {to:?}");
    }

    #[test]
    fn gates() {
        let names = || vec!["pump@1".to_owned(), "pump@2".to_owned()];
        let clear = Standing { judged: true, affected: 1, ..Standing::default() };
        for pair in S::ALL.windows(2) {
            check(pair[0], pair[1], &clear, "ok");
            check(pair[1], pair[0], &Standing { without_status: names(), ..Standing::default() }, "ok");
        }
        check(S::Triage, S::Triage, &clear, "the case is at triage already");
        check(S::Triage, S::Plan, &clear, "from triage a case goes on to applicability, not to plan");
        check(S::Triage, S::Closed, &clear, "from triage a case goes on to applicability, not to closed");
        let no_status = Standing { without_status: names(), without_signed: names(), ..clear.clone() };
        check(
            S::Applicability,
            S::RiskAssessment,
            &no_status,
            "every fielded version needs a VEX status first; without one: pump@1, pump@2",
        );
        let not_judged = Standing { judged: false, ..clear.clone() };
        check(
            S::RiskAssessment,
            S::Determination,
            &not_judged,
            "harm and exploitability have to be judged first",
        );
        let no_risk = Standing { without_risk: names(), ..clear.clone() };
        check(
            S::Determination,
            S::Plan,
            &no_risk,
            "every affected version needs a signed determination (controlled or uncontrolled); without one: pump@1, pump@2",
        );
        let bad = Standing {
            without_signed: vec!["a@1".to_owned()],
            under_investigation: vec!["b@1".to_owned()],
            uncontrolled: vec!["c@1".to_owned()],
            ..clear.clone()
        };
        check(
            S::Plan,
            S::Closed,
            &bad,
            "every fielded version needs a signed decision before the case closes; without one: a@1; \
             still under investigation, so the case cannot close: b@1; \
             the risk is uncontrolled, so the case cannot close: c@1",
        );
        // Nothing affected: it may close from applicability on, judged or not.
        check(S::Applicability, S::Closed, &Standing::default(), "ok");
        check(
            S::Applicability,
            S::Closed,
            &clear,
            "from applicability a case goes on to risk_assessment, not to closed",
        );
        check(S::Closed, S::Triage, &clear, "ok");
    }

    proptest! {
        /// However a case walks, it is never closed while a fielded version lacks a signed decision.
        #[test]
        fn no_walk_closes_past_the_gate(steps in prop::collection::vec((0_usize..6, any::<[bool; 6]>()), 1..40)) {
            let mut stage = S::Triage;
            for (to, [status, signed, investigating, risk, uncontrolled, affected]) in steps {
                let list = |on: bool| if on { vec!["x@1".to_owned()] } else { Vec::new() };
                let standing = Standing {
                    without_status: list(status),
                    without_signed: list(signed),
                    under_investigation: list(investigating),
                    without_risk: list(risk),
                    uncontrolled: list(uncontrolled),
                    affected: usize::from(affected),
                    judged: risk,
                };
                if advance(stage, S::ALL[to], &standing).is_ok() {
                    stage = S::ALL[to];
                    if stage == S::Closed {
                        prop_assert!(!signed && !investigating && !uncontrolled);
                    }
                }
            }
        }
    }
}
