//! Version ranges as `vers` writes them (`vers:npm/>=1.0.0|<2.0.0`), and the ranges of the ecosystems' own tools.
//!
//! Reading is tolerant ([`Vers::parse`]): blanks, empty constraints and any order are understood; printing is
//! canonical, and [`Vers::parse_canonical`] takes nothing else. Several ranges in one are their union. Native ranges
//! become `vers` in [`Vers::from_native`]; npm's own rule about pre-releases needs its own type, [`NpmRange`].
//! Deliberately not here: the bounds of feeds, which `feeds` reads from fields.
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use crate::version::{Form, Scheme};

mod comparator;
mod conan;
mod contain;
mod encoding;
mod interval;
mod list;
mod native;
mod npm;

pub use comparator::{Comparator, Constraint};
pub use npm::{NpmRange, NpmReading};

/// Longest range that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// A range of versions: the union of what its constraints bound, in the order of their versions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Vers {
    ty: String,
    constraints: Vec<Constraint>,
}

/// Why a text is not a range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VersError {
    /// No `vers:<type>/` in front.
    #[error("not a version range: it does not start with `vers:` and a type")]
    Type,
    /// Longer than any real one.
    #[error("version range of {0} bytes: longer than the {LONGEST} that are read")]
    Length(usize),
    /// No constraint, or none that any version satisfies.
    #[error("version range without a version in it")]
    Empty,
    /// `*` beside other constraints, or with a version.
    #[error("version range with `*` beside other constraints")]
    Any,
    /// A constraint without a version, or whose version is none.
    #[error("constraint `{0}`: a comparator and a version expected")]
    Constraint(String),
    /// A version does not decode to text.
    #[error("version `{0}`: its percent codes are no UTF-8 text, or hold a NUL")]
    Encoding(String),
    /// Understood, but not written the canonical way.
    #[error("version range that is not canonical: `{0}` is")]
    NotCanonical(String),
    /// The type has no native notation that we read.
    #[error("no native range notation is known for `{0}`")]
    NoNotation(String),
}

impl Vers {
    /// Reads a range, sorting its constraints by their versions.
    ///
    /// # Errors
    /// When it is no `vers`, or a constraint cannot be understood.
    pub fn parse(text: &str) -> Result<Self, VersError> {
        let (ty, constraints) = split_type(text)?;
        let mut parsed = Vec::new();
        for constraint in constraints.split('|').map(str::trim).filter(|constraint| !constraint.is_empty()) {
            parsed.push(Constraint::parse(constraint)?);
        }
        Self::new(ty, parsed)
    }

    /// Reads a range that is already canonical.
    ///
    /// # Errors
    /// As [`Vers::parse`], and when printing it would give another text.
    pub fn parse_canonical(text: &str) -> Result<Self, VersError> {
        let vers = Self::parse(text)?;
        // Lower-case marks are RFC 3339, but vers wants the capitals.
        let instants = vers.scheme() == Some(Scheme::Datetime);
        let plain = |constraint: &Constraint| Scheme::Datetime.form(&constraint.version) == Form::Exact;
        if vers.to_string() != text || (instants && !vers.constraints.iter().all(plain)) {
            return Err(VersError::NotCanonical(vers.to_string()));
        }
        Ok(vers)
    }

    /// A range of the packages of `ty`, from constraints in any order.
    ///
    /// # Errors
    /// When there is no constraint, or `*` is not alone.
    pub fn new(ty: &str, mut constraints: Vec<Constraint>) -> Result<Self, VersError> {
        if constraints.is_empty() {
            return Err(VersError::Empty);
        }
        if constraints.len() > 1
            && constraints.iter().any(|constraint| constraint.comparator == Comparator::Any)
        {
            return Err(VersError::Any);
        }
        let ty = ty.to_ascii_lowercase();
        let order = Scheme::from_name(&ty).unwrap_or(Scheme::Generic);
        constraints.sort_by_cached_key(|constraint| {
            // At one version, what ends there comes before what begins there.
            (order.key(&constraint.version), !constraint.comparator.is_upper())
        });
        Ok(Self { ty, constraints })
    }

