//! The element list, each element brought down to what an inventory needs of it as soon as it has been read, so that a
//! large document is never held as written. Packages become components at once (`package.rs`); what looks others up waits
//! for the end (`close.rs`).

use std::collections::BTreeMap;

use serde::de::{MapAccess, SeqAccess};

use super::element::{Element, Reference};
use super::package;
use crate::draft::Draft;
use crate::inventory::Completeness;
use crate::issue::IssueCode;
use crate::slot::{Slot, Text, each};
use crate::walk::Walk;

#[derive(Default)]
pub(crate) struct Graph<'de> {
    pub(super) draft: Draft,
    /// Those who may have supplied a component, in the order in which they are asked for their name.
    pub(super) agents: Vec<Agent<'de>>,
    pub(super) links: Vec<Link<'de>>,
    /// Elements that others name: agents, tools, licenses, files.
    pub(super) named: Vec<Named<'de>>,
    /// The document, its SBOMs and the facts of their creation, as written.
    pub(super) heads: Vec<Element<'de>>,
    /// Ids of elements that stand in other documents.
    pub(super) imported: Vec<Text<'de>>,
    /// Elements that an inventory does not hold, by type.
    pub(super) not_kept: BTreeMap<&'static str, usize>,
    /// The first version of the standard that any element states.
    pub(super) spec_version: Option<String>,
    elements: usize,
}

pub(super) struct Agent<'de> {
    pub(super) component: usize,
    pub(super) id: Text<'de>,
    pub(super) name: Text<'de>,
}

pub(super) struct Named<'de> {
    pub(super) id: Text<'de>,
    pub(super) name: Text<'de>,
    pub(super) expression: Text<'de>,
}

/// A relationship.
pub(super) struct Link<'de> {
    /// Its place in the list.
    pub(super) index: usize,
    pub(super) id: Text<'de>,
    pub(super) kind: Text<'de>,
    pub(super) from: Text<'de>,
    pub(super) to: Box<[Text<'de>]>,
    pub(super) complete: Option<Completeness>,
}

impl<'de> Graph<'de> {
    pub(super) fn is_empty(&self) -> bool {
        self.elements == 0
    }

    /// Takes the element at the present place of the walk. Says no when there is no room for it: the walk then holds
    /// the refusal.
    pub(super) fn take(&mut self, element: Element<'de>, walk: &mut Walk) -> bool {
        let index = self.elements;
        self.elements += 1;
        if self.spec_version.is_none() {
            self.spec_version = element.spec_version.to_owned();
        }
        match element.kind() {
            "Package" | "AIPackage" | "DatasetPackage" => return self.package(element, walk),
            "SpdxDocument" | "Sbom" | "CreationInfo" => return self.head(element, walk),
            kind if kind.ends_with("Relationship") => return self.link(index, element, walk),
            "File" => *self.not_kept.entry("File").or_default() += 1,
            "Snippet" => *self.not_kept.entry("Snippet").or_default() += 1,
            "Vulnerability" => *self.not_kept.entry("Vulnerability").or_default() += 1,
            _ => {}
        }
        self.name(element, walk)
    }

    fn package(&mut self, element: Element<'de>, walk: &mut Walk) -> bool {
        let component = package::component(&element, walk);
        let Some(component) = self.draft.add(component, walk) else { return false };
        for (_, Reference { id, name, .. }) in
            element.supplied_by.0.into_iter().chain(element.originated_by.0)
        {
            if !walk.hold(size_of::<Agent<'_>>()) {
                return false;
            }
            self.agents.push(Agent { component, id, name });
        }
        true
    }

    fn head(&mut self, mut element: Element<'de>, walk: &mut Walk) -> bool {
        let imports = [&mut element.import, &mut element.imports].map(|list| std::mem::take(&mut list.0));
        let before = self.imported.len();
        for (_, import) in imports.into_iter().flatten() {
            if !walk.hold(size_of::<Text<'_>>()) {
                return false;
            }
            self.imported.push(if import.id.get().is_some() { import.id } else { import.older_id });
        }
        let count = self.imported.len() - before;
        if count > 0 {
            walk.report(IssueCode::ExternalReference, || {
                format!(
                    "the document leans on {count} elements of other documents, which are not here; read those documents as well"
                )
            });
        }
        let room = walk.hold(size_of::<Element<'_>>());
        if room {
            self.heads.push(element);
        }
        room
    }

    fn link(&mut self, index: usize, element: Element<'de>, walk: &mut Walk) -> bool {
        let complete = match element.completeness.get() {
            Some("incomplete") => Some(Completeness::Incomplete),
            Some("noAssertion") => Some(Completeness::Unknown),
            _ => None,
        };
        let room = walk.hold(size_of::<Link<'_>>() + element.to.0.len() * size_of::<Text<'_>>());
        if room {
            self.links.push(Link {
                index,
                id: if element.id.get().is_some() { element.id } else { element.blank_id },
                kind: element.relationship,
                from: element.from.id,
                to: element.to.0.into_iter().map(|(_, to)| to.id).collect(),
                complete,
            });
        }
        room
    }

    /// An element without an id cannot be named, and is not kept.
    fn name(&mut self, element: Element<'de>, walk: &mut Walk) -> bool {
        if element.key().is_empty() {
            return true;
        }
        let room = walk.hold(size_of::<Named<'_>>());
        if room {
            self.named.push(Named {
                id: if element.id.get().is_some() { element.id } else { element.blank_id },
                name: element.name,
                expression: element.expression,
            });
        }
        room
    }
}

impl<'de> Slot<'de> for Graph<'de> {
    const EXPECTED: &'static str = "a list";

    fn list<A: SeqAccess<'de>>(&mut self, list: A, walk: &mut Walk) -> Result<bool, A::Error> {
        let mut held = walk.held();
        each(list, walk, |_, element: Element<'de>, walk| {
            // The element as written is let go; what is kept of it is counted anew.
            walk.release(held);
            let room = self.take(element, walk);
            held = walk.held();
            room
        })
    }

    fn object<A: MapAccess<'de>>(&mut self, map: A, walk: &mut Walk) -> Result<bool, A::Error> {
        let mut element = Element::default();
        let kept = element.object(map, walk)?;
        if kept && !self.take(element, walk) {
            return Err(serde::de::Error::custom("refused"));
        }
        Ok(kept)
    }
}
