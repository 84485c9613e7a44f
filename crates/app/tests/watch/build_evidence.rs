//! Evidence of how an image was built: what it excludes, for which release, until when, and for whom.

use std::{fs, sync::Mutex};

use app::{
    AppError, Viewer,
    account::account,
    build_evidence::{self, EvidenceAdded, NewBuildEvidence},
    deep,
    explain::{ExplainReport, explain_release},
    inventory,
    product::{self, NewProduct},
    release::{self, NewRelease},
    sweep::{SweepReport, sweep},
};
use domain::ledger::AsOf;
use testkit::{both, sqlite};

use crate::support::Workspace;

/// In TIPC, and exploited; in nf_tables; in the scheduler.
const FLAWS: [(&str, &str); 3] = [
    ("CVE-2024-0101", "net/tipc/link.c"),
    ("CVE-2024-0102", "net/netfilter/nf_tables_api.c"),
    ("CVE-2024-0103", "kernel/sched/rt.c"),
];
const CONFIG: &str = "# Linux/arm64 5.10.100 Kernel Configuration\nCONFIG_NET=y\n# CONFIG_TIPC is not set\nCONFIG_NF_TABLES=m\n";
const LIST: &str = "init/main.c\nkernel/fork.c\nmm/page_alloc.c\nlib/vsprintf.c\ninclude/linux/kconfig.h\nkernel/sched/rt.c\n";

fn image(letter: &str) -> String {
    format!("sha256:{}", letter.repeat(64))
}

/// A record as the kernel's CNA writes it, in words of our own.
fn record(id: &str, file: &str) -> String {
    format!(
        r#"{{"dataType":"CVE_RECORD","dataVersion":"5.1","cveMetadata":{{"cveId":"{id}","assignerOrgId":
        "00000000-0000-4000-8000-000000000001","assignerShortName":"Linux","state":"PUBLISHED",
        "datePublished":"2024-01-02T00:00:00.000Z","dateUpdated":"2024-01-02T00:00:00.000Z"}},"containers":{{"cna":{{
        "providerMetadata":{{"orgId":"00000000-0000-4000-8000-000000000001","shortName":"Linux"}},
        "descriptions":[{{"lang":"en","value":"A flaw in {file}"}}],"affected":[{{"product":"Linux","vendor":"Linux",
        "defaultStatus":"affected","programFiles":["{file}"],"versions":[{{"version":"5.4","status":"affected"}},
        {{"version":"0","lessThan":"5.4","status":"unaffected","versionType":"semver"}},
        {{"version":"5.10.209","lessThanOrEqual":"5.10.*","status":"unaffected","versionType":"semver"}}]}}]}}}}}}"#
    )
}

/// `monitor@1` and `monitor@2` with the same kernel.
fn filled(engine: &testkit::Engine) -> Workspace {
    let workspace = Workspace::new(engine);
    let (app, console) = (&workspace.app, &workspace.console);
    for (id, file) in FLAWS {
        let path = workspace.feeds().join(format!("cves/2024/0xxx/{id}.json"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, record(id, file)).unwrap();
    }
    fs::write(
        workspace.feeds().join("known_exploited_vulnerabilities.json"),
        r#"{"title":"catalogue","catalogVersion":"2024.03.01","dateReleased":"2024-03-01T00:00:00.0000Z","count":1,
        "vulnerabilities":[{"cveID":"CVE-2024-0101","vendorProject":"x","product":"x","vulnerabilityName":"x",
        "dateAdded":"2024-02-28","shortDescription":"x","requiredAction":"x","dueDate":"2024-03-20",
        "knownRansomwareCampaignUse":"Unknown","notes":""}]}"#,
    )
    .unwrap();
    workspace.import(&workspace.feeds());
    product::add(app, console, NewProduct { name: "Monitor".to_owned(), ..NewProduct::default() }).unwrap();
    for version in ["1", "2"] {
        let new = NewRelease {
            product: "monitor".to_owned(),
            version: version.to_owned(),
            ..NewRelease::default()
        };
        release::add(app, console, new).unwrap();
        let sbom = format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","version":{version},"components":[{{"type":"operating-system",
            "bom-ref":"k","name":"linux","version":"5.10.100",
            "cpe":"cpe:2.3:o:linux:linux_kernel:5.10.100:*:*:*:*:*:*:*"}}]}}"#
        );
        inventory::add(app, console, &format!("monitor@{version}"), "sbom.json", sbom.as_bytes(), "a test")
            .unwrap();
    }
    workspace
}

