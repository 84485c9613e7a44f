//! The account: known = open + decided + the excluded + not assessable, with what is left over computed on the spot.

use askama::Template;

use super::bar::{Segment, Tone, segments};
use super::count::Count;
use super::filters;

/// A sum that must close. The remainder is computed here from the lines, never given by the caller.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/sum.html")]
pub struct Sum {
    /// What is summed up: "Vulnerabilities known".
    pub label: String,
    pub total: Count,
    pub lines: Vec<Line>,
    /// Counted beside the sum and never part of it, such as components without identity.
    pub beside: Option<(String, Count)>,
}

#[derive(Debug, Clone)]
pub struct Line {
    pub tone: Tone,
    pub label: String,
    pub count: Count,
}

impl askama::filters::HtmlSafe for Sum {}

impl Sum {
    pub fn unaccounted(&self) -> i128 {
        i128::from(self.total.n) - self.lines.iter().map(|line| i128::from(line.count.n)).sum::<i128>()
    }

    fn segments(&self) -> Vec<Segment> {
        segments(&self.lines.iter().map(|line| (line.tone, line.count.n)).collect::<Vec<_>>())
    }

    fn spoken(&self) -> String {
        let lines: Vec<String> = self
            .lines
            .iter()
            .map(|line| format!("{} {}", line.label, super::words::thousands(line.count.n)))
            .collect();
        format!("{} {}: {}", self.label, super::words::thousands(self.total.n), lines.join(", "))
    }
}

impl Line {
    pub fn new(tone: Tone, label: impl Into<String>, count: Count) -> Self {
        Self { tone, label: label.into(), count }
    }
}
