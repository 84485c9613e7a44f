//! An inventory in the making: what every format's reader fills, and how it is closed. Knows no format.

use std::collections::{HashMap, HashSet};

use crate::error::{MAX_COMPONENTS, ReadError};
use crate::graph::Graph;
use crate::identity;
use crate::inventory::{Completeness, Component, Format, Inventory, Provenance};
use crate::issue::IssueCode;
use crate::walk::{Walk, quoted};

/// Components with the dependencies between them, before paths are known.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) components: Vec<Component>,
    by_reference: HashMap<String, usize>,
    edges: Vec<(u32, u32)>,
}

/// What stands at the head of a document.
pub(crate) struct Head {
    pub(crate) format: Format,
    pub(crate) spec_version: String,
    pub(crate) serial: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) created: Option<String>,
    pub(crate) complete: Completeness,
    pub(crate) provenance: Provenance,
}

impl Draft {
    /// Adds the component at the present place of the walk. `None` when there is no room for it: the walk then
    /// holds the refusal.
    pub(crate) fn add(&mut self, mut component: Component, walk: &mut Walk) -> Option<usize> {
        let index = self.components.len();
        if index >= MAX_COMPONENTS {
            walk.refusal = Some(Self::full(walk));
            return None;
        }
        identity::complete(&mut component, walk);
        if !component.reference.is_empty() {
            if let Some(first) = self.by_reference.get(&component.reference) {
                walk.report(IssueCode::DuplicateReference, || {
                    format!(
                        "reference {} is already that of component {first}; dependencies are read as meaning that one",
                        quoted(&component.reference)
                    )
                });
            } else {
                self.by_reference.insert(component.reference.clone(), index);
            }
        }
        self.components.push(component);
        Some(index)
    }

    /// The refusal of a document that has more components than are read.
    pub(crate) fn full(walk: &Walk) -> ReadError {
        ReadError::TooManyComponents { limit: MAX_COMPONENTS, pointer: walk.pointer() }
    }

    /// The component with this reference.
    pub(crate) fn find(&self, reference: &str) -> Option<usize> {
        self.by_reference.get(reference).copied()
    }

    /// Notes that one component depends on or contains another.
    pub(crate) fn link(&mut self, from: usize, to: usize) {
        // MAX_COMPONENTS is far below u32::MAX.
        self.edges.push((from as u32, to as u32));
    }

    /// The components that the document describes, each once, with an issue unless there is exactly one.
    pub(crate) fn described(mut subjects: Vec<usize>, walk: &mut Walk) -> Vec<usize> {
        let mut seen = HashSet::new();
        subjects.retain(|subject| seen.insert(*subject));
        match subjects.len() {
            0 => walk.report(IssueCode::Subject, || {
                "the document does not say which package it describes, so dependency paths are unknown".to_owned()
            }),
            1 => {}
            count => walk.report(IssueCode::Subject, || {
                format!("the document describes {count} packages; the first is taken as the subject, paths start at any of them")
            }),
        }
        subjects
    }

    /// Closes the inventory: dependencies, circles and the shortest paths from the subjects.
    pub(crate) fn finish(mut self, head: Head, subjects: &[usize], walk: &mut Walk) -> Inventory {
        let graph = Graph::new(self.components.len(), self.edges);
        graph.report_cycle(&self.components, walk);
        graph.lay_paths(subjects, &mut self.components, walk);
        let subject = subjects.first().copied();
        let described = subject.and_then(|index| self.components.get(index));
        Inventory {
            format: head.format,
            spec_version: head.spec_version,
            serial: head.serial,
            name: described
                .map(|component| component.name.clone())
                .filter(|name| !name.is_empty())
                .or(head.name),
            version: described.and_then(|component| component.version.clone()),
            created: head.created,
            subject,
            components: self.components,
            complete: head.complete,
            provenance: head.provenance,
        }
    }
}
