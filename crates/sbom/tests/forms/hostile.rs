//! Documents made to exhaust each reader: a clear refusal or a listed issue, in bounded memory.

use sbom::{Inventory, Issue, IssueCode, ReadError};

fn read(document: &str) -> Result<(Inventory, Vec<Issue>), ReadError> {
    sbom::read(document.as_bytes())
}

fn has(issues: &[Issue], code: IssueCode) -> bool {
    issues.iter().any(|issue| issue.code == code)
}

const BOM: &str = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.5">"#;

#[test]
fn xml_entities_are_never_expanded() {
    let laughs: String = (1..30).map(|n| format!("<!ENTITY l{n} \"&l{};&l{};\">", n - 1, n - 1)).collect();
    let document = format!(
        "<!DOCTYPE bom [<!ENTITY l0 \"lol\">{laughs}<!ENTITY f SYSTEM \"file:///etc/passwd\">]>{BOM}<components>\
         <component type=\"library\" bom-ref=\"&f;\"><name>&l29;&f;</name></component></components></bom>"
    );
    let (inventory, issues) = read(&document).expect("read without its entities");
    assert_eq!(inventory.components[0].name, "\u{FFFD}\u{FFFD}");
    assert_eq!(inventory.components[0].reference, "\u{FFFD}");
    assert!(has(&issues, IssueCode::DocumentType) && has(&issues, IssueCode::EntityUnknown));
}

#[test]
fn xml_attributes_without_end() {
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=\"x\"")).collect();
    let document = format!(
        "{BOM}<components><component type=\"library\"{attributes}><name>a</name></component></components></bom>"
    );
    let (inventory, issues) = read(&document).expect("read");
    assert_eq!(inventory.components.len(), 1);
    assert!(has(&issues, IssueCode::NotKept));
    let bindings: String = (0..100_000).map(|n| format!(" xmlns:a{n}=\"x\"")).collect();
    let document = format!(
        "{BOM}<components><component type=\"library\"{bindings}><name>a</name></component></components></bom>"
    );
    assert!(matches!(read(&document), Err(ReadError::Xml { .. })));
}

#[test]
fn xml_references_without_end() {
    // Each would be searched for its end to the end of the text, were it not known that there is none.
    let text = "&".repeat(3_000_000);
    let document = format!(
        "{BOM}<components><component type=\"library\" bom-ref=\"{text}\"><name>a</name></component></components></bom>"
    );
    let (inventory, _) = read(&document).expect("read");
    assert_eq!(inventory.components[0].reference, text);
}

#[test]
fn xml_nested_without_end() {
    let nested = "<component type=\"library\"><name>a</name><components>".repeat(100_000);
    assert!(matches!(
        read(&format!("{BOM}<components>{nested}")),
        Err(ReadError::TooDeep { limit: 128, .. })
    ));
    let nested = "<packages>".repeat(100_000);
    let document = format!("<Document><SPDXID>SPDXRef-DOCUMENT</SPDXID>{nested}");
    assert!(matches!(read(&document), Err(ReadError::TooDeep { limit: 128, .. })));
    let head = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://spdx.org/rdf/terms#">"#;
    let document = format!("{head}{}", "<Package><relationship>".repeat(100_000));
    assert!(matches!(read(&document), Err(ReadError::TooDeep { limit: 8_192, .. })));
    // Deep as a real chain of relationships may be, on the small stack of a test thread.
    let document = format!(
        "{head}{}{}</rdf:RDF>",
        "<Package><relationship>".repeat(4_000),
        "</relationship></Package>".repeat(4_000)
    );
    assert_eq!(read(&document).expect("read").0.components.len(), 4_000);
}

