//! What private records add to an explanation, for who may know of them: each private corpus that has the flaw answers for
//! itself, as of the moment that is asked about, and a record that was withdrawn says what became of it.

use std::sync::Arc;

use domain::{ledger::AsOf, sweep::Scope};
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
        let Some(swept) = self.view.last_sweep_of(&Scope::of(&corpus.audience))? else { return Ok(None) };
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
        for vulnerability in private.into_iter().filter(|one| !one.corpus.is_general()) {
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
                    note.push_str(
                        " No public source that was taken in has it: nothing warns of it any more.",
                    );
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
        Ok(notes)
    }
}
