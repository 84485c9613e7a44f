//! From the objects of a whole CycloneDX document to its inventory: version, subject, dependencies, claims, provenance.

use std::collections::HashSet;

use super::{Bom, Composition, Dependency, Metadata, Part, Service, place, place_nested};
use crate::draft::{Draft, Head};
use crate::error::ReadError;
use crate::inventory::{Completeness, Format, Inventory, Provenance};
use crate::issue::IssueCode;
use crate::slot::List;
use crate::walk::{Step, Walk, quoted};

/// Versions that the reader was written against. JSON came with 1.2.
const VERSIONS: [&str; 8] = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

pub(super) fn close(bom: Bom<'_>, format: Format, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let spec_version = spec_version(&bom, format, walk)?;
    let mut draft = bom.components.0;
    let metadata = bom.metadata.unwrap_or_default();
    let subject = match &metadata.component {
        Some(part) => {
            let Some(index) = subject(part, &mut draft, walk) else { return Err(Draft::full(walk)) };
            Some(index)
        }
        None => {
            walk.report(IssueCode::Subject, || {
                "no metadata.component: the document does not say what it describes, so dependency paths are unknown".to_owned()
            });
            None
        }
    };
    let complete =
        completeness(&bom.compositions, metadata.component.as_deref().and_then(|part| part.reference.get()));
    dependencies(&bom.dependencies, &bom.services, &mut draft, walk);
    let counts = [
        ("services", count_services(&bom.services)),
        ("vulnerabilities", bom.vulnerabilities.0),
        ("formulation", bom.formulation.0),
        ("declarations", bom.declarations.0),
        ("definitions", bom.definitions.0),
        ("annotations", bom.annotations.0),
    ];
    for (key, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        walk.report_at(key, IssueCode::NotKept, || {
            format!("{count} {key} entries are not part of an inventory")
        });
    }
    let head = Head {
        format,
        spec_version,
        serial: bom.serial_number.to_owned(),
        name: None,
        created: metadata.timestamp.to_owned(),
        complete,
        provenance: provenance(&metadata),
    };
    Ok(draft.finish(head, subject.as_slice(), walk))
}

fn spec_version(bom: &Bom<'_>, format: Format, walk: &mut Walk) -> Result<String, ReadError> {
    if bom.bom_format.get() != Some("CycloneDX") {
        walk.report_at("bomFormat", IssueCode::SpecVersion, || {
            "bomFormat is not \"CycloneDX\"; read as such all the same".to_owned()
        });
    }
    let version = bom.spec_version.to_owned().unwrap_or_default();
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major != 1) {
        return Err(ReadError::Version { format: format.as_str(), version });
    }
    if !VERSIONS.contains(&version.as_str()) {
        walk.report_at("specVersion", IssueCode::SpecVersion, || {
            format!("{} is not one of the versions 1.0 to 1.7; read as the nearest", quoted(&version))
        });
    }
    Ok(version)
}

/// Puts the described component on the shelf, or finds it there when the list repeats it.
fn subject(part: &Part<'_>, draft: &mut Draft, walk: &mut Walk) -> Option<usize> {
    walk.enter(Step::Key("metadata"));
    walk.enter(Step::Key("component"));
    let listed = part.reference.get().and_then(|reference| draft.find(reference));
    let same = listed.filter(|index| draft.components[*index].name == part.name.get().unwrap_or_default());
    let index = match same {
        Some(index) => {
            walk.report(IssueCode::DuplicateReference, || {
                "the described component is also listed under components; the listed one is used".to_owned()
            });
            place_nested(part, index, draft, walk)?;
            index
        }
        None => place(part, None, draft, walk)?,
    };
    walk.leave();
    walk.leave();
    Some(index)
}

