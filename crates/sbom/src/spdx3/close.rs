//! From the elements of an SPDX 3 document to its inventory.

use std::collections::{BTreeMap, HashMap};

use super::element::{Element, Reference};
use super::graph::{Graph, Link, Named};
use super::package::texts;
use crate::draft::{Draft, Head};
use crate::error::ReadError;
use crate::inventory::{Completeness, Format, Inventory, Provenance};
use crate::issue::IssueCode;
use crate::slot::Text;
use crate::walk::{Step, Walk, quoted};

/// What an id stands for, packages aside: they are found in the draft.
enum Target<'a, 'de> {
    Named(&'a Named<'de>),
    /// An element whose content nobody asks for by its id.
    Other,
    /// An element of another document.
    Elsewhere,
}

type Targets<'a, 'de> = HashMap<&'a str, Target<'a, 'de>>;

/// Closes the inventory of a document's elements.
pub(super) fn close(mut graph: Graph<'_>, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let mut draft = std::mem::take(&mut graph.draft);
    let by_id = targets(&graph);
    for agent in &graph.agents {
        if draft.components[agent.component].supplier.is_none() {
            draft.components[agent.component].supplier = name_of(&agent.id, &agent.name, &by_id);
        }
    }
    walk.enter(Step::Key("@graph"));
    let links = Links::follow(&graph.links, &by_id, &mut draft, walk);
    for (kind, count) in &graph.not_kept {
        walk.report(IssueCode::NotKept, || {
            format!("{count} elements of type {kind} are not part of an inventory")
        });
    }
    walk.leave();
    let (document, bom) = (of_kind(&graph.heads, "SpdxDocument"), of_kind(&graph.heads, "Sbom"));
    let subjects = subjects([bom, document], &links.described, &draft, walk);
    let creation = creation(document, &graph.heads, &by_id);
    let stated = creation.as_ref().and_then(|creation| creation.spec_version.clone());
    let spec_version = spec_version(stated.or(graph.spec_version.clone()), walk)?;
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

/// The first element of each id counts; what is here counts before what is said to be elsewhere.
fn targets<'a, 'de>(graph: &'a Graph<'de>) -> Targets<'a, 'de> {
    let mut targets = Targets::new();
    for named in &graph.named {
        targets.entry(named.id.get().unwrap_or_default()).or_insert(Target::Named(named));
    }
    let links = graph.links.iter().filter_map(|link| link.id.get());
    for id in graph.heads.iter().map(Element::key).chain(links) {
        targets.entry(id).or_insert(Target::Other);
    }
    for id in graph.imported.iter().filter_map(Text::get) {
        targets.entry(id).or_insert(Target::Elsewhere);
    }
    targets
}

fn of_kind<'a, 'de>(heads: &'a [Element<'de>], kind: &str) -> Option<&'a Element<'de>> {
    heads.iter().find(|element| element.kind() == kind)
}

/// The name of an agent or tool: its own, that of the element named, or the text itself where it is no id.
fn name_of(id: &Text<'_>, name: &Text<'_>, by_id: &Targets<'_, '_>) -> Option<String> {
    if let Some(name) = name.to_owned() {
        return Some(name);
    }
    let id = id.get()?;
    match by_id.get(id) {
        Some(Target::Named(named)) => named.name.to_owned(),
        Some(Target::Other | Target::Elsewhere) => None,
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
        relationships: &[Link<'_>],
        by_id: &Targets<'_, '_>,
        draft: &mut Draft,
        walk: &mut Walk,
    ) -> Links {
        let mut links = Links::default();
        let mut unused: BTreeMap<String, usize> = BTreeMap::new();
        for link in relationships {
            walk.enter(Step::Index(link.index));
            let kind = link.kind.get().unwrap_or_default();
            let to = || link.to.iter().filter_map(Text::get);
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
                    let from = find(&link.from, by_id, draft, walk);
                    for reference in &link.to {
                        let to = find(reference, by_id, draft, walk);
                        if let (Some(from), Some(to)) = (from, to) {
                            draft.link(from, to);
                        }
                    }
                    links.claim(link.complete);
                }
                "hasConcludedLicense" | "hasDeclaredLicense" => license(link, by_id, draft),
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
    fn claim(&mut self, complete: Option<Completeness>) {
        match complete {
            Some(Completeness::Incomplete) => self.complete = Completeness::Incomplete,
            Some(unknown) if self.complete == Completeness::NotStated => self.complete = unknown,
            _ => {}
        }
    }
}

fn find(reference: &Text<'_>, by_id: &Targets<'_, '_>, draft: &Draft, walk: &mut Walk) -> Option<usize> {
    let id = reference.get().unwrap_or_default();
    let found = draft.find(id);
    match by_id.get(id) {
        _ if found.is_some() => {}
        None => {
            walk.report(IssueCode::DanglingDependency, || format!("no element has the id {}", quoted(id)));
        }
        Some(Target::Elsewhere) => walk.report(IssueCode::ExternalReference, || {
            format!("{} stands in another document, which is not here", quoted(id))
        }),
        Some(Target::Named(_) | Target::Other) => {}
    }
    found
}

fn license(link: &Link<'_>, by_id: &Targets<'_, '_>, draft: &mut Draft) {
    let Some(index) = link.from.get().and_then(|from| draft.find(from)) else { return };
    for license in link.to.iter().filter_map(Text::get) {
        let expression = match by_id.get(license) {
            Some(Target::Named(license)) => license.expression.get().or(license.name.get()),
            Some(Target::Other) => None,
            Some(Target::Elsewhere) | None => license
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
    heads: &[Element<'_>],
    by_id: &Targets<'_, '_>,
) -> Option<Creation> {
    let names = |references: &mut dyn Iterator<Item = &Reference<'_>>| -> Vec<String> {
        references.filter_map(|reference| name_of(&reference.id, &reference.name, by_id)).collect()
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
    let named = inline.and_then(|inline| inline.id.get());
    let named = named.and_then(|id| heads.iter().find(|head| head.key() == id));
    let element = named.or_else(|| of_kind(heads, "CreationInfo"))?;
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

fn spec_version(stated: Option<String>, walk: &mut Walk) -> Result<String, ReadError> {
    let version = stated.unwrap_or_default();
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
