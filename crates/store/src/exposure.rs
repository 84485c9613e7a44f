//! Exposures: which release has which vulnerability, by which component. Joins over verdicts, settlements and inventories;
//! nothing is stored. Not here: what scores add to them (`app`), units by site (`unit`).

use domain::{
    id::{ComponentId, DecisionId, InventoryId, ProductId, ReleaseId, VerdictId, VulnerabilityId},
    verdict::VerdictState,
};

use crate::{
    Row, StoreError, View,
    verdict::{speaks_of_release, state},
};

/// One component of one release that has the vulnerability, may have it, or is excluded by a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// Vulnerability.
    pub vulnerability: VulnerabilityId,
    /// Its shown name.
    pub shown: String,
    /// Release.
    pub release: ReleaseId,
    /// Its version.
    pub version: String,
    /// Product.
    pub product: ProductId,
    /// Its slug.
    pub product_slug: String,
    /// Its name.
    pub product_name: String,
    /// Inventory that names the component.
    pub inventory: InventoryId,
    /// Component.
    pub component: ComponentId,
    /// Its name.
    pub component_name: String,
    /// Its version.
    pub component_version: Option<String>,
    /// Its package URL.
    pub purl: Option<String>,
    /// Dependency path.
    pub path: Option<String>,
    /// Verdict.
    pub verdict: VerdictId,
    /// Word in this inventory: the settlement's where there is one.
    pub state: VerdictState,
    /// `A` to `D`.
    pub class: Option<String>,
    /// Reason code.
    pub reason: String,
    /// Digest of the evidence text.
    pub evidence: String,
    /// The entry that opened the verdict.
    pub since: i64,
}

/// The least that counting needs of an open exposure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenExposure {
    /// Vulnerability.
    pub vulnerability: VulnerabilityId,
    /// Release.
    pub release: ReleaseId,
    /// Component.
    pub component: ComponentId,
    /// In range or undecided.
    pub state: VerdictState,
    /// `A` to `D`.
    pub class: Option<String>,
    /// The entry that opened the verdict.
    pub since: i64,
}

/// A decision on a vulnerability for a release, as far as the watch needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionMark {
    /// Decision.
    pub id: DecisionId,
    /// Its case.
    pub case: String,
    /// Release.
    pub release: ReleaseId,
    /// Vulnerability.
    pub vulnerability: VulnerabilityId,
    /// VEX status word.
    pub status: String,
    /// Its state.
    pub state: String,
}

impl View<'_> {
    /// The exposures of a vulnerability, by product, version and component; `open` = in range and undecided only.
    pub fn exposures_of(
        &self,
        vulnerability: &VulnerabilityId,
        open: bool,
        audiences: &[String],
    ) -> Result<Vec<Exposure>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), vulnerability.into(), open.into()];
        self.rows_joined(&[SELECT, FROM, "AND v.vulnerability = $3", OPEN_ONLY, BY_PLACE], &values, read)
    }

    /// A page of the exposures of a release, by shown name and component, after (shown, component).
    pub fn exposures_of_release(
        &self,
        release: &ReleaseId,
        open: bool,
        audiences: &[String],
        after: (&str, i64),
        limit: i64,
    ) -> Result<Vec<Exposure>, StoreError> {
        let values = [
            self.sequence().into(),
            audiences.into(),
            release.into(),
            open.into(),
            after.0.into(),
            after.1.into(),
            limit.into(),
        ];
        self.rows_joined(&[SELECT, FROM, "AND i.release = $3", OPEN_ONLY, BY_NAME_PAGE], &values, read)
    }

    /// Every open exposure, without texts; the callback must not read on.
    pub fn each_open_exposure(
        &self,
        audiences: &[String],
        mut take: impl FnMut(OpenExposure) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each(COUNTED, &[self.sequence().into(), audiences.into()], |row| {
            take(OpenExposure {
                vulnerability: VulnerabilityId(row.text(0)?),
                release: ReleaseId(row.text(1)?),
                component: ComponentId(row.integer(2)?),
                state: state(row, 3)?,
                class: row.optional_text(4)?,
                since: row.integer(5)?,
            })
        })
    }

    /// The distinct vulnerabilities that are open in a release.
    pub fn open_vulnerabilities(
        &self,
        release: &ReleaseId,
        audiences: &[String],
    ) -> Result<Vec<VulnerabilityId>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), release.into()];
        self.rows(OPEN_IN_RELEASE, &values, |row| Ok(VulnerabilityId(row.text(0)?)))
    }

    /// Units by release; those of releases that the viewer may not know are left out.
    pub fn count_units_by_release(&self, audiences: &[String]) -> Result<Vec<(ReleaseId, i64)>, StoreError> {
        self.rows(UNITS, &[self.sequence().into(), audiences.into()], |row| {
            Ok((ReleaseId(row.text(0)?), row.integer(1)?))
        })
    }

    /// Units whose release is not known, by product.
    pub fn count_unknown_units(&self, audiences: &[String]) -> Result<Vec<(ProductId, i64)>, StoreError> {
        self.rows(UNKNOWN_UNITS, &[self.sequence().into(), audiences.into()], |row| {
            Ok((ProductId(row.text(0)?), row.integer(1)?))
        })
    }

    /// Decisions that are neither withdrawn nor superseded: of one vulnerability, or of all when none is given.
    pub fn decision_marks(
        &self,
        vulnerability: Option<&VulnerabilityId>,
        audiences: &[String],
    ) -> Result<Vec<DecisionMark>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), vulnerability.into()];
        let which = if vulnerability.is_some() { MARKS_OF } else { MARKS_ALL };
        self.rows_joined(&[MARKS, which, "ORDER BY release, vulnerability, id"], &values, |row| {
            Ok(DecisionMark {
                id: DecisionId(row.text(0)?),
                case: row.text(1)?,
                release: ReleaseId(row.text(2)?),
                vulnerability: VulnerabilityId(row.text(3)?),
                status: row.text(4)?,
                state: row.text(5)?,
            })
        })
    }
}

