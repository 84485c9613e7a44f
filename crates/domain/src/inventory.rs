//! An SBOM attached to a release. The original bytes are kept for ever, by digest.

use crate::{
    audience::Audience,
    id::{ComponentId, InventoryId, ReleaseId},
};

/// An SBOM as attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// Id.
    pub id: InventoryId,
    /// Of which release. A later inventory of the same release closes the earlier one's revision.
    pub release: ReleaseId,
    /// SHA-256 (hex) of the original bytes in the blob store.
    pub blob: String,
    /// `CycloneDX JSON`, `SPDX JSON`.
    pub format: String,
    /// Version of the format.
    pub spec_version: String,
    /// File name as given.
    pub file_name: String,
    /// Number of components.
    pub components: i64,
    /// Number of reading issues; the list is evidence, by digest.
    pub issues: i64,
    /// Evidence digest of the issue list.
    pub issues_evidence: Option<String>,
    /// Distribution of the root file system, `debian:12`.
    pub distribution: Option<String>,
    /// Need-to-know label.
    pub audience: Audience,
}

/// A component in an inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryComponent {
    /// Which inventory.
    pub inventory: InventoryId,
    /// Position in the document.
    pub position: i64,
    /// Which component.
    pub component: ComponentId,
    /// bom-ref or SPDXID.
    pub reference: String,
    /// Dependency path from the subject, component names joined by ` > `.
    pub path: Option<String>,
}
