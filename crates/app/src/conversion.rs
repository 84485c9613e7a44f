//! From a document's components to the record's, and from the record's to the matcher's. What goes through the record and what
//! is checked without it take the same way, so they get the same verdicts.

use std::collections::BTreeMap;

use component::{
    cpe::{Cpe, Part},
    purl::Purl,
};
use domain::{
    component::{Component, source_package_parts, source_package_text},
    id::ComponentId,
};
use matcher::inventory::{Distribution, Item, Role};
use sha2::{Digest as _, Sha256};

use crate::password::hex;

/// The components of a document as the record keeps them, in document order; ids are 0 until the record gives them.
pub fn components_of(document: &sbom::Inventory) -> Vec<Component> {
    document.components.iter().map(component_of).collect()
}

/// The distribution of the root file system, `debian:12`: the one most packages name, else the only operating system listed.
pub fn distribution_of(document: &sbom::Inventory) -> Option<String> {
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for purl in document.components.iter().filter_map(|component| component.purl.as_ref()) {
        if matches!(purl.ty.as_str(), "deb" | "rpm" | "apk" | "alpm")
            && let Some(distribution) =
                purl.qualifiers.get("distro").and_then(|text| of_qualifier(purl, text))
        {
            *named.entry(distribution).or_default() += 1;
        }
    }
    if let Some((distribution, _)) = named.into_iter().max_by_key(|(_, count)| *count) {
        return Some(distribution);
    }
    let mut systems = document.components.iter().filter(|component| {
        component.kind == sbom::Kind::OperatingSystem && !component.name.trim().is_empty()
    });
    match (systems.next(), systems.next()) {
        (Some(system), None) => Some(joined(&id_of_name(&system.name), system.version.as_deref())),
        _ => None,
    }
}

/// What the matcher asks about: an item per component, in their order; `complete_roles` as a release keeps them.
pub fn matcher_inventory(
    components: &[Component],
    distribution: Option<&str>,
    complete_roles: &str,
) -> matcher::inventory::Inventory {
    matcher::inventory::Inventory {
        items: components.iter().map(item_of).collect(),
        distribution: distribution.filter(|text| !text.is_empty()).map(|text| match text.split_once(':') {
            Some((id, release)) => Distribution { id: id.to_owned(), release: Some(release.to_owned()) },
            None => Distribution { id: text.to_owned(), release: None },
        }),
        complete: complete_roles.split(',').filter_map(role_of_word).collect(),
        build: matcher::build::Build::default(),
    }
}

fn component_of(component: &sbom::Component) -> Component {
    let joined = |mut words: Vec<String>| {
        words.sort_unstable();
        words.dedup();
        Some(words.join(" ")).filter(|text| !text.is_empty())
    };
    let mut kept = Component {
        id: ComponentId(0),
        name: component.name.clone(),
        version: component.version.clone(),
        purl: component.purl.as_ref().map(Purl::to_string),
        cpes: joined(component.cpes.iter().map(Cpe::to_formatted_string).collect()),
        supplier: component.supplier.clone(),
        source_package: component
            .source_package
            .as_ref()
            .map(|(name, version)| source_package_text(name, version.as_deref())),
        role: role_of(component).map(|role| word_of_role(role).to_owned()),
        patched: joined(component.pedigree_patched.clone()),
        identity: String::new(),
    };
    kept.identity = hex(&Sha256::digest(kept.identity_text().as_bytes()));
    kept
}

fn item_of(component: &Component) -> Item {
    let words = |text: &Option<String>| -> Vec<String> {
        text.iter().flat_map(|text| text.split(' ')).map(str::to_owned).collect()
    };
    let unreadable = |what: &str, text: &str| {
        tracing::error!(
            component = component.id.0,
            what,
            text,
            "a stored identifier does not parse and is not matched"
        );
    };
    let purl = component
        .purl
        .as_deref()
        .and_then(|text| Purl::parse(text).inspect_err(|_| unreadable("package URL", text)).ok());
    let cpe = |text: String| Cpe::parse(&text).inspect_err(|_| unreadable("CPE", &text)).ok();
    Item {
        name: component.name.clone(),
        version: component.version.clone(),
        purl,
        cpes: words(&component.cpes).into_iter().filter_map(cpe).collect(),
        source_package: component.source_package.as_deref().map(source_package_parts),
        role: component.role.as_deref().and_then(role_of_word),
        patched: words(&component.patched),
        mapping: None,
    }
}

