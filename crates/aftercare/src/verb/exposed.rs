//! `aftercare exposed VULN`: are we hit?

use app::exposed::{self, ExposedDecision};

use crate::{
    answer::{self, Outcome, Table},
    cli::Global,
    place,
};

/// Lists exposed releases with their units by site.
pub(crate) fn run(global: &Global, vulnerability: &str) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let report = exposed::exposed(&place.app, &place.viewer, place.as_of, vulnerability)?;
    let mut table =
        Table::new(&["Product", "Release", "Verdict", "Decision", "Components", "Site", "Country", "Units"]);
    let mut units = 0;
    for release in &report.releases {
        units += release.units.total;
        let components: Vec<String> = release
            .components
            .iter()
            .map(|one| format!("{} {}", one.name, one.version.as_deref().unwrap_or("?")))
            .collect();
        let mut head = vec![
            release.product.clone(),
            release.release.clone(),
            release.verdict.to_owned(),
            decided(release.decision.as_ref()),
            components.join(", "),
        ];
        if release.units.by_site.is_empty() {
            head.extend([String::new(), String::new(), "0".to_owned()]);
            table.row(head);
            continue;
        }
        for at in &release.units.by_site {
            let mut cells = std::mem::replace(&mut head, vec![String::new(); 5]);
            cells.push(at.site.clone().unwrap_or_else(|| "place not known".to_owned()));
            cells.push(at.country.clone().unwrap_or_default());
            cells.push(answer::count(at.units));
            table.row(cells);
        }
    }
    let closing = format!(
        "{} as of {}: {}, {}; {} of exposed products with an unknown release.",
        report.vulnerability,
        report.as_of,
        answer::some(report.releases.len() as i128, "exposed release", "exposed releases"),
        answer::some(units, "unit", "units"),
        answer::some(report.units_with_unknown_release, "more unit", "more units")
    );
    answer::print(global.format, &serde_json::to_value(&report)?, &table, &closing)?;
    Ok(Outcome::Done)
}

fn decided(decision: Option<&ExposedDecision>) -> String {
    match decision {
        None => "none".to_owned(),
        Some(one) if one.state == "signed" => one.status.clone(),
        Some(one) => format!("{} ({})", one.status, one.state.replace('_', " ")),
    }
}
