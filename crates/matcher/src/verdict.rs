//! The answer for one (part, vulnerability) pair, with all it needs to explain itself.
//!
//! A verdict is a function of (part identity, statements, engine version). Snapshot, retrieval time, bom-ref and path
//! are joined by whoever shows it.

use crate::record::Source;

/// Version of the rules; part of every sweep and every receipt.
pub const ENGINE: &str = "3";

/// The machine's word. Never VEX words: those belong to people (docs/matching.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// A decisive statement says the version has the flaw.
    InRange,
    /// Statements speak of the product, none of this version.
    OutOfRange,
    /// Fixed in this very build although its version number is in range.
    Patched,
    /// An approved supplier statement excludes it.
    ExcludedBySupplier,
    /// Build evidence excludes it.
    ExcludedByBuild,
    /// Cannot be decided; the reason says what is missing.
    Undecided,
    /// No usable identity, or no loaded source that covers it.
    NotAssessed,
}

/// How firm the identity and the order behind a verdict are (docs/matching.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Exact id and range in the id's own scheme, first authority.
    A,
    /// Exact id, lower authority or indirect (source package) match.
    B,
    /// Confirmed dictionary identity.
    C,
    /// Heuristic scheme or all-versions statement.
    D,
}

/// One stored or computed answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Position in [`crate::inventory::Inventory::items`].
    pub item: u32,
    /// Vulnerability (alias group) in the index.
    pub group: u32,
    /// The answer.
    pub state: State,
    /// Firmness; `None` unless in range, patched or undecided.
    pub class: Option<Class>,
    /// Stable reason code, snake_case (`in_range`, `version_missing`, `condition_unknown`, `release_unknown`, …).
    pub reason: &'static str,
    /// Holds only under a condition on the rest of the device (running on, distribution release): settled per inventory.
    pub conditional: bool,
    /// The evidence.
    pub evidence: Evidence,
}

/// What a verdict rests on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// One sentence for a person.
    pub text: String,
    /// Product key the decisive statement was found under.
    pub key: String,
    /// How the part came by that key: `sbom purl`, `sbom cpe`, `source package`, `mapping`, `dictionary`.
    pub obtained: &'static str,
    /// Version that was compared.
    pub version: String,
    /// Scheme that ordered it.
    pub scheme: &'static str,
    /// The deciding span, as text (`>= 1.0.2, < 1.0.2zh`).
    pub rule: String,
    /// Deciding source.
    pub source: Option<Source>,
    /// Deciding record id.
    pub record: String,
    /// JSON pointer in that record.
    pub pointer: String,
    /// SHA-256 of the deciding statement's canonical bytes, hex.
    pub statement: String,
    /// Fix versions.
    pub fixed_in: Vec<String>,
    /// What the source tells to do, with where to find it.
    pub remedies: Vec<String>,
    /// The condition tree with every leaf answered, outermost first; empty when there is none.
    pub condition: Vec<String>,
    /// Other statements that were looked at and why they did not decide.
    pub considered: Vec<String>,
}
