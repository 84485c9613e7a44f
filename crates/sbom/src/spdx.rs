//! SPDX 2.2 and 2.3: its objects as far as an inventory needs them, and their way into a draft.
//!
//! Files and snippets are counted, not kept: they are no components. SPDX 3 is another model and another file.

use std::collections::HashSet;

use serde::de::SeqAccess;

use crate::draft::{Draft, Head};
use crate::error::ReadError;
use crate::identity;
use crate::inventory::{Completeness, Component, Format, Inventory, Kind};
use crate::issue::IssueCode;
use crate::json;
use crate::slot::{Count, List, Slot, Text, each, object};
use crate::walk::{Step, Walk, quoted};

/// Versions that the reader was written against.
const VERSIONS: [&str; 2] = ["2.2", "2.3"];

/// Reads an SPDX 2 JSON document.
pub(crate) fn read_json(text: &str, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let mut document = Document::default();
    json::fill(text, &mut document, walk)?;
    close(document, walk)
}

object! { Document<'de> {
    spdx_version: Text<'de> = "spdxVersion",
    id: Text<'de> = "SPDXID",
    name: Text<'de> = "name",
    namespace: Text<'de> = "documentNamespace",
    creation: Creation<'de> = "creationInfo",
    describes: List<Text<'de>> = "documentDescribes",
    packages: Shelf = "packages",
    files: List<Entry<'de>> = "files",
    snippets: List<Entry<'de>> = "snippets",
    relationships: List<Relationship<'de>> = "relationships",
    external_documents: Count = "externalDocumentRefs",
} }

object! { Creation<'de> { created: Text<'de> = "created" } }
object! { Entry<'de> { id: Text<'de> = "SPDXID" } }
object! { Relationship<'de> {
    element: Text<'de> = "spdxElementId",
    kind: Text<'de> = "relationshipType",
    related: Text<'de> = "relatedSpdxElement",
} }
object! {
    /// A package as written.
    Package<'de> {
        id: Text<'de> = "SPDXID",
        name: Text<'de> = "name",
        version: Text<'de> = "versionInfo",
        supplier: Text<'de> = "supplier",
        originator: Text<'de> = "originator",
        purpose: Text<'de> = "primaryPackagePurpose",
        checksums: List<Checksum<'de>> = "checksums",
        external_refs: List<ExternalRef<'de>> = "externalRefs",
        concluded: Text<'de> = "licenseConcluded",
        declared: Text<'de> = "licenseDeclared",
        source_info: Text<'de> = "sourceInfo",
    }
}
object! { Checksum<'de> { algorithm: Text<'de> = "algorithm", value: Text<'de> = "checksumValue" } }
object! { ExternalRef<'de> { kind: Text<'de> = "referenceType", locator: Text<'de> = "referenceLocator" } }

/// The package list, turned into components one by one while it is read.
#[derive(Default)]
pub(crate) struct Shelf(Draft);

impl<'de> Slot<'de> for Shelf {
    const EXPECTED: &'static str = "a list";

    fn list<A: SeqAccess<'de>>(&mut self, list: A, walk: &mut Walk) -> Result<bool, A::Error> {
        each(list, walk, |_, package: Package<'de>, walk| {
            let component = component(&package, walk);
            self.0.add(component, walk).is_some()
        })
    }
}

/// A value unless it is one of the standard's two words for nothing.
fn stated<'a>(text: &'a Text<'_>) -> Option<&'a str> {
    text.get().filter(|text| !matches!(*text, "NOASSERTION" | "NONE"))
}

fn component(package: &Package<'_>, walk: &mut Walk) -> Component {
    let mut component = Component {
        reference: package.id.to_owned().unwrap_or_default(),
        kind: kind(package, walk),
        name: stated(&package.name).unwrap_or_default().to_owned(),
        version: stated(&package.version).map(str::to_owned),
        supplier: stated(&package.supplier)
            .or(stated(&package.originator))
            .map(|text| party(text).to_owned()),
        ..Component::default()
    };
    if component.reference.is_empty() {
        walk.report(IssueCode::ReferenceMissing, || {
            "a package without SPDXID cannot take part in relationships".to_owned()
        });
    }
    for license in [&package.concluded, &package.declared].into_iter().filter_map(stated) {
        if component.licenses.iter().all(|known| known != license) {
            component.licenses.push(license.to_owned());
        }
    }
    walk.enter(Step::Key("checksums"));
    for (step, checksum) in &package.checksums.0 {
        if let (Some(algorithm), Some(value)) = (checksum.algorithm.get(), checksum.value.get()) {
            component.hashes.push(identity::hash(algorithm, value));
        } else {
            walk.enter(*step);
            walk.report(IssueCode::NotKept, || {
                "a checksum without algorithm or value is left out".to_owned()
            });
            walk.leave();
        }
    }
    walk.leave();
    external_refs(package, &mut component, walk);
    component.source_package = package.source_info.get().and_then(built_from);
    component
}

