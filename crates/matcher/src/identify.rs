//! From a part to the product keys it is looked up under, with what each key is worth.
use component::version::Scheme;

use crate::{
    inventory::{Inventory, Item},
    verdict::Class,
};

/// How one part is looked up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    /// Keys, first authority first.
    pub keys: Vec<Key>,
    /// Why there are none, or why what is found stays undecided (`release_unknown`, `identity_incomplete`, `no_identity`).
    pub gap: Option<&'static str>,
    /// Identities that the document gives and that are not used to find, with the reason.
    pub unused: Vec<String>,
    /// Prefix of the first authority, for the question whether a source covers it (`purl:npm/`, `distro:debian:12/`, `cpe:`).
    pub authority: String,
}

/// One product key of a part.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// The canonical key.
    pub key: String,
    /// The order of its versions, when identity alone settles it.
    pub scheme: Option<Scheme>,
    /// Version that is compared.
    pub version: Option<String>,
    /// CPE update that belongs to the version.
    pub update: Option<String>,
    /// `sbom purl`, `sbom cpe`, `source package`, `dictionary`.
    pub obtained: &'static str,
    /// The best class this way of finding can give.
    pub ceiling: Class,
    /// Epochs are not compared (rpm source package names carry none).
    pub same_epoch: bool,
    /// CPE of the part the key came from, by position in [`Item::cpes`].
    pub cpe: Option<u32>,
}

/// The keys of one item of an inventory.
pub fn identify(_item: &Item, _inventory: &Inventory) -> Identity {
    Identity::default()
}
