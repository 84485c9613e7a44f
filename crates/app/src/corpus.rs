//! The corpus as it is mapped now.

/// The corpus that matching reads: snapshot and index.
pub struct Corpus {}
