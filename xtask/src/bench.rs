//! The figures of docs/benchmarks.md: first a line with the machine, then one JSON line a figure, best of several.
//!
//! Whole processes are measured from outside on the release binary, so that a figure is what a user gets. Each figure
//! has a name; `cargo xtask bench import` runs those that begin with the word.

mod baseline;
mod fleet;
mod http;
mod portfolio;
mod process;
mod record;
mod sweep;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use self::process::Measured;

/// How often a cheap figure is taken.
const RUNS: usize = 7;

/// Runs the named benchmarks, or all.
#[expect(clippy::print_stdout, reason = "the figures are the answer")]
pub(crate) fn run(names: &[String]) -> anyhow::Result<()> {
    let wanted =
        |name: &str| names.is_empty() || names.iter().any(|wanted| name.starts_with(wanted.as_str()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    println!(
        "{}",
        json!({ "machine": { "cores": cores, "cpu": model.trim_start_matches([' ', '\t', ':']) } })
    );
    let is_portfolio = |name: &String| portfolio::NAMES.iter().any(|own| own.starts_with(name.as_str()));
    if names.is_empty() || names.iter().any(is_portfolio) {
        portfolio::measure(names.iter().any(|name| name == portfolio::GROWTH))?;
    }
    let is_sweep = |name: &String| sweep::NAMES.iter().any(|own| own.starts_with(name.as_str()));
    if names.is_empty() || names.iter().any(is_sweep) {
        sweep::measure()?;
    }
    let is_record = |name: &String| record::NAMES.iter().any(|own| own.starts_with(name.as_str()));
    if names.is_empty() || names.iter().any(is_record) {
        record::measure()?;
    }
    if !names.is_empty() && names.iter().all(|name| is_portfolio(name) || is_sweep(name) || is_record(name)) {
        return Ok(());
    }
    let binary = release_binary()?;
    let scratch = std::env::temp_dir().join(format!("aftercare-bench-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let result = measure(&binary, &scratch, &wanted);
    std::fs::remove_dir_all(&scratch)?;
    result
}

fn measure(binary: &Path, scratch: &Path, wanted: &dyn Fn(&str) -> bool) -> anyhow::Result<()> {
    let corpus = crate::corpus();
    let feeds = corpus.join("feeds");
    let workspace = scratch.join("corpus");
    if (wanted("import") || wanted("check") || wanted("sbom")) && feeds.is_dir() {
        import(binary, &workspace, &feeds, wanted("import"))?;
        if wanted("check") {
            check(binary, &workspace, scratch)?;
        }
        if wanted("sbom") {
            intake(binary, &workspace, &corpus, scratch)?;
        }
    } else if !feeds.is_dir() {
        eprintln!("no corpus at {}: import and check are not measured", feeds.display());
    }
    if wanted("unit") {
        units(binary, scratch)?;
    }
    if wanted("demo") || wanted("inbox") || wanted("case") || wanted("serve") {
        demo(binary, scratch)?;
    }
    Ok(())
}

/// Import of the whole corpus from empty, against one thread that decodes and parses it all (`baseline`).
fn import(binary: &Path, workspace: &Path, feeds: &Path, print: bool) -> anyhow::Result<()> {
    process::run(Command::new(binary).arg("init").arg(workspace).arg("--format").arg("json"))?;
    let measured = process::run(
        Command::new(binary)
            .args(["feeds", "import"])
            .arg(feeds)
            .arg("-w")
            .arg(workspace)
            .args(["--format", "json"]),
    )?;
    if print {
        figure("import_s", measured.seconds(), "s");
        figure("import_peak_mib", measured.peak_mib(), "MiB");
        let parsed = baseline::parse(feeds)?;
        figure("import_ratio_to_parse", measured.seconds() / parsed.as_secs_f64(), "ratio");
    }
    Ok(())
}

/// `check` of a 1,000-component SBOM against the whole corpus.
fn check(binary: &Path, workspace: &Path, scratch: &Path) -> anyhow::Result<()> {
    let sbom = scratch.join("thousand.cdx.json");
    std::fs::write(&sbom, baseline::sbom_of(1000).to_string())?;
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        runs.push(process::run(
            Command::new(binary).arg("check").arg(&sbom).arg("-w").arg(workspace).args(["--format", "json"]),
        )?);
    }
    let best = best(&runs)?;
    figure("check_1000_process_ms", best.elapsed.as_secs_f64() * 1000.0, "ms");
    figure("check_1000_rss_mib", best.peak_mib(), "MiB");
    figure("check_1000_match_ms", matching(workspace, &sbom)?.as_secs_f64() * 1000.0, "ms");
    Ok(())
}

/// Matching alone, in this process: the warm index, the document already read. Matcher and index are optimised in every
/// profile.
#[expect(clippy::disallowed_methods, reason = "measuring is what this does")]
fn matching(workspace: &Path, sbom: &Path) -> anyhow::Result<Duration> {
    let corpus =
        app::corpus::Corpus::open(&workspace.join("corpus"))?.context("the workspace has no corpus")?;
    let (document, _) = sbom::read(&std::fs::read(sbom)?)?;
    let inventory = app::inventory::document_to_match_inventory(&document);
    let mut best = Duration::MAX;
    for _ in 0..RUNS * 3 {
        let start = Instant::now();
        let assessment = matcher::assess::assess(&corpus.index, &inventory);
        best = best.min(start.elapsed());
        anyhow::ensure!(!assessment.cores.is_empty(), "the SBOM of the benchmark matches nothing");
    }
    Ok(best)
}

/// The largest SPDX document of the corpus, 7,994 packages: read, stored and matched.
fn intake(binary: &Path, workspace: &Path, corpus: &Path, scratch: &Path) -> anyhow::Result<()> {
    let packed = corpus.join("sboms/large/spdx/trustify/test-data/openshift-container-storage-4.8.z.json.xz");
    let unpacked = Command::new("xz").arg("-dc").arg(&packed).output();
    let Some(document) = unpacked.ok().filter(|output| output.status.success()) else {
        eprintln!("{} cannot be unpacked: sbom is not measured", packed.display());
        return Ok(());
    };
    let sbom = scratch.join("eight-thousand.spdx.json");
    std::fs::write(&sbom, document.stdout)?;
    let aftercare = |arguments: &[&str]| {
        process::run(Command::new(binary).args(arguments).arg("-w").arg(workspace).args(["--format", "json"]))
    };
    aftercare(&["product", "add", "--name", "Pump"])?;
    let file = sbom.to_str().context("the scratch folder has no plain name")?;
    aftercare(&["release", "add", "--product", "pump", "--version", "1.0"])?;
    let added = aftercare(&["sbom", "add", file, "--release", "pump@1.0"])?;
    let swept = aftercare(&["sweep"])?;
    figure("sbom_8000_s", added.seconds() + swept.seconds(), "s");
    Ok(())
}

/// 37,000 units from CSV into an empty workspace.
fn units(binary: &Path, scratch: &Path) -> anyhow::Result<()> {
    let workspace = scratch.join("units");
    let aftercare = |arguments: &[&str]| {
        process::run(
            Command::new(binary).args(arguments).arg("-w").arg(&workspace).args(["--format", "json"]),
        )
    };
    process::run(Command::new(binary).arg("init").arg(&workspace).args(["--format", "json"]))?;
    aftercare(&["product", "add", "--name", "Pump"])?;
    aftercare(&["release", "add", "--product", "pump", "--version", "1.0"])?;
    aftercare(&["site", "add", "--name", "North", "--country", "DE"])?;
    let rows = (0..37_000).map(|unit| format!("SN-{unit:06},pump,1.0,North,2025-03-{:02}\n", unit % 28 + 1));
    let table = scratch.join("units.csv");
    let heading = "serial,product,release,site,installed_at\n".to_owned();
    std::fs::write(&table, heading + &rows.collect::<String>())?;
    let file = table.to_str().context("the scratch folder has no plain name")?;
    figure("unit_import_37000_s", aftercare(&["unit", "import", file])?.seconds(), "s");
    Ok(())
}

/// The demonstration: full sweep, start of the server, pages over HTTP.
fn demo(binary: &Path, scratch: &Path) -> anyhow::Result<()> {
    let built = process::run(
        Command::new(binary).args(["demo", "--build-only", "--format", "json"]).current_dir(scratch),
    )?;
    figure("demo_build_s", built.seconds(), "s");
    let summary: Value = serde_json::from_slice(&built.stdout).context("what `demo --build-only` printed")?;
    let workspace = scratch.join("aftercare-demo");
    let mut sweeps = Vec::new();
    for _ in 0..3 {
        sweeps.push(process::run(Command::new(binary).arg("sweep").arg("-w").arg(&workspace))?);
    }
    figure("demo_sweep_ms", best(&sweeps)?.elapsed.as_secs_f64() * 1000.0, "ms");
    // Each time the corpus has changed by one record that concerns nobody: every verdict is computed again.
    let mut sweeps = Vec::new();
    for number in 1..=3 {
        let feed = scratch.join(format!("feed-{number}"));
        std::fs::create_dir_all(&feed)?;
        let record = json!({ "schema_version": "1.6.0", "id": format!("PYSEC-2026-{number}"),
            "modified": "2026-01-01T00:00:00Z", "published": "2026-01-01T00:00:00Z", "details": "Nothing.",
            "affected": [{ "package": { "ecosystem": "PyPI", "name": "aftercare-benchmark" },
                "ranges": [{ "type": "ECOSYSTEM", "events": [{ "introduced": "0" }] }] }] });
        std::fs::write(feed.join(format!("PYSEC-2026-{number}.json")), record.to_string())?;
        process::run(
            Command::new(binary)
                .args(["feeds", "import", "--source", "osv:PyPI"])
                .arg(&feed)
                .arg("-w")
                .arg(&workspace)
                .args(["--format", "json"]),
        )?;
        let swept = process::run(
            Command::new(binary).arg("sweep").arg("-w").arg(&workspace).args(["--format", "json"]),
        )?;
        let receipt: Value = serde_json::from_slice(&swept.stdout).context("what `sweep` printed")?;
        anyhow::ensure!(
            receipt["confirmed"] == false,
            "a sweep after a change of the corpus was only confirmed"
        );
        sweeps.push(swept);
    }
    figure("demo_sweep_full_ms", best(&sweeps)?.elapsed.as_secs_f64() * 1000.0, "ms");
    let mut server = process::Server::start(binary, &workspace)?;
    figure("serve_ready_ms", server.ready.as_secs_f64() * 1000.0, "ms");
    std::thread::sleep(Duration::from_secs(2));
    figure("serve_idle_rss_mib", server.resident_mib()?, "MiB");
    let text = |name: &str| summary[name].as_str().unwrap_or_default().to_owned();
    let session = http::sign_in(server.address, &text("email"), &text("password"))?;
    for (name, path) in [("inbox_p99_ms", "/inbox"), ("case_p99_ms", "/cases/CASE-0147")] {
        figure(name, http::p99(server.address, path, &session, 300)?.as_secs_f64() * 1000.0, "ms");
    }
    server.stop();
    Ok(())
}

fn best(runs: &[Measured]) -> anyhow::Result<&Measured> {
    runs.iter().min_by_key(|run| run.elapsed).context("nothing was measured")
}

#[expect(clippy::print_stdout, reason = "the figures are the answer")]
fn figure(name: &str, value: f64, unit: &str) {
    println!("{}", json!({ "name": name, "value": (value * 1000.0).round() / 1000.0, "unit": unit }));
}

fn release_binary() -> anyhow::Result<PathBuf> {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--package", "aftercare"])
        .current_dir(crate::root())
        .status()?;
    if !status.success() {
        bail!("the release build failed");
    }
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| crate::root().join("target"), PathBuf::from);
    Ok(std::path::absolute(target.join("release/aftercare"))?)
}
