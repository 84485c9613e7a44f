//! CycloneDX 1.6 and 1.7 JSON. The two differ in nothing that an inventory holds.

use serde_json::{Map, Value, json};

use super::{created, is_expression, references, tools, uuid};
use crate::identity::{FURTHER_PURLS, SOURCE, UNPARSED_CPE};
use crate::inventory::{Completeness, Component, Hash, Inventory, Kind};

const PHASES: [&str; 7] =
    ["design", "pre-build", "build", "post-build", "operations", "discovery", "decommission"];

/// The whole document.
pub(super) fn document(inventory: &Inventory, version: &str, made: &str) -> Value {
    let names = references(inventory, |text| !text.is_empty(), |index, _| format!("component-{index}"));
    let mut metadata = Map::new();
    metadata.insert("timestamp".to_owned(), created(inventory, made).into());
    let tools: Vec<Value> =
        tools(inventory).map(|name| json!({ "type": "application", "name": name })).collect();
    metadata.insert("tools".to_owned(), json!({ "components": tools }));
    let provenance = &inventory.provenance;
    if !provenance.authors.is_empty() {
        let authors: Vec<Value> = provenance.authors.iter().map(|name| json!({ "name": name })).collect();
        metadata.insert("authors".to_owned(), authors.into());
    }
    if !provenance.contexts.is_empty() {
        let phase = |text: &String| {
            let key = if PHASES.contains(&text.as_str()) { "phase" } else { "name" };
            json!({ key: text })
        };
        metadata.insert("lifecycles".to_owned(), provenance.contexts.iter().map(phase).collect());
    }
    let mut components = Vec::new();
    for (index, (component, name)) in inventory.components.iter().zip(&names).enumerate() {
        let written = part(component, name);
        if inventory.subject == Some(index) {
            metadata.insert("component".to_owned(), written);
        } else {
            components.push(written);
        }
    }
    let dependencies: Vec<Value> = inventory
        .components
        .iter()
        .zip(&names)
        .filter(|(component, _)| !component.depends_on.is_empty())
        .map(|(component, name)| {
            let targets: Vec<&String> = component.depends_on.iter().map(|target| &names[*target]).collect();
            json!({ "ref": name, "dependsOn": targets })
        })
        .collect();
    let mut document = Map::new();
    document.insert(
        "$schema".to_owned(),
        format!("http://cyclonedx.org/schema/bom-{version}.schema.json").into(),
    );
    document.insert("bomFormat".to_owned(), "CycloneDX".into());
    document.insert("specVersion".to_owned(), version.into());
    document.insert("version".to_owned(), 1.into());
    document.insert("metadata".to_owned(), metadata.into());
    document.insert("components".to_owned(), components.into());
    document.insert("dependencies".to_owned(), dependencies.into());
    if let Some(aggregate) = aggregate(inventory.complete) {
        let subject = inventory.subject.map(|subject| vec![&names[subject]]);
        let composition = match subject {
            Some(subject) => json!([{ "aggregate": aggregate, "assemblies": subject }]),
            None => json!([{ "aggregate": aggregate }]),
        };
        document.insert("compositions".to_owned(), composition);
    }
    let mut document = Value::Object(document);
    let serial = inventory.serial.clone().filter(|serial| is_uuid(serial)).unwrap_or_else(|| uuid(&document));
    document["serialNumber"] = serial.into();
    document
}

fn aggregate(complete: Completeness) -> Option<&'static str> {
    match complete {
        Completeness::NotStated => None,
        Completeness::Unknown => Some("unknown"),
        Completeness::Incomplete => Some("incomplete"),
        Completeness::Complete => Some("complete"),
    }
}

/// The standard's pattern for serial numbers.
fn is_uuid(serial: &str) -> bool {
    let Some(uuid) = serial.strip_prefix("urn:uuid:") else { return false };
    let lengths = uuid.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && uuid.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'))
}

