//! What was lost or repaired while reading, each with its place. A document refused as a whole is a `ReadError`.

/// One loss or repair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// What kind of loss, for counting and filtering.
    pub code: IssueCode,
    /// JSON pointer (RFC 6901) into the document, or into the JSON form of it where it is written in XML, YAML, RDF or
    /// tag-value; empty for the whole document.
    pub pointer: String,
    /// What happened and what it costs, for a person.
    pub text: String,
}

/// The kinds of loss. [`IssueCode::as_str`] is stable and goes into JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IssueCode {
    /// The bytes were not UTF-8 and were transcoded or repaired.
    Encoding,
    /// The format version is not one of those the reader was written for.
    SpecVersion,
    /// A field has the wrong type; its value is lost.
    WrongType,
    /// A field has the wrong type; its value could be kept.
    Coerced,
    /// A key occurs twice in one object; the last one counts.
    DuplicateKey,
    /// A text longer than the limit was left out.
    TextTooLong,
    /// U+0000 was replaced by U+FFFD.
    NulReplaced,
    /// A component without a name.
    NameMissing,
    /// A component without a version.
    VersionMissing,
    /// The version was taken from the package URL because the component states none.
    VersionFromPurl,
    /// A component type or package purpose that is missing or not in the standard.
    KindUnknown,
    /// A package URL that does not parse; kept as text.
    PurlInvalid,
    /// A second package URL for one component; the first counts.
    PurlExtra,
    /// A CPE name that does not parse.
    CpeInvalid,
    /// The component carries neither package URL nor CPE: it can only be matched by hand.
    NoIdentity,
    /// Two components share one reference; the first counts for dependencies.
    DuplicateReference,
    /// An SPDX package without an identifier.
    ReferenceMissing,
    /// A dependency names something that is not in the document.
    DanglingDependency,
    /// A dependency names something in another document.
    ExternalReference,
    /// Dependencies run in a circle.
    DependencyCycle,
    /// A dependency path too long to be kept.
    PathTooLong,
    /// The described component is missing, named more than once, or not in the document.
    Subject,
    /// Content of a kind that the inventory does not hold (services, files, embedded vulnerabilities, ..), counted.
    NotKept,
    /// The document was taken out of a signed envelope whose signature was not checked.
    Unwrapped,
    /// An XML document type declaration was skipped.
    DocumentType,
    /// A reference to an XML entity was not expanded.
    EntityUnknown,
    /// A line that says nothing in its format was left out.
    LineUnreadable,
    /// More issues of one kind than are listed one by one.
    MoreOfTheSame,
}

impl IssueCode {
    /// The stable name of this kind.
    pub fn as_str(self) -> &'static str {
        match self {
            IssueCode::Encoding => "encoding",
            IssueCode::SpecVersion => "spec_version",
            IssueCode::WrongType => "wrong_type",
            IssueCode::Coerced => "coerced",
            IssueCode::DuplicateKey => "duplicate_key",
            IssueCode::TextTooLong => "text_too_long",
            IssueCode::NulReplaced => "nul_replaced",
            IssueCode::NameMissing => "name_missing",
            IssueCode::VersionMissing => "version_missing",
            IssueCode::VersionFromPurl => "version_from_purl",
            IssueCode::KindUnknown => "kind_unknown",
            IssueCode::PurlInvalid => "purl_invalid",
            IssueCode::PurlExtra => "purl_extra",
            IssueCode::CpeInvalid => "cpe_invalid",
            IssueCode::NoIdentity => "no_identity",
            IssueCode::DuplicateReference => "duplicate_reference",
            IssueCode::ReferenceMissing => "reference_missing",
            IssueCode::DanglingDependency => "dangling_dependency",
            IssueCode::ExternalReference => "external_reference",
            IssueCode::DependencyCycle => "dependency_cycle",
            IssueCode::PathTooLong => "path_too_long",
            IssueCode::Subject => "subject",
            IssueCode::NotKept => "not_kept",
            IssueCode::Unwrapped => "unwrapped",
            IssueCode::DocumentType => "document_type",
            IssueCode::EntityUnknown => "entity_unknown",
            IssueCode::LineUnreadable => "line_unreadable",
            IssueCode::MoreOfTheSame => "more_of_the_same",
        }
    }
}
