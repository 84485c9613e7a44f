//! One fixture for each class of false positive and false negative that other tools are known for (docs/matching.md).

use crate::support::{application, index, inventory, leaf, named, package, record, says, statement};
use component::version::Scheme;
use matcher::{
    account::account,
    assess::{Coverage, assess, assess_all, statement_digest},
    explain::{explain, explain_name},
    index::Index,
    inventory::{Distribution, Inventory, Item, Role},
    record::{Condition, ProductKey, Qualifiers, Record, Statement, Status},
};

/// `item name: state class reason` of every stored verdict; account must close as well, and evidence be complete.
fn verdicts(records: &[Record], inventory: &Inventory) -> Vec<String> {
    let index = index(records);
    let assessment = assess(&index, inventory);
    let buckets = account(&index, inventory, &assessment);
    assert!(buckets.closes(), "{buckets:?}");
    assert_eq!(buckets.version as usize, assessment.out_of_range_groups.len(), "two paths count the same");
    let all = assess_all(&index, inventory);
    let stored: Vec<_> =
        all.cores.iter().filter(|core| core.state != matcher::verdict::State::OutOfRange).copied().collect();
    assert_eq!(stored, assessment.cores, "asking for everything changes nothing");
    let verdicts = assessment.verdicts(&index, inventory);
    verdicts
        .iter()
        .map(|verdict| {
            let evidence = &verdict.evidence;
            assert!(!evidence.text.is_empty() && evidence.statement.len() == 32 && !evidence.rule.is_empty());
            assert!(!evidence.text.ends_with(": "), "what is missing is said: {}", evidence.text);
            let told = explain(&index, inventory, verdict.group, Some(verdict.item));
            assert_eq!(told.state, Some(verdict.state), "explain agrees with assess");
            let class = verdict.class.map_or("-", |class| class.letter());
            let conditional = if verdict.conditional { " conditional" } else { "" };
            let name = index.name(verdict.group).unwrap_or_default();
            format!(
                "{} {name}: {} {class} {}{conditional}",
                verdict.item,
                verdict.state.word(),
                verdict.reason
            )
        })
        .collect()
}

#[track_caller]
fn check(records: &[Record], items: &[Item], expected: &[&str]) {
    assert_eq!(verdicts(records, &inventory(items)), expected);
}

fn on_condition(record: Record, condition: Condition) -> Record {
    let mut record = record;
    for statement in &mut record.statements {
        statement.condition = Some(0);
    }
    Record { conditions: vec![condition], ..record }
}

fn qualified(statement: Statement, qualifiers: Qualifiers) -> Statement {
    Statement { qualifiers, ..statement }
}

const CVE: &str = "CVE-2024-1000";
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
fn an_update_is_part_of_the_version() {
    let exact = |version: &str, update: &str| {
        let update_text = Some(update.to_owned());
        let qualifiers = Qualifiers { update: update_text, ..Qualifiers::default() };
        let bound = if update == "-" { format!("={version}") } else { format!("={version}:{update}") };
        [says("nvd", CVE, vec![qualified(statement("cpe:a:acme:server", &[&bound]), qualifiers)])]
    };
    let server =
        |version: &str, update: &str| named(&format!("cpe:2.3:a:acme:server:{version}:{update}:*:*:*:*:*:*"));
    let found = ["0 CVE-2024-1000: in_range B in_range"];
    check(&exact("7.0", "sp1"), &[server("7.0", "sp1")], &found);
    check(&exact("7.0", "sp1"), &[server("7.0", "sp2")], &[]);
    check(&exact("7.0", "sp1"), &[server("7.0", "-")], &[]);
    check(&exact("7.0", "sp1"), &[server("7.0", "*")], &["0 CVE-2024-1000: undecided B update_unknown"]);
    check(&exact("7.0", "rc1"), &[server("7.0", "*")], &[]);
    check(&exact("7.0", "-"), &[server("7.0", "*")], &found);
    check(&exact("4.2.8", "p10"), &[server("4.2.8p10", "*")], &found);
    let any_update = [says("nvd", CVE, vec![statement("cpe:a:acme:server", &["=7.0"])])];
    check(&any_update, &[server("7.0", "*")], &found);
    // The record is silent about updates: every one of them, or the first release.
    check(&any_update, &[server("7.0", "sp1")], &["0 CVE-2024-1000: in_range D in_range"]);
}

