//! Fielded units in the record. A unit is visible to whoever may know of it, its product, its release and its site: a unit
//! with a hidden release is not shown as one whose release is unknown, that would be wrong and would tell.

use domain::{
    audience::Audience,
    id::{ProductId, ReleaseId, SiteId, UnitId},
    unit::Unit,
};
use jiff::civil::Date;

use crate::{OPEN, Row, StoreError, Table, Tx, Value, View, page::Page, unit_count::Change};

/// Revisions of units.
pub const UNIT: Table = Table {
    name: "unit",
    key: &["id"],
    columns: &["id", "serial", "product", "release", "site", "udi_di", "udi_pi", "installed_at", "audience"],
    sealed: &[],
};

/// What a list of units shows; always by serial number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitFilter {
    /// All.
    All,
    /// Those with this serial number; one at most per product.
    Serial(String),
    /// Those of a product.
    Product(ProductId),
    /// Those of a product whose release is not known.
    UnknownRelease(ProductId),
    /// Those with a release.
    Release(ReleaseId),
    /// Those at a site.
    Site(SiteId),
    /// Those with one of these releases, and those of these products whose release is not known.
    Releases {
        /// The releases.
        releases: Vec<ReleaseId>,
        /// The products.
        unread: Vec<ProductId>,
        /// Only there.
        place: Place,
    },
}

/// Where units are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// Anywhere, known or not.
    #[default]
    Any,
    /// In a country.
    Country(String),
    /// At a site.
    Site(SiteId),
    /// Not known.
    Unknown,
}

/// A unit in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRow {
    /// The unit.
    pub unit: Unit,
    /// Slug of its product.
    pub product_slug: String,
    /// Version of its release.
    pub version: Option<String>,
    /// Name of its site.
    pub site_name: Option<String>,
    /// Country of its site.
    pub country: Option<String>,
}

/// How many units of a release are at a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitsBySite {
    /// The release.
    pub release: ReleaseId,
    /// The site; none = not known where.
    pub site: Option<SiteId>,
    /// Its name.
    pub site_name: Option<String>,
    /// Its country.
    pub country: Option<String>,
    /// Number of units.
    pub units: i64,
}

impl Tx<'_> {
    /// Opens units.
    pub fn add_units<'u>(&mut self, units: impl IntoIterator<Item = &'u Unit>) -> Result<(), StoreError> {
        self.open_units(units.into_iter().collect(), Change::default())
    }

    /// Closes the open revisions of units and opens these.
    pub fn replace_units(&mut self, units: &[Unit]) -> Result<(), StoreError> {
        let ids: Vec<UnitId> = units.iter().map(|unit| unit.id.clone()).collect();
        let mut change = Change::default();
        change.closing(self, &ids)?;
        let keys: Vec<Vec<Value>> = ids.iter().map(|id| vec![id.into()]).collect();
        self.close_bulk(&UNIT, &keys)?;
        self.open_units(units.iter().collect(), change)
    }

    /// Closes a unit.
    pub fn close_unit(&mut self, id: &UnitId) -> Result<(), StoreError> {
        let mut change = Change::default();
        change.closing(self, std::slice::from_ref(id))?;
        self.close(&UNIT, &[id.into()])?;
        change.apply(self)
    }

    fn open_units(&mut self, units: Vec<&Unit>, mut change: Change) -> Result<(), StoreError> {
        change.opened(units.iter().copied());
        self.bulk(&UNIT, units.into_iter().map(values).collect())?;
        change.apply(self)
    }
}

