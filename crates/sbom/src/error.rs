//! Why a whole document is refused, and the limits that bound reading. What costs less than the whole document
//! is an issue (`issue.rs`).

/// Largest document that is read, in bytes (512 MiB).
pub const MAX_BYTES: usize = 512 << 20;
/// Most components in one document.
pub const MAX_COMPONENTS: usize = 2_000_000;
/// Most memory for what waits in lists until the document has been read, in bytes (1 GiB). Counted by elements while they are
/// read, without their texts, which are bounded by [`MAX_BYTES`].
pub const MAX_LIST_BYTES: usize = 1 << 30;
/// Longest text value that is kept, in bytes (4 MiB); a longer one is left out with an issue.
pub const MAX_STRING_BYTES: usize = 4 << 20;

/// A document refused as a whole. Each text says what, where and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Nothing but white space.
    #[error("the document is empty; export the SBOM again and check that the file was written completely")]
    Empty,
    /// More than [`MAX_BYTES`].
    #[error(
        "the document has {bytes} bytes, more than the {limit} that are read; split the SBOM per component assembly"
    )]
    TooLarge {
        /// Bytes given.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// More than [`MAX_COMPONENTS`].
    #[error("more than {limit} components, passed at {pointer}; split the SBOM per component assembly")]
    TooManyComponents {
        /// The limit.
        limit: usize,
        /// JSON pointer of the first component beyond it.
        pointer: String,
    },
    /// Lists with more elements than fit into [`MAX_LIST_BYTES`].
    #[error(
        "{count} list elements would take more than the {limit} bytes kept for them, passed at {pointer}; split the SBOM per component assembly"
    )]
    TooManyElements {
        /// Elements of all lists that were held when the limit was passed.
        count: usize,
        /// The limit in bytes.
        limit: usize,
        /// JSON pointer of the first element beyond it.
        pointer: String,
    },
    /// Bytes in an encoding that cannot be turned into text.
    #[error(
        "the document is not readable text ({found}, near byte {at}); save it as UTF-8 and import it again"
    )]
    Encoding {
        /// What the bytes look like.
        found: &'static str,
        /// Offset of the first unreadable byte.
        at: usize,
    },
    /// An archive, or a file packed over and over.
    #[error("this is a {kind} file; unpack it and import the SBOM inside")]
    Packed {
        /// How it is packed.
        kind: &'static str,
    },
    /// Broken JSON.
    #[error(
        "broken JSON at line {line}, column {column}: {what}; export the SBOM again, the file may be cut short or edited by hand"
    )]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// What the parser met.
        what: String,
    },
    /// A packed file that does not unpack.
    #[error("the {kind} file does not unpack ({what}); transfer it again, it may be cut short or damaged")]
    Unpack {
        /// How it is packed.
        kind: &'static str,
        /// What the decoder met.
        what: String,
    },
    /// Content that grows beyond all measure when it is unpacked or its references are followed.
    #[error(
        "{what}: more than {limit} bytes would come out of it, far more than an SBOM needs; ask its author for a plain document"
    )]
    Expansion {
        /// What grows.
        what: &'static str,
        /// The limit in bytes.
        limit: usize,
    },
    /// Broken XML.
    #[error(
        "broken XML at line {line}, column {column}: {what}; export the SBOM again, the file may be cut short or edited by hand"
    )]
    Xml {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
        /// What the parser met.
        what: String,
    },
    /// Broken YAML.
    #[error(
        "broken YAML at line {line}, column {column}: {what}; export the SBOM again, the file may be cut short or edited by hand"
    )]
    Yaml {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What the parser met.
        what: String,
    },
    /// Nested more deeply than any real document.
    #[error(
        "nested more than {limit} levels deep at line {line}, column {column}; no SBOM needs that, ask its author for a flat component list"
    )]
    TooDeep {
        /// The limit in levels.
        limit: usize,
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1.
        column: usize,
    },
    /// A format that is recognised and not read.
    #[error(
        "this is {format}, which is not read; export the SBOM as CycloneDX (JSON or XML) or SPDX (JSON, tag-value, YAML, RDF/XML)"
    )]
    NotReadYet {
        /// The format as a person calls it.
        format: &'static str,
    },
    /// A version of a known format that is too different to be read.
    #[error(
        "{format} of version {version:?} is not read; export the SBOM as CycloneDX (1.0 to 1.7) or SPDX (2.1 to 2.3, 3.0)"
    )]
    Version {
        /// The format.
        format: &'static str,
        /// The version the document names.
        version: String,
    },
    /// Not an SBOM as far as can be told.
    #[error(
        "not recognised as an SBOM ({found}); CycloneDX names itself in \"bomFormat\" or its XML namespace, SPDX in \"spdxVersion\", \"SPDXVersion:\" or \"@context\""
    )]
    Unknown {
        /// What the content looks like.
        found: &'static str,
    },
}
