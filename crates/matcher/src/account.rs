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

/// Where one group falls in one inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// A stored verdict: in range.
    InRange,
    /// A stored verdict: undecided.
    Undecided,
    /// A stored verdict: patched in this very build.
    Patched,
    /// A stored verdict: excluded by supplier or build evidence.
    Excluded,
    /// Another version.
    Version,
    /// None of the products it names is present.
    NoSuchComponent,
    /// Its records name no usable product.
    NotAssessable,
}

/// Counts the buckets of one inventory by placing every group; `assessment` must be of the same index and inventory. Of
/// many inventories [`Counting`] counts the same for less.
pub fn account<B: AsRef<[u8]>>(index: &Index<B>, inventory: &Inventory, assessment: &Assessment) -> Buckets {
    let mut buckets = Buckets { known: index.known(), ..Buckets::default() };
    let placing = Placing::new(index, inventory, assessment);
    for group in 0..index.group_count() {
        let Some(bucket) = placing.bucket(group) else { continue };
        *match bucket {
            Bucket::InRange => &mut buckets.stored.in_range,
            Bucket::Undecided => &mut buckets.stored.undecided,
            Bucket::Patched => &mut buckets.stored.patched,
            Bucket::Excluded => &mut buckets.stored.excluded,
            Bucket::Version => &mut buckets.version,
            Bucket::NoSuchComponent => &mut buckets.no_such_component,
            Bucket::NotAssessable => &mut buckets.not_assessable,
        } += 1;
    }
    buckets
}

/// What is the same for every inventory under one index, counted once: then an inventory costs what concerns it, and not
/// a walk over every known vulnerability.
///
/// What is stored and what is out of range is counted forward, by the scan of the assessment; which groups are there at
/// all backward, from the groups to their products. A sum that closes says that both found the same.
#[derive(Debug)]
pub struct Counting<'a, B> {
    index: &'a Index<B>,
    /// Where the groups of each key begin; one more at the end.
    starts: Vec<u32>,
    /// Known groups by key, as the groups themselves list their keys.
    groups: Vec<u32>,
    /// Known groups that name a product.
    usable: u32,
    not_assessable: u32,
}

impl<'a, B: AsRef<[u8]>> Counting<'a, B> {
    /// Walks over every group once.
    pub fn of(index: &'a Index<B>) -> Self {
        let view = index.view();
        let keys = view.key_count() as usize;
        let mut counting =
            Self { index, starts: vec![0; keys + 1], groups: Vec::new(), usable: 0, not_assessable: 0 };
        let mut pairs = Vec::new();
        for group in 0..view.group_count() {
            match view.group_state(group) {
                (false, _) => {}
                (true, false) => counting.not_assessable += 1,
                (true, true) => {
                    counting.usable += 1;
                    pairs.extend(view.group_keys(group).map(|key| (key, group)));
                }
            }
        }
        // Damaged bytes may name keys that are not there.
        pairs.retain(|(key, _)| (*key as usize) < keys);
        pairs.sort_unstable();
        for (key, _) in &pairs {
            counting.starts[*key as usize + 1] += 1;
        }
        for key in 0..keys {
            counting.starts[key + 1] += counting.starts[key];
        }
        counting.groups = pairs.into_iter().map(|(_, group)| group).collect();
        counting
    }

    /// The buckets of one inventory; `assessment` must be of the same index and inventory.
    pub fn buckets(&self, assessment: &Assessment) -> Buckets {
        let view = self.index.view();
        let mut buckets =
            Buckets { known: self.index.known(), not_assessable: self.not_assessable, ..Buckets::default() };
        for (_, rank) in first_states(assessment) {
            *match rank {
                1 => &mut buckets.stored.in_range,
                2 => &mut buckets.stored.undecided,
                3 => &mut buckets.stored.patched,
                _ => &mut buckets.stored.excluded,
            } += 1;
        }
        let known = |group: &&u32| view.group_state(**group).0;
        buckets.version = assessment.out_of_range_groups.iter().filter(known).count() as u32;
        buckets.no_such_component = self.usable.saturating_sub(self.present(assessment));
        buckets
    }

