//! P1 to P12: findings that are none, and answers that go too far.

use super::{CVE, check, on_condition, qualified, verdicts};
use crate::support::{application, index, inventory, leaf, named, package, says, statement};
use matcher::{
    assess::{assess, statement_digest},
    explain::explain_name,
    inventory::{Distribution, Inventory, Item, Role},
    record::{Condition, Qualifiers, Record, Statement, Status},
};

const WINDOWS: &str = "cpe:2.3:o:microsoft:windows_server_2019:-:*:*:*:*:*:*:*";

fn runs_on_windows() -> Record {
    let reader = says("nvd", CVE, vec![statement("cpe:a:acme:reader", &["<2.0"])]);
    let windows = leaf("cpe:o:microsoft:windows", None, false);
    on_condition(reader, Condition::All(vec![leaf("cpe:a:acme:reader", Some("<2.0"), true), windows]))
}

#[test]
fn p1_running_on_is_a_condition_and_not_a_finding() {
    let reader = application("acme", "reader", "1.0");
    let windows = named("cpe:2.3:o:microsoft:windows:10:*:*:*:*:*:*:*");
    // Windows itself is no finding; with it the condition holds.
    check(
        &[runs_on_windows()],
        &[reader.clone(), windows],
        &["0 CVE-2024-1000: in_range B in_range conditional"],
    );
    // Nothing known of the system: one open question, not a finding and not silence.
    check(
        &[runs_on_windows()],
        std::slice::from_ref(&reader),
        &["0 CVE-2024-1000: undecided B condition_unknown conditional"],
    );
    // Another system in the same role.
    let linux = named("cpe:2.3:o:linux:linux_kernel:5.10:*:*:*:*:*:*:*");
    check(&[runs_on_windows()], &[reader.clone(), linux], &[]);
    // Declared complete for that role.
    let complete =
        Inventory { items: vec![reader], complete: vec![Role::OperatingSystem], ..Inventory::default() };
    assert_eq!(verdicts(&[runs_on_windows()], &complete), Vec::<String>::new());
}

#[test]
fn p1_the_leaves_are_answered_in_the_evidence() {
    let index = index(&[runs_on_windows()]);
    let inventory = inventory(&[application("acme", "reader", "1.0")]);
    let assessment = assess(&index, &inventory);
    let evidence = assessment.witness(&index, &inventory).evidence(&assessment.cores[0]);
    let lines: Vec<&str> = evidence.condition.iter().map(String::as_str).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0], "all of: unknown");
    assert!(lines[1].starts_with("  cpe:a:acme:reader < 2.0: true (reader)"), "{lines:?}");
    assert!(
        lines[2].starts_with("  on or with cpe:o:microsoft:windows: unknown (not in the inventory"),
        "{lines:?}"
    );
}

#[test]
fn p1_firmware_stands_for_its_hardware() {
    let pump = says("nvd", CVE, vec![statement("cpe:o:acme:pump_firmware", &["<4.0"])]);
    let pump = on_condition(
        pump,
        Condition::All(vec![
            leaf("cpe:o:acme:pump_firmware", Some("<4.0"), true),
            leaf("cpe:h:acme:pump", None, false),
        ]),
    );
    let firmware = named("cpe:2.3:o:acme:pump_firmware:3.1:*:*:*:*:*:*:*");
    check(&[pump], &[firmware], &["0 CVE-2024-1000: in_range B in_range conditional"]);
}

