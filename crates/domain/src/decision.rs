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
    /// Whether it is explained by a justification or an impact statement.
    #[must_use]
    pub fn takes_justification(self) -> bool {
        self == Self::NotAffected
    }
    /// Whether it says what customers must do and how high the residual risk is.
    #[must_use]
    pub fn takes_action(self) -> bool {
        self == Self::Affected
    }
    /// How much it leaves to do, among the decisions of one case.
    fn weight(self) -> u8 {
        match self {
            Self::Affected => 3,
            Self::UnderInvestigation => 2,
            Self::Fixed => 1,
            Self::NotAffected => 0,
        }
    }
}

/// What a decision says beside its status and its reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Particulars {
    /// VEX justification.
    pub justification: Option<Justification>,
    /// Impact statement.
    pub impact_statement: Option<String>,
    /// Action statement.
    pub action_statement: Option<String>,
    /// Residual risk.
    pub risk: Option<Risk>,
}

impl Particulars {
    /// What of them a status allows; a form that hides a field sends it all the same. An impact statement stands in for a
    /// justification, never beside it.
    #[must_use]
    pub fn fitting(self, status: VexStatus) -> Self {
        let justification = self.justification.filter(|_| status.takes_justification());
        Self {
            impact_statement: self
                .impact_statement
                .filter(|_| status.takes_justification() && justification.is_none()),
            justification,
            action_statement: self.action_statement.filter(|_| status.takes_action()),
            risk: self.risk.filter(|_| status.takes_action()),
        }
    }
}

/// Where a whole case stands: of what is not withdrawn or superseded the decision that leaves most to do, by status, then by
/// risk, then by whether it is signed.
pub fn most_open<'a>(decisions: impl IntoIterator<Item = &'a Decision>) -> Option<&'a Decision> {
    let weight = |decision: &&Decision| {
        let risk = match decision.risk {
            Some(Risk::Uncontrolled) => 2,
            None => 1,
            Some(Risk::Controlled) => 0,
        };
        (decision.status.weight(), risk, decision.state != DecisionState::Signed)
    };
    decisions.into_iter().filter(|decision| !decision.state.is_final()).max_by_key(weight)
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

