//! Today: what is new in the last 24 hours, what needs this person, whether it adds up, and whether anybody watched.

use askama::Template;

use super::bar::Bar;
use super::calendar::Strip;
use super::count::{Count, Headline, Link};
use super::queue::QueueRow;
use super::shell::Shell;
use super::sum::Sum;
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "today.html")]
pub struct TodayPage {
    pub shell: Shell,
    /// "Since your last visit, Mon 16 Nov 17:42 UTC" and "14 h 32 min".
    pub since: (String, String),
    pub new_matches: u64,
    /// Groups that wait for this person.
    pub groups: Count,
    /// Of those, the ones whose judged harm is serious or worse.
    pub patient: Option<Count>,
    /// The first of them, harm first, then clock.
    pub needs_you: Vec<QueueRow>,
    /// Release lines by open work.
    pub releases: Vec<ReleaseLine>,
    pub all_releases: Count,
    /// The sweep's arithmetic, with the period it covers.
    pub sum: Option<(String, Sum)>,
    pub watch: WatchCard,
    pub signatures: Vec<QueueRow>,
}

#[derive(Debug, Clone)]
pub struct ReleaseLine {
    pub release: Link,
    pub units: Count,
    pub open: Count,
    pub decided: Count,
    pub blind: Count,
    /// Age of the oldest open group.
    pub oldest: Option<String>,
    pub closes: bool,
}

#[derive(Debug, Clone)]
pub struct WatchCard {
    /// "93.8%"
    pub share: String,
    pub coverage: Bar,
    pub receipts: Option<Strip>,
    /// The worst day in words.
    pub words: String,
}

impl TodayPage {
    fn headline(&self) -> Headline {
        let mut headline = Headline::default().text(match self.new_matches {
            0 => String::from("No new match. "),
            n => format!("{}. ", words::plural(n, "new match", "new matches")),
        });
        headline = match self.groups.n {
            0 => headline.text("Nothing needs you"),
            n => headline.link(
                format!("{} {} you", words::plural(n, "group", "groups"), words::verb(n, "needs", "need")),
                &*self.groups.href,
            ),
        };
        if let Some(patient) = &self.patient
            && patient.n > 0
        {
            headline = headline
                .text(", ")
                .patient_link(format!("{} may reach a patient", words::thousands(patient.n)), &*patient.href);
        }
        headline.text(".")
    }
}
