//! What may be destroyed: the policies, and what the retention of postmarket records forbids.
//!
//! Deliberately not here: destroying it and what stays of it (`store::purge`), and contacts, which lie sealed and are
//! forgotten by destroying a key.

use jiff::{ToSpan as _, civil::Date};

/// Years that records are kept after the last device of their product: the longest of 21 CFR 806.20(c), 21 CFR 803.18, ISO
/// 13485 4.2.5 and Regulation (EU) 2017/745 Art. 10(8), which asks 10, and 15 for implants. The record does not know which
/// devices are implants.
pub const RETENTION_YEARS: i16 = 15;

/// Under which policy something is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Personal data stands where it does not belong (GDPR Art. 5(1)(c) and 17; a wrong person, a wrong unit).
    PersonalData,
    /// The time for which it had to be kept is over.
    RetentionEnded,
    /// A party to an embargo demands back what it gave.
    Embargo,
}

impl Policy {
    /// All policies.
    pub const ALL: [Self; 3] = [Self::PersonalData, Self::RetentionEnded, Self::Embargo];
    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PersonalData => "personal-data",
            Self::RetentionEnded => "retention-ended",
            Self::Embargo => "embargo",
        }
    }
    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == text)
    }
}

/// What kind of record it is, as far as destroying it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Products, releases, units, sites, SBOMs, summaries of vulnerabilities, texts and files: corrected by a later revision.
    Portfolio,
    /// Cases and decisions: postmarket records once somebody signed.
    Desk,
    /// The names of those who acted or signed, and signatures (21 CFR 11.50, 11.70).
    Signature,
    /// What receipts, counts and the ledger itself rest on.
    Proof,
}

/// Until when something has to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Retention {
    /// It still runs, for this reason.
    Runs(String),
    /// It ended, or ends, with this day.
    Until(Date),
}

impl Retention {
    /// Retention of what belongs to products of which the last thing happened on `last`: a device left the field, a version
    /// was released, the row itself was closed. While a device is in the field or a version supported, it runs.
    #[must_use]
    pub fn of(units_in_field: i64, supported_releases: i64, last: Date) -> Self {
        if units_in_field > 0 {
            return Self::Runs(format!("{units_in_field} of its devices are in the field"));
        }
        if supported_releases > 0 {
            return Self::Runs(format!("{supported_releases} of its versions are supported"));
        }
        Self::Until(last.checked_add(RETENTION_YEARS.years()).unwrap_or(Date::MAX))
    }

    fn ended(&self, today: Date) -> Result<(), String> {
        match self {
            Self::Runs(why) => Err(why.clone()),
            Self::Until(day) if *day >= today => Err(format!("it runs until {day}")),
            Self::Until(_) => Ok(()),
        }
    }
}

/// What is known of something that somebody wants destroyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What kind of record.
    pub kind: Kind,
    /// It is in force, or a row in force names it.
    pub in_force: bool,
    /// A signature was ever given on it or on what belongs to it.
    pub signed: bool,
    /// It bears a need-to-know label.
    pub labelled: bool,
    /// Until when it has to be kept.
    pub retention: Retention,
}

/// Why something is not destroyed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It can be destroyed by nobody.
    #[error("the ledger's proofs rest on it: it is never destroyed")]
    Proof,
    /// Correct it first.
    #[error(
        "it is in force: correct, replace or close it first; the revision that this ends can be destroyed then"
    )]
    InForce,
    /// Signed records and signatures.
    #[error(
        "a signature stands on it, and signed records are kept (21 CFR 806.20(c), 11.10(c); MDR Art. 10(8)): {0}. Limit who may \
         read it with a need-to-know label until then"
    )]
    Signed(String),
    /// The policy is that retention ended, and it has not.
    #[error("its retention has not ended (21 CFR 806.20(c), MDR Art. 10(8)): {0}")]
    Retention(String),
    /// The policy is about embargoes.
    #[error("it bears no need-to-know label, so no embargo is on it")]
    NoEmbargo,
}

/// Whether it may be destroyed on a day under a policy.
pub fn may_purge(subject: &Subject, policy: Policy, today: Date) -> Result<(), Refusal> {
    if subject.kind == Kind::Proof {
        return Err(Refusal::Proof);
    }
    if subject.in_force {
        return Err(Refusal::InForce);
    }
    if let Err(why) = subject.retention.ended(today) {
        if subject.kind == Kind::Signature || subject.signed {
            return Err(Refusal::Signed(why));
        }
        if policy == Policy::RetentionEnded {
            return Err(Refusal::Retention(why));
        }
    }
    if policy == Policy::Embargo && !subject.labelled {
        return Err(Refusal::NoEmbargo);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 24);

    fn subject(kind: Kind, retention: Retention) -> Subject {
        Subject { kind, in_force: false, signed: false, labelled: false, retention }
    }

    #[track_caller]
    fn check(subject: &Subject, policy: Policy, expected: &str) {
        let said =
            may_purge(subject, policy, TODAY).err().map_or_else(String::new, |error| error.to_string());
        assert!(if expected.is_empty() { said.is_empty() } else { said.contains(expected) }, "{said:?}");
    }

    #[test]
    fn who_is_destroyed_under_which_policy() {
        use Policy::{Embargo, PersonalData, RetentionEnded};
        let runs = || Retention::of(3, 0, TODAY);
        let over = || Retention::of(0, 0, date(2011, 11, 23));
        for policy in Policy::ALL {
            check(&subject(Kind::Proof, over()), policy, "never destroyed");
            check(&Subject { in_force: true, ..subject(Kind::Portfolio, over()) }, policy, "in force");
            check(
                &Subject { signed: true, ..subject(Kind::Desk, runs()) },
                policy,
                "a signature stands on it",
            );
            check(&subject(Kind::Signature, runs()), policy, "3 of its devices are in the field");
        }
        check(&subject(Kind::Portfolio, runs()), PersonalData, "");
        check(&subject(Kind::Desk, runs()), PersonalData, "");
        check(&subject(Kind::Portfolio, runs()), RetentionEnded, "has not ended");
        check(
            &subject(Kind::Portfolio, Retention::of(0, 2, TODAY)),
            RetentionEnded,
            "2 of its versions are supported",
        );
        check(&subject(Kind::Portfolio, over()), RetentionEnded, "");
        check(&Subject { signed: true, ..subject(Kind::Desk, over()) }, RetentionEnded, "");
        check(&subject(Kind::Portfolio, runs()), Embargo, "no embargo");
        check(&Subject { labelled: true, ..subject(Kind::Portfolio, runs()) }, Embargo, "");
    }

    #[test]
    fn the_last_day_still_counts() {
        check(
            &subject(Kind::Portfolio, Retention::of(0, 0, date(2011, 11, 24))),
            Policy::RetentionEnded,
            "2026-11-24",
        );
        check(&subject(Kind::Portfolio, Retention::of(0, 0, date(2011, 11, 23))), Policy::RetentionEnded, "");
        assert_eq!(Retention::of(0, 0, Date::MAX), Retention::Until(Date::MAX));
    }

    #[test]
    fn words_come_back() {
        assert!(Policy::ALL.into_iter().all(|policy| Policy::parse(policy.as_str()) == Some(policy)));
        assert_eq!(Policy::parse("because"), None);
    }
}
