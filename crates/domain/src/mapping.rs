//! A mapping: what a person said a part without an identity is, is not, or that it has no public identity.
//!
//! Nothing fuzzy is ever looked up: a proposal becomes an identity here, with who said so, when, why, and where it holds.
//! Not here: proposals and what a name may mean (`matcher`), and which parts a mapping is about (`app`).

use crate::{
    audience::Audience,
    id::{MappingId, ProductId, ReleaseId},
};

/// What was said of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Id.
    pub id: MappingId,
    /// The part it was said of, as its document writes it.
    pub part: RawPart,
    /// Where it holds.
    pub scope: Scope,
    /// What was said.
    pub ruling: Ruling,
    /// How the version of the part becomes one of the target.
    pub version_rule: VersionRule,
    /// Why, in the words of who said it.
    pub why: String,
    /// Who: `person:<id>` or `console`.
    pub decided_by: String,
    /// Printed name of who said it, at the time.
    pub decided_name: String,
    /// When, RFC 3339.
    pub decided_at: String,
    /// Need-to-know label: that of the release or product it holds for.
    pub audience: Audience,
}

/// A part as its document writes it, without an identity that anybody could look up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RawPart {
    /// Name.
    pub name: String,
    /// Version.
    pub version: Option<String>,
    /// Supplier.
    pub supplier: Option<String>,
    /// Package URL without its version: one of a type that no source speaks of (`pkg:generic/…`).
    pub purl: Option<String>,
}

/// Where a mapping holds. The narrowest that fits a part is heard.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// This very part in this version, wherever it is.
    Component,
    /// Parts of that name in one release.
    Release(ReleaseId),
    /// Parts of that name in every release of one product.
    ProductLine(ProductId),
    /// Parts of that name wherever they are.
    Organisation,
}

/// What was said of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It is this product: `cpe:part:vendor:product` or `cve:vendor|product`.
    Is(String),
    /// It is not this product: not to be proposed again.
    IsNot(String),
    /// It was looked for and no source knows it: own software, or a thing nobody writes records about.
    NoPublicIdentity,
}

/// How the version that a document states becomes a version of the target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum VersionRule {
    /// It is one.
    #[default]
    Stated,
    /// It says nothing of the target's version: answers about ranges stay undecided.
    Unknown,
    /// Whatever is stated, it is this version.
    Fixed(String),
    /// It is one behind this beginning: `R` of `R7.0.1`.
    Without(String),
    /// It is one in its first numbers; more of them count the maker's own builds.
    Numbers(u8),
}

/// Longest name, version, supplier, package URL or target, in characters.
pub const LONGEST: usize = 500;
/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 4_000;

impl Scope {
    /// The stable words, narrowest first.
    pub const WORDS: [&str; 4] = ["component", "release", "product_line", "organisation"];

    /// Stable word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Release(_) => "release",
            Self::ProductLine(_) => "product_line",
            Self::Organisation => "organisation",
        }
    }
}

impl Ruling {
    /// The stable words.
    pub const WORDS: [&str; 3] = ["confirmed", "rejected", "no_public_identity"];

    /// Stable word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Is(_) => "confirmed",
            Self::IsNot(_) => "rejected",
            Self::NoPublicIdentity => "no_public_identity",
        }
    }

    /// The product key it speaks of.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        match self {
            Self::Is(target) | Self::IsNot(target) => Some(target),
            Self::NoPublicIdentity => None,
        }
    }

    /// From the stable word and the product key; none when they do not go together.
    #[must_use]
    pub fn of(word: &str, target: Option<&str>) -> Option<Self> {
        match (word, target) {
            ("confirmed", Some(target)) => Some(Self::Is(target.to_owned())),
            ("rejected", Some(target)) => Some(Self::IsNot(target.to_owned())),
            ("no_public_identity", None) => Some(Self::NoPublicIdentity),
            _ => None,
        }
    }

    /// Whether it says what the part is, as opposed to what it is not.
    #[must_use]
    pub fn settles(&self) -> bool {
        !matches!(self, Self::IsNot(_))
    }
}

impl VersionRule {
    /// The version of the target; `stated` is what the document gives. None = not known.
    #[must_use]
    pub fn apply(&self, stated: Option<&str>) -> Option<String> {
        let stated = stated.map(str::trim).filter(|stated| !stated.is_empty());
        match self {
            Self::Stated => stated.map(str::to_owned),
            Self::Unknown => None,
            Self::Fixed(version) => Some(version.clone()),
            Self::Without(beginning) => {
                let rest = stated?.strip_prefix(beginning.as_str())?.trim();
                Some(rest.to_owned()).filter(|rest| !rest.is_empty())
            }
            Self::Numbers(count) => {
                let numbers: Vec<&str> = stated?.split('.').take(usize::from(*count)).collect();
                let is_number =
                    |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let whole = numbers.len() == usize::from(*count) && numbers.iter().all(is_number);
                whole.then(|| numbers.join("."))
            }
        }
    }

