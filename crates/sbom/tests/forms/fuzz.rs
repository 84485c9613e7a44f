//! Fuzz targets as plain functions of bytes, one a form, driven on stable by the seeded mutator a fixed number of times.
//! Whatever is read must also be scored, compared and written without a panic.

use sbom::Target;

use crate::document::{
    CYCLONEDX_JSON, CYCLONEDX_XML, SPDX_JSON, SPDX_RDF, SPDX_TAG_VALUE, SPDX_XML, SPDX_YAML, SPDX3,
};
use crate::mutator::Mutator;

const RUNS: usize = 1_500;

/// The target: any bytes.
fn any(bytes: &[u8]) {
    let Ok((inventory, issues)) = sbom::read(bytes) else { return };
    assert!(issues.iter().all(|issue| !issue.text.is_empty()));
    let count = inventory.components.len();
    assert!(
        inventory.components.iter().flat_map(|component| &component.depends_on).all(|target| *target < count)
    );
    assert_eq!(sbom::difference(&inventory, &inventory), []);
    assert_eq!(sbom::score(&inventory).len(), 4);
    for target in Target::ALL {
        let written = sbom::export(&inventory, target, "2026-01-02T03:04:05Z");
        let (again, _) = sbom::read(written.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{written}"));
        assert_eq!(again.components.len(), count, "{written}");
    }
}

fn run(document: &str, target: fn(&[u8])) {
    target(document.as_bytes());
    let mut mutator = Mutator::new();
    for _ in 0..RUNS {
        target(&mutator.damaged(document.as_bytes()));
    }
}

#[test]
fn cyclonedx_json() {
    run(CYCLONEDX_JSON, any);
}

#[test]
fn cyclonedx_xml() {
    run(CYCLONEDX_XML, any);
}

#[test]
fn spdx_json() {
    run(SPDX_JSON, any);
}

#[test]
fn spdx_tag_value() {
    run(SPDX_TAG_VALUE, any);
}

#[test]
fn spdx_yaml() {
    run(SPDX_YAML, any);
}

#[test]
fn spdx_xml() {
    run(SPDX_XML, any);
}

#[test]
fn spdx_rdf() {
    run(SPDX_RDF, any);
}

#[test]
fn spdx_3() {
    run(SPDX3, any);
}

#[test]
fn packed() {
    let packed = zstd::encode_all(SPDX_JSON.as_bytes(), 1).expect("packs");
    let mut mutator = Mutator::new();
    for _ in 0..RUNS {
        any(&mutator.damaged(&packed));
    }
}