#[test]
fn rdf_licences_in_circles() {
    let document = r##"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://spdx.org/rdf/terms#">
        <Package rdf:about="d#SPDXRef-a"><name>a</name><licenseDeclared rdf:nodeID="l"/></Package>
        <ConjunctiveLicenseSet rdf:nodeID="l"><member rdf:nodeID="l"/><member rdf:nodeID="l"/></ConjunctiveLicenseSet></rdf:RDF>"##;
    let (inventory, _) = read(document).expect("read");
    assert!(inventory.components[0].licenses[0].len() < 10_000);
}

#[test]
fn yaml_aliases_are_bounded() {
    let laughs: String = (1..30)
        .map(|n| format!("l{n}: &l{n} [*l{p}, *l{p}, *l{p}, *l{p}, *l{p}, *l{p}, *l{p}, *l{p}]\n", p = n - 1))
        .collect();
    let document = format!("spdxVersion: SPDX-2.3\nl0: &l0 [lol]\n{laughs}");
    assert!(matches!(read(&document), Err(ReadError::Expansion { what: "YAML anchors and aliases", .. })));
    // One long text, named over and over.
    let long = "x".repeat(1 << 20);
    let document = format!("spdxVersion: SPDX-2.3\nx: &x \"{long}\"\ny: [{}]\n", "*x, ".repeat(1_000));
    assert!(matches!(read(&document), Err(ReadError::Expansion { .. })));
    assert!(matches!(read("spdxVersion: SPDX-2.3\na: &a [*a]\n"), Err(ReadError::Yaml { .. })));
    let document = "spdxVersion: SPDX-2.3\npackages:\n- &p {name: a, SPDXID: SPDXRef-a}\n- *p\n";
    assert_eq!(read(document).expect("an honest alias is read").0.components.len(), 2);
}

#[test]
fn yaml_nested_without_end() {
    for open in ["[", "{a: ", "- "] {
        let document = format!("spdxVersion: SPDX-2.3\nx:\n  {}", open.repeat(50_000));
        let result = read(&document);
        assert!(matches!(result, Err(ReadError::TooDeep { .. } | ReadError::Yaml { .. })), "{result:?}");
    }
}

#[test]
fn json_ld_in_circles() {
    let document = r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
        {"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"x","createdBy":["a"]},
        {"type":"software_Package","spdxId":"a","name":"a","suppliedBy":"a","creationInfo":"_:c"},
        {"type":"software_Package","spdxId":"b","name":"b","suppliedBy":"a"},
        {"type":"Relationship","spdxId":"r","from":"a","relationshipType":"contains","to":["b","r","a"]},
        {"type":"Relationship","spdxId":"q","from":"b","relationshipType":"contains","to":["a"]},
        {"type":"software_Sbom","spdxId":"s","rootElement":["s","a"]}]}"#;
    let (inventory, issues) = read(document).expect("read");
    assert_eq!((inventory.components.len(), inventory.subject), (2, Some(0)));
    assert!(has(&issues, IssueCode::DependencyCycle));
    let nested = format!(
        "{{\"@context\":\"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\",\"@graph\":[{{\"type\":\"Relationship\",\"from\":{}",
        "{\"createdBy\":".repeat(100_000)
    );
    assert!(matches!(read(&nested), Err(ReadError::TooDeep { .. })));
}

#[test]
fn tag_value_texts_without_end() {
    // Each would be searched for to the end of the document, were it not remembered that there is none.
    let document = format!("SPDXVersion: SPDX-2.3\n{}", "PackageComment: <text>x\n".repeat(200_000));
    let (_, issues) = read(&document).expect("read");
    assert!(has(&issues, IssueCode::LineUnreadable));
}

