//! Products that bear a need-to-know label: swept for who may know of them, in entries of their own; to everybody else every
//! figure, row and digest is what it would be without them.

use std::{fs, sync::Mutex};

use app::{
    Viewer,
    account::account,
    case::{self, NewCase},
    decision::{self, Proposal},
    deep,
    exposed::exposed,
    import::{ImportRequest, import_private},
    inventory, ledger,
    product::{self, NewProduct},
    release::{self, NewRelease},
    sweep::{SweepReport, replay, sweep},
    watch::{FindingFilter, FindingSort, findings, watch},
};
use domain::{decision::VexStatus, ledger::AsOf};
use testkit::{Engine, both};

use crate::support::{Workspace, lay_down, osv};

const GHOST: &str = "ghost";
const SHADE: &str = "shade";

fn scene(engine: &Engine) -> Workspace {
    let workspace = Workspace::new(engine);
    lay_down(&workspace.feeds());
    workspace.import(&workspace.feeds());
    workspace.fill();
    workspace
}

fn viewer(labels: &[&str]) -> Viewer {
    Viewer::console(labels.iter().map(|label| (*label).to_owned()).collect())
}

/// Modules of Go and the widget; on Windows where asked, so that the widget's condition is settled otherwise.
fn document(modules: &[(&str, &str)], windows: bool) -> String {
    let mut parts: Vec<String> = modules
        .iter()
        .map(|(name, version)| {
            format!(
                r#"{{"type":"library","bom-ref":"{name}{version}","name":"{name}","version":"{version}",
                "purl":"pkg:golang/example.org/{name}@{version}"}}"#
            )
        })
        .collect();
    parts.push(
        r#"{"type":"application","bom-ref":"w","name":"widget","version":"1.5",
        "cpe":"cpe:2.3:a:acme:widget:1.5:*:*:*:*:*:*:*"}"#
            .to_owned(),
    );
    if windows {
        parts.push(
            r#"{"type":"operating-system","bom-ref":"os","name":"Windows","version":"10.0.17763",
            "cpe":"cpe:2.3:o:microsoft:windows:10.0.17763:*:*:*:*:*:*:*"}"#
                .to_owned(),
        );
    }
    format!(r#"{{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{}]}}"#, parts.join(","))
}

fn attach(workspace: &Workspace, label: Option<&str>, reference: &str, document: &str) {
    let (app, viewer) = (&workspace.app, viewer(label.as_slice()));
    let (slug, version) = reference.split_once('@').unwrap();
    let known = |error: app::AppError| assert!(matches!(error, app::AppError::Conflict(_)), "{error}");
    let audience = label.map(str::to_owned);
    let new = NewProduct { name: slug.to_owned(), audience, ..NewProduct::default() };
    product::add(app, &viewer, new).map_or_else(known, drop);
    let new = NewRelease { product: slug.to_owned(), version: version.to_owned(), ..NewRelease::default() };
    release::add(app, &viewer, new).map_or_else(known, drop);
    inventory::add(app, &viewer, reference, "sbom.json", document.as_bytes(), "a test").unwrap();
}

/// A part that everybody's products hold, one of another version, one that nobody else has, and a condition that holds.
fn ghost() -> String {
    document(&[("meter", "v1.3.0"), ("meter", "v1.2.0"), ("other", "v1.0.0")], true)
}

fn receipt(report: &SweepReport) -> String {
    format!(
        "{} {} {} {} {} {} {}",
        report.inventories,
        report.components,
        report.verdicts,
        report.opened,
        report.closed,
        report.result,
        report.confirmed
    )
}

