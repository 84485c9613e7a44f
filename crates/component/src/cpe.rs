//! CPE names: the formatted string and the URI binding (NISTIR 7695) and the relation between two names
//! (NISTIR 7696).
//!
//! Deliberately not here: version ranges of NVD match criteria, and the deviations from NISTIR 7696 that are
//! judgements about evidence (an unknown version, `-` as a version); `matcher` makes those.
use std::borrow::Cow;
use std::str::FromStr;

mod formatted;
mod relation;
mod uri;
mod value;

pub use relation::{Relation, relation};
pub use value::Value;

/// Longest CPE name that is read, in bytes; the longest in the dictionary has about 250.
const LONGEST: usize = 4096;

/// What kind of thing a CPE names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// `a`
    Application,
    /// `o`
    OperatingSystem,
    /// `h`
    Hardware,
    /// `*`: any of them; names no product.
    #[default]
    Any,
    /// `-`: none of them.
    Na,
}

/// A CPE name: eleven attributes, all in lower case (CPE compares without regard to case).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cpe {
    /// Kind of thing.
    pub part: Part,
    /// Who made it.
    pub vendor: Value,
    /// Its name.
    pub product: Value,
    /// The vendor's version.
    pub version: Value,
    /// Update, service pack or point release.
    pub update: Value,
    /// Edition as CPE 2.2 had it; deprecated.
    pub edition: Value,
    /// Language tag of the user interface (RFC 5646).
    pub language: Value,
    /// How it is tailored to a market or class of users.
    pub sw_edition: Value,
    /// The software environment in which it runs.
    pub target_sw: Value,
    /// The instruction set on which it runs.
    pub target_hw: Value,
    /// Anything else.
    pub other: Value,
}

/// Why a string is not a CPE name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CpeError {
    /// Neither binding is named in front.
    #[error("not a CPE name: it starts with neither `cpe:2.3:` nor `cpe:/`")]
    Binding,
    /// Longer than any real name.
    #[error("CPE name of {0} bytes: longer than the {LONGEST} that are read")]
    Length(usize),
    /// Wrong number of attributes.
    #[error("CPE name with {found} attributes: {expected} expected")]
    Attributes {
        /// How many there are.
        found: usize,
        /// How many the binding has.
        expected: &'static str,
    },
    /// The part is none of `a`, `o`, `h`, `*`, `-`.
    #[error("CPE part `{0}`: `a`, `o` or `h` expected")]
    Part(String),
    /// An attribute value breaks the grammar of its binding.
    #[error("CPE value `{value}`: {reason}")]
    Value {
        /// The value as it was given.
        value: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl Part {
    /// The letter or mark of the bindings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Application => "a",
            Self::OperatingSystem => "o",
            Self::Hardware => "h",
            Self::Any => "*",
            Self::Na => "-",
        }
    }

    fn as_value(self) -> Value {
        match self {
            Self::Any => Value::Any,
            Self::Na => Value::Na,
            part => Value::literal(part.as_str()),
        }
    }

    fn parse(text: &str) -> Result<Self, CpeError> {
        match text {
            "a" | "A" => Ok(Self::Application),
            "o" | "O" => Ok(Self::OperatingSystem),
            "h" | "H" => Ok(Self::Hardware),
            "*" => Ok(Self::Any),
            "-" => Ok(Self::Na),
            _ => Err(CpeError::Part(text.to_owned())),
        }
    }
}

impl Cpe {
    /// Reads a formatted string (`cpe:2.3:...`) or a URI (`cpe:/...`).
    ///
    /// # Errors
    /// When the text keeps to the grammar of neither binding.
    pub fn parse(text: &str) -> Result<Self, CpeError> {
        if text.len() > LONGEST {
            return Err(CpeError::Length(text.len()));
        }
        if let Some(attributes) = strip_prefix(text, "cpe:2.3:") {
            formatted::parse(attributes)
        } else if let Some(components) = strip_prefix(text, "cpe:/") {
            uri::parse(components)
        } else {
            Err(CpeError::Binding)
        }
    }

    /// As [`Cpe::parse`], but also reads a formatted string whose author forgot the backslashes before
    /// special characters or left out attributes at the end. Who accepts a name that only this reads should
    /// say so.
    ///
    /// # Errors
    /// When the text cannot be understood even so; the error is that of [`Cpe::parse`].
    pub fn parse_lenient(text: &str) -> Result<Self, CpeError> {
        let refusal = match Self::parse(text.trim()) {
            Ok(cpe) => return Ok(cpe),
            Err(refusal) => refusal,
        };
        let attributes = strip_prefix(text.trim(), "cpe:2.3:").filter(|_attributes| text.len() <= LONGEST);
        attributes.and_then(|attributes| formatted::parse(&formatted::repair(attributes)).ok()).ok_or(refusal)
    }

