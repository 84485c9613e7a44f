//! What a table of units refers to, looked up once for all rows; and a unit as small as it can be, since there may be a
//! million of them.

use std::collections::HashMap;

use domain::{
    audience::Audience,
    id::{ProductId, ReleaseId, SiteId, UnitId},
    product::Product,
    release::Release,
    site::Site,
    unit::Unit,
};
use jiff::civil::Date;
use store::{StoreError, View};

use crate::Viewer;

/// Products, releases and sites that the viewer may know of, by what tables call them.
pub(crate) struct Catalogue {
    /// The entry of the ledger it was read at.
    pub(crate) sequence: i64,
    products: Vec<Product>,
    releases: Vec<Release>,
    sites: Vec<Site>,
    product_names: HashMap<String, u32>,
    product_ids: HashMap<ProductId, u32>,
    udi_dis: HashMap<String, Option<u32>>,
    versions: HashMap<(u32, String), u32>,
    release_ids: HashMap<ReleaseId, u32>,
    site_names: HashMap<String, u32>,
    site_ids: HashMap<SiteId, u32>,
}

/// A unit to write; its product, release and site are places in the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Planned {
    /// Of the unit that is there; none = new.
    pub(crate) id: Option<Box<str>>,
    pub(crate) serial: Box<str>,
    pub(crate) product: u32,
    pub(crate) release: Option<u32>,
    pub(crate) site: Option<u32>,
    pub(crate) udi_di: Option<Box<str>>,
    pub(crate) udi_pi: Option<Box<str>>,
    pub(crate) installed_at: Option<Date>,
    /// Of the unit that is there; none = that of the product.
    pub(crate) audience: Option<Box<str>>,
}

/// Names that an error lists of what there is.
const SUGGESTED: usize = 5;

impl Catalogue {
    pub(crate) fn load(view: &View<'_>, viewer: &Viewer) -> Result<Self, StoreError> {
        let products = view.all_products(&viewer.audiences)?;
        let releases = view.all_releases(&viewer.audiences)?;
        let sites = view.all_sites(&viewer.audiences)?;
        let mut product_names = HashMap::new();
        let mut udi_dis = HashMap::new();
        let mut bearers: HashMap<String, u32> = HashMap::new();
        for product in &products {
            *bearers.entry(product.name.to_lowercase()).or_default() += 1;
        }
        for (product, index) in products.iter().zip(0..) {
            // A name that two products share names neither.
            let name = product.name.to_lowercase();
            if bearers.get(&name) == Some(&1) {
                product_names.insert(name, index);
            }
            if let Some(udi_di) = &product.udi_di {
                udi_dis.entry(udi_di.clone()).and_modify(|place| *place = None).or_insert(Some(index));
            }
        }
        // Slugs and ids last: they win over names.
        for (product, index) in products.iter().zip(0..) {
            product_names.insert(product.id.0.clone(), index);
            product_names.insert(product.slug.clone(), index);
        }
        let product_ids: HashMap<_, _> =
            products.iter().zip(0..).map(|(product, index)| (product.id.clone(), index)).collect();
        let versions = releases
            .iter()
            .zip(0..)
            .filter_map(|(release, index)| {
                Some(((*product_ids.get(&release.product)?, release.version.clone()), index))
            })
            .collect();
        let site_names = sites
            .iter()
            .zip(0..)
            .flat_map(|(site, index)| [(site.id.0.clone(), index), (site.name.clone(), index)])
            .collect();
        Ok(Self {
            sequence: view.sequence(),
            release_ids: releases
                .iter()
                .zip(0..)
                .map(|(release, index)| (release.id.clone(), index))
                .collect(),
            site_ids: sites.iter().zip(0..).map(|(site, index)| (site.id.clone(), index)).collect(),
            products,
            releases,
            sites,
            product_names,
            product_ids,
            udi_dis,
            versions,
            site_names,
        })
    }

    /// The product of a row: what it names, else what `slug@version` names, else the only one with its UDI-DI.
    pub(crate) fn product(
        &self,
        product: Option<&str>,
        release: Option<&str>,
        udi_di: Option<&str>,
    ) -> Result<u32, String> {
        let named = product.or_else(|| release.and_then(|text| text.split_once('@')).map(|(slug, _)| slug));
        if let Some(name) = named {
            let found = self.product_names.get(name).or_else(|| self.product_names.get(&name.to_lowercase()));
            return found.copied().ok_or_else(|| {
                let slugs = self.products.iter().map(|product| product.slug.as_str());
                format!("there is no product `{name}`; {}", there_are(slugs, "add it first"))
            });
        }
        match udi_di.map(|udi_di| self.udi_dis.get(udi_di)) {
            Some(Some(Some(product))) => Ok(*product),
            Some(Some(None)) => {
                Err("is empty, and several products have this UDI-DI; name the product".to_owned())
            }
            _ => Err("is empty; name the product by its slug or name".to_owned()),
        }
    }

