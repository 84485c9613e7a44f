//! What comes first among open work: harm to a patient before everything, then decisions that no longer hold.
//!
//! Deliberately not here: how likely an attack is (the sources' scores order the rest, in `app`).

use std::cmp::Reverse;

use crate::case::HarmSeverity;

/// The place of a piece of open work before every other order. What is less comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precedence {
    /// The judged harm may reach a patient; the worst comes first.
    Patient(Reverse<HarmSeverity>),
    /// A signed decision on it was reopened.
    WokeUp,
    /// Lower harm, or nobody has judged it.
    Rest,
}

impl Precedence {
    /// Of work whose case has this judged harm, with or without a decision that was reopened.
    #[must_use]
    pub fn of(harm: Option<HarmSeverity>, reopened: bool) -> Self {
        match harm {
            Some(harm) if harm.may_reach_a_patient() => Self::Patient(Reverse(harm)),
            _ if reopened => Self::WokeUp,
            _ => Self::Rest,
        }
    }

    /// Whether it may reach a patient.
    #[must_use]
    pub fn is_patient(self) -> bool {
        matches!(self, Self::Patient(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harm_comes_before_what_woke_up_and_that_before_the_rest() {
        use HarmSeverity as H;
        let in_order = [
            (Some(H::Catastrophic), false),
            (Some(H::Critical), true),
            (Some(H::Serious), false),
            (Some(H::Minor), true),
            (Some(H::Minor), false),
        ];
        let places: Vec<Precedence> =
            in_order.iter().map(|(harm, reopened)| Precedence::of(*harm, *reopened)).collect();
        assert!(places.is_sorted_by(|left, right| left < right), "{places:?}");
        assert_eq!(places.iter().filter(|place| place.is_patient()).count(), 3);
        assert_eq!(Precedence::of(None, true), Precedence::WokeUp);
        assert_eq!(Precedence::of(None, false), Precedence::of(Some(H::Negligible), false));
    }
}
