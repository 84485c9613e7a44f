//! Maven: the order of ComparableVersion, made transitive.
//!
//! A version is a row of tokens, each a number or a qualifier behind a dot or a hyphen; a change between
//! digits and letters counts as a hyphen. At one place the order is: alpha, beta, milestone, rc, snapshot,
//! *nothing*, sp, other qualifiers, `-number`, `.number`. Tokens that mean nothing (0, final, ga, release)
//! vanish at the end, before a hyphen and before a qualifier. Maven's own order has cycles in unusual forms
//! (`1rc < 1 < 1.sp-1 < 1rc`); on numbers followed by one qualifier both agree, other forms are `Lenient`.
use super::key::{push_number, push_text};
use super::{Definition, Form, Scheme, as_written};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Maven,
    name: "maven",
    aliases: &["clojars", "gradle"],
    purl_types: &["maven"],
    write_key,
    form,
    write_series,
    canonical: as_written,
};

const END: u8 = 0x08;
/// `final` and its like in the middle: as nothing, but more follows.
const EMPTY_QUALIFIER: u8 = 0x09;
const OTHER_QUALIFIER: u8 = 0x0B;
/// In front of a number behind a hyphen; a number behind a dot stands as it is.
const HYPHEN: u8 = 0x0C;

/// Qualifiers that have a rank, by their mark.
const QUALIFIERS: [(&str, u8); 10] = [
    ("alpha", 0x02),
    ("beta", 0x03),
    ("milestone", 0x04),
    ("rc", 0x05),
    ("cr", 0x05),
    ("snapshot", 0x06),
    ("final", EMPTY_QUALIFIER),
    ("ga", EMPTY_QUALIFIER),
    ("release", EMPTY_QUALIFIER),
    ("sp", 0x0A),
];
/// Short for the qualifier of that rank when a digit follows at once.
const SHORT: [(&str, u8); 3] = [("a", 0x02), ("b", 0x03), ("m", 0x04)];

fn write_key(version: &str, out: &mut Vec<u8>) {
    let significant = push_tokens(out, version.trim());
    out.truncate(significant);
    out.push(END);
}

fn form(version: &str) -> Form {
    if !version.bytes().all(|byte| byte.is_ascii_graphic())
        || !version.bytes().any(|byte| byte.is_ascii_digit())
    {
        Form::Invalid
    } else if is_usual(version) {
        Form::Exact
    } else {
        Form::Lenient
    }
}

/// Dotted numbers, then at most one qualifier, then at most one number: `1.2`, `1.2.Final`, `1.2-rc-1`.
fn is_usual(version: &str) -> bool {
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    let (numbers, rest) = version.split_at(end);
    let (numbers, rest) = match numbers.strip_suffix('.') {
        Some(numbers) if !rest.is_empty() => (numbers, rest),
        _ => (numbers, rest.strip_prefix('-').unwrap_or(rest)),
    };
    let number = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let number =
        if number.len() < rest.len() { number.strip_prefix(['-', '.']).unwrap_or(number) } else { number };
    numbers.split('.').all(is_digits)
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && !version.ends_with('-')
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    // Trailing zeros stay: `5.0.*` ends before `5.1`.
    push_tokens(out, series);
}

/// Writes all tokens; the result is the length of `out` without meaningless ones at the end.
fn push_tokens(out: &mut Vec<u8>, text: &str) -> usize {
    let mut significant = out.len();
    let mut rest = text.as_bytes();
    let mut hyphen = false;
    loop {
        let is_number = rest.first().is_none_or(|byte| byte.is_ascii_digit() || is_separator(*byte));
        let length = rest
            .iter()
            .take_while(|byte| !is_separator(**byte) && byte.is_ascii_digit() == is_number)
            .count();
        let (token, after) = rest.split_at(length);
        if hyphen || !is_number {
            out.truncate(significant);
        }
        let meaningless = if is_number {
            if hyphen {
                out.push(HYPHEN);
            }
            push_number(out, token);
            token.iter().all(|digit| *digit == b'0')
        } else {
            push_qualifier(out, token, after.first().is_some_and(u8::is_ascii_digit)) == EMPTY_QUALIFIER
        };
        if !meaningless {
            significant = out.len();
        }
        match after {
            [] => return significant,
            [separator, after @ ..] if is_separator(*separator) => {
                (hyphen, rest) = (*separator == b'-', after);
            }
            _ => (hyphen, rest) = (true, after),
        }
    }
}

fn push_qualifier(out: &mut Vec<u8>, token: &[u8], before_digit: bool) -> u8 {
    let short: &[(&str, u8)] = if before_digit { &SHORT } else { &[] };
    let known =
        short.iter().chain(&QUALIFIERS).find(|(name, _mark)| token.eq_ignore_ascii_case(name.as_bytes()));
    if let Some((_name, mark)) = known {
        out.push(*mark);
        return *mark;
    }
    out.push(OTHER_QUALIFIER);
    push_text(out, token.iter().map(u8::to_ascii_lowercase));
    OTHER_QUALIFIER
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'.' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (version, expected) in [
            ("1.2.3", Form::Exact),
            ("1.2-SNAPSHOT", Form::Exact),
            ("1.2.Final", Form::Exact),
            ("1.2-rc-1", Form::Exact),
            ("1.2rc1", Form::Exact),
            ("31.1-jre", Form::Exact),
            ("1.0-alpha-1-SNAPSHOT", Form::Lenient),
            ("1..2", Form::Lenient),
            ("1.2.-3", Form::Lenient),
            ("1.2--rc1", Form::Lenient),
            ("1.", Form::Lenient),
            ("final1", Form::Lenient),
            ("latest", Form::Invalid),
            ("1 2", Form::Invalid),
            ("", Form::Invalid),
        ] {
            assert_eq!(Scheme::Maven.form(version), expected, "{version}");
        }
    }
}
