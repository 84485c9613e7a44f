//! Package URLs (ECMA-427): parse, canonicalise per type, print.
use std::collections::BTreeMap;

/// A package URL in canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Purl {
    /// Package type, lower case.
    pub ty: String,
    /// Namespace segments joined by `/`, decoded.
    pub namespace: Option<String>,
    /// Name, decoded.
    pub name: String,
    /// Version, decoded.
    pub version: Option<String>,
    /// Qualifiers by lower-case key, values decoded.
    pub qualifiers: BTreeMap<String, String>,
    /// Subpath segments joined by `/`, decoded.
    pub subpath: Option<String>,
}

/// Why a string is not a package URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PurlError {
    /// No `pkg:` in front.
    #[error("not a package URL: it does not start with `pkg:`")]
    Scheme,
}

impl Purl {
    /// Parses any spelling of a package URL into its canonical form.
    pub fn parse(_text: &str) -> Result<Self, PurlError> {
        Err(PurlError::Scheme)
    }
    /// Builds a package URL from its parts, canonicalising them.
    pub fn new(
        _ty: &str,
        _namespace: Option<&str>,
        _name: &str,
        _version: Option<&str>,
    ) -> Result<Self, PurlError> {
        Err(PurlError::Scheme)
    }
    /// `type/namespace/name` without version and qualifiers, undecorated: the key under which records
    /// and components meet.
    pub fn canonical_key(&self) -> String {
        String::new()
    }
}

impl std::fmt::Display for Purl {
    fn fmt(&self, _f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::str::FromStr for Purl {
    type Err = PurlError;
    fn from_str(text: &str) -> Result<Self, PurlError> {
        Self::parse(text)
    }
}
