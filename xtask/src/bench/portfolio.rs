//! The generated portfolio of full size: how long its index takes, what it weighs, and how fast a new vulnerability or a
//! day's changes find their releases and units. In this process: matcher and index are optimised in every profile.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use anyhow::ensure;
use matcher::{
    assess::assess_pairs,
    delta::Delta,
    identify::identify,
    index::{Builder, Coverage, Index, Locator},
    inventory::Inventory,
    portfolio::{Exposed, Portfolio},
    record::Source,
    verdict::State,
};

use super::{
    RUNS, figure,
    fleet::{EVERYWHERE, Fleet, Random, Size, item, record},
    process::own_kib,
};

/// Names that this file measures.
pub(super) const NAMES: [&str; 6] = [
    GROWTH,
    "portfolio_build_s",
    "portfolio_rss_mib",
    "cve_vs_10m_ms",
    "exposed_units_ms",
    "sweep_18000_ranges_s",
];

/// Asks for the growth too.
pub(super) const GROWTH: &str = "portfolio_growth";

/// Ranges of the corpus that speak of the portfolio's packages, and how many of them change in a day.
const RECORDS: u32 = 200_000;
const RANGES: u32 = 18_000;

/// Measures; with `growth` again with twice the corpus, and with twice the portfolio.
pub(super) fn measure(growth: bool) -> anyhow::Result<()> {
    of(Size::FULL, RECORDS, "")?;
    if growth {
        of(Size::FULL, RECORDS * 2, "_corpus_x2")?;
        of(Size::FULL.doubled(), RECORDS, "_portfolio_x2")?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "measuring is what this does")]
fn of(size: Size, records: u32, suffix: &str) -> anyhow::Result<()> {
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
    let (elapsed, by_site) = best(|| portfolio.units_by_site(&largest.releases));
    ensure!(
        by_site.iter().map(|(_, units)| units).sum::<u64>() == largest.units,
        "the units of the sites are not those of the releases"
    );
    figure(&name("exposed_units_ms"), elapsed.as_secs_f64() * 1000.0, "ms");

    let (before, after) = (corpus(size, records, 0)?, corpus(size, records, RANGES)?);
    let (elapsed, swept) = timed(|| sweep(&fleet, &portfolio, &before, &after));
    eprintln!(
        "{RANGES} of {records} ranges changed: {} pairs of {} component versions asked, {} in range, in {} instances",
        swept.asked, swept.components, swept.in_range, swept.instances
    );
    figure(&name("sweep_18000_ranges_s"), elapsed.as_secs_f64(), "s");
    Ok(())
}

struct Swept {
    asked: usize,
    components: usize,
    in_range: usize,
    instances: u64,
}

/// The engine's part of a sweep, on one thread: what differs, the dirty pairs of every component version, and the
/// instances of those in range. Nothing is settled per device and nothing written.
fn sweep(
    fleet: &Fleet,
    portfolio: &Portfolio<Vec<u8>>,
    before: &Index<Vec<u8>>,
    after: &Index<Vec<u8>>,
) -> Swept {
    let delta = Delta::between(before, after);
    let mut dirty: HashMap<u32, Vec<(u32, u32)>> = HashMap::new();
    for (key, change) in delta.keys() {
        for component in portfolio.named(key) {
            dirty.entry(component).or_default().extend(change.asked.iter().map(|group| (0, *group)));
        }
    }
    let mut swept = Swept { asked: 0, components: dirty.len(), in_range: 0, instances: 0 };
    for (component, mut pairs) in dirty {
        pairs.sort_unstable();
        pairs.dedup();
        let device = Inventory { items: vec![item(fleet.parts[component as usize])], ..Inventory::default() };
        let identities = [identify(&device.items[0], &device)];
        let found = assess_pairs(after, &device, &identities, &pairs);
        swept.asked += pairs.len();
        let in_range = found.iter().filter(|core| core.state == State::InRange).count();
        if in_range > 0 {
            swept.in_range += in_range;
            swept.instances += portfolio.holders(component).len() * in_range as u64;
        }
    }
    swept
}

/// A corpus of records on packages of the portfolio, of which the first `changed` have another range.
fn corpus(size: Size, records: u32, changed: u32) -> anyhow::Result<Index<Vec<u8>>> {
    let mut random = Random(18_000);
    let mut builder = Builder::new();
    for what in ["purl:npm/", "purl:pypi/", "distro:almalinux:8/", "distro:debian:12/", "cpe:"] {
        builder.covers(Coverage { source: Source("osv:generated".to_owned()), what: what.to_owned() });
    }
    for number in 0..records {
        let (package, from, length) = (random.rank(size.packages), random.below(60), random.below(20));
        let fixed = from + 1 + length + u32::from(number < changed);
        builder.add(&record(&format!("GENERATED-{number}"), &[package], from, fixed), Locator::default());
    }
    Ok(Index::open(builder.finish())?)
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
