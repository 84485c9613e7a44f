//! Customers' sites in the record. In a row `contact` is ciphertext: what goes in was sealed under [`subject`] by the
//! caller (the seam refuses anything else), what comes out is opened with [`crate::Vault::unseal`].

use domain::{audience::Audience, id::SiteId, site::Site};

use crate::{Row, StoreError, Table, Tx, Value, View, page::Page};

/// Revisions of sites.
pub const SITE: Table = Table {
    name: "site",
    key: &["id"],
    columns: &["id", "name", "customer", "country", "city", "contact", "audience"],
    sealed: &["contact"],
};

/// Whose key seals the contact of a site.
#[must_use]
pub fn subject(id: &SiteId) -> String {
    format!("site:{id}")
}

/// Orders of the list of sites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SiteSort {
    /// By name.
    #[default]
    Name,
    /// By country.
    Country,
}

impl SiteSort {
    /// All orders.
    pub const ALL: [Self; 2] = [Self::Name, Self::Country];

    /// The value sorted by.
    #[must_use]
    pub fn key(self, site: &Site) -> &str {
        match self {
            Self::Name => &site.name,
            Self::Country => &site.country,
        }
    }
}

/// A site in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteRow {
    /// The site, its contact sealed.
    pub site: Site,
    /// Number of units there that the viewer may know of.
    pub units: i64,
}

impl Tx<'_> {
    /// Opens sites; their contacts are sealed.
    pub fn add_sites(&mut self, sites: &[Site]) -> Result<(), StoreError> {
        self.bulk(&SITE, sites.iter().map(values).collect())
    }

    /// Closes the open revisions of sites and opens these; their contacts are sealed.
    pub fn replace_sites(&mut self, sites: &[Site]) -> Result<(), StoreError> {
        let keys: Vec<Vec<Value>> = sites.iter().map(|site| vec![(&site.id).into()]).collect();
        self.close_bulk(&SITE, &keys)?;
        self.add_sites(sites)
    }

    /// Closes a site.
    pub fn close_site(&mut self, id: &SiteId) -> Result<(), StoreError> {
        self.close(&SITE, &[id.into()])
    }
}

impl View<'_> {
    /// A site by id.
    pub fn site(&self, id: &SiteId, audiences: &[String]) -> Result<Option<Site>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), id.into()];
        Ok(self.rows_joined(&[SELECT, FROM, VISIBLE, "AND s.id = $3"], &values, site)?.pop())
    }

    /// A site by its name.
    pub fn site_by_name(&self, name: &str, audiences: &[String]) -> Result<Option<Site>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), name.into()];
        Ok(self.rows_joined(&[SELECT, FROM, VISIBLE, "AND s.name = $3"], &values, site)?.pop())
    }

    /// All sites, by name.
    pub fn all_sites(&self, audiences: &[String]) -> Result<Vec<Site>, StoreError> {
        let values = [self.sequence().into(), audiences.into()];
        self.rows_joined(&[SELECT, FROM, VISIBLE, "ORDER BY s.name"], &values, site)
    }

    /// A page of the list of sites; `country` narrows it.
    pub fn sites(
        &self,
        audiences: &[String],
        country: Option<&str>,
        sort: SiteSort,
        page: &Page,
    ) -> Result<Vec<SiteRow>, StoreError> {
        let (after, id) = page.start();
        let values = [
            self.sequence().into(),
            audiences.into(),
            after.into(),
            id.into(),
            i64::from(page.limit).into(),
            country.unwrap_or_default().into(),
        ];
        let filter = if country.is_some() { "AND s.country = $6" } else { "AND $6 = ''" };
        let order = match sort {
            SiteSort::Name => "AND (s.name, s.id) > ($3, $4) ORDER BY s.name, s.id LIMIT $5",
            SiteSort::Country => "AND (s.country, s.id) > ($3, $4) ORDER BY s.country, s.id LIMIT $5",
        };
        self.rows_joined(&[SELECT, UNITS, FROM, VISIBLE, filter, order], &values, |row| {
            Ok(SiteRow { site: site(row)?, units: row.integer(7)? })
        })
    }

    /// Which of these names an open site has, whoever may know of it.
    pub fn site_names_taken(&self, names: &[String]) -> Result<Vec<String>, StoreError> {
        self.rows(NAMES_TAKEN, &[self.sequence().into(), names.into()], |row| row.text(0))
    }
}

const SELECT: &str = "SELECT s.id, s.name, s.customer, s.country, s.city, s.contact, s.audience";
const UNITS: &str = ", (SELECT COALESCE(SUM(c.units), 0) FROM cache_unit_count c \
    JOIN product p ON p.id = c.product AND p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2) \
    WHERE c.site = s.id AND c.since <= $1 AND c.until > $1 AND c.audience IN (LIST $2) AND c.release NOT IN \
    (SELECT r.id FROM release r WHERE r.since <= $1 AND r.until > $1 AND r.audience NOT IN (LIST $2)))";
const FROM: &str = "FROM site s";
const VISIBLE: &str = "WHERE s.since <= $1 AND s.until > $1 AND s.audience IN (LIST $2)";
const NAMES_TAKEN: &str =
    "SELECT s.name FROM site s WHERE s.since <= $1 AND s.until > $1 AND s.name IN (LIST $2)";

fn values(site: &Site) -> Vec<Value> {
    vec![
        (&site.id).into(),
        (&site.name).into(),
        site.customer.as_ref().into(),
        (&site.country).into(),
        site.city.as_ref().into(),
        site.contact.as_ref().into(),
        (&site.audience).into(),
    ]
}

fn site(row: &Row<'_>) -> Result<Site, StoreError> {
    Ok(Site {
        id: SiteId(row.text(0)?),
        name: row.text(1)?,
        customer: row.optional_text(2)?,
        country: row.text(3)?,
        city: row.optional_text(4)?,
        contact: row.optional_text(5)?,
        audience: Audience(row.text(6)?),
    })
}
