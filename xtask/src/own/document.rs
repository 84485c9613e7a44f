//! Our own SBOM, CycloneDX 1.6 from `Cargo.lock`: every crate that builds, tests or checks the product, with its digest
//! and what it depends on, and the C libraries that are compiled in, by the version that they themselves tell. ring and
//! mimalloc carry C and assembly of their own under the crate's version.
//!
//! The same lock file gives the same bytes: the time stands still and the serial number is made from the content.

use std::collections::HashMap;

use anyhow::{Context as _, bail};
use component::{cpe::Cpe, purl::Purl};
use sbom::{Completeness, Component, Format, Hash, Inventory, Kind, Provenance, Target};
use serde::Deserialize;

/// The binary's package.
const SUBJECT: &str = "aftercare";
/// Who makes the binary and its document.
const MAKER: &str = "aftercare maintainers";
/// A lock file has no date of its own.
const MADE: &str = "1970-01-01T00:00:00Z";

#[derive(Deserialize)]
struct Lock {
    version: u32,
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
}

/// The document as text.
pub(super) fn write() -> anyhow::Result<String> {
    let path = crate::root().join("Cargo.lock");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut inventory = inventory(&text)?;
    compiled_in(&mut inventory)?;
    Ok(sbom::export(&inventory, Target::CycloneDx16, MADE))
}

/// The inventory of a lock file.
fn inventory(text: &str) -> anyhow::Result<Inventory> {
    let lock: Lock = toml::from_str(text).context("Cargo.lock")?;
    if !(3..=4).contains(&lock.version) {
        bail!("Cargo.lock is of version {}; read are 3 and 4: teach xtask/src/own/document.rs", lock.version);
    }
    // A dependency is named by its name, or with its version where two versions are locked.
    let mut places: HashMap<String, usize> = HashMap::new();
    for (index, package) in lock.package.iter().enumerate() {
        places.insert(package.name.clone(), index);
        places.insert(format!("{} {}", package.name, package.version), index);
    }
    let mut components = Vec::with_capacity(lock.package.len());
    for package in &lock.package {
        let mut depends_on = Vec::with_capacity(package.dependencies.len());
        for dependency in &package.dependencies {
            // `name version (source)` where even the version is not enough.
            let name = dependency.split(" (").next().unwrap_or(dependency);
            depends_on.push(*places.get(name).with_context(|| {
                format!("Cargo.lock: {} depends on {dependency}, which is not locked", package.name)
            })?);
        }
        depends_on.sort_unstable();
        components.push(component(package, depends_on)?);
    }
    let subject = *places.get(SUBJECT).with_context(|| format!("Cargo.lock has no package {SUBJECT}"))?;
    components[subject].kind = Kind::Application;
    Ok(Inventory {
        format: Format::CycloneDxJson,
        spec_version: "1.6".to_owned(),
        serial: None,
        name: Some(SUBJECT.to_owned()),
        version: components[subject].version.clone(),
        created: None,
        subject: Some(subject),
        components,
        complete: Completeness::Incomplete,
        provenance: Provenance {
            authors: vec![MAKER.to_owned()],
            contexts: vec!["build".to_owned()],
            ..Provenance::default()
        },
    })
}

fn component(package: &Package, depends_on: Vec<usize>) -> anyhow::Result<Component> {
    // What has no source is our own and stands in no registry.
    let kind = if package.source.is_some() { "cargo" } else { "generic/aftercare" };
    let text = format!("pkg:{kind}/{}@{}", package.name, package.version.replace('+', "%2B"));
    let purl = Purl::parse(&text).map_err(|error| anyhow::anyhow!("{text}: {error}"))?;
    let hash = |value: &String| Hash { algorithm: "SHA-256".to_owned(), value: value.clone() };
    Ok(Component {
        reference: format!("{} {}", package.name, package.version),
        kind: Kind::Library,
        name: package.name.clone(),
        version: Some(package.version.clone()),
        purl_text: Some(purl.to_string()),
        purl: Some(purl),
        supplier: package.source.is_none().then(|| MAKER.to_owned()),
        hashes: package.checksum.iter().map(hash).collect(),
        depends_on,
        ..Component::default()
    })
}

/// The C libraries inside `libsqlite3-sys` and `zstd-sys`, as parts of them.
fn compiled_in(inventory: &mut Inventory) -> anyhow::Result<()> {
    let sqlite = rusqlite::version();
    let zstd = zstd::zstd_safe::version_string();
    for (carrier, name, version, vendor, product) in [
        ("libsqlite3-sys", "SQLite", sqlite, "sqlite", "sqlite"),
        ("zstd-sys", "zstd", zstd, "facebook", "zstandard"),
    ] {
        let carrier = inventory.components.iter().position(|component| component.name == carrier);
        let carrier = carrier.with_context(|| format!("{name}: its crate is not locked any more"))?;
        let cpe = format!("cpe:2.3:a:{vendor}:{product}:{version}:*:*:*:*:*:*:*");
        let cpe = Cpe::parse(&cpe).map_err(|error| anyhow::anyhow!("{cpe}: {error}"))?;
        let index = inventory.components.len();
        inventory.components.push(Component {
            reference: format!("{name} {version}"),
            kind: Kind::Library,
            name: name.to_owned(),
            version: Some(version.to_owned()),
            cpes: vec![cpe],
            ..Component::default()
        });
        inventory.components[carrier].depends_on.push(index);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_is_all_there_and_read_back_whole() {
        let text = write().unwrap();
        assert_eq!(text, write().unwrap());
        let (read, issues) = sbom::read(text.as_bytes()).unwrap();
        assert!(issues.is_empty(), "{issues:?}");
        let lock = std::fs::read_to_string(crate::root().join("Cargo.lock")).unwrap();
        let packages = lock.matches("[[package]]").count();
        assert_eq!(read.components.len(), packages + 2);
        let subject = &read.components[read.subject.unwrap()];
        assert_eq!(subject.name, SUBJECT);
        let sqlite = read.components.iter().find(|component| component.name == "SQLite").unwrap();
        assert!(!sqlite.path.is_empty(), "it is reached from the binary");
        let foreign = |component: &&Component| component.purl.as_ref().is_some_and(|purl| purl.ty == "cargo");
        assert!(read.components.iter().filter(foreign).all(|component| !component.hashes.is_empty()));
    }

    #[test]
    fn a_dependency_that_is_not_locked_is_told() {
        let lock = "version = 4\n[[package]]\nname = \"aftercare\"\nversion = \"1.0.0\"\ndependencies = [\"gone\"]\n";
        assert!(inventory(lock).unwrap_err().to_string().contains("gone"));
        let lock = "version = 9\npackage = []\n";
        assert!(inventory(lock).unwrap_err().to_string().contains("version 9"));
    }

    #[test]
    fn two_versions_of_one_crate_are_told_apart() {
        let lock = r#"
version = 4
[[package]]
name = "aftercare"
version = "1.0.0"
dependencies = ["twin 1.0.0"]
[[package]]
name = "twin"
version = "1.0.0"
source = "registry"
[[package]]
name = "twin"
version = "2.0.0"
source = "registry"
"#;
        let read = inventory(lock).unwrap();
        assert_eq!(read.components[0].depends_on, [1]);
    }
}