#[test]
fn p2_a_package_is_never_another_vendors_product_of_that_name() {
    let records = [says("nvd", CVE, vec![statement("cpe:a:siemens:nx", &["*"])])];
    let mut nx = package("pkg:npm/nx@15.0.0");
    nx.cpes = named("cpe:2.3:a:siemens:nx:15.0.0:*:*:*:*:*:*:*").cpes;
    check(&records, &[nx.clone()], &[]);
    let index = index(&records);
    let told = explain_name(&index, &inventory(&[nx]), CVE, Some(0));
    assert_eq!(told.stopped_at, Some("identity"));
    assert!(
        told.steps.iter().any(|step| step.text.contains("is not used")),
        "the CPE beside the purl is named"
    );
    // A container image that bears a product's name is not the product.
    let python = says("nvd", CVE, vec![statement("cpe:a:python:python", &["<3.15"])]);
    check(std::slice::from_ref(&python), &[package("pkg:docker/library/python@3.14.0")], &[]);
    check(&[python], &[package("pkg:generic/python@3.14.0")], &["0 CVE-2024-1000: in_range C in_range"]);
    // A vendor wildcard on the record's side is no vendor.
    check(
        &[says("nvd", CVE, vec![statement("cpe:a:*:core", &["*"])])],
        &[application("acme", "core", "1")],
        &[],
    );
}

#[test]
fn p3_target_software_rejects_a_mismatch_and_lowers_what_is_unknown() {
    let narrowed = |target: &str| {
        let target_sw = Some(target.to_owned());
        let qualifiers = Qualifiers { target_sw, ..Qualifiers::default() };
        [says("nvd", CVE, vec![qualified(statement("cpe:a:sqlite:sqlite", &["<3.40"]), qualifiers)])]
    };
    let native = package("pkg:generic/sqlite@3.30.0");
    check(&narrowed("node.js"), std::slice::from_ref(&native), &[]);
    check(
        &narrowed("wordpress"),
        &[application("sqlite", "sqlite", "3.30.0")],
        &["0 CVE-2024-1000: in_range C in_range"],
    );
    check(&narrowed("windows"), std::slice::from_ref(&native), &["0 CVE-2024-1000: in_range D in_range"]);
    check(&narrowed("windows"), &[native.clone(), named(WINDOWS)], &["0 CVE-2024-1000: in_range C in_range"]);
    let linux = named("cpe:2.3:o:linux:linux_kernel:5.10:*:*:*:*:*:*:*");
    check(&narrowed("windows"), &[native, linux], &[]);
    let own = named("cpe:2.3:a:sqlite:sqlite:3.30.0:*:*:*:*:node.js:*:*");
    check(&narrowed("node.js"), std::slice::from_ref(&own), &["0 CVE-2024-1000: in_range B in_range"]);
    check(&narrowed("python"), &[own], &[]);
}

fn debian(release: &str, version: &str) -> Item {
    let mut part = package(&format!("pkg:deb/debian/openssl@{version}?distro=debian-{release}"));
    part.cpes = named("cpe:2.3:a:openssl:openssl:1.1.1n:*:*:*:*:*:*:*").cpes;
    part
}

#[test]
fn p4_a_backport_is_judged_by_its_distribution_alone() {
    let records = [
        says("nvd", CVE, vec![statement("cpe:a:openssl:openssl", &["<1.1.1t"])]),
        says("osv:Debian", CVE, vec![statement("distro:debian:11/openssl", &["<1.1.1n-0+deb11u4"])]),
    ];
    check(&records, &[debian("11", "1.1.1n-0+deb11u4")], &[]);
    check(&records, &[debian("11", "1.1.1n-0+deb11u3")], &["0 CVE-2024-1000: in_range A in_range"]);
    // The distribution as a whole answers conditions and finds nothing, as a system and as a stream of it.
    let linux = says("nvd", CVE, vec![statement("cpe:o:redhat:enterprise_linux", &["=8"])]);
    let cve = says("cve", CVE, vec![statement("cve:redhat|enterprise linux", &["*"])]);
    let whole = named("cpe:2.3:o:redhat:enterprise_linux:8:*:*:*:*:*:*:*");
    let stream = named("cpe:2.3:a:redhat:enterprise_linux:8:*:appstream:*:*:*:*:*");
    check(&[linux, cve], &[whole, stream], &[]);
}

