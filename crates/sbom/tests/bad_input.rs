//! Documents that are refused as a whole, and documents made to exhaust the reader.
#![expect(clippy::panic, reason = "helpers of tests, outside of test functions")]

use sbom::{IssueCode, MAX_BYTES, ReadError};

fn refusal(bytes: &[u8]) -> ReadError {
    match sbom::read(bytes) {
        Err(error) => error,
        Ok((inventory, _)) => panic!("read {} components", inventory.components.len()),
    }
}

#[test]
fn what_is_refused_and_why() {
    let cases: &[(&[u8], &str)] = &[
        (b"", "the document is empty"),
        (b"\xef\xbb\xbf \n", "the document is empty"),
        (b"\x1f\x8b\x08\x00", "the gzip file does not unpack"),
        (b"BZh9", "the bzip2 file does not unpack"),
        (b"\xfd7zXZ\0", "the xz file does not unpack"),
        (b"\x28\xb5\x2f\xfd", "the zstd file does not unpack"),
        (b"PK\x03\x04", "this is a zip file; unpack it"),
        (
            b"{\"bomFormat\":\"CycloneDX\",\n\"components\":[{\"name\":",
            "broken JSON at line 2, column 22: the document ends too early",
        ),
        (b"{\"bomFormat\":\"CycloneDX\"} {}", "broken JSON at line 1, column 27: trailing characters"),
        (b"{\"bomFormat\" \"CycloneDX\"}", "broken JSON at line 1, column 14: expected `:`"),
        (b"[]", "not recognised as an SBOM (a JSON list)"),
        (b"{}", "not recognised as an SBOM (a JSON object of another kind)"),
        (b"<html><body>Log in</body></html>", "not recognised as an SBOM (a web page)"),
        (b"hello", "not recognised as an SBOM (text of another kind)"),
        (
            b"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"2.0\"}",
            "CycloneDX JSON of version \"2.0\" is not read",
        ),
        (b"{\"spdxVersion\":\"SPDX-1.2\"}", "SPDX JSON of version \"1.2\" is not read"),
        (
            b"{\"payloadType\":\"application/vnd.in-toto+json\"}",
            "broken JSON at line 1, column 46: missing field `payload`",
        ),
        (
            b"{\"payloadType\":\"x\",\"payload\":\"!\"}",
            "the DSSE file does not unpack (the payload is not base64",
        ),
        (b"{\"_type\":\"https://in-toto.io/Statement/v1\"}", "the document is empty"),
        (b"{\"_type\":\"s\",\"predicate\":{}}", "not recognised as an SBOM (a JSON object of another kind)"),
        (b"<bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\">\n<components", "broken XML at line 2, column"),
        (b"<bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\"></boom>", "broken XML at line 1, column"),
        (
            b"<bom xmlns=\"http://cyclonedx.org/schema/bom/2.0\"/>",
            "CycloneDX XML of version \"2.0\" is not read",
        ),
        (b"SPDXVersion: SPDX-1.2\n", "SPDX tag-value of version \"1.2\" is not read"),
        (b"---\nspdxVersion: SPDX-2.2\npackages: [", "broken YAML at line 4, column"),
        (
            b"{\"@context\":\"https://spdx.org/rdf/4.0/spdx-context.jsonld\",\"specVersion\":\"4.0\"}",
            "SPDX JSON-LD of version",
        ),
        (b"{\"artifacts\":[],\"schema\":{}}", "this is syft JSON, which is not read"),
    ];
    for (bytes, expected) in cases {
        let text = refusal(bytes).to_string();
        assert!(text.starts_with(expected), "{text:?} does not start with {expected:?}");
    }
}

#[test]
fn more_bytes_than_are_read() {
    // Untouched zero pages: the length is refused before a byte is looked at.
    let error = refusal(&vec![0; MAX_BYTES + 1]);
    assert_eq!(error, ReadError::TooLarge { bytes: MAX_BYTES + 1, limit: MAX_BYTES });
}

