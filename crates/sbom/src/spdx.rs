//! SPDX 2.1 to 2.3: its objects as far as an inventory needs them, and their way into a draft.
//!
//! Files and snippets are counted, not kept: they are no components. SPDX 3 is another model and another file.

mod close;
mod intake;
mod rdf;
mod tag_value;
mod xml;
mod yaml;

use serde::de::SeqAccess;

use crate::draft::Draft;
use crate::error::ReadError;
use crate::identity;
use crate::inventory::{Component, Format, Inventory, Kind};
use crate::issue::IssueCode;
use crate::json;
use crate::slot::{Count, List, Slot, Text, each, object};
use crate::walk::{Step, Walk, quoted};

/// Reads an SPDX 2 JSON document.
pub(crate) fn read_json(text: &str, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let mut document = Document::default();
    json::fill(text, &mut document, walk)?;
    close::close(document, Format::SpdxJson, walk)
}

pub(crate) use rdf::read_rdf;
pub(crate) use tag_value::read_tag_value;
pub(crate) use xml::read_xml;
pub(crate) use yaml::read_yaml;

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

object! { Creation<'de> {
    created: Text<'de> = "created",
    creators: List<Text<'de>> = "creators",
    comment: Text<'de> = "comment",
} }
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
        valid_until: Text<'de> = "validUntilDate",
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
        let held = walk.held();
        each(list, walk, |_, package: Package<'de>, walk| {
            walk.release(held);
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
    component.support.ends = stated(&package.valid_until).map(str::to_owned);
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
pub(crate) fn party(text: &str) -> &str {
    ["Organization:", "Person:", "Tool:"]
        .iter()
        .find_map(|label| text.strip_prefix(label))
        .unwrap_or(text)
        .trim()
}

/// Trivy writes `built package from: glibc 2.36-9` into `sourceInfo`.
pub(crate) fn built_from(source_info: &str) -> Option<(String, Option<String>)> {
    let source = source_info.strip_prefix("built package from:")?.trim();
    match source.split_once(' ') {
        Some((name, version)) => Some((name.to_owned(), Some(version.trim().to_owned()))),
        None => (!source.is_empty()).then(|| (source.to_owned(), None)),
    }
}
