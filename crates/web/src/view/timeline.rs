//! What happened, newest first: who, did what, to what. Late and missing events are entries too.

use askama::Template;

use super::filters;

#[derive(Debug, Clone, Template)]
#[template(path = "parts/event.html")]
pub struct Event {
    /// "Thu 12 Nov 13:20".
    pub at: String,
    /// RFC 3339, for machines.
    pub at_iso: String,
    pub kind: EventKind,
    /// Printed in bold before the text: "Learned."
    pub lead: Option<String>,
    pub text: String,
    /// The ledger entry that holds it.
    pub href: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    Proposed,
    Signed,
    Withdrawn,
    Judged,
    Learned,
    Opened,
    Evidence,
    Late,
    /// Known to the world, not yet to us.
    Outside,
    Note,
}

impl askama::filters::HtmlSafe for Event {}

impl EventKind {
    fn icon(self) -> &'static str {
        match self {
            Self::Proposed => "pen",
            Self::Signed => "dot",
            Self::Withdrawn => "x",
            Self::Judged => "heart",
            Self::Learned => "plug",
            Self::Opened => "case",
            Self::Evidence => "search",
            Self::Late => "clock",
            Self::Outside => "dash",
            Self::Note => "doc",
        }
    }
}
