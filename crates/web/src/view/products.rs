//! The portfolio: each product with its releases, their units, coverage and open work.

use askama::Template;

use super::chip::Chip;
use super::count::{Count, Headline, Link};
use super::empty::Empty;
use super::shell::Shell;
use super::{filters, href, words};

#[derive(Debug, Clone, Template)]
#[template(path = "products.html")]
pub struct ProductsPage {
    pub shell: Shell,
    pub releases: u64,
    pub units: u64,
    pub sites: u64,
    pub unread: Count,
    pub without_inventory: Count,
    pub products: Vec<Product>,
    pub empty: Empty,
}

#[derive(Debug, Clone)]
pub struct Product {
    pub name: String,
    /// "infusion pump · class IIb · 510(k) K253101": what the record knows, joined by the handler.
    pub meta: String,
    /// The fragment under which the list of products leads here.
    pub slug: String,
    pub releases: Vec<ProductRelease>,
    /// Units of this product whose release is not known.
    pub unread: Option<Count>,
}

#[derive(Debug, Clone)]
pub struct ProductRelease {
    pub release: Link,
    /// "after 4.1"
    pub lineage: Option<String>,
    pub support: Chip,
    pub units: Count,
    pub sites: Count,
    /// `None`: no inventory, so nothing can warn us.
    pub components: Option<Count>,
    /// "94.2%"
    pub watched: Option<String>,
    pub open: Count,
    pub decided: Count,
}

impl ProductsPage {
    fn headline(&self) -> Headline {
        let mut headline = Headline::default().text(format!(
            "{} in {}, on {}",
            words::plural(self.units, "unit", "units"),
            words::plural(self.releases, "release", "releases"),
            words::plural(self.sites, "site", "sites")
        ));
        if self.unread.n > 0 {
            headline = headline.text(". ").link(
                format!("{} of an unknown release", words::plural(self.unread.n, "unit is", "units are")),
                &*self.unread.href,
            );
        }
        if self.without_inventory.n > 0 {
            headline = headline.text(". ").link(
                format!(
                    "{} no inventory",
                    words::plural(self.without_inventory.n, "release has", "releases have")
                ),
                &*self.without_inventory.href,
            );
        }
        headline.text(".")
    }
}
