//! One case: how it could reach a patient, why it matched, which releases and units it touches, what was decided, and the
//! form to decide.

use askama::Template;

use super::assess::AssessForm;
use super::chip::{Firmness, Harm, Risk, Status, Threat, Verdict};
use super::clock::Clock;
use super::count::{Count, Link};
use super::decide::DecisionForm;
use super::evidence::Evidence;
use super::harm::{HarmPath, Matrix};
use super::shell::Shell;
use super::sign::SigningForm;
use super::stage::StageForm;
use super::take_back::TakeBack;
use super::timeline::Event;
use super::{filters, href};

#[derive(Debug, Clone, Template)]
#[template(path = "case.html")]
pub struct CasePage {
    pub shell: Shell,
    pub number: String,
    pub title: String,
    /// "opened Thu 5 Nov 2026", "owner PSIRT lead", "TLP:AMBER until 5 Dec": joined by a middle dot.
    pub meta: Vec<String>,
    /// The shown name first, then the other names of the same flaw.
    pub names: Vec<String>,
    pub summary: String,
    pub harm: Harm,
    pub risk: Risk,
    pub status: Status,
    pub firmness: Firmness,
    pub threat: Threat,
    pub stages: Vec<Stage>,
    pub path: HarmPath,
    pub matrix: Option<Matrix>,
    /// The engine that matched: "matcher 0.1.0".
    pub matcher: String,
    pub evidence: Vec<Evidence>,
    pub explain: Link,
    /// Two times that differ and why: "Published 27 Jan, part identity received 5 Nov."
    pub knowable: Option<(String, String)>,
    pub impact: Link,
    /// Moment of the sweep behind the table.
    pub swept: String,
    pub releases: Vec<ExposedRelease>,
    pub total_units: Count,
    /// `None` where a row's sites are not counted.
    pub total_sites: Option<Count>,
    /// What was signed and still stands.
    pub decisions: Vec<DecisionInForce>,
    pub clocks: Vec<CaseClock>,
    pub events: Vec<Event>,
    pub ledger: Link,
    /// What waits for a signature, for people who may sign.
    pub signing: Option<SigningForm>,
    /// Absent in the past and for people who may not decide; then `form_absent` says why.
    pub form: Option<DecisionForm>,
    pub form_absent: Option<String>,
    pub assessment: Option<AssessForm>,
    pub stage: Option<StageForm>,
    /// Cases whose words may be taken over into the proposal: label and what was decided.
    pub alike: Vec<(String, String)>,
    /// That choice was asked for.
    pub alike_open: bool,
}

#[derive(Debug, Clone)]
pub struct Stage {
    pub name: &'static str,
    pub state: StageState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageState {
    Done,
    Current,
    Ahead,
}

#[derive(Debug, Clone)]
pub struct ExposedRelease {
    /// `None` for units whose release was never read.
    pub release: Option<Link>,
    pub name: String,
    pub components: String,
    pub verdict: Option<Verdict>,
    pub units: Count,
    /// `None` = not counted; never shown as zero.
    pub sites: Option<Count>,
    pub status: Status,
    pub firmness: Firmness,
}

/// One decision record for one fielded version.
#[derive(Debug, Clone)]
pub struct DecisionInForce {
    pub release: Link,
    pub status: Status,
    pub firmness: Firmness,
    /// Justification or action, in the words that were signed.
    pub words: String,
    /// "Signed by A. Name, PSIRT lead, Thu 12 Nov 2026 13:20 UTC: I made this decision"; empty while proposed.
    pub signatures: Vec<String>,
    pub review_by: String,
    pub entry: Link,
    /// Absent in the past and for people who may not decide.
    pub take_back: Option<TakeBack>,
}

#[derive(Debug, Clone)]
pub struct CaseClock {
    pub clock: Clock,
    pub duty: String,
    /// The due moment, in UTC and local, or what would start it.
    pub due: String,
}

impl CasePage {
    fn meta_line(&self) -> String {
        self.meta.join(" · ")
    }

    fn names_line(&self) -> String {
        self.names.join(", ")
    }
}
