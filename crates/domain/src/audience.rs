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
    /// Whether it is the label of ordinary records.
    #[must_use]
    pub fn is_general(&self) -> bool {
        self.0 == Self::GENERAL
    }
    /// A need-to-know label as people write it: 1 to 60 of lower-case letters, digits, `-` and `_`, and not `general`.
    #[must_use]
    pub fn label(text: &str) -> Option<Self> {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        let is_label =
            !text.is_empty() && text.len() <= 60 && text.chars().all(good) && text != Self::GENERAL;
        is_label.then(|| Self(text.to_owned()))
    }
}

impl Default for Audience {
    fn default() -> Self {
        Self::general()
    }
}
