//! Why a pair is listed, or the first gate that said no: for any pair, stored or not.
//!
//! The same questions in the same order as `assess`, put to one vulnerability; nothing here decides anything itself.

use std::collections::HashSet;

use crate::{
    assess::{
        build, considered_line,
        decide::{Candidate, Decision, decide},
        inquiry::{Inquiry, numbers},
        reach::gap,
        reason::{Gate, Reason},
        version::{Answer, Look},
    },
    build::Built,
    identify::{Identity, identify},
    index::{Index, View},
    inventory::{Inventory, Item},
    support::{self, Support},
    verdict::State,
};

/// Most parts that are explained at once; the rest is counted.
const PARTS: usize = 20;
/// Most statements that are explained for one part; the rest is counted.
const STATEMENTS: usize = 30;

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
    /// `vulnerability`, `products`, `identity`, `coverage`, `qualifiers`, `version`, `condition`, `authority`,
    /// `pedigree`, `build`, `verdict`.
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
    index: &Index<B>,
    inventory: &Inventory,
    group: u32,
    item: Option<u32>,
) -> Explanation {
    let view = index.view();
    let identities: Vec<Identity> = inventory.items.iter().map(|item| identify(item, inventory)).collect();
    let inquiry = Inquiry::new(view, inventory, &identities);
    let mut telling = Telling { inquiry: &inquiry, group, steps: Vec::new(), best: None, stopped_at: None };
    telling.tell(item);
    Explanation {
        vulnerability: index.name(group).unwrap_or_default().to_owned(),
        steps: telling.steps,
        stopped_at: telling.stopped_at,
        state: telling.best,
    }
}

/// The same by name; answers also when no loaded record has the name.
pub fn explain_name<B: AsRef<[u8]>>(
    index: &Index<B>,
    inventory: &Inventory,
    name: &str,
    item: Option<u32>,
) -> Explanation {
    let groups = index.find_all(name);
    let Some(first) = groups.first() else {
        return Explanation {
            vulnerability: name.to_owned(),
            steps: vec![Step {
                gate: "vulnerability",
                outcome: Outcome::Failed,
                item: None,
                text: format!("no loaded record names {name}"),
            }],
            stopped_at: Some("vulnerability"),
            state: None,
        };
    };
    let mut explanation = explain(index, inventory, *first, item);
    if groups.len() > 1 {
        let others: Vec<&str> = groups[1..].iter().filter_map(|group| index.name(*group)).take(12).collect();
        let text = format!(
            "{name} speaks of {} vulnerabilities; this is the first, also {}",
            groups.len(),
            others.join(", ")
        );
        explanation
            .steps
            .insert(0, Step { gate: "vulnerability", outcome: Outcome::Noted, item: None, text });
    }
    explanation
}

struct Telling<'a> {
    inquiry: &'a Inquiry<'a>,
    group: u32,
    steps: Vec<Step>,
    best: Option<State>,
    stopped_at: Option<&'static str>,
}

impl<'a> Telling<'a> {
    fn say(&mut self, gate: &'static str, outcome: Outcome, item: Option<u32>, text: impl Into<String>) {
        self.steps.push(Step { gate, outcome, item, text: text.into() });
    }

    fn stop(&mut self, gate: &'static str, item: Option<u32>, text: impl Into<String>) {
        self.say(gate, Outcome::Failed, item, text);
        self.stopped_at = Some(gate);
    }

    fn tell(&mut self, item: Option<u32>) {
        let view = self.inquiry.view;
        let Some(name) = view.group_name(self.group) else {
            return self.stop("vulnerability", None, "no vulnerability of that number in this index");
        };
        let names: Vec<&str> = view.group_names(self.group).collect();
        let (known, usable) = view.group_state(self.group);
        if !known {
            return self.stop(
                "vulnerability",
                None,
                format!("{name}: every loaded record of it is rejected or withdrawn"),
            );
        }
        self.say(
            "vulnerability",
            Outcome::Passed,
            None,
            format!("loaded under the names {}", names.join(", ")),
        );
        let products = products(view, self.group);
        if !usable {
            return self.stop("products", None, "its records name no usable product");
        }
        self.say("products", Outcome::Passed, None, format!("its records speak of {products}"));
        let concerned = self.concerned();
        let asked: Vec<u32> = match item {
            Some(item) => vec![item],
            None => concerned.iter().copied().take(PARTS).collect(),
        };
        if asked.is_empty() {
            let blind = self.inquiry.identities.iter().filter(|identity| identity.gap.is_some()).count();
            let blind = if blind == 0 {
                String::new()
            } else {
                format!("; {blind} parts have no usable identity and were not asked")
            };
            return self.stop(
                "identity",
                None,
                format!("no such component: products named by the records are {products}{blind}"),
            );
        }
        let mut verdicts: Vec<(Decision, State)> = Vec::new();
        for item in &asked {
            if let Some(verdict) = self.part(*item, &products) {
                verdicts.push(verdict);
            }
        }
        if item.is_none() && concerned.len() > asked.len() {
            let more = concerned.len() - asked.len();
            self.say(
                "identity",
                Outcome::Noted,
                None,
                format!("{more} more parts bear one of these products; name one to see its reasoning"),
            );
        }
        let best = verdicts.iter().min_by_key(|(_, state)| strength(*state));
        if let Some((decision, state)) = best {
            self.best = Some(*state);
            self.stopped_at = stopping_gate(decision, *state);
        }
    }