fn read(row: &Row<'_>) -> Result<Exposure, StoreError> {
    Ok(Exposure {
        vulnerability: VulnerabilityId(row.text(0)?),
        shown: row.text(1)?,
        release: ReleaseId(row.text(2)?),
        version: row.text(3)?,
        product: ProductId(row.text(4)?),
        product_slug: row.text(5)?,
        product_name: row.text(6)?,
        inventory: InventoryId(row.text(7)?),
        component: ComponentId(row.integer(8)?),
        component_name: row.text(9)?,
        component_version: row.optional_text(10)?,
        purl: row.optional_text(11)?,
        path: row.optional_text(12)?,
        verdict: VerdictId(row.integer(13)?),
        state: state(row, 14)?,
        class: row.optional_text(15)?,
        reason: row.text(16)?,
        evidence: row.text(17)?,
        since: row.integer(18)?,
    })
}

macro_rules! joined {
    () => {
        concat!(
            "FROM inventory i \
         JOIN release r ON r.id = i.release AND r.since <= $1 AND r.until > $1 AND r.audience IN (LIST $2) \
         JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2) \
         JOIN inventory_component ic ON ic.inventory = i.id AND ic.since <= $1 AND ic.until > $1 \
         JOIN verdict v ON v.component = ic.component AND v.since <= $1 AND v.until > $1 AND v.audience IN (LIST $2) \
         AND ",
            speaks_of_release!(),
            " LEFT JOIN settlement s ON s.verdict = v.id AND s.inventory = i.id AND s.since <= $1 AND s.until > $1 "
        )
    };
}
const SELECT: &str = "SELECT v.vulnerability, u.shown, i.release, r.version, p.id, p.slug, p.name, i.id, ic.component, c.name, \
    c.version, c.purl, ic.path, v.id, COALESCE(s.state, v.state), \
    CASE WHEN s.state IS NULL THEN v.class ELSE s.class END, COALESCE(s.reason, v.reason), \
    COALESCE(s.evidence, v.evidence), v.since";
const FROM: &str = concat!(
    joined!(),
    "JOIN component c ON c.id = ic.component AND c.since <= $1 AND c.until > $1 \
     JOIN vulnerability u ON u.id = v.vulnerability AND u.since <= $1 AND u.until > $1 AND u.audience IN (LIST $2) \
     WHERE i.since <= $1 AND i.until > $1 AND i.audience IN (LIST $2)"
);
const OPEN_ONLY: &str = "AND ($4 = 0 OR COALESCE(s.state, v.state) IN ('in_range', 'undecided')) \
    AND COALESCE(s.state, v.state) <> 'out_of_range'";
const BY_PLACE: &str = "ORDER BY p.slug, r.version, c.name, ic.position";
const BY_NAME_PAGE: &str =
    "AND (u.shown > $5 OR (u.shown = $5 AND ic.position > $6)) ORDER BY u.shown, ic.position LIMIT $7";
const COUNTED: &str = concat!(
    "SELECT v.vulnerability, i.release, ic.component, COALESCE(s.state, v.state), \
     CASE WHEN s.state IS NULL THEN v.class ELSE s.class END, v.since ",
    joined!(),
    "WHERE i.since <= $1 AND i.until > $1 AND i.audience IN (LIST $2) \
     AND COALESCE(s.state, v.state) IN ('in_range', 'undecided')"
);
const OPEN_IN_RELEASE: &str = concat!(
    "SELECT DISTINCT v.vulnerability ",
    joined!(),
    "WHERE i.since <= $1 AND i.until > $1 AND i.audience IN (LIST $2) AND i.release = $3 \
     AND COALESCE(s.state, v.state) IN ('in_range', 'undecided') ORDER BY v.vulnerability"
);
const UNITS: &str = "SELECT c.release, SUM(c.units) FROM cache_unit_count c WHERE c.since <= $1 AND c.until > $1 AND c.release <> '' \
    AND c.audience IN (LIST $2) GROUP BY c.release ORDER BY c.release";
const UNKNOWN_UNITS: &str = "SELECT c.product, SUM(c.units) FROM cache_unit_count c WHERE c.since <= $1 AND c.until > $1 \
    AND c.release = '' AND c.audience IN (LIST $2) GROUP BY c.product ORDER BY c.product";
const MARKS: &str = "SELECT id, case_id, release, vulnerability, status, state FROM decision WHERE since <= $1 AND until > $1 \
    AND audience IN (LIST $2) AND state NOT IN ('withdrawn', 'superseded')";
const MARKS_OF: &str = "AND vulnerability = $3";
const MARKS_ALL: &str = "AND CAST($3 AS TEXT) IS NULL";
