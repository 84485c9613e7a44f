//! What is written again: valid by structure, the same bytes every time, and read back as what was written, as far as
//! the target can say it.
#![expect(clippy::panic, reason = "helpers of tests, outside of test functions")]

use std::collections::BTreeSet;

use sbom::{Completeness, Component, Inventory, IssueCode, Kind, TOOL, Target};

const MADE: &str = "2026-01-02T03:04:05Z";

fn read(text: &str) -> Inventory {
    let (inventory, issues) = sbom::read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let lost =
        [IssueCode::WrongType, IssueCode::Coerced, IssueCode::SpecVersion, IssueCode::DanglingDependency];
    let lost: Vec<_> = issues.iter().filter(|issue| lost.contains(&issue.code)).collect();
    assert!(lost.is_empty(), "{lost:?}\n{text}");
    inventory
}

/// Components with their edges and the subject by name, in the order of their references.
fn content(inventory: &Inventory) -> Vec<(Component, BTreeSet<String>, bool)> {
    let key =
        |component: &Component| format!("{} {} {:?}", component.reference, component.name, component.version);
    let names: Vec<String> = inventory.components.iter().map(key).collect();
    let mut content: Vec<_> = inventory
        .components
        .iter()
        .enumerate()
        .map(|(index, component)| {
            let edges = component.depends_on.iter().map(|target| names[*target].clone()).collect();
            let mut component = component.clone();
            (component.path, component.depends_on) = (Vec::new(), Vec::new());
            (component, edges, inventory.subject == Some(index))
        })
        .collect();
    content.sort_by_key(|(component, _, _)| key(component));
    content
}

/// What a target cannot say, taken out of what is compared.
fn as_carried(inventory: &Inventory, target: Target) -> Inventory {
    let mut carried = inventory.clone();
    for component in &mut carried.components {
        if target == Target::Spdx23 {
            component.group = None;
            component.pedigree_patched.clear();
            component.support.level = None;
            if matches!(component.kind, Kind::Driver | Kind::Platform | Kind::Data) {
                component.kind = Kind::Other;
            }
            if let Some(tag) = component.properties.remove("swid:tagId") {
                component.properties.insert("spdx:swid".to_owned(), tag);
            }
            component.properties.retain(|name, _| {
                name.starts_with("spdx:") || name.ends_with(":unparsed") || name.ends_with(":further")
            });
        } else if matches!(component.kind, Kind::Other | Kind::Unknown) {
            component.kind = Kind::Application;
        }
    }
    carried
}

/// A document of our own that fills every field that an inventory has.
fn full() -> Inventory {
    read(
        r#"{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "metadata":{"timestamp":"2026-01-02T03:04:05Z","authors":[{"name":"Acme"}],"tools":{"components":[{"type":"application","name":"maker","version":"2"}]},
          "lifecycles":[{"phase":"build"}],"component":{"bom-ref":"SPDXRef-pump","type":"device","name":"Pump","version":"4.2","cpe":"cpe:2.3:h:acme:pump:4.2:*:*:*:*:*:*:*"}},
        "components":[
          {"bom-ref":"SPDXRef-os","type":"operating-system","name":"debian","version":"12","swid":{"tagId":"debian-12","name":"debian"},"purl":"pkg:generic/debian@12"},
          {"bom-ref":"SPDXRef-ssl","type":"library","name":"libssl3","version":"3.0.11-1","purl":"pkg:deb/debian/libssl3@3.0.11-1?upstream=openssl%403.0.11-1",
           "cpe":"cpe:2.3:a:openssl:openssl:3.0.11:*:*:*:*:*:*:*","supplier":{"name":"Debian"},
           "hashes":[{"alg":"SHA-256","content":"11b6d3ee554eedf79299905a98f9b9a04e498210b59f15094c916c91d150efcd"}],
           "licenses":[{"expression":"MIT OR ISC"}],
           "evidence":{"identity":[{"field":"cpe","concludedValue":"cpe:2.3:a:openssl:libssl:3.0.11:*:*:*:*:*:*:*"},{"field":"purl","concludedValue":"pkg:generic/openssl@3.0.11"},{"field":"cpe","concludedValue":"no cpe"}]},
           "pedigree":{"patches":[{"type":"backport","resolves":[{"type":"security","id":"CVE-2024-0001"}]}]},
           "properties":[{"name":"cle:supportLevel","value":"security fixes"},{"name":"cdx:lifecycle:milestone:endOfSupport","value":"2028-06-30T00:00:00Z"},{"name":"syft:package:type","value":"deb"}]},
          {"bom-ref":"SPDXRef-kernel","type":"device-driver","name":"driver","version":"1","purl":"pkg:generic/driver@1","licenses":[{"license":{"name":"Acme Licence, version 2"}}]}],
        "dependencies":[{"ref":"SPDXRef-pump","dependsOn":["SPDXRef-os","SPDXRef-kernel"]},{"ref":"SPDXRef-os","dependsOn":["SPDXRef-ssl"]}],
        "compositions":[{"aggregate":"unknown"}]}"#,
    )
}

#[test]
fn what_is_written_is_read_back() {
    let inventory = full();
    assert_eq!(inventory.complete, Completeness::Unknown);
    for target in Target::ALL {
        let text = sbom::export(&inventory, target, MADE);
        assert_eq!(text, sbom::export(&inventory, target, MADE), "the same bytes every time");
        let again = read(&text);
        let mut expected = as_carried(&inventory, target);
        if target == Target::Spdx23 {
            for component in &mut expected.components {
                // A name that is no expression becomes a reference to the text beside it.
                if component.reference == "SPDXRef-kernel" {
                    component.licenses = vec!["LicenseRef-1".to_owned()];
                }
            }
        }
        for (left, right) in content(&again).iter().zip(&content(&expected)) {
            assert_eq!(left, right, "{}", target.as_str());
        }
        assert_eq!(again.components.len(), expected.components.len());
        assert_eq!(
            (&again.serial, &again.name, &again.version, &again.created, again.complete),
            (&expected.serial, &expected.name, &expected.version, &expected.created, expected.complete)
        );
        assert_eq!(again.provenance.authors, ["Acme"]);
        assert_eq!(again.provenance.tools, ["maker 2", TOOL]);
        assert_eq!(again.provenance.contexts, ["build"]);
        // Writing what was read back changes nothing any more.
        let twice = sbom::export(&again, target, MADE);
        assert_eq!(content(&read(&twice)), content(&again), "{}", target.as_str());
    }
}

#[test]
fn what_a_document_lacks() {
    let bare = read(
        r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"a"},{"type":"library"}]}"#,
    );
    for target in Target::ALL {
        let text = sbom::export(&bare, target, MADE);
        let again = read(&text);
        assert_eq!(again.created.as_deref(), Some(MADE));
        assert!(again.serial.as_deref().is_some_and(|serial| serial.starts_with("urn:uuid:")), "{text}");
        assert_eq!(again.components.len(), 2);
        assert!(again.components.iter().all(|component| !component.reference.is_empty()));
    }
    // Another content has another id.
    let other = read(
        r#"{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"b"},{"type":"library"}]}"#,
    );
    let serial = |inventory: &Inventory| read(&sbom::export(inventory, Target::CycloneDx17, MADE)).serial;
    assert_ne!(serial(&bare), serial(&other));
}