impl GateError {
    /// The field of the form that has to change.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::NeedsJustification | Self::JustificationWithoutNotAffected => "justification",
            Self::NeedsAction => "action_statement",
            Self::NeedsRationale => "rationale",
            Self::ReviewInPast(_) => "review_on",
            Self::FourEyes => "signer",
            Self::NeedsApproval => "meaning",
            Self::State(..) => "state",
        }
    }
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
    if !decision.status.takes_justification() && decision.justification.is_some() {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DecisionState as S, *};
    use crate::audience::Audience;

    fn decision(status: VexStatus) -> Decision {
        Decision {
            id: DecisionId("d".to_owned()),
            case: CaseId("c".to_owned()),
            release: ReleaseId("r".to_owned()),
            vulnerability: VulnerabilityId("v".to_owned()),
            names: "CVE-2024-1086".to_owned(),
            status,
            justification: None,
            impact_statement: None,
            action_statement: None,
            risk: None,
            rationale: "The file is not compiled.".to_owned(),
            preconditions: String::new(),
            review_on: None,
            assessor: Assessor::Person(PersonId("assessor".to_owned())),
            state: S::Proposed,
            follows: None,
            audience: Audience::general(),
        }
    }

    fn check_gates(status: VexStatus, change: impl FnOnce(&mut Decision), expected: &[&str]) {
        let mut decision = decision(status);
        change(&mut decision);
        let today = "2026-11-24".parse().unwrap();
        let fields: Vec<&str> = match check(&decision, today) {
            Ok(()) => Vec::new(),
            Err(errors) => errors.iter().map(GateError::field).collect(),
        };
        assert_eq!(fields, expected, "{decision:?}");
    }

    #[test]
    fn gates() {
        use VexStatus as V;
        let some = |text: &str| Some(text.to_owned());
        check_gates(V::NotAffected, |_| {}, &["justification"]);
        check_gates(V::NotAffected, |d| d.impact_statement = some("  "), &["justification"]);
        check_gates(V::NotAffected, |d| d.impact_statement = some("It is not reachable."), &[]);
        check_gates(V::NotAffected, |d| d.justification = Some(Justification::ComponentNotPresent), &[]);
        check_gates(V::Affected, |_| {}, &["action_statement"]);
        check_gates(V::Affected, |d| d.action_statement = some("\n"), &["action_statement"]);
        check_gates(V::Affected, |d| d.action_statement = some("Nothing is available yet."), &[]);
        check_gates(V::Fixed, |_| {}, &[]);
        check_gates(V::UnderInvestigation, |_| {}, &[]);
        for status in [V::Affected, V::Fixed, V::UnderInvestigation] {
            check_gates(
                status,
                |d| {
                    d.justification = Some(Justification::ComponentNotPresent);
                    d.action_statement = some("Update.");
                },
                &["justification"],
            );
        }
        check_gates(V::Fixed, |d| d.review_on = "2026-11-24".parse().ok(), &["review_on"]);
        check_gates(V::Fixed, |d| d.review_on = "2026-11-25".parse().ok(), &[]);
        // All at once.
        check_gates(
            V::Affected,
            |d| {
                d.justification = Some(Justification::ComponentNotPresent);
                d.rationale = " ".to_owned();
                d.review_on = "2020-01-01".parse().ok();
            },
            &["action_statement", "justification", "rationale", "review_on"],
        );
    }

    #[test]
    fn a_status_keeps_what_belongs_to_it() {
        let text = |text: &str| Some(text.to_owned());
        let all = Particulars {
            justification: Some(Justification::ComponentNotPresent),
            impact_statement: text("It is not reachable."),
            action_statement: text("Update."),
            risk: Some(Risk::Controlled),
        };
        let none = Particulars::default();
        for (status, expected) in [
            (
                VexStatus::Affected,
                Particulars {
                    action_statement: text("Update."),
                    risk: Some(Risk::Controlled),
                    ..none.clone()
                },
            ),
            (VexStatus::NotAffected, Particulars { justification: all.justification, ..none.clone() }),
            (VexStatus::Fixed, none.clone()),
            (VexStatus::UnderInvestigation, none.clone()),
        ] {
            assert_eq!(all.clone().fitting(status), expected, "{status:?}");
        }
        let explained = Particulars { impact_statement: text("It is not reachable."), ..none };
        assert_eq!(explained.clone().fitting(VexStatus::NotAffected), explained);
    }

    #[test]
    fn a_case_stands_where_most_is_left_to_do() {
        use VexStatus as V;
        let check = |decisions: &[(V, Option<Risk>, S)], expected: Option<usize>| {
            let made = decisions.iter().map(|(status, risk, state)| Decision {
                risk: *risk,
                state: *state,
                ..decision(*status)
            });
            let made: Vec<Decision> = made.collect();
            assert_eq!(most_open(&made), expected.and_then(|at| made.get(at)), "{decisions:?}");
        };
        check(&[], None);
        check(&[(V::Affected, None, S::Withdrawn), (V::Affected, None, S::Superseded)], None);
        check(&[(V::NotAffected, None, S::Proposed), (V::Fixed, None, S::Signed)], Some(1));
        check(&[(V::Affected, None, S::Superseded), (V::UnderInvestigation, None, S::Signed)], Some(1));
        let (controlled, uncontrolled) = (Some(Risk::Controlled), Some(Risk::Uncontrolled));
        check(&[(V::Affected, uncontrolled, S::Signed), (V::Affected, controlled, S::Proposed)], Some(0));
        check(&[(V::Affected, controlled, S::Signed), (V::Affected, None, S::Signed)], Some(1));
        check(&[(V::Fixed, None, S::Reopened), (V::Fixed, None, S::Signed)], Some(0));
    }

    #[test]
    fn who_may_sign() {
        let check = |state: S, signer: &str, meaning: Meaning, four_eyes: bool, expected: Option<&str>| {
            let mut decision = decision(VexStatus::Fixed);
            decision.state = state;
            let answer = sign(&decision, &PersonId(signer.to_owned()), meaning, four_eyes);
            assert_eq!(
                answer.as_ref().err().map(GateError::field),
                expected,
                "{state:?} {signer} {meaning:?}"
            );
            assert!(answer.is_err() || answer == Ok(S::Signed));
        };
        check(S::Proposed, "assessor", Meaning::Authorship, false, None);
        check(S::CarryProposed, "other", Meaning::Approval, false, None);
        check(S::Reopened, "assessor", Meaning::Authorship, false, None);
        check(S::Proposed, "assessor", Meaning::Approval, true, Some("signer"));
        check(S::Proposed, "other", Meaning::Authorship, true, Some("meaning"));
        check(S::Proposed, "other", Meaning::Review, true, Some("meaning"));
        check(S::Proposed, "other", Meaning::Approval, true, None);
        for state in [S::Signed, S::Withdrawn, S::Superseded] {
            check(state, "other", Meaning::Approval, true, Some("state"));
        }
    }

    fn any_state() -> impl Strategy<Value = S> {
        prop::sample::select(S::ALL.to_vec())
    }

    proptest! {
        /// What is final stays final, and a decision counts as decided only by way of a signature.
        #[test]
        fn walks(steps in prop::collection::vec(any_state(), 1..30)) {
            let mut state = S::Proposed;
            let mut ever_signed = false;
            for next in steps {
                if state.may_become(next) {
                    prop_assert!(!state.is_final());
                    prop_assert!(next != S::Signed || state.is_open());
                    prop_assert!(!matches!(next, S::Reopened | S::Superseded) || ever_signed);
                    state = next;
                    ever_signed |= state == S::Signed;
                }
                prop_assert!(!(state.is_open() && state.is_final()));
            }
        }

        #[test]
        fn nothing_becomes_itself_or_a_proposal(from in any_state(), to in any_state()) {
            if from.may_become(to) {
                prop_assert!(from != to && !matches!(to, S::Proposed | S::CarryProposed));
            }
        }
    }
}
