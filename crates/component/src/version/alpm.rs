//! Arch Linux: `epoch:version-release` as vercmp(8) compares. Runs of digits and of letters are segments; letters
//! directly behind a number are below the end (`1.0rc < 1.0`), behind a separator above it (`1.0 < 1.0.a`), a number
//! is above letters, and more separators are above fewer.
//!
//! vercmp ignores the release when one side has none, which is no order (`1-2 = 1 = 1-3`); here none is below any,
//! and who knows that a release was left out asks for the version alone.
use super::epoch::split_epoch;
use super::key::{push_number, push_text, split_digits, split_letters};
use super::{Definition, Form, Scheme, as_written};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Alpm,
    name: "alpm",
    aliases: &["archlinux", "arch linux", "pacman"],
    purl_types: &["alpm"],
    write_key,
    form,
    write_series,
    canonical: as_written,
};

/// Letters: below a number at the same place, and below the end when no separator is in front.
const LETTERS: u8 = 0x01;
const END: u8 = 0x02;
/// One separator: above any segment and the end, so that more of them are above fewer.
const SEPARATOR: u8 = 0xF0;

fn write_key(version: &str, out: &mut Vec<u8>) {
    let (epoch, rest) = split_epoch(version.trim());
    push_number(out, epoch.unwrap_or_default().as_bytes());
    let (version, release) =
        rest.rsplit_once('-').map_or((rest, None), |(version, release)| (version, Some(release)));
    push_segments(out, version.as_bytes());
    out.push(END);
    if let Some(release) = release {
        push_segments(out, release.as_bytes());
        out.push(END);
    }
}

fn form(version: &str) -> Form {
    let (_epoch, rest) = split_epoch(version);
    let (version, release) = rest.split_once('-').unwrap_or((rest, ""));
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'~');
    if !version.bytes().any(|byte| byte.is_ascii_digit()) || !rest.bytes().all(|byte| byte.is_ascii_graphic())
    {
        Form::Invalid
    } else if version.bytes().all(allowed)
        && release.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        Form::Exact
    } else {
        Form::Lenient
    }
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    let (epoch, version) = split_epoch(series);
    push_number(out, epoch.unwrap_or_default().as_bytes());
    push_segments(out, version.as_bytes());
}

fn push_segments(out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while !rest.is_empty() {
        let separators = rest.iter().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
        out.extend(std::iter::repeat_n(SEPARATOR, separators));
        let (digits, after) = split_digits(&rest[separators..]);
        let (letters, after) = if digits.is_empty() { split_letters(after) } else { (digits, after) };
        if !digits.is_empty() {
            push_number(out, digits);
        } else if !letters.is_empty() {
            out.push(LETTERS);
            push_text(out, letters.iter().copied());
        }
        rest = after;
    }
}