/// What somebody without labels is told.
fn told(workspace: &Workspace) -> String {
    let (app, viewer) = (&workspace.app, viewer(&[]));
    let filter = FindingFilter::default();
    let list = findings(app, &viewer, AsOf::Now, &filter, FindingSort::Name, None, 99).unwrap();
    let list: Vec<_> = list.groups.iter().map(|g| (&g.shown, g.releases, g.components, g.units)).collect();
    let sweeps = watch(app, &viewer, AsOf::Now).unwrap().sweeps;
    let sweeps: Vec<_> = sweeps
        .iter()
        .map(|s| (s.inventories, s.components, s.verdicts, s.opened, s.closed, &s.result, &s.audience))
        .collect();
    let account = account(app, &viewer, AsOf::Now, None).unwrap().releases;
    format!("{list:?} {sweeps:?} {account:?}")
}

/// `release component@version word` of everything that is exposed to a vulnerability.
fn rows(workspace: &Workspace, viewer: &Viewer, name: &str) -> Vec<String> {
    let Ok(report) = exposed(&workspace.app, viewer, AsOf::Now, name) else { return Vec::new() };
    let mut rows = Vec::new();
    for release in report.releases {
        for part in release.components {
            let version = part.version.unwrap_or_default();
            rows.push(format!(
                "{}@{} {}@{version} {}",
                release.product, release.release, part.name, part.verdict
            ));
        }
    }
    rows.sort();
    rows
}

fn whole(workspace: &Workspace, labels: &[&str]) {
    let viewer = viewer(labels);
    let report = account(&workspace.app, &viewer, AsOf::Now, None).unwrap();
    assert!(report.closes(), "{labels:?}: {report:#?}");
    let verified = deep::verify(&workspace.app, &viewer, None).unwrap().0.verified;
    assert_eq!(verified.damage, None);
}

#[test]
fn nobody_else_is_told_by_a_figure() {
    let parts = Mutex::new(Vec::new());
    both(|engine| {
        let other = testkit::sqlite();
        let (plain, secret) = (scene(&other.engine), scene(engine));
        attach(&secret, Some(GHOST), "ghost@1", &ghost());
        let [one, two] = [&plain, &secret].map(|workspace| {
            let report = sweep(&workspace.app, &viewer(&[]), false).unwrap();
            assert!(report.labelled.is_empty());
            receipt(&report)
        });
        assert_eq!(one, two);
        assert_eq!(told(&plain), told(&secret));

        let holder = viewer(&[GHOST]);
        assert_eq!(
            rows(&secret, &holder, "CVE-2024-0001"),
            [
                "ghost@1 meter@v1.2.0 in_range",
                "ghost@1 meter@v1.3.0 in_range",
                "pump@1 meter@v1.3.0 in_range"
            ]
        );
        assert_eq!(rows(&secret, &holder, "CVE-2024-0002"), ["ghost@1 other@v1.0.0 in_range"]);
        let widget =
            ["ghost@1 widget@1.5 in_range", "pump@1 widget@1.5 undecided", "pump@2 widget@1.5 in_range"];
        assert_eq!(rows(&secret, &holder, "CVE-2024-0003"), widget);
        let shown = |viewer: &Viewer| {
            let filter = FindingFilter::default();
            let list =
                findings(&secret.app, viewer, AsOf::Now, &filter, FindingSort::Name, None, 99).unwrap();
            list.groups.into_iter().map(|group| (group.shown, group.releases, group.cvss.is_some())).collect()
        };
        let held: Vec<(String, u64, bool)> = shown(&holder);
        let held: Vec<_> = held.iter().map(|(name, releases, _)| (name.as_str(), *releases)).collect();
        assert_eq!(held, [("CVE-2024-0001", 2), ("CVE-2024-0002", 1), ("CVE-2024-0003", 3)]);
        assert_eq!(rows(&secret, &viewer(&[]), "CVE-2024-0002"), rows(&plain, &viewer(&[]), "CVE-2024-0002"));
        whole(&secret, &[GHOST]);
        whole(&secret, &[]);

        // Neither a second look nor one from the beginning writes a verdict; the labelled part has a digest of its own.
        for (full, confirmed) in [(false, true), (true, false)] {
            let [one, two] = [&plain, &secret].map(|w| sweep(&w.app, &viewer(&[GHOST]), full).unwrap());
            assert_eq!(receipt(&one), receipt(&two));
            let part = &two.labelled[0];
            assert_eq!((part.confirmed, part.opened, part.closed, part.verdicts), (confirmed, 0, 0, 2));
            assert_eq!((part.inventories, part.components, part.audience.as_deref()), (1, 5, Some(GHOST)));
            parts.lock().unwrap().push(part.result.clone());
        }
        let again = sweep(&secret.app, &viewer(&[GHOST]), false).unwrap();
        let entry = again.labelled[0].sequence;
        assert!(replay(&secret.app, &holder, entry).unwrap().same);
        assert!(replay(&secret.app, &viewer(&[]), entry).is_err(), "that entry is not theirs");
        sweep(&plain.app, &viewer(&[]), false).unwrap();
        let seen = |viewer: &Viewer| {
            let sweeps = watch(&secret.app, viewer, AsOf::Now).unwrap().sweeps;
            sweeps.iter().filter(|sweep| sweep.labelled_part).count()
        };
        assert_eq!((seen(&viewer(&[])), seen(&holder)), (0, 4));
        assert_eq!(told(&plain), told(&secret));
    });
    let parts = parts.into_inner().unwrap();
    assert!(parts.windows(2).all(|pair| pair[0] == pair[1]), "both engines give the same digests");
}