#[test]
fn p4_what_a_distribution_built_is_judged_by_it() {
    let records = [says("osv:PyPI", CVE, vec![statement("purl:pypi/urllib3", &["<1.26.5"])])];
    let python = || package("pkg:pypi/urllib3@1.24.2");
    let held = |release: &str| {
        package(&format!("pkg:rpm/almalinux/python3-urllib3@1.24.2-5.el8?distro=almalinux-{release}"))
    };
    check(&records, &[python()], &["0 CVE-2024-1000: in_range A in_range"]);
    // Its source is loaded: it is asked about the package of the distribution.
    check(&records, &[python(), held("8")], &[]);
    let told = explain_name(&index(&records), &inventory(&[python(), held("8")]), CVE, Some(0));
    assert_eq!(told.stopped_at, Some("identity"));
    assert!(told.steps.iter().any(|step| step.text.contains("python3-urllib3 1.24.2-5.el8")), "it is named");
    // It is not: nobody knows whether the fix is in.
    check(&records, &[python(), held("9")], &["0 CVE-2024-1000: undecided A distribution_build conditional"]);
    // Another version beside the distribution's is its own.
    let newer = package("pkg:pypi/urllib3@1.25.0");
    check(&records, &[newer, held("8")], &["0 CVE-2024-1000: in_range A in_range"]);
}

#[test]
fn p4_a_rebuild_is_judged_by_its_own_errata_and_by_its_origin_where_those_are_silent() {
    let records = [
        says("osv:Red Hat", CVE, vec![statement("distro:rhel:8/tar", &["<1.30-9.el8"])]),
        says("osv:AlmaLinux", CVE, vec![statement("distro:almalinux:8/tar", &["<1.30-6.el8.alma"])]),
        says("osv:Red Hat", "CVE-2024-1001", vec![statement("distro:rhel:8/tar", &["*"])]),
    ];
    let tar = |version: &str| package(&format!("pkg:rpm/almalinux/tar@{version}?distro=almalinux-8"));
    check(&records, &[tar("1.30-6.el8.alma")], &["0 CVE-2024-1001: in_range D in_range"]);
    check(
        &records,
        &[tar("1.30-5.el8")],
        &["0 CVE-2024-1000: in_range A in_range", "0 CVE-2024-1001: in_range D in_range"],
    );
}

#[test]
fn p5_the_release_is_part_of_the_key() {
    let records = [
        says("osv:Debian", CVE, vec![statement("distro:debian:11/openssl", &["<1.1.1n-0+deb11u4"])]),
        says("osv:Debian", "CVE-2024-1001", vec![statement("distro:debian:12/openssl", &["<3.0.11-1"])]),
    ];
    check(&records, &[debian("11", "1.1.1n-0+deb11u3")], &["0 CVE-2024-1000: in_range A in_range"]);
    // No release known: what any release would say stays open, once for the device.
    let unknown = package("pkg:deb/debian/openssl@1.1.1n-0+deb11u3");
    let open = [
        "0 CVE-2024-1000: undecided A release_unknown conditional",
        "0 CVE-2024-1001: undecided A release_unknown conditional",
    ];
    check(&records, std::slice::from_ref(&unknown), &open);
    // The inventory may say it for all.
    let distribution = Some(Distribution { id: "debian".into(), release: Some("12".into()) });
    let declared = Inventory { items: vec![unknown], distribution, ..Inventory::default() };
    assert_eq!(verdicts(&records, &declared), ["0 CVE-2024-1001: in_range A in_range"]);
}

#[test]
fn p6_source_matches_are_labelled_and_documentation_carries_no_code() {
    let records = [says("osv:Debian", CVE, vec![statement("distro:debian:12/linux", &["<6.1.50-1"])])];
    let binary =
        |name: &str| package(&format!("pkg:deb/debian/{name}@6.1.20-1?distro=debian-12&upstream=linux"));
    check(&records, &[binary("linux-image-amd64")], &["0 CVE-2024-1000: in_range B in_range"]);
    check(
        &records,
        &[binary("linux-libc-dev"), binary("linux-headers-6.1.0-1-amd64"), binary("linux-doc")],
        &[],
    );
}

