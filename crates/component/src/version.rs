//! Version schemes: how each ecosystem orders versions, as keys whose byte order is the comparison.
use std::cmp::Ordering;

/// An ordering of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Scheme {
    /// Semantic Versioning 2.0.0.
    Semver,
    /// Go modules.
    Go,
    /// PEP 440.
    Pep440,
    /// dpkg.
    Debian,
    /// rpmvercmp.
    Rpm,
    /// Maven ComparableVersion.
    Maven,
    /// libversion.
    Generic,
}

/// How well a string fits the scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// The grammar of the scheme, its order is the ecosystem's own.
    Exact,
    /// Outside the grammar, but with an evident place in the order.
    Lenient,
    /// No version of this scheme: the key is total, but means nothing.
    Invalid,
}

/// A sortable key: the order of the bytes is the order of the versions of one scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionKey(Vec<u8>);

impl VersionKey {
    /// Below every version of every scheme.
    pub const MIN: Self = Self(Vec::new());
    /// The bytes, to be compared as they are.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
    /// The first eight bytes as a big-endian number: decides most comparisons alone.
    pub fn prefix(&self) -> u64 {
        0
    }
    /// A key read back from an index.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// What a version string looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Shape {
    /// Nothing, or a word that stands for nothing: `n/a`, `*`, `-`, `unknown`.
    Placeholder,
    /// Dotted numbers with or without a suffix: `1.0.2k`.
    Dotted,
    /// A date: `2024-05-01`, `20240501`, `2024.05.01`.
    Date,
    /// A commit id.
    Hash,
    /// A name: `jessie`, `publication`.
    Word,
}

impl Scheme {
    /// The sortable key of `version`.
    pub fn key(self, version: &str) -> VersionKey {
        VersionKey(version.as_bytes().to_vec())
    }
    /// Appends the bytes of the key of `version` to `out`.
    pub fn write_key(self, version: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(version.as_bytes());
    }
    /// The order of two versions, which is the order of their keys.
    pub fn compare(self, left: &str, right: &str) -> Ordering {
        self.key(left).cmp(&self.key(right))
    }
    /// How well `version` fits the scheme.
    pub fn form(self, _version: &str) -> Form {
        Form::Exact
    }
    /// The scheme of a purl type.
    pub fn for_purl_type(_ty: &str) -> Option<Self> {
        None
    }
    /// The scheme named by a CVE `versionType`, an OSV ecosystem or a vers URI.
    pub fn from_name(_name: &str) -> Option<Self> {
        None
    }
    /// The name under which the scheme is stored and shown.
    pub fn name(self) -> &'static str {
        "generic"
    }
    /// The smallest key above every version `series.*`; a trailing `.*` is tolerated.
    pub fn after_series(self, series: &str) -> VersionKey {
        self.key(series)
    }
}

/// What `version` looks like.
pub fn shape(_version: &str) -> Shape {
    Shape::Dotted
}

/// Whether an order between versions of the two shapes means anything.
pub fn shapes_comparable(left: Shape, right: Shape) -> bool {
    left == right
}

/// Splits a leading `epoch:` off a deb or rpm version; the epoch is its digits.
pub fn split_epoch(version: &str) -> (Option<&str>, &str) {
    (None, version)
}
