//! Gentoo: the Package Manager Specification, section 3.3. Numbers behind dots (one with a leading zero counts as a
//! fraction: `1.01` is below `1.1`), one letter, suffixes with a number, a revision.
//!
//! [`write_parts`] is shared with Alpine, whose order differs in the suffixes alone. What breaks the grammar is
//! keyed from there on by the generic order, below what the grammar allows at that place.
use super::key::{push_number, push_text, split_digits};
use super::{Definition, Form, Scheme, as_written, generic};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Gentoo,
    name: "gentoo",
    aliases: &["ebuild", "portage"],
    purl_types: &["ebuild"],
    write_key: |version, out| write_parts(version.trim(), &SUFFIXES, out),
    form: |version| form_of_parts(version, &SUFFIXES),
    write_series,
    canonical: as_written,
};

/// Suffixes by name, a longer one before its beginning, each with its mark.
pub(super) type Suffixes = [(&'static str, u8)];

/// In the order of the marks: alpha, beta, pre, rc, *none*, p.
const SUFFIXES: [(&str, u8); 5] = [("alpha", 0x02), ("beta", 0x03), ("pre", 0x04), ("rc", 0x05), ("p", 0x0B)];

/// Outside the grammar from here on.
const BROKEN: u8 = 0x01;
/// No further suffix: the revision follows. Suffixes of a release not yet out have smaller marks, others greater.
const END_OF_SUFFIXES: u8 = 0x06;
/// The letter, above the suffixes.
const LETTER: u8 = 0x10;
/// A number with a leading zero, compared as text; below any without.
const FRACTION: u8 = 0x18;
/// Behind the revision.
const END: u8 = 0x02;

/// Writes the key of a version whose suffixes are `suffixes`.
pub(super) fn write_parts(version: &str, suffixes: &Suffixes, out: &mut Vec<u8>) {
    let rest = push_release(out, version, suffixes);
    let (revision, rest) = match rest {
        [] => (&b""[..], rest),
        [b'-', b'r', after @ ..] if after.first().is_none_or(u8::is_ascii_digit) => split_digits(after),
        _ => {
            push_broken(out, rest);
            return;
        }
    };
    out.push(END_OF_SUFFIXES);
    push_number(out, revision);
    if rest.is_empty() {
        out.push(END);
    } else {
        push_broken(out, rest);
    }
}

/// The form of a version whose suffixes are `suffixes`.
pub(super) fn form_of_parts(version: &str, suffixes: &Suffixes) -> Form {
    let mut key = Vec::with_capacity(version.len() + 8);
    let rest = push_release(&mut key, version, suffixes);
    let revision =
        rest.strip_prefix(b"-r").filter(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit));
    if key.is_empty() || !version.bytes().all(|byte| byte.is_ascii_graphic()) {
        Form::Invalid
    } else if rest.is_empty() || revision.is_some() {
        Form::Exact
    } else {
        Form::Lenient
    }
}

/// The numbers of a series, trailing zeros and all.
pub(super) fn write_series(series: &str, out: &mut Vec<u8>) {
    push_numbers(out, series.as_bytes());
}

/// Writes all but the revision; what follows stays, the whole text when no number is in front.
fn push_release<'text>(out: &mut Vec<u8>, version: &'text str, suffixes: &Suffixes) -> &'text [u8] {
    let rest = push_numbers(out, version.as_bytes());
    if rest.len() == version.len() {
        return rest;
    }
    let rest = push_letter(out, rest);
    push_suffixes(out, rest, suffixes)
}

fn push_numbers<'text>(out: &mut Vec<u8>, text: &'text [u8]) -> &'text [u8] {
    let (digits, mut rest) = split_digits(text);
    if digits.is_empty() {
        return text;
    }
    push_number(out, digits);
    while let [b'.', after @ ..] = rest {
        let (digits, after) = split_digits(after);
        match digits {
            [] => break,
            [b'0', ..] => {
                let zeros = digits.iter().rev().take_while(|digit| **digit == b'0').count();
                out.push(FRACTION);
                push_text(out, digits[..digits.len() - zeros].iter().copied());
            }
            _ => push_number(out, digits),
        }
        rest = after;
    }
    rest
}

/// One small letter behind a number.
fn push_letter<'text>(out: &mut Vec<u8>, text: &'text [u8]) -> &'text [u8] {
    match text {
        [letter @ b'a'..=b'z', rest @ ..] => {
            out.extend([LETTER, *letter]);
            rest
        }
        _ => text,
    }
}

fn push_suffixes<'text>(out: &mut Vec<u8>, text: &'text [u8], suffixes: &Suffixes) -> &'text [u8] {
    let mut rest = text;
    while let [b'_', after @ ..] = rest {
        let Some((name, mark)) = suffixes.iter().find(|(name, _mark)| after.starts_with(name.as_bytes()))
        else {
            break;
        };
        let (digits, after) = split_digits(&after[name.len()..]);
        out.push(*mark);
        push_number(out, digits);
        rest = after;
    }
    rest
}

fn push_broken(out: &mut Vec<u8>, rest: &[u8]) {
    out.push(BROKEN);
    generic::push_key(out, rest);
}
