//! One physical device in the field. Its release may be unknown; an unknown counts as affected until read.

use jiff::civil::Date;

use crate::{
    audience::Audience,
    id::{ProductId, ReleaseId, SiteId, UnitId},
};

/// A fielded unit. Facts carry the time they became true in the field beside the ledger time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Id.
    pub id: UnitId,
    /// Serial number, unique within the product.
    pub serial: String,
    /// Device model.
    pub product: ProductId,
    /// Installed release; `None` = not known.
    pub release: Option<ReleaseId>,
    /// Where it is; `None` = not known.
    pub site: Option<SiteId>,
    /// UDI-DI.
    pub udi_di: Option<String>,
    /// UDI-PI.
    pub udi_pi: Option<String>,
    /// Event time: when this release was installed.
    pub installed_at: Option<Date>,
    /// Need-to-know label.
    pub audience: Audience,
}
