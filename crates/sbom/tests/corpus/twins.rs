//! Twins: one content in several formats gives one inventory. Wherever a document of the corpus
//! stands beside its twin. Those of our own are in `forms.rs`.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sbom::{Component, Inventory};

use crate::folder;

/// An inventory without what only its form decides: the format, the order of the components and of sets.
fn normal(mut inventory: Inventory) -> (Inventory, BTreeMap<String, BTreeSet<String>>) {
    inventory.format = sbom::Format::CycloneDxJson;
    let references: Vec<String> =
        inventory.components.iter().map(|component| component.reference.clone()).collect();
    let named = |indices: &[usize]| indices.iter().map(|index| references[*index].clone()).collect();
    let edges = inventory
        .components
        .iter()
        .map(|component| (component.reference.clone(), named(&component.depends_on)))
        .collect();
    inventory.subject = None;
    // The examples of the SPDX tools name their form in the namespace.
    if let Some(serial) =
        inventory.serial.as_mut().filter(|serial| serial.contains("/spdxdocs/spdx-example-"))
    {
        *serial = "http://spdx.org/spdxdocs/spdx-example".to_owned();
    }
    for component in &mut inventory.components {
        component.path.clear();
        component.depends_on.clear();
        component.hashes.sort_by(|a, b| (&a.algorithm, &a.value).cmp(&(&b.algorithm, &b.value)));
        component.cpes.sort_by_key(ToString::to_string);
        component.licenses = component.licenses.iter().map(|license| words(license)).collect();
    }
    inventory
        .components
        .sort_by(|a, b| (&a.reference, &a.name, &a.version).cmp(&(&b.reference, &b.name, &b.version)));
    inventory.provenance.authors.sort();
    inventory.provenance.tools.sort();
    inventory.provenance.contexts = inventory.provenance.contexts.iter().map(|text| words(text)).collect();
    (inventory, edges)
}

/// The words of a text in order: white space differs between forms, and licence sets have no order in RDF.
fn words(text: &str) -> String {
    let mut words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || "()".contains(c)).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.join(" ")
}

fn difference(left: Inventory, right: Inventory) -> Option<String> {
    let ((left, left_edges), (right, right_edges)) = (normal(left), normal(right));
    let of = |component: &Component| format!("{component:#?}");
    let pairs = left.components.iter().zip(&right.components);
    if let Some((a, b)) = pairs.clone().find(|(a, b)| a != b) {
        let (a, b) = (of(a), of(b));
        let (a, b): (Vec<_>, Vec<_>) = (a.lines().collect(), b.lines().collect());
        let only = |these: &[&str], those: &[&str]| {
            these
                .iter()
                .filter(|line| !those.contains(line))
                .map(|line| line.trim())
                .collect::<Vec<_>>()
                .join(" ")
        };
        return Some(format!(
            "{}: {} | {}",
            a.join(" ").chars().filter(|c| *c != ' ').skip(9).take(24).collect::<String>(),
            only(&a, &b),
            only(&b, &a)
        ));
    }
    if left.components.len() != right.components.len() {
        return Some(format!("{} and {} components", left.components.len(), right.components.len()));
    }
    if left_edges != right_edges {
        return Some(format!("{left_edges:?}\n  {right_edges:?}"));
    }
    let head = |inventory: &Inventory| {
        let Inventory { spec_version, serial, name, version, created, complete, provenance, .. } = inventory;
        format!("{spec_version:?} {serial:?} {name:?} {version:?} {created:?} {complete:?} {provenance:?}")
    };
    (head(&left) != head(&right)).then(|| format!("{}\n  {}", head(&left), head(&right)))
}

/// The stem that twins share.
fn stem(path: &str) -> String {
    let file = path.strip_suffix(".zst").unwrap_or(path).to_ascii_lowercase();
    let (folder, name) = file.rsplit_once('/').unwrap_or(("", &file));
    let folder = folder.strip_prefix("large/").unwrap_or(folder);
    let mut name = name.to_owned();
    for ending in [".yaml", ".yml", ".json", ".xml", ".rdf", ".spdx", ".rdf.xml"] {
        name = name.strip_suffix(ending).unwrap_or(&name).to_owned();
    }
    for ending in [".spdx", ".rdf"] {
        name = name.strip_suffix(ending).unwrap_or(&name).to_owned();
    }
    for word in ["spdxjson", "spdxtag", "spdxyaml", "spdxxml", "spdxrdf"] {
        name = name.replace(word, "spdx");
    }
    format!("{folder}/{}", name.replace("-v2", "-2"))
}

