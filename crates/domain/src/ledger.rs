//! A ledger entry as it is read back: one per act, chained by SHA-256. How it is encoded and verified is the store's.

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Sequence number, from 1 without gaps.
    pub sequence: i64,
    /// Ledger time, RFC 3339 UTC; never goes back.
    pub at: String,
    /// `person:<id>`, `console`, `system:<part>`.
    pub actor: String,
    /// As printed.
    pub actor_name: String,
    /// Authentication word.
    pub authentication: String,
    /// Verb and noun.
    pub action: String,
    /// Why.
    pub reason: String,
    /// One sentence of what changed, for people.
    pub summary: String,
    /// Hash of the previous entry, hex.
    pub previous: String,
    /// Hash of this entry, hex.
    pub hash: String,
    /// The canonical JSON that is hashed.
    pub body: String,
}

/// The moment a reader stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// The head.
    Now,
    /// The last entry at or before this moment.
    At(jiff::Timestamp),
    /// Exactly this entry: what is read in several steps is of one piece.
    Entry(i64),
}
