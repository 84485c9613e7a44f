//! The objects of SPDX 3 as written: one type for all elements, because a reader meets them in any order.

use std::borrow::Cow;

use serde::de::MapAccess;

use crate::slot::{List, Slot, Text, object};
use crate::walk::Walk;

object! {
    /// Any element. Serialisations before 3.0.1 and hand-written documents differ in a few names, which are read as well.
    Element<'de> {
        id: Text<'de> = "spdxId",
        blank_id: Text<'de> = "@id",
        kind: Text<'de> = "type",
        name: Text<'de> = "name",
        creation: Reference<'de> = "creationInfo",
        spec_version: Text<'de> = "specVersion",
        created: Text<'de> = "created",
        created_by: List<Reference<'de>, true> = "createdBy",
        created_using: List<Reference<'de>, true> = "createdUsing",
        root: List<Reference<'de>, true> = "rootElement",
        sbom_type: List<Text<'de>, true> = "software_sbomType",
        version: Text<'de> = "software_packageVersion",
        purl: Text<'de> = "software_packageUrl",
        purpose: Text<'de> = "software_primaryPurpose",
        source_info: Text<'de> = "software_sourceInfo",
        supplied_by: List<Reference<'de>, true> = "suppliedBy",
        originated_by: List<Reference<'de>, true> = "originatedBy",
        identifiers: List<Identifier<'de>, true> = "externalIdentifier",
        more_identifiers: List<Identifier<'de>, true> = "externalIdentifiers",
        verified: List<Verified<'de>, true> = "verifiedUsing",
        support: List<Text<'de>, true> = "supportLevel",
        valid_until: Text<'de> = "validUntilTime",
        expression: Text<'de> = "simplelicensing_licenseExpression",
        from: Reference<'de> = "from",
        to: List<Reference<'de>, true> = "to",
        relationship: Text<'de> = "relationshipType",
        completeness: Text<'de> = "completeness",
        import: List<Import<'de>, true> = "import",
        imports: List<Import<'de>, true> = "imports",
    }
}

object! { Identifier<'de> { kind: Text<'de> = "externalIdentifierType", identifier: Text<'de> = "identifier" } }
object! {
    /// `ExternalMap`: an element that is used here and stands in another document.
    Import<'de> or text in id { id: Text<'de> = "externalSpdxId", older_id: Text<'de> = "externalId" }
}
object! { Verified<'de> { algorithm: Text<'de> = "algorithm", value: Text<'de> = "hashValue" } }

impl<'de> Element<'de> {
    /// The id by which others name it.
    pub(super) fn key(&self) -> &str {
        self.id.get().or(self.blank_id.get()).unwrap_or_default()
    }

    /// The type without its profile: `software_Package`, `software:Package` and the URI mean the same.
    pub(super) fn kind(&self) -> &str {
        let kind = self.kind.get().unwrap_or_default();
        kind.rsplit(['_', ':', '/', '#']).next().unwrap_or(kind)
    }
}

/// What an element names: an id, or the element itself in its place.
#[derive(Default)]
pub(crate) struct Reference<'de> {
    pub(super) id: Text<'de>,
    /// The name that an element in its place carries.
    pub(super) name: Text<'de>,
    pub(super) created: Text<'de>,
    pub(super) spec_version: Text<'de>,
    pub(super) created_by: Vec<Reference<'de>>,
    pub(super) created_using: Vec<Reference<'de>>,
}

impl<'de> Slot<'de> for Reference<'de> {
    const EXPECTED: &'static str = "an id or an element";

    fn text(&mut self, text: Cow<'de, str>, walk: &mut Walk) -> bool {
        self.id.put(text, walk)
    }

    fn object<A: MapAccess<'de>>(&mut self, map: A, walk: &mut Walk) -> Result<bool, A::Error> {
        let mut inline = Inline::default();
        let kept = inline.object(map, walk)?;
        self.id = if inline.id.get().is_some() { inline.id } else { inline.blank_id };
        self.name = inline.name;
        self.created = inline.created;
        self.spec_version = inline.spec_version;
        self.created_by = inline.created_by.0.into_iter().map(|(_, reference)| reference).collect();
        self.created_using = inline.created_using.0.into_iter().map(|(_, reference)| reference).collect();
        Ok(kept)
    }
}

object! { Inline<'de> {
    id: Text<'de> = "spdxId",
    blank_id: Text<'de> = "@id",
    name: Text<'de> = "name",
    created: Text<'de> = "created",
    spec_version: Text<'de> = "specVersion",
    created_by: List<Reference<'de>, true> = "createdBy",
    created_using: List<Reference<'de>, true> = "createdUsing",
} }
