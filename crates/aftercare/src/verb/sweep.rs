//! `aftercare sweep`.

use app::sweep;

use crate::{
    answer::{self, Outcome},
    cli::Global,
    place,
};

/// Sweeps and prints the receipt, or makes an earlier one again.
pub(crate) fn run(global: &Global, full: bool, replay: Option<i64>) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    if let Some(entry) = replay {
        let replay = sweep::replay(&place.app, &place.viewer, entry)?;
        let what = if replay.same { "gives the digest of its receipt" } else { "gives ANOTHER digest" };
        let sentence = format!("The sweep of entry {entry} {what}: {}, said {}.", replay.result, replay.said);
        answer::say(global.format, &serde_json::to_value(&replay)?, &sentence)?;
        return Ok(if replay.same { Outcome::Done } else { Outcome::No });
    }
    let report = sweep::sweep(&place.app, &place.viewer, full)?;
    let mut sentence = format!(
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
    let labelled = report.labelled.iter().map(|part| ("Products under", part));
    for (what, part) in labelled.chain(report.private.iter().map(|part| ("Private corpus", part))) {
        sentence.push_str(&format!(
            "\n{what} {}, snapshot {}: {} open, {} opened, {} closed. Receipt: entry {}.",
            part.audience.as_deref().unwrap_or_default(),
            part.snapshot,
            answer::some(part.verdicts, "verdict", "verdicts"),
            answer::count(part.opened),
            answer::count(part.closed),
            part.sequence
        ));
    }
    answer::say(global.format, &serde_json::to_value(&report)?, &sentence)?;
    super::person::warn(&place)?;
    Ok(Outcome::Done)
}
