//! Tables as people hand them in: CSV with a header line, read a row at a time with the exact line of everything that is
//! wrong. What the rows mean is the noun's (`unit.rs`, `site.rs`).
//!
//! The records are split here and not by the `csv` crate: it tells wrong lines after CRLF and blank lines, reads on to the
//! end of the file after a quote that is never closed, and bounds neither fields nor records.

use std::io::{BufRead, BufReader, Cursor, Read};

use serde::Serialize;

use crate::AppError;

/// Most rows of one file.
pub const MAX_ROWS: u64 = 2_000_000;
/// Longest row, in bytes.
const MAX_ROW_BYTES: usize = 64 << 10;
/// Errors and examples that are listed one by one; beyond they are counted.
const MAX_LISTED: usize = 200;
const SAMPLE: usize = 20;
/// How much of the file is looked at to tell its separator and encoding.
const HEAD: u64 = 64 << 10;
/// Longest part of a wrong value that is repeated in an error, in characters.
const SHOWN: usize = 80;

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Only say what would happen.
    Preview,
    /// Write all rows, or none when one of them is wrong.
    Commit,
}

/// What an import did or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TableReport {
    /// Rows read.
    pub rows: u64,
    /// Rows that are new.
    pub added: u64,
    /// Rows that change what is there.
    pub changed: u64,
    /// Rows that say what is there already.
    pub unchanged: u64,
    /// Columns that mean nothing here; their values are not kept.
    pub unknown_columns: Vec<String>,
    /// The first of the rows that add or change something.
    pub sample: Vec<SampleRow>,
    /// What is wrong, in the order of the lines; the first 200.
    pub errors: Vec<RowError>,
    /// How many there are.
    pub error_count: u64,
    /// Whether the rows are in the record now.
    pub written: bool,
    /// The ledger entry that closed the import; none when nothing was written.
    pub sequence: Option<i64>,
}

/// A row that adds or changes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SampleRow {
    /// Line in the file, from 1.
    pub line: u64,
    /// `add` or `change`.
    pub outcome: &'static str,
    /// The row in words.
    pub text: String,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// Line in the file, from 1; where a row spans several, its first.
    pub line: u64,
    /// Column as the header names it; empty = the whole row.
    pub column: String,
    /// What stands there, shortened.
    pub value: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl TableReport {
    /// Whether anything is wrong; then nothing was written.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.error_count > 0
    }

    pub(crate) fn wrong(&mut self, line: u64, column: &str, value: &str, message: impl Into<String>) {
        self.error_count += 1;
        if self.errors.len() < MAX_LISTED {
            self.errors.push(RowError {
                line,
                column: column.to_owned(),
                value: shortened(value),
                message: message.into(),
            });
        }
    }

    pub(crate) fn example(&mut self, line: u64, outcome: &'static str, text: impl FnOnce() -> String) {
        if self.sample.len() < SAMPLE {
            self.sample.push(SampleRow { line, outcome, text: text() });
        }
    }

    pub(crate) fn sort_errors(&mut self) {
        self.errors.sort_by_key(|error| error.line);
    }
}

/// A table being read.
pub(crate) struct Sheet<R: Read> {
    records: Records<R>,
    /// For each known column, where it stands in the file.
    places: Vec<Option<usize>>,
    known: &'static [&'static str],
    width: usize,
}

/// A row: known columns only, trimmed.
pub(crate) struct Line {
    pub(crate) number: u64,
    values: Vec<Option<String>>,
}

impl Line {
    /// The value of a known column; none when it is empty or not in the file.
    pub(crate) fn value(&self, column: usize) -> Option<&str> {
        self.values.get(column).and_then(Option::as_deref)
    }
}

