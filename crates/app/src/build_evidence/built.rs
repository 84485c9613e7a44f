//! The standing evidence of releases as the matcher asks it, read from the record and the files beside it.
//!
//! Which evidence settles what under which label: verdicts of the public corpus are settled by what everybody who may know of
//! the release may know of; those of a private corpus also by evidence under its label.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    audience::Audience,
    build_evidence::{BuildEvidence, EvidenceKind},
    id::ReleaseId,
};
use matcher::build::{Body, Build, Piece};
use store::{Blobs, View, build_evidence::SweptEvidence};

use crate::AppError;

/// What stands, by release.
#[derive(Clone, Debug, Default)]
pub(crate) struct Builds(BTreeMap<ReleaseId, Vec<Standing>>);

#[derive(Clone, Debug)]
struct Standing {
    evidence: BuildEvidence,
    release_audience: Audience,
    piece: Arc<Piece>,
}

impl Builds {
    /// Reads all of it, or that of one release. A file that is gone is an error: its absence would open or hide verdicts in
    /// silence.
    pub(crate) fn read(view: &View<'_>, blobs: &Blobs, only: Option<&ReleaseId>) -> Result<Self, AppError> {
        let mut builds = Self::default();
        for swept in view.build_evidence_to_sweep()? {
            if only.is_some_and(|only| *only != swept.evidence.release) {
                continue;
            }
            let SweptEvidence { evidence, release_audience } = swept;
            let bytes = blobs.get(&evidence.blob)?.ok_or_else(|| gone(&evidence.blob))?;
            let Some(body) = body(evidence.kind, &bytes) else { continue };
            let piece = Arc::new(Piece {
                digest: evidence.blob.clone(),
                image: evidence.image.as_str().to_owned(),
                component: evidence.subject.clone(),
                body,
            });
            let standing = Standing { evidence, release_audience, piece };
            builds.0.entry(standing.evidence.release.clone()).or_default().push(standing);
        }
        Ok(builds)
    }

    /// What settles the verdicts of a release under a label.
    pub(crate) fn of(&self, release: &ReleaseId, audience: &Audience) -> Build {
        Build { pieces: self.heard(release, audience).map(|standing| Arc::clone(&standing.piece)).collect() }
    }

    /// The same as one word of what a sweep takes; empty when there is none. No ids: the same evidence is the same word.
    pub(crate) fn word(&self, release: &ReleaseId, audience: &Audience) -> String {
        let words: Vec<String> = self
            .heard(release, audience)
            .map(|standing| {
                let evidence = &standing.evidence;
                let subject = evidence.subject.as_deref().unwrap_or_default();
                format!("{}={}@{}/{subject}", evidence.kind.as_str(), evidence.blob, evidence.image.as_str())
            })
            .collect();
        words.join(",")
    }

    fn heard<'b>(
        &'b self,
        release: &ReleaseId,
        audience: &'b Audience,
    ) -> impl Iterator<Item = &'b Standing> {
        self.0.get(release).into_iter().flatten().filter(move |standing| {
            let label = &standing.evidence.audience;
            label.is_general() || *label == standing.release_audience || label == audience
        })
    }
}

/// A file of the workspace that a row names and that is not there.
pub(super) fn gone(blob: &str) -> AppError {
    AppError::Missing {
        what: format!("the file of the build evidence {blob} is gone from the workspace"),
        hint: "Restore the folder `blobs` from a backup".to_owned(),
    }
}

fn body(kind: EvidenceKind, bytes: &[u8]) -> Option<Body> {
    match kind {
        EvidenceKind::KernelConfig => Some(Body::KernelConfig(feeds::build_evidence::kernel_config(bytes).0)),
        EvidenceKind::CompiledFiles => {
            Some(Body::CompiledFiles(feeds::build_evidence::compiled_files(bytes).0))
        }
        EvidenceKind::Facts | EvidenceKind::OpenPorts => None,
    }
}
