//! Files that a build leaves behind: a kernel's `.config`, the files that went through the compiler, configuration facts, the
//! result of a port scan.
//!
//! Each parser gives what it understood and a list of issues; what was left out makes the value *partial*, and a partial one
//! proves nothing by what it does not name. Not here: what evidence proves (`matcher::build`), to which release it belongs
//! (the record).

mod compiled_files;
mod facts;
mod kernel_config;
mod open_ports;

use std::io::Read as _;

pub use compiled_files::compiled_files;
pub use facts::{Fact, facts};
pub use kernel_config::kernel_config;
pub use open_ports::{Port, open_ports};

use crate::{Issue, IssueCode};

/// Largest file of evidence, in bytes, as it is and unpacked.
pub const MAX_BYTES: usize = 64 << 20;
/// Most lines (or entries of a compilation database) that are read.
pub const MAX_LINES: usize = 2_000_000;
/// Longest line, in bytes.
const MAX_LINE: usize = 16 * 1024;
/// Issues that are told one by one; the rest is counted in one more.
const TOLD: usize = 100;

/// A file of evidence as text, with what was lost on the way.
struct Lines {
    text: String,
    issues: Vec<Issue>,
    untold: usize,
    /// Something was left out or could not be understood.
    partial: bool,
}

impl Lines {
    fn of(bytes: &[u8]) -> Self {
        let mut lines = Self { text: String::new(), issues: Vec::new(), untold: 0, partial: false };
        let mut plain = Vec::new();
        let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
            let mut decoder = flate2::read::MultiGzDecoder::new(bytes).take(MAX_BYTES as u64 + 1);
            if let Err(error) = decoder.read_to_end(&mut plain) {
                lines.lost("", IssueCode::Damaged, format!("cannot be unpacked to its end: {error}"));
            }
            &plain
        } else {
            bytes
        };
        let bytes = match bytes.get(..MAX_BYTES) {
            Some(start) if bytes.len() > MAX_BYTES => {
                let text = format!("larger than {} MiB: the rest is not read", MAX_BYTES >> 20);
                lines.lost("", IssueCode::Limit, text);
                start
            }
            _ => bytes,
        };
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = String::from_utf8_lossy(bytes);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            lines.lost("", IssueCode::Encoding, "holds bytes that are not UTF-8".to_owned());
        }
        if text.contains('\0') {
            lines.lost("", IssueCode::NullReplaced, "holds U+0000, which text does not".to_owned());
            lines.text = text.replace('\0', "\u{fffd}");
        } else {
            lines.text = text.into_owned();
        }
        lines
    }

    /// Notes a loss: what the file does not name proves nothing from here on.
    fn lost(&mut self, place: &str, code: IssueCode, text: String) {
        self.partial = true;
        self.note(place, code, text);
    }

    fn note(&mut self, place: &str, code: IssueCode, text: String) {
        if self.issues.len() < TOLD {
            self.issues.push(Issue { location: place.to_owned(), record: None, code, text });
        } else {
            self.untold += 1;
        }
    }

    /// Visits every line that is no blank, without white space around it.
    fn each(&mut self, mut visit: impl FnMut(&mut Self, usize, &str)) {
        let text = std::mem::take(&mut self.text);
        for (number, line) in (1..).zip(text.lines()) {
            if number > MAX_LINES {
                let place = format!("line {number}");
                self.lost(
                    &place,
                    IssueCode::Limit,
                    format!("more than {MAX_LINES} lines: the rest is not read"),
                );
                break;
            }
            let line = line.trim();
            if line.len() > MAX_LINE {
                self.lost(&format!("line {number}"), IssueCode::Limit, "the line is too long".to_owned());
            } else if !line.is_empty() {
                visit(self, number, line);
            }
        }
    }

    /// The issues, with one more for those that are not told one by one.
    fn issues(mut self) -> Vec<Issue> {
        if self.untold > 0 {
            let text = format!("and {} more issues", self.untold);
            self.issues.push(Issue { location: String::new(), record: None, code: IssueCode::Limit, text });
        }
        self.issues
    }
}

/// The start of a line for a person.
fn shown(line: &str) -> String {
    let clean = |character: char| if character.is_control() { '\u{fffd}' } else { character };
    line.chars().take(80).map(clean).collect()
}
