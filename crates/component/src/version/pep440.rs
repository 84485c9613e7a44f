//! Python: PEP 440 with its normalisations (case, separators, spellings, implicit numbers).
//!
//! What is no PEP 440 version sorts below all that are, as `packaging` sorted it while it still did, and is
//! `Invalid`.
use std::borrow::Cow;

use super::key::{push_number, push_release, push_text, split_digits};
use super::{Definition, Form, Scheme, generic};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Pep440,
    name: "pep440",
    aliases: &["python", "pypi"],
    purl_types: &["pypi"],
    write_key,
    form,
    write_series,
    canonical,
};

/// Not a PEP 440 version; the key of a version starts with a number, its epoch.
const LEGACY: u8 = 0x01;
/// The numbers of the release have ended; below a further number.
const END_OF_RELEASE: u8 = 0x01;
/// Absent, and sorting below what could stand here.
const ABSENT_LOW: u8 = 0x01;
/// Present; its number follows.
const PRESENT: u8 = 0x02;
/// Absent, and sorting above what could stand here.
const ABSENT_HIGH: u8 = 0x06;
/// A textual segment of a local version: below any number.
const LOCAL_TEXT: u8 = 0x02;

/// The spellings of the pre-release phases, each with its mark; a longer one before its beginning.
const PHASES: [(&str, u8); 8] = [
    ("alpha", 0x02),
    ("a", 0x02),
    ("beta", 0x03),
    ("b", 0x03),
    ("preview", 0x04),
    ("pre", 0x04),
    ("c", 0x04),
    ("rc", 0x04),
];
const POST: [(&str, u8); 3] = [("post", PRESENT), ("rev", PRESENT), ("r", PRESENT)];
const DEV: [(&str, u8); 1] = [("dev", PRESENT)];

/// A part such as `rc1` as (mark, digits).
type Part<'text> = Option<(u8, &'text [u8])>;

/// What follows the release, split.
struct Suffix<'text> {
    pre: Part<'text>,
    post: Part<'text>,
    dev: Part<'text>,
    local: Option<&'text [u8]>,
}

fn write_key(version: &str, out: &mut Vec<u8>) {
    let start = out.len();
    if write_valid(version, out).is_none() {
        out.truncate(start);
        out.push(LEGACY);
        generic::write_key(version, out);
    }
}

/// Writes the key of a valid version; `None` (with rubbish in `out`) for any other.
fn write_valid(version: &str, out: &mut Vec<u8>) -> Option<()> {
    let rest = push_epoch(out, strip_prefix(version));
    let (rest, significant) = push_release(out, rest)?;
    let suffix = split_suffix(rest)?;
    out.truncate(significant);
    out.push(END_OF_RELEASE);
    match suffix.pre {
        Some((phase, digits)) => {
            out.push(phase);
            push_number(out, digits);
        }
        // A development release of a final version sorts below its alpha.
        None if suffix.post.is_none() && suffix.dev.is_some() => out.push(ABSENT_LOW),
        None => out.push(ABSENT_HIGH),
    }
    for (part, absent) in [(suffix.post, ABSENT_LOW), (suffix.dev, ABSENT_HIGH)] {
        match part {
            Some((mark, digits)) => {
                out.push(mark);
                push_number(out, digits);
            }
            None => out.push(absent),
        }
    }
    if let Some(local) = suffix.local {
        for segment in local.split(|byte| is_separator(*byte)) {
            if segment.iter().all(u8::is_ascii_digit) {
                push_number(out, segment);
            } else {
                out.push(LOCAL_TEXT);
                push_text(out, segment.iter().map(u8::to_ascii_lowercase));
            }
        }
    }
    out.push(ABSENT_LOW);
    Some(())
}

fn form(version: &str) -> Form {
    let valid = write_valid(version, &mut Vec::with_capacity(version.len() + 8)).is_some();
    if valid { Form::Exact } else { Form::Invalid }
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    let rest = push_epoch(out, strip_prefix(series));
    // Trailing zeros stay: `5.0.*` ends before `5.1`.
    if push_release(out, rest).is_none() {
        out.push(LEGACY);
    }
}

/// The normal form of PEP 440, trailing zeros kept; what is no version as it is.
fn canonical(version: &str) -> Cow<'_, str> {
    normal_form(version).map_or(Cow::Borrowed(version), Cow::Owned)
}