    /// Items that bear a product of the group.
    fn concerned(&self) -> Vec<u32> {
        let view = self.inquiry.view;
        let keys: HashSet<u32> = view.group_keys(self.group).collect();
        (0..)
            .zip(self.inquiry.identities)
            .filter(|(_, identity)| {
                identity
                    .keys
                    .iter()
                    .filter(|key| key.finds)
                    .any(|key| numbers(view, key).iter().any(|number| keys.contains(number)))
            })
            .map(|(item, _)| item)
            .collect()
    }

    fn part(&mut self, item: u32, products: &str) -> Option<(Decision, State)> {
        let view = self.inquiry.view;
        let Some((part, identity)) = self.inquiry.part(item) else {
            self.stop("identity", Some(item), "no such part in the inventory");
            return None;
        };
        let covered: HashSet<&str> = view.coverage().map(|(_, what)| what).collect();
        let missing = gap(identity, &covered);
        let mut whole = Vec::new();
        let voices = self.inquiry.candidates(item, self.group, &mut whole);
        if whole.is_empty() {
            let keys: Vec<&str> = identity.keys.iter().map(|key| key.key.as_str()).collect();
            let own = if keys.is_empty() { "nothing".to_owned() } else { keys.join(", ") };
            self.stop(
                "identity",
                Some(item),
                format!("{} is looked up as {own}; products named by the records are {products}", part.name),
            );
            self.unused(item, identity);
            if let Some((_, text)) = missing {
                self.say(
                    "coverage",
                    Outcome::Unknown,
                    Some(item),
                    format!("{} is not assessed: {text}", part.name),
                );
            }
            return None;
        }
        self.identity(item, identity, &whole);
        self.owner(item, part);
        self.unused(item, identity);
        match missing {
            Some((_, text)) => self.say("coverage", Outcome::Unknown, Some(item), text),
            None => self.say(
                "coverage",
                Outcome::Passed,
                Some(item),
                format!(
                    "its first authority, {}, is loaded",
                    identity.authority.trim_end_matches(['/', ':'])
                ),
            ),
        }
        for candidate in voices.iter().take(STATEMENTS) {
            self.statement(item, identity, candidate);
        }
        if voices.len() > STATEMENTS {
            self.say(
                "version",
                Outcome::Noted,
                Some(item),
                format!("{} more records were looked at", voices.len() - STATEMENTS),
            );
        }
        let decision = decide(&voices)?;
        let mut state = decision.state;
        match decision.reason {
            "outweighed" => self.say(
                "authority",
                Outcome::Failed,
                Some(item),
                "a source of equal or higher authority says that it is not affected",
            ),
            "conflict" => self.say(
                "authority",
                Outcome::Noted,
                Some(item),
                "sources of equal rank disagree; the finding stays",
            ),
            _ => {}
        }
        let patched = view
            .group_names(self.group)
            .any(|name| part.patched.iter().any(|patched| patched.eq_ignore_ascii_case(name)));
        if patched && matches!(state, State::InRange | State::Undecided) {
            state = State::Patched;
            self.say(
                "pedigree",
                Outcome::Failed,
                Some(item),
                "the document says that this build holds the fix",
            );
        }
        if matches!(state, State::InRange | State::Undecided)
            && let Some(found) = build::asked(self.inquiry, item, self.group)
        {
            let outcome = match found.built {
                Built::Compiled => Outcome::Passed,
                Built::NotCompiled => Outcome::Failed,
                Built::Unknown => Outcome::Unknown,
            };
            found.lines.into_iter().for_each(|line| self.say("build", outcome, Some(item), line));
            if found.built == Built::NotCompiled {
                state = State::ExcludedByBuild;
            }
        }
        let outcome = match state {
            State::InRange => Outcome::Passed,
            State::Undecided => Outcome::Unknown,
            _ => Outcome::Failed,
        };
        let class = if state == State::OutOfRange {
            String::new()
        } else {
            format!(", class {}", decision.by.class.letter())
        };
        let text = format!(
            "{}{class}: decided by {}",
            state.word().replace('_', " "),
            considered_line(self.inquiry, &decision.by)
        );
        self.say("verdict", outcome, Some(item), text);
        Some((decision, state))
    }

