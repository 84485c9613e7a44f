//! What the matcher says of every distinct component, and of each in its inventory where that differs.
//!
//! A verdict is what holds for the component alone; whatever hangs on the rest of the device (running on, the
//! distribution's release) is *conditional* and settled by assessing the whole inventory. Not here: the record.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    component::Component,
    id::{ComponentId, InventoryId, ReleaseId},
    verdict::VerdictState,
};
use matcher::{
    account::{Buckets, Counting},
    assess::{Assessment, Coverage, VerdictCore, Witness, assess},
    inventory::Inventory,
    verdict::{Class, Evidence, State},
};
use rayon::prelude::*;
use store::{mapped::Mapped, placement::DecidedPair};

use super::{
    Before,
    build_evidence::with_build,
    elsewhere,
    place::{Placed, placed},
    surroundings,
};
use crate::{AppError, check::class_word, conversion::matcher_inventory, corpus::Corpus};

/// One pair's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) state: VerdictState,
    pub(super) class: Option<&'static str>,
    pub(super) reason: &'static str,
    pub(super) conditional: bool,
    pub(super) statement: Option<String>,
    /// Evidence as JSON.
    pub(super) evidence: String,
}

/// A component and an alias group of the index.
pub(super) type Pair = (ComponentId, u32);

/// A group that was found.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) shown: String,
    /// Sorted.
    pub(super) names: Vec<String>,
    pub(super) summary: String,
}

/// A conditional verdict in one inventory.
pub(super) struct Settled {
    pub(super) inventory: InventoryId,
    pub(super) surroundings: String,
    pub(super) answer: Answer,
}

/// What was counted for a release.
pub(super) struct Counted {
    pub(super) release: ReleaseId,
    pub(super) inventory: InventoryId,
    pub(super) buckets: Buckets,
    pub(super) components: i64,
    /// By class A to D.
    pub(super) classes: [i64; 4],
    pub(super) undecided: i64,
    pub(super) blind_spots: i64,
    /// What somebody decided on here.
    pub(super) placed: Vec<Placed>,
}

/// Everything a sweep computes.
#[derive(Default)]
pub(super) struct Computed {
    pub(super) verdicts: BTreeMap<Pair, Answer>,
    pub(super) settlements: BTreeMap<Pair, Vec<Settled>>,
    pub(super) groups: BTreeMap<u32, Named>,
    pub(super) counted: Vec<Counted>,
}

/// What the public sweep says: a labelled part of the portfolio says the rest of it.
pub(super) struct Beside<'a> {
    pub(super) before: &'a Before,
    pub(super) computed: &'a Computed,
}

/// Computes; pure over the corpus and what was read of the record. With something `beside`, verdicts only on components that
/// it does not hold, and settlements on its verdicts too.
pub(super) fn compute(
    corpus: &Corpus,
    before: &Before,
    decided: &[DecidedPair],
    beside: Option<&Beside<'_>>,
) -> Result<Computed, AppError> {
    let held = |id: &ComponentId| beside.is_some_and(|beside| beside.before.components.contains_key(id));
    let components: Vec<&Component> =
        before.components.iter().filter(|(id, _)| !held(id)).map(|(_, component)| component).collect();
    let alone: Vec<Vec<(Pair, Answer)>> = components
        .par_iter()
        .map(|component| {
            let mut inventory = matcher_inventory(std::slice::from_ref(*component), None, "");
            before.mappings.apply(std::slice::from_ref(*component), None, &mut inventory);
            let assessment = assess(&corpus.index, &inventory);
            answers(corpus, &inventory, &assessment, component.id)
        })
        .collect();
    let mut verdicts: BTreeMap<Pair, Answer> = alone.into_iter().flatten().collect();
    let nothing = BTreeMap::new();
    let public = beside.map_or(&nothing, |beside| &beside.computed.verdicts);
    let counting = Counting::of(&corpus.index);
    let in_place: Vec<Result<InPlace, AppError>> = before
        .swept
        .par_iter()
        .map(|swept| InPlace::of(corpus, before, decided, swept, [&verdicts, public], &counting))
        .collect();
    let mut settlements: BTreeMap<Pair, Vec<Settled>> = BTreeMap::new();
    let mut only_in_place = BTreeSet::new();
    let mut counted = Vec::with_capacity(in_place.len());
    for in_place in in_place {
        let in_place = in_place?;
        counted.push(in_place.counted);
        for (pair, settled) in in_place.settled {
            // Found only in some inventory: of the component alone nothing can be said.
            if !public.contains_key(&pair) {
                verdicts.entry(pair).or_insert_with(|| {
                    only_in_place.insert(pair);
                    Answer {
                        state: VerdictState::Undecided,
                        class: None,
                        reason: "settled_per_inventory",
                        conditional: true,
                        statement: settled.answer.statement.clone(),
                        evidence: UNSETTLED.to_owned(),
                    }
                });
            }
            settlements.entry(pair).or_default().push(settled);
        }
    }
    elsewhere::settle(before, &corpus.audience, &only_in_place, &mut settlements);
    for pair in settlements.keys() {
        if let Some(answer) = verdicts.get_mut(pair) {
            answer.conditional = true;
        }
    }
    let mut groups = BTreeMap::new();
    for (_, group) in verdicts.keys().chain(settlements.keys()) {
        if !groups.contains_key(group) {
            groups.insert(*group, named(corpus, *group)?);
        }
    }
    Ok(Computed { verdicts, settlements, groups, counted })
}

