//! SPDX 2.3 JSON.

use serde_json::{Map, Value, json};

use super::{created, is_expression, references, tools, uuid};
use crate::identity::{FURTHER_PURLS, UNPARSED_CPE};
use crate::inventory::{Completeness, Component, Format, Inventory, Kind};

const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// The whole document.
pub(super) fn document(inventory: &Inventory, made: &str) -> Value {
    let names = references(inventory, fits, made_id);
    let mut extracted = Vec::new();
    let two = !matches!(inventory.format, Format::CycloneDxJson | Format::CycloneDxXml);
    let packages: Vec<Value> = inventory
        .components
        .iter()
        .zip(&names)
        .map(|(component, name)| package(component, name, two, &mut extracted))
        .collect();
    let mut relationships = Vec::new();
    if let Some(subject) = inventory.subject {
        relationships.push(relationship(DOCUMENT, "DESCRIBES", &names[subject]));
        if inventory.complete == Completeness::Unknown {
            relationships.push(relationship(&names[subject], "DEPENDS_ON", "NOASSERTION"));
        }
    }
    for (component, name) in inventory.components.iter().zip(&names) {
        relationships.extend(
            component.depends_on.iter().map(|target| relationship(name, "DEPENDS_ON", &names[*target])),
        );
    }
    let authors = inventory.provenance.authors.iter().map(|author| format!("Organization: {author}"));
    let creators: Vec<String> = authors.chain(tools(inventory).map(|tool| format!("Tool: {tool}"))).collect();
    let mut creation = json!({ "created": seconds(created(inventory, made)), "creators": creators });
    if !inventory.provenance.contexts.is_empty() {
        creation["comment"] = inventory.provenance.contexts.join(", ").into();
    }
    let name = inventory.name.as_deref().unwrap_or("NOASSERTION");
    let mut document = json!({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": DOCUMENT, "name": name, "creationInfo": creation,
        "packages": packages, "relationships": relationships,
    });
    if !extracted.is_empty() {
        let texts = extracted.iter().enumerate();
        document["hasExtractedLicensingInfos"] = texts
            .map(|(number, text)| json!({ "licenseId": license_id(number), "name": text, "extractedText": text }))
            .collect();
    }
    let uri = |serial: &String| {
        serial.contains(':')
            && !serial.contains('#')
            && !serial.contains(|c: char| c.is_whitespace() || c.is_control())
    };
    let namespace = inventory.serial.clone().filter(uri).unwrap_or_else(|| uuid(&document));
    document["documentNamespace"] = namespace.into();
    document
}

/// The standard writes whole seconds in UTC.
fn seconds(moment: &str) -> String {
    match moment.split_once('.') {
        Some((seconds, rest)) if rest.ends_with('Z') => format!("{seconds}Z"),
        _ => moment.to_owned(),
    }
}

fn fits(reference: &str) -> bool {
    let name = reference.strip_prefix("SPDXRef-").unwrap_or_default();
    reference != DOCUMENT
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
}

/// An id that tells a person which component it is.
fn made_id(index: usize, reference: &str) -> String {
    let readable: String = reference
        .chars()
        .take(60)
        .map(|character| if character.is_ascii_alphanumeric() || character == '.' { character } else { '-' })
        .collect();
    format!("SPDXRef-{index}-{readable}")
}

fn relationship(from: &str, kind: &str, to: &str) -> Value {
    json!({ "spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to })
}

fn package(component: &Component, name: &str, two: bool, extracted: &mut Vec<String>) -> Value {
    let mut package = Map::new();
    let label = if component.name.is_empty() { "NOASSERTION" } else { &component.name };
    package.insert("SPDXID".to_owned(), name.into());
    package.insert("name".to_owned(), label.into());
    package.insert("downloadLocation".to_owned(), "NOASSERTION".into());
    package.insert("filesAnalyzed".to_owned(), false.into());
    if let Some(version) = &component.version {
        package.insert("versionInfo".to_owned(), version.clone().into());
    }
    if let Some(supplier) = &component.supplier {
        package.insert("supplier".to_owned(), format!("Organization: {supplier}").into());
    }
    if let Some(purpose) = purpose(component.kind) {
        package.insert("primaryPackagePurpose".to_owned(), purpose.into());
    }
    let (concluded, declared) = licenses(component, two, extracted);
    package
        .insert("licenseConcluded".to_owned(), concluded.unwrap_or_else(|| "NOASSERTION".to_owned()).into());
    package.insert("licenseDeclared".to_owned(), declared.unwrap_or_else(|| "NOASSERTION".to_owned()).into());
    let checksums: Vec<Value> = component
        .hashes
        .iter()
        .filter_map(|hash| {
            Some(json!({ "algorithm": algorithm(&hash.algorithm)?, "checksumValue": hash.value }))
        })
        .collect();
    if !checksums.is_empty() {
        package.insert("checksums".to_owned(), checksums.into());
    }
    let references = external_refs(component);
    if !references.is_empty() {
        package.insert("externalRefs".to_owned(), references.into());
    }
    if let Some((source, version)) = &component.source_package {
        let version = version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
        package.insert("sourceInfo".to_owned(), format!("built package from: {source}{version}").into());
    }
    if let Some(ends) = &component.support.ends {
        let moment = if ends.contains('T') { ends.clone() } else { format!("{ends}T00:00:00Z") };
        package.insert("validUntilDate".to_owned(), moment.into());
    }
    Value::Object(package)
}

fn purpose(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Application => "APPLICATION",
        Kind::Framework => "FRAMEWORK",
        Kind::Library => "LIBRARY",
        Kind::Container => "CONTAINER",
        Kind::OperatingSystem => "OPERATING_SYSTEM",
        Kind::Device => "DEVICE",
        Kind::Firmware => "FIRMWARE",
        Kind::File => "FILE",
        Kind::Driver | Kind::Platform | Kind::Data | Kind::Other => "OTHER",
        Kind::Unknown => return None,
    })
}

