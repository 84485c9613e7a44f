//! The path from a flaw to a patient, and the matrix that weighs it. A missing station is drawn as unknown, never left out.

use askama::Template;
use domain::case::{Exploitability, HarmSeverity};

use super::chip::Harm;
use super::count::Link;
use super::{filters, words};

/// Flaw, component, device function, hazardous situation, harm.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/path.html")]
pub struct HarmPath {
    pub flaw: Station,
    pub component: Station,
    pub device_function: Station,
    pub hazardous_situation: Station,
    pub harm: Station,
}

#[derive(Debug, Clone)]
pub enum Station {
    Known {
        what: String,
        basis: String,
        link: Option<Link>,
    },
    /// What still has to be answered, and by whom.
    Unknown {
        question: String,
    },
}

/// Harm in five rows by exploitability in three columns, with the cell where the case was judged.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/matrix.html")]
pub struct Matrix {
    pub harm: HarmSeverity,
    pub exploitability: Exploitability,
}

impl askama::filters::HtmlSafe for HarmPath {}
impl askama::filters::HtmlSafe for Matrix {}

impl HarmPath {
    /// Whether anything is missing; such a path cannot be signed.
    pub fn is_complete(&self) -> bool {
        self.stations().iter().all(|(_, station)| matches!(station, Station::Known { .. }))
    }

    fn stations(&self) -> [(&'static str, &Station); 5] {
        [
            ("Flaw", &self.flaw),
            ("Component", &self.component),
            ("Device function", &self.device_function),
            ("Hazardous situation", &self.hazardous_situation),
            ("Harm", &self.harm),
        ]
    }
}

impl Matrix {
    /// From catastrophic down to negligible.
    fn harms() -> impl Iterator<Item = HarmSeverity> {
        HarmSeverity::ALL.into_iter().rev()
    }

    fn word(harm: &HarmSeverity) -> &'static str {
        Harm::from(Some(*harm)).word()
    }

    fn is_here(&self, harm: &HarmSeverity, exploitability: &Exploitability) -> bool {
        self.harm == *harm && self.exploitability == *exploitability
    }
}