/// The role in which a device has one occupant: by the document's kind, else by what its CPEs name.
fn role_of(component: &sbom::Component) -> Option<Role> {
    let has = |part| component.cpes.iter().any(|cpe| cpe.part == part);
    match component.kind {
        sbom::Kind::OperatingSystem => Some(Role::OperatingSystem),
        sbom::Kind::Platform => Some(Role::Runtime),
        sbom::Kind::Device => Some(Role::Hardware),
        _ if has(Part::OperatingSystem) => Some(Role::OperatingSystem),
        _ if has(Part::Hardware) => Some(Role::Hardware),
        _ => None,
    }
}

fn word_of_role(role: Role) -> &'static str {
    match role {
        Role::OperatingSystem => "operating_system",
        Role::Runtime => "runtime",
        Role::Hardware => "hardware",
    }
}

fn role_of_word(word: &str) -> Option<Role> {
    [Role::OperatingSystem, Role::Runtime, Role::Hardware]
        .into_iter()
        .find(|role| word_of_role(*role) == word.trim())
}

/// `debian-12`, `opensuse-leap-15.4`; a bare code name or number belongs to the namespace: `bookworm`, `12`.
fn of_qualifier(purl: &Purl, text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let namespace = purl.namespace.as_deref().unwrap_or_default();
    let split =
        text.match_indices('-').find(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    match split {
        Some((at, _)) => Some(joined(&text[..at], Some(&text[at + 1..]))),
        None if text.is_empty() => None,
        None if text == namespace || namespace.is_empty() => Some(text),
        None => Some(joined(namespace, Some(text.strip_prefix(&format!("{namespace}-")).unwrap_or(&text)))),
    }
}

/// `Debian GNU/Linux` → `debian`: as `/etc/os-release` calls it.
fn id_of_name(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let known = [
        ("red hat enterprise linux", "rhel"),
        ("amazon linux", "amzn"),
        ("oracle linux", "ol"),
        ("opensuse leap", "opensuse-leap"),
        ("suse linux enterprise", "sles"),
    ];
    known.into_iter().find(|(long, _)| name.starts_with(long)).map_or_else(
        || name.split_whitespace().next().unwrap_or_default().to_owned(),
        |(_, id)| id.to_owned(),
    )
}

fn joined(id: &str, version: Option<&str>) -> String {
    match version.and_then(|version| version.split_whitespace().next()) {
        Some(version) => format!("{id}:{version}"),
        None => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions() {
        let check = |text: &str, expected: Option<&str>| {
            let purl = Purl::parse(text).unwrap();
            let document = sbom::Inventory {
                format: sbom::Format::CycloneDxJson,
                spec_version: "1.5".to_owned(),
                serial: None,
                name: None,
                version: None,
                created: None,
                subject: None,
                components: vec![sbom::Component { purl: Some(purl), ..sbom::Component::default() }],
                complete: sbom::Completeness::NotStated,
                provenance: sbom::Provenance::default(),
            };
            assert_eq!(distribution_of(&document).as_deref(), expected, "{text}");
        };
        check("pkg:deb/debian/zlib1g@1.2?distro=debian-12", Some("debian:12"));
        check("pkg:deb/debian/zlib1g@1.2?distro=bookworm", Some("debian:bookworm"));
        check("pkg:apk/alpine/zlib@1.2?distro=alpine-3.19.1", Some("alpine:3.19.1"));
        check("pkg:apk/alpine/zlib@1.2?distro=3.19.1", Some("alpine:3.19.1"));
        check("pkg:rpm/opensuse/zlib@1.2?distro=opensuse-leap-15.4", Some("opensuse-leap:15.4"));
        check("pkg:deb/debian/zlib1g@1.2", None);
        check("pkg:npm/zlib@1.2?distro=debian-12", None);
        assert_eq!(id_of_name("Debian GNU/Linux"), "debian");
        assert_eq!(id_of_name("Red Hat Enterprise Linux"), "rhel");
        assert_eq!(joined("debian", Some("12 (bookworm)")), "debian:12");
    }
}
