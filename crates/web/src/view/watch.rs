//! Watch: when we looked, at what, how fresh that was, and what no source could have told us.

use askama::Template;

use super::calendar::Calendar;
use super::count::{Count, Headline, Link};
use super::empty::Empty;
use super::shell::{Density, Shell, Theme};
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "watch.html")]
pub struct WatchPage {
    pub shell: Shell,
    /// The promise that is kept or broken, with where it was made.
    pub promise: Option<String>,
    pub sweeps_last_day: u64,
    pub releases_not_asked: Count,
    /// Sources that are stale, degraded or silent.
    pub sources_not_fresh: Count,
    pub facts: Vec<Fact>,
    pub calendar: Option<Calendar>,
    /// The worst day in words: what happened, and why.
    pub worst: Option<(String, String)>,
    pub sources: Vec<SourceRow>,
    pub sweeps: Vec<SweepRow>,
    pub no_sweep: Empty,
    pub running: Option<Running>,
    pub snapshot: Option<Snapshot>,
    pub blind: Vec<(String, Count)>,
    pub blind_total: Count,
    pub components_total: u64,
    /// Where the form "Sweep now" is posted; absent for those who may not.
    pub sweep_action: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Fact {
    pub caption: String,
    pub figure: String,
    pub comparison: String,
    pub good: bool,
}

#[derive(Debug, Clone)]
pub struct SourceRow {
    pub name: String,
    pub what: String,
    /// "17 Nov 08:02"; `None`: never.
    pub taken: Option<String>,
    /// "12 min of 1 h", or "no promise made".
    pub age: String,
    pub records: Option<Count>,
    pub refused: Option<Count>,
    pub digest: String,
    pub state: SourceState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceState {
    Fresh,
    Stale,
    /// Something was refused; the rest was taken in.
    Degraded,
    Silent,
}

#[derive(Debug, Clone)]
pub struct SweepRow {
    /// "08:10", with the day when it is not today.
    pub at: String,
    /// "3 new matches, 3 carried"
    pub words: String,
    pub found: bool,
    pub receipt: Link,
    /// Shortened digest of the result.
    pub digest: String,
    pub signed: bool,
}

#[derive(Debug, Clone)]
pub struct Running {
    pub by: String,
    pub what: String,
    pub done: u64,
    pub total: u64,
    pub left: String,
}

#[derive(Debug, Clone)]
pub struct Snapshot {
    pub digest: String,
    pub packs: u64,
    pub records: u64,
    pub taken: String,
    pub matcher: String,
}

impl WatchPage {
    /// A column that says nothing is left out.
    fn digests(&self) -> bool {
        self.sources.iter().any(|source| !source.digest.is_empty())
    }

    fn headline(&self) -> Headline {
        let mut headline = Headline::default().text(match self.sweeps_last_day {
            0 => String::from("Nobody looked in the last 24 hours. "),
            1 => String::from("We looked once in the last 24 hours. "),
            n => format!("We looked {} times in the last 24 hours. ", words::thousands(n)),
        });
        headline = match self.releases_not_asked.n {
            0 => headline.text("Every release was asked"),
            n => headline.link(
                format!("{} not asked", words::plural(n, "release was", "releases were")),
                &*self.releases_not_asked.href,
            ),
        };
        match self.sources_not_fresh.n {
            0 => headline.text("; every source is fresh."),
            n => headline
                .text("; ")
                .link(
                    format!("{} not fresh", words::plural(n, "source is", "sources are")),
                    &*self.sources_not_fresh.href,
                )
                .text("."),
        }
    }
}
