//! Compressed and wrapped documents.

use std::io::Write as _;

use base64::Engine as _;
use sbom::{IssueCode, ReadError};

use crate::document::{ALL, CYCLONEDX_JSON, SPDX_TAG_VALUE};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("packs")
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("packs")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).expect("packs")
}

fn twice(bytes: &[u8]) -> Vec<u8> {
    gzip(&zstd(bytes))
}

fn envelope(payload: &[u8]) -> Vec<u8> {
    let payload = base64::engine::general_purpose::STANDARD.encode(payload);
    format!(r#"{{"payloadType":"application/vnd.in-toto+json","payload":"{payload}","signatures":[]}}"#)
        .into_bytes()
}

fn statement(predicate: &str) -> String {
    format!(
        r#"{{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"https://cyclonedx.org/bom","predicate":{predicate}}}"#
    )
}

#[test]
fn packed_documents_are_read_as_what_is_inside() {
    for (name, document) in ALL {
        let expected = sbom::read(document.as_bytes()).expect("readable");
        for pack in [gzip, bzip2, zstd, twice] {
            assert_eq!(sbom::read(&pack(document.as_bytes())).expect("readable"), expected, "{name}");
        }
    }
    // Several streams in one file, as parallel packers write.
    let (first, second) = CYCLONEDX_JSON.split_at(CYCLONEDX_JSON.len() / 2);
    let expected = sbom::read(CYCLONEDX_JSON.as_bytes()).expect("readable");
    for pack in [gzip, bzip2, zstd] {
        let streams = [pack(first.as_bytes()), pack(second.as_bytes())].concat();
        assert_eq!(sbom::read(&streams).expect("readable"), expected);
    }
}

#[test]
fn wrapped_documents_are_read_as_what_is_inside() {
    let (expected, _) = sbom::read(CYCLONEDX_JSON.as_bytes()).expect("readable");
    let (tagged, _) = sbom::read(SPDX_TAG_VALUE.as_bytes()).expect("readable");
    let text = serde_json::Value::from(SPDX_TAG_VALUE).to_string();
    for (bytes, expected) in [
        (statement(CYCLONEDX_JSON).into_bytes(), &expected),
        (envelope(statement(CYCLONEDX_JSON).as_bytes()), &expected),
        (envelope(CYCLONEDX_JSON.as_bytes()), &expected),
        (gzip(&envelope(statement(&format!(r#"{{"Data":{CYCLONEDX_JSON}}}"#)).as_bytes())), &expected),
        (envelope(statement(&format!(r#"{{"Data":{text}}}"#)).as_bytes()), &tagged),
    ] {
        let (inventory, issues) = sbom::read(&bytes).expect("readable");
        assert_eq!(inventory, *expected);
        let unwrapped = issues.iter().any(|issue| issue.code == IssueCode::Unwrapped);
        assert_eq!(unwrapped, bytes.starts_with(br#"{"payloadType"#) || bytes.starts_with(b"\x1f\x8b"));
    }
}

#[test]
fn wrapped_without_end() {
    let mut bytes = CYCLONEDX_JSON.as_bytes().to_vec();
    for _ in 0..6 {
        bytes = envelope(&bytes);
    }
    assert_eq!(sbom::read(&bytes), Err(ReadError::Packed { kind: "DSSE" }));
    let thrice = gzip(&gzip(&gzip(CYCLONEDX_JSON.as_bytes())));
    assert_eq!(sbom::read(&thrice), Err(ReadError::Packed { kind: "gzip" }));
}

#[test]
fn cut_short_and_damaged() {
    for pack in [gzip, bzip2, zstd] {
        let packed = pack(CYCLONEDX_JSON.as_bytes());
        let result = sbom::read(&packed[..packed.len() - 12]);
        assert!(matches!(result, Err(ReadError::Unpack { .. })), "{result:?}");
    }
}

#[test]
fn bombs() {
    // 80 MB of nothing in a few kilobytes.
    let nothing = vec![b' '; 80 << 20];
    for pack in [gzip, bzip2, zstd] {
        let result = sbom::read(&pack(&nothing));
        assert!(matches!(result, Err(ReadError::Expansion { .. })), "{result:?}");
    }
}
