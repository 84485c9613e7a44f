//! From a package of SPDX 3 to a component.

use super::element::Element;
use crate::identity;
use crate::inventory::{Component, Kind};
use crate::issue::IssueCode;
use crate::slot::Text;
use crate::walk::{Step, Walk, quoted};

/// The component that a package is. Its supplier is looked up when all elements have been read.
pub(super) fn component(element: &Element<'_>, walk: &mut Walk) -> Component {
    let mut component = Component {
        reference: element.key().to_owned(),
        kind: kind(element, walk),
        name: element.name.to_owned().unwrap_or_default(),
        version: element.version.to_owned(),
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
    match (element.kind(), element.purpose.get()) {
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

pub(super) fn texts(list: &[(Step, Text<'_>)]) -> Vec<String> {
    list.iter().filter_map(|(_, text)| text.to_owned()).collect()
}
