//! A device model.

use crate::{audience::Audience, id::ProductId};

/// A device model as the manufacturer sells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Id.
    pub id: ProductId,
    /// Short name in addresses and on the command line, unique.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Product family.
    pub family: Option<String>,
    /// Intended use.
    pub intended_use: Option<String>,
    /// UDI-DI.
    pub udi_di: Option<String>,
    /// IEC 62304 class: `A`, `B` or `C`.
    pub software_class: Option<String>,
    /// The approver of a decision must be another person than its assessor.
    pub four_eyes: bool,
    /// Need-to-know label.
    pub audience: Audience,
}

/// Makes a slug of a name: lower case letters and digits, words joined by `-`.
#[must_use]
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for character in name.chars().flat_map(char::to_lowercase) {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}
