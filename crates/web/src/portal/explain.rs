//! "Why is this (not) listed?": the gates of one vulnerability at one release, recomputed against the corpus in force.

use app::{
    App, AppError, account, explain,
    explain::{ExplainReport, StepLine, VerdictLine},
    inventory, release,
};
use axum::{extract::State, response::Response};

use crate::{
    asked::Asked,
    frame::{Frame, figure},
    state::Portal,
    view::{
        chip::Verdict,
        count::Link,
        empty::Empty,
        evidence::{Evidence, Mark},
        explain::{ComponentVerdict, ExplainPage, Explained, Explanation, StatementRow},
        href,
        shell::Section,
        words,
    },
};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<ExplainPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let viewer = asked.viewer()?;
    let (vulnerability, release) = (
        asked.parameter("vulnerability").unwrap_or_default(),
        asked.parameter("release").unwrap_or_default(),
    );
    let explanation = if vulnerability.is_empty() || release.is_empty() {
        Explained::NotAsked
    } else {
        match explain::explain_release(app, viewer, frame.as_of, release, vulnerability, None) {
            Ok(report) if report.records.is_empty() => {
                Explained::NotKnown(Empty::new("No record of the sources that were taken in has this name."))
            }
            Ok(report) => {
                let release = release::resolve_release(app, viewer, frame.as_of, release)?;
                let inventory = inventory::summary(app, viewer, frame.as_of, &release.id)?;
                let asked = inventory.map(|inventory| figure(inventory.components)).unwrap_or_default();
                Explained::Found(Box::new(explanation(&report, asked, &frame)))
            }
            Err(error @ (AppError::NotFound { .. } | AppError::Missing { .. })) => {
                Explained::NotKnown(Empty::new(format!("{error}.")))
            }
            Err(error) => return Err(error),
        }
    };
    let releases = account::account(app, viewer, frame.as_of, None)?.releases.into_iter().map(|row| {
        let name = format!("{}@{}", row.product, row.release);
        (name.clone(), name)
    });
    Ok(ExplainPage {
        shell: frame.shell(Section::Explain, "Why is it listed?", Vec::new()),
        vulnerability: vulnerability.to_owned(),
        releases: releases.collect(),
        release: release.to_owned(),
        explanation,
    })
}

fn explanation(report: &ExplainReport, components_asked: u64, frame: &Frame) -> Explanation {
    let decided = |source: &str, id: &str| {
        let by =
            |line: &VerdictLine| line.source.as_deref() == Some(source) && line.record.as_deref() == Some(id);
        report.verdicts.iter().any(by)
    };
    let statements = report.records.iter().map(|record| StatementRow {
        source: record.source.clone(),
        says: if record.withdrawn { format!("{}, withdrawn", record.id) } else { record.id.clone() },
        modified: record.modified.clone().unwrap_or_else(|| "states no date".to_owned()),
        decided: decided(&record.source, &record.id),
    });
    Explanation {
        vulnerability: report.vulnerability.clone(),
        release: Link::new(
            report.subject.clone(),
            frame.link(&href::explain(&report.vulnerability, &report.subject)),
        ),
        verdict: verdict(report.verdict.unwrap_or_default()),
        source: format!("recomputed now from snapshot {}", words::short_digest(&report.snapshot)),
        gates: report.steps.iter().map(gate).collect(),
        components: report.verdicts.iter().map(component).collect(),
        components_asked,
        blind: None,
        statements: statements.collect(),
        impact: frame.link_to("Are we hit?", &href::impact(&report.vulnerability)),
    }
}

pub(super) fn gate(step: &StepLine) -> Evidence {
    let mark = match step.outcome {
        "passed" => Mark::Yes,
        "failed" => Mark::No,
        "unknown" => Mark::Open,
        _ => Mark::Note,
    };
    let evidence = Evidence::new(mark, step.text.clone());
    match &step.component {
        Some(component) => evidence.basis(component.clone()),
        None => evidence,
    }
}

fn component(line: &VerdictLine) -> ComponentVerdict {
    let source = [line.source.as_deref(), line.record.as_deref()];
    ComponentVerdict {
        name: line.component.clone(),
        version: String::new(),
        verdict: verdict(line.verdict),
        class: line.class.map(str::to_owned),
        reason: line.text.clone(),
        source: source.into_iter().flatten().collect::<Vec<_>>().join(", "),
    }
}

/// The word of a verdict as its mark; none at all means that no component was concerned.
fn verdict(word: &str) -> Verdict {
    match word {
        "in_range" => Verdict::InRange,
        "undecided" => Verdict::Undecided,
        "patched" => Verdict::Patched,
        "excluded_by_supplier" => Verdict::ExcludedBySupplier,
        "excluded_by_build" => Verdict::ExcludedByBuild,
        "out_of_range" => Verdict::OutOfRange,
        "not_assessed" => Verdict::NotAssessed,
        _ => Verdict::NoSuchComponent,
    }
}
