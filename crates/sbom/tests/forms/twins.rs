//! Each content in its forms gives one inventory, to the last field.

use sbom::{Completeness, Format, Inventory, Kind};

use crate::document::{
    ALL, CYCLONEDX_JSON, CYCLONEDX_XML, SPDX_JSON, SPDX_RDF, SPDX_TAG_VALUE, SPDX_XML, SPDX_YAML, SPDX3,
};

fn read(document: &str) -> Inventory {
    let (mut inventory, _) =
        sbom::read(document.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{document}"));
    // The one thing that only the form decides; and a text of several lines keeps its lines where the form has any.
    inventory.format = Format::CycloneDxJson;
    for context in &mut inventory.provenance.contexts {
        *context = context.replace('\n', " ");
    }
    inventory
}

#[test]
fn cyclonedx_in_two_forms() {
    let expected = read(CYCLONEDX_JSON);
    assert_eq!(read(CYCLONEDX_XML), expected);
    assert_eq!(expected.components.len(), 3);
    assert_eq!(expected.complete, Completeness::Complete);
    let ssl = &expected.components[0];
    assert_eq!(ssl.name, "libssl3 & more");
    assert_eq!((ssl.cpes.len(), ssl.support.ends.as_deref()), (2, Some("2030-01-01")));
    assert_eq!(expected.provenance.tools, ["Acme maker 2"]);
    // Their issues stand at the same places.
    let issues =
        |document: &str| sbom::read(document.as_bytes()).map(|(_, issues)| issues).unwrap_or_default();
    assert_eq!(issues(CYCLONEDX_XML), issues(CYCLONEDX_JSON));
}

#[test]
fn spdx_2_in_five_forms() {
    let expected = read(SPDX_JSON);
    for form in [SPDX_TAG_VALUE, SPDX_YAML, SPDX_XML, SPDX_RDF] {
        assert_eq!(read(form), expected);
    }
    assert_eq!(expected.components[0].version.as_deref(), Some("4.10"));
    assert_eq!(expected.components[1].path, [0, 1]);
    assert_eq!(expected.components[1].licenses, ["(ISC OR MIT)"]);
    assert_eq!(expected.complete, Completeness::Unknown);
    assert_eq!(
        (expected.provenance.authors[0].as_str(), expected.provenance.tools[0].as_str()),
        ("Acme", "maker-2")
    );
}

#[test]
fn spdx_3() {
    let inventory = read(SPDX3);
    assert_eq!((inventory.name.as_deref(), inventory.version.as_deref()), (Some("Pump"), Some("4.10")));
    assert_eq!(
        (inventory.spec_version.as_str(), inventory.serial.as_deref()),
        ("3.0.1", Some("https://example.com/1"))
    );
    assert_eq!((inventory.subject, inventory.complete), (Some(0), Completeness::Incomplete));
    let a = &inventory.components[1];
    assert_eq!(
        (a.kind, a.path.as_slice(), a.supplier.as_deref()),
        (Kind::Unknown, &[0, 1][..], Some("Acme"))
    );
    assert_eq!((a.licenses.as_slice(), a.cpes.len(), a.purl.is_some()), (&["MIT".to_owned()][..], 1, true));
    assert_eq!(
        (a.hashes[0].algorithm.as_str(), a.support.level.as_deref()),
        ("SHA-256", Some("limitedSupport"))
    );
    assert_eq!(
        (inventory.provenance.authors.as_slice(), inventory.provenance.contexts.as_slice()),
        (&["Acme".to_owned()][..], &["build".to_owned()][..])
    );
}

#[test]
fn every_form_is_told_by_its_content() {
    for (name, document) in ALL {
        let (inventory, _) =
            sbom::read(document.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(inventory.format.as_str(), name);
        // With a byte order mark, and as UTF-16.
        let marked = [b"\xef\xbb\xbf", document.as_bytes()].concat();
        let wide: Vec<u8> =
            [0xFEFF].into_iter().chain(document.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for bytes in [marked, wide] {
            assert_eq!(sbom::read(&bytes).expect("readable").0, inventory, "{name}");
        }
    }
}
