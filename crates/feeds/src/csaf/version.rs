//! Version texts of product branches: `vers` ranges as they are written in practice, comparisons, lists, sentences.

use component::vers::{Comparator, Vers};
use matcher::record::Bound;

use crate::free_text;

/// The ranges that a branch's name stands for; `None` when it is not certain.
pub(super) fn ranges(text: &str) -> Option<Vec<(Bound, Bound)>> {
    let text = text.trim();
    if is_all(text) {
        return Some(vec![(Bound::Open, Bound::Open)]);
    }
    if let Some(rest) = text.strip_prefix("vers:") {
        if let Some(ranges) = Vers::parse(text).ok().as_ref().and_then(of_vers) {
            return Some(ranges);
        }
        // `vers:all/<V4.3` and `vers:all/>=V7.80<V9.40` are no `vers`, and clear all the same.
        let (_, written) = rest.split_once('/')?;
        return if is_all(written) { ranges("*") } else { loose(written) };
    }
    loose(text)
}

fn loose(text: &str) -> Option<Vec<(Bound, Bound)>> {
    free_text::parse(&text.replace('|', " , "))
}

fn is_all(text: &str) -> bool {
    ["*", "all", "all versions", "all version", "any", "vers:all/*"]
        .iter()
        .any(|all| text.eq_ignore_ascii_case(all))
}

/// Constraints in the order of their versions, as `Vers` keeps them, to ranges.
fn of_vers(vers: &Vers) -> Option<Vec<(Bound, Bound)>> {
    let mut ranges = Vec::new();
    let mut open: Option<Bound> = None;
    let mut begun = false;
    for constraint in vers.constraints() {
        let version = constraint.version.clone();
        if version.contains(['<', '>', '=']) {
            return None;
        }
        match constraint.comparator {
            Comparator::Any => return Some(vec![(Bound::Open, Bound::Open)]),
            Comparator::Equal => {
                ranges.push((Bound::Including(version.clone()), Bound::Including(version)));
            }
            // A hole in a range has no single bound.
            Comparator::NotEqual => return None,
            Comparator::Greater => open = open.or(Some(Bound::Excluding(version))),
            Comparator::GreaterOrEqual => open = open.or(Some(Bound::Including(version))),
            comparator @ (Comparator::Less | Comparator::LessOrEqual) => {
                let upper = if comparator == Comparator::Less {
                    Bound::Excluding(version)
                } else {
                    Bound::Including(version)
                };
                match open.take() {
                    Some(lower) => ranges.push((lower, upper)),
                    None if !begun => ranges.push((Bound::Open, upper)),
                    None => return None,
                }
            }
        }
        begun = true;
    }
    ranges.extend(open.map(|lower| (lower, Bound::Open)));
    (!ranges.is_empty()).then_some(ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_versions() {
        let excluding = |version: &str| Bound::Excluding(version.to_owned());
        let including = |version: &str| Bound::Including(version.to_owned());
        for (text, expected) in [
            ("vers:all/*", Some(vec![(Bound::Open, Bound::Open)])),
            ("All versions", Some(vec![(Bound::Open, Bound::Open)])),
            ("vers:all/<V4.3.8", Some(vec![(Bound::Open, excluding("V4.3.8"))])),
            ("vers:all/>=V7.80<V9.40", Some(vec![(including("V7.80"), excluding("V9.40"))])),
            ("vers:semver/>=1.2.0|<1.4.0", Some(vec![(including("1.2.0"), excluding("1.4.0"))])),
            ("< V4.1.3", Some(vec![(Bound::Open, excluding("V4.1.3"))])),
            (">= 1.0 | <= 1.32", Some(vec![(including("1.0"), including("1.32"))])),
            ("5.028", Some(vec![(including("5.028"), including("5.028"))])),
            ("All versions >= V2.0 and < V2.5", Some(vec![(including("V2.0"), excluding("V2.5"))])),
            (
                "5.1.1-1 | 6.0.0-1",
                Some(vec![
                    (including("5.1.1-1"), including("5.1.1-1")),
                    (including("6.0.0-1"), including("6.0.0-1")),
                ]),
            ),
            ("<June/2/2023", None),
            ("7100 | 7900 MRI", None),
            ("", None),
        ] {
            assert_eq!(ranges(text), expected, "{text}");
        }
    }
}
