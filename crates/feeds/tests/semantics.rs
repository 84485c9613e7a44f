//! What each format's records mean, case by case: the statement rendered in one line.

use feeds::Unit;
use matcher::record::{Bound, Condition, Record, Source, Statement, Status};

fn record(unit: Unit) -> Record {
    read(unit).0
}

#[expect(clippy::panic, reason = "a test fails by panicking")]
fn read(unit: Unit) -> (Record, Vec<feeds::Issue>) {
    match unit {
        Ok(read) => read,
        Err(issue) => panic!("refused: {issue:?}"),
    }
}

fn check(name: &str, record: &Record, expected: &[&str]) {
    let rendered: Vec<String> = record.statements.iter().map(statement).collect();
    assert_eq!(rendered, expected, "{name}");
}

fn statement(statement: &Statement) -> String {
    let spans: Vec<String> = statement
        .spans
        .iter()
        .map(|span| format!("{}{}..{}", sign(span.status), low(&span.lower), high(&span.upper)))
        .collect();
    let mut text = format!("{} {} else {}", statement.key.0, spans.join(" "), sign(statement.default));
    if let Some(scheme) = statement.scheme {
        text += &format!(" {}", scheme.name());
    }
    if !statement.fixed_in.is_empty() {
        text += &format!(" fixed {}", statement.fixed_in.join(","));
    }
    if let Some(condition) = statement.condition {
        text += &format!(" if {condition}");
    }
    if statement.exact_only {
        text += " exact";
    }
    let q = &statement.qualifiers;
    for (name, value) in
        [("update", &q.update), ("edition", &q.edition), ("sw", &q.target_sw), ("hw", &q.target_hw)]
    {
        if let Some(value) = value {
            text += &format!(" {name}={value}");
        }
    }
    if q.version_not_applicable {
        text += " unnamed";
    }
    for qualifier in &q.purl {
        text += &format!(" {qualifier}");
    }
    if let Some(exclusion) = &q.exclusion {
        text += &format!(" {}: {}", if exclusion.fixed { "fixed" } else { "not affected" }, exclusion.reason);
    }
    for remedy in &q.remedies {
        text += &format!(" [{remedy}]");
    }
    if let Some(flaw) = statement.flaw {
        text += &format!(" of {flaw}");
    }
    text
}

fn sign(status: Status) -> char {
    match status {
        Status::Affected => '+',
        Status::Unaffected => '-',
        Status::Unknown => '?',
    }
}

fn low(bound: &Bound) -> String {
    match bound {
        Bound::Open => String::new(),
        Bound::Including(version) => format!("[{version}"),
        Bound::Excluding(version) => format!("({version}"),
        Bound::Series(series) => format!("!{series}"),
    }
}

fn high(bound: &Bound) -> String {
    match bound {
        Bound::Open => String::new(),
        Bound::Including(version) => format!("{version}]"),
        Bound::Excluding(version) => format!("{version})"),
        Bound::Series(series) => format!("{series}.*]"),
    }
}

fn condition(tree: &Condition) -> String {
    let all = |children: &[Condition]| children.iter().map(condition).collect::<Vec<_>>().join(" ");
    match tree {
        Condition::All(children) => format!("(and {})", all(children)),
        Condition::Any(children) => format!("(or {})", all(children)),
        Condition::Not(child) => format!("(not {})", condition(child)),
        Condition::Has(leaf) => format!("{}{}", leaf.key.0, if leaf.vulnerable { "!" } else { "" }),
    }
}

fn nvd(configurations: &str) -> Record {
    let raw = format!(
        r#"{{"cve":{{"id":"CVE-2020-0001","published":"2020-01-02T03:04:05.678","lastModified":"2021-01-02T03:04:05.678",
        "vulnStatus":"Analyzed","descriptions":[{{"lang":"es","value":"hola"}},{{"lang":"en","value":"A\nflaw."}}],
        "metrics":{{"cvssMetricV31":[{{"source":"nvd@nist.gov","cvssData":{{"version":"3.1","vectorString":"CVSS:3.1/x","baseScore":9.8}}}}]}},
        "weaknesses":[{{"description":[{{"lang":"en","value":"CWE-79"}},{{"lang":"en","value":"NVD-CWE-noinfo"}}]}}],
        "configurations":{configurations}}}}}"#
    );
    record(feeds::nvd::parse_one(raw.as_bytes(), &Source("nvd".to_owned())))
}

#[test]
fn an_nvd_record_keeps_its_facts() {
    let record = nvd("[]");
    assert_eq!(record.id, "CVE-2020-0001");
    assert_eq!(record.modified.as_deref(), Some("2021-01-02T03:04:05Z"));
    assert_eq!(record.published.as_deref(), Some("2020-01-02T03:04:05Z"));
    assert_eq!(record.summary, "A flaw.");
    assert_eq!(record.weaknesses, ["CWE-79"]);
    assert_eq!((record.scores[0].tenths, record.scores[0].provider.as_str()), (98, "nvd@nist.gov"));
    assert!(!record.withdrawn);
}

