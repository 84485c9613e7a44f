//! Packages of distributions: `distro:<id>:<release>/<package>` for the binary and for the source it was built from.

use component::purl::Purl;

use super::{Identity, Key, REBUILT_FROM};
use crate::{
    dictionary,
    inventory::{Inventory, Item},
    verdict::Class,
};

/// Whether packages of this purl type belong to a distribution.
pub(super) fn is_package(ty: &str) -> bool {
    matches!(ty, "deb" | "rpm" | "apk" | "alpm")
}

/// Other spellings of a distribution's id (that of its `os-release`).
const ALIASES: [(&str, &str); 12] = [
    ("alma", "almalinux"),
    ("redhat", "rhel"),
    ("red-hat", "rhel"),
    ("rockylinux", "rocky"),
    ("rocky-linux", "rocky"),
    ("oracle", "ol"),
    ("oraclelinux", "ol"),
    ("amazon", "amzn"),
    ("amazonlinux", "amzn"),
    ("archlinux", "arch"),
    ("sles", "suse"),
    ("opensuse-leap", "opensuse"),
];

/// Releases that go by a name.
const CODENAMES: [(&str, &str, &str); 17] = [
    ("debian", "jessie", "8"),
    ("debian", "stretch", "9"),
    ("debian", "buster", "10"),
    ("debian", "bullseye", "11"),
    ("debian", "bookworm", "12"),
    ("debian", "trixie", "13"),
    ("debian", "forky", "14"),
    ("ubuntu", "trusty", "14.04"),
    ("ubuntu", "xenial", "16.04"),
    ("ubuntu", "bionic", "18.04"),
    ("ubuntu", "focal", "20.04"),
    ("ubuntu", "jammy", "22.04"),
    ("ubuntu", "noble", "24.04"),
    ("ubuntu", "mantic", "23.10"),
    ("ubuntu", "lunar", "23.04"),
    ("ubuntu", "oracular", "24.10"),
    ("ubuntu", "plucky", "25.04"),
];

pub(super) fn identify(item: &Item, purl: &Purl, inventory: &Inventory, identity: &mut Identity) {
    let declared = inventory.distribution.as_ref();
    let namespace = purl.namespace.as_deref().map(id);
    let qualifier = purl.qualifiers.get("distro").map(|distro| split(distro));
    let id = match (&namespace, &qualifier, declared) {
        (Some(namespace), ..) => namespace.clone(),
        (None, Some((Some(named), _)), _) => named.clone(),
        (None, _, Some(declared)) => id(&declared.id),
        _ => {
            identity.gap = Some("identity_incomplete");
            identity.authority = format!("distro:{}", purl.ty);
            return;
        }
    };
    let release = qualifier
        .and_then(|(named, release)| {
            release.filter(|_release| named.as_ref().is_none_or(|named| *named == id))
        })
        .or_else(|| declared.filter(|declared| self::id(&declared.id) == id)?.release.clone());
    let release = release.filter(|release| !release.is_empty());
    if release.is_none() && !is_rolling(&id) {
        identity.gap = Some("release_unknown");
    }
    let place = self::place(&id, release.as_deref());
    let scheme = dictionary::distribution_scheme(&id);
    let version = purl.version.as_deref().or(item.version.as_deref());
    let epoch = purl.qualifiers.get("epoch").map(String::as_str);
    let with_epoch = |version: &str| match epoch {
        Some(epoch) if component::version::split_epoch(version).0.is_none() => format!("{epoch}:{version}"),
        _ => version.to_owned(),
    };
    let key = |name: &str, version: Option<String>, obtained, ceiling| Key {
        scheme,
        // A build suffix is part of a distribution's version: nothing is cut off.
        version,
        ..Key::new(format!("{place}{name}"), None, obtained, ceiling)
    };
    identity.keys.push(key(&purl.name, version.map(with_epoch), "sbom purl", Class::A));
    if let Some(parent) = rebuilt_from(&id) {
        // Its errata tell what is fixed; what is not fixed yet only the distribution it is rebuilt from tells.
        let parent = self::place(parent, release.as_deref());
        let key = key(&purl.name, version.map(with_epoch), REBUILT_FROM, Class::B);
        identity.keys.push(Key { key: format!("{parent}{}", purl.name), ..key });
    }
    if let Some((source, source_version)) = source(item, purl)
        && source != purl.name
        && !names_binaries(&id)
        && !dictionary::carries_no_code(&purl.name)
    {
        let own = source_version.as_deref().or(version);
        let same_epoch = purl.ty == "rpm"
            && epoch.is_none()
            && own.is_some_and(|version| component::version::split_epoch(version).0.is_none());
        let version = own.map(with_epoch);
        identity.keys.push(Key { same_epoch, ..key(&source, version, "source package", Class::B) });
    }
    identity.authority = place;
}

