//! Product entities: one thing, many names. Facts of our own about software that devices are built from.
//!
//! A part whose identity names one of these is looked up under all its names, at class C. Owned here: the lookup and
//! the order of a product's versions; the facts are in `products/*.toml`. Deliberately not here: guessing. A name that is not
//! in the table leads nowhere (docs/matching.md).

mod seed;
pub(crate) mod windows;

use std::{collections::HashMap, sync::LazyLock};

use component::version::Scheme;

use crate::inventory::Role;
pub use seed::Waiver;

/// A canonical thing with its names (`dictionary/products.md` describes each field).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// Its own name.
    pub name: String,
    /// Other names it is sold or spoken of under.
    pub trade: Vec<String>,
    /// Names of `pkg:generic` package URLs, lower case.
    pub plain: Vec<String>,
    /// CPE `part:vendor:product`.
    pub cpes: Vec<String>,
    /// CVE record `vendor|product`, lower case, single spaces.
    pub cves: Vec<String>,
    /// GitHub `owner/name`, lower case.
    pub repositories: Vec<String>,
    /// What it does in a device.
    pub role: Option<Role>,
    /// Order of its versions, where it is not the generic one.
    pub scheme: Option<Scheme>,
    /// Of Windows: the line it is.
    pub line: Option<Line>,
    /// Editions for devices.
    pub editions: Vec<Edition>,
    /// What it contains.
    pub implies: Vec<Implied>,
}

/// A line of Windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// CPE product whose version it is: `windows_10`.
    pub of: String,
    /// `1809`.
    pub version: String,
    /// `10.0.17763`.
    pub build: String,
}

/// An edition and its lifecycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Trade name.
    pub name: String,
    /// ISO date on which its maker's support ends.
    pub supported_until: Option<String>,
}

/// A thing that contains another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Implied {
    /// The contained product, by its name.
    pub product: String,
    /// First version of the container that contains it.
    pub from: Option<String>,
    /// Why, for a person.
    pub why: String,
}

impl Product {
    /// All its product keys, `cpe:…` before `cve:…`.
    pub fn keys(&self) -> impl Iterator<Item = String> + '_ {
        let cpes = self.cpes.iter().map(|name| format!("cpe:{name}"));
        cpes.chain(self.cves.iter().map(|name| format!("cve:{name}")))
    }

    /// Every name a person may write: its own, trade names, editions.
    pub fn spoken(&self) -> impl Iterator<Item = &str> {
        let editions = self.editions.iter().map(|edition| edition.name.as_str());
        std::iter::once(self.name.as_str()).chain(self.trade.iter().map(String::as_str)).chain(editions)
    }
}

/// The ways into the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Name {
    /// Of a `pkg:generic`.
    Plain,
    /// `part:vendor:product`.
    Cpe,
    /// `vendor|product`.
    Cve,
    /// `owner/name`.
    Repository,
}

static PRODUCTS: LazyLock<Vec<Product>> = LazyLock::new(seed::products);

static BY_NAME: LazyLock<HashMap<(Name, &'static str), &'static Product>> = LazyLock::new(|| {
    let mut map = HashMap::new();
    for product in products() {
        for (kind, names) in [
            (Name::Plain, &product.plain),
            (Name::Cpe, &product.cpes),
            (Name::Cve, &product.cves),
            (Name::Repository, &product.repositories),
        ] {
            map.extend(names.iter().map(|name| ((kind, name.as_str()), product)));
        }
    }
    map
});

/// Every product of the seed pack.
pub fn products() -> &'static [Product] {
    &PRODUCTS
}

/// Names of the seed pack that no record of the corpus has, with the reasons.
pub fn waivers() -> Vec<Waiver> {
    seed::waivers()
}

/// The product of that name, if it is in the table.
pub(crate) fn product(kind: Name, name: &str) -> Option<&'static Product> {
    BY_NAME.get(&(kind, name)).copied()
}

/// The product with that own name.
pub(crate) fn named(name: &str) -> Option<&'static Product> {
    products().iter().find(|product| product.name == name)
}

/// The product that has a key (`cpe:…`, `cve:…`, `purl:generic/…`).
pub(crate) fn of_key(key: &str) -> Option<&'static Product> {
    let (kind, name) = key.split_once(':')?;
    match kind {
        "cpe" => product(Name::Cpe, name),
        "cve" => product(Name::Cve, name),
        "purl" => product(Name::Plain, name.strip_prefix("generic/")?),
        _ => None,
    }
}

/// The dictionary's own name for the product that has a key.
pub fn name_of_key(key: &str) -> Option<&'static str> {
    of_key(key).map(|product| product.name.as_str())
}

/// The order of the versions under a product key: the product's own, its ecosystem's, else what the statement says
/// (which calls kernels "semver" and OpenSSL's letters pre-releases), else the generic one.
pub(crate) fn scheme_of_key(key: &str, stated: Option<Scheme>) -> Scheme {
    let own = of_key(key).and_then(|product| product.scheme).or_else(|| match key.split_once(':') {
        Some(("purl", rest)) => rest.split('/').next().and_then(Scheme::for_purl_type),
        Some(("distro", rest)) => rest.split(':').next().and_then(distribution_scheme),
        _ => None,
    });
    own.or(stated).unwrap_or(Scheme::Generic)
}

