//! Everything else: the libversion algorithm (letters before a number are pre-releases, after it they are
//! suffixes, `patch`, `post`, `pl` come after the release; trailing zeros do not count), with a key of our
//! own. The crate `libversion` is the oracle in the tests.
use super::key::{push_number, split_digits, split_letters};
use super::shape::{Shape, shape};
use super::zeros::{ABOVE_ZEROS, END, Zeros};
use super::{Definition, Form, Scheme, as_written};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Generic,
    name: "generic",
    aliases: &["intdot", "libversion", "nginx"],
    purl_types: &["generic"],
    write_key,
    form,
    write_series,
    canonical: as_written,
};

/// The first letter of a pre-release follows.
const PRE_RELEASE: u8 = 0x01;
/// The first letter of a post-release follows. Numbers other than zero come next in order.
const POST_RELEASE: u8 = ABOVE_ZEROS;
/// A letter directly behind a number, `1.0.2k`.
const LETTER_SUFFIX: u8 = 0xF0;

pub(super) fn write_key(version: &str, out: &mut Vec<u8>) {
    push_key(out, version.as_bytes());
}

/// The key of a whole text, or of the part of one that breaks the grammar of its own scheme.
pub(super) fn push_key(out: &mut Vec<u8>, text: &[u8]) {
    push_components(out, text);
    out.push(END);
}

fn form(version: &str) -> Form {
    match shape(version) {
        Shape::Placeholder | Shape::Hash | Shape::Word => Form::Invalid,
        _ if is_plain(version.as_bytes()) => Form::Exact,
        _ => Form::Lenient,
    }
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    push_components(out, series.as_bytes()).write_above_end(out);
}

/// Writes all components up to the zeros at the end, which it gives back.
fn push_components(out: &mut Vec<u8>, text: &[u8]) -> Zeros {
    let mut zeros = Zeros::default();
    let mut rest = text;
    while let Some(start) = rest.iter().position(u8::is_ascii_alphanumeric) {
        rest = &rest[start..];
        let (word, after_word) = split_letters(rest);
        if word.is_empty() {
            let (digits, after) = split_digits(rest);
            if digits.iter().all(|digit| *digit == b'0') {
                zeros.count();
            } else {
                zeros.write_above_end(out);
                push_number(out, digits);
            }
            rest = after;
            // Letters right behind it that no digit follows belong to the number.
            let (word, after_word) = split_letters(rest);
            if !word.is_empty() && !after_word.first().is_some_and(u8::is_ascii_digit) {
                push_word(out, &mut zeros, word, LETTER_SUFFIX);
                rest = after_word;
            }
        } else {
            push_word(out, &mut zeros, word, PRE_RELEASE);
            rest = after_word;
        }
    }
    zeros
}

fn push_word(out: &mut Vec<u8>, zeros: &mut Zeros, word: &[u8], unknown: u8) {
    let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
    let starts =
        |name: &str| word.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()));
    let mark = if is("alpha") || is("beta") || is("rc") || starts("pre") {
        PRE_RELEASE
    } else if is("errata") || is("pl") || starts("patch") || starts("post") {
        POST_RELEASE
    } else {
        unknown
    };
    if mark == PRE_RELEASE {
        zeros.write_below_end(out);
    } else {
        zeros.write_above_end(out);
    }
    out.push(mark);
    out.push(word[0].to_ascii_lowercase());
}

/// Dotted numbers, then at most one word with a number: `1.0.2k`, `v4.5-rc1`.
fn is_plain(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"v").unwrap_or(text);
    let numbers = text.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let rest = match &text[numbers..] {
        [b'-' | b'_' | b'~', rest @ ..] => rest,
        rest => rest,
    };
    let (_word, rest) = split_letters(rest);
    numbers > 0 && split_digits(rest).1.is_empty()
}
