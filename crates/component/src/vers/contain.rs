//! Whether a version is in a range.
use super::{Comparator, Constraint};
use crate::version::{Scheme, VersionKey};

/// The specification's rule on constraints that it has simplified, and the union of the ranges on any other: a
/// version is in when the next bound to its left opens a range or the next to its right closes one.
pub(super) fn contains(constraints: &[Constraint], scheme: Scheme, version: &str) -> bool {
    let key = scheme.key(version);
    let keyed: Vec<(Comparator, VersionKey)> = constraints
        .iter()
        .map(|constraint| (constraint.comparator, scheme.key(&constraint.version)))
        .collect();
    let here = |wanted: &[Comparator]| {
        keyed.iter().any(|(comparator, at)| wanted.contains(comparator) && *at == key)
    };
    if keyed.iter().any(|(comparator, _at)| *comparator == Comparator::Any) {
        return true;
    }
    if here(&[Comparator::NotEqual]) {
        return false;
    }
    if here(&[Comparator::Equal, Comparator::LessOrEqual, Comparator::GreaterOrEqual]) {
        return true;
    }
    let bounds = || keyed.iter().filter(|(comparator, _at)| comparator.is_lower() || comparator.is_upper());
    // A version that `<` excludes stands to the right of that bound, one that `>` excludes to the left.
    let is_left =
        |(comparator, at): &&(Comparator, VersionKey)| *at < key || (*at == key && comparator.is_upper());
    let left = bounds().rfind(is_left);
    let right = bounds().find(|bound| !is_left(bound));
    if left.is_none() && right.is_none() {
        // Nothing but exceptions: everything else is in. Nothing but versions: only those are.
        return keyed.iter().all(|(comparator, _at)| *comparator == Comparator::NotEqual);
    }
    left.is_some_and(|(comparator, _at)| comparator.is_lower())
        || right.is_some_and(|(comparator, _at)| comparator.is_upper())
}
