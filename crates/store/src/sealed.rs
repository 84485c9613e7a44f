//! Sealed columns.
/// Whether a text is what sealing returns.
pub(crate) fn is_sealed(text: &str) -> bool {
    text.starts_with("sealed:1:")
}
