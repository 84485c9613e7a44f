//! One answer for a (part, vulnerability) pair out of all that is said about it (docs/matching.md).
//!
//! Within one record any positive counts: its statements are alternatives. Between records authority counts: an
//! explicit negative of an equal or higher authority removes a positive, an implicit one (outside all ranges) only
//! from strictly above; equal ranks that disagree stay in range and say so.

use super::{reason::Gate, version::Answer};
use crate::authority::Authority;
use crate::verdict::{Class, State};

/// What one statement says of one part, after attributes and condition were asked too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) group: u32,
    /// Row of the statement.
    pub(crate) statement: u32,
    pub(crate) record: u32,
    pub(crate) authority: Authority,
    /// Position of the key in the part's identity.
    pub(crate) key: u32,
    pub(crate) span: Option<u32>,
    pub(crate) answer: Answer,
    pub(crate) class: Class,
    pub(crate) conditional: bool,
    /// The gate that turned a positive into something else.
    pub(crate) gate: Option<Gate>,
    /// A supplier's word about exactly this part; `true` = fixed in it.
    pub(crate) exclusion: Option<bool>,
}

impl Candidate {
    /// Weight within a record: positives first.
    fn weight(&self) -> u8 {
        match self.answer {
            Answer::In { .. } => 6,
            Answer::Undecided { strong: true, .. } => 5,
            Answer::Undecided { strong: false, .. } => 4,
            Answer::Out { explicit: true, .. } => 3,
            Answer::Out { explicit: false, weak: false } => 2,
            Answer::Out { explicit: false, weak: true } => 1,
            Answer::Silent => 0,
        }
    }

    /// Best first; ends in the row of the statement, so nothing is left to chance.
    fn order(&self) -> impl Ord + use<> {
        (std::cmp::Reverse(self.authority), self.class, self.key, self.statement)
    }
}

/// The decision, and the candidate that made it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Decision {
    pub(crate) state: State,
    pub(crate) reason: &'static str,
    pub(crate) by: Candidate,
}

/// Keeps what speaks for each record: of one record and rank the statement that says most. Sorted by group.
pub(crate) fn reduce(candidates: &mut Vec<Candidate>) {
    let voice = |one: &Candidate| (one.group, one.record, one.authority);
    // Each key brings its candidates in order of the group: this stable sort only merges these runs, and what is left to
    // sort is a handful in each group.
    candidates.sort_by_key(|candidate| candidate.group);
    for group in candidates.chunk_by_mut(|left, right| left.group == right.group) {
        group.sort_unstable_by(|left, right| {
            let weight = right.weight().cmp(&left.weight());
            voice(left).cmp(&voice(right)).then(weight).then_with(|| left.order().cmp(&right.order()))
        });
    }
    candidates.dedup_by(|later, kept| voice(later) == voice(kept));
}

/// Decides among the reduced candidates of one group; `None` when nothing is said at all.
pub(crate) fn decide(candidates: &[Candidate]) -> Option<Decision> {
    let decision = |state, reason, by: &Candidate| Some(Decision { state, reason, by: *by });
    let first = |holds: &dyn Fn(&Candidate) -> bool| {
        candidates.iter().filter(|candidate| holds(candidate)).min_by_key(|one| one.order())
    };
    let positive = first(&|one| matches!(one.answer, Answer::In { .. }));
    if let Some(positive) = positive {
        let removed = first(&|one| outweighs(one, positive.authority));
        let conflict = first(&|one| {
            one.authority == positive.authority
                && matches!(one.answer, Answer::Out { explicit: false, weak: false })
        });
        return match (removed, conflict) {
            (Some(negative), _) => {
                let (state, reason) = removal(negative);
                decision(state, reason, negative)
            }
            (None, Some(_)) => decision(State::InRange, "conflict", positive),
            (None, None) => decision(State::InRange, "in_range", positive),
        };
    }
    let strong = first(&|one| matches!(one.answer, Answer::Undecided { strong: true, .. }));
    let weak = first(&|one| matches!(one.answer, Answer::Undecided { strong: false, .. }));
    let negative = first(&|one| matches!(one.answer, Answer::Out { .. }));
    let decided = first(&|one| matches!(one.answer, Answer::Out { weak: false, .. }));
    let excluding =
        first(&|one| one.exclusion.is_some() && matches!(one.answer, Answer::Out { explicit: true, .. }));
    let open = match (strong, weak) {
        (Some(strong), _) if first(&|one| outweighs(one, strong.authority)).is_none() => Some(strong),
        (_, Some(weak)) if decided.is_none() => Some(weak),
        _ => None,
    };
    if let Some(open) = open
        && let Answer::Undecided { reason, .. } = open.answer
    {
        return decision(State::Undecided, reason.code(), open);
    }
    if let Some(excluding) = strong.or(weak).and(excluding) {
        let (state, reason) = removal(excluding);
        return decision(state, reason, excluding);
    }
    if let Some(negative) = negative {
        return decision(State::OutOfRange, negative.gate.map_or("out_of_range", Gate::code), negative);
    }
    first(&|_one| true).and_then(|silent| {
        decision(State::OutOfRange, silent.gate.map_or("not_mentioned", Gate::code), silent)
    })
}

