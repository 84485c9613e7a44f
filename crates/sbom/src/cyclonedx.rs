//! CycloneDX 1.2 to 1.7: its objects as far as an inventory needs them, and their way into a draft.
//!
//! Deliberately left to the original bytes without an issue: descriptions, copyright, external references, tools,
//! signatures. What a reader could miss (services, embedded vulnerabilities, ..) is counted in an issue.

use serde::de::{MapAccess, SeqAccess};

use crate::draft::{Draft, Head};
use crate::error::ReadError;
use crate::identity;
use crate::inventory::{Completeness, Component, Format, Inventory, Kind};
use crate::issue::IssueCode;
use crate::json;
use crate::slot::{Count, List, Slot, Text, each, object};
use crate::walk::{Step, Walk, quoted};

/// Versions with a JSON schema that the reader was written against.
const VERSIONS: [&str; 6] = ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

/// Properties that carry distribution hints or source packages.
const KEPT_PROPERTIES: [&str; 14] = [
    "aquasecurity:trivy:Class",
    "aquasecurity:trivy:PkgType",
    "aquasecurity:trivy:SrcEpoch",
    "aquasecurity:trivy:SrcName",
    "aquasecurity:trivy:SrcRelease",
    "aquasecurity:trivy:SrcVersion",
    "aquasecurity:trivy:Type",
    "syft:metadata:originPackage",
    "syft:metadata:release",
    "syft:metadata:source",
    "syft:metadata:sourceRpm",
    "syft:metadata:sourceVersion",
    "syft:package:language",
    "syft:package:type",
];

/// Reads a CycloneDX JSON document.
pub(crate) fn read_json(text: &str, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let mut bom = Bom::default();
    json::fill(text, &mut bom, walk)?;
    close(bom, walk)
}

object! { Bom<'de> {
    bom_format: Text<'de> = "bomFormat",
    spec_version: Text<'de> = "specVersion",
    serial_number: Text<'de> = "serialNumber",
    metadata: Option<Metadata<'de>> = "metadata",
    components: Shelf = "components",
    services: List<Service<'de>> = "services",
    dependencies: List<Dependency<'de>> = "dependencies",
    compositions: List<Composition<'de>> = "compositions",
    vulnerabilities: Count = "vulnerabilities",
    formulation: Count = "formulation",
    declarations: Count = "declarations",
    definitions: Count = "definitions",
    annotations: Count = "annotations",
} }

object! { Metadata<'de> {
    timestamp: Text<'de> = "timestamp",
    component: Option<Box<Part<'de>>> = "component",
} }

object! {
    /// A component as written.
    Part<'de> {
        reference: Text<'de> = "bom-ref",
        kind: Text<'de> = "type",
        group: Text<'de> = "group",
        name: Text<'de> = "name",
        version: Text<'de> = "version",
        purl: Text<'de> = "purl",
        cpe: Text<'de> = "cpe",
        swid: Option<Swid<'de>> = "swid",
        hashes: List<WrittenHash<'de>> = "hashes",
        supplier: Party<'de> = "supplier",
        manufacturer: Party<'de> = "manufacturer",
        publisher: Text<'de> = "publisher",
        licenses: List<LicenseChoice<'de>> = "licenses",
        pedigree: Pedigree<'de> = "pedigree",
        evidence: Evidence<'de> = "evidence",
        properties: List<Property<'de>> = "properties",
        components: List<Part<'de>> = "components",
    }
}

object! { Swid<'de> { tag_id: Text<'de> = "tagId" } }
object! { WrittenHash<'de> { algorithm: Text<'de> = "alg", content: Text<'de> = "content" } }
object! { Party<'de> or text in name { name: Text<'de> = "name" } }
object! { LicenseChoice<'de> or text in expression {
    license: License<'de> = "license",
    expression: Text<'de> = "expression",
} }
object! { License<'de> or text in name { id: Text<'de> = "id", name: Text<'de> = "name" } }
object! { Pedigree<'de> { patches: List<Patch<'de>> = "patches" } }
object! { Patch<'de> { resolves: List<Resolved<'de>> = "resolves" } }
object! { Resolved<'de> or text in id { kind: Text<'de> = "type", id: Text<'de> = "id" } }
object! { Evidence<'de> { identity: List<Identity<'de>, true> = "identity" } }
object! { Identity<'de> { field: Text<'de> = "field", concluded: Text<'de> = "concludedValue" } }
object! { Property<'de> { name: Text<'de> = "name", value: Text<'de> = "value" } }
object! { Service<'de> { reference: Text<'de> = "bom-ref", services: List<Service<'de>> = "services" } }
object! { Dependency<'de> {
    reference: Text<'de> = "ref",
    depends_on: List<Text<'de>> = "dependsOn",
    provides: List<Text<'de>> = "provides",
} }
object! { Composition<'de> {
    aggregate: Text<'de> = "aggregate",
    assemblies: List<Text<'de>> = "assemblies",
    dependencies: List<Text<'de>> = "dependencies",
    vulnerabilities: Count = "vulnerabilities",
} }

/// The component list, turned into components one by one while it is read, so that the written form of a large
/// document is never held as a whole.
#[derive(Default)]
pub(crate) struct Shelf(Draft);

impl<'de> Slot<'de> for Shelf {
    const EXPECTED: &'static str = "a list";