#[test]
fn nvd_matches_become_statements() {
    for (name, cpe_match, expected) in [
        (
            "range",
            r#"{"vulnerable":true,"criteria":"cpe:2.3:a:OpenSSL:openssl:*:*:*:*:*:*:*:*","versionStartIncluding":"1.0.2","versionEndExcluding":"1.0.2zh"}"#,
            "cpe:a:openssl:openssl +[1.0.2..1.0.2zh) else - fixed 1.0.2zh",
        ),
        (
            "exclusive",
            r#"{"vulnerable":true,"criteria":"cpe:2.3:a:a:b:*:*:*:*:*:*:*:*","versionStartExcluding":"1","versionEndIncluding":"2"}"#,
            "cpe:a:a:b +(1..2] else -",
        ),
        (
            "exact",
            r#"{"vulnerable":true,"criteria":"cpe:2.3:a:a:b:1.2:*:*:*:*:*:*:*"}"#,
            "cpe:a:a:b +[1.2..1.2] else -",
        ),
        (
            "update folds into the version",
            r#"{"vulnerable":true,"criteria":"cpe:2.3:o:microsoft:windows_7:7.0:sp1:*:*:*:*:x64:*"}"#,
            "cpe:o:microsoft:windows_7 +[7.0:sp1..7.0:sp1] else - update=sp1 hw=x64",
        ),
        (
            "all versions",
            r#"{"vulnerable":true,"criteria":"cpe:2.3:a:a:b:*:*:*:*:*:wordpress:*:*"}"#,
            "cpe:a:a:b +.. else - sw=wordpress",
        ),
        (
            "version not applicable",
            r#"{"vulnerable":true,"criteria":"cpe:2.3:h:a:b:-:*:*:*:*:*:*:*"}"#,
            "cpe:h:a:b +.. else - unnamed",
        ),
        (
            "unescaped",
            r#"{"vulnerable":true,"criteria":"cpe:2.3:a:a\\&b:c\\:d:1\\+2:*:*:*:lts:*:*:*"}"#,
            "cpe:a:a&b:c:d +[1+2..1+2] else - edition=lts",
        ),
    ] {
        check(
            name,
            &nvd(&format!(r#"[{{"nodes":[{{"operator":"OR","negate":false,"cpeMatch":[{cpe_match}]}}]}}]"#)),
            &[expected],
        );
    }
}

#[test]
fn nvd_configurations_become_one_tree_each() {
    let record = nvd(r#"[
        {"nodes":[{"operator":"OR","cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:a:plain:1:*:*:*:*:*:*:*"}]}]},
        {"operator":"AND","nodes":[
            {"operator":"OR","cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:o:a:fw1:1:*:*:*:*:*:*:*"},{"vulnerable":true,"criteria":"cpe:2.3:o:a:fw2:1:*:*:*:*:*:*:*"}]},
            {"operator":"OR","negate":true,"cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:h:a:hw:-:*:*:*:*:*:*:*"}]}]},
        {"nodes":[{"operator":"OR","cpeMatch":[{"vulnerable":false,"criteria":"cpe:2.3:o:a:only_condition:-:*:*:*:*:*:*:*"}]}]}]"#);
    check(
        "trees",
        &record,
        &[
            "cpe:a:a:plain +[1..1] else -",
            "cpe:o:a:fw1 +[1..1] else - if 0",
            "cpe:o:a:fw2 +[1..1] else - if 0",
        ],
    );
    let trees: Vec<String> = record.conditions.iter().map(condition).collect();
    assert_eq!(trees, ["(and (or cpe:o:a:fw1! cpe:o:a:fw2!) (not cpe:h:a:hw))"]);
    assert_eq!(record.statements[2].pointer, "/cve/configurations/1/nodes/0/cpeMatch/1");
}

#[test]
fn an_unreadable_cpe_costs_its_match_and_leaves_the_tree_its_shape() {
    let raw = br#"{"_annotation":{"cve_id":"CVE-1","modified":"2024-01-01T00:00:00Z"},"cve":{"configurations":[{"operator":"AND","nodes":[
        {"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:a:b:1:*:*:*:*:*:*:*"}]},{"cpeMatch":[{"vulnerable":false,"criteria":"nonsense"}]}]}]}}"#;
    let unit = feeds::nvd::parse_one(raw, &Source("nvd-overrides".to_owned()));
    assert_eq!(unit.as_ref().map(|(_, issues)| issues.len()), Ok(1));
    let record = record(unit);
    assert_eq!((record.id.as_str(), record.modified.as_deref()), ("CVE-1", Some("2024-01-01T00:00:00Z")));
    check("override", &record, &["cpe:a:a:b +[1..1] else - if 0"]);
    assert_eq!(condition(&record.conditions[0]), "(and cpe:a:a:b! nonsense)");
}

