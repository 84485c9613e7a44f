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

/// Refuses packed files, which are known by their first bytes.
pub(crate) fn refuse_packed(bytes: &[u8]) -> Result<(), ReadError> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\x1f\x8b", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"\xfd7zXZ\0", "xz"),
        (b"BZh", "bzip2"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\xd0\xcf\x11\xe0", "OLE (Excel or Word)"),
    ];
    match MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        Some((_, kind)) => Err(ReadError::Packed { kind }),
        None => Ok(()),
    }
}

/// Names the format of a text.
pub(crate) fn detect(text: &str) -> Result<Format, ReadError> {
    match text.trim_start().as_bytes().first() {
        None => Err(ReadError::Empty),
        Some(b'{') => detect_json(text),
        Some(b'[') => Err(ReadError::Unknown { found: "a JSON list" }),
        Some(b'<') => Err(detect_xml(text)),
        Some(_) => Err(detect_lines(text)),
    }
}

fn detect_json(text: &str) -> Result<Format, ReadError> {
    let mut marks = Marks::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let scanned = deserializer.deserialize_any(&mut marks);
    if let Some(format) = marks.format {
        return format;
    }
    scanned.map_err(|error| json::refusal(&error))?;
    match marks {
        Marks { spec_version: true, components: true, .. } | Marks { cyclone_schema: true, .. } => {
            Ok(Format::CycloneDxJson)
        }
        Marks { spdx_id: true, .. } => Ok(Format::SpdxJson),
        Marks { artifacts: true, .. } => Err(ReadError::NotReadYet { format: "syft JSON" }),
        _ => Err(ReadError::Unknown { found: "a JSON object of another kind" }),
    }
}

/// What the members of the outermost object tell. Scanning stops at the first decisive one.
#[derive(Default)]
struct Marks {
    format: Option<Result<Format, ReadError>>,
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
                "bomFormat" if value.eq_ignore_ascii_case("CycloneDX") => Some(Ok(Format::CycloneDxJson)),
                "spdxVersion" if value.starts_with("SPDX-3") => {
                    Some(Err(ReadError::NotReadYet { format: "SPDX 3 JSON" }))
                }
                "spdxVersion" => Some(Ok(Format::SpdxJson)),
                "@context" if value.contains("spdx.org") => {
                    Some(Err(ReadError::NotReadYet { format: "SPDX 3 JSON-LD" }))
                }
                "payloadType" => Some(Err(ReadError::NotReadYet { format: "a signed DSSE envelope" })),
                "_type" | "predicateType" => {
                    Some(Err(ReadError::NotReadYet { format: "an in-toto statement" }))
                }
                _ => None,
            };
            self.spec_version |= key == "specVersion";
            self.cyclone_schema |= key == "$schema" && value.contains("cyclonedx.org");
            self.spdx_id |= key == "SPDXID";
            if let Some(told) = told {
                self.format = Some(told);
                // Only a way to stop early: the caller looks at `format` first.
                return Err(serde::de::Error::custom("recognised"));
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _list: A) -> Result<(), A::Error> {
        Ok(())
    }
}

fn detect_xml(text: &str) -> ReadError {
    let head = head(text);
    if head.contains("cyclonedx.org/schema/bom") {
        ReadError::NotReadYet { format: "CycloneDX XML" }
    } else if head.contains("<SPDXID>") || head.contains("<spdxVersion>") {
        ReadError::NotReadYet { format: "SPDX XML" }
    } else if head.contains("spdx.org/rdf") {
        ReadError::NotReadYet { format: "SPDX RDF/XML" }
    } else if head.to_ascii_lowercase().contains("<html") {
        ReadError::Unknown { found: "a web page" }
    } else {
        ReadError::Unknown { found: "XML of another kind" }
    }
}

fn detect_lines(text: &str) -> ReadError {
    let head = head(text);
    let starts =
        |mark: &str| head.lines().any(|line| line.trim_start_matches(['"', ' ', '\'']).starts_with(mark));
    if starts("SPDXVersion:") || starts("SPDXID:") && starts("PackageName:") || starts("FileName:") {
        ReadError::NotReadYet { format: "SPDX tag-value" }
    } else if starts("spdxVersion") || starts("SPDXID:") {
        ReadError::NotReadYet { format: "SPDX YAML" }
    } else if starts("spec_version:") {
        ReadError::NotReadYet { format: "CycloneDX protobuf text" }
    } else {
        ReadError::Unknown { found: "text of another kind" }
    }
}

fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(HEAD_BYTES)]
}
