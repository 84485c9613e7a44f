//! What private records add to an explanation, for who may know of them: each private corpus that has the flaw answers for
//! itself, as of the moment that is asked about, and a record that was withdrawn says what became of it.

use std::sync::Arc;

use domain::ledger::AsOf;
use store::View;

use super::{Asked, Basis, ExplainReport, is_past};
use crate::{
    App, AppError, Viewer,
    corpus::{Corpora, Corpus},
    exposed::find_vulnerabilities,
};

/// Who asks what of private corpora, and as of when.
pub(super) struct Private<'q> {
    pub(super) app: &'q App,
    pub(super) view: &'q View<'q>,
    pub(super) viewer: &'q Viewer,
    pub(super) as_of: AsOf,
    pub(super) vulnerability: &'q str,
    pub(super) component: Option<&'q str>,
}

impl Private<'_> {
    /// Joins the private answers to the public one; where the public corpus does not know the flaw, the first private one
    /// takes its place.
    pub(super) fn join(
        &self,
        asked: &Asked,
        public: Result<ExplainReport, AppError>,
    ) -> Result<ExplainReport, AppError> {
        let corpora = self.app.corpora(self.viewer)?;
        let mut private = Vec::new();
        for corpus in &corpora.private {
            let Some(corpus) = self.then(corpus)? else { continue };
            if corpus.index.find(self.vulnerability.trim()).is_some() {
                let (name, component) = (self.vulnerability, self.component);
                private.push(asked.recomputed(&corpus, Basis::Recomputed, name, component)?);
            }
        }
        let mut report = match public {
            // The stored answer of a past moment may be a private one itself.
            Ok(public) if private.is_empty() || !public.records.is_empty() || public.verdict.is_some() => {
                private.retain(|answer| answer.audience != public.audience);
                public
            }
            Err(error) if private.is_empty() => return Err(error),
            Ok(_) | Err(_) => private.remove(0),
        };
        report.also = private;
        report.notes = self.notes(&corpora)?;
        Ok(report)
    }

    /// The corpus of a label as it was at the moment; none when there was none by then, or its index is no longer kept.
    fn then(&self, corpus: &Arc<Corpus>) -> Result<Option<Arc<Corpus>>, AppError> {
        if !is_past(self.as_of) {
            return Ok(Some(Arc::clone(corpus)));
        }
        let Some(swept) = self.view.last_sweep_of(&corpus.audience)? else { return Ok(None) };
        if swept.sweep.snapshot == corpus.id {
            return Ok(Some(Arc::clone(corpus)));
        }
        let folder = self.app.corpus_folder_of(&corpus.audience);
        let earlier = Corpus::earlier(&folder, &swept.sweep.snapshot, corpus.audience.clone())?;
        Ok(earlier.map(Arc::new))
    }

    /// What became of private records that the record of the workspace knows and their corpus no longer does: a flaw that went
    /// public, or was withdrawn, must not vanish in silence.
    fn notes(&self, corpora: &Corpora) -> Result<Vec<String>, AppError> {
        let Self { view, viewer, .. } = self;
        let mut notes = Vec::new();
        let private = find_vulnerabilities(view, viewer, self.vulnerability.trim())?;
        for vulnerability in private.into_iter().filter(|one| !one.audience.is_general()) {
            let mut names = view.vulnerability_names(&vulnerability.id)?;
            names.push(vulnerability.shown.clone());
            let live = |corpus: &Corpus| {
                let groups = names.iter().filter_map(|name| corpus.index.group(corpus.index.find(name)?));
                groups.filter(|group| group.known).map(|group| group.name.to_owned()).next()
            };
            if corpora.of(&vulnerability.audience).and_then(live).is_some() {
                continue;
            }
            let mut note = format!(
                "The private record of {} (need-to-know {}) is withdrawn.",
                vulnerability.shown, vulnerability.audience.0
            );
            match corpora.public.as_deref().and_then(live) {
                Some(public) => note.push_str(&format!(" It is public now, as {public}.")),
                None => {
                    note.push_str(" No public source that was taken in has it: nothing warns of it any more.")
                }
            }
            let case = view.case_by_vulnerability(&vulnerability.id)?;
            if let Some(case) = case.filter(|case| viewer.sees(&case.audience)) {
                note.push_str(&format!(
                    " {} and its decisions stay under that label; they settle nothing of the public record.",
                    case.label()
                ));
            }
            notes.push(note);
        }
        Ok(notes)}

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
}
