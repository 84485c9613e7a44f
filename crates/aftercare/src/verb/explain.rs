//! `aftercare explain VULN`: why it is listed, or the first gate that said no.

use std::path::Path;

use app::explain::{self, ExplainReport};

use super::{check, mapping, sbom};
use crate::{
    answer::{self, Outcome, Table},
    cli::Global,
    place,
};

/// About what.
pub(crate) struct Asked<'a> {
    pub(crate) sbom: Option<&'a Path>,
    pub(crate) release: Option<&'a str>,
    pub(crate) component: Option<&'a str>,
    pub(crate) mappings: Option<&'a Path>,
}

/// Explains for an SBOM file or for a release.
pub(crate) fn run(global: &Global, vulnerability: &str, asked: &Asked<'_>) -> anyhow::Result<Outcome> {
    let Asked { sbom, release, component, mappings } = *asked;
    let report = match (sbom, release) {
        (Some(file), _) => {
            let mappings = mapping::for_check(mappings)?;
            let corpus = check::corpus(global)?;
            explain::explain_document(&corpus, &sbom::read(file)?, &mappings, vulnerability, component)
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