impl View<'_> {
    /// A unit by id.
    pub fn unit(&self, id: &UnitId, audiences: &[String]) -> Result<Option<UnitRow>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), id.into()];
        Ok(self.rows_joined(&[SELECT, VISIBLE, "AND u.id = $3"], &values, unit_row)?.pop())
    }

    /// The units of a product that have these serial numbers now (whatever the moment of the view), whoever may know of
    /// them; for imports, which must not make a second one. Equality on the whole unique index, because PostgreSQL would
    /// else compare every unit of the product with every number of the list.
    pub fn units_by_serial(&self, product: &ProductId, serials: &[String]) -> Result<Vec<Unit>, StoreError> {
        let values = [OPEN.into(), product.into(), serials.into()];
        self.rows(BY_SERIAL, &values, unit)
    }

    /// How many of these units were changed after an entry.
    pub fn units_changed_after(&self, ids: &[UnitId], sequence: i64) -> Result<i64, StoreError> {
        let ids: Vec<String> = ids.iter().map(|id| id.0.clone()).collect();
        let values = [OPEN.into(), ids.into(), sequence.into()];
        Ok(self.row(CHANGED_AFTER, &values, |row| row.integer(0))?.unwrap_or_default())
    }

    /// A page of the list of units, by serial number.
    pub fn units(
        &self,
        audiences: &[String],
        filter: &UnitFilter,
        page: &Page,
    ) -> Result<Vec<UnitRow>, StoreError> {
        let (after, id) = page.start();
        let (filter, argument) = match filter {
            UnitFilter::Releases { releases, unread, place } => {
                return self.units_of(audiences, releases, unread, place, page);
            }
            UnitFilter::All => ("AND $6 = ''", ""),
            UnitFilter::Serial(serial) => ("AND u.serial = $6", serial.as_str()),
            UnitFilter::Product(product) => ("AND u.product = $6", product.0.as_str()),
            UnitFilter::UnknownRelease(product) => {
                ("AND u.product = $6 AND u.release IS NULL", product.0.as_str())
            }
            UnitFilter::Release(release) => ("AND u.release = $6", release.0.as_str()),
            UnitFilter::Site(site) => ("AND u.site = $6", site.0.as_str()),
        };
        let values = [
            self.sequence().into(),
            audiences.into(),
            after.into(),
            id.into(),
            i64::from(page.limit).into(),
            argument.into(),
        ];
        self.rows_joined(&[SELECT, VISIBLE, filter, ORDER], &values, unit_row)
    }

    /// The number of units with one of these releases, and of those of these products whose release is not known.
    pub fn count_units_of(
        &self,
        audiences: &[String],
        releases: &[ReleaseId],
        unread: &[ProductId],
        place: &Place,
    ) -> Result<i64, StoreError> {
        let releases: Vec<String> = releases.iter().map(|release| release.0.clone()).collect();
        let unread: Vec<String> = unread.iter().map(|product| product.0.clone()).collect();
        let (place, country) = match place {
            Place::Any => ("AND $5 = ''", ""),
            Place::Country(country) => ("AND s.country = $5", country.as_str()),
            Place::Site(site) => ("AND c.site = $5", site.0.as_str()),
            Place::Unknown => ("AND s.country IS NULL AND $5 = ''", ""),
        };
        let values =
            [self.sequence().into(), audiences.into(), releases.into(), unread.into(), country.into()];
        let rows = self.rows_joined(&[COUNT_OF, place], &values, |row| row.integer(0))?;
        Ok(rows.into_iter().sum())
    }

    /// Where many units are meant, the next of them are soon met in the order of serial numbers; where few are, they are
    /// found first and sorted then. Either way of a fleet of 340,000 takes half a second for the other's case.
    fn units_of(
        &self,
        audiences: &[String],
        releases: &[ReleaseId],
        unread: &[ProductId],
        place: &Place,
        page: &Page,
    ) -> Result<Vec<UnitRow>, StoreError> {
        let meant = self.count_units_of(audiences, releases, unread, place)?;
        let walked = i64::from(page.limit).saturating_mul(self.count_units(audiences)?);
        let many = meant.saturating_mul(meant) > walked;
        let (after, id) = page.start();
        let releases: Vec<String> = releases.iter().map(|release| release.0.clone()).collect();
        let unread: Vec<String> = unread.iter().map(|product| product.0.clone()).collect();
        let (place, argument) = match (place, many) {
            (Place::Any, _) => ("AND $8 = ''", ""),
            (Place::Country(country), false) => ("AND s.country = $8", country.as_str()),
            (Place::Country(country), true) => ("AND COALESCE(s.country, '') = $8", country.as_str()),
            (Place::Site(site), false) => ("AND u.site = $8", site.0.as_str()),
            (Place::Site(site), true) => ("AND COALESCE(u.site, '') = $8", site.0.as_str()),
            (Place::Unknown, _) => ("AND s.country IS NULL AND $8 = ''", ""),
        };
        let values = [
            self.sequence().into(),
            audiences.into(),
            after.into(),
            id.into(),
            i64::from(page.limit).into(),
            releases.into(),
            unread.into(),
            argument.into(),
        ];
        let which = if many { OF_RELEASES_WALKED } else { OF_RELEASES };
        self.rows_joined(&[SELECT, VISIBLE, which, place, ORDER], &values, unit_row)
    }

    /// The units of releases counted by site, by country and name; those at an unknown place come last.
    pub fn units_by_site(
        &self,
        releases: &[ReleaseId],
        audiences: &[String],
    ) -> Result<Vec<UnitsBySite>, StoreError> {
        let releases: Vec<String> = releases.iter().map(|release| release.0.clone()).collect();
        let values = [self.sequence().into(), audiences.into(), releases.into()];
        self.rows(BY_SITE, &values, |row| {
            Ok(UnitsBySite {
                release: ReleaseId(row.text(0)?),
                site: row.optional_text(1)?.map(SiteId),
                site_name: row.optional_text(2)?,
                country: row.optional_text(3)?,
                units: row.integer(4)?,
            })
        })
    }

    /// The number of units of a product whose release is not known.
    pub fn units_with_unknown_release(
        &self,
        product: &ProductId,
        audiences: &[String],
    ) -> Result<i64, StoreError> {
        let values = [self.sequence().into(), audiences.into(), product.into()];
        Ok(self.row(UNKNOWN_RELEASE, &values, |row| row.integer(0))?.unwrap_or_default())
    }

    /// The number of all units.
    pub fn count_units(&self, audiences: &[String]) -> Result<i64, StoreError> {
        let values = [self.sequence().into(), audiences.into()];
        Ok(self.row(COUNT, &values, |row| row.integer(0))?.unwrap_or_default())
    }
}