/// What a part is when this negative removed a positive or an open question.
fn removal(negative: &Candidate) -> (State, &'static str) {
    match negative.exclusion {
        Some(true) => (State::Patched, "supplier_fixed"),
        Some(false) => (State::ExcludedBySupplier, "supplier_not_affected"),
        None => (State::OutOfRange, "outweighed"),
    }
}

/// Whether a candidate is a negative that removes a positive of that rank.
fn outweighs(candidate: &Candidate, rank: Authority) -> bool {
    match candidate.answer {
        Answer::Out { explicit: true, weak: false } => candidate.authority >= rank,
        Answer::Out { explicit: false, weak: false } => candidate.authority > rank,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::reason::Reason, *};

    const IN: Answer = Answer::In { heuristic: false };
    const EXPLICIT: Answer = Answer::Out { explicit: true, weak: false };
    const OUTSIDE: Answer = Answer::Out { explicit: false, weak: false };
    const WEAK: Answer = Answer::Out { explicit: false, weak: true };
    const CONDITION: Answer = Answer::Undecided { reason: Reason::ConditionUnknown, strong: true };
    const SHAPE: Answer = Answer::Undecided { reason: Reason::VersionShape, strong: false };

    fn check(said: &[(Authority, u32, Answer)], expected: (State, &str)) {
        let mut candidates: Vec<Candidate> = (0..)
            .zip(said)
            .map(|(statement, (authority, record, answer))| Candidate {
                group: 0,
                statement,
                record: *record,
                authority: *authority,
                key: 0,
                span: None,
                answer: *answer,
                class: Class::B,
                conditional: false,
                gate: None,
                exclusion: None,
            })
            .collect();
        reduce(&mut candidates);
        let found = decide(&candidates).map(|decision| (decision.state, decision.reason));
        assert_eq!(found, Some(expected), "{said:?}");
    }

    #[test]
    fn precedence() {
        use Authority::{First, Maker, Nvd};
        use State::{InRange, OutOfRange, Undecided};
        // One record, several statements: they are alternatives.
        check(&[(Nvd, 1, IN), (Nvd, 1, OUTSIDE), (Nvd, 1, EXPLICIT)], (InRange, "in_range"));
        // P8: the kernel's own word against an NVD range without lower bound.
        check(&[(Nvd, 1, IN), (Maker, 2, OUTSIDE)], (OutOfRange, "outweighed"));
        check(&[(Nvd, 1, OUTSIDE), (Maker, 2, IN)], (InRange, "in_range"));
        // A list of versions is no negative for what it leaves out.
        check(&[(Nvd, 1, IN), (First, 2, WEAK)], (InRange, "in_range"));
        // A record that enumerates in one entry and gives a range in another is as firm as its range.
        check(&[(Nvd, 1, IN), (First, 2, WEAK), (First, 2, OUTSIDE)], (OutOfRange, "outweighed"));
        // Equal ranks.
        check(&[(First, 1, IN), (First, 2, EXPLICIT)], (OutOfRange, "outweighed"));
        check(&[(First, 1, IN), (First, 2, OUTSIDE)], (InRange, "conflict"));
        // A lower negative removes nothing.
        check(&[(First, 1, IN), (Nvd, 2, EXPLICIT)], (InRange, "in_range"));
        // Unknown never decides.
        check(&[(First, 1, Answer::Silent), (Nvd, 2, IN)], (InRange, "in_range"));
        check(&[(First, 1, SHAPE), (Nvd, 2, IN)], (InRange, "in_range"));
        check(&[(First, 1, SHAPE), (Nvd, 2, OUTSIDE)], (OutOfRange, "out_of_range"));
        check(&[(First, 1, SHAPE), (Nvd, 2, WEAK)], (Undecided, "version_shape"));
        check(&[(First, 1, CONDITION), (Nvd, 2, OUTSIDE)], (Undecided, "condition_unknown"));
        check(&[(Nvd, 1, CONDITION), (First, 2, OUTSIDE)], (OutOfRange, "out_of_range"));
        check(&[(First, 1, Answer::Silent)], (OutOfRange, "not_mentioned"));
    }
}