struct InPlace {
    settled: Vec<(Pair, Settled)>,
    counted: Counted,
}

impl InPlace {
    fn of(
        corpus: &Corpus,
        before: &Before,
        decided: &[DecidedPair],
        swept: &store::sweep::Swept,
        verdicts: [&BTreeMap<Pair, Answer>; 2],
        counting: &Counting<'_, Mapped>,
    ) -> Result<Self, AppError> {
        let ids = before.places.get(&swept.inventory).map(Vec::as_slice).unwrap_or_default();
        let components: Vec<Component> =
            ids.iter().filter_map(|id| before.components.get(id)).cloned().collect();
        if components.len() != ids.len() {
            return Err(AppError::Defect(format!("a component of {} is not in the record", swept.label)));
        }
        let mut inventory =
            matcher_inventory(&components, swept.distribution.as_deref(), &swept.complete_roles);
        before.mappings.apply(&components, Some(&swept.release), &mut inventory);
        let inventory = with_build(&before.builds, swept, &corpus.audience, inventory);
        let assessment = assess(&corpus.index, &inventory);
        let witness = assessment.witness(&corpus.index, &inventory);
        let mut settled = Vec::new();
        let settle = |answer| Settled {
            inventory: swept.inventory.clone(),
            surroundings: surroundings(&before.builds, swept, &corpus.audience),
            answer,
        };
        // The first place of a component speaks for it.
        let mut here: HashMap<Pair, ()> = HashMap::with_capacity(assessment.cores.len());
        for core in &assessment.cores {
            let Some(id) = ids.get(core.item as usize) else { continue };
            let pair = (*id, core.group);
            let Some(state) = stored(core.state) else { continue };
            if here.insert(pair, ()).is_some() {
                continue;
            }
            let alone = verdicts.into_iter().find_map(|verdicts| verdicts.get(&pair));
            let same = alone.is_some_and(|alone| {
                !alone.conditional
                    && !core.conditional
                    && alone.state == state
                    && alone.class == core.class.map(class_word)
                    && alone.reason == core.reason
            });
            if !same {
                settled.push((pair, settle(answer(&witness, core, state))));
            }
        }
        let mut distinct: Vec<ComponentId> = ids.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        for id in distinct {
            let of_it = verdicts.into_iter().flat_map(|verdicts| verdicts.range((id, 0)..=(id, u32::MAX)));
            for (pair, _) in of_it {
                if !here.contains_key(pair) {
                    settled.push((*pair, settle(does_not_hold())));
                }
            }
        }
        Ok(Self { settled, counted: counted(corpus, decided, swept, &inventory, &assessment, counting) })
    }
}

