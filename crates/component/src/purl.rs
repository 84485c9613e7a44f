//! Package URLs (ECMA-427): parse, canonicalise per type, print.
//!
//! Reading is tolerant where the intent is plain (upper-case types and qualifier keys, unencoded `@` in an
//! npm scope, slashes behind `pkg:`), for that is how inventories write them; printing is canonical. What
//! each type does to its parts is the table in `rules`. Deliberately not here: the order of versions.
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

mod percent;
mod rules;

/// Longest package URL that is read, in bytes.
const LONGEST: usize = 16 * 1024;

/// A package URL in canonical form; the parts are decoded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Purl {
    /// Package type, lower case.
    pub ty: String,
    /// Namespace: its segments joined by `/`.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// Version.
    pub version: Option<String>,
    /// Qualifiers by lower-case key; none is empty.
    pub qualifiers: BTreeMap<String, String>,
    /// Subpath: its segments joined by `/`.
    pub subpath: Option<String>,
}

/// Why a string or its parts are not a package URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PurlError {
    /// No `pkg:` in front.
    #[error("not a package URL: it does not start with `pkg:`")]
    Scheme,
    /// Longer than any real one.
    #[error("package URL of {0} bytes: longer than the {LONGEST} that are read")]
    Length(usize),
    /// The type is missing or has characters no type may have.
    #[error("package URL type `{0}`: a letter, then letters, digits, `.`, `+` or `-` expected")]
    Type(String),
    /// There is no name.
    #[error("package URL without a name")]
    Name,
    /// A qualifier without `=`, or whose key has characters no key may have.
    #[error("package URL qualifier `{0}`: `key=value` expected, the key of letters, digits, `.`, `-` or `_`")]
    Qualifier(String),
    /// A part does not decode to text.
    #[error("package URL part `{0}`: its percent codes are no UTF-8 text, or hold a NUL")]
    Encoding(String),
    /// The type forbids what is there or lacks what it requires.
    #[error("package URL of type `{ty}`: {rule}")]
    Rule {
        /// The type.
        ty: String,
        /// The rule of the type that is broken.
        rule: &'static str,
    },
}

impl Purl {
    /// Parses any spelling of a package URL into its canonical form.
    ///
    /// # Errors
    /// When it is no package URL, or breaks a rule of its type.
    pub fn parse(text: &str) -> Result<Self, PurlError> {
        if text.len() > LONGEST {
            return Err(PurlError::Length(text.len()));
        }
        let text = text.trim();
        let rest = match text.split_at_checked(4) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("pkg:") => rest,
            _ => return Err(PurlError::Scheme),
        };
        let (rest, subpath) = match rest.split_once('#') {
            Some((rest, subpath)) => (rest, Some(subpath)),
            None => (rest, None),
        };
        let (rest, qualifiers) = match rest.split_once('?') {
            Some((rest, qualifiers)) => (rest, parse_qualifiers(qualifiers)?),
            None => (rest, BTreeMap::new()),
        };
        let rest = rest.trim_matches('/');
        let (ty, rest) = rest.split_once('/').ok_or_else(|| missing_name(rest))?;
        // An `@` at the start of a segment is an npm scope, not a version; with no segment behind it the
        // name is missing.
        let (path, version) = match rest.rfind('@') {
            Some(at) if at > 0 && !rest[..at].ends_with('/') => (&rest[..at], Some(&rest[at + 1..])),
            Some(at) if !rest[at..].contains('/') => return Err(PurlError::Name),
            _ => (rest, None),
        };
        let (namespace, name) = match path.trim_end_matches('/').rsplit_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, path.trim_end_matches('/')),
        };
        Self::from_parts(
            ty,
            namespace.map(percent::decode).transpose()?.as_deref(),
            &percent::decode(name)?,
            version.map(percent::decode).transpose()?.as_deref(),
            qualifiers,
            subpath.map(percent::decode).transpose()?.as_deref(),
        )
    }

    /// Builds a package URL from decoded parts, canonicalising them.
    ///
    /// # Errors
    /// When a part is missing or breaks a rule of the type.
    pub fn new(
        ty: &str,
        namespace: Option<&str>,
        name: &str,
        version: Option<&str>,
    ) -> Result<Self, PurlError> {
        Self::from_parts(ty, namespace, name, version, BTreeMap::new(), None)
    }

    /// As [`Purl::new`], with qualifiers and subpath.
    ///
    /// # Errors
    /// When a part is missing or breaks a rule of the type.
    pub fn from_parts(
        ty: &str,
        namespace: Option<&str>,
        name: &str,
        version: Option<&str>,
        qualifiers: BTreeMap<String, String>,
        subpath: Option<&str>,
    ) -> Result<Self, PurlError> {
        let valid_type = ty.starts_with(|first: char| first.is_ascii_alphabetic())
            && ty.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'));
        if !valid_type {
            return Err(PurlError::Type(ty.to_owned()));
        }
        let name = name.trim_matches('/');
        if name.is_empty() {
            return Err(PurlError::Name);
        }
        let mut canonical_qualifiers = BTreeMap::new();
        for (key, value) in qualifiers {
            if !is_key(&key) {
                return Err(PurlError::Qualifier(key));
            }
            if !value.is_empty() {
                canonical_qualifiers.insert(key.to_ascii_lowercase(), value);
            }
        }
        let mut purl = Self {
            ty: ty.to_ascii_lowercase(),
            namespace: namespace.and_then(|path| join_segments(path, |_segment| true)),
            name: name.to_owned(),
            version: version.filter(|version| !version.is_empty()).map(str::to_owned),
            qualifiers: canonical_qualifiers,
            subpath: subpath.and_then(|path| join_segments(path, |segment| !matches!(segment, "." | ".."))),
        };
        rules::canonicalise(&mut purl)?;
        Ok(purl)
    }

    /// `type/namespace/name` without version and qualifiers: the key under which records and components
    /// meet, e.g. `pypi/foo-bar`, `npm/@scope/name`, `golang/github.com/x/y`.
    ///
    /// Where tools disagree about letter case although the registry tells no two packages apart by it
    /// (golang, nuget), the key is lower case while the package URL keeps its spelling.
    pub fn canonical_key(&self) -> String {
        let mut key = String::with_capacity(self.ty.len() + self.name.len() + 32);
        key.push_str(&self.ty);
        for part in self.namespace.iter().chain([&self.name]) {
            key.push('/');
            key.push_str(part);
        }
        if rules::key_ignores_case(&self.ty) { key.to_lowercase() } else { key }
    }
}

