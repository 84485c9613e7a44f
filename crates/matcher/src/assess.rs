//! One inventory against the index: a verdict core for each pair that is stored, a state for each part.
use crate::{
    identify::Identity,
    index::Index,
    inventory::Inventory,
    verdict::{Class, Evidence, State, Verdict},
};

/// What [`assess`] found, with the evidence still unwritten: [`Assessment::verdicts`] writes it.
#[derive(Clone, Debug, Default)]
pub struct Assessment {
    /// Pairs with a stored state (in range, undecided, patched, excluded), and out of range ones when
    /// [`assess_all`] was asked; sorted by (item, group).
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
#[derive(Clone, Debug, PartialEq)]
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
    /// The verdicts with their evidence written out.
    pub fn verdicts<B: AsRef<[u8]>>(&self, index: &Index<B>, inventory: &Inventory) -> Vec<Verdict> {
        self.cores.iter().map(|core| self.verdict(index, inventory, core)).collect()
    }

    /// One verdict with its evidence written out.
    pub fn verdict<B: AsRef<[u8]>>(
        &self,
        index: &Index<B>,
        inventory: &Inventory,
        core: &VerdictCore,
    ) -> Verdict {
        Verdict {
            item: core.item,
            group: core.group,
            state: core.state,
            class: core.class,
            reason: core.reason,
            conditional: core.conditional,
            evidence: self.evidence(index, inventory, core),
        }
    }

    /// The evidence of one core.
    pub fn evidence<B: AsRef<[u8]>>(
        &self,
        _index: &Index<B>,
        _inventory: &Inventory,
        _core: &VerdictCore,
    ) -> Evidence {
        Evidence::default()
    }

    /// Every product key that an item was looked up under, sorted and distinct.
    pub fn touched_keys(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// Assesses with the stored states only.
pub fn assess<B: AsRef<[u8]>>(_index: &Index<B>, _inventory: &Inventory) -> Assessment {
    Assessment::default()
}

/// Assesses and lists the out of range pairs too.
pub fn assess_all<B: AsRef<[u8]>>(_index: &Index<B>, _inventory: &Inventory) -> Assessment {
    Assessment::default()
}
