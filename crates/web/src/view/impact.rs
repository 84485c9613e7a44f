//! "Are we hit?": one question, one sentence, and every unit of the fleet in exactly one part of the answer.

use askama::Template;

use super::bar::{Bar, Tone};
use super::chip::{Firmness, Harm, Status, Threat, Verdict};
use super::count::{Count, Headline, Link};
use super::empty::Empty;
use super::inbox::Pager;
use super::shell::Shell;
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "impact.html")]
pub struct ImpactPage {
    pub shell: Shell,
    /// As typed.
    pub question: String,
    /// "Answered from the sweep of 08:10 UTC, snapshot 41d0 c7be."
    pub source: String,
    pub answer: Answer,
}

#[derive(Debug, Clone)]
pub enum Answer {
    /// Nothing was asked yet; examples to start from.
    Nothing(Vec<Link>),
    /// Several things are meant; one has to be chosen.
    Choose(Vec<Link>),
    /// The name is not known. That says nothing about the fleet.
    NotKnown(Empty),
    Vulnerability(Box<VulnerabilityAnswer>),
}

#[derive(Debug, Clone)]
pub struct VulnerabilityAnswer {
    /// The shown name first.
    pub names: Vec<String>,
    pub summary: String,
    /// "published 27 Jan 2026"
    pub published: Option<String>,
    pub case: Option<Link>,
    pub harm: Harm,
    pub threat: Threat,
    /// Units of releases decided as affected, and how many releases that is.
    pub affected: Count,
    pub affected_releases: u64,
    /// Units of releases in range of which no decision is in force.
    pub open: Count,
    pub open_releases: u64,
    /// Units that cannot be ruled out: their release is not known, it has no inventory, or the records do not settle it.
    pub not_ruled_out: Count,
    /// The whole fleet, each unit once.
    pub units: Bar,
    pub releases_asked: u64,
    pub releases: Vec<ImpactRelease>,
    /// The releases that are not listed, with the reason for each.
    pub not_listed: Count,
    pub serials: Vec<Serial>,
    pub serials_total: Count,
    pub pager: Pager,
    pub countries: Countries,
}

#[derive(Debug, Clone)]
pub struct ImpactRelease {
    /// `None` for units whose release is not known.
    pub release: Option<Link>,
    pub name: String,
    pub components: String,
    pub units: Count,
    /// `None` = not counted; never shown as zero.
    pub sites: Option<Count>,
    pub verdict: Option<Verdict>,
    pub status: Status,
    pub firmness: Firmness,
    pub why: String,
    pub explain: Option<Link>,
}

#[derive(Debug, Clone)]
pub struct Serial {
    pub serial: String,
    /// "4.2"; `None`: never read.
    pub release: Option<String>,
    /// "16 Nov"
    pub read: Option<String>,
    pub site: String,
    pub country: String,
    pub status: Status,
    pub firmness: Firmness,
}

/// Units by country: what is known to be hit and what cannot be ruled out.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/countries.html")]
pub struct Countries {
    /// Heading of the column of figures: "Affected or in range", or "Units".
    pub known_words: String,
    pub tone: Tone,
    pub rows: Vec<Country>,
}

#[derive(Debug, Clone)]
pub struct Country {
    pub name: String,
    pub known: Count,
    pub unread: Option<Count>,
}

impl askama::filters::HtmlSafe for Countries {}

impl VulnerabilityAnswer {
    /// The sentence says what was decided, then what is only matched, then what cannot be ruled out; it never says "safe".
    pub fn headline(&self) -> Headline {
        let releases = |n| words::plural(n, "release", "releases");
        let units = |n| words::plural(n, "unit", "units");
        let mut headline = Headline::default();
        let mut said = true;
        match (self.affected.n, self.open.n) {
            (0, 0) if self.not_ruled_out.n == 0 => {
                return headline.text(format!(
                    "No release out of {} is in range, as far as the inventories tell.",
                    words::thousands(self.releases_asked)
                ));
            }
            (0, 0) => {
                said = false;
                headline = headline.text(format!(
                    "No known release out of {} is in range, but ",
                    words::thousands(self.releases_asked)
                ));
            }
            (0, open) => {
                headline = headline.text("Not decided. ").link(units(open), &*self.open.href).text(format!(
                    " in {} {} in range",
                    releases(self.open_releases),
                    words::verb(open, "is", "are")
                ));
            }
            (affected, open) => {
                headline = headline.text("Yes. ").link(units(affected), &*self.affected.href).text(format!(
                    " in {} {} affected",
                    releases(self.affected_releases),
                    words::verb(affected, "is", "are")
                ));
                if open > 0 {
                    headline = headline
                        .text(", ")
                        .link(format!("{} more", words::thousands(open)), &*self.open.href)
                        .text(format!(" {} in range and not decided", words::verb(open, "is", "are")));
                }
            }
        }
        if self.not_ruled_out.n > 0 {
            if said {
                headline = headline.text(", and ");
            }
            let rest = if said {
                format!("{} more", words::thousands(self.not_ruled_out.n))
            } else {
                units(self.not_ruled_out.n)
            };
            headline = headline.link(rest, &*self.not_ruled_out.href).text(" cannot be ruled out");
        }
        headline.text(".")
    }

    fn names_line(&self) -> String {
        self.names.join(", ")
    }
}

impl Countries {
    /// Length of a bar out of 100.
    fn length(&self, n: &u64) -> String {
        let longest = self
            .rows
            .iter()
            .map(|row| row.known.n + row.unread.as_ref().map_or(0, |unread| unread.n))
            .max()
            .unwrap_or(1)
            .max(1);
        let length = *n as f64 / longest as f64 * 100.0;
        format!("{:.1}", if *n > 0 { length.max(1.0) } else { 0.0 })
    }
}
