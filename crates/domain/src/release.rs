//! A release: the FDA's fielded version, software version × configuration, with its lineage.

use jiff::civil::Date;

use crate::{
    audience::Audience,
    id::{ProductId, ReleaseId},
};

/// A fielded version of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Id.
    pub id: ReleaseId,
    /// Of which product.
    pub product: ProductId,
    /// Software version, unique within the product.
    pub version: String,
    /// The release it was made from.
    pub parent: Option<ReleaseId>,
    /// Configuration, where it differs within one software version.
    pub configuration: Option<String>,
    /// When it was released.
    pub released_on: Option<Date>,
    /// Lifecycle stage (IMDRF N70).
    pub stage: Stage,
    /// Roles for which the manufacturer declares the inventory complete, comma separated (`operating_system,runtime,hardware`).
    pub complete_roles: String,
    /// Need-to-know label.
    pub audience: Audience,
}

/// Lifecycle stage, IMDRF N70:2023.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Before the market.
    Development,
    /// On the market, full support.
    #[default]
    Support,
    /// No longer marketed; best-effort security support.
    LimitedSupport,
    /// All support has ended.
    EndOfSupport,
}

impl Stage {
    /// All stages in order.
    pub const ALL: [Self; 4] = [Self::Development, Self::Support, Self::LimitedSupport, Self::EndOfSupport];
    /// Stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Support => "support",
            Self::LimitedSupport => "limited_support",
            Self::EndOfSupport => "end_of_support",
        }
    }
    /// From the stable word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }
}
