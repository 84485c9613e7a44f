//! The record at full size: ten million parts in ten thousand releases and a million units laid into SQLite, and one flaw of a
//! package that every release holds asked of it, as the page and `exposed` ask. In this process, on SQLite.
//!
//! The rows are laid down past the ledger, which no read asks: writing them as acts would measure something else and take an
//! hour. What is read is what `app::exposed` reads in any workspace.

use std::{fs, path::Path, sync::Arc, time::Instant};

use anyhow::{Context as _, ensure};
use app::{
    App, SystemClock, SystemEntropy,
    exposed::exposed,
    workspace::{self, NewWorkspace},
};
use domain::ledger::AsOf;
use rusqlite::{Connection, params};

use super::{
    RUNS, figure,
    fleet::{Fleet, Size},
    process::own_kib,
};

/// Names that this file measures.
pub(super) const NAMES: [&str; 3] = ["record_exposed_widest_ms", "record_exposed_ms", "record_bytes_mib"];

/// Open in every row, from before the first entry.
const OPEN: i64 = i64::MAX;
const GENERAL: &str = "general";

/// Measures.
pub(super) fn measure() -> anyhow::Result<()> {
    let scratch = std::env::temp_dir().join(format!("aftercare-record-{}", std::process::id()));
    let result = of(Size::FULL, &scratch);
    fs::remove_dir_all(&scratch)?;
    result
}

