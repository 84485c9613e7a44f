//! One inventory against the index: a verdict core for each pair that is stored, a state for each part.
//!
//! The order of questions is that of an explanation: identity (`identify`), version (`version`), attributes
//! (`narrow`), condition (`condition`), authority (`decide`). Texts are written only for what is shown (`evidence`).

pub(crate) mod build;
pub(crate) mod condition;
pub(crate) mod decide;
mod evidence;
pub(crate) mod inquiry;
mod narrow;
mod owner;
mod platform;
mod range;
pub(crate) mod reach;
pub(crate) mod reason;
pub(crate) mod version;

pub(crate) use evidence::considered_line;
pub use evidence::{Ground, Witness};

use crate::{
    identify::Identity,
    index::Index,
    inventory::Inventory,
    verdict::{Class, Evidence, State, Verdict},
};
use inquiry::Inquiry;

/// What [`assess`] found, with the evidence still unwritten: [`Assessment::verdicts`] writes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assessment {
    /// Pairs with a stored state (in range, undecided, patched, excluded), and out of range ones when [`assess_all`]
    /// was asked; sorted by (item, group).
    pub cores: Vec<VerdictCore>,
    /// One per item of the inventory, same positions.
    pub items: Vec<ItemState>,
    /// Sorted distinct groups that speak of a product that is present and have no stored verdict.
    pub out_of_range_groups: Vec<u32>,
    /// How each item was identified, same positions as the inventory's items.
    pub identities: Vec<Identity>,
}

/// A verdict before its evidence is written: cheap to make by the thousand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerdictCore {
    /// Position in [`Inventory::items`].
    pub item: u32,
    /// Alias group in the index.
    pub group: u32,
    /// The answer.
    pub state: State,
    /// Firmness; `None` unless in range, patched or undecided.
    pub class: Option<Class>,
    /// Stable reason code.
    pub reason: &'static str,
    /// Settled per inventory.
    pub conditional: bool,
    /// Deciding statement in the index.
    pub statement: u32,
    /// Deciding span within the statement; `None` = its default.
    pub span: Option<u32>,
    /// Position in [`Identity::keys`] of the key it was found under.
    pub key: u32,
}

/// What can be said of one part as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemState {
    /// The answer.
    pub coverage: Coverage,
    /// The firmest class its identity can give.
    pub class: Option<Class>,
}

/// Whether a part was looked at. Total = assessed + undecided + not assessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Its first authority is loaded and covers it, or something is in range.
    Assessed,
    /// In range of nothing, undecided for something.
    Undecided {
        /// Reason code of the identity or the first undecided verdict.
        reason: &'static str,
    },
    /// No usable identity or no source.
    NotAssessed {
        /// `no_identity`, `identity_incomplete` or `no_source`.
        reason: &'static str,
        /// For a person: `no source for npm`.
        text: String,
    },
}

impl Assessment {
    /// Who tells what the cores rest on; `index` and `inventory` are those that were assessed.
    pub fn witness<'a, B: AsRef<[u8]>>(
        &'a self,
        index: &'a Index<B>,
        inventory: &'a Inventory,
    ) -> Witness<'a> {
        Witness { inquiry: Inquiry::new(index.view(), inventory, &self.identities) }
    }

    /// The verdicts with their evidence written out.
    pub fn verdicts<B: AsRef<[u8]>>(&self, index: &Index<B>, inventory: &Inventory) -> Vec<Verdict> {
        let witness = self.witness(index, inventory);
        self.cores.iter().map(|core| verdict(core, witness.evidence(core))).collect()
    }
}

fn verdict(core: &VerdictCore, evidence: Evidence) -> Verdict {
    Verdict {
        item: core.item,
        group: core.group,
        state: core.state,
        class: core.class,
        reason: core.reason,
        conditional: core.conditional,
        evidence,
    }
}

/// Assesses with the stored states only.
pub fn assess<B: AsRef<[u8]>>(index: &Index<B>, inventory: &Inventory) -> Assessment {
    reach::assess(index.view(), inventory, false)
}

/// Some pairs of (item, group), sorted: those that have a stored state, as [`assess`] would answer them. `identities` are
/// those of the inventory's items ([`Assessment::identities`]).
pub fn assess_pairs<B: AsRef<[u8]>>(
    index: &Index<B>,
    inventory: &Inventory,
    identities: &[Identity],
    pairs: &[(u32, u32)],
) -> Vec<VerdictCore> {
    reach::assess_pairs(index.view(), inventory, identities, pairs)
}

/// SHA-256 (first 16 bytes, hex) of the deciding statement: what a digest of a sweep needs of the evidence.
pub fn statement_digest<B: AsRef<[u8]>>(index: &Index<B>, core: &VerdictCore) -> String {
    evidence::digest(index.view(), core.statement)
}

/// Assesses and lists the out of range pairs too.
pub fn assess_all<B: AsRef<[u8]>>(index: &Index<B>, inventory: &Inventory) -> Assessment {
    reach::assess(index.view(), inventory, true)
}
