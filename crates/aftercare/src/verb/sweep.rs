//! `aftercare sweep`.

use app::sweep;

use crate::{
    answer::{self, Outcome},
    cli::Global,
    place,
};

/// Sweeps and prints the receipt.
pub(crate) fn run(global: &Global) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let report = sweep::sweep(&place.app, &place.viewer, false)?;
    let sentence = format!(
        "{}{}, {} against snapshot {}: {} open, {} opened, {} closed. Receipt: entry {}.",
        if report.confirmed { "Nothing had changed, all verdicts hold. " } else { "" },
        answer::some(report.inventories, "inventory", "inventories"),
        answer::some(report.components, "distinct component", "distinct components"),
        report.snapshot,
        answer::some(report.verdicts, "verdict", "verdicts"),
        answer::count(report.opened),
        answer::count(report.closed),
        report.sequence
    );
    answer::say(global.format, &serde_json::to_value(&report)?, &sentence)?;
    Ok(Outcome::Done)
}