    /// Known groups with a product that is present.
    fn present(&self, assessment: &Assessment) -> u32 {
        let view = self.index.view();
        let identities = assessment.identities.iter().flat_map(|identity| &identity.keys);
        let mut keys: Vec<u32> =
            identities.filter(|key| key.finds).flat_map(|key| numbers(view, key)).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut seen = vec![0_u64; (view.group_count() as usize).div_ceil(64)];
        let mut present = 0;
        for group in keys.into_iter().flat_map(|key| self.of_key(key)) {
            if let Some(word) = seen.get_mut(*group as usize / 64) {
                present += u32::from(*word >> (group % 64) & 1 == 0);
                *word |= 1 << (group % 64);
            }
        }
        present
    }

    fn of_key(&self, key: u32) -> &[u32] {
        let bound = |key: usize| self.starts.get(key).map(|at| *at as usize);
        let bounds = || Some(bound(key as usize)?..bound(key as usize + 1)?);
        bounds().and_then(|bounds| self.groups.get(bounds)).unwrap_or_default()
    }
}

/// Each group with a stored verdict and its first state, as in [`stored_ranks`]; sorted.
fn first_states(assessment: &Assessment) -> Vec<(u32, u8)> {
    let ranked = assessment.cores.iter().filter_map(|core| Some((core.group, rank(core.state)?)));
    let mut ranked: Vec<(u32, u8)> = ranked.collect();
    ranked.sort_unstable();
    ranked.dedup_by_key(|(group, _)| *group);
    ranked
}

/// The bucket of any group of one inventory.
pub struct Placing<'a, B> {
    index: &'a Index<B>,
    /// By key: one of the inventory's parts is it.
    present: Vec<bool>,
    ranks: Vec<u8>,
}

impl<'a, B: AsRef<[u8]>> Placing<'a, B> {
    /// `assessment` must be of the same index and inventory.
    pub fn new(index: &'a Index<B>, inventory: &Inventory, assessment: &Assessment) -> Self {
        let view = index.view();
        let mut present = vec![false; view.key_count() as usize];
        for item in &inventory.items {
            let identity = identify(item, inventory);
            for number in identity.keys.iter().filter(|key| key.finds).flat_map(|key| numbers(view, key)) {
                if let Some(slot) = present.get_mut(number as usize) {
                    *slot = true;
                }
            }
        }
        Self { index, present, ranks: stored_ranks(assessment, index.group_count()) }
    }

    /// Where a group falls; none when it is not known (withdrawn, or no such group).
    pub fn bucket(&self, group: u32) -> Option<Bucket> {
        let view = self.index.view();
        match self.ranks.get(group as usize)? {
            1 => return Some(Bucket::InRange),
            2 => return Some(Bucket::Undecided),
            3 => return Some(Bucket::Patched),
            4 => return Some(Bucket::Excluded),
            _ => {}
        }
        Some(match view.group_state(group) {
            (false, _) => return None,
            (_, false) => Bucket::NotAssessable,
            _ if view.group_keys(group).any(|key| self.present.get(key as usize) == Some(&true)) => {
                Bucket::Version
            }
            _ => Bucket::NoSuchComponent,
        })
    }
}

/// The first state of each group: 1 in range, 2 undecided, 3 patched, 4 excluded, 0 none.
fn stored_ranks(assessment: &Assessment, groups: u32) -> Vec<u8> {
    let mut ranks = vec![0; groups as usize];
    for core in &assessment.cores {
        let Some(rank) = rank(core.state) else { continue };
        if let Some(slot) = ranks.get_mut(core.group as usize)
            && (*slot == 0 || rank < *slot)
        {
            *slot = rank;
        }
    }
    ranks
}

fn rank(state: State) -> Option<u8> {
    match state {
        State::InRange => Some(1),
        State::Undecided => Some(2),
        State::Patched => Some(3),
        State::ExcludedBySupplier | State::ExcludedByBuild => Some(4),
        State::OutOfRange | State::NotAssessed => None,
    }
}
