//! From a part to the product keys it is looked up under, with what each key is worth.
//!
//! The kind of identity decides who is heard (docs/matching.md): a distribution's package is judged by its distribution,
//! a language package by its ecosystem, everything else by CVE records and NVD. Names are never guessed: what is
//! neither given nor in the dictionary is a gap, and gaps are counted.

mod distribution;
mod mapping;
mod upstream;

use component::version::Scheme;

use crate::{
    inventory::{Inventory, Item},
    verdict::Class,
};

/// How a key of the distribution came about that another one rebuilds.
pub(crate) const REBUILT_FROM: &str = "rebuilt from";

/// How one part is looked up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    /// Keys, first authority first.
    pub keys: Vec<Key>,
    /// Why there are none, or why what is found stays undecided (`release_unknown`, `identity_incomplete`,
    /// `no_identity`, `no_public_identity`).
    pub gap: Option<&'static str>,
    /// Identities that the document gives and that are not used to find, with the reason.
    pub unused: Vec<String>,
    /// Prefix of the first authority, for the question whether a source covers it (`purl:npm/`, `distro:debian:12/`,
    /// `cpe:`).
    pub authority: String,
}

/// One product key of a part.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// The canonical key. When the release of its distribution is not known it holds `*` for it, and every loaded
    /// release is asked.
    pub key: String,
    /// The order of its versions, when identity alone settles it.
    pub scheme: Option<Scheme>,
    /// Version that is compared.
    pub version: Option<String>,
    /// CPE update that belongs to the version; `-` = it is known to have none.
    pub update: Option<String>,
    /// `sbom purl`, `sbom cpe`, `source package`, `rebuilt from`, `mapping`, `dictionary`, `inferred`.
    pub obtained: &'static str,
    /// The best class this way of finding can give.
    pub ceiling: Class,
    /// Epochs are not compared (rpm source package names carry none).
    pub same_epoch: bool,
    /// CPE of the part the key came from, by position in [`Item::cpes`].
    pub cpe: Option<u32>,
    /// `false`: answers conditions (running on) and finds nothing, because other identities decide.
    pub finds: bool,
}

impl Key {
    fn new(key: String, version: Option<&str>, obtained: &'static str, ceiling: Class) -> Self {
        Self {
            key,
            scheme: None,
            version: version.map(bare_version).filter(|version| !version.is_empty()).map(str::to_owned),
            update: None,
            obtained,
            ceiling,
            same_epoch: false,
            cpe: None,
            finds: true,
        }
    }
}

pub(crate) use mapping::twin as cve_twin;

/// Whether a person may say what a part is: a package of a distribution or an ecosystem is what its package URL says.
pub fn is_mappable(item: &Item) -> bool {
    item.purl
        .as_ref()
        .is_none_or(|purl| !distribution::is_package(&purl.ty) && upstream::is_upstream(&purl.ty))
}

/// The keys of one item of an inventory.
pub fn identify(item: &Item, inventory: &Inventory) -> Identity {
    let mut identity = Identity::default();
    match item.purl.as_ref() {
        Some(purl) if distribution::is_package(&purl.ty) => {
            distribution::identify(item, purl, inventory, &mut identity);
        }
        Some(purl) if !upstream::is_upstream(&purl.ty) => {
            let version = purl.version.as_deref().or(item.version.as_deref());
            let key = format!("purl:{}", purl.canonical_key());
            identity.authority = format!("purl:{}/", purl.ty);
            let scheme = Scheme::for_purl_type(&purl.ty);
            identity.keys.push(Key { scheme, ..Key::new(key, version, "sbom purl", Class::A) });
        }
        _ => return upstream::identify(item, inventory),
    }
    for cpe in &item.cpes {
        identity.unused.push(format!(
            "{cpe} is not used: a package of {} is judged by the sources of its ecosystem",
            identity.authority.trim_end_matches('/')
        ));
    }
    identity
}

