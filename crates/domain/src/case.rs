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
