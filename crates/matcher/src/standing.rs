//! The verdicts that stand over many inventories, kept true by asking only what a change makes dirty.
//!
//! A changed corpus asks the pairs that [`Delta`] names; a changed inventory is asked whole, the others keep theirs. The
//! result and its digest are those of asking everything again, which is what the tests hold it to.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::{
    assess::{VerdictCore, assess, assess_pairs, build::part, statement_digest},
    build::Build,
    delta::Delta,
    digest::canonical_line,
    identify::Identity,
    index::Index,
    inventory::{Inventory, Item},
};

/// Inventories and the stored verdicts of each under one index.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    devices: BTreeMap<String, Device>,
}

#[derive(Clone, Debug)]
struct Device {
    inventory: Inventory,
    identities: Vec<Identity>,
    /// Sorted by (item, group).
    verdicts: Vec<Stored>,
}

#[derive(Clone, Debug)]
struct Stored {
    item: u32,
    group: u32,
    /// See [`canonical_line`].
    line: Vec<u8>,
}

impl Standing {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets an inventory and asks about all of it; `id` names it, of the others nothing is asked.
    pub fn place<B: AsRef<[u8]>>(&mut self, index: &Index<B>, id: &str, inventory: Inventory) {
        let assessment = assess(index, &inventory);
        let verdicts =
            assessment.cores.iter().map(|core| stored(index, id, &inventory.items, core)).collect();
        let device = Device { inventory, identities: assessment.identities, verdicts };
        self.devices.insert(id.to_owned(), device);
    }

    /// Sets what is known of how an inventory was built, and asks again only the verdicts of the parts that the evidence speaks
    /// of, old or new: it moves a verdict and neither makes nor ends one. Answers how many were asked.
    pub fn settle<B: AsRef<[u8]>>(&mut self, index: &Index<B>, id: &str, build: Build) -> u64 {
        self.devices.get_mut(id).map_or(0, |device| device.settle(index, id, build))
    }

    /// Takes an inventory away.
    pub fn remove(&mut self, id: &str) {
        self.devices.remove(id);
    }

    /// Follows the corpus from the old index of `delta` to `new`; answers how many pairs were asked.
    pub fn renew<B: AsRef<[u8]>>(&mut self, delta: &Delta<'_>, new: &Index<B>) -> u64 {
        if delta.is_whole() {
            let devices = std::mem::take(&mut self.devices);
            devices.into_iter().for_each(|(id, device)| self.place(new, &id, device.inventory));
            return self.verdicts();
        }
        self.devices.iter_mut().map(|(id, device)| device.renew(delta, new, id)).sum()
    }

    /// How many verdicts stand.
    pub fn verdicts(&self) -> u64 {
        self.devices.values().map(|device| device.verdicts.len() as u64).sum()
    }

    /// SHA-256 over the sorted lines: a function of inventories and corpus, however they came about.
    pub fn digest(&self) -> [u8; 32] {
        let verdicts = self.devices.values().flat_map(|device| &device.verdicts);
        let mut lines: Vec<&[u8]> = verdicts.map(|verdict| verdict.line.as_slice()).collect();
        lines.sort_unstable();
        let mut hasher = Sha256::new();
        lines.into_iter().for_each(|line| hasher.update(line));
        hasher.finalize().into()
    }
}

impl Device {
    fn settle<B: AsRef<[u8]>>(&mut self, index: &Index<B>, id: &str, build: Build) -> u64 {
        let before = std::mem::replace(&mut self.inventory.build, build);
        let items = self.inventory.items.iter().zip(&self.identities);
        let concerned: Vec<bool> = items
            .map(|(item, identity)| {
                let part = part(item, identity);
                before.speaks_of(&part) || self.inventory.build.speaks_of(&part)
            })
            .collect();
        let is_concerned = |verdict: &Stored| concerned.get(verdict.item as usize) == Some(&true);
        let pairs: Vec<(u32, u32)> = self
            .verdicts
            .iter()
            .filter(|verdict| is_concerned(verdict))
            .map(|verdict| (verdict.item, verdict.group))
            .collect();
        self.verdicts.retain(|verdict| !is_concerned(verdict));
        self.ask(index, id, &pairs);
        pairs.len() as u64
    }

    /// Asks pairs that have no verdict and keeps what they give.
    fn ask<B: AsRef<[u8]>>(&mut self, index: &Index<B>, id: &str, pairs: &[(u32, u32)]) {
        let cores = assess_pairs(index, &self.inventory, &self.identities, pairs);
        self.verdicts.extend(cores.iter().map(|core| stored(index, id, &self.inventory.items, core)));
        self.verdicts.sort_unstable_by_key(|verdict| (verdict.item, verdict.group));
    }

    fn renew<B: AsRef<[u8]>>(&mut self, delta: &Delta<'_>, new: &Index<B>, id: &str) -> u64 {
        let changes: Vec<_> = self.identities.iter().map(|identity| delta.of(identity)).collect();
        let pairs: Vec<(u32, u32)> = (0..)
            .zip(&changes)
            .flat_map(|(item, change)| change.asked.iter().map(move |group| (item, *group)))
            .collect();
        self.verdicts.retain_mut(|verdict| {
            let change = changes.get(verdict.item as usize);
            let kept = change.and_then(|change| delta.kept(change, verdict.group));
            verdict.group = kept.unwrap_or(verdict.group);
            kept.is_some()
        });
        self.ask(new, id, &pairs);
        pairs.len() as u64
    }
}

fn stored<B: AsRef<[u8]>>(index: &Index<B>, id: &str, items: &[Item], core: &VerdictCore) -> Stored {
    let view = index.view();
    let item = items.get(core.item as usize);
    let name = item.map_or("", |item| item.name.as_str());
    let version = item.and_then(|item| item.version.as_deref()).unwrap_or_default();
    let names: Vec<&str> = view.group_names(core.group).collect();
    let statement = statement_digest(index, core);
    let part = format!("{} {name} {version}", core.item);
    let line = canonical_line(&part, &names, core.state, core.class, core.reason, &statement, Some(id));
    Stored { item: core.item, group: core.group, line }
}
