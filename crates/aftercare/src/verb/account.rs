//! `aftercare account`: whether the sum closes.

use app::account;

use crate::{
    answer::{self, Outcome, Table},
    cli::Global,
    place,
};

/// Prints the sum of every release; answers no when one does not close.
pub(crate) fn run(global: &Global, release: Option<&str>) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let report = account::account(&place.app, &place.viewer, place.as_of, release)?;
    let mut table = Table::new(&[
        "Product",
        "Release",
        "Known",
        "Open",
        "Decided",
        "Statement",
        "Fixed",
        "Version",
        "No component",
        "Not assessable",
        "Closes",
        "Blind spots",
    ]);
    let mut notes = String::new();
    for line in &report.releases {
        let mut cells = vec![line.product.clone(), line.release.clone()];
        let sums = [
            line.known,
            line.open,
            line.decided,
            line.excluded.statement,
            line.excluded.fixed,
            line.excluded.version,
            line.excluded.no_such_component,
            line.not_assessable,
        ];
        cells.extend(sums.into_iter().map(answer::count));
        cells.push(if line.closes { "yes" } else { "NO" }.to_owned());
        cells.push(answer::count(line.blind_spots));
        table.row(cells);
        if let Some(note) = &line.note {
            notes.push_str(&format!("\n{}@{}: {note}", line.product, line.release));
        }
    }
    let verdict = if report.closes() { "The sum closes" } else { "The sum does NOT close" };
    let closing = format!(
        "{verdict} for {} as of {}.{notes}",
        answer::some(report.releases.len() as i128, "release", "releases"),
        report.as_of
    );
    answer::print(global.format, &serde_json::to_value(&report)?, &table, &closing)?;
    Ok(if report.closes() { Outcome::Done } else { Outcome::No })
}
