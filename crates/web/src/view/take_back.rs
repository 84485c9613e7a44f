//! The small form beside one decision that takes it back: a proposal is withdrawn, a signed decision is opened again.

use askama::Template;

use super::field::{Problem, Problems};
use super::filters;

#[derive(Debug, Clone, Template)]
#[template(path = "parts/take_back.html")]
pub struct TakeBack {
    /// Where it is posted.
    pub action: String,
    pub form_token: String,
    /// Id of the decision.
    pub decision: String,
    /// "Withdraw" or "Reopen".
    pub verb: &'static str,
    /// What follows from it.
    pub effect: &'static str,
    /// Of which release, for those who hear the page.
    pub release: String,
    pub open: bool,
    pub reason: String,
    /// What is wrong with the reason, or what stood in the way.
    pub problem: Option<String>,
}

impl askama::filters::HtmlSafe for TakeBack {}

impl TakeBack {
    /// The control's id: one form for each decision of a page.
    fn field(&self) -> String {
        format!("back-{}", self.decision)
    }
}

/// What is wrong with such a form, in one sentence.
pub fn sentence(problems: &Problems, refused: Option<String>) -> Option<String> {
    refused.or_else(|| problems.all.first().map(|Problem { text, .. }| text.clone()))
}
