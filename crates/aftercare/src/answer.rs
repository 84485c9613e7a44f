//! How an answer is printed: a table for people or one JSON document. Only the answer goes to stdout.

use std::io::{BufWriter, Write as _};

use serde::Serialize;
use serde_json::Value;

use crate::cli::Format;

/// Bytes that are collected before they are printed.
const BUFFER: usize = 1 << 16;

/// How a verb ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done, also with listed issues.
    Done,
    /// Done, and the answer is no.
    No,
}

/// Rows under headings.
pub(crate) struct Table {
    headings: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(headings: &'static [&'static str]) -> Self {
        Self { headings, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    fn text(&self) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_header(self.headings.iter().copied());
        for row in &self.rows {
            table.add_row(row);
        }
        table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
    }
}

/// Prints JSON or, for people, a table and a closing line.
pub(crate) fn print(format: Format, json: &Value, rows: &Table, closing: &str) -> anyhow::Result<()> {
    match format {
        Format::Json => document(json),
        Format::Table => table(rows, closing),
    }
}

/// Prints a JSON document as it is written, without holding it.
pub(crate) fn document(json: &impl Serialize) -> anyhow::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, std::io::stdout().lock());
    let written = serde_json::to_writer_pretty(&mut out, json).map_err(std::io::Error::from);
    ended(written.and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()))
}

/// Prints a table and a closing line for people.
pub(crate) fn table(table: &Table, closing: &str) -> anyhow::Result<()> {
    let text = match closing {
        closing if table.rows.is_empty() => format!("{closing}\n"),
        "" => table.text(),
        closing => format!("{}\n{closing}\n", table.text()),
    };
    raw(text.as_bytes())
}

/// Prints JSON or one sentence.
pub(crate) fn say(format: Format, json: &Value, sentence: &str) -> anyhow::Result<()> {
    match format {
        Format::Json => document(json),
        Format::Table => raw(format!("{sentence}\n").as_bytes()),
    }
}

/// Writes bytes; a reader that went away (`| head`) is no error.
pub(crate) fn raw(bytes: &[u8]) -> anyhow::Result<()> {
    ended(std::io::stdout().lock().write_all(bytes))
}

fn ended(written: std::io::Result<()>) -> anyhow::Result<()> {
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// `12,345`.
pub(crate) fn count(number: impl Into<i128>) -> String {
    let digits = number.into().to_string();
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |rest| ("-", rest));
    let mut out = String::from(sign);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 unit`, `2 units`.
pub(crate) fn some(number: impl Into<i128>, one: &str, many: &str) -> String {
    let number = number.into();
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// `100 units shown, there are more: raise --limit`.
pub(crate) fn page_closing(shown: usize, more: bool, one: &str, many: &str) -> String {
    let shown = some(shown as i128, one, many);
    if more { format!("{shown} shown, there are more: raise --limit") } else { shown }
}

/// How many rows were printed, and aloud when there are more.
pub(crate) fn listed(rows: usize, more: bool, one: &str, many: &str) -> String {
    let shown = some(i128::try_from(rows).unwrap_or(i128::MAX), one, many);
    if more { format!("{shown}, and there are more: these are the first ones only") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_thousands() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")] {
            assert_eq!(count(number), text);
        }
        assert_eq!(some(1, "unit", "units"), "1 unit");
        assert_eq!(listed(2, false, "unit", "units"), "2 units");
        assert!(listed(2, true, "unit", "units").contains("there are more"));
        assert_eq!(some(37_473, "unit", "units"), "37,473 units");
    }
}
