//! From the objects of a whole SPDX 2 document to its inventory: version, relationships, provenance.

use std::collections::{BTreeMap, HashSet};

use super::{Creation, Document, Relationship, party, stated};
use crate::draft::{Draft, Head};
use crate::error::ReadError;
use crate::inventory::{Completeness, Format, Inventory, Provenance};
use crate::issue::IssueCode;
use crate::walk::{Step, Walk, quoted};

/// Versions that the reader was written against.
const VERSIONS: [&str; 3] = ["2.1", "2.2", "2.3"];

pub(super) fn close(document: Document<'_>, format: Format, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let spec_version = spec_version(&document, format, walk)?;
    let mut draft = document.packages.0;
    let others: HashSet<&str> =
        document.files.0.iter().chain(&document.snippets.0).filter_map(|(_, entry)| entry.id.get()).collect();
    let mut links =
        Links { document: document.id.get().unwrap_or("SPDXRef-DOCUMENT"), others, ..Links::default() };
    if let Some(index) = draft.find(links.document) {
        // Hand-written documents give the product's package their own id; what is said of it is said of the package.
        walk.report_at("SPDXID", IssueCode::DuplicateReference, || {
            format!("the document and a package share the id {}; it is read as that of the package, which is taken as the subject", quoted(links.document))
        });
        links.subjects.push(index);
        links.document = "SPDXRef-DOCUMENT";
    }
    walk.enter(Step::Key("documentDescribes"));
    for (step, reference) in &document.describes.0 {
        walk.enter(*step);
        links.describe(reference.get().unwrap_or_default(), &draft, walk);
        walk.leave();
    }
    walk.leave();
    walk.enter(Step::Key("relationships"));
    for (step, relationship) in &document.relationships.0 {
        walk.enter(*step);
        links.follow(relationship, &mut draft, walk);
        walk.leave();
    }
    walk.leave();
    let subjects = Draft::described(std::mem::take(&mut links.subjects), walk);
    links.report_unused(walk);
    for (key, count) in [
        ("files", document.files.0.len()),
        ("snippets", document.snippets.0.len()),
        ("externalDocumentRefs", document.external_documents.0),
    ] {
        if count > 0 {
            walk.report_at(key, IssueCode::NotKept, || {
                format!("{count} {key} entries are not part of an inventory")
            });
        }
    }
    let head = Head {
        format,
        spec_version,
        serial: document.namespace.to_owned(),
        name: document.name.to_owned(),
        created: document.creation.created.to_owned(),
        complete: links.complete,
        provenance: provenance(&document.creation),
    };
    Ok(draft.finish(head, &subjects, walk))
}

fn spec_version(document: &Document<'_>, format: Format, walk: &mut Walk) -> Result<String, ReadError> {
    let written = document.spdx_version.get().unwrap_or_default();
    let version = written.strip_prefix("SPDX-").unwrap_or(written).to_owned();
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major != 2) {
        return Err(ReadError::Version { format: format.as_str(), version });
    }
    if !VERSIONS.contains(&version.as_str()) {
        walk.report_at("spdxVersion", IssueCode::SpecVersion, || {
            format!("{} is not SPDX-2.1, SPDX-2.2 or SPDX-2.3; read as the nearest", quoted(written))
        });
    }
    Ok(version)
}

/// Relationships on their way into edges.
#[derive(Default)]
struct Links<'a> {
    document: &'a str,
    /// Files and snippets: known, but no components.
    others: HashSet<&'a str>,
    subjects: Vec<usize>,
    /// Relationships of kinds that say nothing about what is inside what.
    unused: BTreeMap<String, usize>,
    complete: Completeness,
}

/// What a relationship type says.
enum Meaning {
    Describes,
    DescribedBy,
    /// The first depends on or contains the second.
    Down,
    /// The second depends on or contains the first.
    Up,
    GeneratedFrom,
    Generates,
    Unused,
}

