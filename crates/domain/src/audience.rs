//! Need-to-know. Every record and every corpus statement carries a label; lists, counts, exports and as-of honour it.

/// The label of a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Audience(pub String);

impl Audience {
    /// Everybody with a role that may see the noun.
    pub const GENERAL: &'static str = "general";
    /// The label of ordinary records.
    #[must_use]
    pub fn general() -> Self {
        Self(Self::GENERAL.to_owned())
    }
}

impl Default for Audience {
    fn default() -> Self {
        Self::general()
    }
}
