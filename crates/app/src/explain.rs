//! Why a vulnerability is listed, or the first gate that said no: for any pair, from an SBOM or from the record.
//!
//! The reasoning is the matcher's; here it meets the raw record it rests on. Not here: storing anything.

use domain::{component::Component, ledger::AsOf, person::Permission};
use matcher::{
    assess::assess_all,
    explain::{Outcome, explain_name},
    inventory::Inventory,
};
use serde::Serialize;

use crate::{
    App, AppError, Viewer,
    check::{class_word, state_word},
    conversion::{components_of, distribution_of, matcher_inventory},
    corpus::Corpus,
    release,
};

/// Longest excerpt of a raw record, in bytes.
const EXCERPT: usize = 4_000;

/// The JSON of `explain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainReport {
    /// Shown name, or the name that was asked when no record has it.
    pub vulnerability: String,
    /// Its other names.
    pub aliases: Vec<String>,
    /// The corpus.
    pub snapshot: String,
    /// What was asked about: `slug@version`, or the name in the document.
    pub subject: String,
    /// The strongest verdict among the components asked about.
    pub verdict: Option<&'static str>,
    /// First gate that said no or could not say.
    pub stopped_at: Option<&'static str>,
    /// Gates in order.
    pub steps: Vec<StepLine>,
    /// The verdicts of the components concerned.
    pub verdicts: Vec<VerdictLine>,
    /// What the sources hold about it.
    pub records: Vec<RecordLine>,
}

/// One gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepLine {
    /// Stable name.
    pub gate: &'static str,
    /// `passed`, `failed`, `unknown`, `noted`.
    pub outcome: &'static str,
    /// Component it is about.
    pub component: Option<String>,
    /// For a person.
    pub text: String,
}

/// One component's verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerdictLine {
    /// Component.
    pub component: String,
    /// Word.
    pub verdict: &'static str,
    /// `A` to `D`.
    pub class: Option<&'static str>,
    /// Reason code.
    pub reason: &'static str,
    /// One sentence.
    pub text: String,
    /// Deciding source.
    pub source: Option<String>,
    /// Deciding record.
    pub record: Option<String>,
    /// Where in that record.
    pub pointer: String,
    /// That part of the raw record.
    pub excerpt: Option<String>,
    /// Condition tree with every leaf answered.
    pub condition: Vec<String>,
    /// What else was looked at.
    pub considered: Vec<String>,
}

/// One source's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordLine {
    /// Source.
    pub source: String,
    /// Id.
    pub id: String,
    /// Last change as the source states it.
    pub modified: Option<String>,
    /// Rejected or withdrawn.
    pub withdrawn: bool,
    /// Pack it lies in.
    pub pack: Option<String>,
    /// Position in the pack.
    pub ordinal: u32,
}

/// Explains for an SBOM; `component` narrows by name or package URL.
pub fn explain_document(
    corpus: &Corpus,
    bytes: &[u8],
    vulnerability: &str,
    component: Option<&str>,
) -> Result<ExplainReport, AppError> {
    let (document, _) = sbom::read(bytes).map_err(|error| AppError::invalid("sbom", error.to_string()))?;
    let components = components_of(&document);
    let inventory = matcher_inventory(&components, distribution_of(&document).as_deref(), "");
    let subject = document.name.unwrap_or_else(|| "the document".to_owned());
    explain(corpus, &components, &inventory, subject, vulnerability, component)
}

/// Explains for a release as of a moment, against the corpus in force now.
pub fn explain_release(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    reference: &str,
    vulnerability: &str,
    component: Option<&str>,
) -> Result<ExplainReport, AppError> {
    viewer.require(Permission::Read)?;
    let corpus = app.current_corpus()?;
    let (components, inventory) = app.store.read(as_of, |view| {
        let release = release::resolve(view, viewer, reference)?;
        let found =
            view.inventory_of_release(&release.id, &viewer.audiences)?.ok_or_else(|| AppError::Missing {
                what: format!("release {reference} has no SBOM"),
                hint: format!("Attach one: aftercare sbom add FILE --release {reference}"),
            })?;
        let parts = view.inventory_components(&found.id)?;
        let components: Vec<Component> = parts.into_iter().map(|part| part.component).collect();
        let inventory =
            matcher_inventory(&components, found.distribution.as_deref(), &release.complete_roles);
        Ok::<_, AppError>((components, inventory))
    })?;
    explain(&corpus, &components, &inventory, reference.to_owned(), vulnerability, component)
}

