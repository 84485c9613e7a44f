//! Where the reader stands in the document and what it has reported so far. Knows no format.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::error::{MAX_LIST_BYTES, ReadError};
use crate::issue::{Issue, IssueCode};

/// Issues of one kind that are listed one by one; the rest is counted, so that a hostile document costs no memory.
const LISTED_PER_CODE: usize = 1_000;
/// Characters of a foreign text that are repeated in an issue.
const QUOTED_CHARACTERS: usize = 120;

/// One step of a JSON pointer.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    /// Into a member of an object.
    Key(&'static str),
    /// Into an element of a list.
    Index(usize),
    /// Nowhere: a single value stands where a list is expected.
    Here,
}

/// How much waits in lists.
#[derive(Default, Clone, Copy)]
pub(crate) struct Held {
    elements: usize,
    bytes: usize,
}

/// The reader's place and its report.
#[derive(Default, Clone)]
pub(crate) struct Walk {
    steps: Vec<Step>,
    issues: Vec<Issue>,
    counts: BTreeMap<IssueCode, usize>,
    held: Held,
    /// Set when the document must be refused in the middle of parsing.
    pub(crate) refusal: Option<ReadError>,
}

impl Walk {
    pub(crate) fn enter(&mut self, step: Step) {
        self.steps.push(step);
    }

    pub(crate) fn leave(&mut self) {
        self.steps.pop();
    }

    /// The JSON pointer of the present place.
    pub(crate) fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.steps {
            match step {
                Step::Key(key) => {
                    pointer.push('/');
                    pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                }
                Step::Index(index) => {
                    let _ = write!(pointer, "/{index}");
                }
                Step::Here => {}
            }
        }
        pointer
    }

    /// Counts a list element of this many bytes that is kept. Says no when there is no room for it: the walk then holds
    /// the refusal.
    pub(crate) fn hold(&mut self, bytes: usize) -> bool {
        self.held.elements += 1;
        self.held.bytes += bytes;
        let room = self.held.bytes <= MAX_LIST_BYTES;
        if !room && self.refusal.is_none() {
            let (count, pointer) = (self.held.elements, self.pointer());
            self.refusal = Some(ReadError::TooManyElements { count, limit: MAX_LIST_BYTES, pointer });
        }
        room
    }

    /// What is held now, to be given to [`Walk::release`].
    pub(crate) fn held(&self) -> Held {
        self.held
    }

    /// Everything that was counted since has been let go.
    pub(crate) fn release(&mut self, held: Held) {
        self.held = held;
    }

    /// Reports an issue at the present place. The text is made only when it will be listed.
    pub(crate) fn report(&mut self, code: IssueCode, text: impl FnOnce() -> String) {
        let count = self.counts.entry(code).or_default();
        *count += 1;
        if *count <= LISTED_PER_CODE {
            let pointer = self.pointer();
            self.issues.push(Issue { code, pointer, text: text() });
        }
    }

    /// Reports an issue at a member of the present place.
    pub(crate) fn report_at(&mut self, key: &'static str, code: IssueCode, text: impl FnOnce() -> String) {
        self.enter(Step::Key(key));
        self.report(code, text);
        self.leave();
    }

    /// Takes over what another walk has reported.
    pub(crate) fn join(&mut self, other: Walk) {
        self.issues.extend(other.issues);
        for (code, count) in other.counts {
            *self.counts.entry(code).or_default() += count;
        }
        self.refusal = self.refusal.take().or(other.refusal);
    }

    /// Everything reported, closed with one line for each kind of which not all are listed.
    pub(crate) fn into_issues(self) -> Vec<Issue> {
        let mut issues = self.issues;
        for (code, count) in self.counts {
            if let Some(more) = count.checked_sub(LISTED_PER_CODE).filter(|more| *more > 0) {
                let text = format!(
                    "{more} more of kind {} are not listed one by one ({count} in all)",
                    code.as_str()
                );
                issues.push(Issue { code: IssueCode::MoreOfTheSame, pointer: String::new(), text });
            }
        }
        issues
    }
}

/// A foreign text, shortened and made printable for use in an issue.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARACTERS) {
        Some((end, _)) => format!("{:?} and so on", &text[..end]),
        None => format!("{text:?}"),
    }
}