    /// The formatted string binding, `cpe:2.3:...`.
    pub fn to_formatted_string(&self) -> String {
        formatted::format(self)
    }

    /// The URI binding, `cpe:/...`, with the packed edition of CPE 2.3 where it is needed.
    pub fn to_uri(&self) -> String {
        uri::format(self)
    }

    /// The overall relation of this name (source, the side of the record) to `target` (the side of the
    /// component), NISTIR 7696 6.2: disjoint in one attribute is disjoint; all equal is equal; equal and
    /// superset is superset; equal and subset is subset; anything mixed is undefined.
    pub fn compare(&self, target: &Self) -> Relation {
        let part = relation(&self.part.as_value(), &target.part.as_value());
        self.attributes()
            .into_iter()
            .zip(target.attributes())
            .map(|(source, target)| relation(source, target))
            .fold(part, Relation::and)
    }

    /// The version as one text for an ordering scheme: `update` belongs to the version, `7.0` and `sp1` are
    /// `7.0.patch1`. A service pack, update, patch or hotfix follows its release, any other word (`rc1`,
    /// `beta`) is kept as it is. `None` when the version is ANY or NA.
    pub fn full_version(&self) -> Option<Cow<'_, str>> {
        let version = self.version.unquoted()?;
        let Some(update) = self.update.unquoted() else { return Some(version) };
        let digits = update.find(|character: char| character.is_ascii_digit()).unwrap_or(update.len());
        let (word, number) = update.split_at(digits);
        let word = word.trim_end_matches(['_', '-', '.', ' ']);
        let follows = matches!(
            word,
            "sp" | "service_pack"
                | "u"
                | "update"
                | "p"
                | "patch"
                | "hotfix"
                | "hf"
                | "cu"
                | "cumulative_update"
                | "mr"
                | "maintenance_release"
                | "r"
                | "build"
        );
        Some(Cow::Owned(if follows {
            format!("{version}.patch{number}")
        } else {
            format!("{version}.{update}")
        }))
    }

    /// The ten attributes behind the part, in the order of the formatted string.
    fn attributes(&self) -> [&Value; 10] {
        [
            &self.vendor,
            &self.product,
            &self.version,
            &self.update,
            &self.edition,
            &self.language,
            &self.sw_edition,
            &self.target_sw,
            &self.target_hw,
            &self.other,
        ]
    }
}

impl std::fmt::Display for Cpe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_formatted_string())
    }
}

impl FromStr for Cpe {
    type Err = CpeError;

    fn from_str(text: &str) -> Result<Self, CpeError> {
        Self::parse(text)
    }
}

fn strip_prefix<'text>(text: &'text str, prefix: &str) -> Option<&'text str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_update_belongs_to_the_version() {
        for (version, update, expected) in [
            ("7.0", "*", Some("7.0")),
            ("7.0", "-", Some("7.0")),
            ("7.0", "sp1", Some("7.0.patch1")),
            ("1.8.0", "update_191", Some("1.8.0.patch191")),
            ("1.0.2", "beta1", Some("1.0.2.beta1")),
            ("*", "sp1", None),
        ] {
            let cpe = Cpe::parse(&format!("cpe:2.3:a:v:p:{version}:{update}:*:*:*:*:*:*")).unwrap();
            assert_eq!(cpe.full_version().as_deref(), expected);
        }
    }

    #[test]
    fn forgotten_backslashes() {
        for (text, expected) in [
            ("cpe:2.3:a:x:gcc:10~20+1:*:*:*:*:*:*:*", "cpe:2.3:a:x:gcc:10\\~20\\+1:*:*:*:*:*:*:*"),
            ("cpe:2.3:a:nginx:nginx:1.21.1", "cpe:2.3:a:nginx:nginx:1.21.1:*:*:*:*:*:*:*"),
            ("cpe:2.3:a:x:a*b:c::*:*:*:*:*:*", "cpe:2.3:a:x:a\\*b:c:*:*:*:*:*:*:*"),
            ("cpe:/a:x:y", "cpe:2.3:a:x:y:*:*:*:*:*:*:*:*"),
        ] {
            assert_eq!(Cpe::parse_lenient(text).unwrap().to_string(), expected);
        }
        for text in ["cpe:2.3:z:x:y", "cpe:2.3:a:x:1:2:3:4:5:6:7:8:9:10:11", "nginx", ""] {
            assert!(Cpe::parse_lenient(text).is_err(), "{text}");
        }
    }

    #[test]
    fn crossed_wildcards_are_undefined() {
        let source = Cpe::parse("cpe:2.3:a:*:mail:1:*:*:*:*:*:*:*").unwrap();
        let target = Cpe::parse("cpe:2.3:a:nextcloud:*:1:*:*:*:*:*:*:*").unwrap();
        assert_eq!(source.compare(&target), Relation::Undefined);
    }
}
