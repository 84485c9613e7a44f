//! OSV ecosystems: the product key of a package, and the order of its versions.

use component::purl::Purl;
use component::version::Scheme;
use matcher::record::ProductKey;

/// Ecosystem, purl type.
const PACKAGES: [(&str, &str); 20] = [
    ("Bitnami", "bitnami"),
    ("ConanCenter", "conan"),
    ("CRAN", "cran"),
    ("crates.io", "cargo"),
    ("GitHub Actions", "github"),
    ("Go", "golang"),
    ("Hackage", "hackage"),
    ("Hex", "hex"),
    ("Julia", "julia"),
    ("Maven", "maven"),
    ("npm", "npm"),
    ("NuGet", "nuget"),
    ("opam", "opam"),
    ("OSS-Fuzz", "generic"),
    ("Packagist", "composer"),
    ("Pub", "pub"),
    ("PyPI", "pypi"),
    ("RubyGems", "gem"),
    ("SwiftURL", "swift"),
    ("VSCode", "vscode-extension"),
];

/// Ecosystem, id of the distribution (its `os-release`), order of its versions.
const DISTRIBUTIONS: [(&str, &str, Option<Scheme>); 19] = [
    ("AlmaLinux", "almalinux", Some(Scheme::Rpm)),
    ("Alpaquita", "alpaquita", Some(Scheme::Apk)),
    ("Alpine", "alpine", Some(Scheme::Apk)),
    ("Azure Linux", "azurelinux", Some(Scheme::Rpm)),
    ("Chainguard", "chainguard", Some(Scheme::Apk)),
    ("Debian", "debian", Some(Scheme::Debian)),
    ("Echo", "echo", Some(Scheme::Debian)),
    ("Mageia", "mageia", Some(Scheme::Rpm)),
    ("MinimOS", "minimos", Some(Scheme::Apk)),
    ("openEuler", "openeuler", Some(Scheme::Rpm)),
    ("openSUSE", "opensuse", Some(Scheme::Rpm)),
    ("Photon OS", "photon", Some(Scheme::Rpm)),
    ("Red Hat", "rhel", Some(Scheme::Rpm)),
    ("Rocky Linux", "rocky", Some(Scheme::Rpm)),
    ("SUSE", "suse", Some(Scheme::Rpm)),
    ("Ubuntu", "ubuntu", Some(Scheme::Debian)),
    ("Wolfi", "wolfi", Some(Scheme::Apk)),
    ("Oracle Linux", "ol", Some(Scheme::Rpm)),
    ("Amazon Linux", "amzn", Some(Scheme::Rpm)),
];

/// The spelling the OSV schema gives an ecosystem, whatever the case of `name`.
pub(crate) fn canonical(name: &str) -> Option<&'static str> {
    let packages = PACKAGES.iter().map(|(ecosystem, _)| *ecosystem);
    let distributions = DISTRIBUTIONS.iter().map(|(ecosystem, ..)| *ecosystem);
    let others = ["Android", "Bioconductor", "GIT", "GSD", "Linux", "UVI"];
    packages.chain(distributions).chain(others).find(|ecosystem| ecosystem.eq_ignore_ascii_case(name))
}

/// The key and the order of a package; `None` when the name does not fit its ecosystem.
pub(crate) fn product(ecosystem: &str, name: &str) -> Option<(ProductKey, Option<Scheme>)> {
    let (base, release) = ecosystem.split_once(':').unwrap_or((ecosystem, ""));
    if let Some((_, id, scheme)) = DISTRIBUTIONS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(base)) {
        let release = release_of(id, release);
        return Some((
            ProductKey(format!("distro:{id}:{release}/{}", name.trim())),
            scheme.or_else(|| Scheme::from_name(base)),
        ));
    }
    let known = PACKAGES.iter().find(|(known, _)| known.eq_ignore_ascii_case(base));
    let lower = base.to_ascii_lowercase().replace(' ', "-");
    let ty = known.map_or(lower.as_str(), |(_, ty)| ty);
    let scheme = Scheme::for_purl_type(ty).or_else(|| Scheme::from_name(base));
    Some((purl_key(ty, name)?, scheme))
}

/// The key of a package by its purl type and the name its ecosystem knows it by.
pub(crate) fn purl_key(ty: &str, name: &str) -> Option<ProductKey> {
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    let (namespace, name) = match ty {
        "maven" => name.split_once(':').map_or((None, name), |(group, artifact)| (Some(group), artifact)),
        "npm" | "golang" | "composer" | "github" | "swift" | "generic" => {
            name.rsplit_once('/').map_or((None, name), |(namespace, name)| (Some(namespace), name))
        }
        _ => (None, name),
    };
    match Purl::new(ty, namespace, name, None) {
        Ok(purl) => Some(ProductKey(format!("purl:{}", purl.canonical_key()))),
        Err(_) => None,
    }
}

/// `3.19` of `v3.19`, `22.04` of `22.04:LTS`, `22.04:pro` of `Pro:22.04:LTS`.
fn release_of(id: &str, release: &str) -> String {
    match id {
        "alpine" => release.strip_prefix('v').unwrap_or(release).to_owned(),
        "ubuntu" => {
            let mut channel = String::new();
            let mut number = "";
            for part in release.split(':').filter(|part| !part.eq_ignore_ascii_case("LTS")) {
                if part.starts_with(|c: char| c.is_ascii_digit()) {
                    number = part;
                } else {
                    channel.push(':');
                    channel.push_str(&part.to_ascii_lowercase());
                }
            }
            format!("{number}{channel}")
        }
        _ => release.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_get_the_key_under_which_components_look() {
        for (ecosystem, name, expected, scheme) in [
            ("Go", "github.com/gin-gonic/gin", "purl:golang/github.com/gin-gonic/gin", Some(Scheme::Go)),
            ("Go", "stdlib", "purl:golang/stdlib", Some(Scheme::Go)),
            ("npm", "@angular/core", "purl:npm/@angular/core", Some(Scheme::Semver)),
            ("PyPI", "Foo_Bar", "purl:pypi/foo-bar", Some(Scheme::Pep440)),
            ("crates.io", "openssl", "purl:cargo/openssl", Some(Scheme::Semver)),
            ("Maven", "org.jline:jline-parent", "purl:maven/org.jline/jline-parent", Some(Scheme::Maven)),
            ("Packagist", "symfony/http-kernel", "purl:composer/symfony/http-kernel", Some(Scheme::Composer)),
            ("AlmaLinux:8", "openssl", "distro:almalinux:8/openssl", Some(Scheme::Rpm)),
            ("Debian:12", "zlib", "distro:debian:12/zlib", Some(Scheme::Debian)),
            ("Debian", "zlib", "distro:debian:/zlib", Some(Scheme::Debian)),
            ("Alpine:v3.19", "zlib", "distro:alpine:3.19/zlib", Some(Scheme::Apk)),
            ("Ubuntu:22.04:LTS", "zlib", "distro:ubuntu:22.04/zlib", Some(Scheme::Debian)),
            ("Ubuntu:Pro:16.04:LTS", "zlib", "distro:ubuntu:16.04:pro/zlib", Some(Scheme::Debian)),
        ] {
            let found = product(ecosystem, name);
            let key = found.as_ref().map(|(key, _)| key.0.as_str());
            assert_eq!(key, Some(expected), "{ecosystem} {name}");
            if scheme.is_some() {
                assert_eq!(found.and_then(|(_, scheme)| scheme), scheme, "{ecosystem}");
            }
        }
        assert_eq!(product("npm", ""), None);
    }
}