fn cve5(entry: &str) -> Record {
    let raw = format!(
        r#"{{"dataType":"CVE_RECORD","cveMetadata":{{"cveId":"CVE-2024-0001","state":"PUBLISHED","dateUpdated":"2024-05-01T10:00:00.5Z"}},
        "containers":{{"cna":{{"providerMetadata":{{"shortName":"acme"}},"title":"T","affected":[{entry}]}}}}}}"#
    );
    record(feeds::cve5::parse_one(raw.as_bytes(), &Source("cve".to_owned())))
}

#[test]
fn cve5_entries_become_statements() {
    for (name, entry, expected) in [
        (
            "absent default is unknown",
            r#"{"vendor":"Acme","product":"X_Y  Z","versions":[{"version":"1.0","status":"affected"}]}"#,
            &["cve:acme|x y z +[1.0..1.0] else ?"][..],
        ),
        (
            "kernel idiom",
            r#"{"vendor":"Linux","product":"Linux","defaultStatus":"affected","repo":"https://git.kernel.org/linux.git","versions":[
            {"version":"5.7","status":"affected"},
            {"version":"0","lessThan":"5.7","status":"unaffected","versionType":"semver"},
            {"version":"6.10.13","lessThanOrEqual":"6.10.*","status":"unaffected","versionType":"semver"},
            {"version":"6.12","lessThanOrEqual":"*","status":"unaffected","versionType":"original_commit_for_fix"}]}"#,
            &[
                "cpe:o:linux:linux_kernel +[5.7..5.7] -[6.10.13..6.10.*] -..5.7) -[6.12.. else + semver fixed 6.10.13,6.12",
                "cve:linux|linux +[5.7..5.7] -[6.10.13..6.10.*] -..5.7) -[6.12.. else + semver fixed 6.10.13,6.12",
            ],
        ),
        (
            "bounds that are no versions of the scheme beside them",
            r#"{"vendor":"OpenSSL","product":"OpenSSL","defaultStatus":"unaffected","versions":[
            {"version":"3.0.0","lessThan":"3.0.13","status":"affected","versionType":"semver"},
            {"version":"1.1.1","lessThan":"1.1.1x","status":"affected","versionType":"custom"}]}"#,
            &[
                "cve:openssl|openssl +[3.0.0..3.0.13) else - semver fixed 3.0.13",
                "cve:openssl|openssl +[1.1.1..1.1.1x) else ? fixed 1.1.1x",
            ],
        ),
        (
            "commits",
            r#"{"vendor":"Linux","product":"Linux","defaultStatus":"unaffected","repo":"https://git.kernel.org/linux.git","versions":[
            {"version":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","lessThan":"bbbb","status":"affected","versionType":"git"}]}"#,
            &[
                "git:git.kernel.org/linux +[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..bbbb) else ? fixed bbbb exact",
            ],
        ),
        (
            "changes cut a range",
            r#"{"vendor":"a","product":"b","defaultStatus":"unaffected","versions":[
            {"version":"1.0","lessThan":"3.0","status":"affected","versionType":"semver","changes":[{"at":"2.5","status":"affected"},{"at":"2.0","status":"unaffected"}]}]}"#,
            &["cve:a|b +[1.0..2.0) -[2.0..2.5) +[2.5..3.0) else - semver fixed 2.0,3.0"],
        ),
        (
            "exact before range",
            r#"{"vendor":"a","product":"b","defaultStatus":"unaffected","versions":[
            {"version":"0","lessThan":"3","status":"affected"},{"version":"2","status":"unaffected"}]}"#,
            &["cve:a|b -[2..2] +..3) else - fixed 3"],
        ),
        (
            "placeholders",
            r#"{"vendor":"a","product":"b","versions":[{"version":"n/a","status":"affected"}]}"#,
            &["cve:a|b ?.. else ? unnamed"],
        ),
        (
            "everything",
            r#"{"vendor":"a","product":"b","versions":[{"version":"All versions","status":"affected"}]}"#,
            &["cve:a|b +.. else ?"],
        ),
        (
            "no product",
            r#"{"vendor":"n/a","product":"n/a","versions":[{"version":"n/a","status":"affected"}]}"#,
            &[],
        ),
        (
            "end without a version",
            r#"{"vendor":"a","product":"b","versions":[{"version":"10.0.0","lessThan":"publication","status":"affected"}]}"#,
            &["cve:a|b ?[10.0.0.. else ?"],
        ),
        (
            "sentence",
            r#"{"vendor":"a","product":"b","defaultStatus":"unaffected","versions":[{"version":">= 1, < 2","status":"affected"}]}"#,
            &["cve:a|b +[1..2) else - fixed 2"],
        ),
        (
            "text makes the default unsure",
            r#"{"vendor":"a","product":"b","defaultStatus":"unaffected","versions":[
            {"version":"1","status":"affected"},{"version":"Fixed in SP2","status":"affected"}]}"#,
            &["cve:a|b +[1..1] else ?", "cve:a|b +[Fixed in SP2..Fixed in SP2] else ? exact"],
        ),
        (
            "package",
            r#"{"vendor":"a","product":"b","collectionURL":"https://registry.npmjs.org","packageName":"@x/y","defaultStatus":"unaffected","versions":[
            {"version":"0","lessThan":"2.0.0","status":"affected","versionType":"semver"}]}"#,
            &[
                "cve:a|b +..2.0.0) else - semver fixed 2.0.0",
                "purl:npm/@x/y +..2.0.0) else - semver fixed 2.0.0",
            ],
        ),
        (
            "cpes",
            r#"{"vendor":"a","product":"b","cpes":["cpe:2.3:a:v:p:*:*:*:*:*:node.js:*:*"],"platforms":["x64-based Systems"],"versions":[
            {"version":"1","lessThanOrEqual":"2","status":"affected","versionType":"custom"}]}"#,
            &[
                "cve:a|b +[1..2] else ? hw=x64-based systems",
                "cpe:a:v:p +[1..2] else ? sw=node.js hw=x64-based systems",
            ],
        ),
        (
            "cpe alone",
            r#"{"vendor":"n/a","product":"n/a","cpes":["cpe:2.3:a:v:p:1.5:*:*:*:*:*:*:*"]}"#,
            &["cpe:a:v:p +[1.5..1.5] else ?"],
        ),
        ("default alone", r#"{"vendor":"a","product":"b","defaultStatus":"affected"}"#, &["cve:a|b  else +"]),
    ] {
        check(name, &cve5(entry), expected);
    }
}

