//! The invented manufacturer's device models and fielded versions, as `demo/portfolio.toml` lists them.
//!
//! Not here: what is in a version (`parts`), where its units are (`fleet`).

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;

const TEXT: &str = include_str!("../../demo/portfolio.toml");

/// All device models and fielded versions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Portfolio {
    #[serde(rename = "product")]
    pub(crate) products: Vec<DemoProduct>,
    #[serde(rename = "release")]
    pub(crate) releases: Vec<DemoRelease>,
}

/// A device model.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoProduct {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) family: String,
    pub(crate) intended_use: String,
    pub(crate) udi_di: String,
    pub(crate) software_class: String,
    pub(crate) four_eyes: bool,
    /// Beginning of its serial numbers.
    pub(crate) serial: String,
    /// Parts that nothing can warn about; a version has the first of them.
    pub(crate) blind: Vec<String>,
}

/// A fielded version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DemoRelease {
    pub(crate) product: String,
    pub(crate) version: String,
    pub(crate) parent: Option<String>,
    pub(crate) released: String,
    #[serde(default = "support")]
    pub(crate) stage: String,
    pub(crate) configuration: Option<String>,
    pub(crate) units: usize,
    pub(crate) sites: usize,
    pub(crate) layers: Vec<String>,
    #[serde(default)]
    pub(crate) parts: Vec<String>,
    pub(crate) blind: usize,
    /// The day on which the supplier of its module sent an SBOM; until then the module is one blind part.
    pub(crate) known: Option<String>,
    pub(crate) format: Form,
}

/// The form of its SBOM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    Cyclonedx,
    Spdx,
}

impl DemoRelease {
    /// `slug@version`.
    pub(crate) fn name(&self) -> String {
        format!("{}@{}", self.product, self.version)
    }
}

impl Portfolio {
    pub(crate) fn read() -> anyhow::Result<Self> {
        toml::from_str(TEXT).context("demo/portfolio.toml")
    }

    /// The device model of a version.
    pub(crate) fn product(&self, release: &DemoRelease) -> anyhow::Result<&DemoProduct> {
        self.products
            .iter()
            .find(|product| product.slug == release.product)
            .with_context(|| format!("no product {}", release.product))
    }

    /// By `slug@version`.
    pub(crate) fn by_name(&self) -> BTreeMap<String, &DemoRelease> {
        self.releases.iter().map(|release| (release.name(), release)).collect()
    }
}

fn support() -> String {
    "support".to_owned()
}
