//! Every document of the corpus is either read, with the expected number of components, or refused for the right
//! reason.
use std::collections::BTreeMap;
use std::io::Read as _;

use quick_xml::events::Event;

use crate::folder::{Row, bytes, folder as corpus, rows};
use sbom::{Inventory, Issue, ReadError};

/// Documents whose format or count differs from the corpus column on purpose, with their count and the reason.
const WAIVED: &[(&str, usize, &str)] = &[
    ("cyclonedx/core-java/regression/issue214-expected-output.xml", 1, NAMESPACE),
    ("cyclonedx/grype/grype/pkg/testdata/alpine.cdx.att.json", 16, "the column does not look into envelopes"),
    ("spdx/spdx-examples/ai/example01/spdx3.0/simplehtr-example.json", 13, PROFILES),
    ("spdx/spdx-examples/ai/example02/spdx3.0/sbom.spdx3.json", 2, PROFILES),
    ("spdx/spdx-examples/dataset/example01/spdx3.0/example01.spdx3.json", 1, PROFILES),
    ("spdx/tools-java/DifferentFileComment.spdx.yaml", 4, NAMES),
    ("spdx/tools-java/SPDXYAMLExample-2.2.spdx.yaml", 4, NAMES),
    ("spdx/tools-java/SPDXYAMLExample-2.3.spdx.yaml", 4, NAMES),
    ("spdx/tools-python/data/SPDXYAMLExample-UTF-16.spdx.yaml", 4, NAMES),
    ("spdx/tools-python/data/SPDXYAMLExample-v2.2.spdx.yaml", 4, NAMES),
    ("spdx/tools-python/data/SPDXYAMLExample-v2.3.spdx.yaml", 4, NAMES),
];
const NAMESPACE: &str =
    "an unfilled template as version: read with an issue, as the JSON document with the same version is";
const PROFILES: &str =
    "the column counts software_Package only; AI and dataset packages are packages by the model";
const NAMES: &str = "the column counts names anywhere in YAML; the twins in other forms have four packages";

/// What is packed in the corpus itself, unpacked.
fn plain(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    let unpacked = match bytes {
        [b'B', b'Z', b'h', ..] => bzip2::read::BzDecoder::new(bytes).read_to_end(&mut plain),
        [0xFD, b'7', b'z', ..] => lzma_rust2::XzReader::new(bytes, true).read_to_end(&mut plain),
        _ => return bytes.to_vec(),
    };
    unpacked.expect("unpacks");
    plain
}

/// `component` elements of XML that are no parts of the product: the corpus column counts every one.
fn not_parts(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = quick_xml::Reader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let (mut open, mut count) = (Vec::new(), 0);
    let apart = |name: &String| matches!(name.as_str(), "pedigree" | "tools" | "formulation" | "annotator");
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let name = start.local_name().as_ref().to_owned();
                count += usize::from(name == "component" && open.iter().any(apart));
                open.push(name);
            }
            Ok(Event::End(_)) => drop(open.pop()),
            Ok(Event::Eof) | Err(_) => return count,
            Ok(_) => {}
        }
    }
}

/// Components in `metadata.component`, which the corpus column leaves out, less one that the list repeats.
fn described(bytes: &[u8]) -> usize {
    fn count(component: &serde_json::Value) -> usize {
        let nested = component["components"].as_array();
        1 + nested.map_or(0, |nested| nested.iter().map(count).sum())
    }
    fn repeats(component: &serde_json::Value, described: &serde_json::Value) -> bool {
        let same = component["bom-ref"] == described["bom-ref"] && component["name"] == described["name"];
        let nested = component["components"].as_array();
        same || nested.is_some_and(|nested| nested.iter().any(|component| repeats(component, described)))
    }
    let plain = plain(bytes);
    let bytes = plain.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&plain);
    let Ok(document) = serde_json::from_slice::<serde_json::Value>(bytes) else { return 0 };
    let described = &document["metadata"]["component"];
    if !described.is_object() {
        return 0;
    }
    let listed = described["bom-ref"].is_string()
        && document["components"]
            .as_array()
            .is_some_and(|components| components.iter().any(|component| repeats(component, described)));
    count(described) - usize::from(listed)
}

