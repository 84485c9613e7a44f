//! From the elements of an SPDX 3 document to its inventory.

use std::collections::{BTreeMap, HashMap};

use super::element::{Element, Reference};
use crate::draft::{Draft, Head};
use crate::error::ReadError;
use crate::identity;
use crate::inventory::{Completeness, Component, Format, Inventory, Kind, Provenance};
use crate::issue::IssueCode;
use crate::walk::{Step, Walk, quoted};

type Elements<'a, 'de> = HashMap<&'a str, &'a Element<'de>>;

/// Closes the inventory of a document's elements.
pub(super) fn close(elements: &[(Step, Element<'_>)], walk: &mut Walk) -> Result<Inventory, ReadError> {
    let mut by_id: Elements<'_, '_> = HashMap::new();
    for (_, element) in elements.iter().filter(|(_, element)| !element.key().is_empty()) {
        by_id.entry(element.key()).or_insert(element);
    }
    let mut draft = Draft::default();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    walk.enter(Step::Key("@graph"));
    for (step, element) in elements {
        walk.enter(*step);
        match kind_of(element) {
            "Package" | "AIPackage" | "DatasetPackage" => {
                let component = component(element, &by_id, walk);
                if draft.add(component, walk).is_none() {
                    return Err(Draft::full(walk));
                }
            }
            kind @ ("File" | "Snippet" | "Vulnerability") => *counts.entry(kind).or_default() += 1,
            _ => {}
        }
        walk.leave();
    }
    let links = Links::follow(elements, &by_id, &mut draft, walk);
    for (kind, count) in counts {
        walk.report(IssueCode::NotKept, || {
            format!("{count} elements of type {kind} are not part of an inventory")
        });
    }
    walk.leave();
    let (document, bom) = (of_kind(elements, "SpdxDocument"), of_kind(elements, "Sbom"));
    let subjects = subjects([bom, document], &links.described, &draft, walk);
    let creation = creation(document, elements, &by_id);
    let spec_version = spec_version(creation.as_ref(), elements, walk)?;
    let head = Head {
        format: Format::Spdx3JsonLd,
        spec_version,
        serial: document.and_then(|document| document.id.to_owned()),
        name: document.or(bom).and_then(|document| document.name.to_owned()),
        created: creation.as_ref().and_then(|creation| creation.created.clone()),
        complete: links.complete,
        provenance: Provenance {
            contexts: bom.map(|bom| texts(&bom.sbom_type.0)).unwrap_or_default(),
            ..creation.map(|creation| creation.provenance).unwrap_or_default()
        },
    };
    Ok(draft.finish(head, &subjects, walk))
}

/// The type without its profile: `software_Package`, `software:Package` and the URI mean the same.
fn kind_of<'a>(element: &'a Element<'_>) -> &'a str {
    let kind = element.kind.get().unwrap_or_default();
    kind.rsplit(['_', ':', '/', '#']).next().unwrap_or(kind)
}

fn of_kind<'a, 'de>(elements: &'a [(Step, Element<'de>)], kind: &str) -> Option<&'a Element<'de>> {
    elements.iter().map(|(_, element)| element).find(|element| kind_of(element) == kind)
}