fn normal_form(version: &str) -> Option<String> {
    let text = strip_prefix(version);
    let (epoch, release_on) = split_epoch(text);
    let end = |text: &[u8]| {
        let dot_ends = |at: usize| !text.get(at + 1).is_some_and(u8::is_ascii_digit);
        text.iter()
            .enumerate()
            .position(|(at, byte)| !(byte.is_ascii_digit() || (*byte == b'.' && !dot_ends(at))))
    };
    let (release, suffix) = release_on.split_at(end(release_on).unwrap_or(release_on.len()));
    let suffix = split_suffix(suffix).filter(|_suffix| release.first().is_some_and(u8::is_ascii_digit))?;
    let mut normal = String::with_capacity(version.len() + 2);
    if epoch.iter().any(|digit| *digit != b'0') {
        normal.push_str(&decimal(epoch));
        normal.push('!');
    }
    let numbers: Vec<String> = release.split(|byte| *byte == b'.').map(decimal).collect();
    normal.push_str(&numbers.join("."));
    if let Some((phase, digits)) = suffix.pre {
        normal.push_str(["a", "b", "rc"][usize::from(phase.clamp(0x02, 0x04) - 0x02)]);
        normal.push_str(&decimal(digits));
    }
    for (name, part) in [(".post", suffix.post), (".dev", suffix.dev)] {
        if let Some((_mark, digits)) = part {
            normal.push_str(name);
            normal.push_str(&decimal(digits));
        }
    }
    if let Some(local) = suffix.local {
        let lower = local
            .iter()
            .map(|byte| if is_separator(*byte) { '.' } else { char::from(byte.to_ascii_lowercase()) });
        normal.push('+');
        normal.extend(lower);
    }
    Some(normal)
}

/// Digits without leading zeros; none are 0.
fn decimal(digits: &[u8]) -> String {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    let significant = &digits[zeros..];
    if significant.is_empty() {
        "0".to_owned()
    } else {
        significant.iter().map(|digit| char::from(*digit)).collect()
    }
}

/// Writes the epoch of `1!2.0`, or zero, and gives back what follows it.
fn push_epoch<'text>(out: &mut Vec<u8>, text: &'text [u8]) -> &'text [u8] {
    let (epoch, rest) = split_epoch(text);
    push_number(out, epoch);
    rest
}

fn split_epoch(text: &[u8]) -> (&[u8], &[u8]) {
    match split_digits(text) {
        (digits, [b'!', rest @ ..]) if !digits.is_empty() => (digits, rest),
        _ => (b"0", text),
    }
}

/// `None` when anything is left over.
fn split_suffix(text: &[u8]) -> Option<Suffix<'_>> {
    let (public, local) = match text.iter().position(|byte| *byte == b'+') {
        Some(plus) => (&text[..plus], Some(&text[plus + 1..])),
        None => (text, None),
    };
    let (pre, rest) = split_part(public, &PHASES);
    let (post, rest) = match rest {
        // `1.0-1` is `1.0.post1`.
        [b'-', after @ ..] if after.first().is_some_and(u8::is_ascii_digit) => {
            let (digits, rest) = split_digits(after);
            (Some((PRESENT, digits)), rest)
        }
        _ => split_part(rest, &POST),
    };
    let (dev, rest) = split_part(rest, &DEV);
    let segments = |local: &[u8]| {
        local
            .split(|byte| is_separator(*byte))
            .all(|segment| !segment.is_empty() && segment.iter().all(u8::is_ascii_alphanumeric))
    };
    (rest.is_empty() && local.is_none_or(segments)).then_some(Suffix { pre, post, dev, local })
}

/// Splits `[-_.]? NAME [-_.]? DIGITS?` off the front.
fn split_part<'text>(text: &'text [u8], names: &[(&str, u8)]) -> (Part<'text>, &'text [u8]) {
    let bare = skip_separator(text);
    let starts_with =
        |name: &str| bare.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()));
    let Some((name, mark)) = names.iter().find(|(name, _mark)| starts_with(name)) else {
        return (None, text);
    };
    let (digits, rest) = split_digits(skip_separator(&bare[name.len()..]));
    (Some((*mark, digits)), rest)
}

fn strip_prefix(version: &str) -> &[u8] {
    let version = version.trim();
    version.strip_prefix(['v', 'V']).unwrap_or(version).as_bytes()
}

fn skip_separator(text: &[u8]) -> &[u8] {
    match text {
        [first, rest @ ..] if is_separator(*first) => rest,
        _ => text,
    }
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.')
}
