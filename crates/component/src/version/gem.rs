//! RubyGems: the order of `Gem::Version`. Runs of digits and of letters are segments, whatever stands between them;
//! a word sorts below a number and below the end, a hyphen stands for the word `pre`, zeros at the end and in front
//! of the first word do not count.
use super::key::{push_number, push_text, split_digits, split_letters};
use super::zeros::{END, Zeros};
use super::{Definition, Form, Scheme, as_written};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Gem,
    name: "gem",
    aliases: &["rubygems", "ruby"],
    purl_types: &["gem"],
    write_key,
    form,
    write_series,
    canonical: as_written,
};

/// A word: below the end and below any number.
const WORD: u8 = 0x01;

fn write_key(version: &str, out: &mut Vec<u8>) {
    push_segments(out, version.as_bytes());
    out.push(END);
}

fn form(version: &str) -> Form {
    if !version.starts_with(|first: char| first.is_ascii_digit()) {
        Form::Invalid
    } else if is_strict(version) {
        Form::Exact
    } else if version.bytes().all(|byte| byte.is_ascii_graphic()) {
        Form::Lenient
    } else {
        Form::Invalid
    }
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    push_segments(out, series.as_bytes()).write_above_end(out);
}

/// Writes all segments but the zeros at the end, which it gives back.
fn push_segments(out: &mut Vec<u8>, text: &[u8]) -> Zeros {
    let mut zeros = Zeros::default();
    let mut words = 0;
    let mut push_word = |out: &mut Vec<u8>, zeros: &mut Zeros, word: &[u8]| {
        if words == 0 {
            zeros.forget();
        }
        words += 1;
        zeros.write_below_end(out);
        out.push(WORD);
        push_text(out, word.iter().copied());
    };
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if first.is_ascii_digit() {
            let (digits, after) = split_digits(rest);
            if digits.iter().all(|digit| *digit == b'0') {
                zeros.count();
            } else {
                zeros.write_above_end(out);
                push_number(out, digits);
            }
            rest = after;
        } else if first.is_ascii_alphabetic() {
            let (word, after) = split_letters(rest);
            push_word(out, &mut zeros, word);
            rest = after;
        } else {
            if *first == b'-' {
                push_word(out, &mut zeros, b"pre");
            }
            rest = after;
        }
    }
    zeros
}

/// `Gem::Version::VERSION_PATTERN`: a number, then segments behind dots, then at most a part behind a hyphen.
fn is_strict(version: &str) -> bool {
    let (numbers, pre_release) =
        version.split_once('-').map_or((version, None), |(numbers, pre)| (numbers, Some(pre)));
    let all = |text: &str, allowed: fn(u8) -> bool| {
        text.split('.').all(|segment| !segment.is_empty() && segment.bytes().all(allowed))
    };
    let first = numbers.split('.').next().unwrap_or_default();
    first.bytes().all(|byte| byte.is_ascii_digit())
        && all(numbers, |byte| byte.is_ascii_alphanumeric())
        && pre_release.is_none_or(|pre| all(pre, |byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (version, expected) in [
            ("1.2.3", Form::Exact),
            ("4.0.0.beta1", Form::Exact),
            ("1.0.0-alpha0", Form::Exact),
            ("1.13.0-x86_64-linux", Form::Lenient),
            ("1.10.0a", Form::Exact),
            ("beta", Form::Invalid),
            ("1. 2", Form::Invalid),
        ] {
            assert_eq!(Scheme::Gem.form(version), expected, "{version}");
        }
    }
}
