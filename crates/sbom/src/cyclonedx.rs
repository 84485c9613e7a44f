//! CycloneDX 1.0 to 1.7: its objects as far as an inventory needs them, and their way into a draft.
//!
//! Deliberately left to the original bytes without an issue: descriptions, copyright, external references,
//! signatures. What a reader could miss (services, embedded vulnerabilities, ..) is counted in an issue.

mod close;
mod xml;

use serde::de::{MapAccess, SeqAccess};

use crate::draft::Draft;
use crate::error::ReadError;
use crate::identity;
use crate::inventory::{Component, Format, Inventory, Kind};
use crate::issue::IssueCode;
use crate::json;
use crate::slot::{Count, List, Slot, Text, each, object};
use crate::walk::{Step, Walk, quoted};

/// Properties that carry distribution hints or source packages.
const KEPT_PROPERTIES: [&str; 17] = [
    "aquasecurity:trivy:Class",
    "aquasecurity:trivy:PkgType",
    "aquasecurity:trivy:SrcEpoch",
    "aquasecurity:trivy:SrcName",
    "aquasecurity:trivy:SrcRelease",
    "aquasecurity:trivy:SrcVersion",
    "aquasecurity:trivy:Type",
    "spdx:pretty_name",
    "spdx:swid",
    "spdx:version_id",
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
    close::close(bom, Format::CycloneDxJson, walk)
}

pub(crate) use xml::read_xml;

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
    authors: List<Party<'de>> = "authors",
    manufacturer: Party<'de> = "manufacturer",
    tools: Tools<'de> = "tools",
    lifecycles: List<Lifecycle<'de>> = "lifecycles",
} }

object! { Lifecycle<'de> or text in phase { phase: Text<'de> = "phase", name: Text<'de> = "name" } }
object! { Tool<'de> or text in name {
    vendor: Text<'de> = "vendor",
    name: Text<'de> = "name",
    version: Text<'de> = "version",
} }
object! { ToolBox<'de> { components: List<Tool<'de>> = "components", services: List<Tool<'de>> = "services" } }

/// A list of tools up to 1.4, an object of components and services from 1.5 on.
#[derive(Default)]
pub(crate) struct Tools<'de>(List<Tool<'de>>);

impl<'de> Slot<'de> for Tools<'de> {
    const EXPECTED: &'static str = "an object or a list";

    fn list<A: SeqAccess<'de>>(&mut self, list: A, walk: &mut Walk) -> Result<bool, A::Error> {
        self.0.list(list, walk)
    }

    fn object<A: MapAccess<'de>>(&mut self, map: A, walk: &mut Walk) -> Result<bool, A::Error> {
        let mut tools = ToolBox::default();
        let kept = tools.object(map, walk)?;
        self.0.0.extend(tools.components.0.into_iter().chain(tools.services.0));
        Ok(kept)
    }
}

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
object! { Party<'de> or text in name { name: Text<'de> = "name", email: Text<'de> = "email" } }
object! { LicenseChoice<'de> or text in expression {
    license: License<'de> = "license",
    expression: Text<'de> = "expression",
    // Outside of `license`, where some write them.
    id: Text<'de> = "id",
    name: Text<'de> = "name",
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
        let held = walk.held();
        each(list, walk, |_, part: Part<'de>, walk| {
            walk.release(held);
            place(&part, None, &mut self.0, walk).is_some()
        })
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
            let license = choice.expression.get().or(choice.license.id.get()).or(choice.license.name.get());
            license.or(choice.id.get()).or(choice.name.get())
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
        } else if identity::take_support(&mut component.support, name, value) {
        } else if name == identity::SOURCE {
            component.source_package = Some(match value.split_once(' ') {
                Some((name, version)) => (name.to_owned(), Some(version.to_owned())),
                None => (value.to_owned(), None),
            });
        } else if name.starts_with("syft:distro:") || KEPT_PROPERTIES.contains(&name) {
            component.properties.insert(name.to_owned(), value.to_owned());
        }
    }
}