#[test]
fn branches_of_the_kernel_come_before_its_cpe_ranges() {
    let raw = br#"{"cveMetadata":{"cveId":"CVE-2024-1"},"containers":{"cna":{
        "affected":[{"vendor":"Linux","product":"Linux","defaultStatus":"affected","versions":[
            {"version":"5.15","status":"affected"},{"version":"5.15.168","lessThanOrEqual":"5.15.*","status":"unaffected","versionType":"semver"}]}],
        "cpeApplicability":[{"nodes":[{"operator":"OR","cpeMatch":[
            {"vulnerable":true,"criteria":"cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*","versionStartIncluding":"5.15","versionEndExcluding":"6.12"},
            {"vulnerable":true,"criteria":"cpe:2.3:o:other:os:*:*:*:*:*:*:*:*","versionEndExcluding":"2"}]}]}]}}}"#;
    let record = record(feeds::cve5::parse_one(raw, &Source("kernel-cna".to_owned())));
    check(
        "kernel",
        &record,
        &[
            "cpe:o:linux:linux_kernel +[5.15..5.15] -[5.15.168..5.15.*] else + semver fixed 5.15.168",
            "cve:linux|linux +[5.15..5.15] -[5.15.168..5.15.*] else + semver fixed 5.15.168",
            "cpe:o:other:os +..2) else - fixed 2",
        ],
    );
}

#[test]
fn adp_containers_speak_for_themselves() {
    let raw = br#"{"cveMetadata":{"cveID":"CVE-2024-1","state":"REJECTED"},"containers":{"cna":{"rejectedReasons":[{"lang":"en","value":"No."}]},
        "adp":[{"title":"CISA ADP","providerMetadata":{"shortName":"CISA-ADP"},"affected":[{"vendor":"a","product":"b","defaultStatus":"unknown"}],
        "cpeApplicability":[{"nodes":[{"operator":"OR","cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:a:b:*:*:*:*:*:*:*:*","versionEndExcluding":"2"}]}]}],
        "problemTypes":[{"descriptions":[{"cweId":"CWE-20","description":"x"}]}],
        "metrics":[{"cvssV3_1":{"version":"3.1","vectorString":"v","baseScore":5.5}},{"other":{"type":"ssvc","content":{}}}]}]}}"#;
    let record = record(feeds::cve5::parse_one(raw, &Source("vulnrichment".to_owned())));
    assert!(record.withdrawn);
    assert_eq!((record.id.as_str(), record.summary.as_str()), ("CVE-2024-1", "No."));
    assert_eq!(record.weaknesses, ["CWE-20"]);
    assert_eq!((record.scores[0].tenths, record.scores[0].provider.as_str()), (55, "CISA-ADP"));
    check("adp", &record, &["cve:a|b  else ?", "cpe:a:a:b +..2) else - fixed 2"]);
    assert_eq!(record.statements[1].pointer, "/containers/adp/0/cpeApplicability/0/nodes/0/cpeMatch/0");
}