/// Pairs that are no twins, because the documents themselves say different things: the end of the XML one's path, and
/// what differs.
const WAIVED: &[(&str, &str)] = &[
    ("/cern-lhc-vdm-editor-e564943/bom.xml", "generated twice: serial number and time"),
    ("/juice-shop/v11.1.2/bom.xml.zst", "generated twice: serial number and time"),
    ("/proton-bridge/proton-bridge-v1.6.3.bom.xml.zst", "generated twice: serial number and time"),
    ("/proton-bridge/proton-bridge-v1.8.0.bom.xml.zst", "generated twice: serial number and time"),
    ("/protonmail-webclient-v4-0912dff/bom.xml.zst", "generated twice: serial number and time"),
    ("/dropwizard-1.3.15/bom.xml.zst", "one licence expression is in JSON only"),
    ("/keycloak-10.0.2/bom.xml.zst", "type of the described component"),
    ("/valid-external-reference-1.3.xml", "publisher is in JSON only"),
    ("/valid-external-reference-1.4.xml", "publisher is in JSON only"),
    ("/valid-external-reference-1.5.xml", "publisher is in JSON only"),
    ("/bom-1.4-bomlink.xml", "publisher is in JSON only"),
    ("/valid-service-1.2.xml", "publisher is in JSON only"),
    ("/valid-service-1.3.xml", "publisher is in JSON only"),
    ("/valid-service-1.4.xml", "publisher is in JSON only"),
    ("/valid-service-1.5.xml", "publisher is in JSON only"),
    ("/valid-machine-learning-1.5.xml.zst", "publisher is in XML only"),
    ("/valid-license-expression-1.2.xml", "type, package URL and hashes are in XML only"),
    ("/valid-license-expression-1.3.xml", "type, package URL and hashes are in XML only"),
    ("/valid-license-expression-1.4.xml", "type, package URL and hashes are in XML only"),
    ("/valid-license-expression-1.5.xml", "type, package URL and hashes are in XML only"),
    ("/valid-license-id-1.2.xml", "type, package URL and hashes are in XML only"),
    ("/valid-license-id-1.3.xml", "type, package URL and hashes are in XML only"),
    ("/valid-license-id-1.4.xml", "type, package URL and hashes are in XML only"),
    ("/valid-license-id-1.5.xml", "type, package URL and hashes are in XML only"),
    ("/valid-license-name-1.2.xml", "type, package URL and hashes are in XML only"),
    ("/valid-license-name-1.3.xml", "type, package URL and hashes are in XML only"),
    ("/valid-license-name-1.4.xml", "type, package URL and hashes are in XML only"),
    ("/valid-license-name-1.5.xml", "type, package URL and hashes are in XML only"),
    ("/valid-license-choice-1.7.xml", "package URL is in XML only"),
    ("/valid-bom-1.2.xml", "one component is in XML only"),
    ("/valid-bom-1.3.xml", "one component is in XML only"),
    ("/valid-bom-1.4.xml", "one component is in XML only"),
    ("/valid-bom-1.5.xml", "one component is in XML only"),
    ("/core-java/1.6/valid-bom-1.6.xml", "one component is in XML only"),
    ("/unit/cyclonedx/valid-bom-1.6.xml", "one component is in XML only"),
    ("/core-java/bom-1.2.xml", "one component is in XML only"),
    ("/core-java/bom-1.3.xml", "one component is in XML only"),
    ("/valid-component-ref-1.2.xml", "one component is in XML only"),
    ("/valid-component-ref-1.3.xml", "one component is in XML only"),
    ("/valid-component-ref-1.4.xml", "one component is in XML only"),
    ("/valid-component-ref-1.5.xml", "one component is in XML only"),
    ("/valid-dependency-1.2.xml", "name of a component"),
    ("/valid-dependency-1.3.xml", "name of a component"),
    ("/valid-dependency-1.4.xml", "name of a component"),
    ("/valid-dependency-1.5.xml", "name of a component"),
    ("/valid-compositions-1.3.xml", "version of a component"),
    ("/valid-compositions-1.4.xml", "version of a component"),
    ("/valid-compositions-1.5.xml", "version of a component"),
    ("/valid-component-external-with-version.xml", "version of a component"),
    ("/valid-cryptography-implementation-1.7.xml", "the described component is in XML only"),
    ("/valid-metadata-timestamp-1.2.xml", "the time"),
    ("/valid-metadata-timestamp-1.3.xml", "the time"),
    ("/valid-metadata-timestamp-1.4.xml", "the time"),
    ("/valid-metadata-timestamp-1.5.xml", "the time"),
    ("/valid-metadata-timestamp-1.6.xml", "the time, in another spelling"),
    ("/valid-metadata-timestamp-1.7.xml", "the time, in another spelling"),
    ("/regression/issue336.xml", "type of a component"),
    ("/regression/issue338-multiple-tools.xml", "versions of the tools are in XML only"),
    ("/regression/issue338-single-tool.xml", "version of the tool is in XML only"),
    ("/regression/issue492.xml", "names of the tools"),
    (
        "/regression/issue408.xml",
        "JSON writes licences without their `license` object, which cannot be told from nothing",
    ),
    (
        "/regression/issue408-1.5.xml",
        "JSON writes licences without their `license` object, which cannot be told from nothing",
    ),
];

#[test]
fn twins_of_the_corpus() {
    let Some(folder) = folder::folder() else { return };
    let mut groups: BTreeMap<String, Vec<(String, Inventory)>> = BTreeMap::new();
    for row in folder::rows(&folder) {
        if row.path.starts_with("hostile/")
            || !(row.format.starts_with("CycloneDX") || row.format.starts_with("SPDX"))
        {
            continue;
        }
        let Ok((inventory, _)) = sbom::read(&folder::bytes(Path::new(&folder), &row)) else {
            continue;
        };
        groups.entry(stem(&row.path)).or_default().push((row.path.clone(), inventory));
    }
    let (mut twins, mut failures) = (0, Vec::new());
    for group in groups.values() {
        let (first_path, first) = &group[0];
        for (path, other) in &group[1..] {
            if other.format == first.format || other.spec_version != first.spec_version {
                continue;
            }
            twins += 1;
            let waived = WAIVED.iter().any(|(waived, _)| path.ends_with(waived));
            match difference(first.clone(), other.clone()) {
                Some(difference) if !waived => {
                    failures.push(format!("{first_path} and {path}:\n  {difference}"));
                }
                None if waived => failures.push(format!("{path} is waived and equal")),
                _ => {}
            }
        }
    }
    println!("{twins} twins");
    assert!(failures.is_empty(), "{} of {twins} twins:\n{}", failures.len(), failures.join("\n"));
    assert!(twins > 100, "only {twins} twins were found");
}
