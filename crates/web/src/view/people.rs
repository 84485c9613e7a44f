//! People and need-to-know: who is on which list, which labels there are, and which nobody holds.

use askama::Template;

use super::count::Headline;
use super::field::Problems;
use super::shell::Shell;
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "people.html")]
pub struct PeoplePage {
    pub shell: Shell,
    pub people: Vec<PersonRow>,
    pub labels: Vec<LabelRow>,
    pub form: LabelForm,
}

#[derive(Debug, Clone)]
pub struct PersonRow {
    pub name: String,
    pub email: String,
    /// "Analyst, Quality"
    pub roles: String,
    pub active: bool,
    /// Need-to-know labels held.
    pub labels: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct LabelRow {
    pub label: String,
    /// Names of those who hold it; empty: nobody.
    pub holders: String,
    pub records: u64,
}

/// The form that puts somebody on a list or takes them off, as it was sent.
#[derive(Debug, Clone, Default)]
pub struct LabelForm {
    pub person: String,
    pub label: String,
    pub reason: String,
    pub problems: Problems,
    /// What belongs to no field.
    pub refused: Option<String>,
}

impl PeoplePage {
    fn headline(&self) -> Headline {
        let people = words::plural(self.people.len() as u64, "person", "people");
        let labels = words::plural(self.labels.len() as u64, "need-to-know label", "need-to-know labels");
        let unheld = self.labels.iter().filter(|label| label.holders.is_empty()).count() as u64;
        let rest = match unheld {
            0 => String::from("."),
            n => format!("; nobody holds {} of them.", words::thousands(n)),
        };
        Headline::default().text(format!("{people}, {labels}{rest}"))
    }
}
