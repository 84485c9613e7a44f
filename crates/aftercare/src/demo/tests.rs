//! The figures that the design states, and that everything made here is read without loss.

use std::{collections::BTreeMap, ops::ControlFlow};

use super::{
    document,
    facts::Facts,
    feeds,
    fleet::{Fleet, Table},
    parts::{Sort, parts_of},
    portfolio::Portfolio,
};

const NOW: &str = "2026-11-17T08:10:00Z";
const EVERYTHING: feeds::Sources = feeds::Sources { kernel: true, scores: true, overrides: true };

#[test]
fn the_portfolio_has_its_releases_with_lineage() {
    let portfolio = Portfolio::read().unwrap();
    assert_eq!(portfolio.products.len(), 5);
    assert_eq!(portfolio.releases.len(), 23);
    let families: std::collections::BTreeSet<_> = portfolio.products.iter().map(|p| &p.family).collect();
    assert_eq!(families.len(), 4);
    let mut earlier: Vec<(String, String)> = Vec::new();
    for release in &portfolio.releases {
        if let Some(parent) = &release.parent {
            assert!(earlier.contains(&(release.product.clone(), parent.clone())), "{}", release.name());
        }
        assert!(domain::release::Stage::parse(&release.stage).is_some(), "{}", release.name());
        earlier.push((release.product.clone(), release.version.clone()));
    }
}

#[test]
fn every_sbom_is_read_without_loss() {
    let portfolio = Portfolio::read().unwrap();
    let mut with_openssl = Vec::new();
    for release in &portfolio.releases {
        let product = portfolio.product(release).unwrap();
        for known in [false, true] {
            let parts = parts_of(product, release, known).unwrap();
            assert!((60..=400).contains(&parts.len()), "{} has {} parts", release.name(), parts.len());
            if known && parts.iter().any(|part| part.name == "openssl") {
                with_openssl.push(release.name());
            }
            let document = document::write(product, release, &parts, 1, "2026-11-05T09:41:00Z");
            let (inventory, issues) = sbom::read(&document.bytes).unwrap();
            // The device itself is listed, and has no identity either.
            let subject = 1;
            assert_eq!(inventory.components.len(), parts.len() + subject, "{}", document.file_name);
            let blind = parts.iter().filter(|part| part.sort == Sort::Blind).count() + subject;
            let expected = |issue: &sbom::Issue| {
                matches!(
                    issue.code,
                    sbom::IssueCode::NoIdentity
                        | sbom::IssueCode::VersionMissing
                        | sbom::IssueCode::MoreOfTheSame
                )
            };
            let others: Vec<_> = issues.iter().filter(|issue| !expected(issue)).collect();
            assert!(others.is_empty(), "{}: {others:?}", document.file_name);
            let nameless =
                inventory.components.iter().filter(|c| c.purl.is_none() && c.cpes.is_empty()).count();
            assert_eq!(nameless, blind, "{}", document.file_name);
            assert!(
                inventory.components.iter().any(|component| component.path.len() > 2),
                "{}",
                document.file_name
            );
        }
    }
    assert_eq!(
        with_openssl,
        [
            "corva-4@4.0",
            "corva-4@4.1",
            "corva-4@4.2",
            "corva-4@4.2.1",
            "vela-m8@3.4",
            "vela-m8@3.5",
            "optica-rw@7.2"
        ]
    );
}