fn explain(
    corpus: &Corpus,
    components: &[Component],
    inventory: &Inventory,
    subject: String,
    vulnerability: &str,
    component: Option<&str>,
) -> Result<ExplainReport, AppError> {
    let index = &corpus.index;
    let chosen = component.map(|wanted| find_component(components, wanted)).transpose()?;
    let item = chosen.map(|at| u32::try_from(at).unwrap_or(u32::MAX));
    let explanation = explain_name(index, inventory, vulnerability.trim(), item);
    let groups = index.find_all(vulnerability.trim());
    let group = groups.first().and_then(|group| index.group(*group));
    let name_of = |item: u32| components.get(item as usize).map(label);
    let assessment = assess_all(index, inventory);
    let witness = assessment.witness(index, inventory);
    let mut verdicts = Vec::new();
    for core in &assessment.cores {
        if !groups.contains(&core.group) || item.is_some_and(|item| item != core.item) {
            continue;
        }
        let evidence = witness.evidence(core);
        let source = evidence.source.map(|source| source.0);
        let excerpt = source
            .as_deref()
            .and_then(|source| excerpt(corpus, core.group, source, &evidence.record, &evidence.pointer));
        verdicts.push(VerdictLine {
            component: name_of(core.item).unwrap_or_default(),
            verdict: state_word(core.state),
            class: core.class.map(class_word),
            reason: core.reason,
            text: evidence.text,
            source,
            record: Some(evidence.record).filter(|record| !record.is_empty()),
            pointer: evidence.pointer,
            excerpt,
            condition: evidence.condition,
            considered: evidence.considered,
        });
    }
    let records = group.iter().flat_map(|group| &group.records).map(|record| RecordLine {
        source: record.source.to_owned(),
        id: record.id.to_owned(),
        modified: record.modified.map(str::to_owned),
        withdrawn: record.withdrawn,
        pack: corpus.snapshot.packs.get(record.locator.pack as usize).map(|pack| pack.digest.clone()),
        ordinal: record.locator.ordinal,
    });
    Ok(ExplainReport {
        vulnerability: explanation.vulnerability,
        aliases: group.iter().flat_map(|g| g.names.iter().skip(1)).map(|name| (*name).to_owned()).collect(),
        snapshot: corpus.id.clone(),
        subject,
        verdict: explanation.state.map(state_word),
        stopped_at: explanation.stopped_at,
        steps: explanation
            .steps
            .into_iter()
            .map(|step| StepLine {
                gate: step.gate,
                outcome: outcome_word(step.outcome),
                component: step.item.and_then(name_of),
                text: step.text,
            })
            .collect(),
        verdicts,
        records: records.collect(),
    })
}

/// The part of the deciding record that a statement points to, as JSON.
fn excerpt(corpus: &Corpus, group: u32, source: &str, record: &str, pointer: &str) -> Option<String> {
    let group = corpus.index.group(group)?;
    let found = group.records.iter().find(|found| found.source == source && found.id == record)?;
    let raw = corpus.raw(found.locator).ok()?;
    let value: serde_json::Value = serde_json::from_slice(&raw).ok()?;
    let mut text = serde_json::to_string_pretty(value.pointer(pointer)?).ok()?;
    if text.len() > EXCERPT {
        let end = (0..=EXCERPT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    Some(text)
}

fn find_component(components: &[Component], wanted: &str) -> Result<usize, AppError> {
    let wanted = wanted.trim();
    let is = |component: &Component| {
        component.name.eq_ignore_ascii_case(wanted)
            || component.purl.as_deref() == Some(wanted)
            || label(component).eq_ignore_ascii_case(wanted)
            || component.purl.as_deref().is_some_and(|purl| purl.split('@').next() == Some(wanted))
    };
    let found: Vec<usize> =
        components.iter().enumerate().filter(|(_, component)| is(component)).map(|(at, _)| at).collect();
    match found[..] {
        [one] => Ok(one),
        [] => Err(AppError::not_found("component", wanted)),
        [first, ..] => {
            // The same part listed twice is one answer; two versions are a question.
            let one = found.iter().all(|at| components[*at].identity == components[first].identity);
            if one {
                return Ok(first);
            }
            let labels: Vec<String> = found.iter().take(8).map(|at| label(&components[*at])).collect();
            Err(AppError::invalid("component", format!("`{wanted}` is one of: {}", labels.join(", "))))
        }
    }
}

fn label(component: &Component) -> String {
    match &component.version {
        Some(version) => format!("{}@{version}", component.name),
        None => component.name.clone(),
    }
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Unknown => "unknown",
        Outcome::Noted => "noted",
    }
}
