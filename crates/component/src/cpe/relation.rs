//! How one value or name relates to another: NISTIR 7696, tables 6-2 and 6-3.
use super::value::{Token, Value, tokens};

/// How a source relates to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Relation {
    /// The source covers more than the target.
    Superset,
    /// The source covers less than the target.
    Subset,
    /// Both cover the same.
    Equal,
    /// They have nothing in common.
    Disjoint,
    /// Not defined: wildcards in the target, or superset here and subset there.
    Undefined,
}

impl Relation {
    /// The relation of names of which one attribute relates like `self` and another like `other`.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Disjoint, _) | (_, Self::Disjoint) => Self::Disjoint,
            (Self::Equal, other) => other,
            (relation, Self::Equal) => relation,
            (relation, other) if relation == other => relation,
            _ => Self::Undefined,
        }
    }
}

/// The relation of one source value to one target value. Of the wildcards of a source `*` stands for any
/// number of characters, each `?` for none or one.
pub fn relation(source: &Value, target: &Value) -> Relation {
    if target.has_wildcard() {
        return Relation::Undefined;
    }
    match (source, target) {
        (Value::Any, Value::Any) | (Value::Na, Value::Na) => Relation::Equal,
        (Value::Any, _) => Relation::Superset,
        (_, Value::Any) => Relation::Subset,
        (Value::Na, _) | (_, Value::Na) => Relation::Disjoint,
        (Value::Text(source), Value::Text(target)) if source == target => Relation::Equal,
        (Value::Text(pattern), Value::Text(target)) if source.has_wildcard() && matches(pattern, target) => {
            Relation::Superset
        }
        _ => Relation::Disjoint,
    }
}

/// Whether `target` is a literal text framed by at most what the wildcards of `pattern` allow.
fn matches(pattern: &str, target: &str) -> bool {
    let pattern: Vec<Token> = tokens(pattern).collect();
    let target: Vec<char> = tokens(target).map(|token| token.character).collect();
    let front = pattern.iter().take_while(|token| token.is_wildcard()).count();
    let back = pattern[front..].iter().rev().take_while(|token| token.is_wildcard()).count();
    let (before, rest) = pattern.split_at(front);
    let (literal, after) = rest.split_at(rest.len() - back);
    let Some(spare) = target.len().checked_sub(literal.len()) else { return false };
    let (most_before, most_after) = (room(before), room(after));
    (0..=spare).any(|start| {
        start <= most_before
            && spare - start <= most_after
            && literal.iter().zip(&target[start..]).all(|(token, character)| token.character == *character)
    })
}

/// How many characters a run of wildcards can stand for.
fn room(wildcards: &[Token]) -> usize {
    if wildcards.iter().any(|token| token.character == '*') { usize::MAX } else { wildcards.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_combine() {
        use Relation::{Disjoint, Equal, Subset, Superset, Undefined};
        for (left, right, expected) in [
            (Equal, Equal, Equal),
            (Equal, Subset, Subset),
            (Superset, Equal, Superset),
            (Superset, Subset, Undefined),
            (Undefined, Disjoint, Disjoint),
            (Undefined, Equal, Undefined),
        ] {
            assert_eq!(left.and(right), expected);
            assert_eq!(right.and(left), expected);
        }
    }

    #[test]
    fn a_quoted_wildcard_is_a_character() {
        let value = |text: &str| Value::Text(text.to_owned());
        assert_eq!(relation(&value("a\\*"), &value("abc")), Relation::Disjoint);
        assert_eq!(relation(&value("a*"), &value("a\\*")), Relation::Superset);
        assert_eq!(relation(&value("*b?"), &value("bbb")), Relation::Superset);
    }
}