    fn identity(&mut self, item: u32, identity: &Identity, whole: &[Candidate]) {
        let mut used: Vec<u32> = whole.iter().map(|candidate| candidate.key).collect();
        used.sort_unstable();
        used.dedup();
        for key in used.into_iter().filter_map(|key| identity.keys.get(key as usize)) {
            let version = key.version.as_deref().unwrap_or("not given");
            let text = format!("looked up as {} ({}), version {version}", key.key, key.obtained);
            self.say("identity", Outcome::Passed, Some(item), text);
        }
        let name = self.inquiry.part(item).map_or("", |(part, _)| part.name.as_str());
        if let Some(Support { edition, ends_on }) = support::of(identity, name) {
            let text = format!("the maker's support of {edition} ends on {ends_on}");
            self.say("identity", Outcome::Noted, Some(item), text);
        }
    }

    /// The distribution package that holds a language package: whose fixes it has nobody else knows.
    fn owner(&mut self, item: u32, part: &Item) {
        let owner = self.inquiry.owners.of(part).and_then(|owner| self.inquiry.part(owner));
        if let Some((owner, _)) = owner {
            let version = owner.version.as_deref().unwrap_or_default();
            let text = format!("the distribution's package {} {version} holds {}", owner.name, part.name);
            self.say("identity", Outcome::Noted, Some(item), text);
        }
    }

    fn unused(&mut self, item: u32, identity: &Identity) {
        for unused in &identity.unused {
            self.say("identity", Outcome::Noted, Some(item), unused.clone());
        }
    }

    /// What one record says, the compared version, and its condition leaf by leaf.
    fn statement(&mut self, item: u32, identity: &Identity, candidate: &Candidate) {
        let view = self.inquiry.view;
        let (gate, outcome) = gate_of(candidate);
        let mut text = considered_line(self.inquiry, candidate);
        let statement = view.statement(candidate.statement);
        let compared = || {
            let look = Look::new(identity.keys.get(candidate.key as usize)?, self.inquiry.part(item)?.0);
            Some((look.version?, view.scheme(statement?.scheme_row())?.name()))
        };
        if let Some((version, scheme)) = compared() {
            text.push_str(&format!("; compared {version} in the {scheme} order"));
        }
        self.say(gate, outcome, Some(item), text);
        let Some(detail) = statement.and_then(|statement| view.detail(statement.detail)) else { return };
        if detail.condition != 0 && !matches!(candidate.answer, Answer::Silent) {
            for line in self.inquiry.conditions.lines(detail.condition) {
                self.say("condition", Outcome::Noted, Some(item), line);
            }
        }
        if let Some(narrowing) = view.narrowing(detail.qualifiers) {
            let files: Vec<&str> = view
                .list(narrowing.program_files)
                .chain(view.list(narrowing.modules))
                .map(|file| view.text(file))
                .take(12)
                .collect();
            if !files.is_empty() {
                self.say(
                    "qualifiers",
                    Outcome::Noted,
                    Some(item),
                    format!("the flaw is in {}", files.join(", ")),
                );
            }
        }
    }
}

fn gate_of(candidate: &Candidate) -> (&'static str, Outcome) {
    match (candidate.answer, candidate.gate) {
        (_, Some(Gate::ConditionFalse)) => ("condition", Outcome::Failed),
        (Answer::Undecided { .. }, Some(Gate::ConditionUnknown)) => ("condition", Outcome::Unknown),
        (_, Some(Gate::DistributionBuild)) => ("identity", Outcome::Failed),
        (_, Some(_)) => ("qualifiers", Outcome::Failed),
        (Answer::In { .. }, None) => ("version", Outcome::Passed),
        (Answer::Out { .. }, None) => ("version", Outcome::Failed),
        (
            Answer::Undecided {
                reason: Reason::ReleaseUnknown | Reason::RebuiltPackage | Reason::DistributionBuild,
                ..
            },
            None,
        ) => ("identity", Outcome::Unknown),
        (Answer::Undecided { .. }, None) => ("version", Outcome::Unknown),
        (Answer::Silent, None) => ("version", Outcome::Noted),
    }
}

/// The first gate that kept the strongest pair from being in range.
fn stopping_gate(decision: &Decision, state: State) -> Option<&'static str> {
    match state {
        State::InRange => None,
        State::Patched if decision.reason == "supplier_fixed" => Some(decision.reason),
        State::Patched => Some("pedigree"),
        State::ExcludedByBuild => Some("build"),
        _ if decision.reason == "outweighed" => Some("authority"),
        _ => Some(gate_of(&decision.by).0),
    }
}

fn strength(state: State) -> u8 {
    match state {
        State::InRange => 0,
        State::Undecided => 1,
        State::Patched => 2,
        State::ExcludedBySupplier | State::ExcludedByBuild => 3,
        State::OutOfRange | State::NotAssessed => 4,
    }
}

/// Products of a group, shortened.
fn products(view: View<'_>, group: u32) -> String {
    const SHOWN: usize = 8;
    let products: Vec<&str> = view.group_keys(group).filter_map(|key| view.key_text(key)).collect();
    let shown = products.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if products.len() > SHOWN { format!("{shown} and {} more", products.len() - SHOWN) } else { shown }
}