fn part(component: &Component, name: &str) -> Value {
    let mut part = Map::new();
    part.insert("bom-ref".to_owned(), name.into());
    part.insert("type".to_owned(), kind(component.kind).into());
    part.insert("name".to_owned(), component.name.clone().into());
    let texts =
        [("group", &component.group), ("version", &component.version), ("purl", &component.purl_text)];
    for (key, text) in texts {
        if let Some(text) = text {
            part.insert(key.to_owned(), text.clone().into());
        }
    }
    let mut cpes = component.cpes.iter().map(ToString::to_string);
    if let Some(cpe) = cpes.next() {
        part.insert("cpe".to_owned(), cpe.into());
    }
    let lines = |property: &str| component.properties.get(property).map_or("", String::as_str).lines();
    let further = lines(FURTHER_PURLS).map(|purl| ("purl", purl.to_owned()));
    let unparsed = lines(UNPARSED_CPE).map(|cpe| ("cpe", cpe.to_owned()));
    let identity: Vec<Value> = cpes
        .map(|cpe| ("cpe", cpe))
        .chain(unparsed)
        .chain(further)
        .map(|(field, value)| json!({ "field": field, "concludedValue": value }))
        .collect();
    if !identity.is_empty() {
        part.insert("evidence".to_owned(), json!({ "identity": identity }));
    }
    if let Some(tag) = component.properties.get("swid:tagId") {
        part.insert("swid".to_owned(), json!({ "tagId": tag, "name": component.name }));
    }
    if let Some(supplier) = &component.supplier {
        part.insert("supplier".to_owned(), json!({ "name": supplier }));
    }
    let hashes: Vec<Value> = component.hashes.iter().filter_map(hash).collect();
    if !hashes.is_empty() {
        part.insert("hashes".to_owned(), hashes.into());
    }
    if !component.licenses.is_empty() {
        part.insert("licenses".to_owned(), licenses(&component.licenses));
    }
    if !component.pedigree_patched.is_empty() {
        let resolves: Vec<Value> =
            component.pedigree_patched.iter().map(|id| json!({ "type": "security", "id": id })).collect();
        part.insert(
            "pedigree".to_owned(),
            json!({ "patches": [{ "type": "unofficial", "resolves": resolves }] }),
        );
    }
    let properties = properties(component);
    if !properties.is_empty() {
        part.insert("properties".to_owned(), properties.into());
    }
    Value::Object(part)
}

/// What is none of the types is an application, as the standard says.
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Other | Kind::Unknown => "application",
        kind => kind.as_str(),
    }
}

fn hash(hash: &Hash) -> Option<Value> {
    const ALGORITHMS: [&str; 12] = [
        "MD5",
        "SHA-1",
        "SHA-256",
        "SHA-384",
        "SHA-512",
        "SHA3-256",
        "SHA3-384",
        "SHA3-512",
        "BLAKE2b-256",
        "BLAKE2b-384",
        "BLAKE2b-512",
        "BLAKE3",
    ];
    let algorithm = ALGORITHMS.iter().find(|algorithm| algorithm.eq_ignore_ascii_case(&hash.algorithm))?;
    let fits = matches!(hash.value.len(), 32 | 40 | 64 | 96 | 128);
    (fits && hash.value.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| json!({ "alg": algorithm, "content": hash.value }))
}

/// One expression, or names: 1.6 allows no mixture.
fn licenses(licenses: &[String]) -> Value {
    match licenses {
        [one] if is_expression(one) => json!([{ "expression": one }]),
        many => many.iter().map(|name| json!({ "license": { "name": name } })).collect(),
    }
}

fn properties(component: &Component) -> Vec<Value> {
    let elsewhere = [FURTHER_PURLS, UNPARSED_CPE, "swid:tagId"];
    let kept = component.properties.iter().filter(|(name, _)| !elsewhere.contains(&name.as_str()));
    let mut properties: Vec<Value> =
        kept.map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let source = component.source_package.as_ref().map(|(name, version)| match version {
        Some(version) => format!("{name} {version}"),
        None => name.clone(),
    });
    let support = &component.support;
    for (name, value) in [
        (SOURCE, source),
        ("aftercare:supportLevel", support.level.clone()),
        ("cdx:lifecycle:milestone:endOfSupport", support.ends.clone()),
    ] {
        properties.extend(value.map(|value| json!({ "name": name, "value": value })));
    }
    properties
}
