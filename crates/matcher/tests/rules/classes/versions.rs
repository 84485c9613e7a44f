//! What the version of a part decides, and what one that is open, patched or of no use does not.

use super::{CVE, check, on_condition, qualified};
use crate::support::{application, leaf, named, package, says, statement};
use component::version::Scheme;
use matcher::{
    inventory::Item,
    record::{Condition, Qualifiers, Record},
};

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
