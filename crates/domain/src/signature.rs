//! A signature: printed name, meaning, statement, time with zone, authentication, bound to the digest of one exact
//! record version (21 CFR 11.50, 11.70). Any new revision of that record voids it visibly.

use crate::id::{PersonId, SignatureId};

/// A signature on one record version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Id.
    pub id: SignatureId,
    /// Noun of the signed record: `decision`.
    pub noun: String,
    /// Its id.
    pub record: String,
    /// SHA-256 (hex) of the exact row version: its ledger leaf.
    pub digest: String,
    /// Who.
    pub person: PersonId,
    /// Printed name at the time.
    pub printed_name: String,
    /// What the signature means.
    pub meaning: Meaning,
    /// The exact statement signed.
    pub statement: String,
    /// RFC 3339 with the signer's zone, `2026-11-17T09:14:00+01:00[Europe/Oslo]`.
    pub signed_at: String,
    /// Authentication used, `password`.
    pub authentication: String,
}

/// Meaning of a signature, 21 CFR 11.50(a)(3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// I made this decision.
    Authorship,
    /// I reviewed it.
    Review,
    /// I approve it.
    Approval,
    /// I am responsible for it.
    Responsibility,
}

impl Meaning {
    /// All meanings.
    pub const ALL: [Self; 4] = [Self::Authorship, Self::Review, Self::Approval, Self::Responsibility];
    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorship => "authorship",
            Self::Review => "review",
            Self::Approval => "approval",
            Self::Responsibility => "responsibility",
        }
    }
    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|meaning| meaning.as_str() == text)
    }
}
