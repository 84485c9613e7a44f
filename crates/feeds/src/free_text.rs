//! Version sets that people wrote as a sentence: "before 1.2.3", ">= 1, < 2", "1.0 through 1.5", "6.6, 7.0, and 7.1".
//!
//! Only what has one meaning is read; everything else stays text ("up to 1.4" does not say whether 1.4 is in).

use std::cmp::Ordering;

use component::version::Scheme;
use matcher::record::Bound;

/// Longest sentence looked at.
const MAX_LENGTH: usize = 512;
/// Most ranges in one sentence.
const MAX_ITEMS: usize = 64;

/// The ranges that `text` names, or `None` when it is not certain.
pub(crate) fn parse(text: &str) -> Option<Vec<(Bound, Bound)>> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let tokens = tokens(text)?;
    let mut ranges = Vec::new();
    let mut pending: Option<Bound> = None;
    for words in tokens.split(|token| *token == Token::Separator).filter(|words| !words.is_empty()) {
        let (lower, upper) = item(words)?;
        match (pending.take(), &lower, &upper) {
            // `>= 1, < 2` is one range.
            (Some(start), Bound::Open, end) => ranges.push((start, end.clone())),
            (Some(start), ..) => {
                ranges.push((start, Bound::Open));
                ranges.push((lower, upper));
            }
            (None, start, Bound::Open) if comparison(words) => pending = Some(start.clone()),
            (None, ..) => ranges.push((lower, upper)),
        }
    }
    ranges.extend(pending.map(|start| (start, Bound::Open)));
    let open_below = ranges.iter().filter(|(lower, _)| *lower == Bound::Open).count();
    let sound =
        !ranges.is_empty() && ranges.len() <= MAX_ITEMS && open_below <= 1 && ranges.iter().all(in_order);
    sound.then_some(ranges)
}

/// Whether `text` can be a version by its look: one word of the usual characters with a digit in it.
pub(crate) fn looks_like_version(text: &str) -> bool {
    text.len() <= 128
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._+-:~^/()[]".contains(&byte))
}