#[test]
fn what_becomes_everybodys_moves_and_moves_back() {
    both(|engine| {
        let other = testkit::sqlite();
        let (plain, secret) = (scene(&other.engine), scene(engine));
        attach(&secret, Some(GHOST), "ghost@1", &ghost());
        attach(&secret, Some(SHADE), "shade@1", &document(&[("other", "v1.0.0")], false));
        let step = |document: &str| {
            for workspace in [&plain, &secret] {
                attach(workspace, None, "pump@3", document);
            }
            let [one, two] = [&plain, &secret].map(|w| receipt(&sweep(&w.app, &viewer(&[]), false).unwrap()));
            assert_eq!(one, two);
            assert_eq!(told(&plain), told(&secret));
            for labels in [&[][..], &[GHOST], &[SHADE], &[GHOST, SHADE]] {
                whole(&secret, labels);
            }
            [&[][..], &[GHOST], &[GHOST, SHADE]].map(|labels| rows(&secret, &viewer(labels), "CVE-2024-0002"))
        };
        let (ghost, shade, pump) = (
            "ghost@1 other@v1.0.0 in_range".to_owned(),
            "shade@1 other@v1.0.0 in_range".to_owned(),
            "pump@3 other@v1.0.0 in_range".to_owned(),
        );
        let none = Vec::new;
        let first = document(&[("quiet", "v1.0.0")], false);
        // Nobody else has it: each label tells its own, and who holds both is told each once.
        assert_eq!(step(&first), [none(), vec![ghost.clone()], vec![ghost.clone(), shade.clone()]]);
        let (held, by) = ([ghost.clone(), pump.clone()], pump.clone());
        let all = vec![ghost.clone(), pump, shade.clone()];
        let second = document(&[("other", "v1.0.0")], false);
        assert_eq!(step(&second), [vec![by], held.to_vec(), all]);
        assert_eq!(step(&first), [none(), vec![ghost.clone()], vec![ghost, shade]]);
        // The product under the label gets another SBOM: its entry alone changes anything.
        attach(&secret, Some(GHOST), "ghost@1", &document(&[("other", "v2.0.0")], false));
        let report = sweep(&secret.app, &viewer(&[GHOST, SHADE]), false).unwrap();
        assert!(report.confirmed, "{report:?}");
        let words: Vec<_> = report.labelled.iter().map(|r| (r.audience.as_deref(), r.confirmed)).collect();
        assert_eq!(words, [(Some(GHOST), false), (Some(SHADE), true)]);
        assert_eq!(rows(&secret, &viewer(&[GHOST]), "CVE-2024-0002"), none());
        whole(&secret, &[GHOST, SHADE]);
    });
}

