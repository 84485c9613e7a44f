//! Fielded versions in the record. A release is visible to whoever may know of it and of its product.

use domain::{
    audience::Audience,
    id::{InventoryId, ProductId, ReleaseId},
    release::{Release, Stage},
};
use jiff::civil::Date;

use crate::{Row, StoreError, Table, Tx, Value, View, page::Page};

/// Revisions of releases.
pub const RELEASE: Table = Table {
    name: "release",
    key: &["id"],
    columns: &[
        "id",
        "product",
        "version",
        "parent",
        "configuration",
        "released_on",
        "stage",
        "complete_roles",
        "audience",
    ],
    sealed: &[],
};

/// Orders of the list of releases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReleaseSort {
    /// By version, as text.
    #[default]
    Version,
    /// The latest release date first; those without one last.
    ReleasedOn,
}

impl ReleaseSort {
    /// All orders.
    pub const ALL: [Self; 2] = [Self::Version, Self::ReleasedOn];

    /// The value sorted by.
    #[must_use]
    pub fn key(self, release: &Release) -> String {
        match self {
            Self::Version => release.version.clone(),
            Self::ReleasedOn => release.released_on.map(|date| date.to_string()).unwrap_or_default(),
        }
    }
}

/// What a list of releases shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReleaseFilter {
    /// All.
    All,
    /// Those of one product.
    Product(ProductId),
    /// Those without an inventory: nothing can warn us about them.
    WithoutInventory,
}

/// A release in a list, with what the viewer may know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseRow {
    /// The release.
    pub release: Release,
    /// Slug of its product.
    pub product_slug: String,
    /// Name of its product.
    pub product_name: String,
    /// Number of units with it.
    pub units: i64,
    /// Number of sites where they are; units whose site is unknown add none.
    pub sites: i64,
    /// Its inventory.
    pub inventory: Option<InventoryId>,
    /// Number of components in it.
    pub components: Option<i64>,
}

impl Tx<'_> {
    /// Opens a release.
    pub fn add_release(&mut self, release: &Release) -> Result<(), StoreError> {
        self.open(&RELEASE, &values(release))
    }

    /// Closes the open revision of a release and opens this one.
    pub fn replace_release(&mut self, release: &Release) -> Result<(), StoreError> {
        self.replace(&RELEASE, &values(release))
    }

    /// Closes a release.
    pub fn close_release(&mut self, id: &ReleaseId) -> Result<(), StoreError> {
        self.close(&RELEASE, &[id.into()])
    }
}

impl View<'_> {
    /// A release by id.
    pub fn release(&self, id: &ReleaseId, audiences: &[String]) -> Result<Option<Release>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), id.into()];
        Ok(self.rows_joined(&[SELECT, FROM, VISIBLE, "AND r.id = $3"], &values, release)?.pop())
    }

    /// A release of a product by its version.
    pub fn release_by_version(
        &self,
        product: &ProductId,
        version: &str,
        audiences: &[String],
    ) -> Result<Option<Release>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), product.into(), version.into()];
        let fragments = [SELECT, FROM, VISIBLE, "AND r.product = $3 AND r.version = $4"];
        Ok(self.rows_joined(&fragments, &values, release)?.pop())
    }

    /// All releases, by product and version.
    pub fn all_releases(&self, audiences: &[String]) -> Result<Vec<Release>, StoreError> {
        let values = [self.sequence().into(), audiences.into()];
        self.rows_joined(&[SELECT, FROM, VISIBLE, "ORDER BY p.slug, r.version"], &values, release)
    }

    /// A page of the list of releases with their counts.
    pub fn releases(
        &self,
        audiences: &[String],
        filter: &ReleaseFilter,
        sort: ReleaseSort,
        page: &Page,
    ) -> Result<Vec<ReleaseRow>, StoreError> {
        let (mut after, mut id) = page.start();
        if page.after.is_none() && sort == ReleaseSort::ReleasedOn {
            // Going down: `~` sorts after every date and every id.
            (after, id) = ("~", "~");
        }
        let (filter, argument) = match filter {
            ReleaseFilter::All => ("AND $6 = ''", ""),
            ReleaseFilter::Product(product) => ("AND r.product = $6", product.0.as_str()),
            ReleaseFilter::WithoutInventory => ("AND i.id IS NULL AND $6 = ''", ""),
        };
        let order = match sort {
            ReleaseSort::Version => "AND (r.version, r.id) > ($3, $4) ORDER BY r.version, r.id LIMIT $5",
            ReleaseSort::ReleasedOn => {
                "AND (COALESCE(r.released_on, ''), r.id) < ($3, $4) ORDER BY COALESCE(r.released_on, '') DESC, r.id DESC LIMIT $5"
            }
        };
        let values = [
            self.sequence().into(),
            audiences.into(),
            after.into(),
            id.into(),
            i64::from(page.limit).into(),
            argument.into(),
        ];
        self.rows_joined(&[SELECT, COUNTED, FROM, INVENTORY, VISIBLE, filter, order], &values, |row| {
            Ok(ReleaseRow {
                release: release(row)?,
                product_slug: row.text(9)?,
                product_name: row.text(10)?,
                units: row.integer(11)?,
                sites: row.integer(12)?,
                inventory: row.optional_text(13)?.map(InventoryId),
                components: row.optional_integer(14)?,
            })
        })
    }

    /// Whether an open release of the product has this version, whoever may know of it.
    pub fn version_is_taken(&self, product: &ProductId, version: &str) -> Result<bool, StoreError> {
        let values = [self.sequence().into(), product.into(), version.into()];
        Ok(self.row(VERSION_IS_TAKEN, &values, |_| Ok(()))?.is_some())
    }

    /// The parent of a release, whoever may know of it; for the lineage's soundness, never to be shown.
    pub fn parent_of(&self, id: &ReleaseId) -> Result<Option<ReleaseId>, StoreError> {
        let parent = self.row(PARENT_OF, &[self.sequence().into(), id.into()], |row| row.optional_text(0))?;
        Ok(parent.flatten().map(ReleaseId))
    }
}

