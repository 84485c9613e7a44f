//! An empty list or a list that failed: why it is so, when something last happened, and the next step.

use askama::Template;

use super::count::Link;
use super::filters;

#[derive(Debug, Clone, Template)]
#[template(path = "parts/empty.html")]
pub struct Empty {
    /// "No release has an inventory yet."
    pub why: String,
    /// "Last group was decided Mon 16 Nov 17:02 UTC."
    pub last: Option<String>,
    pub next: Option<Link>,
    /// Something is broken, as opposed to nothing being there.
    pub failed: bool,
}

impl askama::filters::HtmlSafe for Empty {}

impl Empty {
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), last: None, next: None, failed: false }
    }

    pub fn last(self, last: impl Into<String>) -> Self {
        Self { last: Some(last.into()), ..self }
    }

    pub fn next(self, next: Link) -> Self {
        Self { next: Some(next), ..self }
    }
}