#[test]
fn a_private_record_is_compared_with_its_own_label_and_what_is_everybodys() {
    both(|engine| {
        let workspace = scene(engine);
        attach(&workspace, Some(GHOST), "ghost@1", &ghost());
        attach(
            &workspace,
            Some(SHADE),
            "shade@1",
            &document(&[("other", "v1.0.0"), ("meter", "v1.3.0")], false),
        );
        let file = workspace.folder.path().join("own.json");
        // The same name as the public record of the part that only labelled products have.
        let record =
            osv("ACME-2026-0001", "CVE-2024-0002", "example.org/other", "9.0.0", "2026-03-01T00:00:00Z");
        let meter =
            osv("ACME-2026-0002", "CVE-2026-0009", "example.org/meter", "9.0.0", "2026-03-01T00:00:00Z");
        fs::write(&file, format!("[{record},{meter}]")).unwrap();
        let request = ImportRequest { paths: vec![file], source: None };
        import_private(&workspace.app, &viewer(&[GHOST]), GHOST, &request, &|_| {}).unwrap();
        for full in [false, true] {
            let report = sweep(&workspace.app, &viewer(&[GHOST]), full).unwrap();
            assert_eq!(report.private[0].inventories, 3, "pump twice and ghost");
            let meters = ["ghost@1 meter@v1.2.0 in_range", "ghost@1 meter@v1.3.0 in_range"];
            let pumps = ["pump@1 meter@v1.3.0 in_range", "pump@2 meter@v1.4.0 in_range"];
            let found = rows(&workspace, &viewer(&[GHOST, SHADE]), "CVE-2026-0009");
            assert_eq!(found, [meters, pumps].concat());
            // One flaw known publicly and privately, both under one label.
            assert_eq!(
                rows(&workspace, &viewer(&[GHOST]), "CVE-2024-0002"),
                ["ghost@1 other@v1.0.0 in_range"]
            );
            assert!(rows(&workspace, &viewer(&[SHADE]), "CVE-2026-0009").is_empty());
            for labels in [&[][..], &[GHOST], &[SHADE], &[GHOST, SHADE]] {
                whole(&workspace, labels);
            }
        }
    });
}

#[test]
fn a_decision_on_a_labelled_product_stays_with_its_label() {
    both(|engine| {
        let workspace = scene(engine);
        attach(&workspace, Some(GHOST), "ghost@1", &ghost());
        let (app, holder) = (&workspace.app, viewer(&[GHOST]));
        sweep(app, &viewer(&[]), false).unwrap();
        let new = NewCase { vulnerability: "CVE-2024-0002".to_owned(), ..NewCase::default() };
        assert!(case::open(app, &viewer(&[]), new.clone(), "a try").is_err(), "the record has nothing of it");
        assert_eq!(case::open(app, &holder, new, "a test").unwrap().audience.0, GHOST);
        let proposal = |case: &str| Proposal {
            case: case.to_owned(),
            releases: vec!["ghost@1".to_owned()],
            status: VexStatus::UnderInvestigation,
            justification: None,
            impact_statement: None,
            action_statement: None,
            risk: None,
            rationale: "It is looked at.".to_owned(),
            preconditions: Vec::new(),
            review_on: None,
        };
        for name in ["CVE-2024-0001", "CVE-2024-0003"] {
            let refused = decision::decide(app, &holder, &proposal(name), "a test").unwrap_err();
            assert!(refused.to_string().contains("open the case first"), "{refused}");
            let new = NewCase { vulnerability: name.to_owned(), ..NewCase::default() };
            case::open(app, &viewer(&[]), new, "a test").unwrap();
        }
        for name in ["CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0003"] {
            let (_, decisions) = decision::decide(app, &holder, &proposal(name), "a test").unwrap();
            assert_eq!(decisions[0].audience.0, GHOST);
        }
        for full in [false, true] {
            let report = sweep(app, &holder, full).unwrap();
            assert_eq!((report.confirmed, report.labelled[0].confirmed), (!full, !full), "{report:?}");
            whole(&workspace, &[GHOST]);
            whole(&workspace, &[]);
        }
        // Without the part, what was decided is placed under the label.
        attach(&workspace, Some(GHOST), "ghost@1", &document(&[("meter", "v1.4.0")], false));
        let head = ledger::head(app, AsOf::Now).unwrap();
        let report = sweep(app, &holder, false).unwrap();
        assert!(report.confirmed && !report.labelled[0].confirmed, "{report:?}");
        whole(&workspace, &[GHOST]);
        assert!(
            !ledger::show(app, &viewer(&[]), head + 1)
                .is_ok_and(|entry| format!("{entry:?}").contains("placement"))
        );
    });
}