#[test]
fn hand_written_tag_value() {
    let document = "SPDXVersion: SPDX-2.1\nSPDXID: SPDXRef-pump\nDocumentName: pump\n\nPackageName: pump\nSPDXID: SPDXRef-pump\n\
        Relationship: SPDXRef-pump\nPackageName: alsa\nSPDXID: SPDXRef-alsa\nPackageVersion:  1.1\nPackageVersion:  1.2\n\
        Relationship: SPDXRef-pump contains SPDXID: SPDXRef-alsa\nno tag here\nExternalRef: SECURITY cpe23Type\n\
        ExternalRef: SECURITY cpe23Type cpe:2.3:a:alsa:alsa utils:1.2:*:*:*:*:*:*:*\nPackageChecksum: none\n";
    let (inventory, issues) = read(document).expect("read");
    assert_eq!(inventory.components.len(), 2);
    assert_eq!(inventory.components[1].version.as_deref(), Some("1.2"));
    assert_eq!(issues.iter().filter(|issue| issue.code == IssueCode::LineUnreadable).count(), 4);
    assert!(has(&issues, IssueCode::DuplicateKey));
    // The document took the id of its product.
    assert!(has(&issues, IssueCode::DuplicateReference));
    assert_eq!((inventory.subject, inventory.components[1].path.as_slice()), (Some(0), &[0, 1][..]));
    let line = issues.iter().find(|issue| issue.text.contains("no tag here"));
    assert!(line.is_some_and(|issue| issue.text.starts_with("line 13 ")), "{issues:?}");
}

#[test]
#[ignore = "a document of 250 MB in each form: cargo test -p sbom --release --test forms -- --ignored"]
fn a_quarter_gigabyte_in_each_form() {
    const COUNT: usize = 1_500_000;
    let xml: String = (0..COUNT)
        .map(|n| format!("<component type=\"library\" bom-ref=\"{n}\"><name>n{n}</name><version>1</version><purl>pkg:npm/n{n}@1</purl><description>a component of a large document</description></component>\n"))
        .collect();
    let tag: String = (0..COUNT)
        .map(|n| format!("PackageName: n{n}\nSPDXID: SPDXRef-{n}\nPackageVersion: 1\nExternalRef: PACKAGE-MANAGER purl pkg:npm/n{n}@1\nPackageDownloadLocation: NOASSERTION\nRelationship: SPDXRef-0 CONTAINS SPDXRef-{n}\n"))
        .collect();
    let yaml: String = (0..COUNT)
        .map(|n| format!("- name: n{n}\n  SPDXID: SPDXRef-{n}\n  versionInfo: 1\n  downloadLocation: NOASSERTION\n  externalRefs:\n  - {{referenceType: purl, referenceLocator: pkg:npm/n{n}@1}}\n"))
        .collect();
    for document in [
        format!("{BOM}<components>{xml}</components></bom>"),
        format!("SPDXVersion: SPDX-2.3\n{tag}"),
        format!("spdxVersion: SPDX-2.3\npackages:\n{yaml}"),
    ] {
        assert!(document.len() > 200_000_000, "{}", document.len());
        assert_eq!(read(&document).expect("read").0.components.len(), COUNT);
    }
}

const GRAPH: &str = r#"{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":["#;

#[test]
fn spdx_3_of_elements_elsewhere() {
    let document = format!(
        r#"{GRAPH}{{"type":"SpdxDocument","spdxId":"urn:d","import":[{{"type":"ExternalMap","externalSpdxId":"urn:far"}}]}},
        {{"type":"software_Package","spdxId":"urn:p","name":"p"}},{{"type":"Relationship","spdxId":"urn:r","from":"urn:p","relationshipType":"dependsOn","to":["urn:far","urn:r","urn:gone"]}}]}}"#
    );
    let (_, issues) = read(&document).expect("read");
    let told: Vec<_> = issues
        .iter()
        .filter(|issue| matches!(issue.code, IssueCode::ExternalReference | IssueCode::DanglingDependency))
        .map(|issue| (issue.pointer.as_str(), issue.text.split(',').next().unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [
            ("/@graph/0", "the document leans on 1 elements of other documents"),
            ("/@graph/2", "\"urn:far\" stands in another document"),
            ("/@graph/2", "no element has the id \"urn:gone\""),
        ]
    );
}

