//! Small documents of our own: what each format version yields, and what each loss is called and where it points.
#![expect(clippy::panic, reason = "helpers of tests, outside of test functions")]

use sbom::{Completeness, Component, Format, Inventory, Issue, IssueCode, Kind, ReadError};

fn read(document: &str) -> (Inventory, Vec<Issue>) {
    sbom::read(document.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{document}"))
}

fn component<'a>(inventory: &'a Inventory, reference: &str) -> &'a Component {
    let found = inventory.components.iter().find(|component| component.reference == reference);
    found.unwrap_or_else(|| panic!("no component {reference}"))
}

/// A CycloneDX document with these further members.
fn cyclonedx(members: &str) -> String {
    format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6",{members}}}"#)
}

/// A CycloneDX document with one component that is complete but for `fields`.
fn one(fields: &str) -> String {
    cyclonedx(&format!(
        r#""metadata":{{"component":{{"bom-ref":"pump","type":"device","name":"Pump"}}}},
           "components":[{{"bom-ref":"a","type":"library","name":"a","version":"1","purl":"pkg:npm/a@1",{fields}}}]"#
    ))
}

/// An SPDX document with these further members.
fn spdx(members: &str) -> String {
    format!(
        r#"{{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"pump","documentDescribes":["SPDXRef-P"],{members}}}"#
    )
}

#[test]
fn a_full_cyclonedx_document_of_each_version() {
    for version in ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"] {
        let (inventory, issues) = read(&format!(
            r#"{{"$schema":"http://cyclonedx.org/schema/bom-{version}.schema.json","bomFormat":"CycloneDX",
            "specVersion":"{version}","serialNumber":"urn:uuid:1","version":1,
            "metadata":{{"timestamp":"2026-01-02T03:04:05Z","component":{{"bom-ref":"pump","type":"device","name":"Pump","version":"4.2"}}}},
            "components":[
             {{"bom-ref":"os","type":"operating-system","name":"debian","version":"12","cpe":"cpe:2.3:o:debian:debian_linux:12:*:*:*:*:*:*:*",
               "properties":[{{"name":"syft:distro:id","value":"debian"}},{{"name":"other","value":"x"}}]}},
             {{"bom-ref":"ssl","type":"library","group":"g","name":"libssl3","version":"3.0.11-1","purl":"pkg:deb/debian/libssl3@3.0.11-1?upstream=openssl%403.0.11-1",
               "supplier":{{"name":"Debian"}},"hashes":[{{"alg":"SHA-256","content":"ABCD"}}],
               "licenses":[{{"license":{{"id":"MIT"}}}},{{"expression":"MIT OR ISC"}}],
               "pedigree":{{"patches":[{{"type":"backport","resolves":[{{"type":"security","id":"cve-2024-0001"}},{{"type":"defect","id":"42"}}]}}]}},
               "components":[{{"bom-ref":"inner","type":"firmware","name":"inner","version":"1","purl":"pkg:generic/inner@1"}}]}}],
            "dependencies":[{{"ref":"pump","dependsOn":["os","ssl"]}},{{"ref":"os","dependsOn":["ssl"]}}],
            "compositions":[{{"aggregate":"complete","assemblies":["pump"]}}]}}"#
        ));
        assert_eq!(inventory.format, Format::CycloneDxJson);
        assert_eq!(inventory.spec_version, version);
        assert_eq!(inventory.serial.as_deref(), Some("urn:uuid:1"));
        assert_eq!((inventory.name.as_deref(), inventory.version.as_deref()), (Some("Pump"), Some("4.2")));
        assert_eq!(inventory.created.as_deref(), Some("2026-01-02T03:04:05Z"));
        assert_eq!(inventory.complete, Completeness::Complete);
        let pump = inventory.subject.expect("the pump is described");
        assert_eq!(inventory.components[pump].kind, Kind::Device);
        let os = component(&inventory, "os");
        assert_eq!(
            (os.kind, os.name.as_str(), os.version.as_deref()),
            (Kind::OperatingSystem, "debian", Some("12"))
        );
        assert_eq!((os.cpes.len(), os.properties.len()), (1, 1));
        let ssl = component(&inventory, "ssl");
        assert_eq!(ssl.source_package, Some(("openssl".to_owned(), Some("3.0.11-1".to_owned()))));
        assert_eq!(ssl.purl.as_ref().map(|purl| purl.name.as_str()), Some("libssl3"));
        assert_eq!((ssl.hashes[0].algorithm.as_str(), ssl.hashes[0].value.as_str()), ("SHA-256", "abcd"));
        assert_eq!(ssl.licenses, ["MIT", "MIT OR ISC"]);
        assert_eq!(ssl.pedigree_patched, ["CVE-2024-0001"]);
        assert_eq!(ssl.path, [pump, 1]);
        assert_eq!(component(&inventory, "inner").path, [pump, 1, 2]);
        let codes: Vec<_> = issues.iter().map(|issue| issue.code).collect();
        assert_eq!(codes, [IssueCode::NoIdentity], "the pump itself has neither package URL nor CPE");
    }
}

