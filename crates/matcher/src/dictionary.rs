//! Product entities: one thing, many names. Facts of our own about software that devices are built from.
//!
//! A part whose identity names one of these is looked up under all its names, at class C. Owned here: the lookup and
//! the order of a product's versions; the facts are in `products`. Deliberately not here: guessing. A name that is not
//! in the table leads nowhere (docs/matching.md).

mod products;

use std::{collections::HashMap, sync::LazyLock};

use component::version::Scheme;

use crate::inventory::Role;

/// A canonical thing with its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Product {
    /// Names of `pkg:generic` package URLs, lower case.
    pub(crate) names: &'static [&'static str],
    /// CPE `part:vendor:product`.
    pub(crate) cpes: &'static [&'static str],
    /// CVE record `vendor|product`, lower case, single spaces.
    pub(crate) cves: &'static [&'static str],
    /// GitHub `owner/name`, lower case.
    pub(crate) repositories: &'static [&'static str],
    /// What it does in a device.
    pub(crate) role: Option<Role>,
}

/// The ways into the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Name {
    /// Of a `pkg:generic`.
    Plain,
    /// `part:vendor:product`.
    Cpe,
    /// `owner/name`.
    Repository,
}

static BY_NAME: LazyLock<HashMap<(Name, &'static str), &'static Product>> = LazyLock::new(|| {
    let mut map = HashMap::new();
    for product in products::PRODUCTS {
        for (kind, names) in [
            (Name::Plain, product.names),
            (Name::Cpe, product.cpes),
            (Name::Repository, product.repositories),
        ] {
            map.extend(names.iter().map(|name| ((kind, *name), product)));
        }
    }
    map
});

/// The product of that name, if it is in the table.
pub(crate) fn product(kind: Name, name: &str) -> Option<&'static Product> {
    BY_NAME.get(&(kind, name)).copied()
}

/// The order of the versions under a product key: its ecosystem's, else what the statement says, else the generic one.
pub(crate) fn scheme_of_key(key: &str, stated: Option<Scheme>) -> Scheme {
    let own = match key.split_once(':') {
        // The kernel's records say "semver" of versions that have two numbers or four.
        _ if matches!(key, "cve:linux|linux" | "cpe:o:linux:linux_kernel") => Some(Scheme::Linux),
        // Its letters are no pre-releases, whatever a record calls its versions.
        _ if matches!(key, "cve:openssl|openssl" | "cpe:a:openssl:openssl" | "purl:generic/openssl") => {
            Some(Scheme::OpenSsl)
        }
        Some(("purl", rest)) => rest.split('/').next().and_then(Scheme::for_purl_type),
        Some(("distro", rest)) => rest.split(':').next().and_then(distribution_scheme),
        _ => None,
    };
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

/// Lines of Windows 10 and 11 and the build each one reports as `10.0.<build>`.
const WINDOWS: [(&str, &str, &str); 16] = [
    ("windows_10", "1507", "10240"),
    ("windows_10", "1511", "10586"),
    ("windows_10", "1607", "14393"),
    ("windows_10", "1703", "15063"),
    ("windows_10", "1709", "16299"),
    ("windows_10", "1803", "17134"),
    ("windows_10", "1809", "17763"),
    ("windows_10", "1903", "18362"),
    ("windows_10", "1909", "18363"),
    ("windows_10", "2004", "19041"),
    ("windows_10", "20h2", "19042"),
    ("windows_10", "21h1", "19043"),
    ("windows_10", "21h2", "19044"),
    ("windows_10", "22h2", "19045"),
    ("windows_11", "21h2", "22000"),
    ("windows_11", "22h2", "22621"),
];

/// The line-specific product of a Windows CPE whose version is a line (`windows_10:1809`) or a build
/// (`10.0.17763.5329`): `windows_10_1809`.
pub(crate) fn windows_line(product: &str, version: &str) -> Option<String> {
    let build = version.strip_prefix("10.0.").map(|rest| rest.split('.').next().unwrap_or(rest));
    WINDOWS
        .iter()
        .find(|(of, line, number)| {
            *of == product && (version.eq_ignore_ascii_case(line) || build == Some(number))
        })
        .map(|(of, line, _)| format!("{of}_{line}"))
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
        let mut seen = std::collections::HashMap::new();
        for product in products::PRODUCTS {
            for (kind, names) in [
                (Name::Plain, product.names),
                (Name::Cpe, product.cpes),
                (Name::Repository, product.repositories),
            ] {
                for name in names {
                    assert_eq!(seen.insert((kind, *name), product.cpes), None, "{name} is listed twice");
                    assert_eq!(name.to_lowercase(), **name);
                }
            }
            for cpe in product.cpes {
                assert_eq!(cpe.split(':').count(), 3, "{cpe}");
            }
            for cve in product.cves {
                assert!(cve.split('|').count() == 2 && !cve.contains('_'), "{cve}");
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
            ("cve:acme|pump", Some(Scheme::Semver), Scheme::Semver),
            ("cpe:a:acme:pump", None, Scheme::Generic),
        ] {
            assert_eq!(scheme_of_key(key, stated), expected, "{key}");
        }
    }

    #[test]
    fn n4_windows_lines() {
        assert_eq!(windows_line("windows_10", "1809").as_deref(), Some("windows_10_1809"));
        assert_eq!(windows_line("windows_10", "10.0.17763.5329").as_deref(), Some("windows_10_1809"));
        assert_eq!(windows_line("windows_10", "11.7"), None);
    }
}