#[test]
fn the_fleet_meets_the_figures_of_the_design() {
    let portfolio = Portfolio::read().unwrap();
    let fleet = Fleet::build(&portfolio).unwrap();
    assert_eq!(fleet.sites.len(), 440);
    assert_eq!(fleet.units.len(), 37_473);
    let distinct = |texts: Vec<&str>| texts.into_iter().collect::<std::collections::BTreeSet<_>>().len();
    assert_eq!(distinct(fleet.sites.iter().map(|site| site.name.as_str()).collect()), 440);
    assert_eq!(distinct(fleet.sites.iter().map(|site| site.country.as_str()).collect()), 19);
    assert_eq!(distinct(fleet.units.iter().map(|unit| unit.serial.as_str()).collect()), 37_473);
    let used: std::collections::BTreeSet<usize> = fleet.units.iter().map(|unit| unit.site).collect();
    assert_eq!(used.len(), 440, "every site has a unit");

    let mut by_release: BTreeMap<&str, (usize, std::collections::BTreeSet<usize>)> = BTreeMap::new();
    let mut by_country: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for unit in &fleet.units {
        let name = unit.release.as_deref().unwrap_or("unread");
        let entry = by_release.entry(name).or_default();
        entry.0 += 1;
        entry.1.insert(unit.site);
        let country = by_country.entry(&fleet.sites[unit.site].country).or_default();
        match name {
            "corva-4@4.1" | "corva-4@4.2" => country.0 += 1,
            "unread" => country.1 += 1,
            _ => {}
        }
    }
    for (name, units, sites) in [
        ("corva-4@4.2", 9_215, 231),
        ("corva-4@4.1", 6_480, 174),
        ("unread", 742, 38),
        ("corva-4@4.2.1", 1_870, 52),
        ("corva-4@4.0", 3_120, 96),
        ("vela-m8@3.5", 4_310, 148),
        ("vela-m8@3.4", 2_940, 103),
        ("optica-rw@7.2", 1_104, 87),
        ("tessera@2.6", 1_460, 118),
        ("vela-m8@3.2", 1_377, 61),
    ] {
        let found = by_release.get(name).map(|(units, sites)| (*units, sites.len()));
        assert_eq!(found, Some((units, sites)), "{name}");
    }
    for release in portfolio.releases.iter().filter(|release| release.units > 0) {
        let found = by_release.get(release.name().as_str()).map(|(units, sites)| (*units, sites.len()));
        assert_eq!(found, Some((release.units, release.sites)), "{}", release.name());
    }
    let mut others = (0, 0);
    for (country, figures) in by_country {
        match country {
            "DE" => assert_eq!(figures, (3_410, 90)),
            "US" => assert_eq!(figures, (3_122, 212)),
            "FR" => assert_eq!(figures, (2_204, 118)),
            "NO" => assert_eq!(figures, (1_390, 20)),
            "ES" => assert_eq!(figures, (1_275, 64)),
            "NL" => assert_eq!(figures, (1_102, 31)),
            _ => others = (others.0 + figures.0, others.1 + figures.1),
        }
    }
    assert_eq!(others, (3_192, 207));
    let countries_of_42: std::collections::BTreeSet<&str> = fleet
        .units
        .iter()
        .filter(|unit| unit.release.as_deref() == Some("corva-4@4.2"))
        .map(|unit| fleet.sites[unit.site].country.as_str())
        .collect();
    assert_eq!(countries_of_42.len(), 14);
}

#[test]
fn the_tables_of_the_fleet_add_up() {
    let portfolio = Portfolio::read().unwrap();
    let fleet = Fleet::build(&portfolio).unwrap();
    let lines = |table| fleet.units_csv(table).lines().count() - 1;
    assert_eq!(lines(Table::First) + lines(Table::Pumps), 37_473);
    assert_eq!(lines(Table::Updated), 1_870);
    assert_eq!(lines(Table::Read), 793);
    assert_eq!(fleet.sites_csv().lines().count(), 441);
    let columns = |text: &str| {
        text.lines()
            .all(|line| line.matches(',').count() == text.lines().next().unwrap().matches(',').count())
    };
    for table in [Table::First, Table::Pumps, Table::Updated, Table::Read] {
        assert!(columns(&fleet.units_csv(table)), "{table:?}");
    }
    assert!(columns(&fleet.sites_csv()));
    let unread = fleet.units_csv(Table::Pumps).lines().filter(|line| line.contains("corva-4,,")).count();
    assert_eq!(unread, 1_535);
    for serial in ["C4-2209-01187", "C4-2209-01188", "C4-2114-00410", "C4-2301-00092", "C4-2008-00733"] {
        assert!(fleet.units.iter().any(|unit| unit.serial == serial), "{serial}");
    }
}