/// The series of `1.2.*` or `1.2.x`.
pub(crate) fn series(text: &str) -> Option<&str> {
    let series =
        text.strip_suffix(".*").or_else(|| text.strip_suffix(".x")).or_else(|| text.strip_suffix(".X"))?;
    (looks_like_version(series) && series.bytes().next_back().is_some_and(|byte| byte.is_ascii_digit()))
        .then_some(series)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Version(&'a str),
    Compare(&'static str),
    Before,
    Through,
    To,
    AndEarlier,
    AndLater,
    Separator,
}

/// `2.10.51` of `Ver.2.10.51`.
fn numbered(word: &str) -> &str {
    match word.get(..4) {
        Some(prefix) if prefix.eq_ignore_ascii_case("ver.") && word.len() > 4 => &word[4..],
        _ => word,
    }
}

fn comparison(words: &[Token<'_>]) -> bool {
    matches!(words, [Token::Compare(_), Token::Version(_)])
}

fn item(words: &[Token<'_>]) -> Option<(Bound, Bound)> {
    use Token::{AndEarlier, AndLater, Before, Compare, Through, To, Version};
    let including = |version: &str| Bound::Including(version.to_owned());
    let excluding = |version: &str| Bound::Excluding(version.to_owned());
    Some(match *words {
        [Version(version)] => match series(version) {
            Some(series) => (including(series), Bound::Series(series.to_owned())),
            None => (including(version), including(version)),
        },
        [Before, Version(end)] => (Bound::Open, excluding(end)),
        [Through, Version(end)] | [Version(end), AndEarlier] => (Bound::Open, upper(end)),
        [Version(start), AndLater] => (including(start), Bound::Open),
        [Version(start), Through | To, Version(end)] => (including(start), upper(end)),
        [Version(start), Before, Version(end)] => (including(start), excluding(end)),
        [Compare(operator), Version(version)] => match operator {
            "<" => (Bound::Open, excluding(version)),
            "<=" => (Bound::Open, upper(version)),
            ">" => (excluding(version), Bound::Open),
            ">=" => (including(version), Bound::Open),
            _ => (including(version), including(version)),
        },
        [Compare(low @ (">" | ">=")), Version(start), Compare(high @ ("<" | "<=")), Version(end)] => (
            if low == ">" { excluding(start) } else { including(start) },
            if high == "<" { excluding(end) } else { upper(end) },
        ),
        _ => return None,
    })
}

fn upper(version: &str) -> Bound {
    match series(version) {
        Some(series) => Bound::Series(series.to_owned()),
        None => Bound::Including(version.to_owned()),
    }
}

fn in_order((lower, upper): &(Bound, Bound)) -> bool {
    match (lower, upper) {
        (Bound::Including(low) | Bound::Excluding(low), Bound::Including(high) | Bound::Excluding(high)) => {
            Scheme::Generic.compare(low, high) != Ordering::Greater
        }
        _ => true,
    }
}

fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut words = Words { rest: text }.peekable();
    while let Some(word) = words.next() {
        let lower = word.to_ascii_lowercase();
        let token = match lower.as_str() {
            "version" | "versions" | "ver" | "ver." | "all" | "from" | "release" | "releases" | "v"
            | "the" => continue,
            "<" | "lt" => Token::Compare("<"),
            "<=" | "=<" | "≤" => Token::Compare("<="),
            ">" => Token::Compare(">"),
            ">=" | "=>" | "≥" => Token::Compare(">="),
            "=" | "==" => Token::Compare("="),
            "before" => Token::Before,
            "prior" | "earlier" | "lower" | "less" | "older" => {
                words.next_if(|next| matches!(*next, "to" | "than"))?;
                Token::Before
            }
            "through" | "thru" => Token::Through,
            "to" | "-" | "–" => Token::To,
            "up" => {
                // "up to" alone says nothing about its end.
                let exact = ["to", "and", "including"];
                for expected in exact {
                    words.next_if(|next| next.eq_ignore_ascii_case(expected))?;
                }
                Token::Through
            }
            "and" | "or" | "&" => match words.peek().map(|next| next.to_ascii_lowercase()).as_deref() {
                Some("earlier" | "prior" | "below" | "older" | "lower" | "previous" | "before") => {
                    words.next();
                    Token::AndEarlier
                }
                Some("later" | "above" | "newer" | "higher" | "up" | "onwards") => {
                    words.next();
                    Token::AndLater
                }
                _ => Token::Separator,
            },
            "," | ";" | "||" => Token::Separator,
            _ => {
                let word = numbered(word);
                let bare = word.strip_prefix(['v', 'V']).unwrap_or(word);
                let starts = bare.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
                if !starts || !(looks_like_version(word) || series(word).is_some()) {
                    return None;
                }
                Token::Version(word)
            }
        };
        tokens.push(token);
    }
    Some(tokens)
}

/// Words, with operators and separators apart from what they touch.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;
    fn next(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start();
        let first = self.rest.chars().next()?;
        let same =
            |set: &'static [char]| self.rest.find(|c: char| !set.contains(&c)).unwrap_or(self.rest.len());
        let end = match first {
            ',' | ';' => 1,
            '|' => same(&['|']),
            '<' | '>' | '=' | '≤' | '≥' => same(&['<', '>', '=', '≤', '≥']),
            _ => self
                .rest
                .find(|c: char| {
                    c.is_whitespace() || matches!(c, ',' | ';' | '|' | '<' | '>' | '=' | '≤' | '≥')
                })
                .unwrap_or(self.rest.len()),
        };
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(bound: &Bound, low: bool) -> String {
        match bound {
            Bound::Open => "*".to_owned(),
            Bound::Including(version) => {
                if low {
                    format!("[{version}")
                } else {
                    format!("{version}]")
                }
            }
            Bound::Excluding(version) => {
                if low {
                    format!("({version}")
                } else {
                    format!("{version})")
                }
            }
            Bound::Series(series) => format!("{series}.*]"),
        }
    }

    #[test]
    fn sentences_with_one_meaning_are_read() {
        for (text, expected) in [
            ("before 1.2.3", "* 1.2.3)"),
            ("All versions prior to v1.2", "* v1.2)"),
            ("< 1.2", "* 1.2)"),
            ("<1.2", "* 1.2)"),
            ("<= 1.2", "* 1.2]"),
            ("≤ 1.2", "* 1.2]"),
            (">= 1, < 2", "[1 2)"),
            (">=1 <2", "[1 2)"),
            (">= 1.0, < 1.5, >= 2.0, < 2.3", "[1.0 1.5); [2.0 2.3)"),
            ("> 1.0", "(1.0 *"),
            ("= 1.2.3", "[1.2.3 1.2.3]"),
            ("1.0 through 1.5", "[1.0 1.5]"),
            ("from 1.0 to 1.4", "[1.0 1.4]"),
            ("1.0 - 1.4", "[1.0 1.4]"),
            ("1.0 before 1.4", "[1.0 1.4)"),
            ("1.4 and earlier", "* 1.4]"),
            ("versions up to and including 1.4", "* 1.4]"),
            ("1.4 and later", "[1.4 *"),
            ("6.6, 7.0, and 7.1", "[6.6 6.6]; [7.0 7.0]; [7.1 7.1]"),
            ("1.2.x", "[1.2 1.2.*]"),
            ("Ver.2.10.51 and earlier", "* 2.10.51]"),
            ("1.0 through 1.5.x", "[1.0 1.5.*]"),
        ] {
            let shown = parse(text).map(|ranges| {
                let ranges: Vec<_> = ranges
                    .iter()
                    .map(|(low, high)| format!("{} {}", show(low, true), show(high, false)))
                    .collect();
                ranges.join("; ")
            });
            assert_eq!(shown.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_uncertain_stays_text() {
        for text in [
            "",
            "up to 1.4",
            "Fixed in OpenSSL 1.1.1d (Affected 1.1.1-1.1.1c)",
            "1.5 through 1.0",
            "before 1.2, before 2.3",
            "OpenSSL 1.0",
            "publication",
            "prior 1.2",
            "before",
            "< < 1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
