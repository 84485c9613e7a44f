//! The JSON parser's side: fills a slot from a whole text and turns parser errors into refusals.

use serde::de::DeserializeSeed as _;
use serde_json::Deserializer;
use serde_json::error::Category;

use crate::encoding;
use crate::error::ReadError;
use crate::issue::IssueCode;
use crate::slot::{Fill, Slot};
use crate::walk::Walk;

/// The recursion limit of serde_json, which is never switched off.
const MAX_DEPTH: usize = 128;

/// Fills `slot` from the one JSON value in `text`.
pub(crate) fn fill<'de, T: Slot<'de>>(
    text: &'de str,
    slot: &mut T,
    walk: &mut Walk,
) -> Result<(), ReadError> {
    let mut deserializer = Deserializer::from_str(text);
    let filled = Fill { slot, walk: &mut *walk }.deserialize(&mut deserializer);
    match filled.and_then(|_| deserializer.end()) {
        Ok(()) => Ok(()),
        Err(error) => Err(walk.refusal.take().unwrap_or_else(|| refusal(&error))),
    }
}

/// Replaces escapes that stand for no character, when there are any. Asked only after parsing has failed.
pub(crate) fn repaired(text: &str, error: &ReadError, walk: &mut Walk) -> Option<String> {
    let ReadError::Json { what, .. } = error else { return None };
    if !what.contains("surrogate") && !what.contains("hex escape") {
        return None;
    }
    let (repaired, count) = encoding::replace_lone_surrogates(text);
    (count > 0).then(|| {
        walk.report(IssueCode::Encoding, || {
            format!("{count} escapes of half a character were replaced by U+FFFD")
        });
        repaired
    })
}

/// What a parser error means for the reader of the message.
pub(crate) fn refusal(error: &serde_json::Error) -> ReadError {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    if what.starts_with("recursion limit") {
        return ReadError::TooDeep { limit: MAX_DEPTH, line, column };
    }
    let what = match error.classify() {
        Category::Eof => format!("the document ends too early ({what})"),
        Category::Io | Category::Syntax | Category::Data => what.to_owned(),
    };
    ReadError::Json { line, column, what }
}
