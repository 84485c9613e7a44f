//! `aftercare explain VULN`: why it is listed, or the first gate that said no.

use std::path::Path;

use app::explain::{self, ExplainReport};

use super::{check, sbom};
use crate::{
    answer::{self, Outcome, Table},
    cli::Global,
    place,
};

/// Explains for an SBOM file or for a release.
pub(crate) fn run(
    global: &Global,
    vulnerability: &str,
    sbom: Option<&Path>,
    release: Option<&str>,
    component: Option<&str>,
) -> anyhow::Result<Outcome> {
    let report = match (sbom, release) {
        (Some(file), _) => {
            explain::explain_document(&check::corpus(global)?, &sbom::read(file)?, vulnerability, component)
                .map_err(|error| sbom::named(file, error))?
        }
        (None, release) => {
            let place = place::open(global)?;
            let release = release.unwrap_or_default();
            explain::explain_release(
                &place.app,
                &place.viewer,
                place.as_of,
                release,
                vulnerability,
                component,
            )?
        }
    };
    let mut table = Table::new(&["Gate", "Outcome", "Component", "Why"]);
    let mut closing = String::new();
    for answer in std::iter::once(&report).chain(&report.also) {
        tell(answer, &mut table, &mut closing);
    }
    for note in &report.notes {
        closing.push_str(&format!("\n{note}"));
    }
    answer::print(global.format, &serde_json::to_value(&report)?, &table, &closing)?;
    Ok(Outcome::Done)
}

/// One corpus's answer: its gates as rows, its verdicts as closing lines.
fn tell(report: &ExplainReport, table: &mut Table, closing: &mut String) {
    for step in &report.steps {
        table.row(vec![
            step.gate.to_owned(),
            step.outcome.to_owned(),
            step.component.clone().unwrap_or_default(),
            step.text.clone(),
        ]);
    }
    if !closing.is_empty() {
        closing.push('\n');
    }
    closing.push_str(&format!("{} and {}", report.vulnerability, report.subject));
    if let Some(label) = &report.audience {
        closing.push_str(&format!(", by the private corpus {label}"));
    }
    closing.push_str(": ");
    match (report.verdict, report.stopped_at) {
        (Some(verdict), _) => closing.push_str(verdict),
        (None, Some(gate)) => closing.push_str(&format!("not listed, stopped at {gate}")),
        (None, None) => closing.push_str("not listed"),
    }
    for line in &report.verdicts {
        closing.push_str(&format!("\n{}: {} ({}) {}", line.component, line.verdict, line.reason, line.text));
        if let (Some(source), Some(record)) = (&line.source, &line.record) {
            closing.push_str(&format!("\n  decided by {source} {record} {}", line.pointer));
        }
        for leaf in &line.condition {
            closing.push_str(&format!("\n  {leaf}"));
        }
    }
}
