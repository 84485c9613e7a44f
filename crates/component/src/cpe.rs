//! CPE 2.3 names (NISTIR 7695) and the relation between two of them (NISTIR 7696).
use std::borrow::Cow;

/// What kind of thing a CPE names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// `a`
    Application,
    /// `o`
    OperatingSystem,
    /// `h`
    Hardware,
    /// `*`
    Any,
    /// `-`
    Na,
}

/// One attribute value of a CPE.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// Any value (`*`).
    #[default]
    Any,
    /// Not applicable (`-`).
    Na,
    /// Lower-case text in the quoting of the formatted string.
    Text(String),
}

/// How a source value or name relates to a target (NISTIR 7696, 6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The source covers more than the target.
    Superset,
    /// The source covers less than the target.
    Subset,
    /// Both name the same.
    Equal,
    /// They have nothing in common.
    Disjoint,
    /// The specification does not define it (wildcards in the target).
    Undefined,
}

/// Why a string is not a CPE name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CpeError {
    /// Neither `cpe:2.3:` nor `cpe:/` in front.
    #[error("not a CPE name: it starts with neither `cpe:2.3:` nor `cpe:/`")]
    Binding,
}

/// A CPE name: eleven attributes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cpe {
    /// Kind of thing.
    pub part: Part,
    /// Who made it.
    pub vendor: Value,
    /// Its name.
    pub product: Value,
    /// Vendor's version.
    pub version: Value,
    /// Update, service pack or point release.
    pub update: Value,
    /// Legacy edition of CPE 2.2.
    pub edition: Value,
    /// Language tag (RFC 5646).
    pub language: Value,
    /// How it is tailored to a market.
    pub sw_edition: Value,
    /// Software environment it runs in.
    pub target_sw: Value,
    /// Instruction set it runs on.
    pub target_hw: Value,
    /// Anything else.
    pub other: Value,
}

impl Cpe {
    /// Reads a formatted string (`cpe:2.3:...`) or a URI (`cpe:/...`).
    pub fn parse(_text: &str) -> Result<Self, CpeError> {
        Err(CpeError::Binding)
    }
    /// The formatted string binding, `cpe:2.3:...`.
    pub fn to_formatted_string(&self) -> String {
        String::new()
    }
    /// The URI binding, `cpe:/...`.
    pub fn to_uri(&self) -> String {
        String::new()
    }
    /// The overall relation of this name (source) to `target` (NISTIR 7696, 6.2).
    pub fn compare(&self, _target: &Self) -> Relation {
        Relation::Undefined
    }
}

impl Value {
    /// The value as people write it, without quoting; `None` for ANY and NA.
    pub fn unquoted(&self) -> Option<Cow<'_, str>> {
        None
    }
    /// A literal value from plain text: lower-cased, special characters quoted.
    pub fn literal(_text: &str) -> Self {
        Self::Any
    }
    /// Whether an unquoted `*` or `?` is part of the text.
    pub fn has_wildcard(&self) -> bool {
        false
    }
}

impl std::fmt::Display for Cpe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_formatted_string())
    }
}

/// The relation of one source value to one target value (NISTIR 7696, table 6-2).
pub fn relation(_source: &Value, _target: &Value) -> Relation {
    Relation::Undefined
}
