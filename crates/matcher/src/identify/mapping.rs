//! The keys that a person's word gives a part: the product they named, under all its names, at class C.
//!
//! Not here: whose word holds for which part (the caller gives it with the part), and proposals (`candidate`).

use super::{
    Identity, Key,
    upstream::{add, inferred, plain},
};
use crate::{
    dictionary::{self, windows},
    inventory::{Inventory, Item},
    verdict::Class,
};

pub(super) fn identify(item: &Item, inventory: &Inventory, identity: &mut Identity) {
    let Some(mapping) = &item.mapping else { return };
    let Some(target) = &mapping.target else {
        identity.unused.push(format!("no public identity, {}", mapping.note));
        return;
    };
    let version = mapping.version.as_deref();
    let product = dictionary::of_key(target);
    let mut keys = vec![target.clone()];
    // A version of Windows that is a line (1809) is a product of its own.
    let line = cpe_product(target)
        .and_then(|(_, product)| windows::line(product, version?))
        .into_iter()
        .flat_map(|line| line.keys());
    keys.extend(line);
    keys.extend(product.into_iter().flat_map(|product| product.keys()));
    keys.extend(twin(target));
    for key in keys {
        // What the document gives stays; what tables made of it gives way to what a person said.
        identity.keys.retain(|known| known.key != key || known.obtained.starts_with("sbom"));
        add(identity, Key::new(key, version, "mapping", Class::C));
    }
    let name = product.map_or(target.as_str(), |product| product.name.as_str());
    identity.unused.push(format!("identity by mapping: {name} ({target}), {}", mapping.note));
    if let Some(product) = product {
        inferred(product, version, inventory, identity);
    }
}

/// The name under which CVE records have what a CPE names.
pub(crate) fn twin(target: &str) -> Option<String> {
    let (vendor, product) = cpe_product(target)?;
    Some(format!("cve:{}|{}", plain(vendor), plain(product)))
}

fn cpe_product(target: &str) -> Option<(&str, &str)> {
    target.strip_prefix("cpe:")?.split_once(':')?.1.split_once(':')
}

#[cfg(test)]
mod tests {
    use component::purl::Purl;

    use super::*;
    use crate::{identify::identify as identity_of, inventory::Mapping};

    fn check(part: Item, target: Option<&str>, version: Option<&str>, expected: &[&str]) {
        let mapping = Mapping {
            target: target.map(str::to_owned),
            version: version.map(str::to_owned),
            note: "confirmed by Jo Doe on 2026-11-24".to_owned(),
        };
        let part = Item { name: "part".to_owned(), mapping: Some(mapping), ..part };
        let found = identity_of(&part, &Inventory::default());
        let mut lines: Vec<String> = found
            .keys
            .iter()
            .map(|key| {
                let version = key.version.as_deref().unwrap_or("?");
                format!("{} {version} {:?} {}", key.key, key.ceiling, key.obtained)
            })
            .collect();
        lines.extend(found.gap.map(|gap| format!("gap {gap}")));
        assert_eq!(lines, expected);
        let told = found.unused.iter().any(|text| text.ends_with("confirmed by Jo Doe on 2026-11-24"));
        assert!(told, "{:?}", found.unused);
    }

    #[test]
    fn n3_a_persons_word_is_looked_up_at_class_c_under_all_names() {
        let openssl = [
            "cpe:a:openssl:openssl 1.0.2k C mapping",
            "cpe:a:openssl_project:openssl 1.0.2k C mapping",
            "cve:openssl|openssl 1.0.2k C mapping",
        ];
        check(Item::default(), Some("cpe:a:openssl:openssl"), Some("1.0.2k"), &openssl);
        // The version that a table took from the document gives way.
        let purl = Purl::parse("pkg:generic/openssl@R7").ok();
        let named = Item { purl, ..Item::default() };
        let all = [&["purl:generic/openssl R7 B sbom purl"][..], &openssl].concat();
        check(named, Some("cpe:a:openssl:openssl"), Some("1.0.2k"), &all);
        check(
            Item { version: Some("9".to_owned()), ..Item::default() },
            Some("cpe:a:acme:pump_server"),
            None,
            &["cpe:a:acme:pump_server ? C mapping", "cve:acme|pump server ? C mapping"],
        );
        check(
            Item::default(),
            Some("cve:acme|pump server"),
            Some("2"),
            &["cve:acme|pump server 2 C mapping"],
        );
        check(Item::default(), None, None, &["gap no_public_identity"]);
    }

    #[test]
    fn n4_a_line_of_windows_needs_its_build_by_a_mapping_too() {
        let windows = |build: Option<&str>| {
            let mapping = Mapping {
                target: Some("cpe:o:microsoft:windows_10_1809".to_owned()),
                version: build.map(str::to_owned),
                note: String::new(),
            };
            identity_of(&Item { mapping: Some(mapping), ..Item::default() }, &Inventory::default())
        };
        assert!(windows(Some("17763.5329")).keys.iter().all(|key| key.version.is_some()));
        let open = windows(None);
        assert!(open.keys.iter().all(|key| key.version.is_none()));
        assert!(open.unused.iter().any(|text| text.contains("UBR")), "{:?}", open.unused);
    }
}
