//! The figures of docs/benchmarks.md, one JSON line each.

/// Runs the named benchmarks, or all.
pub(crate) fn run(_names: &[String]) -> anyhow::Result<()> {
    anyhow::bail!("no benchmark is built in yet")
}
