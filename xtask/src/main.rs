//! `cargo xtask <task>`: what a person or CI asks of the repository.
//!
//! `check` is exactly what `.ci/run` runs; `tidy` the house rules that no compiler knows; `bench` the figures of
//! docs/benchmarks.md, `quality` those of docs/matching-quality.md; `sbom` writes our own, `watch` checks it.

mod bench;
mod check;
mod own;
mod quality;
mod tidy;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let task = arguments.first().map_or("", String::as_str);
    let rest = arguments.get(1..).unwrap_or_default();
    let result = match task {
        "check" => check::run(),
        "tidy" => tidy::run(),
        "bench" => bench::run(rest),
        "quality" => quality::run(rest),
        "sbom" => own::sbom(rest),
        "watch" => own::watch(rest),
        _ => Err(anyhow::anyhow!(
            "usage: cargo xtask check | tidy | bench [NAME…] | quality [--check] [SET…] | sbom [FILE] | watch [--sign KEY]"
        )),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The answer goes to standard output.
#[expect(clippy::print_stdout, reason = "a task's answer")]
fn print(text: &str) {
    print!("{text}");
}

/// The repository's root.
fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of the shared corpus, there or not: `AFTERCARE_CORPUS`, else beside the repository.
fn corpus() -> std::path::PathBuf {
    let named = std::env::var_os("AFTERCARE_CORPUS").map(std::path::PathBuf::from);
    root().join(named.unwrap_or_else(|| "../shared/corpus".into()))
}