/// Whether a version is nothing but numbers and dots: its place is evident in every scheme, strict grammar or not.
pub(crate) fn is_plain_number(version: &str) -> bool {
    let numbers = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    version.split('.').all(numbers)
}

/// The order of the versions of a distribution's packages.
pub(crate) fn distribution_scheme(id: &str) -> Option<Scheme> {
    Some(match id {
        "debian" | "ubuntu" | "echo" => Scheme::Debian,
        "almalinux" | "rhel" | "rocky" | "ol" | "amzn" | "centos" | "fedora" | "opensuse" | "suse"
        | "azurelinux" | "photon" | "openeuler" | "mageia" | "hummingbird" => Scheme::Rpm,
        "alpine" | "alpaquita" | "chainguard" | "minimos" | "wolfi" => Scheme::Apk,
        "arch" => Scheme::Alpm,
        "gentoo" => Scheme::Gentoo,
        _ => return None,
    })
}

/// The distribution that an operating system's CPE (`vendor`, `product`) names: NVD lists under it what its packages
/// have, backports or not.
pub(crate) fn distribution_of_cpe(vendor: &str, product: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str, &str); 12] = [
        ("redhat", "enterprise_linux", "rhel"),
        ("debian", "debian_linux", "debian"),
        ("canonical", "ubuntu_linux", "ubuntu"),
        ("fedoraproject", "fedora", "fedora"),
        ("opensuse", "leap", "opensuse"),
        ("opensuse", "opensuse", "opensuse"),
        ("suse", "linux_enterprise", "suse"),
        ("almalinux", "almalinux", "almalinux"),
        ("rockylinux", "rocky", "rocky"),
        ("oracle", "linux", "ol"),
        ("centos", "centos", "centos"),
        ("alpinelinux", "alpine_linux", "alpine"),
    ];
    NAMES.iter().find(|(of, name, _)| *of == vendor && product.starts_with(name)).map(|(.., id)| *id)
}

/// Packages of a distribution that are built from a source and carry none of its code: what is said of the source does
/// not hold for them (docs/matching.md, P6).
pub(crate) fn carries_no_code(package: &str) -> bool {
    const ENDINGS: [&str; 11] = [
        "-doc",
        "-docs",
        "-man",
        "-headers",
        "-license",
        "-changelog",
        "-locale",
        "-debuginfo",
        "-debugsource",
        "-dbg",
        "-dbgsym",
    ];
    const NAMES: [&str; 3] = ["linux-libc-dev", "kernel-headers", "kernel-doc"];
    NAMES.contains(&package)
        || ENDINGS.iter().any(|ending| package.ends_with(ending))
        || package.starts_with("linux-headers-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_one_product() {
        let mut seen = HashMap::new();
        assert!(products().len() > 300);
        for product in products() {
            assert_eq!(
                seen.insert((None, product.name.to_lowercase()), &product.name),
                None,
                "{}",
                product.name
            );
            for (kind, names) in [
                (Name::Plain, &product.plain),
                (Name::Cpe, &product.cpes),
                (Name::Cve, &product.cves),
                (Name::Repository, &product.repositories),
            ] {
                for name in names {
                    let before = seen.insert((Some(kind), name.clone()), &product.name);
                    assert_eq!(before, None, "{name} is listed twice");
                    assert_eq!(name.to_lowercase(), *name);
                }
            }
            for cpe in &product.cpes {
                assert_eq!(cpe.split(':').count(), 3, "{cpe}");
            }
            for cve in &product.cves {
                assert!(cve.split('|').count() == 2 && !cve.contains('_'), "{cve}");
            }
            for edge in &product.implies {
                assert!(named(&edge.product).is_some(), "{} implies {}", product.name, edge.product);
            }
        }
    }

    #[test]
    fn schemes_of_keys() {
        for (key, stated, expected) in [
            ("purl:npm/x", None, Scheme::Semver),
            ("purl:pypi/x", Some(Scheme::Semver), Scheme::Pep440),
            ("distro:debian:12/zlib", None, Scheme::Debian),
            ("distro:almalinux:8/zlib", None, Scheme::Rpm),
            ("distro:alpine:3.19/zlib", None, Scheme::Apk),
            ("distro:unheard-of:1/zlib", None, Scheme::Generic),
            ("cpe:o:linux:linux_kernel", Some(Scheme::Semver), Scheme::Linux),
            ("cve:openssl|openssl", Some(Scheme::Semver), Scheme::OpenSsl),
            ("cpe:o:microsoft:windows_10_1809", None, Scheme::Windows),
            ("cve:microsoft|windows 10 version 1809", Some(Scheme::Generic), Scheme::Windows),
            ("cpe:o:microsoft:windows_10", None, Scheme::Generic),
            ("cve:acme|pump", Some(Scheme::Semver), Scheme::Semver),
            ("cpe:a:acme:pump", None, Scheme::Generic),
        ] {
            assert_eq!(scheme_of_key(key, stated), expected, "{key}");
        }
    }
}
