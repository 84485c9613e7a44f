//! A decision for one fielded version, its gates, and who may sign it.
//!
//! One record per release even when one act signs many. VEX words live here and only here: they belong to people.
//! Gates are functions that return every failure at once, so that a form can show them together.

use jiff::civil::Date;

use crate::{
    audience::Audience,
    id::{CaseId, DecisionId, PersonId, ReleaseId, VulnerabilityId},
    signature::Meaning,
};

/// A decision on one vulnerability for one release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Id.
    pub id: DecisionId,
    /// Case it belongs to.
    pub case: CaseId,
    /// Release it speaks of.
    pub release: ReleaseId,
    /// Vulnerability.
    pub vulnerability: VulnerabilityId,
    /// Names the vulnerability had when it was made, sorted, joined by one space.
    pub names: String,
    /// VEX status.
    pub status: VexStatus,
    /// VEX justification, for not affected.
    pub justification: Option<Justification>,
    /// Impact statement, for not affected.
    pub impact_statement: Option<String>,
    /// Action statement: what customers must do, for affected.
    pub action_statement: Option<String>,
    /// Residual risk of patient harm, where determined.
    pub risk: Option<Risk>,
    /// Why.
    pub rationale: String,
    /// What it holds on, one per line; machine-checked ones begin with `machine: `.
    pub preconditions: String,
    /// When it is looked at again.
    pub review_on: Option<Date>,
    /// Who assessed.
    pub assessor: Assessor,
    /// Draft-free life: proposed, then signed or withdrawn.
    pub state: DecisionState,
    /// The decision this one replaces or carries.
    pub follows: Option<DecisionId>,
    /// Need-to-know label.
    pub audience: Audience,
}

/// Who assessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assessor {
    /// A person.
    Person(PersonId),
    /// The local console (may propose, never sign).
    Console,
    /// Proposed by a rule of the system.
    System,
}

/// VEX status (CISA minimum requirements, April 2023).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VexStatus {
    /// Affected.
    Affected,
    /// Not affected.
    NotAffected,
    /// Fixed.
    Fixed,
    /// Under investigation.
    UnderInvestigation,
}

impl VexStatus {
    /// All.
    pub const ALL: [Self; 4] = [Self::Affected, Self::NotAffected, Self::Fixed, Self::UnderInvestigation];
    /// Stable word, the same as in OpenVEX.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::NotAffected => "not_affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
        }
    }
    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// VEX justification (OpenVEX 0.2, CSAF flags).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Justification {
    /// The component is not in the product.
    ComponentNotPresent,
    /// The vulnerable code is not in the product.
    VulnerableCodeNotPresent,
    /// The vulnerable code is never run.
    VulnerableCodeNotInExecutePath,
    /// An adversary cannot control it.
    VulnerableCodeCannotBeControlledByAdversary,
    /// Built in and not user-disableable. A compensating control is never this.
    InlineMitigationsAlreadyExist,
}

impl Justification {
    /// All.
    pub const ALL: [Self; 5] = [
        Self::ComponentNotPresent,
        Self::VulnerableCodeNotPresent,
        Self::VulnerableCodeNotInExecutePath,
        Self::VulnerableCodeCannotBeControlledByAdversary,
        Self::InlineMitigationsAlreadyExist,
    ];
    /// Stable word, the same as in OpenVEX.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::VulnerableCodeNotPresent => "vulnerable_code_not_present",
            Self::VulnerableCodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
            Self::VulnerableCodeCannotBeControlledByAdversary => {
                "vulnerable_code_cannot_be_controlled_by_adversary"
            }
            Self::InlineMitigationsAlreadyExist => "inline_mitigations_already_exist",
        }
    }
    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|justification| justification.as_str() == text)
    }
}

/// Residual risk of patient harm: binary, always (FDA 2016 §VI.C).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Risk {
    /// Sufficiently low.
    Controlled,
    /// Unacceptable.
    Uncontrolled,
}

impl Risk {
    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Controlled => "controlled",
            Self::Uncontrolled => "uncontrolled",
        }
    }
    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Controlled, Self::Uncontrolled].into_iter().find(|risk| risk.as_str() == text)
    }
}

