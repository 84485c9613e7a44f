//! What was found of a part in some inventory only, because there somebody said what the part is: in the other inventories
//! that hold the same part it does not hold, and they say so.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    audience::Audience,
    id::{ComponentId, InventoryId},
};

use super::{
    Before,
    compute::{Pair, Settled, does_not_hold},
    surroundings,
};

/// Settles pairs that were found only in place in every other inventory with the component.
pub(super) fn settle(
    before: &Before,
    audience: &Audience,
    only_in_place: &BTreeSet<Pair>,
    settlements: &mut BTreeMap<Pair, Vec<Settled>>,
) {
    if only_in_place.is_empty() {
        return;
    }
    let components: BTreeSet<ComponentId> = only_in_place.iter().map(|(component, _)| *component).collect();
    for swept in &before.swept {
        let here = before.places.get(&swept.inventory).map(Vec::as_slice).unwrap_or_default();
        let here: BTreeSet<ComponentId> = here.iter().copied().filter(|id| components.contains(id)).collect();
        for component in here {
            for pair in only_in_place.range((component, 0)..=(component, u32::MAX)) {
                let settled = settlements.entry(*pair).or_default();
                if !settled.iter().any(|settled| is_of(settled, &swept.inventory)) {
                    settled.push(Settled {
                        inventory: swept.inventory.clone(),
                        surroundings: surroundings(&before.builds, swept, audience),
                        answer: does_not_hold(),
                    });
                }
            }
        }
    }
}

fn is_of(settled: &Settled, inventory: &InventoryId) -> bool {
    settled.inventory == *inventory
}
