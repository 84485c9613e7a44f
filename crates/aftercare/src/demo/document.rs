//! Writes the parts of a fielded version as an SBOM: CycloneDX 1.6 JSON or SPDX 2.3 JSON.

use serde_json::{Value, json};

use super::{
    parts::{Part, Sort},
    portfolio::{DemoProduct, DemoRelease, Form},
    random::Random,
};

/// The bytes of an SBOM and a name for the file.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) file_name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Writes the SBOM; `revision` counts from 1, `created` is RFC 3339.
pub(crate) fn write(
    product: &DemoProduct,
    release: &DemoRelease,
    parts: &[Part],
    revision: usize,
    created: &str,
) -> Document {
    let stem = format!("{}-{}-r{revision}", product.slug, release.version);
    let (value, ending) = match release.format {
        Form::Cyclonedx => (cyclonedx(product, release, parts, revision, created), "cdx.json"),
        Form::Spdx => (spdx(product, release, parts, revision, created), "spdx.json"),
    };
    Document { file_name: format!("{stem}.{ending}"), bytes: format!("{value:#}\n").into_bytes() }
}

fn cyclonedx(
    product: &DemoProduct,
    release: &DemoRelease,
    parts: &[Part],
    revision: usize,
    created: &str,
) -> Value {
    let components: Vec<Value> =
        parts.iter().enumerate().map(|(index, part)| component(index, part)).collect();
    let mut dependencies =
        vec![json!({"ref": "device", "dependsOn": roots(parts).map(reference).collect::<Vec<_>>()})];
    for (index, part) in parts.iter().enumerate().filter(|(_, part)| !part.needs.is_empty()) {
        let needs: Vec<String> = part.needs.iter().copied().map(reference).collect();
        dependencies.push(json!({"ref": reference(index), "dependsOn": needs}));
    }
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", uuid(&format!("{}{revision}", release.name()))),
        "version": revision,
        "metadata": {
            "timestamp": created,
            "component": {
                "bom-ref": "device", "type": "device", "name": product.name, "version": release.version,
                "manufacturer": {"name": super::MANUFACTURER},
            },
        },
        "components": components,
        "dependencies": dependencies,
    })
}

fn component(index: usize, part: &Part) -> Value {
    let mut value = json!({
        "bom-ref": reference(index),
        "type": kind(part),
        "name": part.name,
    });
    let mut set = |key: &str, field: Value| value[key] = field;
    if let Some(version) = &part.version {
        set("version", json!(version));
    }
    if let Some(purl) = purl(part) {
        set("purl", json!(purl));
    }
    if let Some(cpe) = cpe(part) {
        set("cpe", json!(cpe));
    }
    if let Some(supplier) = &part.supplier {
        set("supplier", json!({"name": supplier}));
    }
    if !part.fixes.is_empty() {
        let resolves: Vec<Value> =
            part.fixes.iter().map(|id| json!({"type": "security", "id": id})).collect();
        set("pedigree", json!({"patches": [{"type": "backport", "resolves": resolves}]}));
    }
    value
}

fn spdx(
    product: &DemoProduct,
    release: &DemoRelease,
    parts: &[Part],
    revision: usize,
    created: &str,
) -> Value {
    let mut packages = vec![json!({
        "SPDXID": "SPDXRef-device", "name": product.name, "versionInfo": release.version,
        "supplier": format!("Organization: {}", super::MANUFACTURER), "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false, "primaryPackagePurpose": "DEVICE",
    })];
    for (index, part) in parts.iter().enumerate() {
        let mut references = Vec::new();
        if let Some(purl) = purl(part) {
            references.push(json!({
                "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl,
            }));
        }
        if let Some(cpe) = cpe(part) {
            references.push(json!({
                "referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": cpe,
            }));
        }
        let mut package = json!({
            "SPDXID": spdx_id(index), "name": part.name, "downloadLocation": "NOASSERTION", "filesAnalyzed": false,
            "primaryPackagePurpose": kind(part).to_uppercase().replace('-', "_"),
        });
        if let Some(version) = &part.version {
            package["versionInfo"] = json!(version);
        }
        if let Some(supplier) = &part.supplier {
            package["supplier"] = json!(format!("Organization: {supplier}"));
        }
        if !references.is_empty() {
            package["externalRefs"] = Value::Array(references);
        }
        packages.push(package);
    }
    let relation = |from: &str, kind: &str, to: &str| json!({"spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to});
    let mut relationships = vec![relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-device")];
    relationships.extend(roots(parts).map(|root| relation("SPDXRef-device", "DEPENDS_ON", &spdx_id(root))));
    for (index, part) in parts.iter().enumerate() {
        let from = spdx_id(index);
        relationships.extend(part.needs.iter().map(|&to| relation(&from, "DEPENDS_ON", &spdx_id(to))));
    }
    json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": format!("{} {}", product.name, release.version),
        "documentNamespace":
            format!("https://norrvik.example/sbom/{}", uuid(&format!("{}{revision}", release.name()))),
        "creationInfo": {"created": created, "creators": [format!("Organization: {}", super::MANUFACTURER)]},
        "packages": packages,
        "relationships": relationships,
    })
}

/// Parts that no other part needs.
fn roots(parts: &[Part]) -> impl Iterator<Item = usize> {
    let mut needed = vec![false; parts.len()];
    for &index in parts.iter().flat_map(|part| &part.needs) {
        needed[index] = true;
    }
    (0..parts.len()).filter(move |&index| !needed[index])
}

fn reference(index: usize) -> String {
    format!("part-{:03}", index + 1)
}

fn spdx_id(index: usize) -> String {
    format!("SPDXRef-{}", reference(index))
}

fn kind(part: &Part) -> &'static str {
    match part.sort {
        Sort::Blind => "firmware",
        _ if part.cpe.as_deref().is_some_and(|cpe| cpe.starts_with("o:")) => "operating-system",
        _ => "library",
    }
}

fn purl(part: &Part) -> Option<String> {
    let version = percent(part.version.as_deref()?);
    let name = &part.name;
    Some(match part.sort {
        Sort::Blind => return None,
        // A commercial operating system is known by its CPE; a package URL would name nothing.
        Sort::Generic if part.cpe.as_deref().is_some_and(|cpe| cpe.starts_with("o:microsoft:")) => {
            return None;
        }
        Sort::Generic => format!("pkg:generic/{name}@{version}"),
        Sort::Npm => format!("pkg:npm/{}@{version}", name.replace('@', "%40")),
        Sort::Pypi => format!("pkg:pypi/{name}@{version}"),
        Sort::Nuget => format!("pkg:nuget/{name}@{version}"),
        Sort::Maven => format!("pkg:maven/{}@{version}", name.replace(':', "/")),
        Sort::Golang => format!("pkg:golang/{name}@v{version}"),
    })
}

fn cpe(part: &Part) -> Option<String> {
    let version = part.version.as_deref()?;
    let escaped: String = version
        .chars()
        .flat_map(|character| {
            let plain = character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
            [(!plain).then_some('\\'), Some(character)].into_iter().flatten()
        })
        .collect();
    Some(format!("cpe:2.3:{}:{escaped}:*:*:*:*:*:*:*", part.cpe.as_deref()?))
}

fn percent(text: &str) -> String {
    text.replace('+', "%2B")
}

/// A repeatable UUID for a name.
fn uuid(name: &str) -> String {
    let mut random = Random::of(name);
    let (high, low) = (random.next(), random.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        (low >> 52) & 0xfff,
        low & 0xffff_ffff_ffff
    )
}