/// What a workspace was told last: fixed versions of three flaws by module, SBOMs by label and release.
#[derive(Clone, Default)]
struct World {
    fixed: [u64; 3],
    devices: std::collections::BTreeMap<(Option<&'static str>, &'static str), String>,
}

const MODULES: [&str; 3] = ["meter", "other", "quiet"];

impl World {
    fn tell(&self, workspace: &Workspace, step: usize) {
        for (number, (module, fixed)) in (1..).zip(MODULES.iter().zip(self.fixed)) {
            let (id, cve) = (format!("GO-2024-000{number}"), format!("CVE-2024-000{number}"));
            let modified = format!("2025-01-{:02}T00:00:00Z", step + 1);
            let record = osv(&id, &cve, &format!("example.org/{module}"), &format!("1.{fixed}.0"), &modified);
            fs::write(workspace.feeds().join(format!("osv/Go/{id}.json")), record).unwrap();
        }
        workspace.import(&workspace.feeds());
        for ((label, reference), document) in &self.devices {
            attach(workspace, *label, reference, document);
        }
    }
}

/// Results of the public part and of each label's, which a sweep from nothing has to give as well.
fn results(workspace: &Workspace, full: bool) -> Vec<String> {
    let report = sweep(&workspace.app, &viewer(&[GHOST, SHADE]), full).unwrap();
    let labelled = report.labelled.iter().map(|part| format!("{} {}", part.verdicts, part.result));
    std::iter::once(format!("{} {}", report.verdicts, report.result)).chain(labelled).collect()
}

#[test]
fn any_sequence_of_edits_gives_what_a_sweep_from_nothing_gives() {
    for seed in 1..=3_u64 {
        let mut state = seed;
        let mut below = |limit: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % limit
        };
        let database = testkit::sqlite();
        let moving = Workspace::new(&database.engine);
        lay_down(&moving.feeds());
        let mut world = World { fixed: [4, 4, 4], ..World::default() };
        let all = [(None, "pump@1"), (None, "pump@2"), (Some(GHOST), "ghost@1"), (Some(SHADE), "shade@1")];
        for device in all {
            world.devices.insert(device, document(&[], false));
        }
        for step in 0..5 {
            for _ in 0..=below(2) {
                if below(2) == 0 {
                    world.fixed[below(3) as usize] = below(6);
                } else {
                    let part = |at: u64, version: u64| (MODULES[at as usize], format!("v1.{version}.0"));
                    let parts = [part(below(3), below(6)), part(below(3), below(6))];
                    let parts: Vec<_> =
                        parts.iter().map(|(name, version)| (*name, version.as_str())).collect();
                    let parts = if parts[0] == parts[1] { &parts[..1] } else { &parts[..] };
                    world.devices.insert(all[below(4) as usize], document(parts, below(2) == 0));
                }
            }
            world.tell(&moving, step);
            let found = results(&moving, false);
            assert_eq!(results(&moving, true), found, "seed {seed}, step {step}");
            let database = testkit::sqlite();
            let fresh = Workspace::new(&database.engine);
            lay_down(&fresh.feeds());
            world.tell(&fresh, step);
            assert_eq!(results(&fresh, false), found, "seed {seed}, step {step}");
            whole(&moving, &[GHOST, SHADE]);
        }
    }
}
