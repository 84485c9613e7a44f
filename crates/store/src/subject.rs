//! What a case is about: its vulnerability with every name, since when the firm has it, which releases match.

use domain::{
    id::{ProductId, ReleaseId, VulnerabilityId},
    vulnerability::Vulnerability,
};

use crate::{Row, StoreError, View, verdict::speaks_of_release};

/// The vulnerability of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// As this reader sees it.
    pub vulnerability: Vulnerability,
    /// Every name, sorted.
    pub names: Vec<String>,
    /// When it first entered the record, RFC 3339: the earliest possession there is proof of.
    pub known_since: String,
}

/// A component of a release that matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedComponent {
    /// In which release.
    pub release: ReleaseId,
    /// Name as written.
    pub name: String,
    /// Version as written.
    pub version: Option<String>,
    /// Canonical package URL.
    pub purl: Option<String>,
    /// CPE 2.3 formatted strings, joined by one space.
    pub cpes: Option<String>,
}

/// A release and what decisions need to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedRelease {
    /// Id.
    pub release: ReleaseId,
    /// Of which product.
    pub product: ProductId,
    /// `slug@version`.
    pub name: String,
    /// Short name of the product.
    pub slug: String,
    /// Name of the product.
    pub product_name: String,
    /// Software version.
    pub version: String,
    /// UDI-DI of the product.
    pub udi_di: Option<String>,
    /// The product asks another person than the assessor to approve.
    pub four_eyes: bool,
    /// The labels that a reader needs all of.
    pub audiences: Vec<String>,
}

impl View<'_> {
    /// The vulnerability of an id.
    pub fn subject(&self, id: &VulnerabilityId) -> Result<Option<Subject>, StoreError> {
        let values = [self.sequence().into(), id.into()];
        let found = self.row(SUBJECT, &values, |row| Ok((crate::vulnerability::read(row)?, row.text(5)?)))?;
        let Some((vulnerability, known_since)) = found else { return Ok(None) };
        let mut names = self.rows(NAMES, &values, |row| row.text(0))?;
        if !names.contains(&vulnerability.shown) {
            names.insert(0, vulnerability.shown.clone());
        }
        Ok(Some(Subject { vulnerability, names, known_since }))
    }

    /// Shown names of vulnerabilities.
    pub fn shown_names(&self, ids: Vec<String>) -> Result<Vec<(VulnerabilityId, String)>, StoreError> {
        self.rows(SHOWN, &[self.sequence().into(), ids.into()], |row| {
            Ok((VulnerabilityId(row.text(0)?), row.text(1)?))
        })
    }

    /// Every release whose inventory matches: in range or undecided, conditions settled. Labels are not filtered here:
    /// who is meant is for the caller to say.
    pub fn matching_releases(&self, id: &VulnerabilityId) -> Result<Vec<DecidedRelease>, StoreError> {
        self.rows(MATCHING, &[self.sequence().into(), id.into()], release)
    }

    /// Components of a release that matched as of an entry, which may be earlier than this reader's. A statement that
    /// carries a label other than `general` is left out.
    pub fn matched_components(
        &self,
        vulnerability: &VulnerabilityId,
        release: &ReleaseId,
        sequence: i64,
    ) -> Result<Vec<MatchedComponent>, StoreError> {
        let values = [sequence.min(self.sequence()).into(), vulnerability.into(), release.into()];
        self.rows(COMPONENTS, &values, |row| {
            Ok(MatchedComponent {
                release: ReleaseId(row.text(0)?),
                name: row.text(1)?,
                version: row.optional_text(2)?,
                purl: row.optional_text(3)?,
                cpes: row.optional_text(4)?,
            })
        })
    }

    /// Releases by id, whatever their label.
    pub fn decided_releases(&self, ids: Vec<String>) -> Result<Vec<DecidedRelease>, StoreError> {
        self.rows(RELEASES, &[self.sequence().into(), ids.into()], release)
    }
}

fn release(row: &Row<'_>) -> Result<DecidedRelease, StoreError> {
    let (slug, version) = (row.text(2)?, row.text(4)?);
    let mut audiences = vec![row.text(7)?, row.text(8)?];
    audiences.sort_unstable();
    audiences.dedup();
    Ok(DecidedRelease {
        release: ReleaseId(row.text(0)?),
        product: ProductId(row.text(1)?),
        name: format!("{slug}@{version}"),
        slug,
        product_name: row.text(3)?,
        version,
        udi_di: row.optional_text(5)?,
        four_eyes: row.boolean(6)?,
        audiences,
    })
}

const SUBJECT: &str = "SELECT v.id, v.shown, v.summary, v.audience, v.corpus, \
    (SELECT MIN(l.at) FROM ledger l JOIN vulnerability f ON f.since = l.sequence WHERE f.id = v.id) \
    FROM vulnerability v WHERE v.id = $2 AND v.since <= $1 AND v.until > $1";
const NAMES: &str = "SELECT name FROM vulnerability_name WHERE vulnerability = $2 AND since <= $1 AND until > $1 ORDER BY name";
const SHOWN: &str =
    "SELECT id, shown FROM vulnerability WHERE id IN (LIST $2) AND since <= $1 AND until > $1";
const MATCHING: &str = concat!(
    "SELECT DISTINCT r.id, p.id, p.slug, p.name, r.version, p.udi_di, p.four_eyes, r.audience, p.audience \
    FROM verdict v \
    JOIN inventory_component c ON c.component = v.component AND c.since <= $1 AND c.until > $1 \
    JOIN inventory i ON i.id = c.inventory AND i.since <= $1 AND i.until > $1 \
    JOIN release r ON r.id = i.release AND r.since <= $1 AND r.until > $1 \
    JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 \
    LEFT JOIN settlement s ON s.verdict = v.id AND s.inventory = i.id AND s.since <= $1 AND s.until > $1 \
    WHERE v.vulnerability = $2 AND v.since <= $1 AND v.until > $1 \
    AND ",
    speaks_of_release!(),
    " AND COALESCE(s.state, v.state) IN ('in_range', 'undecided') \
    ORDER BY p.slug, r.version, r.id"
);
const COMPONENTS: &str = "SELECT DISTINCT i.release, k.name, k.version, k.purl, k.cpes \
    FROM verdict v \
    JOIN component k ON k.id = v.component AND k.since <= $1 AND k.until > $1 \
    JOIN inventory_component c ON c.component = v.component AND c.since <= $1 AND c.until > $1 \
    JOIN inventory i ON i.id = c.inventory AND i.since <= $1 AND i.until > $1 \
    LEFT JOIN settlement s ON s.verdict = v.id AND s.inventory = i.id AND s.since <= $1 AND s.until > $1 \
    WHERE v.vulnerability = $2 AND i.release = $3 AND v.since <= $1 AND v.until > $1 AND v.audience = 'general' \
    AND COALESCE(s.state, v.state) IN ('in_range', 'undecided') ORDER BY k.name, k.version, k.purl";
const RELEASES: &str = "SELECT r.id, p.id, p.slug, p.name, r.version, p.udi_di, p.four_eyes, r.audience, p.audience \
    FROM release r JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 \
    WHERE r.id IN (LIST $2) AND r.since <= $1 AND r.until > $1 ORDER BY p.slug, r.version, r.id";
