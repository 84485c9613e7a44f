//! Pages for what went wrong: what happened, to which thing, and what to do. The technical cause goes to the log.

use askama::Template;

use super::count::Link;
use super::{filters, href};

/// It stands without the shell, because the shell may be what failed, or the person may not be signed in.
#[derive(Debug, Clone, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub manufacturer: String,
    pub status: u16,
    /// "There is no CASE-0999."
    pub title: String,
    /// What to do.
    pub hint: String,
    /// Found in the log under this number.
    pub reference: Option<String>,
    pub links: Vec<Link>,
}

impl ErrorPage {
    pub fn new(
        manufacturer: impl Into<String>,
        status: u16,
        title: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            manufacturer: manufacturer.into(),
            status,
            title: title.into(),
            hint: hint.into(),
            reference: None,
            links: vec![Link::new("Back to Today", href::TODAY)],
        }
    }
}
