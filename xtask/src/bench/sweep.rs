//! The sweep of the product, on the record: a generated portfolio is taken in as SBOMs, a generated corpus as feeds; then the
//! first sweep, one of everything when nothing changed, and one after a day's changes. In this process, on SQLite.

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::ensure;
use app::{
    App, SystemClock, SystemEntropy, Viewer,
    import::{ImportRequest, import},
    inventory,
    product::{self, NewProduct},
    release::{self, NewRelease},
    sweep::sweep,
    workspace::{self, NewWorkspace},
};
use serde_json::{Value, json};

use super::{
    figure,
    fleet::{Fleet, Random, Size},
    process::own_kib,
};

/// Names that this file measures.
pub(super) const NAMES: [&str; 4] =
    ["sweep_product_first_s", "sweep_product_full_s", "sweep_product_day_s", "sweep_product_confirm_s"];

/// A hundredth and a twenty-fifth of full size, so that what grows is seen.
const SIZES: [Size; 2] = [
    Size { families: 10, releases: 100, parts: 1_000, packages: 57_000, units: 1, sites: 1 },
    Size { families: 20, releases: 400, parts: 1_000, packages: 57_000, units: 1, sites: 1 },
];
/// Records, of which this many change in a day.
const RECORDS: u32 = 50_000;
const CHANGED: u32 = 1_000;

/// Measures.
pub(super) fn measure() -> anyhow::Result<()> {
    for size in SIZES {
        let scratch = std::env::temp_dir().join(format!("aftercare-sweep-{}", std::process::id()));
        fs::create_dir_all(&scratch)?;
        let result = of(size, &scratch);
        fs::remove_dir_all(&scratch)?;
        result?;
    }
    Ok(())
}

fn of(size: Size, scratch: &Path) -> anyhow::Result<()> {
    let fleet = Fleet::of(size);
    let (_, app) = workspace::init(
        &scratch.join("workspace"),
        &NewWorkspace::default(),
        &|_| None,
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
    )?;
    let console = app.console()?;
    take_in(&app, &console, &fleet)?;
    feed(&app, &console, &scratch.join("feeds"), 0)?;
    let instances = fleet.instances();
    eprintln!("{instances} instances, {} distinct parts, {} releases", fleet.parts.len(), size.releases);
    let swept = |name: &str, full: bool| -> anyhow::Result<()> {
        let (elapsed, report) = timed(|| sweep(&app, &console, full));
        let report = report?;
        eprintln!("{} verdicts, {} opened, {} closed", report.verdicts, report.opened, report.closed);
        figure(&format!("{name}_{instances}"), elapsed.as_secs_f64(), "s");
        Ok(())
    };
    swept(NAMES[0], false)?;
    swept(NAMES[1], true)?;
    feed(&app, &console, &scratch.join("feeds"), CHANGED)?;
    swept(NAMES[2], false)?;
    swept(NAMES[3], false)?;
    eprintln!("at most {} MiB", own_kib("VmHWM:")? / 1024);
    Ok(())
}

fn take_in(app: &App, viewer: &Viewer, fleet: &Fleet) -> anyhow::Result<()> {
    product::add(app, viewer, NewProduct { name: "Pump".to_owned(), ..NewProduct::default() })?;
    for (number, parts) in fleet.releases.iter().enumerate() {
        let version = number.to_string();
        let new = NewRelease { product: "pump".to_owned(), version, ..NewRelease::default() };
        release::add(app, viewer, new)?;
        let components: Vec<Value> = parts
            .iter()
            .map(|part| {
                let (package, version) = fleet.parts[*part as usize];
                let (name, version) = (format!("package-{package}"), version_text(version));
                json!({ "type": "library", "name": name, "version": version,
                    "purl": format!("pkg:npm/{name}@{version}") })
            })
            .collect();
        let document = json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "components": components });
        let bytes = document.to_string();
        inventory::add(app, viewer, &format!("pump@{number}"), "sbom.json", bytes.as_bytes(), "measured")?;
    }
    Ok(())
}

/// The corpus, of which the first `changed` records have another range and a later date.
fn feed(app: &App, viewer: &Viewer, folder: &Path, changed: u32) -> anyhow::Result<()> {
    let npm = folder.join("osv/npm");
    fs::create_dir_all(&npm)?;
    let mut random = Random(18_000);
    for number in 0..RECORDS {
        let (package, from, length) = (random.rank(57_000), random.below(60), random.below(20));
        if changed > 0 && number >= changed {
            break;
        }
        let fixed = version_text(from + 1 + length + u32::from(changed > 0));
        let day = if changed > 0 { 2 } else { 1 };
        let id = format!("GHSA-{number:04}-0000-0000");
        let record = json!({ "schema_version": "1.6.0", "id": id, "modified": format!("2026-01-0{day}T00:00:00Z"),
            "aliases": [format!("CVE-2026-{:05}", number + 10_000)], "summary": "Generated.",
            "affected": [{ "package": { "ecosystem": "npm", "name": format!("package-{package}") },
                "ranges": [{ "type": "SEMVER", "events": [{ "introduced": version_text(from) }, { "fixed": fixed }] }] }] });
        fs::write(npm.join(format!("{id}.json")), record.to_string())?;
    }
    let report =
        import(app, viewer, &ImportRequest { paths: vec![folder.to_owned()], source: None }, &|_| {})?;
    let source = report.sources.get("osv:npm");
    ensure!(
        source.is_some_and(|source| source.new + source.changed > 0),
        "the feed was not read: {report:?}"
    );
    fs::remove_dir_all(folder)?;
    Ok(())
}

fn version_text(version: u32) -> String {
    format!("1.{}.{}", version / 10, version % 10)
}

#[expect(clippy::disallowed_methods, reason = "measuring is what this does")]
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}
