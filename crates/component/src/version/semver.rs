//! Semantic Versioning 2.0.0, read as leniently as npm does: a `v` in front, missing or extra numbers and a
//! pre-release without its hyphen are understood. Build metadata does not count.
use std::borrow::Cow;

use super::key::{push_number, push_release, push_text, split_digits};
use super::{Definition, Form, Scheme};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Semver,
    name: "semver",
    aliases: &[
        "npm",
        "cargo",
        "crates.io",
        "hex",
        "swift",
        "swifturl",
        "bitnami",
        "github actions",
        "githubactions",
        "node",
        "nodejs",
    ],
    purl_types: &["npm", "cargo", "hex", "swift", "bitnami", "githubactions"],
    write_key,
    form,
    write_series,
    canonical,
};

/// No number in front: below every version.
const NO_VERSION: u8 = 0x01;
/// A pre-release follows: below the release.
const PRE_RELEASE: u8 = 0x02;
/// The release itself; below a further number, for `1` is `1.0.0` and less than `1.0.1`.
const RELEASE: u8 = 0x03;
/// The last pre-release identifier was read: fewer identifiers sort first.
pub(super) const END_OF_IDENTIFIERS: u8 = 0x01;
/// A textual identifier: above any number.
const TEXT: u8 = 0xF0;

fn write_key(version: &str, out: &mut Vec<u8>) {
    let text = strip_prefix(version);
    write_stripped(text, write_identifier, out);
}

/// The key of a version without prefix; Go and NuGet bring their own reading of the identifiers. Gives back the
/// build metadata, which counts for Pub alone.
pub(super) fn write_stripped<'text>(
    text: &'text str,
    write_identifier: fn(&[u8], &mut Vec<u8>),
    out: &mut Vec<u8>,
) -> Option<&'text [u8]> {
    let Some((rest, significant)) = push_release(out, text.as_bytes()) else {
        out.push(NO_VERSION);
        push_text(out, text.bytes());
        return None;
    };
    out.truncate(significant);
    let (rest, build) = match rest.iter().position(|byte| *byte == b'+') {
        Some(plus) => (&rest[..plus], Some(&rest[plus + 1..])),
        None => (rest, None),
    };
    if rest.is_empty() {
        out.push(RELEASE);
        return build;
    }
    out.push(PRE_RELEASE);
    let identifiers = match rest {
        [b'-' | b'.' | b'_' | b' ', identifiers @ ..] => identifiers,
        identifiers => identifiers,
    };
    for identifier in identifiers.split(|byte| *byte == b'.') {
        write_identifier(identifier, out);
    }
    out.push(END_OF_IDENTIFIERS);
    build
}

pub(super) fn write_identifier(identifier: &[u8], out: &mut Vec<u8>) {
    write_identifier_as(identifier, |byte| byte, out);
}

/// An identifier whose text is compared after `fold`.
pub(super) fn write_identifier_as(identifier: &[u8], fold: fn(u8) -> u8, out: &mut Vec<u8>) {
    if !identifier.is_empty() && identifier.iter().all(u8::is_ascii_digit) {
        push_number(out, identifier);
    } else {
        out.push(TEXT);
        push_text(out, identifier.iter().copied().map(fold));
    }
}

pub(super) fn form(version: &str) -> Form {
    form_of_stripped(version, strip_prefix(version))
}

/// `stripped` is `version` without what the scheme allows in front; only an unchanged one can be exact.
pub(super) fn form_of_stripped(version: &str, stripped: &str) -> Form {
    if !stripped.starts_with(|first: char| first.is_ascii_digit()) {
        Form::Invalid
    } else if version.len() == stripped.len() && is_strict(stripped) {
        Form::Exact
    } else if stripped.bytes().all(|byte| byte.is_ascii_graphic()) {
        Form::Lenient
    } else {
        Form::Invalid
    }
}

pub(super) fn write_series(series: &str, out: &mut Vec<u8>) {
    write_series_of_stripped(strip_prefix(series), out);
}

pub(super) fn write_series_of_stripped(series: &str, out: &mut Vec<u8>) {
    // Trailing zeros stay: `5.0.*` ends before `5.1`.
    if push_release(out, series.as_bytes()).is_none() {
        out.push(NO_VERSION);
    }
}

/// The grammar of semver.org, item 9 to 11, numbers without leading zeros.
pub(super) fn is_strict(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    core.split('.').count() == 3 && core.split('.').all(is_number) && is_strict_suffix(&text[core.len()..])
}

/// Nothing, or a pre-release and build metadata as semver has them.
pub(super) fn is_strict_suffix(text: &str) -> bool {
    let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
    let (core, pre_release) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let identifier =
        |part: &str| word(part) && (is_number(part) || !part.bytes().all(|byte| byte.is_ascii_digit()));
    core.is_empty()
        && pre_release.is_none_or(|pre| pre.split('.').all(identifier))
        && build.is_none_or(|build| build.split('.').all(word))
}

/// Three numbers or more without leading zeros, the pre-release behind a hyphen, no build metadata; a text without
/// a number in front as it is.
pub(super) fn canonical(version: &str) -> Cow<'_, str> {
    let text = strip_prefix(version);
    if is_strict(text) && !text.contains('+') {
        return Cow::Borrowed(text);
    }
    let (mut digits, mut rest) = split_digits(text.as_bytes());
    if digits.is_empty() {
        return Cow::Borrowed(version);
    }
    let mut canonical = String::with_capacity(text.len() + 4);
    let mut numbers = 0;
    let push = |canonical: &mut String, digits: &[u8]| {
        let zeros =
            digits.iter().take_while(|digit| **digit == b'0').count().min(digits.len().saturating_sub(1));
        canonical.push_str(if canonical.is_empty() { "" } else { "." });
        canonical.extend(digits[zeros..].iter().map(|digit| char::from(*digit)));
    };
    loop {
        push(&mut canonical, digits);
        numbers += 1;
        let [b'.', after @ ..] = rest else { break };
        let (next, after) = split_digits(after);
        if next.is_empty() {
            break;
        }
        (digits, rest) = (next, after);
    }
    (numbers..3).for_each(|_missing| push(&mut canonical, b"0"));
    let suffix = text[text.len() - rest.len()..].split('+').next().unwrap_or_default();
    let pre_release = suffix.strip_prefix(['-', '.', '_', ' ']).unwrap_or(suffix);
    if !pre_release.is_empty() {
        canonical.push('-');
        canonical.push_str(pre_release);
    }
    Cow::Owned(canonical)
}

/// Digits without a leading zero.
fn is_number(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().all(|byte| byte.is_ascii_digit())
        && (part.len() == 1 || !part.starts_with('0'))
}

pub(super) fn strip_prefix(version: &str) -> &str {
    let version = version.trim().trim_start_matches('=').trim_start();
    let bare = version.trim_start_matches(['v', 'V']).trim_start();
    if bare.starts_with(|first: char| first.is_ascii_digit()) { bare } else { version }
}
