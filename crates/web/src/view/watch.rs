//! Watch: when we looked, at what, how fresh that was, and what no source could have told us.

use askama::Template;

use super::calendar::Calendar;
use super::count::{Count, Headline, Link};
use super::empty::Empty;
use super::shell::Shell;
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "watch.html")]
pub struct WatchPage {
    pub shell: Shell,
    pub sweeps_last_day: u64,
    pub releases_not_asked: Count,
    /// Sources that are stale or degraded.
    pub sources_not_fresh: Count,
    pub calendar: Option<Calendar>,
    /// The worst day in words: what happened, and why.
    pub worst: Option<(String, String)>,
    pub sources: Vec<SourceRow>,
    pub sweeps: Vec<SweepRow>,
    pub no_sweep: Empty,
    pub running: Option<Running>,
    /// A sweep that was not begun, or did not end as it should, and why.
    pub failed: Option<String>,
    pub snapshot: Option<Snapshot>,
    /// Releases with the most blind spots.
    pub blind: Vec<(String, Count)>,
    /// Releases with blind spots that are not named.
    pub blind_more: u64,
    pub blind_total: Count,
    pub components_total: u64,
    /// Where the form "Sweep now" is posted; absent for those who may not, and while a sweep runs.
    pub sweep_action: Option<String>,
}

#[derive(Debug, Clone)]
pub struct SourceRow {
    pub name: String,
    pub what: String,
    /// "17 Nov 08:02"
    pub taken: String,
    /// "12 min ago"
    pub age: String,
    pub records: Count,
    pub refused: Option<Count>,
    pub state: SourceState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceState {
    Fresh,
    Stale,
    /// Something was refused; the rest was taken in.
    Degraded,
}

#[derive(Debug, Clone)]
pub struct SweepRow {
    /// "08:10", with the day when it is not today.
    pub at: String,
    /// "3 new verdicts, 1 closed"
    pub words: String,
    pub found: bool,
    pub receipt: Link,
}

/// A sweep that is under way.
#[derive(Debug, Clone)]
pub struct Running {
    /// "PSIRT lead", or "outside this portal, on host-1".
    pub by: String,
    /// "Tue 17 Nov 2026 08:14 UTC"
    pub since: String,
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
