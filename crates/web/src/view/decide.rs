//! The form that proposes a decision: as loaded, or as typed with its problems. The gates are not checked here, and signing
//! is a form of its own (`sign`), because another person may do it.

use askama::Template;

use super::field::Problems;
use super::{filters, words};

#[derive(Debug, Clone, Template)]
#[template(path = "parts/decide.html")]
pub struct DecisionForm {
    /// Where it is posted.
    pub action: String,
    pub form_token: String,
    /// "draft saved 07:50 UTC"
    pub saved: Option<String>,
    pub status: Option<Choice>,
    pub risk: Option<RiskChoice>,
    pub justification: Option<Justification>,
    pub why: String,
    pub customers_must: String,
    pub conditions: Vec<Condition>,
    pub scope: Vec<ScopeRelease>,
    /// ISO date.
    pub review_by: String,
    pub review_hint: String,
    /// Why the record changes, for the ledger.
    pub reason: String,
    /// "PSIRT lead": as whom it is proposed.
    pub role: String,
    pub problems: Problems,
    /// What belongs to no field.
    pub refused: Option<String>,
}

/// The VEX status a person can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Affected,
    NotAffected,
    Fixed,
    UnderInvestigation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskChoice {
    Controlled,
    Uncontrolled,
}

/// The five justifications of VEX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Justification {
    ComponentNotPresent,
    VulnerableCodeNotPresent,
    VulnerableCodeNotInExecutePath,
    VulnerableCodeCannotBeControlledByAdversary,
    InlineMitigationsAlreadyExist,
}

/// The decision reopens when it no longer holds.
#[derive(Debug, Clone)]
pub struct Condition {
    pub id: String,
    pub text: String,
    pub chosen: bool,
}

/// One fielded version gets one decision record each.
#[derive(Debug, Clone)]
pub struct ScopeRelease {
    /// `slug@version`
    pub id: String,
    pub name: String,
    pub units: u64,
    pub chosen: bool,
}

impl askama::filters::HtmlSafe for DecisionForm {}

impl Choice {
    pub const ALL: [Self; 4] = [Self::Affected, Self::NotAffected, Self::Fixed, Self::UnderInvestigation];

    fn is(self, chosen: &Option<Self>) -> bool {
        *chosen == Some(self)
    }

    pub fn value(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::NotAffected => "not_affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Affected => "Affected",
            Self::NotAffected => "Not affected",
            Self::Fixed => "Fixed",
            Self::UnderInvestigation => "Investigating",
        }
    }
}

impl RiskChoice {
    pub const ALL: [Self; 2] = [Self::Controlled, Self::Uncontrolled];

    fn is(self, chosen: &Option<Self>) -> bool {
        *chosen == Some(self)
    }

    pub fn value(self) -> &'static str {
        match self {
            Self::Controlled => "controlled",
            Self::Uncontrolled => "uncontrolled",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Controlled => "Controlled",
            Self::Uncontrolled => "Uncontrolled",
        }
    }
}

impl Justification {
    pub const ALL: [Self; 5] = [
        Self::ComponentNotPresent,
        Self::VulnerableCodeNotPresent,
        Self::VulnerableCodeNotInExecutePath,
        Self::VulnerableCodeCannotBeControlledByAdversary,
        Self::InlineMitigationsAlreadyExist,
    ];

    /// The word of OpenVEX and CSAF.
    fn is(self, chosen: &Option<Self>) -> bool {
        *chosen == Some(self)
    }

    pub fn value(self) -> &'static str {
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

    pub fn word(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "The component is not there",
            Self::VulnerableCodeNotPresent => "The vulnerable code is not there",
            Self::VulnerableCodeNotInExecutePath => "The vulnerable code is never run",
            Self::VulnerableCodeCannotBeControlledByAdversary => {
                "An attacker cannot reach the vulnerable code"
            }
            Self::InlineMitigationsAlreadyExist => "Something built in already prevents it",
        }
    }
}

impl DecisionForm {
    fn scope_units(&self) -> u64 {
        self.scope.iter().filter(|release| release.chosen).map(|release| release.units).sum()
    }

    fn scope_releases(&self) -> u64 {
        self.scope.iter().filter(|release| release.chosen).count() as u64
    }

    fn bad(&self, field: &str) -> &'static str {
        if self.problems.at(field).is_some() { " bad" } else { "" }
    }
}
