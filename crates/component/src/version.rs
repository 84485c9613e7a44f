//! How each ecosystem orders versions: a [`Scheme`] turns a version into a [`VersionKey`] whose byte
//! order is the comparison.
//!
//! The key *defines* our order; the comparators of the ecosystems live in the tests as oracles. One file
//! per scheme and one row per scheme in `SCHEMES`: a new scheme is one new file, one variant, one row.
//! Deliberately not here: ranges, and which scheme a product uses when nothing names one.
use std::borrow::Cow;
use std::cmp::Ordering;

mod alpm;
mod apk;
mod composer;
mod conan;
mod cran;
mod dart;
mod datetime;
mod debian;
mod epoch;
mod gem;
mod generic;
mod gentoo;
mod go;
mod hackage;
mod key;
mod lexicographic;
mod linux;
mod maven;
mod nuget;
mod openssl;
mod pep440;
mod rpm;
mod semver;
mod shape;
mod windows;
mod zeros;

pub use epoch::split_epoch;
pub use key::VersionKey;
pub use shape::{Shape, shape, shapes_comparable};

/// An order of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Scheme {
    /// Semantic Versioning 2.0.0; also npm, cargo, hex and Swift packages.
    Semver,
    /// Pub (Dart): semver in which build metadata counts.
    Pub,
    /// Go modules and toolchains: semver with a leading `v` (or `go`) and pseudo-versions.
    Go,
    /// NuGet: semver with a fourth number, letter case ignored.
    NuGet,
    /// Python: PEP 440.
    Pep440,
    /// RubyGems: `Gem::Version`.
    Gem,
    /// Composer (Packagist): `version_compare` of PHP.
    Composer,
    /// Conan 2.
    Conan,
    /// CRAN: `package_version` of R.
    Cran,
    /// Hackage: `Data.Version` of Haskell.
    Hackage,
    /// Maven: ComparableVersion, made transitive.
    Maven,
    /// Debian and its derivatives: `epoch:upstream-revision`, deb-version(7).
    Debian,
    /// RPM: `epoch:version-release`, rpmvercmp.
    Rpm,
    /// Alpine and its relatives: apk-package(5).
    Apk,
    /// Arch Linux: `epoch:version-release`, vercmp(8).
    Alpm,
    /// Gentoo: Package Manager Specification 3.3.
    Gentoo,
    /// OpenSSL: `1.0.2zh` before 3.0, semver since.
    OpenSsl,
    /// The Linux kernel's own releases.
    Linux,
    /// Windows builds: `10.0.17763.4737`.
    Windows,
    /// Points in time, RFC 3339.
    Datetime,
    /// Text, byte by byte.
    Lexicographic,
    /// Everything without a scheme of its own: the libversion algorithm.
    Generic,
}

/// How well a string fits a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// In the grammar of the scheme: the order is the ecosystem's own.
    Exact,
    /// Outside the grammar, but with an evident place in the order.
    Lenient,
    /// Not a version of this scheme: the key is total but its place means nothing.
    Invalid,
}

/// One row of the table: everything a scheme is.
struct Definition {
    scheme: Scheme,
    /// The name under which it is stored and shown.
    name: &'static str,
    /// Other names, lower case: CVE `versionType`, OSV ecosystems, vers URIs.
    aliases: &'static [&'static str],
    /// The purl types whose packages are ordered by it.
    purl_types: &'static [&'static str],
    /// Appends the key of a version.
    write_key: fn(&str, &mut Vec<u8>),
    /// Judges the form of a version.
    form: fn(&str) -> Form,
    /// Appends what every key of `series.*` starts with, so that one byte `FF` more is above them all.
    write_series: fn(&str, &mut Vec<u8>),
    /// The spelling that the ecosystem's own tools give a version.
    canonical: fn(&str) -> Cow<'_, str>,
}

/// Every scheme, in the order of the variants.
static SCHEMES: [Definition; 22] = [
    semver::DEFINITION,
    dart::DEFINITION,
    go::DEFINITION,
    nuget::DEFINITION,
    pep440::DEFINITION,
    gem::DEFINITION,
    composer::DEFINITION,
    conan::DEFINITION,
    cran::DEFINITION,
    hackage::DEFINITION,
    maven::DEFINITION,
    debian::DEFINITION,
    rpm::DEFINITION,
    apk::DEFINITION,
    alpm::DEFINITION,
    gentoo::DEFINITION,
    openssl::DEFINITION,
    linux::DEFINITION,
    windows::DEFINITION,
    datetime::DEFINITION,
    lexicographic::DEFINITION,
    generic::DEFINITION,
];

