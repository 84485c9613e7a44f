//! Semantic Versioning 2.0.0, read as leniently as npm does: a `v` in front, missing or extra numbers and a
//! pre-release without its hyphen are understood. Build metadata does not count.
use super::key::{push_number, push_release, push_text};
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
};

/// No number in front: below every version.
const NO_VERSION: u8 = 0x01;
/// A pre-release follows: below the release.
const PRE_RELEASE: u8 = 0x02;
/// The release itself; below a further number, for `1` is `1.0.0` and less than `1.0.1`.
const RELEASE: u8 = 0x03;
/// The last pre-release identifier was read: fewer identifiers sort first.
const END_OF_IDENTIFIERS: u8 = 0x01;
/// A textual identifier: above any number.
const TEXT: u8 = 0xF0;

fn write_key(version: &str, out: &mut Vec<u8>) {
    let text = strip_prefix(version);
    write_stripped(text, write_identifier, out);
}

/// The key of a version without prefix; Go brings its own reading of the identifiers.
pub(super) fn write_stripped(text: &str, write_identifier: fn(&[u8], &mut Vec<u8>), out: &mut Vec<u8>) {
    let Some((rest, significant)) = push_release(out, text.as_bytes()) else {
        out.push(NO_VERSION);
        push_text(out, text.bytes());
        return;
    };
    out.truncate(significant);
    let rest = rest.split(|byte| *byte == b'+').next().unwrap_or_default();
    if rest.is_empty() {
        out.push(RELEASE);
        return;
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
}

pub(super) fn write_identifier(identifier: &[u8], out: &mut Vec<u8>) {
    if !identifier.is_empty() && identifier.iter().all(u8::is_ascii_digit) {
        push_number(out, identifier);
    } else {
        out.push(TEXT);
        push_text(out, identifier.iter().copied());
    }
}

fn form(version: &str) -> Form {
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

fn write_series(series: &str, out: &mut Vec<u8>) {
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
    let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
    let (core, pre_release) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
    let number = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (part.len() == 1 || !part.starts_with('0'))
    };
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let identifier =
        |part: &str| word(part) && (number(part) || !part.bytes().all(|byte| byte.is_ascii_digit()));
    core.split('.').count() == 3
        && core.split('.').all(number)
        && pre_release.is_none_or(|pre| pre.split('.').all(identifier))
        && build.is_none_or(|build| build.split('.').all(word))
}

fn strip_prefix(version: &str) -> &str {
    let version = version.trim().trim_start_matches('=').trim_start();
    let bare = version.trim_start_matches(['v', 'V']).trim_start();
    if bare.starts_with(|first: char| first.is_ascii_digit()) { bare } else { version }
}
