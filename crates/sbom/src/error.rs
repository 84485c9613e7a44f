//! Why a whole document is refused, and the limits that bound reading. What costs less than the whole document
//! is an issue (`issue.rs`).

/// Largest document that is read, in bytes (512 MiB).
pub const MAX_BYTES: usize = 512 << 20;
/// Most components in one document.
pub const MAX_COMPONENTS: usize = 2_000_000;
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
    /// A packed file. Unpacking is the caller's work.
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
    /// A format that is recognised and not read yet.
    #[error(
        "this is {format}, which is not read yet; export the SBOM as CycloneDX JSON (1.2 to 1.7) or SPDX JSON (2.2 or 2.3)"
    )]
    NotReadYet {
        /// The format as a person calls it.
        format: &'static str,
    },
    /// A version of a known format that is too different to be read.
    #[error(
        "{format} of version {version:?} is not read; export the SBOM as CycloneDX JSON (1.2 to 1.7) or SPDX JSON (2.2 or 2.3)"
    )]
    Version {
        /// The format.
        format: &'static str,
        /// The version the document names.
        version: String,
    },
    /// Not an SBOM as far as can be told.
    #[error(
        "not recognised as an SBOM ({found}); CycloneDX JSON names itself in \"bomFormat\", SPDX JSON in \"spdxVersion\""
    )]
    Unknown {
        /// What the content looks like.
        found: &'static str,
    },
}