impl Scheme {
    /// Every scheme there is.
    pub fn all() -> impl Iterator<Item = Self> {
        SCHEMES.iter().map(|definition| definition.scheme)
    }

    /// The sortable key of `version`. Total: any string has one, see [`Scheme::form`] for its worth.
    pub fn key(self, version: &str) -> VersionKey {
        let mut bytes = Vec::with_capacity(version.len() + 8);
        self.write_key(version, &mut bytes);
        VersionKey::from_bytes(bytes)
    }

    /// Appends the bytes of the key to `out`, for callers that keep many keys in one buffer.
    pub fn write_key(self, version: &str, out: &mut Vec<u8>) {
        (self.definition().write_key)(version, out);
    }

    /// The order of two versions, which is the order of their keys.
    pub fn compare(self, left: &str, right: &str) -> Ordering {
        self.key(left).cmp(&self.key(right))
    }

    /// How well `version` fits the scheme.
    pub fn form(self, version: &str) -> Form {
        (self.definition().form)(version)
    }

    /// The spelling that the ecosystem's own tools give `version`: `1.2.0` for `v1.2` of npm, `1.0a1` for
    /// `1.0-alpha.1` of Python. Where the tools keep what was written, or it is no version, it is as written but
    /// for blanks around it. Versions of one spelling compare equal; equal ones can have several spellings.
    pub fn canonical(self, version: &str) -> Cow<'_, str> {
        (self.definition().canonical)(version.trim())
    }

    /// The smallest key above every version of a series: `5.10` stands for `5.10`, `5.10.1`, `5.10.99-3`
    /// and so on. This is what `lessThanOrEqual: 5.10.*` of a CVE record means; the `.*` may be left on.
    pub fn after_series(self, series: &str) -> VersionKey {
        let series = series.trim().trim_end_matches(['*', '.']);
        let mut bytes = Vec::with_capacity(series.len() + 8);
        (self.definition().write_series)(series, &mut bytes);
        bytes.push(key::ABOVE_SERIES);
        VersionKey::from_bytes(bytes)
    }

    /// The scheme of the packages of a purl type; `None` when we have none for it yet.
    pub fn for_purl_type(ty: &str) -> Option<Self> {
        SCHEMES
            .iter()
            .find(|definition| definition.purl_types.iter().any(|known| known.eq_ignore_ascii_case(ty)))
            .map(|definition| definition.scheme)
    }

    /// The scheme that a CVE `versionType`, an OSV ecosystem (a suffix such as `:12` is ignored) or a vers
    /// URI names. `custom`, `git` and other words that promise no order give `None`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        let name = name.split_once(':').map_or(name, |(ecosystem, _release)| ecosystem);
        SCHEMES
            .iter()
            .find(|definition| {
                let aliases = definition.aliases.iter().chain(std::iter::once(&definition.name));
                aliases.into_iter().any(|known| known.eq_ignore_ascii_case(name))
            })
            .map(|definition| definition.scheme)
    }

    /// The name under which the scheme is stored and shown; [`Scheme::from_name`] reads it back.
    pub fn name(self) -> &'static str {
        self.definition().name
    }

    fn definition(self) -> &'static Definition {
        &SCHEMES[self as usize]
    }
}

impl std::fmt::Display for Scheme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The canonical spelling where tools keep what was written.
fn as_written(version: &str) -> Cow<'_, str> {
    Cow::Borrowed(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_variants() {
        for (row, definition) in SCHEMES.iter().enumerate() {
            assert_eq!(definition.scheme as usize, row, "{}", definition.name);
        }
    }

    #[test]
    fn every_name_means_one_scheme() {
        let mut seen = std::collections::BTreeMap::new();
        for definition in &SCHEMES {
            for name in definition.aliases.iter().chain([&definition.name]) {
                assert_eq!(seen.insert(*name, definition.name), None, "{name} is listed twice");
                assert_eq!(Scheme::from_name(name), Some(definition.scheme));
                assert_eq!(*name, name.to_ascii_lowercase());
            }
        }
        assert_eq!(Scheme::from_name("Debian:12"), Some(Scheme::Debian));
        assert_eq!(Scheme::from_name("custom"), None);
        assert_eq!(Scheme::from_name("rpm, exe"), None);
        assert_eq!(Scheme::for_purl_type("pypi"), Some(Scheme::Pep440));
        assert_eq!(Scheme::for_purl_type("github"), None);
    }
}
