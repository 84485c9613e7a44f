//! What the matcher found in one inventory, asked by the names of the truth.

use matcher::{
    assess::{Assessment, Coverage, VerdictCore, assess},
    index::Index,
    inventory::Inventory,
    verdict::State,
};

/// An assessment with its index.
pub(super) struct Found<'i> {
    index: &'i Index<Vec<u8>>,
    pub(super) assessment: Assessment,
}

impl<'i> Found<'i> {
    pub(super) fn of(index: &'i Index<Vec<u8>>, inventory: &Inventory) -> Self {
        Self { index, assessment: assess(index, inventory) }
    }

    /// The pair's stored state, the strongest when a name stands for several vulnerabilities; `None` when nothing is stored.
    pub(super) fn state(&self, item: u32, name: &str) -> Option<State> {
        let groups = self.index.find_all(name);
        let states = self.of_item(item).filter(|core| groups.contains(&core.group)).map(|core| core.state);
        states.min_by_key(|state| match state {
            State::InRange => 0,
            State::Undecided => 1,
            _ => 2,
        })
    }

    /// Groups in range for one item.
    pub(super) fn in_range(&self, item: u32) -> Vec<u32> {
        self.of_item(item).filter(|core| core.state == State::InRange).map(|core| core.group).collect()
    }

    /// Whether one item was assessed at all, else why not.
    pub(super) fn gap(&self, item: u32) -> Option<&str> {
        match &self.assessment.items.get(item as usize)?.coverage {
            Coverage::NotAssessed { text, .. } => Some(text),
            _ => None,
        }
    }

    fn of_item(&self, item: u32) -> impl Iterator<Item = &VerdictCore> {
        self.assessment.cores.iter().filter(move |core| core.item == item)
    }
}

/// All names of a group: its own and the ids of its records.
pub(super) fn names(index: &Index<Vec<u8>>, group: u32) -> Vec<String> {
    let Some(group) = index.group(group) else { return Vec::new() };
    let ids = group.records.iter().map(|record| record.id.to_owned());
    group.names.iter().map(|name| (*name).to_owned()).chain(ids).collect()
}
