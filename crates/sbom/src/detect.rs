//! Which format a document is in, told by its content alone. A new format is named here first.

use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::ReadError;
use crate::inventory::Format;
use crate::json;
use crate::slot::{Fill, Keys, List, Text};
use crate::walk::Walk;

/// Bytes of a document that is not JSON in which its marks are looked for.
const HEAD_BYTES: usize = 64 << 10;

/// What a text turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// An SBOM.
    Document(Format),
    /// A DSSE envelope, which holds a payload.
    Envelope,
    /// An in-toto statement, which holds a predicate.
    Statement,
}

/// Names the format of a text.
pub(crate) fn detect(text: &str) -> Result<Found, ReadError> {
    match text.trim_start().as_bytes().first() {
        None => Err(ReadError::Empty),
        Some(b'{') => detect_json(text),
        Some(b'[') => Err(ReadError::Unknown { found: "a JSON list" }),
        Some(b'<') => detect_xml(text).map(Found::Document),
        Some(_) => detect_lines(text).map(Found::Document),
    }
}

fn detect_json(text: &str) -> Result<Found, ReadError> {
    let mut marks = Marks::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let scanned = deserializer.deserialize_any(&mut marks);
    if let Some(found) = marks.found {
        return Ok(found);
    }
    scanned.map_err(|error| json::refusal(&error))?;
    match marks {
        Marks { spec_version: true, components: true, .. } | Marks { cyclone_schema: true, .. } => {
            Ok(Found::Document(Format::CycloneDxJson))
        }
        Marks { spdx_id: true, .. } => Ok(Found::Document(Format::SpdxJson)),
        Marks { artifacts: true, .. } => Err(ReadError::NotReadYet { format: "syft JSON" }),
        _ => Err(ReadError::Unknown { found: "a JSON object of another kind" }),
    }
}

/// What the members of the outermost object tell. Scanning stops at the first decisive one.
#[derive(Default)]
struct Marks {
    found: Option<Found>,
    spec_version: bool,
    components: bool,
    cyclone_schema: bool,
    spdx_id: bool,
    artifacts: bool,
}

impl<'de> Visitor<'de> for &mut Marks {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        const KEYS: &[&str] = &[
            "bomFormat",
            "spdxVersion",
            "SPDXID",
            "specVersion",
            "$schema",
            "@context",
            "payloadType",
            "_type",
            "predicateType",
            "artifacts",
            "components",
        ];
        while let Some(index) = map.next_key_seed(Keys(KEYS))? {
            let key = index.map_or("", |index| KEYS[index]);
            if matches!(key, "" | "artifacts" | "components") {
                self.artifacts |= key == "artifacts";
                self.components |= key == "components";
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            // A list, because SPDX 3 writes one context or several; its first text is enough to tell.
            let (mut values, mut walk) = (List::<Text<'de>, true>::default(), Walk::default());
            map.next_value_seed(Fill { slot: &mut values, walk: &mut walk })?;
            let value = values.0.iter().find_map(|(_, value)| value.get()).unwrap_or_default();
            let told = match key {
                "bomFormat" if value.eq_ignore_ascii_case("CycloneDX") => {
                    Some(Found::Document(Format::CycloneDxJson))
                }
                "spdxVersion" if value.starts_with("SPDX-3") => Some(Found::Document(Format::Spdx3JsonLd)),
                "spdxVersion" => Some(Found::Document(Format::SpdxJson)),
                "@context" if value.contains("spdx.org") => Some(Found::Document(Format::Spdx3JsonLd)),
                "payloadType" => Some(Found::Envelope),
                "_type" | "predicateType" => Some(Found::Statement),
                _ => None,
            };
            self.spec_version |= key == "specVersion";
            self.cyclone_schema |= key == "$schema" && value.contains("cyclonedx.org");
            self.spdx_id |= key == "SPDXID";
            if let Some(told) = told {
                self.found = Some(told);
                // Only a way to stop early: the caller looks at `found` first.
                return Err(serde::de::Error::custom("recognised"));
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _list: A) -> Result<(), A::Error> {
        Ok(())
    }
}

fn detect_xml(text: &str) -> Result<Format, ReadError> {
    let head = head(text);
    if head.contains("cyclonedx.org/schema/bom") {
        Ok(Format::CycloneDxXml)
    } else if head.contains("<SPDXID>") || head.contains("<spdxVersion>") {
        Ok(Format::SpdxXml)
    } else if head.contains("spdx.org/rdf") {
        Ok(Format::SpdxRdf)
    } else if head.to_ascii_lowercase().contains("<html") {
        Err(ReadError::Unknown { found: "a web page" })
    } else {
        Err(ReadError::Unknown { found: "XML of another kind" })
    }
}

fn detect_lines(text: &str) -> Result<Format, ReadError> {
    let head = head(text);
    let starts =
        |mark: &str| head.lines().any(|line| line.trim_start_matches(['"', ' ', '\'']).starts_with(mark));
    if starts("SPDXVersion:") || starts("SPDXID:") && starts("PackageName:") || starts("FileName:") {
        Ok(Format::SpdxTagValue)
    } else if starts("spdxVersion") || starts("SPDXID:") {
        Ok(Format::SpdxYaml)
    } else if starts("spec_version:") {
        Err(ReadError::NotReadYet { format: "CycloneDX protobuf text" })
    } else {
        Err(ReadError::Unknown { found: "text of another kind" })
    }
}

fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(HEAD_BYTES)]
}