#[test]
#[ignore = "documents of 250 MB: cargo test -p sbom --release --test forms -- --ignored"]
fn spdx_3_elements_without_end() {
    // What says nothing costs nothing.
    let document = format!("{GRAPH}{}{{}}]}}", "{},".repeat(2_000_000));
    assert_eq!(read(&document).expect("read").0.components.len(), 0);
}

#[test]
#[ignore = "documents of 250 MB: cargo test -p sbom --release --test forms -- --ignored"]
fn spdx_3_packages_without_end() {
    let package = format!(r#"{{"type":"software_Package","name":"{}"}}"#, "n".repeat(90));
    let document = format!("{GRAPH}{}{package}]}}", format!("{package},").repeat(sbom::MAX_COMPONENTS));
    assert!(document.len() > 250_000_000, "{}", document.len());
    let expected =
        ReadError::TooManyComponents { limit: sbom::MAX_COMPONENTS, pointer: "/@graph/2000000".to_owned() };
    assert_eq!(read(&document).err(), Some(expected));
}

#[test]
#[ignore = "holds 1 GiB: cargo test -p sbom --release --test forms -- --ignored"]
fn list_elements_without_end() {
    let many = "{},".repeat(13_000_000);
    for document in [
        format!(r#"{{"bomFormat":"CycloneDX","components":[{{"components":[{many}{{}}]}}]}}"#),
        format!(r#"{{"bomFormat":"CycloneDX","dependencies":[{many}{{}}]}}"#),
        format!(r#"{{"spdxVersion":"SPDX-2.3","relationships":[{many}{{}}]}}"#),
    ] {
        let refused = read(&document).err();
        assert!(
            matches!(refused, Some(ReadError::TooManyElements { limit: sbom::MAX_LIST_BYTES, .. })),
            "{refused:?}"
        );
    }
}

#[test]
#[ignore = "a document of 250 MB: cargo test -p sbom --release --test forms -- --ignored"]
fn a_quarter_gigabyte_of_rdf() {
    const COUNT: usize = 800_000;
    let packages: String = (0..COUNT)
        .map(|n| format!("<spdx:Package rdf:about=\"https://example.com/1#SPDXRef-{n}\"><spdx:name>n{n}</spdx:name><spdx:versionInfo>1</spdx:versionInfo><spdx:externalRef><spdx:ExternalRef><spdx:referenceType rdf:resource=\"http://spdx.org/rdf/references/purl\"/><spdx:referenceLocator>pkg:npm/n{n}@1</spdx:referenceLocator></spdx:ExternalRef></spdx:externalRef></spdx:Package>\n"))
        .collect();
    let document = format!(
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:spdx=\"http://spdx.org/rdf/terms#\"><spdx:SpdxDocument rdf:about=\"https://example.com/1#SPDXRef-DOCUMENT\"><spdx:specVersion>SPDX-2.3</spdx:specVersion></spdx:SpdxDocument>{packages}</rdf:RDF>"
    );
    assert!(document.len() > 220_000_000, "{}", document.len());
    assert_eq!(read(&document).expect("read").0.components.len(), COUNT);
}

#[test]
#[ignore = "a document of 250 MB: cargo test -p sbom --release --test forms -- --ignored"]
fn a_quarter_gigabyte_of_spdx_3() {
    const COUNT: usize = 850_000;
    let elements: String = (0..COUNT)
        .map(|n| format!("{{\"type\":\"software_Package\",\"spdxId\":\"https://example.com/1#{n}\",\"name\":\"n{n}\",\"software_packageVersion\":\"1\",\"software_packageUrl\":\"pkg:npm/n{n}@1\"}},\n{{\"type\":\"Relationship\",\"from\":\"https://example.com/1#0\",\"relationshipType\":\"contains\",\"to\":[\"https://example.com/1#{n}\"]}},\n"))
        .collect();
    let document = format!("{GRAPH}{elements}{{}}]}}");
    assert!(document.len() > 220_000_000, "{}", document.len());
    assert_eq!(read(&document).expect("read").0.components.len(), COUNT);
}