#[test]
fn p6_records_that_name_binaries_do_not_speak_of_their_siblings() {
    let records =
        [says("osv:AlmaLinux", CVE, vec![statement("distro:almalinux:8/glibc", &["<2.28-10.el8"])])];
    let built = |name: &str| {
        let source = "upstream=glibc-2.28-9.el8.src.rpm";
        package(&format!("pkg:rpm/almalinux/{name}@2.28-9.el8?distro=almalinux-8&{source}"))
    };
    check(&records, &[built("glibc")], &["0 CVE-2024-1000: in_range A in_range"]);
    check(&records, &[built("glibc-minimal-langpack"), built("glibc-debuginfo")], &[]);
}

#[test]
fn p6_a_statement_about_one_architecture_is_none_about_another() {
    let qualifiers = Qualifiers { target_hw: Some("x86_64".to_owned()), ..Qualifiers::default() };
    let own = qualified(statement("distro:wolfi:/worker", &["<3.153.0-r0"]), qualifiers);
    let records = [says("osv:Wolfi", CVE, vec![own])];
    let worker = |arch: &str| package(&format!("pkg:apk/wolfi/worker@3.152.0-r0{arch}"));
    check(&records, &[worker("?arch=x86_64")], &["0 CVE-2024-1000: in_range A in_range"]);
    check(&records, &[worker("?arch=aarch64")], &[]);
    check(&records, &[worker("")], &["0 CVE-2024-1000: in_range B in_range"]);
}

#[test]
fn p7_rebuilt_packages_and_default_status() {
    let records = [says("osv:Debian", CVE, vec![statement("distro:debian:12/curl", &["<8.5.0-2"])])];
    let rebuilt = package("pkg:deb/debian/curl@8.4.0-2~bpo12+1?distro=debian-12");
    check(&records, &[rebuilt], &["0 CVE-2024-1000: undecided A rebuilt_package"]);
    // "Affected by default" alone is no finding; a statement about all versions is one, of class D.
    let by_default = Statement { default: Status::Affected, ..statement("cve:acme|pump", &[]) };
    let pump = application("acme", "pump", "1.0");
    check(
        &[says("cve", CVE, vec![by_default])],
        std::slice::from_ref(&pump),
        &["0 CVE-2024-1000: undecided D default_only"],
    );
    check(
        &[says("cve", CVE, vec![statement("cve:acme|pump", &["*"])])],
        std::slice::from_ref(&pump),
        &["0 CVE-2024-1000: in_range D in_range"],
    );
    let unknown = Statement { default: Status::Unknown, ..statement("cve:acme|pump", &["=2.0"]) };
    check(&[says("cve", CVE, vec![unknown])], &[pump], &[]);
}

/// Affected since 5.7, fixed in 6.6.54 and 6.10.13 of their branches and in 6.11.2.
fn kernel_cna() -> Record {
    let spans = ["=5.7", "!<5.7", "!>=6.6.54 <=6.6.*", "!>=6.10.13 <=6.10.*", "!>=6.11.2"];
    let own = Statement { default: Status::Affected, ..statement("cve:linux|linux", &spans) };
    says("kernel-cna", CVE, vec![own])
}

fn kernel(version: &str) -> Item {
    named(&format!("cpe:2.3:o:linux:linux_kernel:{version}:*:*:*:*:*:*:*"))
}

#[test]
fn p8_the_kernels_own_word_beats_an_nvd_range_without_lower_bound() {
    let records = [kernel_cna(), says("nvd", CVE, vec![statement("cpe:o:linux:linux_kernel", &["<6.11.2"])])];
    check(&records, &[kernel("5.4.10")], &[]);
    let told = explain_name(&index(&records), &inventory(&[kernel("5.4.10")]), CVE, None);
    assert_eq!(told.stopped_at, Some("authority"));
}

#[test]
fn p9_fixes_are_read_by_branch() {
    for (version, affected) in [
        ("5.6.19", false),
        ("5.7", true),
        ("5.10.200", true),
        ("6.6.53", true),
        ("6.6.54", false),
        ("6.6.100", false),
        ("6.7.1", true),
        ("6.10.12", true),
        ("6.10.14", false),
        ("6.11.1", true),
        ("6.11.2", false),
        ("6.12", false),
    ] {
        let found = verdicts(&[kernel_cna()], &inventory(&[kernel(version)]));
        assert_eq!(!found.is_empty(), affected, "{version}: {found:?}");
    }
}