fn dependencies(
    list: &List<Dependency<'_>>,
    services: &List<Service<'_>>,
    draft: &mut Draft,
    walk: &mut Walk,
) {
    let mut service_references = HashSet::new();
    collect_services(services, &mut service_references);
    walk.enter(Step::Key("dependencies"));
    for (step, dependency) in &list.0 {
        walk.enter(*step);
        let from = dependency.reference.get().unwrap_or_default();
        let from_index = draft.find(from);
        if from_index.is_none() && !service_references.contains(from) {
            missing("ref", from, walk);
        }
        let lists = [("dependsOn", &dependency.depends_on), ("provides", &dependency.provides)];
        for (key, references) in lists {
            walk.enter(Step::Key(key));
            for (step, reference) in &references.0 {
                let reference = reference.get().unwrap_or_default();
                walk.enter(*step);
                match (from_index, draft.find(reference)) {
                    (Some(from), Some(to)) => draft.link(from, to),
                    (_, None) if !service_references.contains(reference) => missing("", reference, walk),
                    _ => {}
                }
                walk.leave();
            }
            walk.leave();
        }
        walk.leave();
    }
    walk.leave();
}

fn missing(key: &'static str, reference: &str, walk: &mut Walk) {
    if !key.is_empty() {
        walk.enter(Step::Key(key));
    }
    if reference.starts_with("urn:cdx:") {
        walk.report(IssueCode::ExternalReference, || format!("{} is in another document", quoted(reference)));
    } else {
        walk.report(IssueCode::DanglingDependency, || {
            format!("no component has the reference {}", quoted(reference))
        });
    }
    if !key.is_empty() {
        walk.leave();
    }
}

fn collect_services<'a>(services: &'a List<Service<'_>>, references: &mut HashSet<&'a str>) {
    for (_, service) in &services.0 {
        references.extend(service.reference.get());
        collect_services(&service.services, references);
    }
}

fn count_services(services: &List<Service<'_>>) -> usize {
    services.0.iter().map(|(_, service)| 1 + count_services(&service.services)).sum()
}

/// The document's claim as a whole: the weakest word said about any part of it; "complete" counts only when it is
/// said of the subject or of everything.
fn completeness(compositions: &List<Composition<'_>>, subject: Option<&str>) -> Completeness {
    let claims = compositions.0.iter().filter_map(|(_, composition)| {
        let parts = || composition.assemblies.0.iter().chain(&composition.dependencies.0);
        let about_all = parts().next().is_none();
        if about_all && composition.vulnerabilities.0 > 0 {
            return None;
        }
        match composition.aggregate.get()? {
            "complete" => {
                let about_subject = subject.is_some() && parts().any(|(_, part)| part.get() == subject);
                (about_all || about_subject).then_some(Completeness::Complete)
            }
            word if word.starts_with("incomplete") => Some(Completeness::Incomplete),
            _ => Some(Completeness::Unknown),
        }
    });
    let weakness = |claim: &Completeness| match claim {
        Completeness::Incomplete => 0,
        Completeness::Unknown => 1,
        Completeness::Complete => 2,
        Completeness::NotStated => 3,
    };
    claims.min_by_key(weakness).unwrap_or_default()
}

fn provenance(metadata: &Metadata<'_>) -> Provenance {
    let mut provenance = Provenance::default();
    let authors = metadata.authors.0.iter().map(|(_, author)| author).chain([&metadata.manufacturer]);
    for author in authors.filter_map(|author| author.name.get().or(author.email.get())) {
        push(&mut provenance.authors, author.to_owned());
    }
    for (_, tool) in &metadata.tools.0.0 {
        let words = [tool.vendor.get(), tool.name.get(), tool.version.get()];
        push(&mut provenance.tools, words.into_iter().flatten().collect::<Vec<_>>().join(" "));
    }
    for (_, lifecycle) in &metadata.lifecycles.0 {
        push(
            &mut provenance.contexts,
            lifecycle.phase.get().or(lifecycle.name.get()).unwrap_or_default().to_owned(),
        );
    }
    provenance
}

fn push(list: &mut Vec<String>, text: String) {
    if !text.is_empty() && !list.contains(&text) {
        list.push(text);
    }
}