const SELECT: &str = "SELECT u.id, u.serial, u.product, u.release, u.site, u.udi_di, u.udi_pi, u.installed_at, u.audience, \
    p.slug, r.version, s.name, s.country \
    FROM unit u JOIN product p ON p.id = u.product AND p.since <= $1 AND p.until > $1 \
    LEFT JOIN release r ON r.id = u.release AND r.since <= $1 AND r.until > $1 \
    LEFT JOIN site s ON s.id = u.site AND s.since <= $1 AND s.until > $1";
const VISIBLE: &str = "WHERE u.since <= $1 AND u.until > $1 AND u.audience IN (LIST $2) AND p.audience IN (LIST $2) \
    AND (u.release IS NULL OR r.audience IN (LIST $2)) AND (u.site IS NULL OR s.audience IN (LIST $2))";
// What follows counts from the counters (`unit_count`), in which an empty release or site is one that is not known.
const COUNT_OF: &str = "SELECT COALESCE(SUM(c.units), 0) FROM cache_unit_count c \
    JOIN product p ON p.id = c.product AND p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2) \
    LEFT JOIN release r ON r.id = c.release AND r.since <= $1 AND r.until > $1 \
    LEFT JOIN site s ON s.id = c.site AND s.since <= $1 AND s.until > $1 \
    WHERE c.since <= $1 AND c.until > $1 AND c.audience IN (LIST $2) \
    AND (c.release = '' OR r.audience IN (LIST $2)) AND (c.site = '' OR s.audience IN (LIST $2)) \
    AND (c.release IN (LIST $3) OR (c.release = '' AND c.product IN (LIST $4)))";
const OF_RELEASES: &str = "AND (u.release IN (LIST $6) OR (u.release IS NULL AND u.product IN (LIST $7)))";
/// The same, but no index over releases or products serves it, so that the one over serial numbers does.
const OF_RELEASES_WALKED: &str = "AND (COALESCE(u.release, '') IN (LIST $6) \
    OR (u.release IS NULL AND COALESCE(u.product, '') IN (LIST $7)))";
