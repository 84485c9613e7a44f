//! Conan 2: items behind dots, a pre-release behind the last `-`, a build behind `+`; zeros at the end of each do
//! not count. An item that is no number goes by its leading digits and then by its text. Conan compares those as
//! text, which has circles (`2 < 10 < 1a < 2`); where both items are numbers, or none starts with a digit, both agree.
use super::key::{push_number, push_text, split_digits};
use super::{Definition, Form, Scheme, as_written};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Conan,
    name: "conan",
    aliases: &["conancenter"],
    purl_types: &["conan"],
    write_key,
    form,
    write_series,
    canonical: as_written,
};

const END_OF_ITEMS: u8 = 0x01;
/// A text below the digits in ASCII: `*`.
const TEXT_BELOW_NUMBERS: u8 = 0x02;
/// Any other text.
const TEXT_ABOVE_NUMBERS: u8 = 0xF0;
/// Behind a number, the rest of its item: above whatever item follows the plain number.
const REST_OF_ITEM: u8 = 0xF8;
/// What `-` and `+` lead to, in this order: a pre-release is below none, a build above none.
const PRE_RELEASE: u8 = 0x01;
const ABSENT: u8 = 0x02;
const BUILD: u8 = 0x03;

fn write_key(version: &str, out: &mut Vec<u8>) {
    let (version, build) = split_last(version.trim(), '+');
    let (version, pre_release) = split_last(version, '-');
    for (mark, part) in [(None, Some(version)), (Some(PRE_RELEASE), pre_release), (Some(BUILD), build)] {
        match part {
            Some(part) => {
                out.extend(mark);
                let significant = push_items(out, part);
                out.truncate(significant);
                out.push(END_OF_ITEMS);
            }
            None => out.push(ABSENT),
        }
    }
}

fn form(version: &str) -> Form {
    let item = |item: &str| !item.is_empty() && item.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !version.bytes().any(|byte| byte.is_ascii_digit())
        || !version.bytes().all(|byte| byte.is_ascii_graphic())
    {
        Form::Invalid
    } else if version.split(['-', '+']).all(|part| part.split('.').all(item))
        && version.starts_with(|first: char| first.is_ascii_digit())
    {
        Form::Exact
    } else {
        Form::Lenient
    }
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    push_items(out, series);
}

/// Writes all items; the result is the length of `out` without zeros at the end.
fn push_items(out: &mut Vec<u8>, text: &str) -> usize {
    let mut significant = out.len();
    if text.is_empty() {
        return significant;
    }
    for item in text.as_bytes().split(|byte| *byte == b'.') {
        let (digits, rest) = split_digits(item);
        if digits.is_empty() {
            let below = item.first().is_none_or(|first| *first < b'0');
            out.push(if below { TEXT_BELOW_NUMBERS } else { TEXT_ABOVE_NUMBERS });
            push_text(out, item.iter().copied());
        } else {
            push_number(out, digits);
            if !rest.is_empty() {
                out.push(REST_OF_ITEM);
                push_text(out, rest.iter().copied());
            }
        }
        if !rest.is_empty() || digits.iter().any(|digit| *digit != b'0') || digits.is_empty() {
            significant = out.len();
        }
    }
    significant
}

fn split_last(text: &str, mark: char) -> (&str, Option<&str>) {
    text.rsplit_once(mark).map_or((text, None), |(text, rest)| (text, Some(rest)))
}