#[test]
fn components_nested_without_end() {
    let document =
        format!("{{\"bomFormat\":\"CycloneDX\",\"components\":[{}", "{\"components\":[".repeat(100_000));
    assert!(matches!(refusal(document.as_bytes()), ReadError::TooDeep { limit: 128, line: 1, .. }));
    // As deep as the limit allows, on the small stack of a test thread.
    let depth = 60;
    let document = format!(
        "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.4\",\"components\":[{}{}]}}",
        "{\"name\":\"a\",\"components\":[".repeat(depth),
        "]}".repeat(depth)
    );
    let (inventory, _) = sbom::read(document.as_bytes()).expect("within the limit");
    assert_eq!(inventory.components.len(), depth);
    // What is not read may be as deep as it likes: it is skipped without recursion.
    let document = format!(
        "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.4\",\"x\":{}{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(sbom::read(document.as_bytes()).is_ok());
}

/// A CycloneDX document of `count` components where number n depends on `targets(n)`.
fn chain(count: usize, targets: impl Fn(usize) -> Vec<usize>) -> String {
    use std::fmt::Write as _;
    let mut document =
        "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"metadata\":{\"component\":{\"bom-ref\":\"0\",\"name\":\"root\"}},\"components\":["
            .to_owned();
    for number in 1..count {
        let comma = if number > 1 { "," } else { "" };
        let _ = write!(
            document,
            "{comma}{{\"bom-ref\":\"{number}\",\"type\":\"library\",\"name\":\"n{number}\",\"version\":\"1\",\"purl\":\"pkg:npm/n{number}@1\"}}"
        );
    }
    document.push_str("],\"dependencies\":[");
    for number in 0..count {
        let comma = if number > 0 { "," } else { "" };
        let targets: Vec<String> = targets(number).iter().map(|target| format!("\"{target}\"")).collect();
        let _ = write!(document, "{comma}{{\"ref\":\"{number}\",\"dependsOn\":[{}]}}", targets.join(","));
    }
    document.push_str("]}");
    document
}

#[test]
fn one_long_chain_and_one_long_circle() {
    const COUNT: usize = 50_000;
    let (inventory, issues) =
        sbom::read(chain(COUNT, |number| vec![(number + 1).min(COUNT - 1)]).as_bytes()).expect("read");
    assert_eq!(inventory.components.len(), COUNT);
    let steps: usize = inventory.components.iter().map(|component| component.path.len()).sum();
    assert_eq!(steps, 64 * 65 / 2, "paths up to 64 components are kept, longer ones are not");
    assert!(issues.iter().any(|issue| issue.code == IssueCode::PathTooLong));

    let (inventory, issues) =
        sbom::read(chain(COUNT, |number| vec![(number + 1) % COUNT]).as_bytes()).expect("read");
    assert_eq!(inventory.components[inventory.subject.expect("root")].path.len(), 1);
    assert!(issues.iter().any(|issue| issue.code == IssueCode::DependencyCycle));
}

#[test]
fn everything_depends_on_everything() {
    const COUNT: usize = 300;
    let (inventory, issues) = sbom::read(chain(COUNT, |_| (0..COUNT).collect()).as_bytes()).expect("read");
    assert!(inventory.components.iter().all(|component| component.depends_on.len() == COUNT - 1));
    assert!(inventory.components.iter().all(|component| (1..=2).contains(&component.path.len())));
    assert!(issues.iter().any(|issue| issue.code == IssueCode::DependencyCycle));
}

#[test]
fn more_issues_than_are_listed() {
    let document = format!(
        "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":[{}{{}}]}}",
        "{},".repeat(4_999)
    );
    let (_, issues) = sbom::read(document.as_bytes()).expect("read");
    let listed = issues.iter().filter(|issue| issue.code == IssueCode::NameMissing).count();
    assert_eq!(listed, 1_000);
    let rest: Vec<_> = issues.iter().filter(|issue| issue.code == IssueCode::MoreOfTheSame).collect();
    assert!(rest.iter().any(|issue| issue.text.starts_with("4000 more of kind name_missing")), "{rest:?}");
}

#[test]
#[ignore = "takes half a minute and 1.5 GB: cargo test -p sbom --test bad_input -- --ignored"]
fn more_components_than_are_read() {
    let document = format!(
        "{{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":[{}{{}}]}}",
        "{},".repeat(sbom::MAX_COMPONENTS)
    );
    let expected = ReadError::TooManyComponents {
        limit: sbom::MAX_COMPONENTS,
        pointer: "/components/2000000".to_owned(),
    };
    assert_eq!(refusal(document.as_bytes()), expected);
}

#[test]
#[ignore = "a document of 250 MB: cargo test -p sbom --test bad_input -- --ignored"]
fn a_quarter_gigabyte() {
    let document = chain(1_600_000, |number| vec![number / 2, number / 3]);
    assert!(document.len() > 220_000_000, "{}", document.len());
    let (inventory, _) = sbom::read(document.as_bytes()).expect("read");
    assert_eq!(inventory.components.len(), 1_600_000);
}
