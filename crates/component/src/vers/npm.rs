//! npm: the ranges of node-semver, as its manual defines them (`^1.2.3`, `~1.2`, `1.x`, `1.2 - 2`, `>=1 <2 || 3`).
//!
//! A pre-release is in a range only when a bound of the same three numbers is one too, unless pre-releases are
//! included; that rule is why npm's ranges have a type of their own.
use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use super::native::conjunction;
use super::{Comparator, Constraint, LONGEST, VersError};
use crate::version::{Scheme, VersionKey};

mod partial;

use partial::{Full, Partial};

/// How a range and the versions asked for are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NpmReading {
    /// Leading zeros, a pre-release without its hyphen and parts that mean nothing are let pass.
    pub loose: bool,
    /// Pre-releases count like any other version.
    pub include_prerelease: bool,
}

/// A range of npm: alternatives, in each of which all bounds must hold.
#[derive(Clone, Debug)]
pub struct NpmRange {
    alternatives: Vec<Vec<Bound>>,
    reading: NpmReading,
}

#[derive(Clone, Debug)]
struct Bound {
    comparator: Comparator,
    version: Full,
    key: VersionKey,
}

impl NpmRange {
    /// Reads a range; `None` when it is none, or longer than any real one.
    pub fn parse(text: &str, reading: NpmReading) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut alternatives = Vec::new();
        for alternative in text.split("||") {
            // An alternative of which nothing is left says nothing; an empty one is any version.
            match read_alternative(alternative, reading)? {
                Some(bounds) => alternatives.push(bounds),
                None => continue,
            }
        }
        let nothing = |bounds: &Vec<Bound>| bounds.iter().any(Bound::holds_for_nothing);
        if alternatives.iter().any(|bounds| !nothing(bounds)) {
            alternatives.retain(|bounds| !nothing(bounds));
        } else {
            alternatives.truncate(1);
        }
        if let Some(any) = alternatives.iter().position(Vec::is_empty) {
            alternatives = vec![alternatives.swap_remove(any)];
        }
        (!alternatives.is_empty()).then_some(Self { alternatives, reading })
    }

    /// Whether `version` is in the range; what is no version is in none.
    pub fn contains(&self, version: &str) -> bool {
        let Some(version) = Full::parse(version, self.reading.loose) else { return false };
        let key = version.key();
        self.alternatives.iter().any(|bounds| {
            let admitted = self.reading.include_prerelease
                || version.pre_release.is_empty()
                || bounds.iter().any(|bound| {
                    !bound.version.pre_release.is_empty() && bound.version.numbers == version.numbers
                });
            admitted && bounds.iter().all(|bound| bound.holds(&key))
        })
    }
}

impl Display for NpmRange {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (index, bounds) in self.alternatives.iter().enumerate() {
            text.push_str(if index == 0 { "" } else { "||" });
            let nothing = bounds.iter().position(Bound::holds_for_nothing);
            let telling = match nothing {
                Some(nothing) => &bounds[nothing..=nothing],
                None => bounds,
            };
            let mut shown = BTreeSet::new();
            for bound in telling.iter().filter(|bound| !bound.holds_for_all(self.reading)) {
                let bound = bound.to_string();
                if !shown.contains(&bound) {
                    text.push_str(if shown.is_empty() { "" } else { " " });
                    text.push_str(&bound);
                    shown.insert(bound);
                }
            }
        }
        f.write_str(if text.is_empty() { "*" } else { &text })
    }
}

impl Bound {
    fn new(comparator: Comparator, version: Full) -> Self {
        Self { comparator, key: version.key(), version }
    }

    fn holds(&self, key: &VersionKey) -> bool {
        match self.comparator {
            Comparator::Less => *key < self.key,
            Comparator::LessOrEqual => *key <= self.key,
            Comparator::Greater => *key > self.key,
            Comparator::GreaterOrEqual => *key >= self.key,
            Comparator::NotEqual => *key != self.key,
            Comparator::Equal => *key == self.key,
            Comparator::Any => true,
        }
    }

    /// `<0.0.0-0`, below which there is nothing.
    fn holds_for_nothing(&self) -> bool {
        self.comparator == Comparator::Less && self.version.is_lowest()
    }

    fn holds_for_all(&self, reading: NpmReading) -> bool {
        let lowest = if reading.include_prerelease { "0" } else { "" };
        self.comparator == Comparator::GreaterOrEqual
            && self.version.numbers == [0, 0, 0]
            && self.version.pre_release == lowest
    }
}

impl Display for Bound {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.comparator.sign(), self.version)
    }
}