#[test]
fn versions_that_do_not_apply() {
    let na = |key: &str| {
        let qualifiers = Qualifiers { version_not_applicable: true, ..Qualifiers::default() };
        [says("nvd", CVE, vec![qualified(statement(key, &["*"]), qualifiers)])]
    };
    check(
        &na("cpe:a:acme:server"),
        &[application("acme", "server", "1")],
        &["0 CVE-2024-1000: undecided D version_not_applicable"],
    );
    let hardware = named("cpe:2.3:h:acme:pump:-:*:*:*:*:*:*:*");
    check(&na("cpe:h:acme:pump"), &[hardware], &["0 CVE-2024-1000: in_range D in_range"]);
    let firmware = named("cpe:2.3:o:acme:pump_firmware:1.0:*:*:*:*:*:*:*");
    check(&na("cpe:o:acme:pump_firmware"), &[firmware], &["0 CVE-2024-1000: in_range D in_range"]);
}

#[test]
fn a_version_that_is_open_decides_nothing() {
    let records = [says("nvd", CVE, vec![statement("cpe:a:acme:server", &["<2.0"])])];
    check(&records, &[application("acme", "server", "*")], &["0 CVE-2024-1000: undecided B version_missing"]);
}

#[test]
fn pedigree_says_that_this_build_holds_the_fix() {
    let records = [says("nvd", CVE, vec![statement("cpe:a:acme:server", &["<2.0"])])];
    let patched = Item { patched: vec![CVE.to_lowercase()], ..application("acme", "server", "1.0") };
    check(&records, &[patched], &["0 CVE-2024-1000: patched B pedigree"]);
}

#[test]
fn a_source_package_without_an_epoch_is_compared_without() {
    let records = [says("osv:Red Hat", CVE, vec![statement("distro:rhel:8/openssl", &["<1:1.1.1k-9.el8"])])];
    let libs = |release: &str| {
        package(&format!(
            "pkg:rpm/redhat/openssl-libs@1.1.1k-{release}?distro=rhel-8&upstream=openssl-1.1.1k-{release}.src.rpm"
        ))
    };
    check(&records, &[libs("7.el8"), libs("9.el8")], &["0 CVE-2024-1000: in_range B in_range"]);
}

#[test]
fn the_statements_scheme_is_used_where_the_product_has_none() {
    let semver = crate::support::in_scheme(Scheme::Semver, statement("cve:acme|pump", &["<2.0.0"]));
    check(
        &[says("cve", CVE, vec![semver])],
        &[application("acme", "pump", "2.0.0-rc.1")],
        &["0 CVE-2024-1000: in_range B in_range"],
    );
}

#[test]
fn a_leaf_in_another_version_is_false() {
    let runtime = |bound: &str| {
        let record = says("nvd", CVE, vec![statement("cpe:a:acme:server", &["<2.0"])]);
        on_condition(record, Condition::All(vec![leaf("cpe:a:oracle:jre", Some(bound), false)]))
    };
    let parts = [application("acme", "server", "1.0"), application("oracle", "jre", "1.8.0")];
    check(&[runtime("<1.9")], &parts, &["0 CVE-2024-1000: in_range B in_range conditional"]);
    check(&[runtime("<1.7")], &parts, &[]);
    let negated = |bound: &str| {
        let record = runtime(bound);
        let condition = Condition::Not(Box::new(record.conditions[0].clone()));
        Record { conditions: vec![condition], ..record }
    };
    check(&[negated("<1.7")], &parts, &["0 CVE-2024-1000: in_range B in_range conditional"]);
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