    /// A release of a product: its version, or `slug@version`.
    pub(crate) fn release(&self, product: u32, text: &str) -> Result<u32, String> {
        if let Some(release) = self.versions.get(&(product, text.to_owned())) {
            return Ok(*release);
        }
        let slug = self.products[product as usize].slug.as_str();
        let other = text.split_once('@').and_then(|(name, version)| {
            let named = *self.product_names.get(name)?;
            Some((named, *self.versions.get(&(named, version.to_owned()))?))
        });
        match other {
            Some((named, release)) if named == product => Ok(release),
            Some(_) => Err(format!("is no release of {slug}, the product of this row")),
            None => {
                let id = &self.products[product as usize].id;
                let versions = self
                    .releases
                    .iter()
                    .filter(|release| release.product == *id)
                    .map(|release| release.version.as_str());
                Err(format!(
                    "{slug} has no release `{text}`; {}; leave it empty when it is not known",
                    there_are(versions, "add it first")
                ))
            }
        }
    }

    /// A site by its name.
    pub(crate) fn site(&self, text: &str) -> Result<u32, String> {
        self.site_names.get(text).copied().ok_or_else(|| {
            format!(
                "there is no site `{text}`; import or add it first, or leave it empty when it is not known"
            )
        })
    }

    pub(crate) fn product_id(&self, product: u32) -> &ProductId {
        &self.products[product as usize].id
    }

    pub(crate) fn udi_di(&self, product: u32) -> Option<&str> {
        self.products[product as usize].udi_di.as_deref()
    }

    /// A row in words.
    pub(crate) fn text(&self, row: &Planned) -> String {
        let release =
            row.release.map_or("release not known", |release| &self.releases[release as usize].version);
        let site = row.site.map_or("site not known", |site| &self.sites[site as usize].name);
        format!("{} {}, {release}, {site}", self.products[row.product as usize].slug, row.serial)
    }
}

impl Planned {
    /// A unit of the record; none when it refers to what the catalogue does not hold.
    pub(crate) fn of(unit: &Unit, product: u32, catalogue: &Catalogue) -> Option<Self> {
        debug_assert_eq!(catalogue.product_ids.get(&unit.product), Some(&product));
        let release = match &unit.release {
            None => None,
            Some(release) => Some(*catalogue.release_ids.get(release)?),
        };
        let site = match &unit.site {
            None => None,
            Some(site) => Some(*catalogue.site_ids.get(site)?),
        };
        Some(Self {
            id: Some(unit.id.0.as_str().into()),
            serial: unit.serial.as_str().into(),
            product,
            release,
            site,
            udi_di: unit.udi_di.as_deref().map(Into::into),
            udi_pi: unit.udi_pi.as_deref().map(Into::into),
            installed_at: unit.installed_at,
            audience: Some(unit.audience.0.as_str().into()),
        })
    }

    /// The unit as the record keeps it.
    pub(crate) fn unit(&self, catalogue: &Catalogue, fresh: impl FnOnce() -> String) -> Unit {
        let product = &catalogue.products[self.product as usize];
        Unit {
            id: UnitId(self.id.as_deref().map_or_else(fresh, str::to_owned)),
            serial: self.serial.to_string(),
            product: product.id.clone(),
            release: self.release.map(|release| catalogue.releases[release as usize].id.clone()),
            site: self.site.map(|site| catalogue.sites[site as usize].id.clone()),
            udi_di: self.udi_di.as_deref().map(str::to_owned),
            udi_pi: self.udi_pi.as_deref().map(str::to_owned),
            installed_at: self.installed_at,
            audience: self
                .audience
                .as_deref()
                .map_or_else(|| product.audience.clone(), |label| Audience(label.to_owned())),
        }
    }
}

fn there_are<'a>(names: impl Iterator<Item = &'a str>, none: &str) -> String {
    let mut names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(SUGGESTED);
    names.truncate(SUGGESTED);
    match (names.is_empty(), more) {
        (true, _) => none.to_owned(),
        (false, 0) => format!("there are {}", names.join(", ")),
        (false, more) => format!("there are {} and {more} more", names.join(", ")),
    }
}