impl Display for Purl {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.ty)?;
        if let Some(namespace) = &self.namespace {
            write_path(f, namespace)?;
            f.write_str("/")?;
        }
        if rules::name_is_a_path(&self.ty) {
            write_path(f, &self.name)?;
        } else {
            write!(f, "{}", percent::encoded(&self.name))?;
        }
        if let Some(version) = &self.version {
            write!(f, "@{}", percent::encoded(version))?;
        }
        for (index, (key, value)) in self.qualifiers.iter().enumerate() {
            let separator = if index == 0 { '?' } else { '&' };
            write!(f, "{separator}{key}={}", percent::encoded(value))?;
        }
        if let Some(subpath) = &self.subpath {
            f.write_str("#")?;
            write_path(f, subpath)?;
        }
        Ok(())
    }
}

impl FromStr for Purl {
    type Err = PurlError;

    fn from_str(text: &str) -> Result<Self, PurlError> {
        Self::parse(text)
    }
}

fn write_path(f: &mut Formatter<'_>, path: &str) -> fmt::Result {
    for (index, segment) in path.split('/').enumerate() {
        let separator = if index == 0 { "" } else { "/" };
        write!(f, "{separator}{}", percent::encoded(segment))?;
    }
    Ok(())
}

/// What is wrong with a package URL that has only one segment.
fn missing_name(ty: &str) -> PurlError {
    if ty.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !ty.is_empty() {
        PurlError::Name
    } else {
        PurlError::Type(ty.to_owned())
    }
}

fn parse_qualifiers(text: &str) -> Result<BTreeMap<String, String>, PurlError> {
    let mut qualifiers = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or_else(|| PurlError::Qualifier(pair.to_owned()))?;
        qualifiers.insert(key.to_owned(), percent::decode(value)?);
    }
    Ok(qualifiers)
}

fn is_key(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

/// The segments of a path without empty ones and without those that `keep` turns down.
fn join_segments(path: &str, keep: impl Fn(&str) -> bool) -> Option<String> {
    let segments: Vec<&str> =
        path.split('/').filter(|segment| !segment.is_empty() && keep(segment)).collect();
    (!segments.is_empty()).then(|| segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        for (text, expected) in [
            ("pkg:PYPI/Foo_Bar.baz@1", "pypi/foo-bar-baz"),
            ("pkg:npm/%40scope/name@1", "npm/@scope/name"),
            ("pkg:npm/@scope/name@1", "npm/@scope/name"),
            ("pkg:golang/github.com/Masterminds/semver@v1.5.0", "golang/github.com/masterminds/semver"),
            ("pkg:deb/Debian/openssl@1.1?arch=amd64", "deb/debian/openssl"),
            ("pkg:maven/org.A/b@1", "maven/org.A/b"),
            ("pkg:generic/openssl@1.0.2k", "generic/openssl"),
        ] {
            assert_eq!(Purl::parse(text).unwrap().canonical_key(), expected);
        }
    }

    #[test]
    fn printing_what_was_parsed_is_stable() {
        for text in
            ["pkg:generic/a%2520b@1%2B2?x=%26#p%23q", "pkg:npm/%40a/b@1.0.0", "pkg:deb/debian/x@1:2~3"]
        {
            let once = Purl::parse(text).unwrap();
            assert_eq!(Purl::parse(&once.to_string()).unwrap(), once);
        }
    }
}
