//! Everything that no package manager knows: CPEs, plain names of the dictionary, source repositories.

use component::{
    cpe::{Cpe, Part, Value},
    purl::Purl,
    version::Scheme,
};

use super::{Identity, Key, mapping};
use crate::{
    dictionary::{self, Name, Product, windows},
    inventory::{Inventory, Item},
    verdict::Class,
};

/// Purl types that name upstream software and not a package of an ecosystem with records of its own.
pub(super) fn is_upstream(ty: &str) -> bool {
    matches!(
        ty,
        "generic"
            | "github"
            | "gitlab"
            | "bitbucket"
            | "git"
            | "conan"
            | "docker"
            | "oci"
            | "swid"
            | "sourceforge"
            | "qpkg"
            | "yocto"
            | "opkg"
            | "ipk"
            | "openembedded"
            | "nix"
            | "vcpkg"
    )
}

pub(super) fn identify(item: &Item, inventory: &Inventory) -> Identity {
    let mut identity = Identity { authority: "cpe:".to_owned(), ..Identity::default() };
    let mut products: Vec<&'static Product> = Vec::new();
    let purl_version =
        item.purl.as_ref().and_then(|purl| purl.version.as_deref()).or(item.version.as_deref());
    if let Some(purl) = &item.purl {
        purl_keys(purl, purl_version, &mut identity, &mut products);
    }
    for (at, cpe) in item.cpes.iter().enumerate() {
        if !cpe_keys(cpe, at as u32, item.version.as_deref(), &mut identity, &mut products) {
            identity.unused.push(format!("{cpe} names no product: its part, vendor or product is open"));
        }
    }
    // The version that is certain: of the first key that has one.
    let model = identity.keys.iter().find(|key| key.version.is_some()).or(identity.keys.first()).cloned();
    let template = model.unwrap_or_else(|| Key::new(String::new(), purl_version, "dictionary", Class::C));
    for product in &products {
        for key in product.keys() {
            add(
                &mut identity,
                Key { key, scheme: None, obtained: "dictionary", ceiling: Class::C, ..template.clone() },
            );
        }
    }
    for product in products {
        inferred(product, template.version.as_deref(), inventory, &mut identity);
    }
    mapping::identify(item, inventory, &mut identity);
    only_full_builds(item, &mut identity);
    let reaches = |key: &Key| !key.key.starts_with("purl:");
    if !identity.keys.iter().any(reaches) {
        let named = item.purl.is_some() || !item.cpes.is_empty();
        identity.gap = Some(match &item.mapping {
            Some(_) => "no_public_identity",
            None if named => "identity_incomplete",
            None => "no_identity",
        });
    }
    identity
}

pub(super) fn add(identity: &mut Identity, key: Key) {
    if !identity.keys.iter().any(|known| known.key == key.key) {
        identity.keys.push(key);
    }
}

fn purl_keys(
    purl: &Purl,
    version: Option<&str>,
    identity: &mut Identity,
    products: &mut Vec<&'static Product>,
) {
    let scheme = Scheme::for_purl_type(&purl.ty);
    let key = format!("purl:{}", purl.canonical_key());
    add(identity, Key { scheme, ..Key::new(key, version, "sbom purl", Class::B) });
    let name = purl.name.to_ascii_lowercase();
    let known = match purl.ty.as_str() {
        "github" => {
            let owner = purl.namespace.as_deref().unwrap_or_default().to_ascii_lowercase();
            let repository = format!("git:github.com/{owner}/{name}");
            add(identity, Key::new(repository, version, "sbom purl", Class::B));
            // Who has CVEs assigned at GitHub is named there by owner and repository.
            let cve = format!("cve:{}|{}", plain(&owner), plain(&name));
            add(identity, Key::new(cve, version, "sbom purl", Class::C));
            dictionary::product(Name::Repository, &format!("{owner}/{name}"))
        }
        // A container image of that name holds the software and is not it.
        "gitlab" | "bitbucket" | "docker" | "oci" => None,
        _ => dictionary::product(Name::Plain, &name),
    };
    products.extend(known);
}