const CHANGED_AFTER: &str =
    "SELECT COUNT(*) FROM unit u WHERE u.until = $1 AND u.id IN (LIST $2) AND u.since > $3";
const ORDER: &str = "AND (u.serial, u.id) > ($3, $4) ORDER BY u.serial, u.id LIMIT $5";
const BY_SERIAL: &str = "SELECT u.id, u.serial, u.product, u.release, u.site, u.udi_di, u.udi_pi, u.installed_at, u.audience \
    FROM unit u WHERE u.until = $1 AND u.product = $2 AND u.serial IN (LIST $3)";
/// Summed first, joined after.
const BY_SITE: &str = "SELECT n.release, NULLIF(n.site, ''), s.name, s.country, n.units FROM ( \
    SELECT c.release AS release, c.site AS site, SUM(c.units) AS units FROM release r \
    JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2) \
    JOIN cache_unit_count c ON c.product = r.product AND c.release = r.id AND c.since <= $1 AND c.until > $1 \
    AND c.audience IN (LIST $2) \
    WHERE r.since <= $1 AND r.until > $1 AND r.audience IN (LIST $2) AND r.id IN (LIST $3) GROUP BY c.release, c.site) n \
    LEFT JOIN site s ON s.id = n.site AND s.since <= $1 AND s.until > $1 \
    WHERE n.site = '' OR s.audience IN (LIST $2) \
    ORDER BY n.release, CASE WHEN s.name IS NULL THEN 1 ELSE 0 END, s.country, s.name";
const UNKNOWN_RELEASE: &str = "SELECT COALESCE(SUM(c.units), 0) FROM cache_unit_count c \
    JOIN product p ON p.id = c.product AND p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2) \
    WHERE c.product = $3 AND c.release = '' AND c.since <= $1 AND c.until > $1 AND c.audience IN (LIST $2) \
    AND c.site NOT IN (SELECT s.id FROM site s WHERE s.since <= $1 AND s.until > $1 AND s.audience NOT IN (LIST $2))";
const COUNT: &str = "SELECT COALESCE(SUM(c.units), 0) FROM product p \
    JOIN cache_unit_count c ON c.product = p.id AND c.since <= $1 AND c.until > $1 AND c.audience IN (LIST $2) \
    WHERE p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2) \
    AND c.release NOT IN (SELECT r.id FROM release r WHERE r.since <= $1 AND r.until > $1 AND r.audience NOT IN (LIST $2)) \
    AND c.site NOT IN (SELECT s.id FROM site s WHERE s.since <= $1 AND s.until > $1 AND s.audience NOT IN (LIST $2))";

fn values(unit: &Unit) -> Vec<Value> {
    vec![
        (&unit.id).into(),
        (&unit.serial).into(),
        (&unit.product).into(),
        unit.release.as_ref().into(),
        unit.site.as_ref().into(),
        unit.udi_di.as_ref().into(),
        unit.udi_pi.as_ref().into(),
        unit.installed_at.into(),
        (&unit.audience).into(),
    ]
}

fn unit(row: &Row<'_>) -> Result<Unit, StoreError> {
    let installed_at = row
        .optional_text(7)?
        .map(|text| text.parse::<Date>().map_err(|_| StoreError::unreadable(7, "a date", &text)));
    Ok(Unit {
        id: UnitId(row.text(0)?),
        serial: row.text(1)?,
        product: ProductId(row.text(2)?),
        release: row.optional_text(3)?.map(ReleaseId),
        site: row.optional_text(4)?.map(SiteId),
        udi_di: row.optional_text(5)?,
        udi_pi: row.optional_text(6)?,
        installed_at: installed_at.transpose()?,
        audience: Audience(row.text(8)?),
    })
}

fn unit_row(row: &Row<'_>) -> Result<UnitRow, StoreError> {
    Ok(UnitRow {
        unit: unit(row)?,
        product_slug: row.text(9)?,
        version: row.optional_text(10)?,
        site_name: row.optional_text(11)?,
        country: row.optional_text(12)?,
    })
}