#[test]
fn osv_packages_become_statements() {
    for (name, affected, expected) in [
        (
            "events in any order",
            r#"{"package":{"ecosystem":"Go","name":"github.com/a/b"},"ranges":[{"type":"SEMVER","events":[
            {"fixed":"1.10.0"},{"introduced":"1.9.0"},{"introduced":"0"},{"fixed":"1.2.0"}]}]}"#,
            &["purl:golang/github.com/a/b +..1.2.0) +[1.9.0..1.10.0) else - go fixed 1.10.0,1.2.0"][..],
        ),
        (
            "last affected is inside",
            r#"{"package":{"ecosystem":"Bitnami","name":"activemq"},"ranges":[{"type":"SEMVER","events":[{"introduced":"5.15.12"},{"last_affected":"5.15.12"}]}]}"#,
            &["purl:bitnami/activemq +[5.15.12..5.15.12] else - semver"],
        ),
        (
            "no end",
            r#"{"package":{"ecosystem":"crates.io","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"1.0.0"}]}]}"#,
            &["purl:cargo/a +[1.0.0.. else - semver"],
        ),
        (
            "listed versions beside a range",
            r#"{"package":{"ecosystem":"PyPI","name":"A_b"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.0"}]}],"versions":["0.9","1.5"]}"#,
            &["purl:pypi/a-b +[1.5..1.5] +..1.0) else - pep440 fixed 1.0"],
        ),
        (
            "distribution",
            r#"{"package":{"ecosystem":"AlmaLinux:8","name":"openssl"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1:1.1.1k-9.el8"}]}]}"#,
            &["distro:almalinux:8/openssl +..1:1.1.1k-9.el8) else - rpm fixed 1:1.1.1k-9.el8"],
        ),
        (
            "commits",
            r#"{"ranges":[{"type":"GIT","repo":"https://github.com/A/b.git","events":[{"introduced":"0"},{"fixed":"abc"}]}]}"#,
            &["git:github.com/a/b +..abc) else ? fixed abc exact"],
        ),
        (
            "limit cuts",
            r#"{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"1.0.0"},{"limit":"2.0.0"}]}]}"#,
            &["purl:npm/a +[1.0.0..2.0.0) else - semver"],
        ),
        (
            "neither versions nor ranges",
            r#"{"package":{"ecosystem":"npm","name":"a"}}"#,
            &["purl:npm/a  else ? semver"],
        ),
    ] {
        let raw = format!(r#"{{"id":"X-1","modified":"2024-01-01T00:00:00Z","affected":[{affected}]}}"#);
        check(name, &record(feeds::osv::parse_one(raw.as_bytes(), &Source("osv:x".to_owned()))), expected);
    }
}

#[test]
fn an_osv_record_keeps_its_facts() {
    let raw = br#"{"id":"GHSA-1","modified":"0001-01-01T00:00:00Z","withdrawn":"2024-01-01T00:00:00Z","aliases":["CVE-1"],"upstream":["CVE-2"],"related":["CVE-3"],
        "details":"D\u0000","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},{"type":"CVSS_V3","score":"x"}],"database_specific":{"cwe_ids":["CWE-1"]}}"#;
    let unit = feeds::osv::parse_one(raw, &Source("osv:npm".to_owned()));
    let codes =
        unit.as_ref().map(|(_, issues)| issues.iter().map(|issue| issue.code.as_str()).collect::<Vec<_>>());
    assert_eq!(codes, Ok(vec!["null_replaced", "severity"]));
    let record = record(unit);
    assert!(record.withdrawn);
    assert_eq!(
        (record.aliases.as_slice(), record.upstream.as_slice()),
        (&["CVE-1".to_owned()][..], &["CVE-2".to_owned()][..])
    );
    assert_eq!((record.modified, record.summary.as_str()), (None, "D\u{fffd}"));
    assert_eq!((record.scores.len(), record.scores[0].tenths), (1, 98));
    assert_eq!(record.weaknesses, ["CWE-1"]);
}