fn new(kind: &str, image: &str) -> NewBuildEvidence {
    NewBuildEvidence {
        release: "monitor@1".to_owned(),
        kind: kind.to_owned(),
        image: image.to_owned(),
        file_name: "evidence.txt".to_owned(),
        ..NewBuildEvidence::default()
    }
}

fn add(workspace: &Workspace, kind: &str, text: &str) -> EvidenceAdded {
    let new = new(kind, &image("a"));
    build_evidence::add(&workspace.app, &workspace.console, new, text.as_bytes(), "from the build").unwrap()
}

fn swept(workspace: &Workspace, full: bool) -> SweepReport {
    let report = sweep(&workspace.app, &workspace.console, full).unwrap();
    let accounts = account(&workspace.app, &workspace.console, AsOf::Now, None).unwrap();
    assert!(accounts.closes(), "{accounts:#?}");
    report
}

/// Open and excluded by statement, of both releases.
fn counts(workspace: &Workspace) -> [(i64, i64); 2] {
    let accounts = account(&workspace.app, &workspace.console, AsOf::Now, None).unwrap();
    let of = |at: usize| (accounts.releases[at].open, accounts.releases[at].excluded.statement);
    [of(0), of(1)]
}

fn explained(workspace: &Workspace, as_of: AsOf, flaw: &str) -> ExplainReport {
    explain_release(&workspace.app, &workspace.console, as_of, "monitor@1", flaw, None).unwrap()
}

#[test]
fn evidence_settles_its_release_alone_and_can_be_taken_back() {
    let results = Mutex::new(Vec::new());
    both(|engine| {
        let workspace = filled(engine);
        let (app, console) = (&workspace.app, &workspace.console);
        let first = swept(&workspace, false);
        assert_eq!((first.verdicts, counts(&workspace)), (3, [(3, 0), (3, 0)]));
        let before = app.now();
        workspace.clock.set("2026-03-02T09:00:00Z".parse().unwrap());

        let config = add(&workspace, "kernel-config", CONFIG);
        assert_eq!((config.items, config.issues.len(), config.already_there), (3, 0, false));
        assert!(add(&workspace, "kernel-config", CONFIG).already_there);
        // Nothing moves before somebody looks.
        assert_eq!(counts(&workspace), [(3, 0), (3, 0)]);
        let by_config = swept(&workspace, false);
        assert!(!by_config.confirmed);
        assert_eq!(counts(&workspace), [(2, 1), (3, 0)]);
        let list = add(&workspace, "compiled-files", LIST);
        let by_both = swept(&workspace, false);
        assert_eq!(counts(&workspace), [(1, 2), (3, 0)]);
        assert!(swept(&workspace, false).confirmed);
        let full = swept(&workspace, true);
        assert_eq!((full.opened, full.closed, &full.result), (0, 0, &by_both.result));

        let excluded = build_evidence::excluded(app, console, AsOf::Now, "monitor@1").unwrap();
        let rows: Vec<_> =
            excluded.lines.iter().map(|line| (line.vulnerability.as_str(), line.one_by_one)).collect();
        assert_eq!(rows, [("CVE-2024-0101", Some("known to be exploited")), ("CVE-2024-0102", None)]);
        assert_eq!((excluded.vulnerabilities, excluded.one_by_one), (2, 1));
        assert!(build_evidence::excluded(app, console, AsOf::Now, "monitor@2").unwrap().lines.is_empty());

        let told = explained(&workspace, AsOf::Now, "CVE-2024-0101");
        assert_eq!((told.verdict, told.stopped_at), (Some("excluded_by_build"), Some("build")));
        let leaf = told.verdicts[0].condition.join("\n");
        for word in ["net/tipc/link.c", "CONFIG_TIPC is not set", &config.digest, "limits"] {
            assert!(leaf.contains(word), "{word}: {leaf}");
        }
        let told = explained(&workspace, AsOf::Now, "CVE-2024-0103");
        assert_eq!((told.verdict, told.stopped_at), (Some("in_range"), None));
        assert!(told.steps.iter().any(|step| step.gate == "build" && step.text.contains("is compiled")));
        assert_eq!(explained(&workspace, AsOf::At(before), "CVE-2024-0101").verdict, Some("in_range"));

        let all = build_evidence::list(app, console, AsOf::Now, Some("monitor@1")).unwrap();
        assert_eq!(all.len(), 2);
        let file = build_evidence::original(app, console, AsOf::Now, &list.evidence).unwrap();
        assert_eq!(file, ("evidence.txt".to_owned(), LIST.as_bytes().to_vec()));
        for id in [&config.evidence, &list.evidence] {
            assert!(build_evidence::withdraw(app, console, id, " ").is_err());
            build_evidence::withdraw(app, console, id, "of another build").unwrap();
        }
        assert!(build_evidence::withdraw(app, console, &list.evidence, "again").is_err());
        let back = swept(&workspace, false);
        assert_eq!((counts(&workspace), &back.result), ([(3, 0), (3, 0)], &first.result));
        let (verification, recomputed) = deep::verify(app, console, None).unwrap();
        assert_eq!((verification.verified.damage, recomputed.passed_over), (None, 0));
        results.lock().unwrap().push([by_config.result, by_both.result]);
    });
    let results = results.into_inner().unwrap();
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "both engines give one digest");
}

