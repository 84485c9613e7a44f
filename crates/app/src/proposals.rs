//! Proposals over one corpus: the catalogue of its products, made when it is first asked for, and what was proposed since.
//! Not here: which parts are asked about (`mapping::blind_spot`), and how they are ranked (`matcher::candidate`).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use domain::mapping::RawPart;
use matcher::{
    candidate::{Asked, Candidate, Catalogue},
    index::Index,
};
use store::mapped::Mapped;

/// Parts whose proposals are kept; beyond, the memory is emptied.
const KEPT: usize = 20_000;

/// What a corpus remembers of proposing.
#[derive(Debug, Default)]
pub(crate) struct Proposals {
    catalogue: OnceLock<Catalogue>,
    made: Mutex<HashMap<RawPart, Arc<Vec<Candidate>>>>,
}

impl Proposals {
    /// The proposals for a part; `index` is that of the corpus that remembers them.
    pub(crate) fn of(&self, index: &Index<Mapped>, part: &RawPart) -> Arc<Vec<Candidate>> {
        let held = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(part).cloned();
        if let Some(held) = held {
            return held;
        }
        let catalogue = self.catalogue.get_or_init(|| Catalogue::of(index));
        let asked =
            Asked { name: &part.name, version: part.version.as_deref(), supplier: part.supplier.as_deref() };
        let proposed = Arc::new(catalogue.propose(index, &asked));
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.len() >= KEPT {
            made.clear();
        }
        made.insert(part.clone(), Arc::clone(&proposed));
        proposed
    }
}
