//! What the parsers of single records have in common: text that is safe to parse, refusals, ids of weaknesses.

use std::borrow::Cow;

use matcher::record::Record;
use memchr::memmem;

use crate::cvss::contradiction;
use crate::report::{Issue, IssueCode};
use crate::slices::{Cut, Scanner};
use crate::text::utc;

/// A record and what is wrong with it, or why it is refused. Locations are pointers into the record.
pub type Unit = Result<(Record, Vec<Issue>), Box<Issue>>;

/// Parses one record's bytes: UTF-8 is checked, U+0000 replaced, and every issue given the record's id.
pub(crate) fn parse(
    raw: &[u8],
    normalise: impl FnOnce(&str, &mut Vec<Issue>) -> Result<Record, Issue>,
) -> Unit {
    let text = std::str::from_utf8(raw).map_err(|error| {
        Box::new(issue("", IssueCode::Encoding, format!("not UTF-8 from byte {} on", error.valid_up_to())))
    })?;
    let mut issues = Vec::new();
    let text = without_null(text, &mut issues);
    let record = normalise(&text, &mut issues).map_err(Box::new)?;
    issues.extend(record.scores.iter().filter_map(contradiction));
    for issue in &mut issues {
        issue.record = Some(record.id.clone());
    }
    Ok((record, issues))
}

/// A refusal because the text is not what the format demands.
pub(crate) fn malformed(error: impl std::fmt::Display) -> Issue {
    issue("", IssueCode::Malformed, error.to_string())
}

/// A refusal because the record does not say what it is about.
pub(crate) fn no_id(pointer: &str) -> Issue {
    issue(pointer, IssueCode::NoId, "the record has no id".to_owned())
}

/// An issue at `pointer`.
pub(crate) fn issue(pointer: &str, code: IssueCode, text: String) -> Issue {
    Issue { location: pointer.to_owned(), record: None, code, text }
}

/// A time, or an issue when there is text that is none. The zero time is silently absent.
pub(crate) fn time(text: &str, pointer: &str, issues: &mut Vec<Issue>) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let time = utc(text);
    if time.is_none() && !text.starts_with("0001-01-01") {
        issues.push(issue(pointer, IssueCode::Time, format!("`{text}` is no RFC 3339 time")));
    }
    time
}

/// `CWE-79` out of `CWE-79` or `CWE-79 Cross-site Scripting`; nothing for `NVD-CWE-noinfo`.
pub(crate) fn cwe(text: &str) -> Option<String> {
    let text = text.trim();
    let number = text.get(..4).filter(|prefix| prefix.eq_ignore_ascii_case("CWE-")).map(|_| &text[4..])?;
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| format!("CWE-{}", &number[..digits]))
}

/// The raw elements of the array under the top-level key `key`, as far as they can be cut.
pub(crate) fn elements<'a>(bytes: &'a [u8], key: &[u8]) -> (Vec<&'a [u8]>, Option<Cut>) {
    let mut found = Vec::new();
    let cut = collect(bytes, key, &mut found).err();
    (found, cut)
}

fn collect<'a>(bytes: &'a [u8], wanted: &[u8], found: &mut Vec<&'a [u8]>) -> Result<(), Cut> {
    let mut scanner = Scanner::new(bytes);
    scanner.eat(b'{')?;
    let mut first_key = true;
    while let Some(key) = scanner.key(first_key)? {
        first_key = false;
        if key == wanted && scanner.peek() == Some(b'[') {
            scanner.eat(b'[')?;
            let mut first = true;
            while let Some(element) = scanner.element(first)? {
                first = false;
                found.push(element);
            }
        } else {
            scanner.value()?;
        }
    }
    Ok(())
}

fn without_null<'a>(text: &'a str, issues: &mut Vec<Issue>) -> Cow<'a, str> {
    const ESCAPE: &str = "\\u0000";
    let bytes = text.as_bytes();
    let nulls: Vec<usize> = memmem::find_iter(bytes, ESCAPE)
        .filter(|at| {
            // An even number of backslashes before it: this one starts an escape.
            let before = bytes[..*at].iter().rev().take_while(|byte| **byte == b'\\').count();
            before % 2 == 0
        })
        .collect();
    if nulls.is_empty() {
        return Cow::Borrowed(text);
    }
    issues.push(issue("", IssueCode::NullReplaced, format!("{} U+0000 replaced by U+FFFD", nulls.len())));
    let mut replaced = String::with_capacity(text.len());
    let mut from = 0;
    for at in nulls {
        replaced.push_str(&text[from..at]);
        replaced.push_str("\\ufffd");
        from = at + ESCAPE.len();
    }
    replaced.push_str(&text[from..]);
    Cow::Owned(replaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_replaced_only_where_it_is_one() {
        for (text, expected, count) in [
            (r#""a\u0000b""#, r#""a\ufffdb""#, 1),
            (r#""a\\u0000b""#, r#""a\\u0000b""#, 0),
            (r#""\\\u0000""#, r#""\\\ufffd""#, 1),
            ("plain", "plain", 0),
        ] {
            let mut issues = Vec::new();
            assert_eq!(without_null(text, &mut issues), expected);
            assert_eq!(issues.len(), count, "{text}");
        }
    }

    #[test]
    fn weaknesses_have_a_number() {
        assert_eq!(cwe("CWE-79 Cross-site").as_deref(), Some("CWE-79"));
        assert_eq!(cwe("NVD-CWE-noinfo"), None);
        assert_eq!(cwe("CWE-"), None);
        assert_eq!(cwe("äöü"), None);
    }
}
