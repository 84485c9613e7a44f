//! The generated portfolio of full size: how long its index takes, what it weighs, and how fast a new vulnerability or a
//! day's changes find their releases and units. In this process: matcher and index are optimised in every profile.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::ensure;
use matcher::{
    portfolio::{Exposed, Portfolio},
    record::Record,
};

use super::{
    RUNS, figure,
    fleet::{EVERYWHERE, Fleet, Random, Size, record},
    process::own_kib,
};

/// Names that this file measures.
pub(super) const NAMES: [&str; 5] =
    ["portfolio_build_s", "portfolio_rss_mib", "cve_vs_10m_ms", "exposed_units_ms", "sweep_18000_ranges_s"];

/// Ranges that change in a day.
const RANGES: u32 = 18_000;

pub(super) fn measure(wanted: &dyn Fn(&str) -> bool) -> anyhow::Result<()> {
    of(Size::FULL, "")?;
    if wanted("portfolio_double") {
        of(Size::FULL.doubled(), "_double")?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "measuring is what this does")]
fn of(size: Size, suffix: &str) -> anyhow::Result<()> {
    let fleet = Fleet::of(size);
    eprintln!(
        "portfolio: {} instances, {} distinct parts, {} releases",
        fleet.instances(),
        fleet.parts.len(),
        fleet.releases.len()
    );
    let before = own_kib("VmRSS:")?;
    let start = Instant::now();
    let bytes = fleet.index();
    let portfolio = Portfolio::open(bytes)?;
    let name = |name: &str| format!("{name}{suffix}");
    figure(&name("portfolio_build_s"), start.elapsed().as_secs_f64(), "s");
    let grown = own_kib("VmHWM:")?.saturating_sub(before);
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
    figure(&name("portfolio_rss_mib"), mib(grown * 1024), "MiB");
    figure(&name("portfolio_bytes_mib"), mib(portfolio.as_bytes().len() as u64), "MiB");
    let (verified, checked) = timed(|| portfolio.verify());
    checked?;
    figure(&name("portfolio_verify_ms"), verified.as_secs_f64() * 1000.0, "ms");

    // In every release; of middling use; twenty products at once. The slowest counts.
    let twenty: Vec<u32> = (0..20).map(|at| EVERYWHERE + at * 7).collect();
    let mut slowest = Duration::ZERO;
    let mut largest = Exposed::default();
    for packages in [&[0][..], &[10], &twenty] {
        let new = record("GENERATED-NEW", packages, 0, 60);
        let (elapsed, exposed) = best(|| portfolio.exposed(&portfolio.reach(&new)));
        ensure!(exposed.units > 0, "the new vulnerability concerns nobody");
        eprintln!(
            "{} products: {} instances in {} releases, {} units, {:.3} ms",
            packages.len(),
            exposed.instances,
            exposed.releases.len(),
            exposed.units,
            elapsed.as_secs_f64() * 1000.0
        );
        slowest = slowest.max(elapsed);
        if exposed.units > largest.units {
            largest = exposed;
        }
    }
    figure(&name("cve_vs_10m_ms"), slowest.as_secs_f64() * 1000.0, "ms");
    let (elapsed, by_site) = best(|| {
        let mut by_site: BTreeMap<&str, u64> = BTreeMap::new();
        for (site, units) in largest.releases.iter().flat_map(|release| portfolio.sites(release)) {
            *by_site.entry(site).or_default() += u64::from(units);
        }
        by_site
    });
    ensure!(
        by_site.values().sum::<u64>() == largest.units,
        "the units of the sites are not those of the releases"
    );
    figure(&name("exposed_units_ms"), elapsed.as_secs_f64() * 1000.0, "ms");

    let records = changed(size);
    let (elapsed, instances) = timed(|| {
        records.iter().map(|record| portfolio.exposed(&portfolio.reach(record)).instances).sum::<u64>()
    });
    eprintln!("{RANGES} changed ranges reach {instances} instances");
    figure(&name("sweep_18000_ranges_s"), elapsed.as_secs_f64(), "s");
    Ok(())
}

/// A day's changed records.
fn changed(size: Size) -> Vec<Record> {
    let mut random = Random(18_000);
    (0..RANGES)
        .map(|number| {
            let (package, from) = (random.rank(size.packages), random.below(60));
            record(&format!("GENERATED-{number}"), &[package], from, from + 1 + random.below(20))
        })
        .collect()
}

#[expect(clippy::disallowed_methods, reason = "measuring is what this does")]
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}

fn best<T>(mut work: impl FnMut() -> T) -> (Duration, T) {
    let (mut best, mut result) = timed(&mut work);
    for _ in 1..RUNS {
        let (elapsed, again) = timed(&mut work);
        result = again;
        best = best.min(elapsed);
    }
    (best, result)
}
