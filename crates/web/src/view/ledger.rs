//! The ledger: is the record intact, what was written when, and one entry with the rows it opened and closed.

use askama::Template;

use super::chip::Chip;
use super::count::{Count, Headline, Link};
use super::shell::Shell;
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "ledger.html")]
pub struct LedgerPage {
    pub shell: Shell,
    pub state: Integrity,
    pub checkpoint: Option<Checkpoint>,
    pub rows: Vec<LedgerRow>,
    pub newer: Option<String>,
    pub older: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Integrity {
    pub entries: u64,
    /// `None`: nobody has verified yet.
    pub verified: Option<Verified>,
    /// Shortened hash of the last entry.
    pub head: String,
}

#[derive(Debug, Clone)]
pub struct Verified {
    pub checked: u64,
    pub breaks: Vec<Break>,
    /// "Tue 17 Nov 2026 08:00 UTC"
    pub at: String,
    /// "1.8 s"
    pub took: String,
}

#[derive(Debug, Clone)]
pub struct Break {
    pub entry: Link,
    /// "table decision: the rows opened by this entry do not give its tree root"
    pub what: String,
}

#[derive(Debug, Clone)]
pub struct Checkpoint {
    pub size: u64,
    pub root: String,
    pub at: String,
    pub key: String,
    /// An authority outside has stamped it.
    pub stamped: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "parts/ledger_row.html")]
pub struct LedgerRow {
    pub number: u64,
    pub href: String,
    pub summary: String,
    /// "17 Nov 2026 07:50"
    pub at: String,
    /// "8a02…"
    pub hash: String,
    pub signed: bool,
    pub place: Place,
}

/// Where an entry stands relative to the moment that is looked at. Later entries stay visible, greyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Before,
    Here,
    Later,
}

/// One entry in full.
#[derive(Debug, Clone, Template)]
#[template(path = "ledger_entry.html")]
pub struct LedgerEntryPage {
    pub shell: Shell,
    pub number: u64,
    pub summary: String,
    pub at: String,
    pub actor: String,
    pub authentication: String,
    pub reason: String,
    pub signed: bool,
    /// Full hashes, for comparison by hand.
    pub hash: String,
    pub previous: Option<Link>,
    pub previous_hash: String,
    pub next: Option<Link>,
    pub tables: Vec<TouchedTable>,
    /// Canonical JSON as it was hashed.
    pub body: String,
}

#[derive(Debug, Clone)]
pub struct TouchedTable {
    pub table: String,
    pub opened: Count,
    pub opened_root: String,
    pub closed: Count,
    pub closed_root: String,
}

impl askama::filters::HtmlSafe for LedgerRow {}

impl Integrity {
    fn chip(&self) -> Chip {
        match &self.verified {
            None => Chip::unknown("Not verified"),
            Some(verified) if !verified.breaks.is_empty() => Chip::new("red", "tri", "Broken"),
            Some(verified) if verified.checked < self.entries => Chip::new("amb", "half", "Partly verified"),
            Some(_) => Chip::new("grn", "check", "Verified"),
        }
    }
}

impl LedgerPage {
    fn headline(&self) -> Headline {
        let headline = Headline::default();
        let entries = words::plural(self.state.entries, "entry", "entries");
        match &self.state.verified {
            None => headline.text(format!("{entries}, not verified yet.")),
            Some(verified) => match verified.breaks.len() as u64 {
                0 if verified.checked == self.state.entries => {
                    headline.text(format!("The record is intact: {entries}, 0 breaks."))
                }
                0 => headline.text(format!(
                    "{} of {entries} verified, 0 breaks; the rest came later.",
                    words::thousands(verified.checked)
                )),
                n => headline
                    .text("The record is ")
                    .strong("not intact")
                    .text(format!(": {} in {entries}.", words::plural(n, "break", "breaks"))),
            },
        }
    }
}
