//! A bar of parts that add up: coverage, units by answer, decisions. The legend carries the figures, the bar only the shape.

use askama::Template;

use super::count::Count;
use super::filters;

/// Parts of a total. What the parts do not explain is shown as unaccounted and in red; it is computed, never given.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/bar.html")]
pub struct Bar {
    /// What is counted, for screen readers: "Units by answer".
    pub label: String,
    pub parts: Vec<Part>,
    pub total: u64,
    /// What the total is a number of, for the last words of the legend: "units in all".
    pub total_words: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Part {
    pub tone: Tone,
    pub count: Count,
    pub label: String,
}

/// The fill of a part. The hatch belongs to what is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Template)]
#[template(path = "parts/swatch.html")]
pub enum Tone {
    Affected,
    /// In range by the machine, no person has decided.
    Open,
    Fixed,
    NotAffected,
    Absent,
    Sure,
    Likely,
    Weak,
    Unknown,
}

pub(crate) struct Segment {
    pub(crate) tone: Tone,
    pub(crate) x: String,
    pub(crate) width: String,
}

impl askama::filters::HtmlSafe for Bar {}
impl askama::filters::HtmlSafe for Tone {}

impl Part {
    pub fn new(tone: Tone, count: Count, label: impl Into<String>) -> Self {
        Self { tone, count, label: label.into() }
    }
}

impl Bar {
    /// The total less all parts. A negative figure means rows were counted twice, which is as wrong as losing some.
    pub fn unaccounted(&self) -> i128 {
        i128::from(self.total) - self.parts.iter().map(|part| i128::from(part.count.n)).sum::<i128>()
    }

    fn spoken(&self) -> String {
        let parts: Vec<String> = self
            .parts
            .iter()
            .map(|part| format!("{} {}", super::words::thousands(part.count.n), part.label))
            .collect();
        format!("{}: {}", self.label, parts.join(", "))
    }

    fn segments(&self) -> Vec<Segment> {
        segments(&self.parts.iter().map(|part| (part.tone, part.count.n)).collect::<Vec<_>>())
    }
}

/// Widths out of 1000 with gaps of 2; a part that is not empty stays visible however small its share is.
pub(crate) fn segments(parts: &[(Tone, u64)]) -> Vec<Segment> {
    const WIDTH: f64 = 1000.0;
    const GAP: f64 = 2.0;
    const LEAST: f64 = 6.0;
    let parts: Vec<(Tone, f64)> =
        parts.iter().filter(|(_, n)| *n > 0).map(|(tone, n)| (*tone, *n as f64)).collect();
    let total: f64 = parts.iter().map(|(_, n)| n).sum();
    let room = WIDTH - GAP * (parts.len().saturating_sub(1)) as f64;
    let small: f64 = parts.iter().filter(|(_, n)| n / total * room < LEAST).map(|(_, n)| n).sum();
    let smalls = parts.iter().filter(|(_, n)| n / total * room < LEAST).count() as f64;
    let mut x = 0.0;
    let mut segments = Vec::with_capacity(parts.len());
    for (tone, n) in &parts {
        let width =
            if n / total * room < LEAST { LEAST } else { n / (total - small) * (room - smalls * LEAST) };
        segments.push(Segment { tone: *tone, x: format!("{x:.1}"), width: format!("{width:.1}") });
        x += width + GAP;
    }
    segments
}

impl Tone {
    /// Attributes of an SVG shape; fixed words only.
    pub(crate) fn paint(self) -> askama::filters::Safe<&'static str> {
        askama::filters::Safe(match self {
            Self::Affected => r#"class="k-am""#,
            Self::Open => r#"class="k-am" opacity=".5""#,
            Self::Fixed => r#"class="k-gr""#,
            Self::NotAffected => r#"class="k-ed""#,
            Self::Absent => r#"class="k-ed" opacity=".45""#,
            Self::Sure => r#"class="k-ac""#,
            Self::Likely => r#"class="k-g2""#,
            Self::Weak => r#"class="k-g1""#,
            Self::Unknown => r#"fill="url(#hat)""#,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: &[u64], widths: &[&str]) {
        let parts: Vec<(Tone, u64)> = parts.iter().map(|n| (Tone::Sure, *n)).collect();
        let found: Vec<String> = segments(&parts).into_iter().map(|segment| segment.width).collect();
        assert_eq!(found, widths);
    }

    #[test]
    fn small_parts_stay_visible_and_the_bar_stays_full() {
        check(&[], &[]);
        check(&[7], &["1000.0"]);
        check(&[1, 1], &["499.0", "499.0"]);
        check(&[0, 5], &["1000.0"]);
        check(&[1_000_000, 1], &["992.0", "6.0"]);
    }

    #[test]
    fn what_the_parts_do_not_explain_is_computed() {
        let part = |n| Part::new(Tone::Fixed, Count::new(n, "/x"), "fixed");
        let bar = |total, parts| Bar { label: String::from("Units"), parts, total, total_words: None };
        assert_eq!(bar(10, vec![part(4), part(6)]).unaccounted(), 0);
        assert_eq!(bar(10, vec![part(4)]).unaccounted(), 6);
        assert_eq!(bar(10, vec![part(11)]).unaccounted(), -1);
    }
}
