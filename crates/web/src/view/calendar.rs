//! The calendar of receipts: one cell a day, so that a day without a look is seen.

use askama::Template;

/// Weeks from left to right, Monday on top. Days before the first receipt and after today are given as such or left out.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/calendar.html")]
pub struct Calendar {
    pub weeks: u32,
    /// Week index and name of each month that begins in the period.
    pub months: Vec<(u32, String)>,
    pub days: Vec<Day>,
    /// "26 weeks: 174 days complete, 1 missed"
    pub spoken: String,
}

/// The same days in one row, for Today.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/strip.html")]
pub struct Strip {
    pub days: Vec<DayState>,
    pub spoken: String,
}

#[derive(Debug, Clone)]
pub struct Day {
    pub week: u32,
    /// 0 for Monday.
    pub weekday: u32,
    pub state: DayState,
    /// "Thu 6 Aug: missed", shown on pointing at the cell.
    pub title: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayState {
    /// Every release was asked and something was found.
    Found,
    /// Every release was asked and nothing was found.
    Nothing,
    Missed,
    /// Before the workspace began to watch.
    BeforeRecord,
}

impl askama::filters::HtmlSafe for Calendar {}
impl askama::filters::HtmlSafe for Strip {}

impl Calendar {
    const WIDTH: f64 = 814.0;
    const LEFT: f64 = 36.0;

    fn step(&self) -> f64 {
        Self::WIDTH / f64::from(self.weeks.max(1))
    }

    fn x(&self, week: &u32) -> String {
        format!("{:.1}", Self::LEFT + f64::from(*week) * self.step())
    }

    fn inner_x(&self, week: &u32) -> String {
        format!("{:.1}", Self::LEFT + f64::from(*week) * self.step() + 0.5)
    }

    fn cell(&self) -> String {
        format!("{:.1}", self.step() - 2.8)
    }

    fn inner_cell(&self) -> String {
        format!("{:.1}", self.step() - 3.8)
    }
}