impl<R: Read> Sheet<R> {
    /// Reads the header line. Fails when the file is no such table as a whole.
    pub(crate) fn open(
        mut input: R,
        known: &'static [&'static str],
        required: &[&str],
        report: &mut TableReport,
    ) -> Result<Self, AppError> {
        let mut head = Vec::new();
        input.by_ref().take(HEAD).read_to_end(&mut head).map_err(unreadable)?;
        let skip = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        refuse_other_formats(&head)?;
        let separator = separator(&head[skip..]);
        let mut start = Cursor::new(head);
        start.set_position(skip as u64);
        let mut records = Records {
            input: BufReader::with_capacity(HEAD as usize, start.chain(input)),
            separator,
            line: 1,
            after_cr: false,
            done: false,
        };
        let mut record = Record::default();
        let header = match records.read(&mut record).map_err(unreadable)? {
            Step::Row => record,
            Step::Fault(fault) => return Err(whole(fault)),
            Step::End => {
                return Err(whole(&format!(
                    "the table is empty; its first line names the columns: {}",
                    known.join(",")
                )));
            }
        };
        let names: Vec<String> =
            header.fields().map(|field| String::from_utf8_lossy(field).trim().to_lowercase()).collect();
        let place = |name: &&str| names.iter().position(|found| found == name);
        let places: Vec<_> = known.iter().map(place).collect();
        if let Some(twice) = known.iter().find(|name| names.iter().filter(|found| found == name).count() > 1)
        {
            return Err(whole(&format!("the column `{twice}` is named twice in the first line; keep one")));
        }
        if let Some(missing) = required.iter().find(|name| place(name).is_none()) {
            return Err(whole(&format!(
                "the first line names no column `{missing}`; it reads `{}`, expected are {}",
                shortened(&names.join(",")),
                known.join(",")
            )));
        }
        report.unknown_columns =
            names.iter().filter(|name| !known.contains(&name.as_str())).cloned().collect();
        Ok(Self { records, places, known, width: names.len() })
    }

    /// Whether the file has a known column at all: an absent column says nothing, an empty cell says "none".
    pub(crate) fn has(&self, column: usize) -> bool {
        self.places.get(column).is_some_and(Option::is_some)
    }

    /// The next row that can be read; rows that cannot are told to the report and skipped.
    pub(crate) fn next(&mut self, report: &mut TableReport) -> Result<Option<Line>, AppError> {
        let mut record = Record::default();
        loop {
            match self.records.read(&mut record).map_err(unreadable)? {
                Step::End => return Ok(None),
                Step::Fault(fault) => {
                    report.rows += 1;
                    report.wrong(record.line, "", "", fault);
                }
                Step::Row if record.fields().all(|field| field.trim_ascii().is_empty()) => continue,
                Step::Row => {
                    report.rows += 1;
                    if report.rows > MAX_ROWS {
                        return Err(whole(&format!(
                            "the table has more than {MAX_ROWS} rows; split the file"
                        )));
                    }
                    if let Some(line) = self.line(&record, report) {
                        return Ok(Some(line));
                    }
                }
            }
        }
    }

    fn line(&self, record: &Record, report: &mut TableReport) -> Option<Line> {
        let found = record.ends.len();
        if found != self.width {
            let message = format!(
                "this row has {found} fields, the first line names {}; a value that holds the separator has to stand in double quotes",
                self.width
            );
            report.wrong(record.line, "", &record.text(), message);
            return None;
        }
        let mut values = Vec::with_capacity(self.known.len());
        let mut clean = true;
        for (name, place) in self.known.iter().zip(&self.places) {
            let field = place.map_or(&b""[..], |place| record.field(place));
            match std::str::from_utf8(field) {
                Ok(text) => {
                    let text = text.trim();
                    if text.chars().any(char::is_control) {
                        report.wrong(record.line, name, text, "holds a control character; take it out");
                        clean = false;
                    }
                    values.push(Some(text.to_owned()).filter(|text| !text.is_empty()));
                }
                Err(_) => {
                    let message = "is not UTF-8; save the file as CSV UTF-8 and import it again";
                    report.wrong(record.line, name, &String::from_utf8_lossy(field), message);
                    clean = false;
                }
            }
        }
        clean.then_some(Line { number: record.line, values })
    }
}

/// A record as it is split.
#[derive(Default)]
struct Record {
    line: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Record {
    fn field(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).map(|index| self.field(index))
    }

    fn text(&self) -> String {
        self.fields().map(String::from_utf8_lossy).collect::<Vec<_>>().join(",")
    }
}