impl Links<'_> {
    fn describe(&mut self, reference: &str, draft: &Draft, walk: &mut Walk) {
        self.subjects.extend(self.find(reference, draft, walk));
    }

    fn follow(&mut self, relationship: &Relationship<'_>, draft: &mut Draft, walk: &mut Walk) {
        let element = relationship.element.get().unwrap_or_default();
        let related = relationship.related.get().unwrap_or_default();
        let meaning = meaning(relationship.kind.get().unwrap_or_default());
        // The standard's way to say that something is, or may be, missing below an element.
        if matches!(related, "NOASSERTION" | "NONE") {
            if related == "NOASSERTION" && matches!(meaning, Meaning::Down) {
                self.complete = Completeness::Unknown;
            }
            return;
        }
        match meaning {
            Meaning::Describes => self.describe(related, draft, walk),
            Meaning::DescribedBy => self.describe(element, draft, walk),
            Meaning::Down if element == self.document => self.describe(related, draft, walk),
            Meaning::Up if related == self.document => self.describe(element, draft, walk),
            Meaning::Down => self.link(element, related, draft, walk),
            Meaning::Up => self.link(related, element, draft, walk),
            Meaning::GeneratedFrom => self.generated(element, related, draft, walk),
            Meaning::Generates => self.generated(related, element, draft, walk),
            Meaning::Unused => {
                let kind = relationship.kind.get().unwrap_or("(no type)");
                if let Some(count) = self.unused.get_mut(kind) {
                    *count += 1;
                } else if self.unused.len() < 100 {
                    self.unused.insert(kind.to_owned(), 1);
                }
            }
        }
    }

    fn link(&self, from: &str, to: &str, draft: &mut Draft, walk: &mut Walk) {
        // Both are looked up, so that both are reported.
        if let (Some(from), Some(to)) = (self.find(from, draft, walk), self.find(to, draft, walk)) {
            draft.link(from, to);
        }
    }

    /// A distribution package generated from a source package has that as its upstream.
    fn generated(&self, binary: &str, source: &str, draft: &mut Draft, walk: &mut Walk) {
        let (Some(binary), Some(source)) = (self.find(binary, draft, walk), self.find(source, draft, walk))
        else {
            return;
        };
        let ty = |index: usize| draft.components[index].purl.as_ref().map(|purl| purl.ty.as_str());
        if matches!(ty(binary), Some("deb" | "rpm" | "apk" | "alpm"))
            && ty(binary) == ty(source)
            && draft.components[binary].source_package.is_none()
        {
            let source = &draft.components[source];
            draft.components[binary].source_package = Some((source.name.clone(), source.version.clone()));
        }
    }

    fn find(&self, reference: &str, draft: &Draft, walk: &mut Walk) -> Option<usize> {
        let found = draft.find(reference);
        if found.is_none() && !self.others.contains(reference) && reference != self.document {
            if reference.starts_with("DocumentRef-") {
                walk.report(IssueCode::ExternalReference, || {
                    format!("{} is in another document", quoted(reference))
                });
            } else {
                walk.report(IssueCode::DanglingDependency, || {
                    format!("no element has the SPDXID {}", quoted(reference))
                });
            }
        }
        found
    }

    fn report_unused(&self, walk: &mut Walk) {
        for (kind, count) in &self.unused {
            walk.report_at("relationships", IssueCode::NotKept, || {
                format!(
                    "{count} relationships of type {} say nothing about what is inside what",
                    quoted(kind)
                )
            });
        }
    }
}

fn meaning(kind: &str) -> Meaning {
    match kind {
        "DESCRIBES" | "DESCRIBE" => Meaning::Describes,
        "DESCRIBED_BY" => Meaning::DescribedBy,
        "DEPENDS_ON" | "CONTAINS" | "HAS_PREREQUISITE" | "STATIC_LINK" | "DYNAMIC_LINK" => Meaning::Down,
        "DEPENDENCY_OF"
        | "CONTAINED_BY"
        | "PREREQUISITE_FOR"
        | "PACKAGE_OF"
        | "RUNTIME_DEPENDENCY_OF"
        | "BUILD_DEPENDENCY_OF"
        | "DEV_DEPENDENCY_OF"
        | "OPTIONAL_DEPENDENCY_OF"
        | "PROVIDED_DEPENDENCY_OF"
        | "TEST_DEPENDENCY_OF"
        | "OPTIONAL_COMPONENT_OF" => Meaning::Up,
        "GENERATED_FROM" => Meaning::GeneratedFrom,
        "GENERATES" => Meaning::Generates,
        _ => Meaning::Unused,
    }
}

fn provenance(creation: &Creation<'_>) -> Provenance {
    let mut provenance = Provenance::default();
    for creator in creation.creators.0.iter().filter_map(|(_, creator)| stated(creator)) {
        let (list, name) = match creator.strip_prefix("Tool:") {
            Some(tool) => (&mut provenance.tools, tool.trim()),
            None => (&mut provenance.authors, party(creator)),
        };
        if !name.is_empty() && list.iter().all(|known| known != name) {
            list.push(name.to_owned());
        }
    }
    provenance.contexts.extend(stated(&creation.comment).map(str::to_owned));
    provenance
}
