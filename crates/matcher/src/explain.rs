//! Why a pair is listed, or the first gate that said no: for any pair, stored or not.
use crate::{index::Index, inventory::Inventory, verdict::State};

/// The reasoning about one vulnerability in one inventory.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Shown name of the group, or the name that was asked when no record has it.
    pub vulnerability: String,
    /// In the order they were asked.
    pub steps: Vec<Step>,
    /// First gate that said no or could not say; `None` when all passed.
    pub stopped_at: Option<&'static str>,
    /// The strongest verdict among the items asked about; `None` when there is none.
    pub state: Option<State>,
}

/// One gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `vulnerability`, `products`, `identity`, `coverage`, `qualifiers`, `version`, `condition`, `authority`, `verdict`.
    pub gate: &'static str,
    /// How it went.
    pub outcome: Outcome,
    /// Item it is about; `None` = the whole inventory.
    pub item: Option<u32>,
    /// For a person.
    pub text: String,
}

/// How a gate went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Passed on to the next gate.
    Passed,
    /// Said no.
    Failed,
    /// Could not say.
    Unknown,
    /// Neither: something looked at on the way.
    Noted,
}

/// Explains one group for one item, or for every item it could concern.
pub fn explain<B: AsRef<[u8]>>(
    _index: &Index<B>,
    _inventory: &Inventory,
    _group: u32,
    _item: Option<u32>,
) -> Explanation {
    Explanation { vulnerability: String::new(), steps: Vec::new(), stopped_at: None, state: None }
}

/// The same by name; answers also when no loaded record has the name.
pub fn explain_name<B: AsRef<[u8]>>(
    index: &Index<B>,
    inventory: &Inventory,
    _name: &str,
    item: Option<u32>,
) -> Explanation {
    explain(index, inventory, 0, item)
}