#[test]
fn every_feed_is_read_without_refusal() {
    let facts = Facts::read().unwrap();
    let mut names: std::collections::BTreeSet<&str> = std::collections::BTreeSet::new();
    for fact in &facts.facts {
        let cve = std::iter::once(&fact.id).chain(&fact.aliases).find(|name| name.starts_with("CVE-"));
        names.insert(cve.unwrap_or(&fact.id));
        assert!(fact.title.len() >= 10 && !fact.title.ends_with("in "), "{}: {}", fact.id, fact.title);
        assert!(
            // A record that only scores names no product.
            (fact.score.is_some() || !fact.products.is_empty())
                && fact.products.iter().all(|product| !product.ranges.is_empty()),
            "{}",
            fact.id
        );
    }
    assert!(names.len() >= 300, "{} vulnerabilities", names.len());
    for id in [
        "CVE-2025-15467",
        "CVE-2024-6387",
        "CVE-2024-1086",
        "CVE-2023-48795",
        "CVE-2023-45853",
        "CVE-2024-45490",
        "CVE-2021-44228",
    ] {
        assert!(names.contains(id), "{id}");
    }

    let folder = tempfile::tempdir().unwrap();
    let files = feeds::render(&facts, NOW.parse().unwrap(), EVERYTHING);
    feeds::write(folder.path(), &files).unwrap();
    let mut read = BTreeMap::new();
    for input in ::feeds::discover(&[folder.path().to_owned()]).unwrap() {
        let report = ::feeds::read(&input, &::feeds::Options::default(), &mut |_| ControlFlow::Continue(()));
        assert_eq!(report.refused_total, 0, "{:?}", report.refused);
        assert_eq!(report.issues_total, 0, "{:?}", report.issues);
        assert!(report.not_read.is_empty(), "{:?}", report.not_read);
        for (source, count) in report.by_source {
            *read.entry(source.0).or_insert(0) += count.read;
        }
    }
    let total: u64 = read
        .iter()
        .filter(|(source, _)| !matches!(source.as_str(), "kev" | "epss"))
        .map(|(_, count)| count)
        .sum();
    assert_eq!(usize::try_from(total).unwrap(), facts.facts.len(), "{read:?}");
    for source in [
        "nvd",
        "nvd-overrides",
        "vulnrichment",
        "kernel-cna",
        "openssl-cna",
        "osv:PyPI",
        "osv:npm",
        "osv:Maven",
        "osv:Go",
        "kev",
        "epss",
    ] {
        assert!(read.contains_key(source), "{source} is missing: {read:?}");
    }
}

#[test]
fn earlier_days_know_less() {
    let facts = Facts::read().unwrap();
    let count = |moment: &str| feeds::render(&facts, moment.parse().unwrap(), feeds::Sources::FIRST).len();
    assert!(count("2025-01-03T00:00:00Z") < count("2026-02-02T00:00:00Z"));
    assert!(count("2026-02-02T00:00:00Z") < count(NOW));
    let january = feeds::render(&facts, "2026-01-26T00:00:00Z".parse().unwrap(), EVERYTHING);
    assert!(!january.iter().any(|file| file.path.to_string_lossy().contains("CVE-2025-15467")));
}

