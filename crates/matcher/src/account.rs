//! Every known vulnerability in exactly one bucket, counted by a path that does not use the verdicts' own scan.
//!
//! The scan of `assess` goes from parts to statements; this count goes from each group to its products and asks whether
//! one of them is present. Nothing is counted by subtraction, so a sum that closes proves something.

use crate::{
    assess::{Assessment, inquiry::numbers},
    identify::identify,
    index::Index,
    inventory::Inventory,
    verdict::State,
};

/// Where the known vulnerabilities of one inventory fall. All are numbers of distinct groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Buckets {
    /// Groups with at least one record that is not withdrawn.
    pub known: u32,
    /// Groups with a stored verdict, by the first state that fits.
    pub stored: Stored,
    /// A product of theirs is present, no stored verdict: another version.
    pub version: u32,
    /// They name products, none of which is present.
    pub no_such_component: u32,
    /// Their records name no usable product.
    pub not_assessable: u32,
}

/// Groups with a stored verdict; a group counts once, in the first state of this order that one of its verdicts has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// In range.
    pub in_range: u32,
    /// Undecided.
    pub undecided: u32,
    /// Patched in this very build.
    pub patched: u32,
    /// Excluded by supplier or build evidence.
    pub excluded: u32,
}

impl Buckets {
    /// Whether the sum of the buckets is the number of known groups.
    pub fn closes(&self) -> bool {
        let stored =
            self.stored.in_range + self.stored.undecided + self.stored.patched + self.stored.excluded;
        self.known == stored + self.version + self.no_such_component + self.not_assessable
    }
}

/// Counts the buckets of one inventory; `assessment` must be of the same index and inventory.
pub fn account<B: AsRef<[u8]>>(index: &Index<B>, inventory: &Inventory, assessment: &Assessment) -> Buckets {
    let view = index.view();
    let mut buckets = Buckets { known: index.known(), ..Buckets::default() };
    let mut present = vec![false; view.key_count() as usize];
    for item in &inventory.items {
        let identity = identify(item, inventory);
        for number in identity.keys.iter().filter(|key| key.finds).flat_map(|key| numbers(view, key)) {
            if let Some(slot) = present.get_mut(number as usize) {
                *slot = true;
            }
        }
    }
    let ranks = stored_ranks(assessment, index.group_count());
    for group in 0..index.group_count() {
        let (known, usable) = view.group_state(group);
        let bucket = match ranks.get(group as usize) {
            Some(1) => &mut buckets.stored.in_range,
            Some(2) => &mut buckets.stored.undecided,
            Some(3) => &mut buckets.stored.patched,
            Some(4) => &mut buckets.stored.excluded,
            _ if !known => continue,
            _ if !usable => &mut buckets.not_assessable,
            _ if view.group_keys(group).any(|key| present.get(key as usize) == Some(&true)) => {
                &mut buckets.version
            }
            _ => &mut buckets.no_such_component,
        };
        *bucket += 1;
    }
    buckets
}

/// The first state of each group: 1 in range, 2 undecided, 3 patched, 4 excluded, 0 none.
fn stored_ranks(assessment: &Assessment, groups: u32) -> Vec<u8> {
    let mut ranks = vec![0; groups as usize];
    for core in &assessment.cores {
        let rank = match core.state {
            State::InRange => 1,
            State::Undecided => 2,
            State::Patched => 3,
            State::ExcludedBySupplier | State::ExcludedByBuild => 4,
            State::OutOfRange | State::NotAssessed => continue,
        };
        if let Some(slot) = ranks.get_mut(core.group as usize)
            && (*slot == 0 || rank < *slot)
        {
            *slot = rank;
        }
    }
    ranks
}
