//! One line of figures, the committed baseline, and what counts as a fall.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};

/// Rounding of the printed figures; a smaller difference is none.
const DIGITS: f64 = 10_000.0;

/// A set's figures.
pub(super) struct Row {
    pub(super) set: String,
    /// In the order in which they are printed.
    figures: Vec<(String, Value)>,
}

/// What was found among labelled pairs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// True labels found.
    pub(super) true_found: u32,
    /// True labels not found.
    pub(super) missed: u32,
    /// False labels found.
    pub(super) false_found: u32,
    /// Without an answer, or found without a label.
    pub(super) indeterminate: u32,
    /// Labelled pairs, where the unlabelled ones do not count.
    pub(super) labels: u32,
}

impl Tally {
    /// A row of precision and recall; a figure without a pair to count is null.
    pub(super) fn row(&self, set: impl Into<String>, snapshot: &str) -> Row {
        let figure = |share: Option<f64>| share.map_or(Value::Null, |share| json!(round(share)));
        let total = self.labels.max(self.true_found + self.missed + self.false_found);
        Row::new(set)
            .with("precision", figure(self.precision()))
            .with("recall", figure(self.recall()))
            .with("indeterminate", round(f64::from(self.indeterminate) / f64::from(total.max(1))))
            .with("n", total)
            .with("snapshot", snapshot)
    }

    /// Share of what was found that is right; `None` when nothing was found.
    pub(super) fn precision(&self) -> Option<f64> {
        let found = self.true_found + self.false_found;
        (found > 0).then(|| f64::from(self.true_found) / f64::from(found))
    }

    /// Share of what is right that was found; `None` when nothing is.
    pub(super) fn recall(&self) -> Option<f64> {
        let all = self.true_found + self.missed;
        (all > 0).then(|| f64::from(self.true_found) / f64::from(all))
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.true_found += other.true_found;
        self.missed += other.missed;
        self.false_found += other.false_found;
        self.indeterminate += other.indeterminate;
        self.labels += other.labels;
    }
}

impl Row {
    pub(super) fn new(set: impl Into<String>) -> Self {
        Self { set: set.into(), figures: Vec::new() }
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.figures.push((name.to_owned(), value.into()));
        self
    }

    #[expect(clippy::print_stdout, reason = "the figures are the answer")]
    pub(super) fn print(&self) {
        println!("{}", self.line());
    }

    /// The set first, the rest as it was given.
    fn line(&self) -> String {
        let mut line = format!("{{\"set\":{}", json!(self.set));
        for (name, value) in &self.figures {
            line.push_str(&format!(",{}:{value}", json!(name)));
        }
        line.push('}');
        line
    }
}

pub(super) fn round(figure: f64) -> f64 {
    (figure * DIGITS).round() / DIGITS
}

fn baseline() -> PathBuf {
    crate::root().join("docs/quality.jsonl")
}

/// Writes the rows of the sets as the baseline, keeping those of sets that did not run.
pub(super) fn write(rows: &[Row]) -> anyhow::Result<()> {
    let mut kept: Vec<(String, String)> = Vec::new();
    if let Ok(text) = std::fs::read_to_string(baseline()) {
        for line in text.lines() {
            let value: Value = serde_json::from_str(line)?;
            let set = value["set"].as_str().unwrap_or_default().to_owned();
            let base = |set: &str| set.split(':').next().unwrap_or_default().to_owned();
            if !rows.iter().any(|row| base(&row.set) == base(&set)) {
                kept.push((set, line.to_owned()));
            }
        }
    }
    kept.extend(rows.iter().map(|row| (row.set.clone(), row.line())));
    kept.sort_by(|left, right| left.0.cmp(&right.0));
    let text: String = kept.into_iter().map(|(_, line)| line + "\n").collect();
    std::fs::write(baseline(), text).context("docs/quality.jsonl")
}

/// Fails when a figure is worse than in the baseline, or when a set of it did not come (`whole`).
pub(super) fn compare(rows: &[Row], whole: bool) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(baseline()).context("docs/quality.jsonl: run with --write once")?;
    let now: BTreeMap<&str, &Row> = rows.iter().map(|row| (row.set.as_str(), row)).collect();
    let mut falls = Vec::new();
    for line in text.lines() {
        let before: Map<String, Value> = serde_json::from_str(line)?;
        let set = before.get("set").and_then(Value::as_str).unwrap_or_default();
        match now.get(set) {
            Some(row) => falls.extend(fallen(set, &before, &row.figures.iter().cloned().collect())),
            None if whole => falls.push(format!("{set} is no longer measured")),
            None => {}
        }
    }
    if falls.is_empty() {
        return Ok(());
    }
    for fall in &falls {
        eprintln!("quality: {fall}");
    }
    bail!("{} figures fell; mend the cause, or commit the new baseline with the reason", falls.len())
}

/// Figures that got worse: in words.
fn fallen(set: &str, before: &Map<String, Value>, now: &Map<String, Value>) -> Vec<String> {
    let number = |map: &Map<String, Value>, name: &str| map.get(name).and_then(Value::as_f64);
    let better_high = ["precision", "recall", "passed", "n"];
    let better_low = ["indeterminate", "failed", "waived", "violations"];
    let signs = better_high.map(|name| (name, 1.0)).into_iter().chain(better_low.map(|name| (name, -1.0)));
    signs
        .filter_map(|(name, sign)| {
            let was = number(before, name)?;
            match number(now, name) {
                Some(is) if (was - is) * sign > 0.5 / DIGITS => {
                    Some(format!("{set}: {name} was {was}, is {is}"))
                }
                Some(_) => None,
                None => Some(format!("{set}: {name} was {was}, is not counted any more")),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fall_is_told_and_a_gain_is_not() {
        let map = |value: Value| value.as_object().cloned().unwrap_or_default();
        let before = map(json!({ "precision": 0.9, "recall": 0.5, "failed": 2, "n": 10 }));
        let fallen = |now: Value| fallen("x", &before, &map(now));
        assert!(fallen(json!({ "precision": 0.9, "recall": 0.6, "failed": 1, "n": 10 })).is_empty());
        assert_eq!(
            fallen(json!({ "precision": 0.89, "recall": 0.5, "failed": 3 })),
            [
                "x: precision was 0.9, is 0.89",
                "x: n was 10, is not counted any more",
                "x: failed was 2, is 3"
            ]
        );
    }

    #[test]
    fn figures_without_pairs_are_null() {
        let row = Tally { missed: 1, labels: 1, ..Tally::default() }.row("x", "s");
        assert_eq!(
            row.line(),
            r#"{"set":"x","precision":null,"recall":0.0,"indeterminate":0.0,"n":1,"snapshot":"s"}"#
        );
    }
}
