//! A place where units are, and whose it is.

use crate::{audience::Audience, id::SiteId};

/// A customer's site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Id.
    pub id: SiteId,
    /// Name, unique.
    pub name: String,
    /// Customer.
    pub customer: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// City.
    pub city: Option<String>,
    /// Contact, in clear; the store seals it before it reaches a row.
    pub contact: Option<String>,
    /// Need-to-know label.
    pub audience: Audience,
}
