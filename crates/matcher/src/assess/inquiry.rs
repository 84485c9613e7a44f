//! The questions put to one statement after its version, and to all statements of one pair.

use std::cell::RefCell;

use super::{
    condition::{Conditions, Truth},
    decide::{Candidate, reduce},
    narrow::{self, Fit},
    owner::Owners,
    reason::{Gate, Reason},
    version::{Answer, Look},
};
use crate::{
    authority::Authority,
    identify::{Identity, Key, REBUILT_FROM},
    index::{StatementRow, View, layout::statement as bit},
    inventory::{Inventory, Item},
    verdict::Class,
};

/// One inventory in front of one index.
pub(crate) struct Inquiry<'a> {
    pub(crate) view: View<'a>,
    pub(crate) inventory: &'a Inventory,
    pub(crate) identities: &'a [Identity],
    pub(crate) conditions: Conditions<'a>,
    pub(crate) owners: Owners<'a>,
    asked: RefCell<Option<Asked<'a>>>,
}

/// The keys of the part that was asked about last, ready to be looked up.
struct Asked<'a> {
    item: u32,
    /// Position in the identity, the version, the numbers in the index.
    keys: Vec<(u32, Look<'a>, Vec<u32>)>,
}

impl<'a> Inquiry<'a> {
    pub(crate) fn new(view: View<'a>, inventory: &'a Inventory, identities: &'a [Identity]) -> Self {
        let conditions = Conditions::new(view, inventory, identities);
        let owners = Owners::new(inventory);
        Self { view, inventory, identities, conditions, owners, asked: RefCell::default() }
    }

    /// Item and identity at a position.
    pub(crate) fn part(&self, item: u32) -> Option<(&'a Item, &'a Identity)> {
        Some((self.inventory.items.get(item as usize)?, self.identities.get(item as usize)?))
    }

    /// A candidate from what a statement says of the version.
    pub(crate) fn candidate(
        &self,
        statement: &StatementRow,
        key: u32,
        answer: Answer,
        span: Option<u32>,
    ) -> Candidate {
        Candidate {
            group: statement.group,
            statement: statement.at,
            record: self.view.detail(statement.detail).map_or(u32::MAX, |detail| detail.record),
            authority: Authority::from_bits(statement.flags >> bit::AUTHORITY_SHIFT & bit::AUTHORITY),
            key,
            span,
            answer,
            class: Class::D,
            conditional: false,
            gate: None,
            exclusion: (statement.flags & bit::EXCLUSION != 0).then_some(statement.flags & bit::FIXED != 0),
        }
    }

    /// Asks attributes, identity and condition of what the version left possible.
    pub(crate) fn refine(&self, item: &Item, identity: &Identity, candidate: &mut Candidate) {
        let (Some(statement), Some(key)) =
            (self.view.statement(candidate.statement), identity.keys.get(candidate.key as usize))
        else {
            candidate.answer = Answer::Silent;
            return;
        };
        if key.obtained == REBUILT_FROM {
            candidate.authority = candidate.authority.min(Authority::Upstream);
        }
        if candidate.exclusion.is_some() && matches!(candidate.answer, Answer::Out { explicit: true, .. }) {
            self.exclude(item, key, &statement, candidate);
            return;
        }
        let heuristic = match candidate.answer {
            Answer::In { heuristic } => heuristic,
            // An open question about a loose statement is as loose as it; one about an update is not.
            Answer::Undecided { reason, strong } => !strong && reason != Reason::UpdateUnknown,
            Answer::Out { .. } | Answer::Silent => return,
        };
        let detail = self.view.detail(statement.detail);
        let mut unsure = false;
        if statement.flags & bit::QUALIFIED != 0 {
            let narrowing =
                detail.and_then(|detail| self.view.narrowing(detail.qualifiers)).unwrap_or_default();
            let update = statement.flags & bit::UPDATE == 0;
            match narrow::fit(self.view, &narrowing, key, item, &self.conditions.platform, update) {
                Fit::Fits => {}
                Fit::Unsure => unsure = true,
                Fit::Rejected(attribute) => {
                    candidate.answer = Answer::Out { explicit: false, weak: true };
                    candidate.gate = Some(attribute);
                    return;
                }
            }
        }
        candidate.class = class(key, candidate.authority, heuristic, unsure);
        if statement.flags & bit::CONDITION != 0 {
            candidate.conditional = true;
            match self.conditions.value(detail.map_or(0, |detail| detail.condition)) {
                Truth::True => {}
                Truth::False => {
                    candidate.answer = Answer::Out { explicit: false, weak: true };
                    candidate.gate = Some(Gate::ConditionFalse);
                    return;
                }
                Truth::Unknown => {
                    candidate.answer = Answer::Undecided { reason: Reason::ConditionUnknown, strong: true };
                    candidate.gate = Some(Gate::ConditionUnknown);
                }
            }
        }
        if let Answer::In { .. } = candidate.answer {
            if identity.gap == Some("release_unknown") {
                candidate.conditional = true;
                candidate.answer = Answer::Undecided { reason: Reason::ReleaseUnknown, strong: true };
            } else if is_rebuilt(key) {
                candidate.answer = Answer::Undecided { reason: Reason::RebuiltPackage, strong: true };
            } else if let Some(owner) = self.owners.of(item) {
                candidate.conditional = true;
                if self.covers(owner) {
                    candidate.answer = Answer::Out { explicit: false, weak: true };
                    candidate.gate = Some(Gate::DistributionBuild);
                } else {
                    candidate.answer = Answer::Undecided { reason: Reason::DistributionBuild, strong: true };
                }
            }
        }
    }