    fn list<A: SeqAccess<'de>>(&mut self, list: A, walk: &mut Walk) -> Result<bool, A::Error> {
        each(list, walk, |_, part: Part<'de>, walk| place(&part, None, &mut self.0, walk).is_some())
    }

    fn object<A: MapAccess<'de>>(&mut self, map: A, walk: &mut Walk) -> Result<bool, A::Error> {
        walk.report(IssueCode::Coerced, || "a list belongs here; the single component is read".to_owned());
        let mut part = Part::default();
        let kept = part.object(map, walk)?;
        if kept && place(&part, None, &mut self.0, walk).is_none() {
            return Err(serde::de::Error::custom("refused"));
        }
        Ok(kept)
    }
}

impl<'de, T: Slot<'de>> Slot<'de> for Box<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn object<A: MapAccess<'de>>(&mut self, map: A, walk: &mut Walk) -> Result<bool, A::Error> {
        T::object(self, map, walk)
    }
}

/// Puts a component and those nested in it on the shelf. The walk stands at the component. Recursion is bounded
/// by the parser's depth limit.
fn place(part: &Part<'_>, parent: Option<usize>, draft: &mut Draft, walk: &mut Walk) -> Option<usize> {
    let component = component(part, walk);
    let index = draft.add(component, walk)?;
    if let Some(parent) = parent {
        draft.link(parent, index);
    }
    place_nested(part, index, draft, walk)?;
    Some(index)
}

fn place_nested(part: &Part<'_>, parent: usize, draft: &mut Draft, walk: &mut Walk) -> Option<()> {
    walk.enter(Step::Key("components"));
    for (step, nested) in &part.components.0 {
        walk.enter(*step);
        let placed = place(nested, Some(parent), draft, walk);
        walk.leave();
        placed?;
    }
    walk.leave();
    Some(())
}

fn component(part: &Part<'_>, walk: &mut Walk) -> Component {
    let mut component = Component {
        reference: part.reference.to_owned().unwrap_or_default(),
        kind: kind(part, walk),
        group: part.group.to_owned(),
        name: part.name.to_owned().unwrap_or_default(),
        version: part.version.to_owned(),
        supplier: part
            .supplier
            .name
            .to_owned()
            .or_else(|| part.manufacturer.name.to_owned())
            .or_else(|| part.publisher.to_owned()),
        ..Component::default()
    };
    if let Some(purl) = part.purl.get() {
        walk.enter(Step::Key("purl"));
        identity::set_purl(&mut component, purl, walk);
        walk.leave();
    }
    if let Some(cpe) = part.cpe.get() {
        walk.enter(Step::Key("cpe"));
        identity::add_cpe(&mut component, cpe, walk);
        walk.leave();
    }
    if let Some(tag) = part.swid.as_ref().and_then(|swid| swid.tag_id.to_owned()) {
        component.properties.insert("swid:tagId".to_owned(), tag);
    }
    hashes(part, &mut component, walk);
    component.licenses = part
        .licenses
        .0
        .iter()
        .filter_map(|(_, choice)| {
            choice.expression.get().or(choice.license.id.get()).or(choice.license.name.get())
        })
        .map(str::to_owned)
        .collect();
    patched(part, &mut component);
    identities(part, &mut component, walk);
    properties(part, &mut component, walk);
    component
}