/// A native range as constraints. The upper ends of `^`, `~` and `x` are written without their `-0`, as the vectors
/// of vers have them.
pub(super) fn read(range: &str) -> Result<Vec<Constraint>, VersError> {
    let wrong = || VersError::Constraint(range.to_owned());
    let parsed =
        NpmRange::parse(range, NpmReading { loose: true, include_prerelease: false }).ok_or_else(wrong)?;
    let mut constraints = Vec::new();
    for bounds in parsed.alternatives {
        if bounds.is_empty() {
            return Ok(vec![Constraint::any()]);
        }
        let all = bounds.into_iter().map(|mut bound| {
            if bound.comparator == Comparator::Less && bound.version.pre_release == "0" {
                bound.version.pre_release.clear();
            }
            Constraint::new(bound.comparator, bound.version.to_string())
        });
        constraints.extend(conjunction(Scheme::Semver, all.collect()));
    }
    Ok(constraints)
}

/// The bounds of one alternative: the outer `None` when it breaks the grammar, the inner when loose reading left
/// nothing of it.
fn read_alternative(text: &str, reading: NpmReading) -> Option<Option<Vec<Bound>>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [first, "-", last] = words.as_slice() {
        let bounds =
            hyphen(Partial::parse(first, reading.loose)?, Partial::parse(last, reading.loose)?, reading)?;
        return Some(Some(bounds));
    }
    let mut bounds = Vec::new();
    let mut rest = text.trim();
    let mut understood = rest.is_empty();
    while !rest.is_empty() {
        let sign_end = rest.find(|c: char| !"<>=^~".contains(c)).unwrap_or(rest.len());
        let (sign, after) = rest.split_at(sign_end);
        let after = after.trim_start();
        let after = match after.strip_prefix(['v', '=']) {
            Some(bare) if bare.starts_with(char::is_whitespace) => bare.trim_start(),
            _ => after,
        };
        let (version, after) = after.split_at(after.find(char::is_whitespace).unwrap_or(after.len()));
        rest = after.trim_start();
        match Partial::parse(version, reading.loose) {
            Some(partial) => {
                bounds.extend(expand(sign, partial, reading)?);
                understood = true;
            }
            None if reading.loose && version.starts_with(|c: char| c.is_ascii_alphabetic()) => {}
            None => return None,
        }
    }
    Some(understood.then_some(bounds))
}

/// What one sign with a version of one to three numbers stands for.
fn expand(sign: &str, partial: Partial<'_>, reading: NpmReading) -> Option<Vec<Bound>> {
    let from = |full: Full| Bound::new(Comparator::GreaterOrEqual, full);
    let below = |full: Full| Bound::new(Comparator::Less, full);
    let known = partial.known();
    let lowest = partial.lowest(reading.include_prerelease);
    Some(match (sign, known) {
        (">" | "<", 0) => vec![below(Full::lowest())],
        (_, 0) => Vec::new(),
        // `^` keeps the first number that is not zero, `~` the first two.
        ("^", _) => vec![from(lowest), below(partial.raised(partial.leading())?)],
        ("~" | "~>", _) => vec![from(lowest), below(partial.raised(known.min(2))?)],
        ("" | "=" | "==", 3) => vec![Bound::new(Comparator::Equal, lowest)],
        (_, 3) => vec![Bound::new(Comparator::split(sign).0, lowest)],
        ("" | "=" | "==", _) => vec![from(lowest), below(partial.raised(known)?)],
        (">=", _) => vec![from(lowest)],
        ("<", _) => vec![below(partial.lowest(true))],
        ("<=", _) => vec![below(partial.raised(known)?)],
        (">", _) => {
            let mut after = partial.raised(known)?;
            if !reading.include_prerelease {
                after.pre_release.clear();
            }
            vec![from(after)]
        }
        _ => return None,
    })
}

/// `1.2 - 2`: from the lowest of the first to the highest of the last.
fn hyphen(first: Partial<'_>, last: Partial<'_>, reading: NpmReading) -> Option<Vec<Bound>> {
    let mut bounds = Vec::new();
    if first.known() > 0 {
        let mut lowest = first.lowest(reading.include_prerelease);
        if reading.include_prerelease && lowest.pre_release.is_empty() {
            "0".clone_into(&mut lowest.pre_release);
        }
        bounds.push(Bound::new(Comparator::GreaterOrEqual, lowest));
    }
    match last.known() {
        0 => {}
        3 if !last.pre_release.is_empty() || !reading.include_prerelease => {
            bounds.push(Bound::new(Comparator::LessOrEqual, last.lowest(false)));
        }
        known => bounds.push(Bound::new(Comparator::Less, last.raised(known)?)),
    }
    Some(bounds)
}