enum Step {
    Row,
    /// This record cannot be read; the next one can, unless the file ended in it.
    Fault(&'static str),
    End,
}

/// Splits bytes into records, RFC 4180 with any line end.
struct Records<R: Read> {
    input: BufReader<std::io::Chain<Cursor<Vec<u8>>, R>>,
    separator: u8,
    line: u64,
    after_cr: bool,
    done: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Plain,
    Quoted,
    Closed,
}

impl<R: Read> Records<R> {
    fn read(&mut self, record: &mut Record) -> std::io::Result<Step> {
        record.bytes.clear();
        record.ends.clear();
        record.line = self.line;
        if self.done {
            return Ok(Step::End);
        }
        let mut state = State::Start;
        let mut fault = None;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                self.done = true;
                if record.ends.is_empty() && record.bytes.is_empty() && state == State::Start {
                    return Ok(Step::End);
                }
                record.ends.push(record.bytes.len());
                if state == State::Quoted {
                    fault = Some(
                        "a double quote is opened here and never closed; close it, or double it where it is meant",
                    );
                }
                return Ok(fault.map_or(Step::Row, Step::Fault));
            }
            let mut used = 0;
            let mut ended = false;
            for &byte in buffer {
                used += 1;
                let line_feed_of_cr = std::mem::take(&mut self.after_cr) && byte == b'\n';
                if line_feed_of_cr && state != State::Quoted {
                    continue;
                }
                if byte == b'\r' || (byte == b'\n' && !line_feed_of_cr) {
                    self.line += 1;
                    self.after_cr = byte == b'\r';
                }
                match state {
                    State::Quoted if byte == b'"' => state = State::Closed,
                    State::Quoted => record.bytes.push(byte),
                    State::Closed if byte == b'"' => {
                        record.bytes.push(byte);
                        state = State::Quoted;
                    }
                    _ if byte == self.separator => {
                        record.ends.push(record.bytes.len());
                        state = State::Start;
                    }
                    _ if byte == b'\n' || byte == b'\r' => {
                        ended = true;
                        break;
                    }
                    State::Start if byte == b'"' => state = State::Quoted,
                    State::Closed => {
                        fault.get_or_insert(
                            "text follows a closing double quote; double the quotes inside the value",
                        );
                    }
                    _ => {
                        record.bytes.push(byte);
                        state = State::Plain;
                    }
                }
                if record.bytes.len() > MAX_ROW_BYTES {
                    record.bytes.clear();
                    record.ends.clear();
                    fault = Some("this row has more than 65,536 bytes; a double quote may be missing");
                }
            }
            self.input.consume(used);
            if ended {
                record.ends.push(record.bytes.len());
                return Ok(fault.map_or(Step::Row, Step::Fault));
            }
        }
    }
}

