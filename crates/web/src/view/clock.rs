//! A clock: a ring of the time that is left, in words beside it. Rules and due moments come from elsewhere.

use askama::Template;

#[derive(Debug, Clone, Template)]
#[template(path = "parts/clock.html")]
pub struct Clock {
    pub state: ClockState,
    /// "18 d left", "late 2 d 3 h", "No clock".
    pub words: String,
    /// What is due: "tell customers".
    pub due: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// Per cent of the time left.
    Running(u8),
    /// Under a quarter or 24 hours.
    Soon(u8),
    Late,
    NotStarted,
}

impl askama::filters::HtmlSafe for Clock {}
