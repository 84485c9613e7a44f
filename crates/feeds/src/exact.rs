//! The exact identity of a package URL in a supplier's statement: the key under which a component that carries it is
//! looked up, its version, and the qualifiers that the component must carry too.
//!
//! The key is the matcher's own, so the two cannot drift apart. Not here: what is said about it.

use component::purl::Purl;
use component::version::Scheme;
use matcher::identify::identify;
use matcher::inventory::{Distribution, Inventory, Item};
use matcher::record::{Bound, ProductKey, Span, Status};

/// Qualifiers that are part of the key or of the version already, or say where a file lies.
const FOLDED: [&str; 6] = ["distro", "epoch", "upstream", "download_url", "vcs_url", "checksum"];

/// What a package URL names.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Exact {
    pub(crate) key: ProductKey,
    pub(crate) scheme: Option<Scheme>,
    pub(crate) version: Option<String>,
    /// `name=value`, sorted.
    pub(crate) qualifiers: Vec<String>,
}

impl Exact {
    /// `None` when it names no product exactly: a distribution's package whose release is not said.
    pub(crate) fn of(purl: &Purl, distribution: Option<Distribution>) -> Option<Self> {
        let item = Item { name: purl.name.clone(), purl: Some(purl.clone()), ..Item::default() };
        let identity = identify(&item, &Inventory { distribution, ..Inventory::default() });
        let key = identity.keys.into_iter().find(|key| key.obtained == "sbom purl")?;
        if key.key.contains(":*/") {
            return None;
        }
        let qualifiers = purl.qualifiers.iter().filter(|(name, _)| !FOLDED.contains(&name.as_str()));
        Some(Self {
            key: ProductKey(key.key),
            scheme: key.scheme,
            version: key.version,
            qualifiers: qualifiers.map(|(name, value)| format!("{name}={value}")).collect(),
        })
    }
}

/// The span of one version.
pub(crate) fn only(version: &str, status: Status) -> Span {
    let bound = Bound::Including(version.to_owned());
    Span { lower: bound.clone(), upper: bound, status }
}

/// The span of all versions.
pub(crate) fn all(status: Status) -> Span {
    Span { lower: Bound::Open, upper: Bound::Open, status }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_that_of_the_component() {
        for (purl, expected) in [
            ("pkg:golang/stdlib@v1.20.3", Some("purl:golang/stdlib v1.20.3 []")),
            (
                "pkg:oci/pump@sha256:aa?repository_url=example.org/pump",
                Some("purl:oci/pump sha256:aa [\"repository_url=example.org/pump\"]"),
            ),
            (
                "pkg:deb/debian/zlib1g@1.2?arch=amd64&distro=debian-12",
                Some("distro:debian:12/zlib1g 1.2 [\"arch=amd64\"]"),
            ),
            ("pkg:rpm/suse/zlib@1.2", None),
        ] {
            let found = Purl::parse(purl).ok().and_then(|purl| Exact::of(&purl, None));
            let found = found.map(|exact| {
                format!("{} {} {:?}", exact.key.0, exact.version.unwrap_or_default(), exact.qualifiers)
            });
            assert_eq!(found.as_deref(), expected, "{purl}");
        }
    }
}
