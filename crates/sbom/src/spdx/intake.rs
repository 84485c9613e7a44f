//! Takes an SPDX 2 document in piece by piece, each in the shape of JSON: how XML, YAML, tag-value and RDF fill the same
//! objects as JSON does, at the memory of one piece (RDF holds its graph besides).

use serde::de::DeserializeSeed as _;
use serde_json::{Map, Value};

use super::{Document, Entry, Package, Relationship, close, component};
use crate::draft::Draft;
use crate::error::ReadError;
use crate::inventory::{Format, Inventory};
use crate::issue::IssueCode;
use crate::slot::{Fill, List, Slot, Text};
use crate::walk::{Step, Walk};

/// The members of a document that hold lists of entries.
pub(super) const LISTS: [&str; 6] =
    ["documentDescribes", "externalDocumentRefs", "files", "packages", "relationships", "snippets"];

#[derive(Default)]
pub(super) struct Intake {
    document: Document<'static>,
    packages: usize,
    /// All other members.
    members: Map<String, Value>,
}

impl Intake {
    /// Takes one entry of one of the [`LISTS`].
    pub(super) fn entry(&mut self, list: &str, value: Value, walk: &mut Walk) -> Result<(), ReadError> {
        let document = &mut self.document;
        match list {
            "packages" => self.package(value, walk)?,
            "relationships" => {
                push(&mut document.relationships, "relationships", value, walk, Relationship::default())?;
            }
            "files" => push(&mut document.files, "files", value, walk, Entry::default())?,
            "snippets" => push(&mut document.snippets, "snippets", value, walk, Entry::default())?,
            "documentDescribes" => {
                push(&mut document.describes, "documentDescribes", value, walk, Text::default())?;
            }
            _ => document.external_documents.0 += 1,
        }
        Ok(())
    }

    /// Takes a member that is no list of entries.
    pub(super) fn member(&mut self, key: &str, value: Value, walk: &mut Walk) {
        if self.members.insert(key.to_owned(), value).is_some() {
            walk.report(IssueCode::DuplicateKey, || {
                format!("{} occurs more than once; the last one counts", crate::walk::quoted(key))
            });
        }
    }

    pub(super) fn close(self, format: Format, walk: &mut Walk) -> Result<Inventory, ReadError> {
        let mut document = self.document;
        fill(&mut document, Value::Object(self.members), walk);
        close::close(document, format, walk)
    }

    fn package(&mut self, value: Value, walk: &mut Walk) -> Result<(), ReadError> {
        walk.enter(Step::Key("packages"));
        walk.enter(Step::Index(self.packages));
        self.packages += 1;
        let held = walk.held();
        let mut package = Package::default();
        if fill(&mut package, value, walk) {
            walk.release(held);
            let component = component(&package, walk);
            if self.document.packages.0.add(component, walk).is_none() {
                return Err(Draft::full(walk));
            }
        }
        walk.leave();
        walk.leave();
        Ok(())
    }
}

fn push<T: Slot<'static>>(
    list: &mut List<T>,
    key: &'static str,
    value: Value,
    walk: &mut Walk,
    mut entry: T,
) -> Result<(), ReadError> {
    let step = Step::Index(list.0.len());
    walk.enter(Step::Key(key));
    walk.enter(step);
    if fill(&mut entry, value, walk) {
        if !walk.hold(size_of::<(Step, T)>()) {
            return walk.refusal.take().map_or(Ok(()), Err);
        }
        list.0.push((step, entry));
    }
    walk.leave();
    walk.leave();
    Ok(())
}

/// Values in memory always parse: only a slot can say no, and has reported it.
fn fill<T: Slot<'static>>(slot: &mut T, value: Value, walk: &mut Walk) -> bool {
    Fill { slot, walk }.deserialize(value).unwrap_or(false)
}
