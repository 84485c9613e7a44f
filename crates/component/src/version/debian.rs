//! Debian: `epoch:upstream-revision` compared as deb-version(7) says: stretches of other characters and of
//! digits in turn, `~` below the end, letters below the rest.
use super::epoch::split_epoch;
use super::key::{push_number, split_digits};
use super::{Definition, Form, Scheme, as_written};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Debian,
    name: "deb",
    aliases: &["debian", "dpkg", "ubuntu", "echo"],
    purl_types: &["deb"],
    write_key,
    form,
    write_series,
    canonical: as_written,
};

/// `~`: below the end of a stretch, even of the whole text.
const TILDE: u8 = 0x01;
/// The stretch of non-digits is over: a number follows, or the end of the text, which is the same as 0.
const END_OF_STRETCH: u8 = 0x02;
/// `A` and the letters after it; `z` is 49.
const LETTERS: u8 = 0x10;
/// ASCII characters that are not letters keep their order from here; DEL is DF.
const OTHERS: u8 = 0x60;
/// A byte outside ASCII follows as it is.
const NOT_ASCII: u8 = 0xF0;

fn write_key(version: &str, out: &mut Vec<u8>) {
    let (epoch, rest) = split_epoch(version.trim());
    push_number(out, epoch.unwrap_or_default().as_bytes());
    // No revision equals revision 0.
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
    push_part(out, upstream.as_bytes());
    push_part(out, revision.as_bytes());
}

fn form(version: &str) -> Form {
    let (_epoch, rest) = split_epoch(version);
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b'~' | b':' | b'_');
    if !rest.bytes().any(|byte| byte.is_ascii_digit()) || !rest.bytes().all(allowed) {
        Form::Invalid
    } else if rest.starts_with(|first: char| first.is_ascii_digit()) && !rest.contains('_') {
        Form::Exact
    } else {
        Form::Lenient
    }
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    let (epoch, upstream) = split_epoch(series);
    push_number(out, epoch.unwrap_or_default().as_bytes());
    push_stretches(out, upstream.as_bytes());
    out.push(order(b'.'));
}

fn push_part(out: &mut Vec<u8>, text: &[u8]) {
    let open = push_stretches(out, text);
    if open {
        // A stretch of non-digits at the end, or nothing at all: followed by an implied 0.
        out.push(END_OF_STRETCH);
        push_number(out, b"0");
    }
    out.push(END_OF_STRETCH);
}

/// Writes the stretches; true when the last one was not closed by a number.
fn push_stretches(out: &mut Vec<u8>, text: &[u8]) -> bool {
    let mut rest = text;
    let mut open = true;
    while let Some((first, after)) = rest.split_first() {
        if first.is_ascii_digit() {
            let (digits, after) = split_digits(rest);
            out.push(END_OF_STRETCH);
            push_number(out, digits);
            (rest, open) = (after, false);
        } else {
            out.push(order(*first));
            if !first.is_ascii() {
                out.push(*first);
            }
            (rest, open) = (after, true);
        }
    }
    open
}

fn order(byte: u8) -> u8 {
    match byte {
        b'~' => TILDE,
        b'A'..=b'Z' | b'a'..=b'z' => LETTERS + (byte - b'A'),
        0..=0x7F => OTHERS + byte,
        _ => NOT_ASCII,
    }
}
