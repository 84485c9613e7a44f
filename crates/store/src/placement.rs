//! Placements: the machine's bucket of a vulnerability that was decided on. Not here: how the sum closes (`app`).

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    audience::Audience,
    id::{ReleaseId, VulnerabilityId},
    sweep::{Bucket, Placement},
};

use crate::{Row, StoreError, Table, Tx, Value, View};

/// Placements.
pub const PLACEMENT: Table = Table {
    name: "placement",
    key: &["release", "vulnerability"],
    columns: &["release", "vulnerability", "shown", "bucket", "audience"],
    sealed: &[],
};

/// A release and a vulnerability that a decision stands on, signed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedPair {
    /// Release.
    pub release: ReleaseId,
    /// Vulnerability.
    pub vulnerability: VulnerabilityId,
    /// The names it was decided for, joined by one space.
    pub names: String,
    /// Need-to-know label.
    pub audience: Audience,
}

impl Tx<'_> {
    /// Writes down where pairs fall; those that fall there already are left alone.
    pub fn place(&mut self, placements: &[Placement]) -> Result<(), StoreError> {
        let mut open: BTreeMap<_, _> = self.placements()?.into_iter().map(|old| (key(&old), old)).collect();
        for placement in placements {
            match open.insert(key(placement), placement.clone()) {
                Some(old) if old == *placement => {}
                Some(_) => self.replace(&PLACEMENT, &values(placement))?,
                None => self.open(&PLACEMENT, &values(placement))?,
            }
        }
        Ok(())
    }

    /// The same after a sweep with the corpus of a label, which looked at `pairs`: what is not among the placements any more is closed.
    pub fn place_all(
        &mut self,
        flaws: &Audience,
        pairs: &[DecidedPair],
        placements: &[Placement],
    ) -> Result<(), StoreError> {
        let seen: BTreeSet<_> = pairs.iter().map(|pair| (&pair.release, &pair.vulnerability)).collect();
        let placed: BTreeSet<_> = placements.iter().map(key).collect();
        let standing = self.decided_pairs(flaws)?;
        let standing: BTreeSet<_> =
            standing.iter().map(|pair| (&pair.release, &pair.vulnerability)).collect();
        for old in self.rows(OF_FLAWS, &[self.sequence().into(), flaws.into()], read)? {
            let pair = (&old.release, &old.vulnerability);
            // One that was decided while the sweep ran was placed by its own act.
            if !placed.contains(&key(&old)) && (seen.contains(&pair) || !standing.contains(&pair)) {
                self.close(&PLACEMENT, &[(&old.release).into(), (&old.vulnerability).into()])?;
            }
        }
        self.place(placements)
    }
}

impl View<'_> {
    /// Every placement, by release and vulnerability.
    pub fn placements(&self) -> Result<Vec<Placement>, StoreError> {
        self.rows(ALL, &[self.sequence().into()], read)
    }

    /// What somebody decided or proposes to decide on flaws of a label, whoever may know of it.
    pub fn decided_pairs(&self, flaws: &Audience) -> Result<Vec<DecidedPair>, StoreError> {
        self.rows(PAIRS, &[self.sequence().into(), flaws.into()], |row| {
            Ok(DecidedPair {
                release: ReleaseId(row.text(0)?),
                vulnerability: VulnerabilityId(row.text(1)?),
                names: row.text(2)?,
                audience: Audience(row.text(3)?),
            })
        })
    }
}

fn read(row: &Row<'_>) -> Result<Placement, StoreError> {
    let word = row.text(3)?;
    Ok(Placement {
        release: ReleaseId(row.text(0)?),
        vulnerability: VulnerabilityId(row.text(1)?),
        shown: row.text(2)?,
        bucket: Bucket::parse(&word)
            .ok_or_else(|| StoreError::unreadable(3, "a bucket of an account", &word))?,
        audience: Audience(row.text(4)?),
    })
}

fn key(placement: &Placement) -> (ReleaseId, VulnerabilityId) {
    (placement.release.clone(), placement.vulnerability.clone())
}

fn values(placement: &Placement) -> Vec<Value> {
    vec![
        (&placement.release).into(),
        (&placement.vulnerability).into(),
        (&placement.shown).into(),
        placement.bucket.as_str().into(),
        (&placement.audience).into(),
    ]
}

const ALL: &str = "SELECT release, vulnerability, shown, bucket, audience FROM placement WHERE since <= $1 AND until > $1 \
    ORDER BY release, vulnerability";
const OF_FLAWS: &str = "SELECT release, vulnerability, shown, bucket, audience FROM placement WHERE since <= $1 AND until > $1 \
    AND vulnerability IN (SELECT id FROM vulnerability WHERE audience = $2 AND since <= $1 AND until > $1) \
    ORDER BY release, vulnerability";
const PAIRS: &str = "SELECT release, vulnerability, MAX(names), MAX(audience) FROM decision WHERE since <= $1 AND until > $1 \
    AND state NOT IN ('withdrawn', 'superseded') \
    AND vulnerability IN (SELECT id FROM vulnerability WHERE audience = $2 AND since <= $1 AND until > $1) GROUP BY release, vulnerability ORDER BY release, vulnerability";
