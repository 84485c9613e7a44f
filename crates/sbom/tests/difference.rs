//! What changed between two documents of our own.
#![expect(clippy::panic, reason = "helpers of tests, outside of test functions")]

use sbom::{Change, Inventory};

fn read(components: &str) -> Inventory {
    let document = format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{components}]}}"#);
    sbom::read(document.as_bytes()).unwrap_or_else(|error| panic!("{error}")).0
}

/// Lines as `name before>after change,change`.
fn check(before: &str, after: &str, expected: &[&str]) {
    let (before, after) = (read(before), read(after));
    let lines: Vec<String> = sbom::difference(&before, &after)
        .iter()
        .map(|line| {
            let old = line.before.map(|index| &before.components[index]);
            let new = line.after.map(|index| &after.components[index]);
            let version = |component: Option<&sbom::Component>| {
                component.and_then(|component| component.version.clone()).unwrap_or_default()
            };
            let changes: Vec<&str> = line.changes.iter().copied().map(Change::as_str).collect();
            let name = old.or(new).map_or("", |component| component.name.as_str());
            format!("{name} {}>{} {}", version(old), version(new), changes.join(","))
        })
        .collect();
    assert_eq!(lines, expected);
}

#[test]
fn lines() {
    let a1 = r#"{"type":"library","name":"a","version":"1","purl":"pkg:npm/a@1"}"#;
    let a2 = r#"{"type":"library","name":"a","version":"2","purl":"pkg:npm/a@2"}"#;
    let b = r#"{"type":"library","name":"b","version":"1","purl":"pkg:npm/b@1"}"#;
    check(a1, a1, &[]);
    check(a1, a2, &["a 1>2 version"]);
    check(a1, b, &["a 1> removed", "b >1 added"]);
    check(&format!("{a1},{b}"), &format!("{b},{a2}"), &["a 1>2 version"]);
    check(&format!("{a1},{a1}"), a1, &[]);
    check(&format!("{a1},{a2}"), a2, &["a 1> removed"]);
    check(
        r#"{"name":"a","version":"1","purl":"pkg:npm/a@1","supplier":{"name":"x"},"licenses":[{"license":{"id":"MIT"}},{"license":{"id":"ISC"}}]}"#,
        r#"{"name":"a","version":"1","purl":"pkg:npm/a@1","supplier":{"name":"y"},"licenses":[{"license":{"id":"ISC"}},{"license":{"id":"0BSD"}}]}"#,
        &["a 1>1 supplier,license"],
    );
    check(
        r#"{"name":"a","version":"1","licenses":[{"license":{"id":"MIT"}},{"license":{"id":"ISC"}}]}"#,
        r#"{"name":"a","version":"1","licenses":[{"license":{"id":"ISC"}},{"license":{"id":"MIT"}}]}"#,
        &[],
    );
    // The same name under another type of package is the same thing with another identity.
    check(a1, r#"{"name":"A","version":"3","purl":"pkg:generic/a@3"}"#, &["a 1>3 version,identity"]);
    check(
        r#"{"name":"os","version":"1","cpe":"cpe:2.3:o:acme:os:1:*:*:*:*:*:*:*"}"#,
        r#"{"name":"os kernel","version":"2","cpe":"cpe:2.3:o:acme:os:2:*:*:*:*:*:*:*"}"#,
        &["os 1>2 version"],
    );
    check(
        r#"{"name":"os","version":"1"}"#,
        r#"{"name":"os","version":"1","cpe":"cpe:2.3:o:acme:os:1:*:*:*:*:*:*:*"}"#,
        &["os 1>1 identity"],
    );
}