    /// From what [`std::fmt::Display`] writes: `stated`, `unknown`, `fixed:1.0.2k`, `without:R`, `numbers:3`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (word, value) =
            text.split_once(':').map_or((text, None), |(word, value)| (word, Some(value.trim())));
        let value = value.filter(|value| !value.is_empty() && value.chars().count() <= LONGEST);
        match (word, value) {
            ("" | "stated", None) => Some(Self::Stated),
            ("unknown", None) => Some(Self::Unknown),
            ("fixed", Some(version)) => Some(Self::Fixed(version.to_owned())),
            ("without", Some(beginning)) => Some(Self::Without(beginning.to_owned())),
            ("numbers", Some(count)) => {
                count.parse().ok().filter(|count| (1..=9).contains(count)).map(Self::Numbers)
            }
            _ => None,
        }
    }
}

impl std::fmt::Display for VersionRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stated => f.write_str("stated"),
            Self::Unknown => f.write_str("unknown"),
            Self::Fixed(version) => write!(f, "fixed:{version}"),
            Self::Without(beginning) => write!(f, "without:{beginning}"),
            Self::Numbers(count) => write!(f, "numbers:{count}"),
        }
    }
}

/// Whether a text is a product key that a mapping may lead to: `cpe:part:vendor:product` or `cve:vendor|product`, lower case.
#[must_use]
pub fn is_target(text: &str) -> bool {
    let named = |text: &str| !text.is_empty() && !["*", "-"].contains(&text);
    let plain = text.chars().count() <= LONGEST
        && !text.chars().any(char::is_control)
        && text.to_lowercase() == text
        && text.trim() == text;
    let parts = match text.split_once(':') {
        Some(("cpe", rest)) => {
            let mut fields = rest.split(':');
            let part = fields.next().is_some_and(|part| ["a", "o", "h"].contains(&part));
            part && fields.clone().count() == 2 && fields.all(named)
        }
        Some(("cve", rest)) => rest
            .split_once('|')
            .is_some_and(|(vendor, product)| named(vendor) && named(product) && !product.contains('|')),
        _ => false,
    };
    plain && parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_the_target() {
        let check = |rule: &str, stated: Option<&str>, expected: Option<&str>| {
            let parsed = VersionRule::parse(rule).unwrap_or_else(|| panic!("{rule}"));
            assert_eq!(parsed.to_string(), rule);
            assert_eq!(parsed.apply(stated).as_deref(), expected, "{rule} {stated:?}");
        };
        check("stated", Some(" 1.0.2k "), Some("1.0.2k"));
        check("stated", Some(" "), None);
        check("unknown", Some("7"), None);
        check("fixed:1.0.2k", None, Some("1.0.2k"));
        check("fixed:10:2", None, Some("10:2"));
        check("without:R", Some("R7.0.1"), Some("7.0.1"));
        check("without:R", Some("7.0.1"), None);
        check("without:R", Some("R"), None);
        check("numbers:3", Some("3.0.13.2147"), Some("3.0.13"));
        check("numbers:3", Some("3.0"), None);
        check("numbers:2", Some("3.x.1"), None);
        for text in ["fixed:", "numbers:0", "numbers:ten", "numbers", "first:2", "stated:1"] {
            assert_eq!(VersionRule::parse(text), None, "{text}");
        }
        assert_eq!(VersionRule::parse(""), Some(VersionRule::Stated));
    }

    #[test]
    fn targets_are_product_keys() {
        for (text, expected) in [
            ("cpe:a:openssl:openssl", true),
            ("cpe:o:microsoft:windows_10_1809", true),
            ("cve:openssl|openssl", true),
            ("cve:acme|pump server", true),
            ("cpe:a:openssl", false),
            ("cpe:a:openssl:openssl:1.0", false),
            ("cpe:a:*:openssl", false),
            ("cpe:x:openssl:openssl", false),
            ("cpe:a:OpenSSL:openssl", false),
            ("cve:openssl", false),
            ("cve:|openssl", false),
            ("cve:a|b|c", false),
            ("purl:npm/x", false),
            ("cpe:a:open\u{1}ssl:openssl", false),
            ("", false),
        ] {
            assert_eq!(is_target(text), expected, "{text}");
        }
    }

    #[test]
    fn words_come_back() {
        for ruling in
            [Ruling::Is("cve:a|b".to_owned()), Ruling::IsNot("cve:a|b".to_owned()), Ruling::NoPublicIdentity]
        {
            assert_eq!(Ruling::of(ruling.as_str(), ruling.target()), Some(ruling));
        }
        assert_eq!(Ruling::of("confirmed", None), None);
        assert_eq!(Ruling::of("no_public_identity", Some("cve:a|b")), None);
    }
}
