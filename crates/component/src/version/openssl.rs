//! OpenSSL: `1.0.2k` and `1.0.2zh` before 3.0, semver since. Letters behind the numbers are patch releases in byte
//! order (`z` is followed by `za`); `-dev`, `-alphaN` and `-betaN` are below their release, as
//! `OPENSSL_VERSION_NUMBER` has them; any other word behind a hyphen (`-fips`, `-cvs`) is above it.
use super::key::{push_number, push_release, push_text, split_digits, split_letters};
use super::{Definition, Form, Scheme, as_written, generic};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::OpenSsl,
    name: "openssl",
    aliases: &[],
    purl_types: &[],
    write_key,
    form,
    write_series,
    canonical: as_written,
};

const RELEASE: u8 = 0x06;
/// Above the release, below its next letter.
const OTHER_WORD: u8 = 0x07;
/// Letters of a patch release; below a further number.
const LETTERS: u8 = 0x08;
/// Not a version.
const NO_VERSION: u8 = 0x01;

/// Words of a release not yet out, by their mark.
const STATUS: [(&str, u8); 4] = [("dev", 0x02), ("alpha", 0x03), ("beta", 0x04), ("pre", 0x04)];

fn write_key(version: &str, out: &mut Vec<u8>) {
    let text = version.trim();
    let Some((rest, significant)) = push_release(out, text.as_bytes()) else {
        out.push(NO_VERSION);
        generic::push_key(out, text.as_bytes());
        return;
    };
    out.truncate(significant);
    let (letters, suffix) = split_suffix(rest);
    if !letters.is_empty() {
        out.push(LETTERS);
        push_text(out, letters.iter().map(u8::to_ascii_lowercase));
    }
    let (word, after) = split_letters(suffix);
    match status(word) {
        _ if suffix.is_empty() => out.push(RELEASE),
        Some(mark) => {
            out.push(mark);
            let (digits, after) = split_digits(after);
            push_number(out, digits);
            push_text(out, after.iter().copied());
        }
        None => {
            out.push(OTHER_WORD);
            push_text(out, suffix.iter().map(u8::to_ascii_lowercase));
        }
    }
}

fn form(version: &str) -> Form {
    let mut key = Vec::with_capacity(version.len());
    let Some((rest, _significant)) = push_release(&mut key, version.as_bytes()) else { return Form::Invalid };
    let numbers = version[..version.len() - rest.len()].split('.').count();
    let (_letters, suffix) = split_suffix(rest);
    let (word, digits) = split_letters(suffix);
    let known = suffix.is_empty() || (status(word).is_some() && digits.iter().all(u8::is_ascii_digit));
    if !version.bytes().all(|byte| byte.is_ascii_graphic()) {
        Form::Invalid
    } else if numbers == 3 && known && rest.last().is_none_or(u8::is_ascii_alphanumeric) {
        Form::Exact
    } else {
        Form::Lenient
    }
}

/// The letters of a patch release, and what stands behind `-`; CPE names put a dot there.
fn split_suffix(rest: &[u8]) -> (&[u8], &[u8]) {
    let (letters, rest) = split_letters(rest);
    match rest {
        [b'-' | b'.', suffix @ ..] => (letters, suffix),
        _ => (letters, rest),
    }
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    if push_release(out, series.as_bytes()).is_none() {
        out.push(NO_VERSION);
    }
}

fn status(word: &[u8]) -> Option<u8> {
    STATUS.iter().find(|(name, _mark)| word.eq_ignore_ascii_case(name.as_bytes())).map(|(_name, mark)| *mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_across_the_change_of_scheme() {
        let ascending = [
            "0.9.8zh",
            "1.0.0-beta1",
            "1.0.0",
            "1.0.2-dev",
            "1.0.2",
            "1.0.2k",
            "1.0.2k-fips",
            "1.0.2l-dev",
            "1.0.2l",
            "1.0.2z",
            "1.0.2za",
            "1.0.2zh",
            "1.1.0",
            "1.1.1w",
            "3.0.0-alpha1",
            "3.0.0-beta2",
            "3.0.0",
            "3.0.15",
            "3.1.0",
        ];
        for pair in ascending.windows(2) {
            assert!(Scheme::OpenSsl.compare(pair[0], pair[1]).is_lt(), "{pair:?}");
        }
        for (left, right) in [("3.0", "3.0.0"), ("1.0.2.beta1", "1.0.2-beta1")] {
            assert!(Scheme::OpenSsl.compare(left, right).is_eq(), "{left} {right}");
        }
    }

    #[test]
    fn forms() {
        for (version, expected) in [
            ("1.0.2zh", Form::Exact),
            ("3.0.0-alpha1", Form::Exact),
            ("1.0.2.beta1", Form::Exact),
            ("1.0.2k-fips", Form::Lenient),
            ("3.0", Form::Lenient),
            ("fips", Form::Invalid),
            ("", Form::Invalid),
        ] {
            assert_eq!(Scheme::OpenSsl.form(version), expected, "{version}");
        }
    }
}
