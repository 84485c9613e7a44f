//! The walk over a whole inventory: every statement about a present product is asked once, nothing is written that is
//! not stored.

use std::collections::HashSet;

use super::{
    Assessment, Coverage, ItemState, VerdictCore, build,
    decide::{Candidate, decide, reduce},
    inquiry::{Inquiry, numbers},
    version::{Answer, Look},
};
use crate::{
    build::Built,
    identify::{Identity, identify},
    index::View,
    inventory::{Inventory, Item},
    verdict::State,
};

pub(super) fn assess(view: View<'_>, inventory: &Inventory, all: bool) -> Assessment {
    let identities: Vec<Identity> = inventory.items.iter().map(|item| identify(item, inventory)).collect();
    let inquiry = Inquiry::new(view, inventory, &identities);
    let mut groups = Groups::new(view.group_count());
    let mut cores = Vec::new();
    let mut items = Vec::with_capacity(inventory.items.len());
    let covered: HashSet<&str> = view.coverage().map(|(_, what)| what).collect();
    let mut scratch = Vec::new();
    for (item, (part, identity)) in (0..).zip(inventory.items.iter().zip(&identities)) {
        let first = cores.len();
        scratch.clear();
        groups.unmark();
        gather(&inquiry, part, identity, all, &mut groups, &mut scratch);
        pairs(&inquiry, item, part, &scratch, all, &mut groups, &mut cores);
        items.push(item_state(identity, &cores[first..], &covered));
    }
    let out_of_range_groups = groups.touched_only();
    Assessment { cores, items, out_of_range_groups, identities }
}

/// The pairs alone: what an index of groups knows of a part is read, and nothing else.
pub(super) fn assess_pairs(
    view: View<'_>,
    inventory: &Inventory,
    identities: &[Identity],
    pairs: &[(u32, u32)],
) -> Vec<VerdictCore> {
    let inquiry = Inquiry::new(view, inventory, identities);
    // Nobody asks which groups were seen.
    let mut unseen = Groups::new(0);
    let mut cores = Vec::new();
    let mut whole = Vec::new();
    for (item, group) in pairs {
        let Some((part, _)) = inquiry.part(*item) else { continue };
        whole.clear();
        let candidates = inquiry.candidates(*item, *group, &mut whole);
        self::pairs(&inquiry, *item, part, &candidates, false, &mut unseen, &mut cores);
    }
    cores
}