/// What was concluded and what is declared. SPDX documents say both, others name licences that all apply.
fn licenses(
    component: &Component,
    two: bool,
    extracted: &mut Vec<String>,
) -> (Option<String>, Option<String>) {
    let mut expressions: Vec<String> = component
        .licenses
        .iter()
        .map(|text| {
            if is_expression(text) {
                return text.clone();
            }
            let known = extracted.iter().position(|known| known == text);
            license_id(known.unwrap_or_else(|| {
                extracted.push(text.clone());
                extracted.len() - 1
            }))
        })
        .collect();
    match expressions.len() {
        0 => (None, None),
        1 => (None, expressions.pop()),
        2 if two => (Some(expressions.remove(0)), expressions.pop()),
        _ => {
            let all = expressions.into_iter().map(|expression| match expression.contains(' ') {
                true if !expression.starts_with('(') => format!("({expression})"),
                _ => expression,
            });
            (None, Some(all.collect::<Vec<_>>().join(" AND ")))
        }
    }
}

fn license_id(number: usize) -> String {
    format!("LicenseRef-{}", number + 1)
}

fn algorithm(name: &str) -> Option<&'static str> {
    const ALGORITHMS: [(&str, &str); 17] = [
        ("ADLER32", "ADLER32"),
        ("BLAKE2B-256", "BLAKE2b-256"),
        ("BLAKE2B-384", "BLAKE2b-384"),
        ("BLAKE2B-512", "BLAKE2b-512"),
        ("BLAKE3", "BLAKE3"),
        ("MD2", "MD2"),
        ("MD4", "MD4"),
        ("MD5", "MD5"),
        ("MD6", "MD6"),
        ("SHA-1", "SHA1"),
        ("SHA-224", "SHA224"),
        ("SHA-256", "SHA256"),
        ("SHA-384", "SHA384"),
        ("SHA-512", "SHA512"),
        ("SHA3-256", "SHA3-256"),
        ("SHA3-384", "SHA3-384"),
        ("SHA3-512", "SHA3-512"),
    ];
    ALGORITHMS.iter().find(|(known, _)| *known == name).map(|(_, written)| *written)
}

fn external_refs(component: &Component) -> Vec<Value> {
    let reference = |category: &str, kind: &str, locator: &str| json!({ "referenceCategory": category, "referenceType": kind, "referenceLocator": locator });
    let property = |name: &str| component.properties.get(name).map_or("", String::as_str);
    let mut references = Vec::new();
    let purls = component.purl_text.as_deref().into_iter().chain(property(FURTHER_PURLS).lines());
    references.extend(purls.map(|purl| reference("PACKAGE-MANAGER", "purl", purl)));
    references.extend(component.cpes.iter().map(|cpe| reference("SECURITY", "cpe23Type", &cpe.to_string())));
    references.extend(property(UNPARSED_CPE).lines().map(|cpe| reference("SECURITY", "cpe23Type", cpe)));
    for (name, category, kind) in [
        ("swid:tagId", "SECURITY", "swid"),
        ("spdx:swid", "SECURITY", "swid"),
        ("spdx:version_id", "OTHER", "version_id"),
        ("spdx:pretty_name", "OTHER", "pretty_name"),
    ] {
        if let Some(locator) = component.properties.get(name) {
            references.push(reference(category, kind, locator));
        }
    }
    references
}