fn check(row: &Row, bytes: &[u8], result: &Result<(Inventory, Vec<Issue>), ReadError>) -> Result<(), String> {
    match (row.format.as_str(), result) {
        (named, Ok((inventory, issues))) => {
            consistent(inventory, issues)?;
            let waived = WAIVED.iter().find(|(path, _, _)| *path == row.path);
            if inventory.format.as_str() != named && waived.is_none() {
                return Err(format!("{named} was read as {}", inventory.format.as_str()));
            }
            let expected = match waived {
                Some((_, expected, _)) => *expected,
                None if named == "CycloneDX XML" => row.components - not_parts(bytes),
                None => row.components + described(bytes),
            };
            let found = inventory.components.len();
            if found == expected { Ok(()) } else { Err(format!("{found} components, expected {expected}")) }
        }
        ("CycloneDX JSON (broken)" | "JSON invalid", Err(ReadError::Json { .. })) => Ok(()),
        ("JSON array", Err(ReadError::Unknown { found: "a JSON list" })) => Ok(()),
        ("JSON other", Err(ReadError::Unknown { found: "a JSON object of another kind" })) => Ok(()),
        ("XML other", Err(ReadError::Version { .. })) => Ok(()),
        ("XML other", Err(ReadError::Unknown { found: "XML of another kind" })) => Ok(()),
        ("other", Err(ReadError::Unknown { found: "text of another kind" })) => Ok(()),
        ("SPDX spreadsheet", Err(ReadError::Packed { .. })) => Ok(()),
        ("in-toto/DSSE envelope", Err(ReadError::NotReadYet { format: "syft JSON" })) => Ok(()),
        // Its payload was tampered with: the JSON inside is broken.
        ("in-toto/DSSE envelope", Err(ReadError::Json { .. })) if row.path.contains("tampered") => Ok(()),
        (named, Err(ReadError::NotReadYet { format })) if *format == named => Ok(()),
        (named, Err(error)) => Err(format!("{named} was refused: {error}")),
    }
}

/// What holds for every inventory, whatever the document.
pub(crate) fn consistent(inventory: &Inventory, issues: &[Issue]) -> Result<(), String> {
    let count = inventory.components.len();
    for (index, component) in inventory.components.iter().enumerate() {
        let path = &component.path;
        let ends = path.is_empty() || path.last() == Some(&index);
        let steps = path.windows(2).all(|pair| inventory.components[pair[0]].depends_on.contains(&pair[1]));
        if !ends || !steps || component.depends_on.iter().any(|target| *target >= count) {
            return Err(format!(
                "component {index} has the path {path:?} and depends on {:?}",
                component.depends_on
            ));
        }
    }
    match issues
        .iter()
        .find(|issue| issue.text.is_empty() || !(issue.pointer.is_empty() || issue.pointer.starts_with('/')))
    {
        Some(issue) => Err(format!("an issue without text or with a wrong pointer: {issue:?}")),
        None => Ok(()),
    }
}

#[test]
fn every_document_is_read_or_refused_for_the_right_reason() {
    let Some(folder) = corpus() else { return };
    let (mut failures, mut read, mut refused) = (Vec::new(), 0, 0);
    let mut codes = BTreeMap::new();
    for row in rows(&folder) {
        let bytes = bytes(&folder, &row);
        let result = sbom::read(&bytes);
        match &result {
            Ok((_, issues)) => {
                read += 1;
                for issue in issues {
                    *codes.entry(issue.code).or_insert(0) += 1;
                }
            }
            Err(_) => refused += 1,
        }
        if let Err(reason) = check(&row, &bytes, &result) {
            failures.push(format!("{}: {reason}", row.path));
        }
    }
    println!("{read} read, {refused} refused; issues: {codes:?}");
    assert!(failures.is_empty(), "{} documents:\n{}", failures.len(), failures.join("\n"));
    assert!(read > 900, "the corpus holds about a thousand documents of our formats, only {read} were read");
}
