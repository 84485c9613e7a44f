//! A row of work: what and who is hit, one line of detail, chips, and on the right a clock or an age.

use askama::Template;

use super::chip::{Firmness, Harm, Risk, Status, Threat};
use super::clock::Clock;

#[derive(Debug, Clone, Template)]
#[template(path = "parts/queue_row.html")]
pub struct QueueRow {
    /// Harm first, then the flaw; under 60 characters.
    pub title: String,
    pub href: String,
    pub detail: String,
    pub harm: Option<Harm>,
    pub status: Option<Status>,
    pub risk: Option<Risk>,
    pub firmness: Option<Firmness>,
    pub threat: Option<Threat>,
    pub clock: Option<Clock>,
    /// "2 d", shown when there is no clock.
    pub age: Option<String>,
    /// The row whose pane is open.
    pub current: bool,
}

impl askama::filters::HtmlSafe for QueueRow {}

impl QueueRow {
    fn firm(&self) -> Firmness {
        self.firmness.unwrap_or(Firmness::NoDecision)
    }
}
