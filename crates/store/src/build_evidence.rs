//! Build evidence attached to releases. A row is visible to whoever may know of it, its release and its product. The original
//! bytes lie in [`crate::Blobs`].

use domain::{
    audience::Audience,
    build_evidence::{BuildEvidence, EvidenceKind, ImageDigest},
    id::{BuildEvidenceId, ReleaseId, VulnerabilityId},
};

use crate::{Row, StoreError, Table, Tx, Value, View};

/// Revisions of build evidence; a withdrawn one is closed.
pub const BUILD_EVIDENCE: Table = Table {
    name: "build_evidence",
    key: &["id"],
    columns: &[
        "id",
        "release",
        "kind",
        "image",
        "blob",
        "file_name",
        "subject",
        "items",
        "issues",
        "issues_evidence",
        "audience",
    ],
    sealed: &[],
};

/// Evidence with what a list shows beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildEvidenceRow {
    /// The evidence.
    pub evidence: BuildEvidence,
    /// `slug@version` of its release.
    pub reference: String,
    /// When it was attached, RFC 3339.
    pub attached_at: String,
}

/// Evidence as a sweep takes it, whoever may know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweptEvidence {
    /// The evidence.
    pub evidence: BuildEvidence,
    /// Need-to-know label of its release.
    pub release_audience: Audience,
}

impl Tx<'_> {
    /// Opens a piece of evidence.
    pub fn add_build_evidence(&mut self, evidence: &BuildEvidence) -> Result<(), StoreError> {
        self.open(&BUILD_EVIDENCE, &values(evidence))
    }

    /// Closes a piece of evidence.
    pub fn withdraw_build_evidence(&mut self, id: &BuildEvidenceId) -> Result<(), StoreError> {
        self.close(&BUILD_EVIDENCE, &[id.into()])
    }
}

impl View<'_> {
    /// A piece of evidence by id.
    pub fn build_evidence(
        &self,
        id: &BuildEvidenceId,
        audiences: &[String],
    ) -> Result<Option<BuildEvidenceRow>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), id.into()];
        Ok(self.rows_joined(&[SELECT, "AND e.id = $3"], &values, read_row)?.pop())
    }

    /// The evidence of a release, oldest first.
    pub fn build_evidence_of(
        &self,
        release: &ReleaseId,
        audiences: &[String],
    ) -> Result<Vec<BuildEvidenceRow>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), release.into()];
        self.rows_joined(&[SELECT, "AND e.release = $3 ORDER BY e.since, e.id"], &values, read_row)
    }

    /// All evidence, by product, version and age.
    pub fn all_build_evidence(&self, audiences: &[String]) -> Result<Vec<BuildEvidenceRow>, StoreError> {
        let values = [self.sequence().into(), audiences.into()];
        self.rows_joined(&[SELECT, "ORDER BY p.slug, r.version, e.since, e.id"], &values, read_row)
    }

    /// All evidence that a sweep may settle by, whoever may know of it, in an order that depends on its content alone.
    pub fn build_evidence_to_sweep(&self) -> Result<Vec<SweptEvidence>, StoreError> {
        self.rows(TO_SWEEP, &[self.sequence().into()], |row| {
            Ok(SweptEvidence { evidence: read(row)?, release_audience: Audience(row.text(11)?) })
        })
    }
}

/// A vulnerability that build evidence excludes from a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcludedByBuild {
    /// Vulnerability.
    pub vulnerability: VulnerabilityId,
    /// Its shown name.
    pub shown: String,
    /// Component.
    pub component: String,
    /// Its case has a path to harm that the reader may know of.
    pub harm_path: bool,
}

impl View<'_> {
    /// What build evidence excludes from a release, by shown name and component.
    pub fn excluded_by_build(
        &self,
        release: &ReleaseId,
        audiences: &[String],
    ) -> Result<Vec<ExcludedByBuild>, StoreError> {
        let values = [self.sequence().into(), audiences.into(), release.into()];
        self.rows(EXCLUDED, &values, |row| {
            Ok(ExcludedByBuild {
                vulnerability: VulnerabilityId(row.text(0)?),
                shown: row.text(1)?,
                component: row.text(2)?,
                harm_path: row.integer(3)? > 0,
            })
        })
    }
}

