//! SPDX 2 RDF/XML: nodes with properties in any order and any nesting, gathered into a graph (`graph.rs`) and handed in
//! package by package in the shape of JSON.

mod graph;
mod license;

use serde_json::{Map, Value, json};

use self::graph::{Graph, Object};
use super::intake::Intake;
use crate::error::ReadError;
use crate::inventory::{Format, Inventory};
use crate::walk::Walk;

/// Reads an SPDX 2 RDF/XML document.
pub(crate) fn read_rdf(text: &str, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let graph = Graph::read(text, walk)?;
    let mut intake = Intake::default();
    for node in 0..graph.nodes.len() {
        match graph.nodes[node].kind.as_str() {
            "SpdxDocument" => document(&graph, node, &mut intake, walk)?,
            "Package" => intake.entry("packages", package(&graph, node), walk)?,
            "File" => intake.entry("files", json!({ "SPDXID": id(&graph, node) }), walk)?,
            "Snippet" => intake.entry("snippets", json!({ "SPDXID": id(&graph, node) }), walk)?,
            "ExternalDocumentRef" => intake.entry("externalDocumentRefs", Value::Null, walk)?,
            _ => {}
        }
    }
    for node in 0..graph.nodes.len() {
        for relationship in relationships(&graph, node) {
            intake.entry("relationships", relationship, walk)?;
        }
    }
    intake.close(Format::SpdxRdf, walk)
}

fn document(graph: &Graph, node: usize, intake: &mut Intake, walk: &mut Walk) -> Result<(), ReadError> {
    intake.member("SPDXID", id(graph, node).into(), walk);
    if let Some((namespace, _)) = graph.nodes[node].id.rsplit_once('#') {
        intake.member("documentNamespace", namespace.into(), walk);
    }
    for (key, property) in [("name", "name"), ("spdxVersion", "specVersion")] {
        if let Some(text) = graph.text(node, property) {
            intake.member(key, text.into(), walk);
        }
    }
    if let Some(creation) = graph.objects(node, "creationInfo").find_map(|object| graph.node_of(object)) {
        let creators: Vec<&str> = graph.objects(creation, "creator").filter_map(Object::as_text).collect();
        let mut members = Map::from_iter([("creators".to_owned(), creators.into())]);
        put(&mut members, "created", graph.text(creation, "created"));
        put(&mut members, "comment", graph.text(creation, "comment"));
        intake.member("creationInfo", Value::Object(members), walk);
    }
    for described in graph.objects(node, "describesPackage") {
        intake.entry("documentDescribes", reference(graph, described).into(), walk)?;
    }
    Ok(())
}

fn package(graph: &Graph, node: usize) -> Value {
    let mut members = Map::from_iter([("SPDXID".to_owned(), id(graph, node).into())]);
    for (key, property) in [
        ("name", "name"),
        ("versionInfo", "versionInfo"),
        ("supplier", "supplier"),
        ("originator", "originator"),
        ("sourceInfo", "sourceInfo"),
        ("validUntilDate", "validUntilDate"),
    ] {
        put(&mut members, key, graph.text(node, property));
    }
    let purpose = graph.objects(node, "primaryPackagePurpose").find_map(|purpose| graph.resource(purpose));
    if let Some(purpose) = purpose {
        members.insert("primaryPackagePurpose".to_owned(), upper_snake(word(purpose, "purpose_")).into());
    }
    for key in ["licenseConcluded", "licenseDeclared"] {
        let expression = graph.objects(node, key).next().map(|object| license::expression(graph, object));
        put(&mut members, key, expression.as_deref());
    }
    let checksums: Vec<Value> = graph
        .objects(node, "checksum")
        .filter_map(|checksum| {
            let checksum = graph.node_of(checksum)?;
            let algorithm = graph.objects(checksum, "algorithm").find_map(|object| graph.resource(object))?;
            // `checksumAlgorithm_sha3_256` is SHA3-256 in the other forms, `blake2b256` is BLAKE2b-256.
            let algorithm = word(algorithm, "checksumAlgorithm_").replace('_', "-").to_ascii_uppercase();
            Some(json!({ "algorithm": algorithm, "checksumValue": graph.text(checksum, "checksumValue")? }))
        })
        .collect();
    members.insert("checksums".to_owned(), checksums.into());
    let references: Vec<Value> = graph
        .objects(node, "externalRef")
        .filter_map(|reference| {
            let reference = graph.node_of(reference)?;
            let kind = graph.objects(reference, "referenceType").find_map(|kind| graph.resource(kind))?;
            Some(json!({ "referenceType": kind, "referenceLocator": graph.text(reference, "referenceLocator")? }))
        })
        .collect();
    members.insert("externalRefs".to_owned(), references.into());
    Value::Object(members)
}

fn relationships(graph: &Graph, node: usize) -> Vec<Value> {
    let relationship = |object| {
        let relationship = graph.node_of(object)?;
        let kind = graph.objects(relationship, "relationshipType").find_map(|kind| graph.resource(kind))?;
        let related = graph.objects(relationship, "relatedSpdxElement").next()?;
        Some(json!({
            "spdxElementId": id(graph, node), "relationshipType": upper_snake(word(kind, "relationshipType_")),
            "relatedSpdxElement": reference(graph, related),
        }))
    };
    graph.objects(node, "relationship").filter_map(relationship).collect()
}

fn put(members: &mut Map<String, Value>, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        members.insert(key.to_owned(), text.into());
    }
}

/// The SPDXID of a node.
fn id(graph: &Graph, node: usize) -> String {
    local(&graph.nodes[node].id)
}

/// The SPDXID of what a property points at, or one of the words for nothing.
fn reference(graph: &Graph, object: &Object) -> String {
    graph.resource(object).map(local).unwrap_or_default()
}

/// The last part of a URI: `SPDXRef-a`, `DocumentRef-x:SPDXRef-a`, `NOASSERTION`.
fn local(uri: &str) -> String {
    match uri.rsplit(['#', '/']).next().unwrap_or(uri) {
        "noassertion" => "NOASSERTION".to_owned(),
        "none" => "NONE".to_owned(),
        last => last.replace("%3A", ":").replace("%3a", ":"),
    }
}

/// The word of an enumeration, which the standard writes as `http://spdx.org/rdf/terms#relationshipType_dependsOn`.
fn word<'a>(uri: &'a str, prefix: &str) -> &'a str {
    let last = uri.rsplit(['#', '/']).next().unwrap_or(uri);
    last.strip_prefix(prefix).unwrap_or(last)
}

/// `dependsOn` is `DEPENDS_ON` in the other forms.
fn upper_snake(word: &str) -> String {
    let mut snake = String::new();
    for character in word.chars() {
        if character.is_ascii_uppercase()
            && snake.ends_with(|last: char| last.is_ascii_alphanumeric())
            && word.contains(|c: char| c.is_ascii_lowercase())
        {
            snake.push('_');
        }
        snake.push(character.to_ascii_uppercase());
    }
    snake
}
