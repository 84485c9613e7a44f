//! The list of cases, worst harm first.

use askama::Template;

use super::chip::{Firmness, Harm, Risk, Status};
use super::count::{Count, Headline, Link};
use super::empty::Empty;
use super::inbox::{Pager, Tab};
use super::shell::Shell;
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "cases.html")]
pub struct CasesPage {
    pub shell: Shell,
    pub open: u64,
    pub proposed: Count,
    pub not_judged: Count,
    pub tabs: Vec<Tab>,
    pub rows: Vec<CaseRow>,
    pub pager: Pager,
    pub empty: Empty,
}

#[derive(Debug, Clone)]
pub struct CaseRow {
    /// "CASE-0147"
    pub case: Link,
    pub title: String,
    pub vulnerability: String,
    pub harm: Harm,
    pub status: Status,
    pub risk: Risk,
    pub firmness: Firmness,
    pub releases: Count,
    pub units: Count,
    pub owner: String,
    /// "Thu 5 Nov 2026"
    pub opened: String,
}

impl CasesPage {
    fn headline(&self) -> Headline {
        if self.open == 0 {
            return Headline::default().text("No case is open.");
        }
        let mut headline = Headline::default().text(format!(
            "{} {} open",
            words::plural(self.open, "case", "cases"),
            words::verb(self.open, "is", "are")
        ));
        if self.proposed.n > 0 {
            headline = headline.text(", ").link(
                format!(
                    "{} {} for a signature",
                    words::thousands(self.proposed.n),
                    words::verb(self.proposed.n, "waits", "wait")
                ),
                &*self.proposed.href,
            );
        }
        if self.not_judged.n > 0 {
            headline = headline.text(", ").link(
                format!(
                    "{} {} no judged harm",
                    words::thousands(self.not_judged.n),
                    words::verb(self.not_judged.n, "has", "have")
                ),
                &*self.not_judged.href,
            );
        }
        headline.text(".")
    }
}