#[test]
fn a_full_spdx_document_of_each_version() {
    for version in ["2.2", "2.3"] {
        let (inventory, issues) = read(&format!(
            r#"{{"SPDXID":"SPDXRef-DOCUMENT","spdxVersion":"SPDX-{version}","name":"doc","documentNamespace":"https://example.com/1",
            "creationInfo":{{"created":"2026-01-02T03:04:05Z"}},
            "packages":[
             {{"SPDXID":"SPDXRef-P","name":"Pump","versionInfo":"4.2","primaryPackagePurpose":"DEVICE","externalRefs":[{{"referenceCategory":"SECURITY","referenceType":"cpe22Type","referenceLocator":"cpe:/h:acme:pump:4.2"}}]}},
             {{"SPDXID":"SPDXRef-O","name":"debian","versionInfo":"12","primaryPackagePurpose":"OPERATING-SYSTEM","externalRefs":[{{"referenceCategory":"SECURITY","referenceType":"http://spdx.org/rdf/references/cpe23Type","referenceLocator":"cpe:2.3:o:debian:debian_linux:12:*:*:*:*:*:*:*"}}]}},
             {{"SPDXID":"SPDXRef-A","name":"a","versionInfo":"1","supplier":"Organization: Acme (a@example.com)","licenseConcluded":"NOASSERTION","licenseDeclared":"MIT",
               "checksums":[{{"algorithm":"SHA256","checksumValue":"AB"}}],"sourceInfo":"built package from: asrc 1-2",
               "externalRefs":[{{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:deb/debian/a@1"}}]}}],
            "relationships":[
             {{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-P"}},
             {{"spdxElementId":"SPDXRef-O","relationshipType":"DEPENDENCY_OF","relatedSpdxElement":"SPDXRef-P"}},
             {{"spdxElementId":"SPDXRef-O","relationshipType":"CONTAINS","relatedSpdxElement":"SPDXRef-A"}},
             {{"spdxElementId":"SPDXRef-A","relationshipType":"DEPENDS_ON","relatedSpdxElement":"NOASSERTION"}}]}}"#
        ));
        assert_eq!((inventory.format, inventory.spec_version.as_str()), (Format::SpdxJson, version));
        assert_eq!(inventory.serial.as_deref(), Some("https://example.com/1"));
        assert_eq!((inventory.name.as_deref(), inventory.version.as_deref()), (Some("Pump"), Some("4.2")));
        assert_eq!((inventory.subject, inventory.complete), (Some(0), Completeness::Unknown));
        assert_eq!(component(&inventory, "SPDXRef-O").kind, Kind::OperatingSystem);
        let a = component(&inventory, "SPDXRef-A");
        assert_eq!(a.path, [0, 1, 2]);
        assert_eq!(a.supplier.as_deref(), Some("Acme (a@example.com)"));
        assert_eq!(a.licenses, ["MIT"]);
        assert_eq!(a.hashes[0].algorithm, "SHA-256");
        assert_eq!(a.source_package, Some(("asrc".to_owned(), Some("1-2".to_owned()))));
        assert_eq!(issues, []);
    }
}

#[test]
fn the_relationships_that_say_what_is_inside_what() {
    let check = |kind: &str, down: bool, up: bool| {
        let (inventory, _) = read(&spdx(&format!(
            r#""packages":[{{"SPDXID":"SPDXRef-P","name":"p"}},{{"SPDXID":"SPDXRef-A","name":"a"}}],
            "relationships":[{{"spdxElementId":"SPDXRef-P","relationshipType":"{kind}","relatedSpdxElement":"SPDXRef-A"}}]"#
        )));
        let edges =
            inventory.components.iter().map(|component| !component.depends_on.is_empty()).collect::<Vec<_>>();
        assert_eq!(edges, [down, up], "{kind}");
    };
    for kind in ["DEPENDS_ON", "CONTAINS", "HAS_PREREQUISITE", "STATIC_LINK", "DYNAMIC_LINK"] {
        check(kind, true, false);
    }
    for kind in ["DEPENDENCY_OF", "CONTAINED_BY", "PACKAGE_OF", "DEV_DEPENDENCY_OF", "PREREQUISITE_FOR"] {
        check(kind, false, true);
    }
    for kind in ["VARIANT_OF", "GENERATED_FROM", "OTHER"] {
        check(kind, false, false);
    }
}

#[test]
fn each_loss_is_named_and_placed() {
    use IssueCode as Code;
    let package = |fields: &str| {
        spdx(&format!(r#""packages":[{{"SPDXID":"SPDXRef-P","name":"p","versionInfo":"1",{fields}}}]"#))
    };
    let long = format!(r#""group":"{}""#, "x".repeat(sbom::MAX_STRING_BYTES + 1));
    let cases: Vec<(Code, &str, String)> = vec![
        (Code::WrongType, "/components/0/group", one(r#""group":{"a":[1]}"#)),
        (Code::WrongType, "/components/0/hashes", one(r#""hashes":7"#)),
        (
            Code::WrongType,
            "/components/1",
            one(r#""group":"g"},"text",{"type":"library","name":"b","version":"1""#),
        ),
        (Code::WrongType, "/components/0/supplier", one(r#""supplier":[{"name":"x"}]"#)),
        (Code::Coerced, "/components/0/group", one(r#""group":1.10"#)),
        (Code::Coerced, "/components/0/licenses", one(r#""licenses":{"expression":"MIT"}"#)),
        (Code::Coerced, "/components/0/licenses/0", one(r#""licenses":["MIT"]"#)),
        (Code::Coerced, "/components/0/supplier", one(r#""supplier":"Acme""#)),
        (Code::Coerced, "/components", cyclonedx(r#""components":{"type":"library","name":"a"}"#)),
        (Code::DuplicateKey, "/components/0/name", one(r#""name":"b""#)),
        (Code::TextTooLong, "/components/0/group", one(&long)),
        (Code::NulReplaced, "/components/0/group", one(r#""group":"a\u0000b""#)),
        (Code::NameMissing, "/components/0", cyclonedx(r#""components":[{"type":"library"}]"#)),
        (Code::VersionMissing, "/components/0", cyclonedx(r#""components":[{"type":"library","name":"a"}]"#)),
        (
            Code::VersionFromPurl,
            "/components/0",
            cyclonedx(r#""components":[{"type":"library","name":"a","purl":"pkg:npm/a@2"}]"#),
        ),
        (Code::KindUnknown, "/components/0", cyclonedx(r#""components":[{"name":"a"}]"#)),
        (
            Code::KindUnknown,
            "/components/0/type",
            cyclonedx(r#""components":[{"name":"a","type":"gadget"}]"#),
        ),
        (
            Code::PurlInvalid,
            "/components/0/purl",
            cyclonedx(r#""components":[{"type":"library","name":"a","purl":"npm/a"}]"#),
        ),
        (Code::CpeInvalid, "/components/0/cpe", one(r#""cpe":"acme pump""#)),
        (
            Code::CpeInvalid,
            "/components/0/properties/0/value",
            one(r#""properties":[{"name":"syft:cpe23","value":"x"}]"#),
        ),
        (Code::NoIdentity, "/components/0", cyclonedx(r#""components":[{"type":"library","name":"a"}]"#)),
        (
            Code::DuplicateReference,
            "/components/1",
            one(r#""group":"g"},{"bom-ref":"a","type":"library","name":"b""#),
        ),
        (
            Code::DanglingDependency,
            "/dependencies/0/dependsOn/0",
            cyclonedx(
                r#""components":[{"bom-ref":"a","name":"a"}],"dependencies":[{"ref":"a","dependsOn":["b"]}]"#,
            ),
        ),
        (Code::DanglingDependency, "/dependencies/0/ref", cyclonedx(r#""dependencies":[{"ref":"a"}]"#)),
        (
            Code::ExternalReference,
            "/dependencies/0/dependsOn/0",
            cyclonedx(
                r#""components":[{"bom-ref":"a","name":"a"}],"dependencies":[{"ref":"a","dependsOn":["urn:cdx:1/1#b"]}]"#,
            ),
        ),
        (
            Code::DependencyCycle,
            "",
            cyclonedx(
                r#""components":[{"bom-ref":"a","name":"a"},{"bom-ref":"b","name":"b"}],"dependencies":[{"ref":"a","dependsOn":["b"]},{"ref":"b","dependsOn":["a"]}]"#,
            ),
        ),
        (
            Code::DependencyCycle,
            "",
            cyclonedx(
                r#""components":[{"bom-ref":"a","name":"a"}],"dependencies":[{"ref":"a","dependsOn":["a"]}]"#,
            ),
        ),
        (Code::Subject, "", cyclonedx(r#""components":[]"#)),
        (Code::NotKept, "/services", cyclonedx(r#""services":[{"bom-ref":"s"}]"#)),
        (Code::NotKept, "/vulnerabilities", cyclonedx(r#""vulnerabilities":[{}]"#)),
        (Code::NotKept, "/components/0/hashes/0", one(r#""hashes":[{"alg":"MD5"}]"#)),
        (Code::SpecVersion, "/specVersion", r#"{"bomFormat":"CycloneDX","specVersion":"1.9"}"#.to_owned()),
        (
            Code::SpecVersion,
            "/bomFormat",
            r#"{"bomFormat":"Cyclone","specVersion":"1.5","components":[]}"#.to_owned(),
        ),
        (Code::SpecVersion, "/spdxVersion", r#"{"spdxVersion":"SPDX-2.0"}"#.to_owned()),
        (Code::Encoding, "", one(r#""group":"a\ud800b""#)),
        (
            Code::KindUnknown,
            "/packages/0/primaryPackagePurpose",
            package(r#""primaryPackagePurpose":"GADGET""#),
        ),
        (
            Code::PurlInvalid,
            "/packages/0/externalRefs/0/referenceLocator",
            package(r#""externalRefs":[{"referenceType":"purl","referenceLocator":"x"}]"#),
        ),
        (
            Code::PurlExtra,
            "/packages/0/externalRefs/1/referenceLocator",
            package(
                r#""externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:npm/a@1"},{"referenceType":"purl","referenceLocator":"pkg:npm/b@1"}]"#,
            ),
        ),
        (Code::VersionMissing, "/packages/0", package(r#""versionInfo":"NOASSERTION""#)),
        (Code::ReferenceMissing, "/packages/0", spdx(r#""packages":[{"name":"p"}]"#)),
        (Code::DanglingDependency, "/documentDescribes/0", spdx(r#""packages":[]"#)),
        (
            Code::ExternalReference,
            "/relationships/0",
            spdx(
                r#""relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"DocumentRef-x:SPDXRef-y"}]"#,
            ),
        ),
        (Code::NotKept, "/files", spdx(r#""files":[{"SPDXID":"SPDXRef-F"}]"#)),
        (
            Code::NotKept,
            "/relationships",
            spdx(
                r#""relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"AMENDS","relatedSpdxElement":"SPDXRef-P"}]"#,
            ),
        ),
    ];
    for (code, pointer, document) in cases {
        let (_, issues) = read(&document);
        let found = issues.iter().any(|issue| issue.code == code && issue.pointer == pointer);
        assert!(found, "{code:?} at {pointer:?} is not among {issues:?}");
    }
}

#[test]
fn a_loss_costs_its_field_only() {
    let (inventory, _) =
        read(&one(r#""group":{"a":1},"cpe":"bad","hashes":7,"licenses":["MIT"],"supplier":"Acme""#));
    let a = component(&inventory, "a");
    assert_eq!((a.name.as_str(), a.version.as_deref(), a.group.as_deref()), ("a", Some("1"), None));
    assert_eq!(a.licenses, ["MIT"]);
    assert_eq!(a.supplier.as_deref(), Some("Acme"));
    assert_eq!(a.properties["cpe:unparsed"], "bad");
    let (inventory, _) = read(&cyclonedx(r#""components":[{"name":"a","version":3,"purl":"not a purl"}]"#));
    assert_eq!(inventory.components[0].version.as_deref(), Some("3"));
    assert_eq!(
        (inventory.components[0].purl.is_none(), inventory.components[0].purl_text.as_deref()),
        (true, Some("not a purl"))
    );
    let (inventory, _) = read(&one(r#""group":"\u0000""#));
    assert_eq!(component(&inventory, "a").group.as_deref(), Some("\u{FFFD}"));
}

#[test]
fn source_packages() {
    let property = |name: &str, value: &str| format!(r#"{{"name":"{name}","value":"{value}"}}"#);
    let check = |properties: &[String], expected: Option<(&str, Option<&str>)>| {
        let (inventory, _) = read(&one(&format!(r#""properties":[{}]"#, properties.join(","))));
        let expected = expected.map(|(name, version)| (name.to_owned(), version.map(str::to_owned)));
        assert_eq!(component(&inventory, "a").source_package, expected, "{properties:?}");
    };
    check(&[], None);
    check(
        &[
            property("aquasecurity:trivy:SrcName", "bash"),
            property("aquasecurity:trivy:SrcVersion", "5.1"),
            property("aquasecurity:trivy:SrcRelease", "2"),
            property("aquasecurity:trivy:SrcEpoch", "1"),
        ],
        Some(("bash", Some("1:5.1-2"))),
    );
    check(
        &[property("syft:metadata:sourceRpm", "bash-5.1.8-4.el9.src.rpm")],
        Some(("bash", Some("5.1.8-4.el9"))),
    );
    check(&[property("syft:metadata:sourceRpm", "(none)")], None);
    check(
        &[property("syft:metadata:source", "glibc"), property("syft:metadata:sourceVersion", "2.31")],
        Some(("glibc", Some("2.31"))),
    );
    check(&[property("syft:metadata:originPackage", "musl")], Some(("musl", None)));
}

#[test]
fn the_described_component_may_be_listed_again() {
    let (inventory, issues) = read(&cyclonedx(
        r#""metadata":{"component":{"bom-ref":"p","type":"device","name":"Pump"}},
        "components":[{"bom-ref":"a","type":"library","name":"a"},{"bom-ref":"p","type":"device","name":"Pump"}],
        "dependencies":[{"ref":"p","dependsOn":["a"]}]"#,
    ));
    assert_eq!((inventory.components.len(), inventory.subject), (2, Some(1)));
    assert_eq!(component(&inventory, "a").path, [1, 0]);
    assert!(issues.iter().any(|issue| issue.pointer == "/metadata/component"));
}

#[test]
fn claims_of_completeness() {
    let check = |compositions: &str, expected: Completeness| {
        let (inventory, _) = read(&cyclonedx(&format!(
            r#""metadata":{{"component":{{"bom-ref":"p","name":"p"}}}},"compositions":[{compositions}]"#
        )));
        assert_eq!(inventory.complete, expected, "{compositions}");
    };
    check("", Completeness::NotStated);
    check(r#"{"aggregate":"complete"}"#, Completeness::Complete);
    check(r#"{"aggregate":"complete","assemblies":["p"]}"#, Completeness::Complete);
    check(r#"{"aggregate":"complete","assemblies":["other"]}"#, Completeness::NotStated);
    check(r#"{"aggregate":"complete"},{"aggregate":"unknown","assemblies":["x"]}"#, Completeness::Unknown);
    check(r#"{"aggregate":"unknown"},{"aggregate":"incomplete_third_party_only"}"#, Completeness::Incomplete);
    check(r#"{"aggregate":"incomplete","vulnerabilities":["v"]}"#, Completeness::NotStated);
}

#[test]
fn encodings() {
    let document = one(r#""group":"ünï𝄞""#);
    let utf16 = |bytes: fn(u16) -> [u8; 2], mark: bool| {
        let mark = mark.then_some(0xFEFF);
        mark.into_iter().chain(document.encode_utf16()).flat_map(bytes).collect::<Vec<u8>>()
    };
    let with_mark = [b"\xef\xbb\xbf", document.as_bytes()].concat();
    let expected = read(&document).0;
    for bytes in [
        with_mark,
        utf16(u16::to_le_bytes, true),
        utf16(u16::to_be_bytes, true),
        utf16(u16::to_le_bytes, false),
        utf16(u16::to_be_bytes, false),
    ] {
        assert_eq!(sbom::read(&bytes).expect("readable").0, expected);
    }
    let latin1 = document.replace("ünï𝄞", "X").replace('X', "#").into_bytes();
    let latin1: Vec<u8> = latin1.into_iter().map(|byte| if byte == b'#' { 0xFC } else { byte }).collect();
    let (inventory, issues) = sbom::read(&latin1).expect("repaired");
    assert_eq!(component(&inventory, "a").group.as_deref(), Some("\u{FFFD}"));
    assert!(issues.iter().any(|issue| issue.code == IssueCode::Encoding));
    assert!(matches!(sbom::read(b"\xff\xfe{"), Err(ReadError::Encoding { .. })));
    assert!(matches!(sbom::read(b"\xff\xfe\0\0{\0\0\0"), Err(ReadError::Encoding { found: "UTF-32", .. })));
}