/// Adds the keys of a CPE; `false` when it names no product.
fn cpe_keys(
    cpe: &Cpe,
    at: u32,
    item_version: Option<&str>,
    identity: &mut Identity,
    products: &mut Vec<&'static Product>,
) -> bool {
    let (Some(vendor), Some(product)) = (cpe.vendor.unquoted(), cpe.product.unquoted()) else { return false };
    if matches!(cpe.part, Part::Any | Part::Na) || cpe.vendor.has_wildcard() || cpe.product.has_wildcard() {
        return false;
    }
    let (vendor, product) = (vendor.to_lowercase(), product.to_lowercase());
    let own_version = cpe.version.unquoted().filter(|_version| !cpe.version.has_wildcard());
    let version = own_version.as_deref().or(item_version);
    let update = match &cpe.update {
        Value::Any => None,
        Value::Na => Some("-".to_owned()),
        Value::Text(_) => cpe.update.unquoted().map(std::borrow::Cow::into_owned),
    };
    let key = |key: String, version: Option<&str>, obtained, ceiling| Key {
        update: update.clone(),
        cpe: Some(at),
        ..Key::new(key, version, obtained, ceiling)
    };
    let name = format!("{}:{vendor}:{product}", cpe.part.as_str());
    // `a:redhat:enterprise_linux:8::appstream` is the distribution too.
    if cpe.part != Part::Hardware
        && let Some(distribution) = dictionary::distribution_of_cpe(&vendor, &product)
    {
        add(identity, Key { finds: false, ..key(format!("cpe:{name}"), version, "sbom cpe", Class::B) });
        identity.authority = super::distribution::place(distribution, version);
        identity.unused.push(format!(
            "{cpe} answers conditions only: a distribution is judged by its packages, one by one"
        ));
        return true;
    }
    add(identity, key(format!("cpe:{name}"), version, "sbom cpe", Class::B));
    let cve = format!("cve:{}|{}", plain(&vendor), plain(&product));
    add(identity, key(cve, version, "sbom cpe", Class::B));
    products.extend(dictionary::product(Name::Cpe, &name));
    if let Some(line) = version.and_then(|version| windows::line(&product, version)) {
        for name in line.keys() {
            add(identity, key(name, version, "dictionary", Class::C));
        }
    }
    true
}

/// Adds what a product contains, unless the inventory lists it itself: nobody knows which version of it.
pub(super) fn inferred(
    product: &Product,
    version: Option<&str>,
    inventory: &Inventory,
    identity: &mut Identity,
) {
    for edge in &product.implies {
        let scheme = product.scheme.unwrap_or(Scheme::Generic);
        let contains = edge
            .from
            .as_deref()
            .is_none_or(|from| version.is_some_and(|version| scheme.compare(version, from).is_ge()));
        let Some(part) = dictionary::named(&edge.product).filter(|_part| contains) else { continue };
        if inventory.items.iter().any(|item| is_named(item, part)) {
            continue;
        }
        for key in part.keys() {
            add(identity, Key::new(key, None, "inferred", Class::D));
        }
        let (whole, part, why) = (&product.name, &part.name, &edge.why);
        identity
            .unused
            .push(format!("inferred: {whole} contains {part} ({why}), of a version nobody stated"));
    }
}

/// Whether an identity of an item names a product.
fn is_named(item: &Item, product: &Product) -> bool {
    let by_purl = item.purl.as_ref().is_some_and(|purl| {
        let name = purl.name.to_ascii_lowercase();
        match purl.ty.as_str() {
            "github" => {
                let owner = purl.namespace.as_deref().unwrap_or_default().to_ascii_lowercase();
                product.repositories.contains(&format!("{owner}/{name}"))
            }
            _ => product.plain.contains(&name),
        }
    });
    let target = item.mapping.as_ref().and_then(|mapping| mapping.target.as_deref());
    by_purl
        || target.is_some_and(|target| product.keys().any(|key| key == target))
        || item.cpes.iter().any(|cpe| {
            let (Some(vendor), Some(name)) = (cpe.vendor.unquoted(), cpe.product.unquoted()) else {
                return false;
            };
            product.cpes.contains(&format!("{}:{vendor}:{name}", cpe.part.as_str()).to_lowercase())
        })
}

/// Under a line of Windows only a build with its update number is a version; without it every answer stays undecided,
/// and the identity says what is missing.
fn only_full_builds(item: &Item, identity: &mut Identity) {
    let mut missing = None;
    for key in &mut identity.keys {
        let Some(line) = dictionary::of_key(&key.key).and_then(|product| product.line.as_ref()) else {
            continue;
        };
        let own = key.version.as_deref().and_then(windows::full_build);
        key.version = own.or_else(|| item.version.as_deref().and_then(windows::full_build));
        if key.version.is_none() {
            missing = Some(line);
        }
    }
    identity.unused.extend(missing.map(|line| {
        format!(
            "the update number (UBR) of build {build} is not stated: give the version as {build}.<UBR>, as `winver` shows it",
            build = line.build
        )
    }));
}

/// Vendor or product as CVE records write them: spaces for underscores, single.
pub(super) fn plain(name: &str) -> String {
    name.split(|c: char| c.is_whitespace() || c == '_')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
