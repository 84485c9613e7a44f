//! "Why is this (not) listed?": the gates of one vulnerability at one release, and what that answer rests on.

use app::{
    App, AppError,
    explain::{self, Basis, ExplainReport, Question, StepLine, VerdictLine},
};
use axum::{extract::State, response::Response};

use crate::{
    asked::Asked,
    frame::{Frame, when},
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

/// In the address: against today's sources, whatever the moment.
const TODAY: &str = "today";

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<ExplainPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let question = Question {
        vulnerability: asked.parameter("vulnerability").unwrap_or_default(),
        release: asked.parameter("release").unwrap_or_default(),
        today: asked.parameter("against") == Some(TODAY),
    };
    let answer = explain::answer(app, asked.viewer()?, frame.as_of, question)?;
    let explanation = match answer.explained {
        None => Explained::NotAsked,
        Some(Ok(report)) if report.records.is_empty() && report.basis != Basis::Stored => {
            let mut told = "No record of the sources that were taken in has this name.".to_owned();
            report.notes.iter().for_each(|note| told.push_str(&format!(" {note}")));
            Explained::NotKnown(Empty::new(told))
        }
        Some(Ok(report)) => Explained::Found(Box::new(explanation(&report, &frame))),
        Some(Err(error @ (AppError::NotFound { .. } | AppError::Missing { .. }))) => {
            Explained::NotKnown(refused(&error, question, &frame))
        }
        Some(Err(error)) => return Err(error),
    };
    Ok(ExplainPage {
        shell: frame.shell(Section::Explain, "Why is it listed?", Vec::new()),
        vulnerability: question.vulnerability.to_owned(),
        releases: answer.releases.into_iter().map(|name| (name.clone(), name)).collect(),
        release: question.release.to_owned(),
        explanation,
    })
}

/// Why there is no explanation; for a moment that has passed, with the way to one that rests on today's sources.
fn refused(error: &AppError, question: Question<'_>, frame: &Frame) -> Empty {
    let empty = Empty::new(format!("{error}."));
    if frame.acting() || question.today {
        return empty;
    }
    empty.next(against_today(question.vulnerability, question.release, frame))
}

fn against_today(vulnerability: &str, release: &str, frame: &Frame) -> Link {
    let address = href::with(&href::explain(vulnerability, release), &[("against", TODAY)]);
    frame.link_to("Recompute against today's sources", &address)
}

fn explanation(report: &ExplainReport, frame: &Frame) -> Explanation {
    let decided = |source: &str, id: &str| {
        let by =
            |line: &VerdictLine| line.source.as_deref() == Some(source) && line.record.as_deref() == Some(id);
        report.verdicts.iter().any(by)
    };
    let statements = report.records.iter().map(|record| StatementRow {
        source: record.source.clone(),
        says: if record.withdrawn { format!("{}, withdrawn", record.id) } else { record.id.clone() },
        modified: record.modified.as_deref().map_or_else(|| "states no date".to_owned(), when),
        decided: decided(&record.source, &record.id),
    });
    Explanation {
        vulnerability: report.vulnerability.clone(),
        release: Link::new(
            report.subject.clone(),
            frame.link(&href::explain(&report.vulnerability, &report.subject)),
        ),
        verdict: verdict(report.verdict.unwrap_or_default()),
        source: source(report, frame),
        basis: note(report, frame),
        gates: report.steps.iter().map(gate).collect(),
        components: report.verdicts.iter().map(component).collect(),
        components_asked: report.components as u64,
        statements: statements.collect(),
        impact: frame.link_to("Are we hit?", &href::impact(&report.vulnerability)),
        notes: report.notes.iter().cloned().chain(report.also.iter().map(also)).collect(),
    }
}

/// What the explanation rests on, in one line.
fn source(report: &ExplainReport, frame: &Frame) -> String {
    let corpus = report.audience.as_ref().map(|label| format!("the private corpus {label}, "));
    let snapshot =
        format!("{}snapshot {}", corpus.unwrap_or_default(), words::short_digest(&report.snapshot));
    let swept = report.swept_at.as_deref().map(when);
    match (report.basis, swept) {
        (Basis::Stored, Some(swept)) => {
            format!("as the sweep of {swept} stored it, from {snapshot}")
        }
        (Basis::Stored, None) => format!("as it was stored, from {snapshot}"),
        (Basis::RecomputedToday, _) => format!("recomputed from today's {snapshot}"),
        (Basis::Recomputed, Some(swept)) if !frame.acting() => {
            format!("recomputed from {snapshot}, which the sweep of {swept} read")
        }
        (Basis::Recomputed, Some(swept)) if report.swept_snapshot.as_deref() != Some(&report.snapshot) => {
            format!("recomputed from {snapshot}; the sweep of {swept} read an earlier one")
        }
        (Basis::Recomputed, _) => format!("recomputed now from {snapshot}"),
    }
}

/// What has to be said aloud about it: that something is missing, or that it is not of that moment.
fn note(report: &ExplainReport, frame: &Frame) -> Option<(String, String, Option<Link>)> {
    match report.basis {
        Basis::Recomputed => None,
        Basis::Stored => Some((
            "Not recomputed.".to_owned(),
            format!(
                "The snapshot of that moment cannot be asked again: {}. Below is what the sweep stored.",
                report.missing.as_deref().unwrap_or("its index is no longer mapped")
            ),
            Some(against_today(&report.vulnerability, &report.subject, frame)),
        )),
        Basis::RecomputedToday => Some((
            "Not what was known then.".to_owned(),
            "The inventory is the one of that moment, the sources are today's.".to_owned(),
            Some(
                frame.link_to("What was known then", &href::explain(&report.vulnerability, &report.subject)),
            ),
        )),
    }
}

/// What a private corpus says beside the public one, in a sentence.
fn also(report: &ExplainReport) -> String {
    let label = report.audience.as_deref().unwrap_or_default();
    let said = report.verdict.map_or_else(
        || format!("not listed, stopped at {}", report.stopped_at.unwrap_or("the end")),
        |verdict| verdict.replace('_', " "),
    );
    format!("The private corpus {label} says of {}: {said}.", report.vulnerability)
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
    let (name, version) = line.component.rsplit_once('@').unwrap_or((&line.component, "not stated"));
    ComponentVerdict {
        name: name.to_owned(),
        version: version.to_owned(),
        verdict: verdict(line.verdict),
        class: line.class.map(str::to_owned),
        reason: line.text.clone(),
        source: source.into_iter().flatten().collect::<Vec<_>>().join(", "),
    }
}

/// The word of a verdict as its mark; none at all means that no component was concerned.
pub(super) fn verdict(word: &str) -> Verdict {
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
