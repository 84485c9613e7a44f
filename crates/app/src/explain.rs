//! Why a vulnerability is listed, or the first gate that said no: for any pair, from an SBOM or from the record.
//!
//! The reasoning is the matcher's; here it meets the raw record it rests on. A past moment is explained from the snapshot that
//! its last sweep read; where that is no longer mapped, from what the sweep stored, and the report says which. Where the
//! viewer may know of private records, each corpus that has the flaw explains for itself. Not here: storing anything.

mod private;

use std::sync::Arc;

use domain::{audience::Audience, component::Component, id::ReleaseId, ledger::AsOf, person::Permission};
use matcher::{
    assess::assess_all,
    explain::{Outcome, explain_name},
    inventory::Inventory,
};
use serde::Serialize;
use store::{View, corpus::CorpusFolder, exposure::Exposure};

use crate::{
    App, AppError, Viewer,
    build_evidence::Builds,
    check::{class_word, state_word},
    component::{find_component, label},
    conversion::{components_of, distribution_of, matcher_inventory},
    corpus::Corpus,
    exposed::find_vulnerabilities,
    impact::each_release,
    mapping::Mappings,
    purge, release,
};

use private::Private;

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
    /// What the explanation rests on.
    pub basis: Basis,
    /// When the last sweep by then ended, RFC 3339.
    pub swept_at: Option<String>,
    /// Snapshot that it read.
    pub swept_snapshot: Option<String>,
    /// What is no longer here, for a person.
    pub missing: Option<String>,
    /// Components that were asked.
    pub components: usize,
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
    /// Need-to-know label of the private corpus that answers; none for the public one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// What became of private records of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The answers of the private corpora that have it too, as far as the viewer may know of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<ExplainReport>,
}

/// What an explanation rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Recomputed from the snapshot in force, or from the one that the last sweep by then read.
    Recomputed,
    /// Recomputed from today's snapshot for a moment that knew another one.
    RecomputedToday,
    /// As the last sweep by then stored it.
    Stored,
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
    pub reason: String,
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

/// Explains for an SBOM; `component` narrows by name or package URL, `mappings` say what parts without an identity are.
pub fn explain_document(
    corpus: &Corpus,
    bytes: &[u8],
    mappings: &Mappings,
    vulnerability: &str,
    component: Option<&str>,
) -> Result<ExplainReport, AppError> {
    let (document, _) = sbom::read(bytes).map_err(|error| AppError::invalid("sbom", error.to_string()))?;
    let components = components_of(&document);
    let mut inventory = matcher_inventory(&components, distribution_of(&document).as_deref(), "");
    mappings.apply(&components, None, &mut inventory);
    let subject = document.name.unwrap_or_else(|| "the document".to_owned());
    explain(corpus, &components, &inventory, subject, vulnerability, component)
}

/// Explains for a release as of a moment: from the corpus in force now, or from the snapshot that the last sweep by a past
/// moment read. Where that one's index is gone, the stored verdicts speak.
pub fn explain_release(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    reference: &str,
    vulnerability: &str,
    component: Option<&str>,
) -> Result<ExplainReport, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| explain_in(app, view, viewer, as_of, reference, vulnerability, component))
}

/// The same for a reader who stands at the moment.
pub(crate) fn explain_in(
    app: &App,
    view: &View<'_>,
    viewer: &Viewer,
    as_of: AsOf,
    reference: &str,
    vulnerability: &str,
    component: Option<&str>,
) -> Result<ExplainReport, AppError> {
    let asked = Asked::read(app, view, viewer, as_of, reference)?;
    let public = match asked.corpus(app, as_of)? {
        Some(corpus) => asked.recomputed(&corpus, Basis::Recomputed, vulnerability, component),
        None => stored(app, view, viewer, &asked, vulnerability),
    };
    let private = Private { app, view, viewer, as_of, vulnerability, component };
    private.join(&asked, public)
}