#[expect(clippy::disallowed_methods, reason = "measuring is what this does")]
fn of(size: Size, scratch: &Path) -> anyhow::Result<()> {
    let fleet = Fleet::of(size);
    let (_, app) = workspace::init(
        scratch,
        &NewWorkspace::default(),
        &|_| None,
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
    )?;
    let record = scratch.join("record.db");
    let start = Instant::now();
    // The first package is in every release; the other in few.
    let rare = rarest(&fleet).context("no package is rare")?;
    let flaws = [("CVE-2026-0001", 0), ("CVE-2026-0002", rare)];
    lay_down(&record, &fleet, &flaws)?;
    eprintln!("{} parts laid down in {:.0} s", fleet.instances(), start.elapsed().as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let mib = fs::metadata(&record)?.len() as f64 / 1_048_576.0;
    for (name, (flaw, _)) in NAMES.iter().zip(flaws) {
        let (best, releases, units) = ask(&app, flaw)?;
        eprintln!("{flaw}: {releases} releases, {units} units");
        figure(name, best, "ms");
    }
    figure(NAMES[2], mib, "MiB");
    eprintln!("at most {} MiB", own_kib("VmHWM:")? / 1024);
    Ok(())
}

/// Best of several, in milliseconds, with what was found.
#[expect(clippy::disallowed_methods, reason = "measuring is what this does")]
fn ask(app: &App, flaw: &str) -> anyhow::Result<(f64, usize, i64)> {
    let console = app.console()?;
    let mut best = f64::MAX;
    let mut found = (0, 0);
    for _ in 0..RUNS {
        let start = Instant::now();
        let report = exposed(app, &console, AsOf::Now, flaw)?;
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        found =
            (report.releases.len(), report.releases.iter().map(|release| release.units.total).sum::<i64>());
    }
    ensure!(found.0 > 0 && found.1 > 0, "{flaw} concerns nobody");
    Ok((best, found.0, found.1))
}

/// A package that is in some hundred releases.
fn rarest(fleet: &Fleet) -> Option<u32> {
    let mut holders = std::collections::HashMap::new();
    for part in fleet.releases.iter().flatten() {
        *holders.entry(fleet.parts[*part as usize].0).or_insert(0_u32) += 1;
    }
    holders.into_iter().filter(|(_, releases)| (90..110).contains(releases)).map(|(package, _)| package).min()
}

fn lay_down(path: &Path, fleet: &Fleet, flaws: &[(&str, u32)]) -> anyhow::Result<()> {
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    let tx = connection.transaction()?;
    {
        let mut product = tx.prepare(
            "INSERT INTO product (id, slug, name, four_eyes, audience, since, until) VALUES (?1, ?1, ?1, 1, ?2, 0, ?3)",
        )?;
        let mut release = tx.prepare(
            "INSERT INTO release (id, product, version, stage, complete_roles, audience, since, until) \
             VALUES (?1, ?2, ?1, 'supported', '', ?3, 0, ?4)",
        )?;
        let mut inventory = tx.prepare(
            "INSERT INTO inventory (id, release, blob, format, spec_version, file_name, components, issues, audience, since, \
             until) VALUES (?1, ?2, '', 'CycloneDX JSON', '1.6', 'generated', ?3, 0, ?4, 0, ?5)",
        )?;
        let mut place = tx.prepare(
            "INSERT INTO inventory_component (id, inventory, position, component, reference, since, until) \
             VALUES (?1, ?2, ?3, ?4, '', 0, ?5)",
        )?;
        let mut id = 0_i64;
        for (number, parts) in (0_usize..).zip(&fleet.releases) {
            let family = format!("family {}", number / 33);
            if number % 33 == 0 {
                product.execute(params![family, GENERAL, OPEN])?;
            }
            let (name, held) = (format!("{number}"), format!("inventory {number}"));
            release.execute(params![name, family, GENERAL, OPEN])?;
            inventory.execute(params![held, name, i64::try_from(parts.len())?, GENERAL, OPEN])?;
            for (position, part) in (0_i64..).zip(parts) {
                id += 1;
                place.execute(params![id, held, position, i64::from(*part), OPEN])?;
            }
        }
        let mut component = tx.prepare(
            "INSERT INTO component (id, name, version, purl, identity, since, until) VALUES (?1, ?2, ?3, ?4, ?4, 0, ?5)",
        )?;
        for (number, (package, version)) in (0_i64..).zip(&fleet.parts) {
            let purl = format!("pkg:npm/package-{package}@1.{version}.0");
            component.execute(params![
                number,
                format!("package-{package}"),
                format!("1.{version}.0"),
                purl,
                OPEN
            ])?;
        }
        let mut site = tx.prepare(
            "INSERT INTO site (id, name, country, audience, since, until) VALUES (?1, ?1, 'NO', ?2, 0, ?3)",
        )?;
        let mut units = tx.prepare(
            "INSERT INTO cache_unit_count (product, release, site, audience, units, since, until) \
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6)",
        )?;
        let mut known = std::collections::BTreeSet::new();
        for (number, sites) in fleet.sites.iter().enumerate() {
            for (at, count) in sites {
                let name = format!("site {at}");
                if known.insert(*at) {
                    site.execute(params![name, GENERAL, OPEN])?;
                }
                let family = format!("family {}", number / 33);
                units.execute(params![
                    family,
                    format!("{number}"),
                    name,
                    GENERAL,
                    i64::from(*count),
                    OPEN
                ])?;
            }
        }
        let mut vulnerability = tx.prepare(
            "INSERT INTO vulnerability (id, shown, summary, audience, since, until) VALUES (?1, ?1, '', ?2, 0, ?3)",
        )?;
        let mut named = tx.prepare(
            "INSERT INTO vulnerability_name (vulnerability, name, since, until) VALUES (?1, ?1, 0, ?2)",
        )?;
        let mut verdict = tx.prepare(
            "INSERT INTO verdict (id, component, vulnerability, state, class, reason, conditional, evidence, audience, since, \
             until) VALUES (?1, ?2, ?3, 'in_range', 'A', 'range', 0, '', ?4, 0, ?5)",
        )?;
        let mut id = 0_i64;
        for (flaw, concerned) in flaws {
            vulnerability.execute(params![flaw, GENERAL, OPEN])?;
            named.execute(params![flaw, OPEN])?;
            for (number, _) in (0_i64..).zip(&fleet.parts).filter(|(_, (package, _))| package == concerned) {
                id += 1;
                verdict.execute(params![id, number, flaw, GENERAL, OPEN])?;
            }
        }
    }
    tx.commit()?;
    Ok(())
}
