//! Composer (Packagist): PHP's `version_compare` on what Composer has normalised: four numbers at least, no `v` in
//! front, letter case, the word `stable` and build metadata do not count. Digits and words are parts, whatever stands between them; at
//! one place the order is: any other word, dev, alpha, beta, RC, *the end*, a number, pl. Branches (`dev-main`,
//! `2.x-dev`) are no versions.
use super::key::{push_number, push_release, split_digits, split_letters};
use super::{Definition, Form, Scheme, semver};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Composer,
    name: "composer",
    aliases: &["packagist"],
    purl_types: &["composer"],
    write_key,
    form,
    write_series,
    canonical: semver::canonical,
};

/// Numbers that every version has: `1.0` is `1.0.0.0`.
const NUMBERS: usize = 4;

const OTHER_WORD: u8 = 0x01;
const END: u8 = 0x08;

/// Beginnings of words, each with its mark, in the order in which PHP tries them.
const WORDS: [(&str, u8); 5] = [("dev", 0x02), ("a", 0x03), ("b", 0x04), ("rc", 0x05), ("p", 0xF0)];

fn write_key(version: &str, out: &mut Vec<u8>) {
    push_parts(out, version);
    out.push(END);
}

fn form(version: &str) -> Form {
    let text = semver::strip_prefix(version);
    let public = text.split('+').next().unwrap_or_default();
    let numbers = public.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let suffix = numbers.trim_start_matches(['-', '_']);
    let (word, rest) = split_letters(suffix.as_bytes());
    let known = word.is_empty() || is_stable(word) || mark(word) != OTHER_WORD;
    let branch = text.to_ascii_lowercase().split(['.', '-']).any(|part| part == "x");
    if !text.starts_with(|first: char| first.is_ascii_digit())
        || branch
        || !text.bytes().all(|byte| byte.is_ascii_graphic())
    {
        Form::Invalid
    } else if known && rest.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')) {
        Form::Exact
    } else {
        Form::Lenient
    }
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    // Trailing zeros stay: `5.0.*` ends before `5.1`.
    if push_release(out, semver::strip_prefix(series).as_bytes()).is_none() {
        out.push(OTHER_WORD);
    }
}

/// Writes the numbers in front, four at least, then the parts behind them.
fn push_parts(out: &mut Vec<u8>, version: &str) {
    let text = semver::strip_prefix(version).split('+').next().unwrap_or_default().as_bytes();
    let mut rest = push_release(out, text).map_or(text, |(rest, _significant)| rest);
    let numbers = text[..text.len() - rest.len()].split(|byte| *byte == b'.').count();
    if rest.len() < text.len() {
        (numbers..NUMBERS).for_each(|_missing| push_number(out, b"0"));
    }
    while let Some(start) = rest.iter().position(u8::is_ascii_alphanumeric) {
        let (digits, after) = split_digits(&rest[start..]);
        let (word, after) = if digits.is_empty() { split_letters(after) } else { (digits, after) };
        if !digits.is_empty() {
            push_number(out, digits);
        } else if !is_stable(word) {
            out.push(mark(word));
        }
        rest = after;
    }
}

fn mark(word: &[u8]) -> u8 {
    let starts =
        |name: &str| word.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()));
    WORDS.iter().find(|(name, _mark)| starts(name)).map_or(OTHER_WORD, |(_name, mark)| *mark)
}

fn is_stable(word: &[u8]) -> bool {
    word.eq_ignore_ascii_case(b"stable")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (version, expected) in [
            ("1.2.3", Form::Exact),
            ("v1.2.3-RC.1", Form::Exact),
            ("4.0.0-alpha0", Form::Exact),
            ("1.0pl1", Form::Exact),
            ("2.4.1-p1", Form::Exact),
            ("1.0.0+bedrock-1", Form::Exact),
            ("1.0.0-test2", Form::Lenient),
            ("dev-main", Form::Invalid),
            ("2.x-dev", Form::Invalid),
        ] {
            assert_eq!(Scheme::Composer.form(version), expected, "{version}");
        }
        assert!(Scheme::Composer.compare("3.1.20-stable", "3.1.20").is_eq());
    }
}