/// The gates of a release for a page that shows them beside other things; none when the moment cannot be asked any more.
pub(crate) fn gates_in(
    app: &App,
    view: &View<'_>,
    viewer: &Viewer,
    as_of: AsOf,
    reference: &str,
    vulnerability: &str,
) -> Result<Vec<StepLine>, AppError> {
    match explain_in(app, view, viewer, as_of, reference, vulnerability, None) {
        Ok(report) => Ok(report.steps),
        Err(AppError::Missing { .. } | AppError::NotFound { .. }) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Explains a release as it was at a moment, against today's corpus: what would be said now of what was there then.
pub fn recompute_release(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    reference: &str,
    vulnerability: &str,
) -> Result<ExplainReport, AppError> {
    viewer.require(Permission::Read)?;
    let corpus = app.current_corpus()?;
    app.store.read(as_of, |view| {
        let asked = Asked::read(app, view, viewer, as_of, reference)?;
        let same = asked.swept.as_ref().is_some_and(|(snapshot, _)| *snapshot == corpus.id);
        let basis = if same || !is_past(as_of) { Basis::Recomputed } else { Basis::RecomputedToday };
        let public = asked.recomputed(&corpus, basis, vulnerability, None);
        let private = Private { app, view, viewer, as_of: AsOf::Now, vulnerability, component: None };
        private.join(&asked, public)
    })
}

/// A question as a page asks it.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// Any name of the vulnerability.
    pub vulnerability: &'q str,
    /// `slug@version`.
    pub release: &'q str,
    /// Against today's corpus, whatever the moment.
    pub today: bool,
}

/// All that a page of explanations shows.
#[derive(Debug)]
pub struct ExplainAnswer {
    /// The releases that can be asked about, `slug@version`.
    pub releases: Vec<String>,
    /// The explanation, or why there is none; nothing was asked when absent.
    pub explained: Option<Result<ExplainReport, AppError>>,
}

/// Answers a page: the releases to choose from, and the explanation when both were named.
pub fn answer(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    question: Question<'_>,
) -> Result<ExplainAnswer, AppError> {
    let mut releases = Vec::new();
    each_release(app, viewer, as_of, |line| releases.push(line.reference))?;
    releases.sort_unstable();
    let Question { vulnerability, release, today } = question;
    let explained = match (vulnerability.is_empty() || release.is_empty(), today) {
        (true, _) => None,
        (false, true) => Some(recompute_release(app, viewer, as_of, release, vulnerability)),
        (false, false) => Some(explain_release(app, viewer, as_of, release, vulnerability, None)),
    };
    Ok(ExplainAnswer { releases, explained })
}

/// What is asked about, as it stood at a moment.
struct Asked {
    reference: String,
    release: ReleaseId,
    components: Vec<Component>,
    inventory: Inventory,
    /// What was built into its image.
    builds: Builds,
    /// Snapshot and end of the last sweep by then.
    swept: Option<(String, String)>,
}

impl Asked {
    fn read(
        app: &App,
        view: &View<'_>,
        viewer: &Viewer,
        as_of: AsOf,
        reference: &str,
    ) -> Result<Self, AppError> {
        // Before anything was taken in, now, the corpus is what is missing first.
        if !is_past(as_of) {
            app.current_corpus()?;
        }
        let release = release::resolve(view, viewer, reference)?;
        let found =
            view.inventory_of_release(&release.id, &viewer.audiences)?.ok_or_else(|| AppError::Missing {
                what: format!("release {reference} has no SBOM"),
                hint: format!("Attach one: aftercare sbom add FILE --release {reference}"),
            })?;
        let parts = view.inventory_components(&found.id)?;
        let components: Vec<Component> = parts.into_iter().map(|part| part.component).collect();
        let mut inventory =
            matcher_inventory(&components, found.distribution.as_deref(), &release.complete_roles);
        Mappings::read(view)?.apply(&components, Some(&release.id), &mut inventory);
        let swept = view.last_sweep()?.map(|row| (row.sweep.snapshot, row.sweep.ended_at));
        let builds = Builds::read(view, &app.blobs, Some(&release.id))?;
        Ok(Self {
            reference: reference.to_owned(),
            release: release.id,
            components,
            inventory,
            builds,
            swept,
        })
    }

    /// The corpus of that moment, when it is mapped or can be without making an index anew.
    fn corpus(&self, app: &App, as_of: AsOf) -> Result<Option<Arc<Corpus>>, AppError> {
        if !is_past(as_of) {
            return app.current_corpus().map(Some);
        }
        let Some((snapshot, _)) = &self.swept else {
            return Err(AppError::Missing {
                what: "nobody had looked by that moment, so nothing was known of this release".to_owned(),
                hint: "Choose a later moment, or recompute against today's sources".to_owned(),
            });
        };
        match app.find_corpus()? {
            Some(corpus) if corpus.id == *snapshot => Ok(Some(corpus)),
            _ => Ok(Corpus::earlier(&app.corpus_folder(), snapshot, Audience::general())?.map(Arc::new)),
        }
    }

    fn recomputed(
        &self,
        corpus: &Corpus,
        basis: Basis,
        vulnerability: &str,
        component: Option<&str>,
    ) -> Result<ExplainReport, AppError> {
        let subject = self.reference.clone();
        let build = self.builds.of(&self.release, &corpus.audience);
        let inventory = Inventory { build, ..self.inventory.clone() };
        let report = explain(corpus, &self.components, &inventory, subject, vulnerability, component)?;
        Ok(self.told(ExplainReport { basis, ..report }))
    }

    fn told(&self, report: ExplainReport) -> ExplainReport {
        let (snapshot, ended_at) = self.swept.clone().unzip();
        ExplainReport {
            swept_at: ended_at,
            swept_snapshot: snapshot,
            components: self.components.len(),
            ..report
        }
    }
}

fn is_past(as_of: AsOf) -> bool {
    matches!(as_of, AsOf::At(_))
}

/// What the last sweep stored of a pair. It stored verdicts, never the reasons for their absence.
fn stored(
    app: &App,
    view: &View<'_>,
    viewer: &Viewer,
    asked: &Asked,
    vulnerability: &str,
) -> Result<ExplainReport, AppError> {
    let (snapshot, ended_at) = asked.swept.clone().unwrap_or_default();
    let found = find_vulnerabilities(view, viewer, vulnerability.trim())?
        .into_iter()
        .next()
        .ok_or_else(|| AppError::not_found("vulnerability in the record of that moment", vulnerability))?;
    let exposures = view.exposures_of(&found.id, false, &viewer.audiences)?;
    let mut verdicts = Vec::new();
    for exposure in exposures.into_iter().filter(|exposure| exposure.release == asked.release) {
        let body = view.evidence(&exposure.evidence)?;
        let purged = match &body {
            Some(_) => None,
            None => purge::told_of(view, viewer, purge::TEXT, &exposure.evidence)?,
        };
        let mut line = stored_line(exposure, &body.unwrap_or_default());
        if let Some(told) = purged {
            line.text = format!("{}; its evidence was {told}", line.text);
        }
        verdicts.push(line);
    }
    let strongest = ["in_range", "undecided"];
    let verdict = strongest.into_iter().find(|word| verdicts.iter().any(|line| line.verdict == *word));
    let verdict = verdict.or(verdicts.first().map(|line| line.verdict));
    let mut steps: Vec<StepLine> = verdicts
        .iter()
        .map(|line| StepLine {
            gate: "stored",
            outcome: match line.verdict {
                "in_range" => "passed",
                "undecided" => "unknown",
                _ => "failed",
            },
            component: Some(line.component.clone()),
            text: line.text.clone(),
        })
        .collect();
    if steps.is_empty() {
        steps.push(StepLine {
            gate: "stored",
            outcome: "failed",
            component: None,
            text: format!(
                "the sweep of {ended_at} opened no verdict on {} for this release; a sweep stores what it matched, not \
                 the gate at which the rest was excluded",
                found.shown
            ),
        });
    }
    Ok(asked.told(ExplainReport {
        vulnerability: found.shown,
        aliases: Vec::new(),
        missing: Some(missing(app, &snapshot)),
        snapshot,
        basis: Basis::Stored,
        swept_at: None,
        swept_snapshot: None,
        components: 0,
        subject: asked.reference.clone(),
        verdict,
        stopped_at: None,
        steps,
        verdicts,
        records: Vec::new(),
        audience: (!found.corpus.is_general()).then_some(found.corpus.0),
        notes: Vec::new(),
        also: Vec::new(),
    }))
}

fn stored_line(exposure: Exposure, body: &str) -> VerdictLine {
    let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let list = |name: &str| -> Vec<String> {
        let lines = body[name].as_array().into_iter().flatten();
        lines.filter_map(|line| line.as_str().map(str::to_owned)).collect()
    };
    let name = match &exposure.component_version {
        Some(version) => format!("{}@{version}", exposure.component_name),
        None => exposure.component_name,
    };
    VerdictLine {
        component: name,
        verdict: exposure.state.as_str(),
        class: exposure
            .class
            .and_then(|class| ["A", "B", "C", "D"].into_iter().find(|known| *known == class)),
        text: text("text").unwrap_or_else(|| exposure.reason.replace('_', " ")),
        reason: exposure.reason,
        source: text("source"),
        record: text("record"),
        pointer: text("pointer").unwrap_or_default(),
        excerpt: None,
        condition: list("condition"),
        considered: list("considered"),
    }
}

/// Which part of an earlier corpus is no longer here.
fn missing(app: &App, id: &str) -> String {
    let folder = CorpusFolder::at(&app.corpus_folder());
    let Ok(snapshot) = folder.snapshot(id) else {
        return "its manifest and its index are no longer here".to_owned();
    };
    match (snapshot.packs.len(), folder.missing_packs(&snapshot).len()) {
        (packs, 0) => format!("its index is no longer mapped; all {packs} packs of its records are here"),
        (packs, gone) => format!("its index and {gone} of {packs} packs of its records are no longer here"),
    }
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
            reason: core.reason.to_owned(),
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
        basis: Basis::Recomputed,
        swept_at: None,
        swept_snapshot: None,
        missing: None,
        components: components.len(),
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
        audience: (!corpus.audience.is_general()).then(|| corpus.audience.0.clone()),
        notes: Vec::new(),
        also: Vec::new(),
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

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Unknown => "unknown",
        Outcome::Noted => "noted",
    }
}
