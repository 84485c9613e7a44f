//! D1 and D2: one flaw under many names, many flaws under one; what is withdrawn, and what was never there.

use super::{CVE, check, verdicts};
use crate::support::{application, index, inventory, package, record, says, statement};
use matcher::{
    explain::explain_name,
    index::Index,
    inventory::Inventory,
    record::{ProductKey, Record, Statement},
};

#[test]
fn d1_one_flaw_is_one_verdict() {
    let alias = |source: &str, id: &str| Record {
        aliases: vec![CVE.to_owned()],
        ..says(source, id, vec![statement("purl:npm/x", &["<2.0.0"])])
    };
    let records = [alias("osv:npm", "GHSA-a"), alias("osv:GHSA", "GHSA-b"), record("nvd", CVE)];
    check(&records, &[package("pkg:npm/x@1.0.0")], &["0 CVE-2024-1000: in_range A in_range"]);
    let index = index(&records);
    let group = index.find("ghsa-B").and_then(|group| index.group(group)).expect("a group");
    assert_eq!((group.name, group.names), (CVE, vec![CVE, "GHSA-a", "GHSA-b"]));
}

#[test]
fn d2_an_advisory_finds_each_of_its_flaws() {
    let advisory = Record {
        aliases: vec!["CVE-2024-2".into(), "CVE-2024-1".into()],
        ..says(
            "osv:AlmaLinux",
            "ALSA-2024:1",
            vec![statement("distro:almalinux:8/curl", &["<7.61.1-34.el8"])],
        )
    };
    let curl = package("pkg:rpm/almalinux/curl@7.61.1-30.el8?distro=almalinux-8.9");
    let records = [advisory, record("nvd", "CVE-2024-1")];
    check(&records, &[curl], &["0 CVE-2024-1: in_range A in_range", "0 CVE-2024-2: in_range A in_range"]);
    let index = index(&records);
    assert_eq!(index.find_all("alsa-2024:1"), [0, 1]);
    assert_eq!(index.known(), 2);
}

#[test]
fn rejected_records_are_gone_and_say_so() {
    let rejected = Record { withdrawn: true, ..says("cve", CVE, vec![statement("cve:acme|pump", &["*"])]) };
    let copy = says("nvd", CVE, vec![statement("cpe:a:acme:pump", &["<2.0"])]);
    let pump = inventory(&[application("acme", "pump", "1.0")]);
    assert_eq!(verdicts(&[rejected.clone(), copy.clone()], &pump), Vec::<String>::new());
    let told = explain_name(&index(&[rejected, copy]), &pump, CVE, None);
    assert_eq!(told.stopped_at, Some("vulnerability"));
}

#[test]
fn explain_answers_for_what_is_not_there() {
    let records =
        [says("nvd", CVE, vec![statement("cpe:a:acme:reader", &["<2.0"])]), record("nvd", "CVE-2024-7")];
    let index = index(&records);
    let pump = inventory(&[application("acme", "pump", "1.0"), application("acme", "reader", "2.1")]);
    for (name, item, gate, says) in [
        ("CVE-1999-1", None, "vulnerability", "no loaded record names CVE-1999-1"),
        ("CVE-2024-7", None, "products", "its records name no usable product"),
        (CVE, Some(0), "identity", "products named by the records are cpe:a:acme:reader"),
        (CVE, Some(1), "version", "not in range (outside < 2.0)"),
        (CVE, Some(9), "identity", "no such part"),
    ] {
        let told = explain_name(&index, &pump, name, item);
        assert_eq!(told.stopped_at, Some(gate), "{name} {item:?}");
        assert!(told.steps.iter().any(|step| step.text.contains(says)), "{name} {item:?}: {:#?}", told.steps);
    }
    let nobody = explain_name(&index, &Inventory::default(), CVE, None);
    assert_eq!(nobody.stopped_at, Some("identity"));
    assert!(nobody.steps.iter().any(|step| step.text.starts_with("no such component")));
}

#[test]
fn groups_tell_what_the_desk_shows() {
    let key = ProductKey("cpe:a:acme:server".into());
    let index: Index<Vec<u8>> = index(&[says("nvd", CVE, vec![Statement { key, ..statement("", &["<2"]) }])]);
    let group = index.group(0).expect("a group");
    assert_eq!(
        (group.name, group.known, group.usable, group.summary),
        (CVE, true, true, "summary of CVE-2024-1000")
    );
    assert_eq!(index.search_names("cve-2024", 5), [(CVE, 0)]);
    assert_eq!(index.products(0), ["cpe:a:acme:server"]);
    assert_eq!(index.group(1), None);
}
