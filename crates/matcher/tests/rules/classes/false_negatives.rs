//! N1 to N7: findings that are missed, and silence that is taken for an answer.

use super::{CVE, check};
use crate::support::{application, index, inventory, named, package, record, says, statement};
use matcher::{
    assess::{Coverage, assess},
    inventory::Item,
    record::Statement,
};

#[test]
fn n1_a_cve_without_a_cpe_is_found_by_vendor_and_product() {
    let records = [says("cve", CVE, vec![statement("cve:acme|pump server", &["<2.0"])])];
    check(&records, &[application("acme", "pump_server", "1.0")], &["0 CVE-2024-1000: in_range B in_range"]);
    let openssl = [says("cve", CVE, vec![statement("cve:openssl|openssl", &[">=3.0.0 <3.0.14"])])];
    check(&openssl, &[package("pkg:generic/openssl@3.0.13")], &["0 CVE-2024-1000: in_range C in_range"]);
    check(&openssl, &[package("pkg:generic/openssl@3.0.14")], &[]);
}

#[test]
fn n2_a_renamed_product_is_one_product() {
    let records = [
        says("nvd", CVE, vec![statement("cpe:a:arm:mbed_tls", &["<2.28.5"])]),
        says("nvd", "CVE-2024-1001", vec![statement("cpe:a:trustedfirmware:mbed_tls", &["<2.28.5"])]),
    ];
    let found = ["0 CVE-2024-1000: in_range B in_range", "0 CVE-2024-1001: in_range C in_range"];
    check(&records, &[application("arm", "mbed_tls", "2.28.0")], &found);
}

#[test]
fn n3_what_has_no_identity_is_not_clean() {
    let index = index(&[record("nvd", CVE)]);
    let parts = [
        Item { name: "mystery".into(), version: Some("1".into()), ..Item::default() },
        named("cpe:2.3:a:acme:*:1:*:*:*:*:*:*:*"),
        package("pkg:cargo/serde@1.0.0"),
        package("pkg:deb/debian/zlib@1?distro=debian-9"),
        package("pkg:npm/left-pad@1.0.0"),
        application("acme", "unheard_of", "1"),
    ];
    let states: Vec<String> = assess(&index, &inventory(&parts))
        .items
        .iter()
        .map(|state| match &state.coverage {
            Coverage::Assessed => "assessed".to_owned(),
            Coverage::Undecided { reason } => format!("undecided {reason}"),
            Coverage::NotAssessed { reason, text } => format!("{reason}: {text}"),
        })
        .collect();
    assert_eq!(
        states,
        [
            "no_identity: it has neither a package URL nor a CPE",
            "identity_incomplete: its identity names no product that any source speaks of",
            "no_source: no source for cargo",
            "no_source: no source for debian:9",
            "assessed",
            "assessed",
        ]
    );
}

#[test]
fn n4_a_windows_line_is_asked_for_its_build() {
    let records =
        [says("nvd", CVE, vec![statement("cpe:o:microsoft:windows_10_1809", &["<10.0.17763.5329"])])];
    let line = named("cpe:2.3:o:microsoft:windows_10:1809:*:*:*:*:*:*:*");
    check(&records, std::slice::from_ref(&line), &["0 CVE-2024-1000: undecided C version_missing"]);
    let built = |build: &str| Item { version: Some(build.to_owned()), ..line.clone() };
    check(&records, &[built("10.0.17763.100")], &["0 CVE-2024-1000: in_range C in_range"]);
    check(&records, &[built("10.0.17763.6000")], &[]);
}

#[test]
fn n5_commits_and_missing_versions_are_open_questions() {
    let records = [says("nvd", CVE, vec![statement("cpe:a:busybox:busybox", &["<1.36.2"])])];
    check(
        &records,
        &[package("pkg:generic/busybox@1.36.1+gitAUTOINC+1a2b3c4d5e")],
        &["0 CVE-2024-1000: in_range C in_range"],
    );
    check(
        &records,
        &[package("pkg:generic/busybox@0123456789012345678901234567890123456789")],
        &["0 CVE-2024-1000: undecided D version_shape"],
    );
    check(&records, &[package("pkg:generic/busybox")], &["0 CVE-2024-1000: undecided C version_missing"]);
    let commit = Statement { exact_only: true, ..statement("git:github.com/acme/pump", &["=0a1b2c3d4e5f"]) };
    let commit = says("osv:GIT", CVE, vec![commit]);
    check(
        &[commit],
        &[package("pkg:github/acme/pump@0a1b2c3d4e5f"), package("pkg:github/acme/pump@1.0")],
        &["0 CVE-2024-1000: in_range B in_range"],
    );
}

#[test]
fn n6_names_meet_in_canonical_form() {
    let records = [says("osv:PyPI", "PYSEC-1", vec![statement("purl:pypi/foo-bar", &["<2.0"])])];
    check(&records, &[package("pkg:pypi/Foo_Bar@1.0")], &["0 PYSEC-1: in_range A in_range"]);
}

#[test]
fn n7_a_release_that_no_source_speaks_of_is_not_assessed() {
    let records =
        [says("osv:Debian", CVE, vec![statement("distro:debian:11/openssl", &["<1.1.1n-0+deb11u4"])])];
    let state = |item: Item| {
        let index = index(&records);
        let assessment = assess(&index, &inventory(&[item]));
        assert!(assessment.cores.is_empty());
        match &assessment.items[0].coverage {
            Coverage::NotAssessed { reason, text } => format!("{reason}: {text}"),
            other => format!("{other:?}"),
        }
    };
    let zlib = |distro: &str| package(&format!("pkg:deb/debian/zlib1g@1.2.11?distro={distro}"));
    // The source is loaded and speaks of the release: silence is an answer.
    assert_eq!(state(zlib("debian-11")), "Assessed");
    // It is loaded and silent about the release, out of support or not yet there.
    assert_eq!(state(zlib("debian-9")), "no_source: no source for debian:9");
    assert_eq!(state(zlib("stretch")), "no_source: no source for debian:9");
    // Nothing of the distribution is loaded, nor of the ecosystem.
    let musl = package("pkg:apk/alpine/musl@1.2.4?distro=alpine-3.18");
    assert_eq!(state(musl), "no_source: no source for alpine:3.18");
    assert_eq!(state(package("pkg:cargo/openssl@0.10.0")), "no_source: no source for cargo");
    // The upstream product's records answer for no distribution's package.
    let mut openssl = package("pkg:deb/debian/openssl@1.0.1t?distro=debian-8");
    openssl.cpes = named("cpe:2.3:a:openssl:openssl:1.0.1t:*:*:*:*:*:*:*").cpes;
    assert_eq!(state(openssl), "no_source: no source for debian:8");
}