#[test]
fn p10_orders_that_mean_nothing_are_not_used() {
    let ranged = [says("nvd", CVE, vec![statement("cpe:a:acme:server", &["<11.7"])])];
    check(&ranged, &[application("acme", "server", "2000")], &["0 CVE-2024-1000: undecided D version_shape"]);
    check(&ranged, &[application("acme", "server", "11.6")], &["0 CVE-2024-1000: in_range B in_range"]);
    let letters = [says("nvd", CVE, vec![statement("cpe:a:openssl:openssl", &[">=1.0.2 <1.0.2zh"])])];
    check(
        &letters,
        &[application("openssl", "openssl", "1.0.2k")],
        &["0 CVE-2024-1000: in_range B in_range"],
    );
    check(&letters, &[application("openssl", "openssl", "1.0.2zi")], &[]);
    let words = [says("nvd", CVE, vec![statement("cpe:a:acme:server", &["=jessie"])])];
    check(&words, &[application("acme", "server", "jessie")], &["0 CVE-2024-1000: in_range B in_range"]);
    check(&words, &[application("acme", "server", "jasper")], &[]);
}

#[test]
fn p10_an_rpm_without_its_release_is_no_earlier_build() {
    let records =
        [says("osv:AlmaLinux", CVE, vec![statement("distro:almalinux:8/rpm", &["<4.14.3-28.el8_9"])])];
    let rpm = |version: &str| package(&format!("pkg:rpm/almalinux/rpm@{version}?distro=almalinux-8"));
    check(&records, &[rpm("4.14.3-19.el8")], &["0 CVE-2024-1000: in_range A in_range"]);
    check(&records, &[rpm("4.14.2")], &["0 CVE-2024-1000: in_range A in_range"]);
    check(&records, &[rpm("4.14.3")], &["0 CVE-2024-1000: undecided A package_release_missing"]);
    check(&records, &[rpm("4.15.0")], &[]);
}

#[test]
fn p11_the_statement_keeps_its_digest_whatever_else_is_loaded() {
    let one = says("nvd", CVE, vec![statement("cpe:a:acme:pump", &["<2.0"])]);
    let pump = inventory(&[application("acme", "pump", "1.0")]);
    let digest = |records: &[Record]| {
        let index = index(records);
        let assessment = assess(&index, &pump);
        statement_digest(&index, &assessment.cores[0])
    };
    let other = says("nvd", "CVE-2020-1", vec![statement("cpe:a:acme:pump", &["<1.5"])]);
    let both = index(&[one.clone(), other.clone()]);
    let assessment = assess(&both, &pump);
    let digests: Vec<String> = assessment.cores.iter().map(|core| statement_digest(&both, core)).collect();
    assert_eq!(digests, [digest(&[other]), digest(std::slice::from_ref(&one))]);
    let mut changed = one.clone();
    changed.statements[0].spans = vec![crate::support::span("<2.1")];
    assert_ne!(digest(&[one]), digest(&[changed]));
}

#[test]
fn p12_the_package_and_not_the_umbrella_project() {
    let records = [
        says("nvd", CVE, vec![statement("cpe:a:apache:cxf", &["<3.5.5"])]),
        Record {
            aliases: vec![CVE.to_owned()],
            ..says("osv:Maven", "GHSA-x", vec![statement("purl:maven/org.apache.cxf/cxf-core", &["<3.5.5"])])
        },
    ];
    let mut other = package("pkg:maven/org.apache.cxf/cxf-tools@3.5.0");
    other.cpes = named("cpe:2.3:a:apache:cxf:3.5.0:*:*:*:*:*:*:*").cpes;
    let core = package("pkg:maven/org.apache.cxf/cxf-core@3.5.0");
    check(&records, &[other, core], &["1 CVE-2024-1000: in_range A in_range"]);
}