fn counted(
    corpus: &Corpus,
    decided: &[DecidedPair],
    swept: &store::sweep::Swept,
    inventory: &Inventory,
    assessment: &Assessment,
    counting: &Counting<'_, Mapped>,
) -> Counted {
    let mut counted = Counted {
        release: swept.release.clone(),
        inventory: swept.inventory.clone(),
        buckets: counting.buckets(assessment),
        components: i64::try_from(inventory.items.len()).unwrap_or(i64::MAX),
        classes: [0; 4],
        undecided: 0,
        blind_spots: 0,
        placed: placed(corpus, &swept.release, decided, inventory, assessment),
    };
    for item in &assessment.items {
        match (&item.coverage, item.class) {
            (Coverage::NotAssessed { .. }, _) => counted.blind_spots += 1,
            (Coverage::Undecided { .. }, _) => counted.undecided += 1,
            (Coverage::Assessed, Some(Class::A)) => counted.classes[0] += 1,
            (Coverage::Assessed, Some(Class::B)) => counted.classes[1] += 1,
            (Coverage::Assessed, Some(Class::C)) => counted.classes[2] += 1,
            (Coverage::Assessed, Some(Class::D) | None) => counted.classes[3] += 1,
        }
    }
    counted
}

fn answers(
    corpus: &Corpus,
    inventory: &Inventory,
    assessment: &Assessment,
    id: ComponentId,
) -> Vec<(Pair, Answer)> {
    let witness = assessment.witness(&corpus.index, inventory);
    let states = assessment.cores.iter().filter_map(|core| Some((core, stored(core.state)?)));
    states.map(|(core, state)| ((id, core.group), answer(&witness, core, state))).collect()
}

fn answer(witness: &Witness<'_>, core: &VerdictCore, state: VerdictState) -> Answer {
    let evidence = witness.evidence(core);
    Answer {
        state,
        class: core.class.map(class_word),
        reason: core.reason,
        conditional: core.conditional,
        statement: Some(evidence.statement.clone()).filter(|statement| !statement.is_empty()),
        evidence: evidence_json(&evidence),
    }
}

pub(super) fn does_not_hold() -> Answer {
    Answer {
        state: VerdictState::OutOfRange,
        class: None,
        reason: "condition_false",
        conditional: false,
        statement: None,
        evidence: NOT_HERE.to_owned(),
    }
}

/// The states that are stored; the others are counted and explained.
fn stored(state: State) -> Option<VerdictState> {
    match state {
        State::InRange => Some(VerdictState::InRange),
        State::Undecided => Some(VerdictState::Undecided),
        State::Patched => Some(VerdictState::Patched),
        State::ExcludedBySupplier => Some(VerdictState::ExcludedBySupplier),
        State::ExcludedByBuild => Some(VerdictState::ExcludedByBuild),
        State::OutOfRange | State::NotAssessed => None,
    }
}

fn named(corpus: &Corpus, group: u32) -> Result<Named, AppError> {
    let group = corpus
        .index
        .group(group)
        .ok_or_else(|| AppError::Defect(format!("the index has no group {group}")))?;
    let mut names: Vec<String> = group.names.iter().map(|name| (*name).to_owned()).collect();
    names.sort_unstable();
    names.dedup();
    Ok(Named { shown: group.name.to_owned(), names, summary: group.summary.to_owned() })
}

/// Evidence as it is stored: JSON with sorted keys, empty parts left out.
fn evidence_json(evidence: &Evidence) -> String {
    let mut object = serde_json::Map::new();
    let mut text = |name: &str, value: &str| {
        if !value.is_empty() {
            object.insert(name.to_owned(), value.into());
        }
    };
    text("text", &evidence.text);
    text("key", &evidence.key);
    text("obtained", evidence.obtained);
    text("version", &evidence.version);
    text("scheme", evidence.scheme);
    text("rule", &evidence.rule);
    text("source", evidence.source.as_ref().map_or("", |source| &source.0));
    text("record", &evidence.record);
    text("pointer", &evidence.pointer);
    text("statement", &evidence.statement);
    for (name, list) in [
        ("fixed_in", &evidence.fixed_in),
        ("condition", &evidence.condition),
        ("considered", &evidence.considered),
    ] {
        if !list.is_empty() {
            object.insert(name.to_owned(), list.clone().into());
        }
    }
    serde_json::Value::Object(object).to_string()
}

const UNSETTLED: &str = r#"{"text":"Depends on the rest of the device; see each inventory."}"#;
const NOT_HERE: &str =
    r#"{"text":"What it depends on in the rest of the device is not there, or is another release."}"#;
