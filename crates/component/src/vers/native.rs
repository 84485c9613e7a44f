//! The notations of the tools: which type has which, and the one that most share, comparators with versions.
use super::{Comparator, Constraint, VersError, conan, interval, list, npm};
use crate::version::Scheme;

/// Reads the range of one type.
type Notation = fn(Scheme, &str) -> Result<Vec<Constraint>, VersError>;

/// The notation of each type.
const NOTATIONS: [(&str, Notation); 11] = [
    ("composer", comparators),
    ("conan", conan::read),
    ("gem", comparators),
    ("golang", comparators),
    ("maven", interval::read),
    ("nginx", list::nginx),
    ("npm", |_semver, range| npm::read(range)),
    ("nuget", interval::read),
    ("openssl", list::openssl),
    ("packagist", comparators),
    ("pypi", comparators),
];

pub(super) fn read(ty: &str, range: &str) -> Result<Vec<Constraint>, VersError> {
    let notation = NOTATIONS.iter().find(|(known, _notation)| known.eq_ignore_ascii_case(ty));
    let scheme = Scheme::from_name(ty);
    match (notation, scheme) {
        (Some((_type, notation)), Some(scheme)) => notation(scheme, range),
        _ => Err(VersError::NoNotation(ty.to_owned())),
    }
}

/// Alternatives behind `||`; in each, comparators with versions behind blanks or commas that must all hold.
fn comparators(scheme: Scheme, range: &str) -> Result<Vec<Constraint>, VersError> {
    let mut constraints = Vec::new();
    for alternative in range.split("||").map(str::trim).filter(|alternative| !alternative.is_empty()) {
        if alternative == "*" {
            return Ok(vec![Constraint::any()]);
        }
        let mut all = Vec::new();
        for (comparator, version) in tokens(alternative) {
            match comparator {
                "~>" | "~=" => all.extend(approximate(scheme, version)?),
                sign => all.push(constraint(scheme, sign, version)?),
            }
        }
        constraints.extend(conjunction(scheme, all));
    }
    Ok(constraints)
}

/// A comparator sign and a version, in the spelling of the type.
pub(super) fn constraint(scheme: Scheme, sign: &str, version: &str) -> Result<Constraint, VersError> {
    let (comparator, rest) = Comparator::split(sign);
    let is_version = version.bytes().any(|byte| byte.is_ascii_alphanumeric())
        && !version.contains(|c: char| c == '*' || c.is_whitespace() || c.is_control());
    if !rest.is_empty() || !is_version {
        return Err(VersError::Constraint(format!("{sign}{version}")));
    }
    Ok(Constraint::new(comparator, scheme.canonical(version)))
}

/// The pairs of sign and version in `>= 1.0, <2.0`; a version without sign has the sign ``.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_separator = |c: char| c.is_whitespace() || c == ',';
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(is_separator);
        let sign_end = rest.find(|c: char| !"<>=!~^".contains(c)).unwrap_or(rest.len());
        let (sign, after) = rest.split_at(sign_end);
        let after = after.trim_start();
        let end = after.find(|c: char| is_separator(c) || "<>=!^".contains(c)).unwrap_or(after.len());
        let (version, after) = after.split_at(end);
        rest = after;
        (!sign.is_empty() || !version.is_empty()).then_some((sign, version))
    })
}

/// `~> 2.0.8` of RubyGems and `~= 2.0.8` of Python: from there to the next but for the last number.
fn approximate(scheme: Scheme, version: &str) -> Result<[Constraint; 2], VersError> {
    let numbers: Vec<&str> = version
        .split('.')
        .take_while(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    let kept = numbers.get(..numbers.len().saturating_sub(1).max(1)).unwrap_or_default();
    let end = next(kept).ok_or_else(|| VersError::Constraint(format!("~>{version}")))?;
    Ok([constraint(scheme, ">=", version)?, Constraint::new(Comparator::Less, end)])
}

/// The numbers with the last one raised by one; `None` when there is none, or none that can be raised.
pub(super) fn next(numbers: &[&str]) -> Option<String> {
    let (last, front) = numbers.split_last()?;
    let raised = last.parse::<u64>().ok()?.checked_add(1)?;
    let mut text = front.join(".");
    if !front.is_empty() {
        text.push('.');
    }
    text.push_str(&raised.to_string());
    Some(text)
}

/// What holds when all of `constraints` do: the highest lower bound and the lowest upper bound, and nothing when no
/// version is between them.
pub(super) fn conjunction(scheme: Scheme, constraints: Vec<Constraint>) -> Vec<Constraint> {
    let (mut lower, mut upper): (Option<Constraint>, Option<Constraint>) = (None, None);
    let mut points = Vec::new();
    for constraint in constraints {
        let order = |other: &Constraint| scheme.compare(&constraint.version, &other.version);
        // Of equal bounds the one that leaves the version out is the tighter.
        let strict = matches!(constraint.comparator, Comparator::Less | Comparator::Greater);
        if constraint.comparator.is_lower() {
            if lower.as_ref().is_none_or(|other| order(other).is_gt() || (strict && order(other).is_eq())) {
                lower = Some(constraint);
            }
        } else if constraint.comparator.is_upper() {
            if upper.as_ref().is_none_or(|other| order(other).is_lt() || (strict && order(other).is_eq())) {
                upper = Some(constraint);
            }
        } else {
            points.push(constraint);
        }
    }
    if let (Some(low), Some(high)) = (&lower, &upper) {
        let open = low.comparator == Comparator::Greater || high.comparator == Comparator::Less;
        match scheme.compare(&low.version, &high.version) {
            std::cmp::Ordering::Less => {}
            std::cmp::Ordering::Equal if !open => {}
            _ => return Vec::new(),
        }
    }
    let bounds: Vec<Constraint> = lower.into_iter().chain(upper).collect();
    let Some(point) = points.iter().find(|point| point.comparator == Comparator::Equal) else {
        return bounds.into_iter().chain(points).collect();
    };
    // One version: in, when nothing else keeps it out.
    let satisfies =
        |other: &Constraint| super::contain::contains(std::slice::from_ref(other), scheme, &point.version);
    if bounds.iter().chain(&points).all(satisfies) { vec![point.clone()] } else { Vec::new() }
}
