//! A comparator with its version: one constraint of a range.
use std::fmt::{self, Display, Formatter};

use super::VersError;
use super::encoding::{decode, encoded};

/// How a constraint bounds its version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Comparator {
    /// `*`: any version.
    Any,
    /// No sign: this version.
    Equal,
    /// `!=`: any version but this.
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// One constraint of a range.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Constraint {
    /// How it bounds.
    pub comparator: Comparator,
    /// What it bounds by, decoded; empty for [`Comparator::Any`].
    pub version: String,
}

/// Signs, a longer one before its beginning.
const SIGNS: [(&str, Comparator); 7] = [
    (">=", Comparator::GreaterOrEqual),
    ("<=", Comparator::LessOrEqual),
    ("!=", Comparator::NotEqual),
    ("==", Comparator::Equal),
    ("<", Comparator::Less),
    (">", Comparator::Greater),
    ("=", Comparator::Equal),
];

impl Comparator {
    /// The sign in front of a version; nothing for [`Comparator::Equal`].
    pub fn sign(self) -> &'static str {
        match self {
            Self::Any => "*",
            Self::Equal => "",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Splits the sign off the front; without one it is [`Comparator::Equal`].
    pub(super) fn split(text: &str) -> (Self, &str) {
        SIGNS
            .iter()
            .find_map(|(sign, comparator)| Some((*comparator, text.strip_prefix(sign)?)))
            .unwrap_or((Self::Equal, text))
    }

    /// `<` and `<=`
    pub(super) fn is_upper(self) -> bool {
        matches!(self, Self::Less | Self::LessOrEqual)
    }

    /// `>` and `>=`
    pub(super) fn is_lower(self) -> bool {
        matches!(self, Self::Greater | Self::GreaterOrEqual)
    }
}

impl Constraint {
    /// A constraint of decoded parts.
    pub fn new(comparator: Comparator, version: impl Into<String>) -> Self {
        Self { comparator, version: version.into() }
    }

    /// Any version.
    pub fn any() -> Self {
        Self::new(Comparator::Any, "")
    }

    pub(super) fn parse(text: &str) -> Result<Self, VersError> {
        if text == "*" {
            return Ok(Self::any());
        }
        let (comparator, version) = Comparator::split(text);
        let version = decode(version.trim()).ok_or_else(|| VersError::Encoding(version.to_owned()))?;
        if version.is_empty() || version == "*" {
            return Err(VersError::Constraint(text.to_owned()));
        }
        Ok(Self::new(comparator, version))
    }
}

impl Display for Constraint {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.comparator.sign(), encoded(&self.version))
    }
}