#[test]
fn an_erratum_names_what_it_fixes_under_related() {
    let erratum = |id: &str, ecosystem: &str, rest: &str| {
        let raw = format!(
            r#"{{"id":"{id}","affected":[{{"package":{{"ecosystem":"{ecosystem}","name":"x"}},
            "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"2-1.el8"}}]}}]}}]{rest}}}"#
        );
        let record = record(feeds::osv::parse_one(raw.as_bytes(), &Source("osv:x".to_owned())));
        (record.upstream.join(" "), record.withdrawn)
    };
    let related = r#","related":["CVE-2024-2","CVE-2024-1","RHSA-1"]"#;
    let check = |found: (String, bool), upstream: &str, withdrawn: bool| {
        assert_eq!(found, (upstream.to_owned(), withdrawn));
    };
    check(erratum("ALSA-2024:1", "AlmaLinux:8", related), "CVE-2024-2 CVE-2024-1", false);
    // Where the record has the proper fields, `related` means nothing, and nowhere outside distributions.
    let proper = format!(r#"{related},"upstream":["CVE-2024-3"]"#);
    check(erratum("ALSA-2024:1", "AlmaLinux:8", &proper), "CVE-2024-3", false);
    check(erratum("GHSA-1", "npm", related), "", false);
    // About bugs alone: no vulnerability. A bug erratum that fixes one all the same is about it.
    check(erratum("ALBA-2024:1", "AlmaLinux:8", ""), "", true);
    check(erratum("ALEA-2024:1", "AlmaLinux:8", related), "CVE-2024-2 CVE-2024-1", false);
    check(erratum("ALSA-2024:1", "AlmaLinux:8", ""), "", false);
}

#[test]
fn free_form_fields_cost_no_record() {
    for specific in [r#""anything""#, "[1]", "null", r#"{"cwe_ids":"CWE-1"}"#, r#"{"cwe_ids":["CWE-1",2]}"#] {
        let raw = format!(r#"{{"id":"X-1","aliases":["CVE-1"],"database_specific":{specific}}}"#);
        let record = record(feeds::osv::parse_one(raw.as_bytes(), &Source("osv:npm".to_owned())));
        assert_eq!(record.aliases, ["CVE-1"], "{specific}");
    }
}

#[test]
fn a_package_url_narrows_to_an_architecture() {
    let hardware = |purl: &str| {
        let raw = format!(
            r#"{{"id":"X-1","affected":[{{"package":{{"ecosystem":"Wolfi","name":"x","purl":"{purl}"}},
            "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}}]}}]}}]}}"#
        );
        let record = record(feeds::osv::parse_one(raw.as_bytes(), &Source("osv:Wolfi".to_owned())));
        record.statements[0].qualifiers.target_hw.clone()
    };
    assert_eq!(hardware("pkg:apk/wolfi/x?arch=x86_64").as_deref(), Some("x86_64"));
    assert_eq!(hardware("pkg:apk/wolfi/x?arch=noarch"), None);
    assert_eq!(hardware("pkg:apk/wolfi/x"), None);
    assert_eq!(hardware("no package url"), None);
}

fn csaf(tree: &str, vulnerabilities: &str) -> (Record, Vec<feeds::Issue>) {
    let raw = format!(
        r#"{{"document":{{"category":"csaf_vex","csaf_version":"2.0","title":"Pumps","publisher":{{"name":"Acme PSIRT"}},
        "tracking":{{"id":"ACME-1","status":"final","current_release_date":"2024-02-01T00:00:00Z","initial_release_date":"2024-01-01T00:00:00Z"}}}},
        "product_tree":{tree},"vulnerabilities":{vulnerabilities}}}"#
    );
    read(feeds::csaf::parse_one(raw.as_bytes(), &Source("csaf:Acme PSIRT".to_owned())))
}

const PUMPS: &str = r#"{"branches":[{"category":"vendor","name":"Acme","branches":[
    {"category":"product_name","name":"Pump","branches":[
        {"category":"product_version_range","name":"vers:all/<V4.3","product":{"name":"p","product_id":"old"}},
        {"category":"product_version","name":"4.3","product":{"name":"p","product_id":"new"}},
        {"category":"product_version_range","name":"<June/2/2023","product":{"name":"p","product_id":"odd"}}]},
    {"category":"product_name","name":"Acme Hub","product":{"name":"h","product_id":"hub",
        "product_identification_helper":{"cpe":"cpe:/h:acme:hub:2","hashes":[{"filename":"f","file_hashes":[{"algorithm":"sha256","value":"AB"}]}]}}},
    {"category":"product_version","name":"zlib","product":{"name":"z","product_id":"zlib",
        "product_identification_helper":{"purl":"pkg:generic/zlib@1.2.11?arch=arm"}}}]}],
    "relationships":[
        {"category":"installed_on","product_reference":"old","relates_to_product_reference":"hub","full_product_name":{"name":"n","product_id":"old-on-hub"}},
        {"category":"default_component_of","product_reference":"zlib","relates_to_product_reference":"hub","full_product_name":{"name":"n","product_id":"zlib-in-hub"}},
        {"category":"default_component_of","product_reference":"circle","relates_to_product_reference":"hub","full_product_name":{"name":"n","product_id":"circle"}}]}"#;