#[test]
fn what_is_refused() {
    let database = sqlite();
    let workspace = filled(&database.engine);
    let (app, console) = (&workspace.app, &workspace.console);
    let check = |new: NewBuildEvidence, text: &str, word: &str| {
        let error = build_evidence::add(app, console, new, text.as_bytes(), "a test").unwrap_err();
        assert!(error.to_string().contains(word), "{error}");
    };
    check(new("kernel-config", "latest"), CONFIG, "digest of the shipped image");
    check(new("config", &image("a")), CONFIG, "kernel-config, compiled-files, facts, open-ports");
    check(new("compiled-files", &image("a")), "", "holds nothing");
    check(new("open-ports", &image("a")), CONFIG, "holds nothing");
    check(
        NewBuildEvidence { release: "monitor@9".to_owned(), ..new("facts", &image("a")) },
        "a=b",
        "no release",
    );
    let secret = NewBuildEvidence { audience: Some("secret".to_owned()), ..new("facts", &image("a")) };
    check(secret, "a=b", "need-to-know");
    add(&workspace, "facts", "PermitRootLogin=no\n");
    add(&workspace, "open-ports", "22/tcp open ssh\n");
    check(new("kernel-config", &image("b")), CONFIG, "ships one image");
    // Facts and ports are for people: no verdict moves.
    swept(&workspace, false);
    assert_eq!(counts(&workspace), [(3, 0), (3, 0)]);
    // A file that is gone is told, not passed over.
    let config = add(&workspace, "kernel-config", CONFIG);
    let blob = workspace.folder.path().join("blobs").join(&config.digest[..2]).join(&config.digest);
    fs::remove_file(blob).unwrap();
    assert!(matches!(sweep(app, console, false), Err(AppError::Missing { .. })));
}

#[test]
fn evidence_under_a_label_settles_nothing_public() {
    let database = sqlite();
    let workspace = filled(&database.engine);
    let (app, console) = (&workspace.app, &workspace.console);
    let holder = Viewer::console(vec!["secret".to_owned()]);
    let private =
        NewBuildEvidence { audience: Some("secret".to_owned()), ..new("kernel-config", &image("c")) };
    build_evidence::add(app, &holder, private, CONFIG.as_bytes(), "a test").unwrap();
    let first = swept(&workspace, false);
    assert_eq!(counts(&workspace), [(3, 0), (3, 0)]);
    assert!(build_evidence::list(app, console, AsOf::Now, None).unwrap().is_empty());
    assert_eq!(build_evidence::list(app, &holder, AsOf::Now, None).unwrap().len(), 1);
    // An outsider meets no trace of it: neither an image that stands in the way nor another result.
    add(&workspace, "facts", "a=b\n");
    assert_eq!(swept(&workspace, true).result, first.result);
    assert_eq!(explained(&workspace, AsOf::Now, "CVE-2024-0101").verdict, Some("in_range"));
}
