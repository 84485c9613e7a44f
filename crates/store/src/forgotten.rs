//! The list of those whose contact was forgotten. Not here: destroying the key (`sealed`), which this list outlives.

use domain::{audience::Audience, id::SiteId};

use crate::{Row, StoreError, Table, Tx, Value, View};

/// Who was forgotten. Never closed.
pub const FORGOTTEN: Table =
    Table { name: "forgotten", key: &["subject"], columns: &["subject", "site", "audience"], sealed: &[] };

/// One who was forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Whose key was destroyed, such as `site:<id>`.
    pub subject: String,
    /// The site whose contact it was.
    pub site: SiteId,
    /// Its name now; none when it is no more.
    pub site_name: Option<String>,
    /// Need-to-know label of the site.
    pub audience: Audience,
    /// The ledger entry.
    pub sequence: i64,
    /// When, RFC 3339.
    pub at: String,
}

impl Tx<'_> {
    /// Puts a subject on the list.
    pub fn forget(&mut self, subject: &str, site: &SiteId, audience: &Audience) -> Result<(), StoreError> {
        self.open(&FORGOTTEN, &[subject.into(), site.into(), Value::from(audience)])
    }
}

impl View<'_> {
    /// The list, oldest first.
    pub fn forgotten(&self, audiences: &[String]) -> Result<Vec<Forgotten>, StoreError> {
        self.rows(LIST, &[self.sequence().into(), audiences.into()], read)
    }

    /// Every subject on the list, whoever may know of it.
    pub fn forgotten_subjects(&self) -> Result<Vec<String>, StoreError> {
        self.rows(SUBJECTS, &[self.sequence().into()], |row| row.text(0))
    }
}

fn read(row: &Row<'_>) -> Result<Forgotten, StoreError> {
    Ok(Forgotten {
        subject: row.text(0)?,
        site: SiteId(row.text(1)?),
        site_name: row.optional_text(2)?,
        audience: Audience(row.text(3)?),
        sequence: row.integer(4)?,
        at: row.text(5)?,
    })
}

const LIST: &str = "SELECT f.subject, f.site, s.name, f.audience, f.since, l.at FROM forgotten f \
    JOIN ledger l ON l.sequence = f.since LEFT JOIN site s ON s.id = f.site AND s.since <= $1 AND s.until > $1 \
    WHERE f.since <= $1 AND f.until > $1 AND f.audience IN (LIST $2) ORDER BY f.since, f.subject";
const SUBJECTS: &str = "SELECT subject FROM forgotten WHERE since <= $1 AND until > $1 ORDER BY subject";