/// What is said of one part: all that is positive or open, and with it what else is said in the same groups.
fn gather(
    inquiry: &Inquiry<'_>,
    part: &Item,
    identity: &Identity,
    all: bool,
    groups: &mut Groups,
    scratch: &mut Vec<Candidate>,
) {
    let view = inquiry.view;
    let finding = (0..).zip(&identity.keys).filter(|(_, key)| key.finds);
    let mut looks: Vec<(u32, Look<'_>, Vec<u32>)> = finding
        .map(|(position, key)| (position, numbers(view, key), key))
        .filter(|(_, numbers, _)| !numbers.is_empty())
        .map(|(position, numbers, key)| (position, Look::new(key, part), numbers))
        .collect();
    // Most of what is said is a negative in a group where nothing else is: the first walk passes it over.
    for (_, look, numbers) in &mut looks {
        for statement in numbers.iter().flat_map(|number| view.statements(*number)) {
            // A damaged index may make groups up.
            if groups.touched.insert(statement.group) && look.is_open(view, &statement) {
                groups.mark(statement.group);
            }
        }
    }
    if groups.marks.is_empty() && !all {
        return;
    }
    for (position, look, numbers) in &mut looks {
        for statement in numbers.iter().flat_map(|number| view.statements(*number)) {
            if !(all && groups.touched.has(statement.group) || groups.marked.has(statement.group)) {
                continue;
            }
            let (answer, span) = look.ask(view, &statement);
            if answer == Answer::Silent && !all {
                continue;
            }
            let mut candidate = inquiry.candidate(&statement, *position, answer, span);
            inquiry.refine(part, identity, &mut candidate);
            scratch.push(candidate);
        }
    }
    reduce(scratch);
}

/// One decision a group.
fn pairs(
    inquiry: &Inquiry<'_>,
    item: u32,
    part: &Item,
    scratch: &[Candidate],
    all: bool,
    groups: &mut Groups,
    cores: &mut Vec<VerdictCore>,
) {
    for candidates in scratch.chunk_by(|left, right| left.group == right.group) {
        let Some(decision) = decide(candidates) else { continue };
        let (by, mut state, mut reason) = (decision.by, decision.state, decision.reason);
        if state == State::OutOfRange && !all {
            continue;
        }
        // The document says that this build holds the fix (CycloneDX pedigree).
        if matches!(state, State::InRange | State::Undecided) && is_patched(inquiry.view, part, by.group) {
            (state, reason) = (State::Patched, "pedigree");
        }
        // None of the files that hold it was compiled for this very image.
        let excluded = matches!(state, State::InRange | State::Undecided)
            && build::asked(inquiry, item, by.group).is_some_and(|found| found.built == Built::NotCompiled);
        if excluded {
            (state, reason) = (State::ExcludedByBuild, build::REASON);
        }
        if state != State::OutOfRange {
            groups.stored.insert(by.group);
        }
        cores.push(VerdictCore {
            item,
            group: by.group,
            state,
            class: (state != State::OutOfRange).then_some(by.class),
            reason,
            conditional: by.conditional || excluded,
            statement: by.statement,
            span: by.span,
            key: by.key,
        });
    }
}

fn is_patched(view: View<'_>, part: &Item, group: u32) -> bool {
    !part.patched.is_empty()
        && view
            .group_names(group)
            .any(|name| part.patched.iter().any(|patched| patched.eq_ignore_ascii_case(name)))
}

fn item_state(identity: &Identity, cores: &[VerdictCore], covered: &HashSet<&str>) -> ItemState {
    let class = identity.keys.iter().map(|key| key.ceiling).min();
    let has = |state: State| cores.iter().find(|core| core.state == state);
    let undecided = has(State::Undecided);
    let coverage = if has(State::InRange).is_some() {
        Coverage::Assessed
    } else if let Some(core) = undecided {
        Coverage::Undecided { reason: core.reason }
    } else if let Some((reason, text)) = gap(identity, covered) {
        Coverage::NotAssessed { reason, text }
    } else {
        Coverage::Assessed
    };
    ItemState { coverage, class }
}

/// Why a part without findings is no clean part.
pub(crate) fn gap(identity: &Identity, covered: &HashSet<&str>) -> Option<(&'static str, String)> {
    match identity.gap {
        Some("no_identity") => {
            return Some(("no_identity", "it has neither a package URL nor a CPE".to_owned()));
        }
        Some("identity_incomplete") => {
            return Some((
                "identity_incomplete",
                "its identity names no product that any source speaks of".to_owned(),
            ));
        }
        Some("no_public_identity") => {
            return Some((
                "no_public_identity",
                "somebody looked for its public identity, and there is none".to_owned(),
            ));
        }
        _ => {}
    }
    let authority = identity.authority.as_str();
    let is_covered = match authority.split_once(":*/") {
        Some((distribution, _)) => covered.iter().any(|what| what.starts_with(distribution)),
        None if authority == "cpe:" => covered.contains("cpe:") || covered.contains("cve:"),
        None => covered.contains(authority) || covered.iter().any(|what| authority.starts_with(what)),
    };
    if is_covered {
        return None;
    }
    let named = authority.trim_end_matches(['/', '*', ':']);
    let named = named.strip_prefix("purl:").or_else(|| named.strip_prefix("distro:")).unwrap_or("CPE names");
    Some(("no_source", format!("no source for {named}")))
}

/// What was seen of each group.
struct Groups {
    touched: Bits,
    stored: Bits,
    /// The item at hand has something positive or open to say; `marks` lists them.
    marked: Bits,
    marks: Vec<u32>,
}

impl Groups {
    fn new(count: u32) -> Self {
        Self {
            touched: Bits::new(count),
            stored: Bits::new(count),
            marked: Bits::new(count),
            marks: Vec::new(),
        }
    }

    fn mark(&mut self, group: u32) {
        if !self.marked.has(group) && self.marked.insert(group) {
            self.marks.push(group);
        }
    }

    /// For the next item.
    fn unmark(&mut self) {
        for group in self.marks.drain(..) {
            self.marked.remove(group);
        }
    }

    fn touched_only(&self) -> Vec<u32> {
        let mut groups = Vec::new();
        for (first, (touched, stored)) in (0..).step_by(64).zip(self.touched.0.iter().zip(&self.stored.0)) {
            let mut left = touched & !stored;
            while left != 0 {
                groups.push(first + left.trailing_zeros());
                left &= left - 1;
            }
        }
        groups
    }
}

/// One bit a group: an inventory of one part must not cost what a whole one costs.
struct Bits(Vec<u64>);

impl Bits {
    fn new(count: u32) -> Self {
        Self(vec![0; (count as usize).div_ceil(64)])
    }

    /// `false` when there is no such place.
    fn insert(&mut self, place: u32) -> bool {
        let word = self.0.get_mut(place as usize / 64);
        word.map(|word| *word |= 1 << (place % 64)).is_some()
    }

    fn remove(&mut self, place: u32) {
        if let Some(word) = self.0.get_mut(place as usize / 64) {
            *word &= !(1 << (place % 64));
        }
    }

    fn has(&self, place: u32) -> bool {
        self.0.get(place as usize / 64).is_some_and(|word| word >> (place % 64) & 1 != 0)
    }
}