fn kind(part: &Part<'_>, walk: &mut Walk) -> Kind {
    match part.kind.get() {
        Some("application") => Kind::Application,
        Some("framework") => Kind::Framework,
        Some("library") => Kind::Library,
        Some("container") => Kind::Container,
        Some("platform") => Kind::Platform,
        Some("operating-system") => Kind::OperatingSystem,
        Some("device") => Kind::Device,
        Some("device-driver") => Kind::Driver,
        Some("firmware") => Kind::Firmware,
        Some("file") => Kind::File,
        Some("data" | "machine-learning-model") => Kind::Data,
        Some("cryptographic-asset") => Kind::Other,
        Some(other) => {
            walk.report_at("type", IssueCode::KindUnknown, || {
                format!("{} is no component type of the standard", quoted(other))
            });
            Kind::Unknown
        }
        None => {
            walk.report(IssueCode::KindUnknown, || "the component states no type".to_owned());
            Kind::Unknown
        }
    }
}

fn hashes(part: &Part<'_>, component: &mut Component, walk: &mut Walk) {
    walk.enter(Step::Key("hashes"));
    for (step, hash) in &part.hashes.0 {
        if let (Some(algorithm), Some(content)) = (hash.algorithm.get(), hash.content.get()) {
            component.hashes.push(identity::hash(algorithm, content));
        } else {
            walk.enter(*step);
            walk.report(IssueCode::NotKept, || "a hash without algorithm or content is left out".to_owned());
            walk.leave();
        }
    }
    walk.leave();
}

/// Ids that patches resolve: every CVE id, and other ids where the patch calls them security issues.
fn patched(part: &Part<'_>, component: &mut Component) {
    let resolved = part.pedigree.patches.0.iter().flat_map(|(_, patch)| &patch.resolves.0);
    for (_, resolved) in resolved {
        let Some(id) = resolved.id.get() else { continue };
        let cve = id.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("CVE-"));
        let id = if cve { id.to_ascii_uppercase() } else { id.to_owned() };
        if (cve || resolved.kind.get() == Some("security")) && !component.pedigree_patched.contains(&id) {
            component.pedigree_patched.push(id);
        }
    }
}

/// Further identifiers that a 1.6 document concludes from evidence.
fn identities(part: &Part<'_>, component: &mut Component, walk: &mut Walk) {
    for (step, identity) in &part.evidence.identity.0 {
        let Some(value) = identity.concluded.get() else { continue };
        for step in [Step::Key("evidence"), Step::Key("identity"), *step, Step::Key("concludedValue")] {
            walk.enter(step);
        }
        match identity.field.get() {
            Some("cpe") => identity::add_cpe(component, value, walk),
            Some("purl") => identity::set_purl(component, value, walk),
            _ => {}
        }
        (0..4).for_each(|_| walk.leave());
    }
}

fn properties(part: &Part<'_>, component: &mut Component, walk: &mut Walk) {
    for (step, property) in &part.properties.0 {
        let (Some(name), Some(value)) = (property.name.get(), property.value.get()) else { continue };
        if name == "syft:cpe23" {
            for step in [Step::Key("properties"), *step, Step::Key("value")] {
                walk.enter(step);
            }
            identity::add_cpe(component, value, walk);
            (0..3).for_each(|_| walk.leave());
        } else if name.starts_with("syft:distro:") || KEPT_PROPERTIES.contains(&name) {
            component.properties.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn close(bom: Bom<'_>, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let spec_version = spec_version(&bom, walk)?;
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
        format: Format::CycloneDxJson,
        spec_version,
        serial: bom.serial_number.to_owned(),
        name: None,
        created: metadata.timestamp.to_owned(),
        complete,
    };
    Ok(draft.finish(head, subject.as_slice(), walk))
}

fn spec_version(bom: &Bom<'_>, walk: &mut Walk) -> Result<String, ReadError> {
    if bom.bom_format.get() != Some("CycloneDX") {
        walk.report_at("bomFormat", IssueCode::SpecVersion, || {
            "bomFormat is not \"CycloneDX\"; read as such all the same".to_owned()
        });
    }
    let version = bom.spec_version.to_owned().unwrap_or_default();
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major != 1) {
        return Err(ReadError::Version { format: Format::CycloneDxJson.as_str(), version });
    }
    if !VERSIONS.contains(&version.as_str()) {
        walk.report_at("specVersion", IssueCode::SpecVersion, || {
            format!("{} is not one of the versions 1.2 to 1.7; read as the nearest", quoted(&version))
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
    let mut service_references = std::collections::HashSet::new();
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

fn collect_services<'a>(
    services: &'a List<Service<'_>>,
    references: &mut std::collections::HashSet<&'a str>,
) {
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