const SELECT: &str = "SELECT r.id, r.product, r.version, r.parent, r.configuration, r.released_on, r.stage, r.complete_roles, r.audience, \
    p.slug, p.name";
const COUNTED: &str = ", \
    (SELECT COALESCE(SUM(c.units), 0) FROM cache_unit_count c WHERE c.product = r.product AND c.release = r.id AND c.since <= $1 \
        AND c.until > $1 AND c.audience IN (LIST $2) AND c.site NOT IN \
        (SELECT s.id FROM site s WHERE s.since <= $1 AND s.until > $1 AND s.audience NOT IN (LIST $2))), \
    (SELECT COUNT(DISTINCT NULLIF(c.site, '')) FROM cache_unit_count c WHERE c.product = r.product AND c.release = r.id AND c.since <= $1 \
        AND c.until > $1 AND c.audience IN (LIST $2) AND c.site NOT IN \
        (SELECT s.id FROM site s WHERE s.since <= $1 AND s.until > $1 AND s.audience NOT IN (LIST $2))), \
    i.id, i.components";
const FROM: &str = "FROM release r JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2)";
const INVENTORY: &str = "LEFT JOIN inventory i ON i.release = r.id AND i.since <= $1 AND i.until > $1 AND i.audience IN (LIST $2)";
const VISIBLE: &str = "WHERE r.since <= $1 AND r.until > $1 AND r.audience IN (LIST $2)";
const VERSION_IS_TAKEN: &str =
    "SELECT r.id FROM release r WHERE r.since <= $1 AND r.until > $1 AND r.product = $2 AND r.version = $3";
const PARENT_OF: &str = "SELECT r.parent FROM release r WHERE r.since <= $1 AND r.until > $1 AND r.id = $2";

fn values(release: &Release) -> Vec<Value> {
    vec![
        (&release.id).into(),
        (&release.product).into(),
        (&release.version).into(),
        release.parent.as_ref().into(),
        release.configuration.as_ref().into(),
        release.released_on.into(),
        release.stage.as_str().into(),
        (&release.complete_roles).into(),
        (&release.audience).into(),
    ]
}

fn release(row: &Row<'_>) -> Result<Release, StoreError> {
    let released_on = row
        .optional_text(5)?
        .map(|text| text.parse::<Date>().map_err(|_| StoreError::unreadable(5, "a date", &text)));
    let stage = row.text(6)?;
    Ok(Release {
        id: ReleaseId(row.text(0)?),
        product: ProductId(row.text(1)?),
        version: row.text(2)?,
        parent: row.optional_text(3)?.map(ReleaseId),
        configuration: row.optional_text(4)?,
        released_on: released_on.transpose()?,
        stage: Stage::parse(&stage).ok_or_else(|| StoreError::unreadable(6, "a lifecycle stage", &stage))?,
        complete_roles: row.text(7)?,
        audience: Audience(row.text(8)?),
    })
}