/// Where a decision stands. Nothing unsigned is published or counts as decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DecisionState {
    /// Proposed, open.
    Proposed,
    /// Carried from an earlier release, proposed, open.
    CarryProposed,
    /// Signed: counts as decided.
    Signed,
    /// Taken back before it was signed.
    Withdrawn,
    /// A precondition broke after signing: open again.
    Reopened,
    /// A later signed decision took its place. It stays readable, with its signature.
    Superseded,
}

impl DecisionState {
    /// All.
    pub const ALL: [Self; 6] = [
        Self::Proposed,
        Self::CarryProposed,
        Self::Signed,
        Self::Withdrawn,
        Self::Reopened,
        Self::Superseded,
    ];
    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::CarryProposed => "carry_proposed",
            Self::Signed => "signed",
            Self::Withdrawn => "withdrawn",
            Self::Reopened => "reopened",
            Self::Superseded => "superseded",
        }
    }
    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
    /// Whether the machine lets one follow the other.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use DecisionState as S;
        matches!(
            (self, next),
            (S::Proposed | S::CarryProposed | S::Reopened, S::Signed | S::Withdrawn)
                | (S::Signed, S::Reopened)
                | (S::Signed | S::Reopened, S::Superseded)
        )
    }
    /// Waits for a signature: it counts as open work, not as decided.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Proposed | Self::CarryProposed | Self::Reopened)
    }
    /// Nothing can follow.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Withdrawn | Self::Superseded)
    }
}

/// Why a decision cannot be taken or signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// VEX: not affected needs a justification or an impact statement.
    #[error("not affected needs one of the five justifications or an impact statement")]
    NeedsJustification,
    /// VEX: affected needs an action statement.
    #[error("affected needs an action statement: what customers must do, or that nothing is available yet")]
    NeedsAction,
    /// A justification speaks of something else.
    #[error("a justification belongs to not affected only; remove it or choose not affected")]
    JustificationWithoutNotAffected,
    /// Why is empty.
    #[error("a decision needs a reason")]
    NeedsRationale,
    /// A residual risk stated for a release that is not affected.
    #[error("affected needs the residual risk to the patient: controlled or uncontrolled")]
    NeedsRisk,
    /// Review date in the past.
    #[error("the review date {0} is not after today")]
    ReviewInPast(Date),
    /// The same person would assess and approve.
    #[error("the assessor cannot sign as approver for this product; another qualified person has to")]
    FourEyes,
    /// An assessor's signature must mean authorship or responsibility, an approver's approval or review.
    #[error("this product asks another person than the assessor for a signature that means approval")]
    NeedsApproval,
    /// State machine.
    #[error("a decision that is {from} cannot become {to}", from = .0.as_str(), to = .1.as_str())]
    State(DecisionState, DecisionState),
}

/// Checks what is asked of a decision before it may be proposed. Every failure is returned.
///
/// # Errors
/// The list of gates that hold it back.
pub fn check(decision: &Decision, today: Date) -> Result<(), Vec<GateError>> {
    let said = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let mut errors = Vec::new();
    match decision.status {
        VexStatus::NotAffected => {
            if decision.justification.is_none() && !said(&decision.impact_statement) {
                errors.push(GateError::NeedsJustification);
            }
        }
        VexStatus::Affected => {
            if !said(&decision.action_statement) {
                errors.push(GateError::NeedsAction);
            }
        }
        VexStatus::Fixed | VexStatus::UnderInvestigation => {}
    }
    if decision.status != VexStatus::NotAffected && decision.justification.is_some() {
        errors.push(GateError::JustificationWithoutNotAffected);
    }
    if decision.rationale.trim().is_empty() {
        errors.push(GateError::NeedsRationale);
    }
    if let Some(review_on) = decision.review_on
        && review_on <= today
    {
        errors.push(GateError::ReviewInPast(review_on));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// What a signature by `signer` with `meaning` does to a decision.
///
/// # Errors
/// Four eyes, or a state that cannot be signed.
pub fn sign(
    decision: &Decision,
    signer: &PersonId,
    meaning: Meaning,
    four_eyes: bool,
) -> Result<DecisionState, GateError> {
    let next = DecisionState::Signed;
    if !decision.state.may_become(next) {
        return Err(GateError::State(decision.state, next));
    }
    if four_eyes {
        if decision.assessor == Assessor::Person(signer.clone()) {
            return Err(GateError::FourEyes);
        }
        if meaning != Meaning::Approval {
            return Err(GateError::NeedsApproval);
        }
    }
    Ok(next)
}
