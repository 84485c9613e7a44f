//! Bytes to text: byte order marks, UTF-16, broken UTF-8. No format is known here.

use std::borrow::Cow;

use crate::error::ReadError;
use crate::issue::IssueCode;
use crate::walk::Walk;

/// The document as text. UTF-16 is transcoded and broken UTF-8 repaired, both with an issue.
pub(crate) fn decode<'a>(bytes: &'a [u8], walk: &mut Walk) -> Result<Cow<'a, str>, ReadError> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => {
            Err(ReadError::Encoding { found: "UTF-32", at: 0 })
        }
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes, "UTF-16, low byte first", walk),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes, "UTF-16, high byte first", walk),
        [first, 0, ..] if *first != 0 => utf16(bytes, u16::from_le_bytes, "UTF-16, low byte first", walk),
        [0, first, ..] if *first != 0 => utf16(bytes, u16::from_be_bytes, "UTF-16, high byte first", walk),
        [0xEF, 0xBB, 0xBF, rest @ ..] => Ok(utf8(rest, walk)),
        _ => Ok(utf8(bytes, walk)),
    }
}

/// Replaces `\uD800`-style escapes that have no partner; answers how many there were.
pub(crate) fn replace_lone_surrogates(text: &str) -> (String, usize) {
    let bytes = text.as_bytes();
    let (mut repaired, mut copied, mut at, mut count) = (String::with_capacity(text.len()), 0, 0, 0);
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        at += found;
        let unit = escaped_unit(bytes, at);
        match unit {
            Some(0xD800..=0xDBFF) if matches!(escaped_unit(bytes, at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                repaired.push_str(&text[copied..at]);
                repaired.push_str("\\ufffd");
                at += 6;
                copied = at;
                count += 1;
            }
            // Over the backslash and what it escapes, so that `\\u` is not taken for an escape.
            _ => at += 2,
        }
    }
    repaired.push_str(&text[copied..]);
    (repaired, count)
}

fn escaped_unit(bytes: &[u8], at: usize) -> Option<u16> {
    let escape = bytes.get(at..at + 6)?;
    let digits = escape.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0_u16, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)? as u16))
}

fn utf8<'a>(bytes: &'a [u8], walk: &mut Walk) -> Cow<'a, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => {
            let at = error.valid_up_to();
            walk.report(IssueCode::Encoding, || {
                format!("not UTF-8 from byte {at} on; unreadable bytes were replaced by U+FFFD")
            });
            String::from_utf8_lossy(bytes)
        }
    }
}

fn utf16<'a>(
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    found: &'static str,
    walk: &mut Walk,
) -> Result<Cow<'a, str>, ReadError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(ReadError::Encoding { found, at: bytes.len() - 1 });
    }
    let mut replaced = 0_usize;
    let mut text = String::with_capacity(pairs.len());
    text.extend(char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).map(|decoded| {
        decoded.unwrap_or_else(|_| {
            replaced += 1;
            char::REPLACEMENT_CHARACTER
        })
    }));
    walk.report(IssueCode::Encoding, || {
        format!("the document is {found} and was read as such; {replaced} halves of characters were replaced by U+FFFD")
    });
    if text.starts_with('\u{FEFF}') {
        text.remove(0);
    }
    Ok(Cow::Owned(text))
}
