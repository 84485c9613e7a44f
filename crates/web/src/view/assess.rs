//! The form that assesses a case: what can happen, how bad it is, how likely an attack is, who owns it and what is due.

use askama::Template;
use domain::case::{Exploitability, HarmSeverity};

use super::chip::Harm;
use super::field::Problems;
use super::{filters, words};

/// The stations of the path from the flaw to the patient, with the question each answers.
pub const STATIONS: [(&str, &str); 5] = [
    ("Flaw", "What is wrong in the software?"),
    ("Component", "Which part of the device has it?"),
    ("Device function", "Which function uses that part?"),
    ("Hazardous situation", "What goes wrong for the patient?"),
    ("Harm", "How is the patient hurt?"),
];

#[derive(Debug, Clone, Template)]
#[template(path = "parts/assess.html")]
pub struct AssessForm {
    /// Where it is posted.
    pub action: String,
    pub form_token: String,
    /// Unfolded: asked for, or sent and not taken.
    pub open: bool,
    pub title: String,
    pub harm: Option<HarmSeverity>,
    pub exploitability: Option<Exploitability>,
    /// In the order of [`STATIONS`].
    pub stations: [String; 5],
    /// Id of the owner; empty: nobody.
    pub owner: String,
    /// Ids and names of people who may own it.
    pub owners: Vec<(String, String)>,
    /// ISO date; empty: none.
    pub due: String,
    /// Why the record changes, for the ledger.
    pub reason: String,
    pub problems: Problems,
    /// What belongs to no field.
    pub refused: Option<String>,
}

impl askama::filters::HtmlSafe for AssessForm {}

impl AssessForm {
    fn is_harm(&self, harm: &HarmSeverity) -> bool {
        self.harm.as_ref() == Some(harm)
    }

    fn is_exploitability(&self, exploitability: &Exploitability) -> bool {
        self.exploitability.as_ref() == Some(exploitability)
    }

    fn harm_word(harm: &HarmSeverity) -> &'static str {
        Harm::from(Some(*harm)).word()
    }

    fn stations(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        STATIONS.iter().zip(&self.stations).map(|((name, question), text)| (*name, *question, text.as_str()))
    }
}
