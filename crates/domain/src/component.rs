//! A distinct component identity and version, as the record keeps it. Ten million instances are a few hundred
//! thousand of these.

use crate::id::ComponentId;

/// A distinct component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Row id.
    pub id: ComponentId,
    /// Name as written.
    pub name: String,
    /// Version as written.
    pub version: Option<String>,
    /// Canonical package URL.
    pub purl: Option<String>,
    /// CPE 2.3 formatted strings, sorted, joined by one space.
    pub cpes: Option<String>,
    /// Supplier as written.
    pub supplier: Option<String>,
    /// `name[@version]` of the distribution's source package.
    pub source_package: Option<String>,
    /// What it does in the device (`operating_system`, `runtime`, `hardware`).
    pub role: Option<String>,
    /// CVE ids the document says are patched in it, sorted, joined by one space.
    pub patched: Option<String>,
    /// SHA-256 (hex) over the fields above: equal identity, equal component.
    pub identity: String,
}