#[test]
fn csaf_products_become_statements_flaw_by_flaw() {
    let (record, issues) = csaf(
        PUMPS,
        r#"[{"cve":"CVE-2024-1","cwe":{"id":"CWE-79"},"scores":[{"products":["old"],"cvss_v3":{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":9.8}}],
            "product_status":{"known_affected":["old","odd"],"fixed":["new"],"recommended":["new"]},
            "remediations":[{"category":"vendor_fix","details":"Update\nto 4.3","url":"https://acme.example/f","product_ids":["old"]}]},
            {"cve":"CVE-2024-2","product_status":{"known_affected":["old-on-hub"],"known_not_affected":["zlib-in-hub","circle"]},
            "flags":[{"label":"vulnerable_code_not_present","product_ids":["zlib-in-hub"]}]},
            {"cve":"CVE-2024-3","product_status":{"under_investigation":["hub"]}}]"#,
    );
    assert_eq!(record.upstream, ["CVE-2024-1", "CVE-2024-2", "CVE-2024-3"]);
    assert_eq!(record.modified.as_deref(), Some("2024-02-01T00:00:00Z"));
    assert_eq!((record.scores[0].tenths, record.scores[0].flaw), (98, Some(0)));
    assert_eq!(record.weaknesses, ["CWE-79"]);
    check(
        "csaf",
        &record,
        &[
            "cve:acme|pump +..V4.3) else - fixed 4.3 [vendor_fix: Update to 4.3 https://acme.example/f] of 0",
            "cve:acme|pump ?.. else ? fixed 4.3 of 0",
            "cve:acme|pump -[4.3..4.3] else ? fixed: its publisher says so (Acme PSIRT) of 0",
            "cve:acme|pump +..V4.3) else - if 0 of 1",
            "purl:generic/zlib -[1.2.11..1.2.11] else ? generic if 0 arch=arm not affected: vulnerable_code_not_present (Acme PSIRT) of 1",
            "cpe:h:acme:hub ?[2..2] else ? of 2",
            "cve:acme|acme hub ?.. else ? of 2",
            "cve:acme|hub ?.. else ? of 2",
            "hash:sha256:ab ?.. else ? of 2",
        ],
    );
    let conditions: Vec<String> = record.conditions.iter().map(condition).collect();
    assert_eq!(conditions, ["(and cpe:h:acme:hub)"]);
    // The circle names no product, and is told.
    assert_eq!(issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [feeds::IssueCode::Product]);
}