/// A version without what a build system hung on it: `1.36.1+gitAUTOINC+1a2b3c` is 1.36.1.
fn bare_version(version: &str) -> &str {
    let version = version.trim();
    ["+gitAUTOINC", "+git", "-git"]
        .iter()
        .filter_map(|mark| version.find(mark))
        .filter(|at| *at > 0)
        .min()
        .map_or(version, |at| &version[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Distribution;
    use component::{cpe::Cpe, purl::Purl};

    fn item(purl: &str, cpes: &[&str], version: &str) -> Item {
        Item {
            name: "part".into(),
            version: Some(version.to_owned()).filter(|version| !version.is_empty()),
            purl: Purl::parse(purl).ok(),
            cpes: cpes.iter().map(|cpe| Cpe::parse(cpe).expect("a CPE")).collect(),
            ..Item::default()
        }
    }

    fn lines(identity: &Identity) -> Vec<String> {
        let mut lines: Vec<String> = identity
            .keys
            .iter()
            .map(|key| {
                let version = key.version.as_deref().unwrap_or("?");
                let update = key.update.as_ref().map(|update| format!(":{update}")).unwrap_or_default();
                format!("{} {version}{update} {:?} {}", key.key, key.ceiling, key.obtained)
            })
            .collect();
        lines.extend(identity.gap.map(|gap| format!("gap {gap}")));
        lines
    }

    fn check(purl: &str, cpes: &[&str], version: &str, expected: &[&str]) {
        let found = identify(&item(purl, cpes, version), &Inventory::default());
        assert_eq!(lines(&found), expected, "{purl} {cpes:?}");
    }

    #[test]
    fn packages_are_known_by_their_ecosystem_alone() {
        check("pkg:npm/%40angular/core@12.0.0", &[], "", &["purl:npm/@angular/core 12.0.0 A sbom purl"]);
        check("pkg:pypi/Foo_Bar@1.0", &[], "", &["purl:pypi/foo-bar 1.0 A sbom purl"]);
        let cpe = "cpe:2.3:a:siemens:nx:1.0:*:*:*:*:*:*:*";
        let found = identify(&item("pkg:npm/nx@15.0.0", &[cpe], ""), &Inventory::default());
        assert_eq!(lines(&found), ["purl:npm/nx 15.0.0 A sbom purl"]);
        assert_eq!(found.unused.len(), 1, "the CPE beside it is named, not used");
    }

    #[test]
    fn distribution_packages_need_a_release() {
        check(
            "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=debian-12&upstream=openssl",
            &[],
            "",
            &[
                "distro:debian:12/libssl3 3.0.11-1~deb12u2 A sbom purl",
                "distro:debian:12/openssl 3.0.11-1~deb12u2 B source package",
            ],
        );
        check(
            "pkg:rpm/almalinux/openssl-libs@1.1.1k-7.el8?distro=almalinux-8.6&epoch=1&upstream=openssl-1.1.1k-7.el8.src.rpm",
            &[],
            "",
            &[
                "distro:almalinux:8/openssl-libs 1:1.1.1k-7.el8 A sbom purl",
                "distro:rhel:8/openssl-libs 1:1.1.1k-7.el8 B rebuilt from",
            ],
        );
        check(
            "pkg:deb/debian/zlib1g@1.2",
            &[],
            "",
            &["distro:debian:*/zlib1g 1.2 A sbom purl", "gap release_unknown"],
        );
        check(
            "pkg:apk/alpine/zlib@1.2?distro=alpine-3.18.4",
            &[],
            "",
            &["distro:alpine:3.18/zlib 1.2 A sbom purl"],
        );
        check(
            "pkg:deb/debian/zlib1g@1.2?distro=bookworm",
            &[],
            "",
            &["distro:debian:12/zlib1g 1.2 A sbom purl"],
        );
        check(
            "pkg:rpm/rhel/openssl-libs@1.1.1k-7.el8?distro=rhel-8.6&upstream=openssl-1.1.1k-7.el8.src.rpm",
            &[],
            "",
            &[
                "distro:rhel:8/openssl-libs 1.1.1k-7.el8 A sbom purl",
                "distro:rhel:8/openssl 1.1.1k-7.el8 B source package",
            ],
        );
    }

    #[test]
    fn a_rolling_distribution_needs_no_release() {
        check("pkg:apk/wolfi/zlib@1.2-r0", &[], "", &["distro:wolfi:/zlib 1.2-r0 A sbom purl"]);
        check(
            "pkg:apk/wolfi/zlib@1.2-r0?distro=wolfi-20230201",
            &[],
            "",
            &["distro:wolfi:/zlib 1.2-r0 A sbom purl"],
        );
    }

    #[test]
    fn the_release_may_come_from_the_inventory() {
        let distribution = Some(Distribution { id: "debian".into(), release: Some("11".into()) });
        let inventory = Inventory { distribution, ..Inventory::default() };
        let found = identify(&item("pkg:deb/zlib1g@1.2", &[], ""), &inventory);
        assert_eq!(lines(&found), ["distro:debian:11/zlib1g 1.2 A sbom purl"]);
    }

    #[test]
    fn upstream_parts_are_known_by_cpe_and_dictionary() {
        check(
            "pkg:generic/openssl@3.0.13",
            &[],
            "",
            &[
                "purl:generic/openssl 3.0.13 B sbom purl",
                "cpe:a:openssl:openssl 3.0.13 C dictionary",
                "cpe:a:openssl_project:openssl 3.0.13 C dictionary",
                "cve:openssl|openssl 3.0.13 C dictionary",
            ],
        );
        check(
            "",
            &["cpe:2.3:a:acme:pump_server:7.0:sp1:*:*:*:*:*:*"],
            "",
            &["cpe:a:acme:pump_server 7.0:sp1 B sbom cpe", "cve:acme|pump server 7.0:sp1 B sbom cpe"],
        );
        check(
            "",
            &["cpe:2.3:a:arm:mbed_tls:2.28.0:*:*:*:*:*:*:*"],
            "",
            &[
                "cpe:a:arm:mbed_tls 2.28.0 B sbom cpe",
                "cve:arm|mbed tls 2.28.0 B sbom cpe",
                "cpe:a:trustedfirmware:mbed_tls 2.28.0 C dictionary",
                "cpe:a:polarssl:polarssl 2.28.0 C dictionary",
                "cpe:a:mbed:mbedtls 2.28.0 C dictionary",
                "cpe:a:mbed-tls:mbedtls 2.28.0 C dictionary",
                "cve:trustedfirmware|mbed tls 2.28.0 C dictionary",
                "cve:mbed|mbed tls 2.28.0 C dictionary",
                "cve:mbed|mbedtls 2.28.0 C dictionary",
                "cve:mbed-tls|mbedtls 2.28.0 C dictionary",
            ],
        );
        check(
            "pkg:generic/unheard-of@1",
            &[],
            "",
            &["purl:generic/unheard-of 1 B sbom purl", "gap identity_incomplete"],
        );
        check("", &["cpe:2.3:a:acme:*:1:*:*:*:*:*:*:*"], "1", &["gap identity_incomplete"]);
        check("", &[], "1", &["gap no_identity"]);
    }

    #[test]
    fn p4_a_distribution_is_judged_by_its_packages_and_still_answers_conditions() {
        let rhel = item("", &["cpe:2.3:o:redhat:enterprise_linux:8.6:*:*:*:*:*:*:*"], "");
        let found = identify(&rhel, &Inventory::default());
        assert!(found.keys.iter().all(|key| !key.finds));
        assert_eq!((found.gap, found.authority.as_str()), (None, "distro:rhel:8/"));
        assert_eq!(found.unused.len(), 1);
    }

    #[test]
    fn n4_a_windows_line_is_a_product_and_not_a_version() {
        for (version, build, stated) in
            [("1809", "10.0.17763.5329", true), ("1809", "17763.5329", true), ("10.0.17763", "", false)]
        {
            let cpe = format!("cpe:2.3:o:microsoft:windows_10:{version}:*:*:*:*:*:x64:*");
            let found = identify(&item("", &[&cpe], build), &Inventory::default());
            let number = if stated { "10.0.17763.5329" } else { "?" };
            for key in ["cpe:o:microsoft:windows_10_1809", "cve:microsoft|windows 10 version 1809"] {
                assert!(
                    lines(&found).contains(&format!("{key} {number} C dictionary")),
                    "{:?}",
                    lines(&found)
                );
            }
            assert_eq!(found.unused.iter().any(|text| text.contains("UBR")), !stated);
        }
    }

    #[test]
    fn what_a_product_contains_is_inferred_without_a_version_unless_it_is_listed() {
        let nucleus = item("", &["cpe:2.3:o:siemens:nucleus_rtos:3:*:*:*:*:*:*:*"], "");
        let net = item("", &["cpe:2.3:a:siemens:nucleus_net:4.1:*:*:*:*:*:*:*"], "");
        let inferred = |items: &[&Item]| {
            let inventory =
                Inventory { items: items.iter().copied().cloned().collect(), ..Inventory::default() };
            let found = identify(&nucleus, &inventory);
            lines(&found).contains(&"cpe:a:siemens:nucleus_net ? D inferred".to_owned())
        };
        assert!(inferred(&[&nucleus]));
        assert!(!inferred(&[&nucleus, &net]));
    }

    #[test]
    fn n5_commits_hung_on_a_version_are_no_part_of_it() {
        check("pkg:npm/x@1.2.3+gitAUTOINC+0a1b2c", &[], "", &["purl:npm/x 1.2.3 A sbom purl"]);
    }
}
