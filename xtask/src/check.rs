//! Everything that has to hold before a change lands, in the order that fails fastest.

use std::process::Command;

use anyhow::{Context as _, bail};

/// Runs all checks; the first that fails ends it.
pub(crate) fn run() -> anyhow::Result<()> {
    crate::tidy::run()?;
    step("format", &["fmt", "--all", "--check"])?;
    step(
        "licences, bans, sources",
        &["deny", "--log-level", "error", "check", "licenses", "bans", "sources"],
    )?;
    step("clippy", &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])?;
    step("documentation links", &["doc", "--workspace", "--no-deps", "--locked", "--quiet"])?;
    step("tests", &["test", "--workspace", "--locked"])?;
    if crate::own::is_watchable() {
        eprintln!("── our own SBOM against the advisories of crates.io");
        crate::own::watch(&[])?;
    } else {
        eprintln!("── our own SBOM: skipped, no corpus (AFTERCARE_CORPUS)");
    }
    if crate::quality::is_measurable() {
        eprintln!("── quality: the matcher against labelled truth");
        crate::quality::run(&["--check".to_owned()])?;
    } else {
        eprintln!("── quality: skipped, no corpus (AFTERCARE_CORPUS)");
    }
    Ok(())
}

fn step(name: &str, arguments: &[&str]) -> anyhow::Result<()> {
    eprintln!("── {name}: cargo {}", arguments.join(" "));
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(crate::root())
        .env("RUSTDOCFLAGS", "-D warnings")
        .status()
        .with_context(|| format!("cannot start cargo for {name}"))?;
    if !status.success() {
        bail!("{name} failed: cargo {}", arguments.join(" "));
    }
    Ok(())
}
