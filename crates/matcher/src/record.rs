//! What one source says about one vulnerability, normalised.
//!
//! A parser in `feeds` produces these; nothing here knows the format it came from. Semantics: a [`Statement`] answers
//! for one [`ProductKey`] and one version by the first [`Span`] that contains the version (spans are listed most
//! specific first), else by its `default`.

use component::version::Scheme;

/// The name of a source, such as `nvd`, `vulnrichment` or `osv:Go`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source(pub String);

/// One source's document about one vulnerability.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Who says it.
    pub source: Source,
    /// The document's own id, an opaque string (`CVE-2024-1086`, `GO-2023-1571`, `GHSA-…`).
    pub id: String,
    /// When the source last changed it, RFC 3339 UTC to the second, as the source states it.
    pub modified: Option<String>,
    /// When it was first published, RFC 3339 UTC.
    pub published: Option<String>,
    /// Rejected or withdrawn: the record names no vulnerability any more.
    pub withdrawn: bool,
    /// Symmetric other names of the same flaw. Never `related`, which means nothing for identity.
    pub aliases: Vec<String>,
    /// Directional: flaws that this document passes on downstream (OSV `upstream`). Linked, never merged.
    pub upstream: Vec<String>,
    /// One line for a person, in the source's words, at most 500 characters.
    pub summary: String,
    /// Severity scores the source gives.
    pub scores: Vec<Score>,
    /// CWE ids.
    pub weaknesses: Vec<String>,
    /// What it says about products.
    pub statements: Vec<Statement>,
    /// Condition trees that statements refer to by position.
    pub conditions: Vec<Condition>,
}

/// A CVSS score as a source states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// `2.0`, `3.0`, `3.1` or `4.0`.
    pub version: String,
    /// Base score in tenths (98 = 9.8).
    pub tenths: u8,
    /// The vector string.
    pub vector: String,
    /// Who scored it (`nvd@nist.gov`, a CNA's short name).
    pub provider: String,
    /// The flaw it is of, by position in [`Record::upstream`]; `None` = the record is about one.
    pub flaw: Option<u32>,
}

/// A canonical product key. Kinds:
/// `purl:<type>/<namespace>/<name>` (canonical purl without version),
/// `distro:<id>:<release>/<source package>` (`distro:almalinux:8/openssl`, `distro:debian:12/zlib`; release empty = any),
/// `cpe:<part>:<vendor>:<product>` (lower case, unescaped), `cve:<vendor>|<product>` (lower case, single spaces),
/// `git:<repository>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProductKey(pub String);

/// "Source S, at pointer P, says: product K in versions V is …".
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// JSON pointer into the source's document.
    pub pointer: String,
    /// The product spoken of.
    pub key: ProductKey,
    /// The order of its versions. `None` = the source does not say (or says `custom`); the product's own scheme decides.
    pub scheme: Option<Scheme>,
    /// Most specific first.
    pub spans: Vec<Span>,
    /// What holds for a version that no span contains.
    pub default: Status,
    /// Fix versions, for people.
    pub fixed_in: Vec<String>,
    /// Narrowing attributes beside vendor, product and version.
    pub qualifiers: Qualifiers,
    /// Index into [`Record::conditions`]: the tree over the whole inventory that must hold too.
    pub condition: Option<u32>,
    /// Versions that are only names (git hashes, KB numbers, free text): never compared, matched as exact text.
    pub exact_only: bool,
    /// The flaw it is about, by position in [`Record::upstream`]: one document speaks of several flaws, each with
    /// products of its own. `None` = all that the record names.
    pub flaw: Option<u32>,
}

/// What a supplier (OpenVEX, CycloneDX VEX, CSAF) says of exactly this product and version, and why.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Exclusion {
    /// `true`: the flaw is fixed in it; `false`: it never applied.
    pub fixed: bool,
    /// Justification and author in one line, for the explanation.
    pub reason: String,
}

/// A source's word about a version. These are statements' words, not verdicts and not VEX.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// The flaw is in it.
    Affected,
    /// The flaw is not in it, or no longer in it.
    Unaffected,
    /// The source does not know.
    Unknown,
}

/// A set of versions and what is said of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Lower end.
    pub lower: Bound,
    /// Upper end.
    pub upper: Bound,
    /// What holds inside.
    pub status: Status,
}

/// One end of a [`Span`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bound {
    /// No bound at this end.
    Open,
    /// The version itself is inside.
    Including(String),
    /// The version itself is outside.
    Excluding(String),
    /// Upper end only: every version of this series is inside (`6.10` for CVE v5 `6.10.*`).
    Series(String),
}

/// Narrowing attributes. `None` or empty = not narrowed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Qualifiers {
    /// CPE update (`sp1`, `update_191`); part of the version of an exact statement.
    pub update: Option<String>,
    /// CPE edition and sw_edition, joined with `|`.
    pub edition: Option<String>,
    /// CPE target_sw, or the platform a CVE v5 entry names.
    pub target_sw: Option<String>,
    /// CPE target_hw, or the package's architecture.
    pub target_hw: Option<String>,
    /// `true`: the source's version field was NA (`-`).
    pub version_not_applicable: bool,
    /// Source files that hold the flaw (CVE v5 `programFiles`).
    pub program_files: Vec<String>,
    /// Modules (CVE v5 `modules`), rpm module stream.
    pub modules: Vec<String>,
    /// Qualifiers that the part's package URL must carry, as `name=value`, sorted.
    pub purl: Vec<String>,
    /// A supplier's negative word; its unaffected spans exclude the part by name.
    pub exclusion: Option<Exclusion>,
    /// What the source tells to do about it, for people: `vendor_fix: Update to 2.1 https://…`.
    pub remedies: Vec<String>,
}

/// A condition over the whole device (NVD configurations, CVE v5 `cpeApplicability`), three-valued.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a tree is mostly leaves: boxing them would cost an allocation each"
)]
pub enum Condition {
    /// All hold.
    All(Vec<Condition>),
    /// One holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// The inventory has this.
    Has(Leaf),
}

/// A leaf of a [`Condition`].
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// JSON pointer into the source's document.
    pub pointer: String,
    /// The product asked for.
    pub key: ProductKey,
    /// Its versions; empty = any.
    pub span: Option<Span>,
    /// Narrowing attributes.
    pub qualifiers: Qualifiers,
    /// `false` = running on or with it, never itself a finding.
    pub vulnerable: bool,
}

/// A dated exploit-probability score (EPSS).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epss {
    /// CVE id.
    pub id: String,
    /// Probability in millionths.
    pub probability_ppm: u32,
    /// Percentile in millionths.
    pub percentile_ppm: u32,
}

/// An entry of a catalogue of known exploited vulnerabilities (KEV).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kev {
    /// CVE id.
    pub id: String,
    /// ISO date it was added.
    pub added: String,
    /// ISO date, if the catalogue gives one.
    pub due: Option<String>,
    /// Known in ransomware campaigns.
    pub ransomware: bool,
}
