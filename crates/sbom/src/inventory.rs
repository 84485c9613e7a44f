//! What a document says its product is made of: one shape for all formats. No judgement, no record ids.

use std::collections::BTreeMap;

use component::cpe::Cpe;
use component::purl::Purl;

/// One SBOM as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Inventory {
    /// The format it was written in.
    pub format: Format,
    /// The format version as the document names it, without a prefix: `1.5`, `2.3`.
    pub spec_version: String,
    /// CycloneDX `serialNumber` or SPDX `documentNamespace`.
    pub serial: Option<String>,
    /// Name of the described product (CycloneDX `metadata.component`, else the SPDX document name).
    pub name: Option<String>,
    /// Version of the described product.
    pub version: Option<String>,
    /// When the document says it was made, as written (RFC 3339 by both standards).
    pub created: Option<String>,
    /// Index of the described component in [`Inventory::components`].
    pub subject: Option<usize>,
    /// All components, nested ones flattened, in document order.
    pub components: Vec<Component>,
    /// Whether the document claims to list everything.
    pub complete: Completeness,
    /// Who made the document, with what and when in the life of the product.
    pub provenance: Provenance,
}

/// Where a document comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// People and organisations that made the document, by name.
    pub authors: Vec<String>,
    /// Tools that made it.
    pub tools: Vec<String>,
    /// Stage at which it was made: CycloneDX lifecycle phases, SPDX 3 SBOM types, and the SPDX 2 creator comment.
    pub contexts: Vec<String>,
}

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// CycloneDX JSON.
    CycloneDxJson,
    /// CycloneDX XML.
    CycloneDxXml,
    /// SPDX 2 JSON.
    SpdxJson,
    /// SPDX 2 tag-value.
    SpdxTagValue,
    /// SPDX 2 YAML.
    SpdxYaml,
    /// SPDX 2 RDF/XML.
    SpdxRdf,
    /// SPDX 2 XML, a form that tools write and the standard never published.
    SpdxXml,
    /// SPDX 3 JSON-LD.
    Spdx3JsonLd,
}

impl Format {
    /// The format as a person calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::CycloneDxJson => "CycloneDX JSON",
            Format::CycloneDxXml => "CycloneDX XML",
            Format::SpdxJson => "SPDX JSON",
            Format::SpdxTagValue => "SPDX tag-value",
            Format::SpdxYaml => "SPDX YAML",
            Format::SpdxRdf => "SPDX RDF/XML",
            Format::SpdxXml => "SPDX XML",
            Format::Spdx3JsonLd => "SPDX JSON-LD",
        }
    }
}

/// What the document claims about its own completeness (CycloneDX `compositions`; SPDX `NOASSERTION` targets).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Completeness {
    /// Nothing is said.
    #[default]
    NotStated,
    /// The author says that he does not know.
    Unknown,
    /// Something is missing, by the author's word.
    Incomplete,
    /// Everything is listed, by the author's word.
    Complete,
}

/// One component.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Component {
    /// CycloneDX `bom-ref` or SPDX `SPDXID`; empty when the document gives none.
    pub reference: String,
    /// What sort of thing it is.
    pub kind: Kind,
    /// CycloneDX `group`.
    pub group: Option<String>,
    /// Name as written; empty when the document gives none.
    pub name: String,
    /// Version as written, or that of the package URL when the component states none.
    pub version: Option<String>,
    /// The package URL, when it parses.
    pub purl: Option<Purl>,
    /// The package URL as written, parsed or not.
    pub purl_text: Option<String>,
    /// All CPE names that parse, in document order, without repeats.
    pub cpes: Vec<Cpe>,
    /// Digests of the artefact.
    pub hashes: Vec<Hash>,
    /// Who supplies it, by name.
    pub supplier: Option<String>,
    /// Licence identifiers, names and expressions as written.
    pub licenses: Vec<String>,
    /// One shortest path from the subject to this component, both included, as component indices;
    /// empty when the document gives none.
    pub path: Vec<usize>,
    /// Components that this one depends on or contains, ascending, without repeats.
    pub depends_on: Vec<usize>,
    /// CVE ids that CycloneDX `pedigree.patches` says are resolved here.
    pub pedigree_patched: Vec<String>,
    /// The few tool properties that matching needs (distribution hints, source packages), under the names the tools
    /// gave them; and, one a line, identifiers that found no field: `cpe:unparsed`, `purl:further`; `swid:tagId`,
    /// `spdx:swid`, `spdx:version_id`, `spdx:pretty_name`.
    pub properties: BTreeMap<String, String>,
    /// Name and version of the upstream source package, where the document says so.
    pub source_package: Option<(String, Option<String>)>,
    /// How long and how well it is supported.
    pub support: Support,
}

/// Support of a component by its maker, as the document states it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Support {
    /// Level of support in the document's words.
    pub level: Option<String>,
    /// When support ends, as written (ISO 8601): CycloneDX property `cdx:lifecycle:milestone:endOfSupport`, SPDX 2.3
    /// `validUntilDate`, SPDX 3 `validUntilTime`.
    pub ends: Option<String>,
}

/// What sort of thing a component is: CycloneDX types and SPDX purposes in one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Kind {
    /// A program.
    Application,
    /// A framework.
    Framework,
    /// A library or a package of a distribution.
    Library,
    /// A container image.
    Container,
    /// An operating system or distribution.
    OperatingSystem,
    /// A hardware device.
    Device,
    /// Firmware.
    Firmware,
    /// A file.
    File,
    /// A device driver.
    Driver,
    /// A runtime platform.
    Platform,
    /// Data, including trained models.
    Data,
    /// A stated kind that is none of these.
    Other,
    /// Not stated, or not a word of the standard.
    #[default]
    Unknown,
}

impl Kind {
    /// Whether a thing of this kind is expected to have a version.
    pub(crate) fn has_version(self) -> bool {
        !matches!(self, Self::File | Self::Data | Self::Other | Self::Device)
    }

    /// The stable name of this kind.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Application => "application",
            Kind::Framework => "framework",
            Kind::Library => "library",
            Kind::Container => "container",
            Kind::OperatingSystem => "operating-system",
            Kind::Device => "device",
            Kind::Firmware => "firmware",
            Kind::File => "file",
            Kind::Driver => "device-driver",
            Kind::Platform => "platform",
            Kind::Data => "data",
            Kind::Other => "other",
            Kind::Unknown => "unknown",
        }
    }
}

/// One digest of an artefact.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hash {
    /// Algorithm in CycloneDX spelling (`SHA-256`), whatever the document wrote (`SHA256`).
    pub algorithm: String,
    /// Lower-case hexadecimal.
    pub value: String,
}
