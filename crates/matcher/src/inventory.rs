//! What is asked about: the parts of one device release, as far as matching needs them.
//!
//! The caller converts from its own noun (`sbom::Inventory`, the record's component). Not here: bom-refs and paths,
//! which are joined when a verdict is shown.

use component::{cpe::Cpe, purl::Purl};

use crate::build::Build;

/// All parts of one release, with what the manufacturer declared about completeness.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The parts; verdicts refer to them by position.
    pub items: Vec<Item>,
    /// Distribution the root file system comes from, when the document or the release says so.
    pub distribution: Option<Distribution>,
    /// Roles for which the list is declared complete: a leaf of that role that nothing matches is false, not unknown.
    pub complete: Vec<Role>,
    /// What was built into its image, as far as there is evidence of it.
    pub build: Build,
}

/// One part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// Name as the document writes it.
    pub name: String,
    /// Version as the document writes it.
    pub version: Option<String>,
    /// Package URL.
    pub purl: Option<Purl>,
    /// CPEs given by the document or confirmed by a person, never guessed.
    pub cpes: Vec<Cpe>,
    /// Source package name and version, for distribution packages.
    pub source_package: Option<(String, Option<String>)>,
    /// What it does in the device.
    pub role: Option<Role>,
    /// CVE ids that the document itself says are patched in this part (CycloneDX pedigree).
    pub patched: Vec<String>,
    /// What a person said it is, where the document does not tell.
    pub mapping: Option<Mapping>,
}

/// A person's word for what a part is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Product key: `cpe:a:openssl:openssl`, `cve:openssl|openssl`; none = it was looked for and has no public identity.
    pub target: Option<String>,
    /// Version in the target's own counting; none = not known, and every answer about a range is undecided.
    pub version: Option<String>,
    /// Whose word it is, for a person: `confirmed by … on …`.
    pub note: String,
}

/// A distribution and its release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// `debian`, `almalinux`, `alpine`.
    pub id: String,
    /// `12`, `8`, `3.19`.
    pub release: Option<String>,
}

/// Roles in which a device has one occupant, for three-valued conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Operating system.
    OperatingSystem,
    /// Language runtime.
    Runtime,
    /// The device's hardware.
    Hardware,
}