#[test]
fn a_csaf_document_without_flaws_or_withdrawn_names_none() {
    assert!(csaf("{}", "[]").0.withdrawn);
    let unnamed = csaf(PUMPS, r#"[{"product_status":{"known_affected":["old"]}}]"#).0;
    assert_eq!((unnamed.upstream, unnamed.withdrawn), (vec!["ACME-1#0".to_owned()], false));
}

#[test]
fn a_hostile_product_tree_costs_issues_and_no_more() {
    let deep = format!("{}{}", r#"{"branches":[{"name":"a","branches":[{"name":"b"}]"#, "}]}");
    assert!(csaf(&deep, "[]").1.is_empty());
    // A hundred thousand products, each the part of the one before it.
    let chain: Vec<String> = (0..100_000)
        .map(|n| format!(r#"{{"product_reference":"{}","relates_to_product_reference":"{}","full_product_name":{{"product_id":"{n}"}}}}"#, n + 1, n / 2))
        .collect();
    let ids: Vec<String> = (0..100_000).map(|n| format!("\"{n}\"")).collect();
    let (record, issues) = csaf(
        &format!(r#"{{"relationships":[{}]}}"#, chain.join(",")),
        &format!(r#"[{{"cve":"CVE-2024-1","product_status":{{"known_affected":[{}]}}}}]"#, ids.join(",")),
    );
    assert!(record.statements.is_empty());
    assert_eq!(issues.len(), 1, "one issue counts them all");
}

#[test]
fn openvex_speaks_of_parts_in_their_products() {
    let raw = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://acme.example/vex","author":"Acme","timestamp":"2024-01-01T00:00:00Z","statements":[
        {"vulnerability":{"name":"GO-2024-1","aliases":["CVE-2024-1","GHSA-1"]},"status":"not_affected","justification":"vulnerable_code_not_present",
         "products":[{"@id":"pkg:oci/pump?repository_url=acme.example","subcomponents":[{"@id":"pkg:golang/stdlib@v1.20.3"},{"@id":"pkg:golang/stdlib@v1.20.4"},{"@id":"pkg:deb/debian/zlib1g"},{"@id":"[ERROR]"}]}]},
        {"vulnerability":"CVE-2024-2","status":"fixed","products":["pkg:npm/lib@1.2.0","pkg:npm/lib","hub"]},
        {"vulnerability":{"name":"CVE-2024-3"},"status":"affected","action_statement":"update","products":[{"identifiers":{"purl":"pkg:npm/lib@1.1.0"}}]},
        {"vulnerability":{"name":"CVE-2024-4"},"status":"under_investigation","products":[{"@id":"pkg:npm/lib@1.1.0"}]}]}"#;
    let (record, issues) = match feeds::openvex::parse_one(raw.as_bytes(), &Source("openvex:Acme".to_owned()))
    {
        Ok(read) => read,
        Err(issue) => panic!("refused: {issue:?}"),
    };
    assert_eq!(record.id, "https://acme.example/vex#pkg:oci/pump?repository_url=acme.example");
    assert_eq!(record.upstream, ["CVE-2024-1", "CVE-2024-2", "CVE-2024-3", "CVE-2024-4"]);
    check(
        "openvex",
        &record,
        &[
            "purl:golang/stdlib -[v1.20.3..v1.20.3] -[v1.20.4..v1.20.4] else ? go if 0 not affected: vulnerable_code_not_present (Acme) of 0",
            "purl:npm/lib -[1.2.0..1.2.0] else ? semver fixed: its author says so (Acme) of 1",
            "purl:npm/lib +[1.1.0..1.1.0] else ? semver [update] of 2",
        ],
    );
    assert_eq!(record.conditions.iter().map(condition).collect::<Vec<_>>(), ["purl:oci/pump"]);
    assert_eq!(issues.len(), 1);
    assert!(issues[0].text.starts_with("4 products"), "{}", issues[0].text);
}

#[test]
fn a_cyclonedx_vex_speaks_of_its_product_and_of_parts_in_it() {
    let vex = |subject: &str| {
        let raw = format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","serialNumber":"urn:uuid:1","metadata":{{"timestamp":"2024-01-01T00:00:00Z","supplier":{{"name":"Acme"}}{subject}}},
            "components":[{{"bom-ref":"a","purl":"pkg:npm/lib@1.2.0","components":[{{"bom-ref":"b","purl":"pkg:npm/inner@2.0.0"}}]}}],
            "vulnerabilities":[{{"id":"CVE-2024-1","analysis":{{"state":"not_affected","justification":"code_not_reachable"}},"affects":[{{"ref":"a"}},{{"ref":"b"}}]}},
            {{"id":"CVE-2024-2","analysis":{{"state":"resolved"}},"affects":[{{"ref":"urn:cdx:1/1#pkg%3Anpm%2Flib%401.3.0"}},{{"ref":"pump"}},{{"ref":"nowhere"}}]}},
            {{"id":"CVE-2024-3","affects":[{{"ref":"a"}}]}}]}}"#
        );
        let source = Source("cyclonedx-vex:Acme".to_owned());
        record(feeds::cyclonedx_vex::parse_one(raw.as_bytes(), &source, "vex"))
    };
    check(
        "without a product",
        &vex(""),
        &[
            "purl:npm/lib -[1.2.0..1.2.0] else ? semver not affected: code_not_reachable (Acme) of 0",
            "purl:npm/inner -[2.0.0..2.0.0] else ? semver not affected: code_not_reachable (Acme) of 0",
            "purl:npm/lib -[1.3.0..1.3.0] else ? semver fixed: resolved (Acme) of 1",
        ],
    );
    check(
        "in a product",
        &vex(r#","component":{"bom-ref":"pump","purl":"pkg:generic/pump@4.2"}"#),
        &[
            "purl:npm/lib -[1.2.0..1.2.0] else ? semver if 0 not affected: code_not_reachable (Acme) of 0",
            "purl:npm/inner -[2.0.0..2.0.0] else ? semver if 0 not affected: code_not_reachable (Acme) of 0",
            "purl:npm/lib -[1.3.0..1.3.0] else ? semver if 0 fixed: resolved (Acme) of 1",
            "purl:generic/pump -[4.2..4.2] else ? generic fixed: resolved (Acme) of 1",
        ],
    );
    check(
        "in a product that nothing identifies",
        &vex(r#","component":{"bom-ref":"pump","name":"pump"}"#),
        &[],
    );
}

#[test]
fn a_score_that_its_vector_contradicts_stays_and_is_listed() {
    let said = |base: &str| {
        let scores = format!(
            r#"[{{"cve":"CVE-2024-1","scores":[{{"cvss_v3":{{"version":"3.1","vectorString":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H","baseScore":{base}}}}}]}}]"#
        );
        let (record, issues) = csaf("{}", &scores);
        (record.scores[0].tenths, issues.iter().map(|issue| issue.code).collect::<Vec<_>>())
    };
    assert_eq!(said("9.8"), (98, vec![]));
    assert_eq!(said("7.5"), (75, vec![feeds::IssueCode::Severity]));
}