/// The whole story on a real record: what the pages lead with, and that every sum closes.
#[test]
fn the_story_ends_where_the_design_begins() {
    use app::{SystemClock, SystemEntropy, workspace::Workspace};
    use domain::{decision::DecisionState as State, ledger::AsOf};

    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("aftercare-demo");
    let summary = super::build(&folder, "2026-11-17T08:14:00Z".parse().unwrap(), None).unwrap();
    assert!(!summary.reused);
    assert!(!parent.path().join("aftercare-demo.building").exists());
    assert!(super::build(&folder, "2026-11-18T08:14:00Z".parse().unwrap(), None).unwrap().reused);

    let workspace = Workspace::read(&folder, &|_| None).unwrap();
    let app = workspace.open(std::sync::Arc::new(SystemClock), std::sync::Arc::new(SystemEntropy)).unwrap();
    for person in super::SIGN_INS {
        app::session::sign_in(&app, person.email, person.password).unwrap();
    }
    let viewer = app.console().unwrap();

    let report = app::exposed::exposed(&app, &viewer, AsOf::Now, "CVE-2025-15467").unwrap();
    let units = |name: &str| {
        report
            .releases
            .iter()
            .find(|line| line.release == name)
            .map(|line| (line.units.total, line.units.by_site.len()))
    };
    assert_eq!(units("4.2"), Some((9_215, 231)));
    assert_eq!(units("4.1"), Some((6_480, 174)));
    assert_eq!(report.units_with_unknown_release, 742);

    let account = app::account::account(&app, &viewer, AsOf::Now, None).unwrap();
    assert_eq!(account.releases.len(), 23);
    for line in &account.releases {
        assert!(line.closes, "{line:?}");
    }

    let case = app::case::show(&app, &viewer, AsOf::Now, "CASE-0147").unwrap();
    assert_eq!(case.subject.vulnerability.shown, "CVE-2025-15467");
    assert_eq!(case.case.title, "A crafted drug-library package can stop an infusion");
    let states: BTreeMap<String, State> =
        case.decisions.iter().map(|one| (one.release.name.clone(), one.row.decision.state)).collect();
    assert_eq!(states.get("corva-4@4.2"), Some(&State::Proposed));
    assert_eq!(states.get("corva-4@4.0"), Some(&State::Signed));
    let watch = app::watch::watch(&app, &viewer, app.as_of(Some("2026-11-17T08:14:00Z")).unwrap()).unwrap();
    let silent: Vec<_> =
        watch.sources.iter().filter(|one| one.state != "ok").map(|one| (&*one.name, one.state)).collect();
    assert_eq!(silent, [("nvd-overrides", "stale")]);
    let since = "2026-05-25".parse().unwrap();
    let (first, looks) = app::watch::receipts(&app, &viewer, AsOf::Now, since).unwrap();
    assert_eq!(first, Some("2025-01-09".parse().unwrap()));
    assert_eq!(looks.len(), 176, "every day of the half year that is shown, but one");
    assert!(!looks.iter().any(|look| look.day == "2026-08-06".parse().unwrap()));
    assert_eq!(looks.iter().rev().take(2).map(|look| look.sweeps).sum::<u64>(), 9);

    let earlier = app.as_of(Some("2026-11-09T18:00:00Z")).unwrap();
    let then = app::case::show(&app, &viewer, earlier, "CASE-0147").unwrap();
    assert_eq!(then.case.harm, None);
    let login = app::case::show(&app, &viewer, AsOf::Now, "CASE-0098").unwrap();
    assert_eq!(login.subject.vulnerability.shown, "CVE-2024-6387");
    assert!(login.decisions.iter().any(|one| one.row.decision.state == State::Reopened));

    let list = app::case::list(
        &app,
        &viewer,
        AsOf::Now,
        &store::case::CaseFilter {
            stages: domain::case::CaseStage::ALL.to_vec(),
            owner: store::case::OwnerFilter::Any,
        },
        store::case::CaseSort::Number,
        None,
        1_000,
    )
    .unwrap();
    let found: std::collections::BTreeSet<&str> =
        list.rows.iter().flat_map(|row| &row.decisions).map(|(state, _)| state.as_str()).collect();
    for state in ["proposed", "carry_proposed", "signed", "withdrawn", "reopened"] {
        assert!(found.contains(state), "no decision is {state}");
    }
}
