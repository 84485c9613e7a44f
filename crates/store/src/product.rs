//! Device models in the record. A product is visible to whoever has its label; what belongs to it is visible to nobody else.

use domain::{audience::Audience, id::ProductId, product::Product};

use crate::{Row, StoreError, Table, Tx, Value, View, page::Page};

/// Revisions of products.
pub const PRODUCT: Table = Table {
    name: "product",
    key: &["id"],
    columns: &[
        "id",
        "slug",
        "name",
        "family",
        "intended_use",
        "udi_di",
        "software_class",
        "four_eyes",
        "audience",
    ],
    sealed: &[],
};

/// Orders of the list of products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProductSort {
    /// By name.
    #[default]
    Name,
    /// By slug.
    Slug,
}

impl ProductSort {
    /// All orders.
    pub const ALL: [Self; 2] = [Self::Name, Self::Slug];

    /// The value sorted by.
    #[must_use]
    pub fn key(self, product: &Product) -> &str {
        match self {
            Self::Name => &product.name,
            Self::Slug => &product.slug,
        }
    }
}

/// A product in a list, with what the viewer may know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductRow {
    /// The product.
    pub product: Product,
    /// Number of releases.
    pub releases: i64,
    /// Number of units.
    pub units: i64,
    /// Units among them whose release is not known.
    pub units_with_unknown_release: i64,
}

impl Tx<'_> {
    /// Opens a product.
    pub fn add_product(&mut self, product: &Product) -> Result<(), StoreError> {
        self.open(&PRODUCT, &values(product))
    }

    /// Closes the open revision of a product and opens this one.
    pub fn replace_product(&mut self, product: &Product) -> Result<(), StoreError> {
        self.replace(&PRODUCT, &values(product))
    }

    /// Closes a product.
    pub fn close_product(&mut self, id: &ProductId) -> Result<(), StoreError> {
        self.close(&PRODUCT, &[id.into()])
    }
}

impl View<'_> {
    /// A product by id.
    pub fn product(&self, id: &ProductId, audiences: &[String]) -> Result<Option<Product>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), id.into()];
        Ok(self.rows_joined(&[SELECT, VISIBLE, "AND p.id = $3"], &values, product)?.pop())
    }

    /// A product by its slug.
    pub fn product_by_slug(&self, slug: &str, audiences: &[String]) -> Result<Option<Product>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), slug.into()];
        Ok(self.rows_joined(&[SELECT, VISIBLE, "AND p.slug = $3"], &values, product)?.pop())
    }

    /// Products of this name; several may share it.
    pub fn products_by_name(&self, name: &str, audiences: &[String]) -> Result<Vec<Product>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), name.into()];
        self.rows_joined(&[SELECT, VISIBLE, "AND p.name = $3 ORDER BY p.slug"], &values, product)
    }

    /// All products, by slug.
    pub fn all_products(&self, audiences: &[String]) -> Result<Vec<Product>, StoreError> {
        let values = [self.sequence().into(), audiences.into()];
        self.rows_joined(&[SELECT, VISIBLE, "ORDER BY p.slug"], &values, product)
    }

    /// A page of the list of products with their counts.
    pub fn products(
        &self,
        audiences: &[String],
        sort: ProductSort,
        page: &Page,
    ) -> Result<Vec<ProductRow>, StoreError> {
        let (after, id) = page.start();
        let values =
            [self.sequence().into(), audiences.into(), after.into(), id.into(), i64::from(page.limit).into()];
        let order = match sort {
            ProductSort::Name => "AND (p.name, p.id) > ($3, $4) ORDER BY p.name, p.id LIMIT $5",
            ProductSort::Slug => "AND (p.slug, p.id) > ($3, $4) ORDER BY p.slug, p.id LIMIT $5",
        };
        self.rows_joined(&[SELECT_COUNTED, FROM, VISIBLE, order], &values, |row| {
            Ok(ProductRow {
                product: product(row)?,
                releases: row.integer(9)?,
                units: row.integer(10)?,
                units_with_unknown_release: row.integer(11)?,
            })
        })
    }

    /// Whether an open product has this slug, whoever may know of it.
    pub fn slug_is_taken(&self, slug: &str) -> Result<bool, StoreError> {
        Ok(self.row(SLUG_IS_TAKEN, &[self.sequence().into(), slug.into()], |_| Ok(()))?.is_some())
    }
}

const SELECT: &str = "SELECT p.id, p.slug, p.name, p.family, p.intended_use, p.udi_di, p.software_class, p.four_eyes, p.audience \
    FROM product p";
const SELECT_COUNTED: &str = "SELECT p.id, p.slug, p.name, p.family, p.intended_use, p.udi_di, p.software_class, p.four_eyes, p.audience, \
    (SELECT COUNT(*) FROM release r WHERE r.product = p.id AND r.since <= $1 AND r.until > $1 AND r.audience IN (LIST $2)), \
    (SELECT COALESCE(SUM(c.units), 0) FROM cache_unit_count c WHERE c.product = p.id AND c.since <= $1 AND c.until > $1 AND c.audience IN (LIST $2) \
        AND c.release NOT IN (SELECT r.id FROM release r WHERE r.since <= $1 AND r.until > $1 AND r.audience NOT IN (LIST $2)) \
        AND c.site NOT IN (SELECT s.id FROM site s WHERE s.since <= $1 AND s.until > $1 AND s.audience NOT IN (LIST $2))), \
    (SELECT COALESCE(SUM(c.units), 0) FROM cache_unit_count c WHERE c.product = p.id AND c.release = '' AND c.since <= $1 AND c.until > $1 \
        AND c.audience IN (LIST $2) \
        AND c.site NOT IN (SELECT s.id FROM site s WHERE s.since <= $1 AND s.until > $1 AND s.audience NOT IN (LIST $2)))";
const FROM: &str = "FROM product p";
const VISIBLE: &str = "WHERE p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2)";
const SLUG_IS_TAKEN: &str = "SELECT p.id FROM product p WHERE p.since <= $1 AND p.until > $1 AND p.slug = $2";

fn values(product: &Product) -> Vec<Value> {
    vec![
        (&product.id).into(),
        (&product.slug).into(),
        (&product.name).into(),
        product.family.as_ref().into(),
        product.intended_use.as_ref().into(),
        product.udi_di.as_ref().into(),
        product.software_class.as_ref().into(),
        product.four_eyes.into(),
        (&product.audience).into(),
    ]
}

fn product(row: &Row<'_>) -> Result<Product, StoreError> {
    Ok(Product {
        id: ProductId(row.text(0)?),
        slug: row.text(1)?,
        name: row.text(2)?,
        family: row.optional_text(3)?,
        intended_use: row.optional_text(4)?,
        udi_di: row.optional_text(5)?,
        software_class: row.optional_text(6)?,
        four_eyes: row.boolean(7)?,
        audience: Audience(row.text(8)?),
    })
}