/// The separator of the first line: whichever of comma, semicolon and tab stands there most, outside quotes.
fn separator(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for &byte in head.iter().skip_while(|byte| matches!(byte, b'\r' | b'\n')) {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if !quoted => {
                for (_, count) in counts.iter_mut().filter(|(known, _)| *known == byte) {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    // Of equals the first: a table of one column has commas by the standard.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

fn refuse_other_formats(head: &[u8]) -> Result<(), AppError> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(whole("this is a spreadsheet or an archive, not a CSV file; save it as CSV UTF-8"));
    }
    if head.starts_with(b"\xff\xfe")
        || head.starts_with(b"\xfe\xff")
        || head.iter().take(1024).any(|byte| *byte == 0)
    {
        return Err(whole(
            "the file is not UTF-8 (it looks like UTF-16 or binary data); save it as CSV UTF-8",
        ));
    }
    Ok(())
}

fn whole(message: &str) -> AppError {
    AppError::invalid("file", message)
}

fn unreadable(source: std::io::Error) -> AppError {
    AppError::File { what: "cannot read", path: "the table".to_owned(), source }
}

fn shortened(value: &str) -> String {
    let mut text: String = value.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.len() < value.len() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["serial", "site"];

    fn rows(text: &[u8]) -> (Vec<String>, Vec<String>, Vec<String>) {
        let mut report = TableReport::default();
        let mut sheet = Sheet::open(text, KNOWN, &["serial"], &mut report).unwrap();
        let mut rows = Vec::new();
        while let Some(line) = sheet.next(&mut report).unwrap() {
            rows.push(format!(
                "{} {} {}",
                line.number,
                line.value(0).unwrap_or("-"),
                line.value(1).unwrap_or("-")
            ));
        }
        let errors = report.errors.iter().map(|e| format!("{} {} {}", e.line, e.column, e.message)).collect();
        (rows, errors, report.unknown_columns)
    }

    #[test]
    fn what_people_hand_in_is_read() {
        let check = |text: &[u8], expected: &[&str]| {
            let (rows, errors, _) = rows(text);
            assert_eq!(rows, expected, "{}", String::from_utf8_lossy(text));
            assert_eq!(errors, [""; 0], "{}", String::from_utf8_lossy(text));
        };
        check(b"serial,site\nA,North\nB,\n", &["2 A North", "3 B -"]);
        check(b"serial,site\nA,North", &["2 A North"]);
        check(b"\xef\xbb\xbfserial;site\r\nA;North, upper\r\nB;\r\n", &["2 A North, upper", "3 B -"]);
        check(b"serial\tsite\nA\tNorth\n", &["2 A North"]);
        check(b"Serial , SITE\rA,North\rB,South\r", &["2 A North", "3 B South"]);
        check(b"site,serial\n\"North \"\"1\"\"\",A\n", &["2 A North \"1\""]);
        check(b"serial,site\n\n\n , \nA,x\n", &["5 A x"]);
        check(b"serial,site\r\n\r\nA,x\r\n", &["3 A x"]);
        check(b"serial,site\r\n\"A\",x\r\nB,\"y\"\r\n", &["2 A x", "3 B y"]);
        check(b"serial\nA\n", &["2 A -"]);
        check(b"\"serial\",\"site\"\nA;B,x\n", &["2 A;B x"]);
        check(b"serial,site\nA,\"it\"\n\nB,5\" tube\n", &["2 A it", "4 B 5\" tube"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let check = |text: &[u8], rows_expected: &[&str], errors_expected: &[&str]| {
            let (rows, errors, _) = rows(text);
            assert_eq!(rows, rows_expected, "{}", String::from_utf8_lossy(text));
            assert_eq!(errors.len(), errors_expected.len(), "{errors:?}");
            for (error, expected) in errors.iter().zip(errors_expected) {
                assert!(error.starts_with(expected), "{error} / {expected}");
            }
        };
        check(
            b"serial,site\r\nA\r\nB,x\r\nC,x,y\r\n",
            &["3 B x"],
            &["2  this row has 1 fields", "4  this row has 3"],
        );
        check(b"serial,site\nA,\"x\ny\"\nB,z\n", &["4 B z"], &["2 site holds a control character"]);
        check(b"serial,site\nA,\xe4\nB,z\n", &["3 B z"], &["2 site is not UTF-8"]);
        check(b"serial,site\nA,x\nB,\"z\nC,y\n", &["2 A x"], &["3  a double quote is opened here"]);
        check(b"serial,site\nA,\"x\"y\nB,z\n", &["3 B z"], &["2  text follows a closing"]);
        let long = [b"serial,site\nA,".as_slice(), &[b'x'; 200_000], b"\nB,z\n"].concat();
        check(&long, &["3 B z"], &["2  this row has more than"]);
    }

    #[test]
    fn what_is_no_such_table_is_refused() {
        let check = |text: &[u8], expected: &str| {
            let result = Sheet::open(text, KNOWN, &["serial"], &mut TableReport::default()).map(|_| ());
            let message = result.unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        };
        check(b"", "is empty");
        check(b"name,site\nA,x\n", "names no column `serial`");
        check(b"serial,serial\nA,x\n", "named twice");
        check(b"PK\x03\x04abc", "spreadsheet");
        check(b"\xff\xfes\0e\0", "UTF-16");
    }

    #[test]
    fn unknown_columns_are_listed() {
        let (rows, _, unknown) = rows(b"serial,Colour,site\nA,red,x\n");
        assert_eq!((rows, unknown), (vec!["2 A x".to_owned()], vec!["colour".to_owned()]));
    }
}
