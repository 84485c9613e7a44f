//! The matcher's word as the record keeps it. Never a VEX status.

use crate::{
    audience::Audience,
    id::{ComponentId, InventoryId, VerdictId, VulnerabilityId},
};

/// A stored verdict: in range, undecided, patched, or excluded by an explicit statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Row id.
    pub id: VerdictId,
    /// Component.
    pub component: ComponentId,
    /// Vulnerability.
    pub vulnerability: VulnerabilityId,
    /// Word.
    pub state: VerdictState,
    /// `A` to `D`.
    pub class: Option<String>,
    /// Stable reason code.
    pub reason: String,
    /// Depends on the rest of the device; see [`Settlement`].
    pub conditional: bool,
    /// SHA-256 (hex) of the deciding statement.
    pub statement: Option<String>,
    /// Digest of the evidence text.
    pub evidence: String,
    /// Need-to-know label.
    pub audience: Audience,
    /// The corpus that speaks: of the same label, or the public one. Under a label that one speaks of the inventories of the
    /// label alone, else of every inventory that holds the component.
    pub corpus: Audience,
}

/// Stored words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VerdictState {
    /// In range.
    InRange,
    /// Undecided.
    Undecided,
    /// Patched.
    Patched,
    /// Excluded by a supplier's statement.
    ExcludedBySupplier,
    /// Excluded by build evidence.
    ExcludedByBuild,
    /// Only in settlements: the condition does not hold here.
    OutOfRange,
}

impl VerdictState {
    /// All words.
    pub const ALL: [Self; 6] = [
        Self::InRange,
        Self::Undecided,
        Self::Patched,
        Self::ExcludedBySupplier,
        Self::ExcludedByBuild,
        Self::OutOfRange,
    ];
    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InRange => "in_range",
            Self::Undecided => "undecided",
            Self::Patched => "patched",
            Self::ExcludedBySupplier => "excluded_by_supplier",
            Self::ExcludedByBuild => "excluded_by_build",
            Self::OutOfRange => "out_of_range",
        }
    }
    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
    /// Needs a person: in range or undecided.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::InRange | Self::Undecided)
    }
}

/// A conditional verdict settled for one inventory, with the leaf that decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// Verdict.
    pub verdict: VerdictId,
    /// Inventory.
    pub inventory: InventoryId,
    /// Word for this inventory.
    pub state: VerdictState,
    /// Digest of the evidence text with every leaf answered.
    pub evidence: String,
}