    /// Reads a range in the notation of the tools of `ty` (`npm`, `gem`, `pypi`, `maven`, `nuget`, `conan`,
    /// `composer`, `golang`, `nginx`, `openssl`), alternatives behind `||` included, as advisories write them.
    ///
    /// # Errors
    /// When no notation is known for the type, when the text is not in it, or when no version satisfies it.
    pub fn from_native(ty: &str, range: &str) -> Result<Self, VersError> {
        if range.len() > LONGEST {
            return Err(VersError::Length(range.len()));
        }
        Self::new(ty, native::read(ty, range)?)
    }

    /// The type as it is written, lower case: most often that of a package URL.
    pub fn ty(&self) -> &str {
        &self.ty
    }

    /// The constraints in the order of their versions; of equal versions, upper bounds first.
    pub fn constraints(&self) -> &[Constraint] {
        &self.constraints
    }

    /// The order of its versions, when we have one for the type.
    pub fn scheme(&self) -> Option<Scheme> {
        Scheme::from_name(&self.ty)
    }

    /// Whether `version` is in the range; `None` when the type has no order that we know.
    pub fn contains(&self, version: &str) -> Option<bool> {
        self.scheme().map(|scheme| contain::contains(&self.constraints, scheme, version))
    }
}

impl Display for Vers {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "vers:{}/", self.ty)?;
        for (index, constraint) in self.constraints.iter().enumerate() {
            write!(f, "{}{constraint}", if index == 0 { "" } else { "|" })?;
        }
        Ok(())
    }
}

impl FromStr for Vers {
    type Err = VersError;

    fn from_str(text: &str) -> Result<Self, VersError> {
        Self::parse(text)
    }
}

fn split_type(text: &str) -> Result<(&str, &str), VersError> {
    if text.len() > LONGEST {
        return Err(VersError::Length(text.len()));
    }
    let rest = match text.trim().split_at_checked(5) {
        Some((start, rest)) if start.eq_ignore_ascii_case("vers:") => rest,
        _ => return Err(VersError::Type),
    };
    let (ty, constraints) = rest.split_once('/').ok_or(VersError::Type)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    if ty.starts_with(|first: char| first.is_ascii_alphabetic()) && ty.bytes().all(allowed) {
        Ok((ty, constraints))
    } else {
        Err(VersError::Type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_is_tolerant_and_printing_canonical() {
        for (text, expected) in [
            ("vers:npm/>=1.0.0|<2.0.0", "vers:npm/>=1.0.0|<2.0.0"),
            ("VERS:NPM/ <2.0.0 || >= 1.0.0 |", "vers:npm/>=1.0.0|<2.0.0"),
            ("vers:deb/<1%3A2.0%2B1", "vers:deb/<1:2.0+1"),
            ("vers:pypi/=1.0", "vers:pypi/1.0"),
            ("vers:none/*", "vers:none/*"),
        ] {
            let vers = Vers::parse(text).unwrap();
            assert_eq!(vers.to_string(), expected);
            assert_eq!(Vers::parse_canonical(expected), Ok(vers));
        }
        for text in
            ["", "npm/1", "vers:/1", "vers:npm/", "vers:npm/*|1", "vers:npm/>=", "vers:npm/%ff", "vers:1/1"]
        {
            assert!(Vers::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn overlapping_ranges_are_their_union() {
        let vers = Vers::parse("vers:npm/<=1.0.2|<2.3.10|>3.0.0|>=3.1.0|<4.0.0|!=1.5.0").unwrap();
        for (version, expected) in [
            ("0.1.0", true),
            ("1.5.0", false),
            ("2.0.0", true),
            ("2.3.10", false),
            ("3.0.0", false),
            ("3.0.1", true),
            ("3.1.0", true),
            ("4.0.0", false),
        ] {
            assert_eq!(vers.contains(version), Some(expected), "{version}");
        }
        assert_eq!(Vers::parse("vers:unheard-of/>1").unwrap().contains("2"), None);
        assert_eq!(Vers::parse("vers:npm/!=1.0.0").unwrap().contains("2.0.0"), Some(true));
    }
}