/// Identifiers, by reference type; the category is too often written wrongly to be asked.
fn external_refs(package: &Package<'_>, component: &mut Component, walk: &mut Walk) {
    walk.enter(Step::Key("externalRefs"));
    for (step, reference) in &package.external_refs.0 {
        let (Some(kind), Some(locator)) = (reference.kind.get(), stated(&reference.locator)) else {
            continue;
        };
        // SPDX 2.2 also allows the type as a URI: http://spdx.org/rdf/references/cpe23Type
        let kind = kind.rsplit(['/', '#']).next().unwrap_or(kind);
        walk.enter(*step);
        walk.enter(Step::Key("referenceLocator"));
        match kind {
            "purl" => identity::set_purl(component, locator, walk),
            "cpe22Type" | "cpe23Type" => identity::add_cpe(component, locator, walk),
            "swid" | "version_id" | "pretty_name" => {
                component.properties.insert(format!("spdx:{kind}"), locator.to_owned());
            }
            _ => {}
        }
        walk.leave();
        walk.leave();
    }
    walk.leave();
}

/// The purpose is optional and came with 2.3, so that only a wrong word is an issue.
fn kind(package: &Package<'_>, walk: &mut Walk) -> Kind {
    match stated(&package.purpose) {
        Some("APPLICATION") => Kind::Application,
        Some("FRAMEWORK") => Kind::Framework,
        Some("LIBRARY") => Kind::Library,
        Some("CONTAINER") => Kind::Container,
        Some("OPERATING-SYSTEM" | "OPERATING_SYSTEM") => Kind::OperatingSystem,
        Some("DEVICE") => Kind::Device,
        Some("FIRMWARE") => Kind::Firmware,
        Some("FILE") => Kind::File,
        Some("SOURCE" | "ARCHIVE" | "INSTALL" | "OTHER") => Kind::Other,
        None => Kind::Unknown,
        Some(other) => {
            walk.report_at("primaryPackagePurpose", IssueCode::KindUnknown, || {
                format!("{} is no package purpose of the standard", quoted(other))
            });
            Kind::Unknown
        }
    }
}

/// `Organization: Name (mail)` without its label.
fn party(text: &str) -> &str {
    ["Organization:", "Person:", "Tool:"]
        .iter()
        .find_map(|label| text.strip_prefix(label))
        .unwrap_or(text)
        .trim()
}

/// Trivy writes `built package from: glibc 2.36-9` into `sourceInfo`.
fn built_from(source_info: &str) -> Option<(String, Option<String>)> {
    let source = source_info.strip_prefix("built package from:")?.trim();
    match source.split_once(' ') {
        Some((name, version)) => Some((name.to_owned(), Some(version.trim().to_owned()))),
        None => (!source.is_empty()).then(|| (source.to_owned(), None)),
    }
}

fn close(document: Document<'_>, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let spec_version = spec_version(&document, walk)?;
    let mut draft = document.packages.0;
    let others: HashSet<&str> =
        document.files.0.iter().chain(&document.snippets.0).filter_map(|(_, entry)| entry.id.get()).collect();
    let mut links =
        Links { document: document.id.get().unwrap_or("SPDXRef-DOCUMENT"), others, ..Links::default() };
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
    links.report(walk);
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
        format: Format::SpdxJson,
        spec_version,
        serial: document.namespace.to_owned(),
        name: document.name.to_owned(),
        created: document.creation.created.to_owned(),
        complete: links.complete,
    };
    Ok(draft.finish(head, &links.subjects, walk))
}

fn spec_version(document: &Document<'_>, walk: &mut Walk) -> Result<String, ReadError> {
    let written = document.spdx_version.get().unwrap_or_default();
    let version = written.strip_prefix("SPDX-").unwrap_or(written).to_owned();
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major != 2) {
        return Err(ReadError::Version { format: Format::SpdxJson.as_str(), version });
    }
    if !VERSIONS.contains(&version.as_str()) {
        walk.report_at("spdxVersion", IssueCode::SpecVersion, || {
            format!("{} is not SPDX-2.2 or SPDX-2.3; read as the nearest", quoted(written))
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
    unused: std::collections::BTreeMap<String, usize>,
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
        if let Some(index) = self.find(reference, draft, walk)
            && !self.subjects.contains(&index)
        {
            self.subjects.push(index);
        }
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

    fn report(&self, walk: &mut Walk) {
        match self.subjects.len() {
            0 => walk.report(IssueCode::Subject, || {
                "the document does not say which package it describes, so dependency paths are unknown".to_owned()
            }),
            1 => {}
            count => walk.report(IssueCode::Subject, || {
                format!("the document describes {count} packages; the first is taken as the subject, paths start at any of them")
            }),
        }
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
