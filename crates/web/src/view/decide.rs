//! The form that proposes a decision: as loaded, or as typed with its problems. The gates are not checked here, and signing
//! is a form of its own (`sign`), because another person may do it.

use askama::Template;
use domain::decision::{Justification, Risk, VexStatus};

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
    pub status: Option<VexStatus>,
    pub risk: Option<Risk>,
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
    /// The one filled button of the page is here; not when something waits for a signature.
    pub filled: bool,
    /// Whose words were taken over: "as in CASE-0012".
    pub like: Option<String>,
    pub problems: Problems,
    /// What belongs to no field.
    pub refused: Option<String>,
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

impl DecisionForm {
    const RISKS: [Risk; 2] = [Risk::Controlled, Risk::Uncontrolled];

    fn is_status(&self, status: &VexStatus) -> bool {
        self.status.as_ref() == Some(status)
    }

    fn is_risk(&self, risk: &Risk) -> bool {
        self.risk.as_ref() == Some(risk)
    }

    fn is_justification(&self, justification: &Justification) -> bool {
        self.justification.as_ref() == Some(justification)
    }

    fn scope_units(&self) -> u64 {
        self.scope.iter().filter(|release| release.chosen).map(|release| release.units).sum()
    }

    fn scope_releases(&self) -> u64 {
        self.scope.iter().filter(|release| release.chosen).count() as u64
    }
}
