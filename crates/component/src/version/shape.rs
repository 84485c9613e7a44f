//! What a version string looks like: the guard in front of the generic order, where `2000` and `11.7` or a
//! date and a dotted number can be put in order but the order means nothing (docs/matching.md, P10).

/// What a version string looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Shape {
    /// Nothing, or a word that stands for nothing: `n/a`, `*`, `-`, `unknown`.
    Placeholder,
    /// Numbers with or without a suffix: `1.0.2k`, `v4.5-rc1`, `11`.
    Dotted,
    /// Led by a year, but no date: `2019`, `2019.3.1`, `2008 R2`.
    Year,
    /// A date: `2024-05-01`, `2024.05.01`, `20240501`, `20240501123000`.
    Date,
    /// One number of five digits or more: `17763`.
    Build,
    /// A commit id.
    Hash,
    /// A name: `jessie`, `publication`.
    Word,
}

/// Words that stand for no version, lower case.
const PLACEHOLDERS: [&str; 22] = [
    "",
    "*",
    "-",
    "--",
    "?",
    "all",
    "all versions",
    "any",
    "latest",
    "n/a",
    "na",
    "nil",
    "none",
    "not applicable",
    "not specified",
    "null",
    "tbd",
    "undefined",
    "unknown",
    "unspecified",
    "various",
    "x",
];

/// Words that may stand in front of the numbers.
const PREFIXES: [&str; 9] = ["version", "release", "firmware", "build", "rev", "ver", "fw", "v", "r"];

/// What `version` looks like.
pub fn shape(version: &str) -> Shape {
    let version = version.trim();
    if PLACEHOLDERS.iter().any(|word| word.eq_ignore_ascii_case(version)) {
        return Shape::Placeholder;
    }
    if is_hash(version) {
        return Shape::Hash;
    }
    let text = strip_prefix(version);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    match digits {
        0 => Shape::Word,
        8 | 12 | 14 if is_year(&text[..4]) && is_month_and_day(&text[4..6], &text[6..8]) => Shape::Date,
        4 if is_year(&text[..4]) => {
            let mut parts = rest.split(|character: char| !character.is_ascii_digit());
            let (_year, month, day) = (parts.next(), parts.next(), parts.next());
            match (month, day) {
                (Some(month), Some(day))
                    if month.len() == 2 && day.len() == 2 && is_month_and_day(month, day) =>
                {
                    Shape::Date
                }
                _ => Shape::Year,
            }
        }
        5.. if rest.is_empty() => Shape::Build,
        _ => Shape::Dotted,
    }
}

/// Whether an order between versions of the two shapes means anything.
pub fn shapes_comparable(left: Shape, right: Shape) -> bool {
    let led_by_year = |shape| matches!(shape, Shape::Year | Shape::Date);
    (led_by_year(left) && led_by_year(right))
        || (left == right && matches!(left, Shape::Dotted | Shape::Build))
}

/// Seven to 64 hexadecimal digits with letters and digits among them, or any of the full length of SHA-1 or
/// SHA-256.
fn is_hash(text: &str) -> bool {
    let hexadecimal = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mixed =
        text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_alphabetic());
    hexadecimal && (matches!(text.len(), 40 | 64) || (mixed && (7..=64).contains(&text.len())))
}

fn strip_prefix(text: &str) -> &str {
    for prefix in PREFIXES {
        let Some((start, rest)) = text.split_at_checked(prefix.len()) else { continue };
        let rest = rest.trim_start_matches([' ', '.', '-', '_', ':']);
        if start.eq_ignore_ascii_case(prefix) && rest.starts_with(|first: char| first.is_ascii_digit()) {
            return rest;
        }
    }
    text
}

fn is_year(digits: &str) -> bool {
    digits.parse().is_ok_and(|year: u16| (1980..2100).contains(&year))
}

fn is_month_and_day(month: &str, day: &str) -> bool {
    month.parse().is_ok_and(|month: u8| (1..=12).contains(&month))
        && day.parse().is_ok_and(|day: u8| (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (version, expected) in [
            ("", Shape::Placeholder),
            ("N/A", Shape::Placeholder),
            (" - ", Shape::Placeholder),
            ("1.0.2k", Shape::Dotted),
            ("v4.5-rc1", Shape::Dotted),
            ("11", Shape::Dotted),
            ("version 3.1", Shape::Dotted),
            ("2.8.123e", Shape::Dotted),
            ("10.0.17763.1", Shape::Dotted),
            ("2000", Shape::Year),
            ("2019.3.1", Shape::Year),
            ("2008 R2", Shape::Year),
            ("2024-05-01", Shape::Date),
            ("2024.05.01", Shape::Date),
            ("20240501", Shape::Date),
            ("20240501123000", Shape::Date),
            ("20241399", Shape::Build),
            ("17763", Shape::Build),
            ("4345abcd34343", Shape::Hash),
            ("0123456789012345678901234567890123456789", Shape::Hash),
            ("publication", Shape::Word),
            ("jessie", Shape::Word),
            ("ü", Shape::Word),
        ] {
            assert_eq!(shape(version), expected, "{version:?}");
        }
    }

    #[test]
    fn what_can_be_compared() {
        assert!(shapes_comparable(shape("1.2"), shape("1.0.2k")));
        assert!(shapes_comparable(shape("2019.3"), shape("2020-01-01")));
        assert!(!shapes_comparable(shape("2000"), shape("11.7")));
        assert!(!shapes_comparable(shape("20240501"), shape("1.2")));
        assert!(!shapes_comparable(shape("jessie"), shape("jessie")));
    }
}