/// Distributions without releases: one state that moves.
fn is_rolling(id: &str) -> bool {
    matches!(id, "arch" | "chainguard" | "minimos" | "wolfi")
}

/// The distribution that another one rebuilds package by package.
fn rebuilt_from(id: &str) -> Option<&'static str> {
    matches!(id, "almalinux" | "centos" | "rocky").then_some("rhel")
}

/// Distributions whose records name each binary package that they concern: there the name of a source package would be
/// taken for the binary of that name, and its siblings with it.
fn names_binaries(id: &str) -> bool {
    matches!(id, "almalinux" | "hummingbird")
}

/// Prefix of the keys of a release; `*` when it is not known, nothing where there are no releases.
pub(super) fn place(id: &str, release: Option<&str>) -> String {
    if is_rolling(id) {
        return format!("distro:{id}:/");
    }
    let release = release.map(|release| normal_release(id, release)).filter(|release| !release.is_empty());
    format!("distro:{id}:{}/", release.as_deref().unwrap_or("*"))
}

/// Canonical id of a distribution.
pub(crate) fn id(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    ALIASES.iter().find(|(alias, _)| *alias == text).map_or(text, |(_, id)| (*id).to_owned())
}

/// A `distro` qualifier: `debian-12`, `ubuntu-22.04`, `bookworm`, `12`.
fn split(distro: &str) -> (Option<String>, Option<String>) {
    let lower = distro.to_ascii_lowercase();
    if let Some((of, ..)) = CODENAMES.iter().find(|(_, codename, _)| *codename == lower) {
        return (Some((*of).to_owned()), Some(lower));
    }
    if lower.starts_with(|first: char| first.is_ascii_digit()) {
        return (None, Some(lower));
    }
    match lower
        .rsplit_once('-')
        .filter(|(_, release)| release.starts_with(|first: char| first.is_ascii_digit() || first == 'v'))
    {
        Some((named, release)) => (Some(id(named)), Some(release.to_owned())),
        None => match lower.split_once('-').filter(|(named, _)| matches!(*named, "debian" | "ubuntu")) {
            Some((named, codename)) => (Some(id(named)), Some(codename.to_owned())),
            None => (Some(id(&lower)), None),
        },
    }
}

/// The release as records name it: one number, or two where a distribution counts so.
fn normal_release(id: &str, release: &str) -> String {
    let release = release.to_ascii_lowercase();
    if let Some((.., number)) = CODENAMES.iter().find(|(of, codename, _)| *of == id && *codename == release) {
        return (*number).to_owned();
    }
    let release = release.strip_prefix('v').unwrap_or(&release);
    let numbers = match id {
        "ubuntu" | "alpine" | "opensuse" | "suse" => 2,
        "debian" | "almalinux" | "rhel" | "rocky" | "ol" | "centos" | "fedora" | "amzn" | "hummingbird" => 1,
        _ => return release.to_owned(),
    };
    release.split('.').take(numbers).collect::<Vec<_>>().join(".")
}

/// Name and version of the source package.
fn source(item: &Item, purl: &Purl) -> Option<(String, Option<String>)> {
    if let Some(source) = &item.source_package {
        return Some(source.clone());
    }
    let upstream = purl.qualifiers.get("upstream").or_else(|| purl.qualifiers.get("origin"))?;
    if let Some(stem) = upstream.strip_suffix(".src.rpm") {
        let (rest, release) = stem.rsplit_once('-')?;
        let (name, version) = rest.rsplit_once('-')?;
        return Some((name.to_owned(), Some(format!("{version}-{release}"))));
    }
    Some(match upstream.split_once('@') {
        Some((name, version)) => (name.to_owned(), Some(version.to_owned())),
        None => (upstream.clone(), None),
    })
}