fn values(evidence: &BuildEvidence) -> Vec<Value> {
    vec![
        (&evidence.id).into(),
        (&evidence.release).into(),
        evidence.kind.as_str().into(),
        evidence.image.as_str().into(),
        (&evidence.blob).into(),
        (&evidence.file_name).into(),
        evidence.subject.as_ref().into(),
        evidence.items.into(),
        evidence.issues.into(),
        evidence.issues_evidence.as_ref().into(),
        (&evidence.audience).into(),
    ]
}

fn read_row(row: &Row<'_>) -> Result<BuildEvidenceRow, StoreError> {
    Ok(BuildEvidenceRow {
        evidence: read(row)?,
        reference: format!("{}@{}", row.text(11)?, row.text(12)?),
        attached_at: row.text(13)?,
    })
}

fn read(row: &Row<'_>) -> Result<BuildEvidence, StoreError> {
    let (kind, image) = (row.text(2)?, row.text(3)?);
    Ok(BuildEvidence {
        id: BuildEvidenceId(row.text(0)?),
        release: ReleaseId(row.text(1)?),
        kind: EvidenceKind::parse(&kind)
            .ok_or_else(|| StoreError::unreadable(2, "a kind of evidence", &kind))?,
        image: ImageDigest::parse(&image)
            .ok_or_else(|| StoreError::unreadable(3, "the digest of an image", &image))?,
        blob: row.text(4)?,
        file_name: row.text(5)?,
        subject: row.optional_text(6)?,
        items: row.integer(7)?,
        issues: row.integer(8)?,
        issues_evidence: row.optional_text(9)?,
        audience: Audience(row.text(10)?),
    })
}

const SELECT: &str = "SELECT e.id, e.release, e.kind, e.image, e.blob, e.file_name, e.subject, e.items, e.issues, \
    e.issues_evidence, e.audience, p.slug, r.version, l.at FROM build_evidence e JOIN ledger l ON l.sequence = e.since \
    JOIN release r ON r.id = e.release AND r.since <= $1 AND r.until > $1 AND r.audience IN (LIST $2) \
    JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2) \
    WHERE e.since <= $1 AND e.until > $1 AND e.audience IN (LIST $2)";
const TO_SWEEP: &str = "SELECT e.id, e.release, e.kind, e.image, e.blob, e.file_name, e.subject, e.items, e.issues, \
    e.issues_evidence, e.audience, r.audience FROM build_evidence e \
    JOIN release r ON r.id = e.release AND r.since <= $1 AND r.until > $1 \
    WHERE e.since <= $1 AND e.until > $1 AND e.kind IN ('kernel-config', 'compiled-files') \
    ORDER BY e.release, e.kind, e.blob, e.image, e.id";
const EXCLUDED: &str = "SELECT DISTINCT v.vulnerability, u.shown, c.name, \
    (SELECT COUNT(*) FROM case_record k WHERE k.vulnerability = v.vulnerability AND k.harm_path IS NOT NULL \
     AND k.since <= $1 AND k.until > $1 AND k.audience IN (LIST $2)) \
    FROM inventory i \
    JOIN release r ON r.id = i.release AND r.since <= $1 AND r.until > $1 AND r.audience IN (LIST $2) \
    JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 AND p.audience IN (LIST $2) \
    JOIN settlement s ON s.inventory = i.id AND s.since <= $1 AND s.until > $1 AND s.state = 'excluded_by_build' \
    JOIN verdict v ON v.id = s.verdict AND v.since <= $1 AND v.until > $1 AND v.audience IN (LIST $2) \
    JOIN vulnerability u ON u.id = v.vulnerability AND u.since <= $1 AND u.until > $1 AND u.audience IN (LIST $2) \
    JOIN component c ON c.id = v.component AND c.since <= $1 AND c.until > $1 \
    WHERE i.since <= $1 AND i.until > $1 AND i.audience IN (LIST $2) AND i.release = $3 ORDER BY u.shown, c.name";