fn texts(list: &[(Step, crate::slot::Text<'_>)]) -> Vec<String> {
    list.iter().filter_map(|(_, text)| text.to_owned()).collect()
}

fn component(element: &Element<'_>, by_id: &Elements<'_, '_>, walk: &mut Walk) -> Component {
    let agents = element.supplied_by.0.iter().chain(&element.originated_by.0);
    let mut component = Component {
        reference: element.key().to_owned(),
        kind: kind(element, walk),
        name: element.name.to_owned().unwrap_or_default(),
        version: element.version.to_owned(),
        supplier: agents.filter_map(|(_, agent)| name_of(agent, by_id)).next(),
        ..Component::default()
    };
    if component.reference.is_empty() {
        walk.report(IssueCode::ReferenceMissing, || {
            "a package without spdxId cannot take part in relationships".to_owned()
        });
    }
    if let Some(purl) = element.purl.get() {
        walk.enter(Step::Key("software_packageUrl"));
        identity::set_purl(&mut component, purl, walk);
        walk.leave();
    }
    for (key, list) in
        [("externalIdentifier", &element.identifiers), ("externalIdentifiers", &element.more_identifiers)]
    {
        for (step, identifier) in &list.0 {
            let (Some(kind), Some(value)) = (identifier.kind.get(), identifier.identifier.get()) else {
                continue;
            };
            for step in [Step::Key(key), *step, Step::Key("identifier")] {
                walk.enter(step);
            }
            match kind {
                "packageUrl" | "purl" => identity::set_purl(&mut component, value, walk),
                "cpe22" | "cpe23" | "cpe22Type" | "cpe23Type" => {
                    identity::add_cpe(&mut component, value, walk);
                }
                "swid" => drop(component.properties.insert("spdx:swid".to_owned(), value.to_owned())),
                _ => {}
            }
            (0..3).for_each(|_| walk.leave());
        }
    }
    for (_, hash) in &element.verified.0 {
        if let (Some(algorithm), Some(value)) = (hash.algorithm.get(), hash.value.get()) {
            component.hashes.push(identity::hash(&algorithm.replace("sha3_", "SHA3-"), value));
        }
    }
    component.source_package = element.source_info.get().and_then(crate::spdx::built_from);
    component.support.level = Some(texts(&element.support.0).join(", ")).filter(|level| !level.is_empty());
    component.support.ends = element.valid_until.to_owned();
    component
}

fn kind(element: &Element<'_>, walk: &mut Walk) -> Kind {
    match (kind_of(element), element.purpose.get()) {
        ("AIPackage" | "DatasetPackage", _) | (_, Some("data" | "model")) => Kind::Data,
        (_, Some("application" | "executable")) => Kind::Application,
        (_, Some("framework")) => Kind::Framework,
        (_, Some("library" | "module")) => Kind::Library,
        (_, Some("container")) => Kind::Container,
        (_, Some("platform")) => Kind::Platform,
        (_, Some("operatingSystem")) => Kind::OperatingSystem,
        (_, Some("device")) => Kind::Device,
        (_, Some("deviceDriver")) => Kind::Driver,
        (_, Some("firmware")) => Kind::Firmware,
        (_, Some("file")) => Kind::File,
        (
            _,
            Some(
                "archive" | "bom" | "configuration" | "diskImage" | "documentation" | "evidence"
                | "filesystemImage" | "install" | "manifest" | "other" | "patch" | "requirement" | "source"
                | "specification" | "test",
            ),
        ) => Kind::Other,
        (_, None) => Kind::Unknown,
        (_, Some(other)) => {
            walk.report_at("software_primaryPurpose", IssueCode::KindUnknown, || {
                format!("{} is no purpose of the standard", quoted(other))
            });
            Kind::Unknown
        }
    }
}

/// The name of an agent or tool: its own, that of the element named, or the text itself where it is no id.
fn name_of(reference: &Reference<'_>, by_id: &Elements<'_, '_>) -> Option<String> {
    if let Some(name) = reference.name.to_owned() {
        return Some(name);
    }
    let id = reference.id.get()?;
    match by_id.get(id) {
        Some(element) => element.name.to_owned(),
        None if id.contains("NoAssertion") || id.contains("NoneElement") => None,
        None if id.contains("://")
            || id.starts_with("_:")
            || id.starts_with("urn:")
            || id.starts_with("SPDXRef-") =>
        {
            None
        }
        None => Some(crate::spdx::party(id).to_owned()),
    }
}

/// What the relationships say.
#[derive(Default)]
struct Links {
    described: Vec<usize>,
    complete: Completeness,
}

impl Links {
    fn follow(
        elements: &[(Step, Element<'_>)],
        by_id: &Elements<'_, '_>,
        draft: &mut Draft,
        walk: &mut Walk,
    ) -> Links {
        let mut links = Links::default();
        let mut unused: BTreeMap<String, usize> = BTreeMap::new();
        for (step, element) in
            elements.iter().filter(|(_, element)| kind_of(element).ends_with("Relationship"))
        {
            walk.enter(*step);
            let kind = element.relationship.get().unwrap_or_default();
            let to = || element.to.0.iter().filter_map(|(_, to)| to.id.get());
            match kind {
                "describes" | "DESCRIBES" => links.described.extend(to().filter_map(|to| draft.find(to))),
                "contains"
                | "CONTAINS"
                | "dependsOn"
                | "DEPENDS_ON"
                | "hasStaticLink"
                | "hasDynamicLink"
                | "hasPrerequisite"
                | "hasOptionalComponent"
                | "hasOptionalDependency"
                | "hasProvidedDependency" => {
                    let from = find(&element.from, by_id, draft, walk);
                    for (_, reference) in &element.to.0 {
                        let to = find(reference, by_id, draft, walk);
                        if let (Some(from), Some(to)) = (from, to) {
                            draft.link(from, to);
                        }
                    }
                    links.claim(element);
                }
                "hasConcludedLicense" | "hasDeclaredLicense" => license(element, by_id, draft),
                _ if unused.len() < 100 || unused.contains_key(kind) => {
                    *unused.entry(kind.to_owned()).or_default() += 1;
                }
                _ => {}
            }
            walk.leave();
        }
        for (kind, count) in unused {
            walk.report(IssueCode::NotKept, || {
                format!(
                    "{count} relationships of type {} say nothing about what is inside what",
                    quoted(&kind)
                )
            });
        }
        links
    }

    /// The weakest word said about any relationship; "complete" of one relationship says nothing of the document.
    fn claim(&mut self, element: &Element<'_>) {
        match element.completeness.get() {
            Some("incomplete") => self.complete = Completeness::Incomplete,
            Some("noAssertion") if self.complete == Completeness::NotStated => {
                self.complete = Completeness::Unknown;
            }
            _ => {}
        }
    }
}

fn find(
    reference: &Reference<'_>,
    by_id: &Elements<'_, '_>,
    draft: &Draft,
    walk: &mut Walk,
) -> Option<usize> {
    let id = reference.id.get().unwrap_or_default();
    let found = draft.find(id);
    if found.is_none() && !by_id.contains_key(id) {
        walk.report(IssueCode::DanglingDependency, || format!("no element has the id {}", quoted(id)));
    }
    found
}

fn license(element: &Element<'_>, by_id: &Elements<'_, '_>, draft: &mut Draft) {
    let Some(index) = element.from.id.get().and_then(|from| draft.find(from)) else { return };
    for license in element.to.0.iter().filter_map(|(_, to)| to.id.get()) {
        let expression = match by_id.get(license) {
            Some(license) => license.expression.get().or(license.name.get()),
            None => license
                .strip_prefix("http://spdx.org/licenses/")
                .or(license.strip_prefix("https://spdx.org/licenses/")),
        };
        let Some(expression) = expression.filter(|text| !matches!(*text, "NOASSERTION" | "NONE")) else {
            continue;
        };
        let licenses = &mut draft.components[index].licenses;
        if licenses.iter().all(|known| known != expression) {
            licenses.push(expression.to_owned());
        }
    }
}

/// What the document describes: the roots of its SBOM, else its own, else what it is said to describe. A root may be
/// the SBOM itself.
fn subjects(
    elements: [Option<&Element<'_>>; 2],
    described: &[usize],
    draft: &Draft,
    walk: &mut Walk,
) -> Vec<usize> {
    let mut subjects: Vec<usize> = Vec::new();
    for element in elements.into_iter().flatten() {
        if subjects.is_empty() {
            subjects.extend(element.root.0.iter().filter_map(|(_, root)| draft.find(root.id.get()?)));
        }
    }
    if subjects.is_empty() {
        subjects.extend(described);
    }
    Draft::described(subjects, walk)
}

/// When, by whom and with what the document was made.
struct Creation {
    created: Option<String>,
    spec_version: Option<String>,
    provenance: Provenance,
}

fn creation(
    document: Option<&Element<'_>>,
    elements: &[(Step, Element<'_>)],
    by_id: &Elements<'_, '_>,
) -> Option<Creation> {
    let names = |references: &mut dyn Iterator<Item = &Reference<'_>>| -> Vec<String> {
        references.filter_map(|reference| name_of(reference, by_id)).collect()
    };
    let inline = document.map(|document| &document.creation);
    if let Some(inline) = inline.filter(|inline| inline.created.get().is_some()) {
        return Some(Creation {
            created: inline.created.to_owned(),
            spec_version: inline.spec_version.to_owned(),
            provenance: Provenance {
                authors: names(&mut inline.created_by.iter()),
                tools: names(&mut inline.created_using.iter()),
                contexts: Vec::new(),
            },
        });
    }
    let named = inline.and_then(|inline| inline.id.get()).and_then(|id| by_id.get(id).copied());
    let element = named.or_else(|| of_kind(elements, "CreationInfo"))?;
    Some(Creation {
        created: element.created.to_owned(),
        spec_version: element.spec_version.to_owned(),
        provenance: Provenance {
            authors: names(&mut element.created_by.0.iter().map(|(_, reference)| reference)),
            tools: names(&mut element.created_using.0.iter().map(|(_, reference)| reference)),
            contexts: Vec::new(),
        },
    })
}

fn spec_version(
    creation: Option<&Creation>,
    elements: &[(Step, Element<'_>)],
    walk: &mut Walk,
) -> Result<String, ReadError> {
    let stated = creation.and_then(|creation| creation.spec_version.clone());
    let anywhere = || elements.iter().find_map(|(_, element)| element.spec_version.to_owned());
    let version = stated.or_else(anywhere).unwrap_or_default();
    let version = version.strip_prefix("SPDX-").unwrap_or(&version).to_owned();
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major != 3) {
        return Err(ReadError::Version { format: Format::Spdx3JsonLd.as_str(), version });
    }
    if version != "3.0.1" && version != "3.0.0" {
        walk.report(IssueCode::SpecVersion, || {
            format!("{} is not SPDX 3.0.0 or 3.0.1; read as the nearest", quoted(&version))
        });
    }
    Ok(version)
}
