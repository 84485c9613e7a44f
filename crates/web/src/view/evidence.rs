//! A list of claims: does it hold, what does it rest on, how strong is that.

use askama::Template;

use super::count::Link;
use super::filters;

#[derive(Debug, Clone, Template)]
#[template(path = "parts/evidence.html")]
pub struct Evidence {
    pub mark: Mark,
    pub claim: String,
    /// What the claim rests on, in one line.
    pub basis: Option<String>,
    pub grade: Option<Grade>,
    pub link: Option<Link>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Yes,
    No,
    /// Nobody has answered, or the data does not tell.
    Open,
    /// A neutral piece of news.
    Note,
}

/// A: machine proof, B: document, C: statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    A,
    B,
    C,
}

impl askama::filters::HtmlSafe for Evidence {}

impl Evidence {
    pub fn new(mark: Mark, claim: impl Into<String>) -> Self {
        Self { mark, claim: claim.into(), basis: None, grade: None, link: None }
    }

    pub fn basis(self, basis: impl Into<String>) -> Self {
        Self { basis: Some(basis.into()), ..self }
    }

    pub fn grade(self, grade: Grade) -> Self {
        Self { grade: Some(grade), ..self }
    }

    pub fn link(self, link: Link) -> Self {
        Self { link: Some(link), ..self }
    }
}