    /// A supplier's exclusion holds for what it names and nothing like it: found by an identity that the document gives,
    /// with every attribute and the whole condition known to fit. Else it says nothing.
    fn exclude(&self, item: &Item, key: &Key, statement: &StatementRow, candidate: &mut Candidate) {
        let detail = self.view.detail(statement.detail);
        let narrowing = detail.and_then(|detail| self.view.narrowing(detail.qualifiers)).unwrap_or_default();
        let named = matches!(key.obtained, "sbom purl" | "sbom cpe") && !key.key.contains(":*/");
        let fits =
            || narrow::fit(self.view, &narrowing, key, item, &self.conditions.platform, true) == Fit::Fits;
        let condition = detail.map_or(0, |detail| detail.condition);
        candidate.conditional = condition != 0;
        let holds = || condition == 0 || self.conditions.value(condition) == Truth::True;
        if named && fits() && holds() {
            candidate.class = key.ceiling;
        } else {
            candidate.answer = Answer::Silent;
        }
    }

    /// Whether a loaded source speaks for the distribution of an item.
    fn covers(&self, item: u32) -> bool {
        let authority = self.identities.get(item as usize).map_or("", |identity| identity.authority.as_str());
        self.view.coverage().any(|(_, what)| what == authority)
    }

    /// Everything that is said of one part in one group, reduced to one voice a record; `whole` gets it before that.
    pub(crate) fn candidates(&self, item: u32, group: u32, whole: &mut Vec<Candidate>) -> Vec<Candidate> {
        let Some((part, identity)) = self.part(item) else { return Vec::new() };
        let mut asked = self.asked.borrow_mut();
        if asked.as_ref().is_none_or(|asked| asked.item != item) {
            *asked = Some(Asked { item, keys: self.keys(part, identity) });
        }
        for (position, look, numbers) in asked.iter_mut().flat_map(|asked| &mut asked.keys) {
            for statement in numbers.iter().flat_map(|number| self.view.statements_of(*number, group)) {
                let (answer, span) = look.ask(self.view, &statement);
                let mut candidate = self.candidate(&statement, *position, answer, span);
                self.refine(part, identity, &mut candidate);
                whole.push(candidate);
            }
        }
        let mut reduced = whole.clone();
        reduce(&mut reduced);
        reduced
    }

    fn keys(&self, part: &Item, identity: &'a Identity) -> Vec<(u32, Look<'a>, Vec<u32>)> {
        let finding = (0..).zip(&identity.keys).filter(|(_, key)| key.finds);
        finding.map(|(at, key)| (at, Look::new(key, part), numbers(self.view, key))).collect()
    }
}

/// The numbers of a key in the index: several when the release of its distribution is open.
pub(crate) fn numbers(view: View<'_>, key: &Key) -> Vec<u32> {
    let Some((distribution, package)) = key.key.split_once(":*/") else {
        return view.key(&key.key).into_iter().collect();
    };
    let mut numbers: Vec<u32> = view
        .coverage()
        .map(|(_, what)| what)
        .filter(|what| what.strip_prefix(distribution).is_some_and(|rest| rest.starts_with(':')))
        .filter_map(|what| view.key(&format!("{}/{package}", what.trim_end_matches('/'))))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// How firm a positive is: what the identity can give, who speaks, and what was guessed.
fn class(key: &Key, authority: Authority, heuristic: bool, unsure: bool) -> Class {
    let class = match key.ceiling {
        Class::A if authority < Authority::First => Class::B,
        ceiling => ceiling,
    };
    let class = if heuristic { Class::D } else { class };
    if !unsure {
        return class;
    }
    match class {
        Class::A => Class::B,
        Class::B => Class::C,
        Class::C | Class::D => Class::D,
    }
}

/// Packages that somebody else built from a distribution's source (docs/matching.md, P7): its feed does not speak of them.
fn is_rebuilt(key: &Key) -> bool {
    const MARKS: [&str; 6] = ["~bpo", ".remi", "ppa", "deb.sury", ".epel", "~ubuntu.ppa"];
    key.key.starts_with("distro:")
        && key.version.as_deref().is_some_and(|version| MARKS.iter().any(|mark| version.contains(mark)))
}
