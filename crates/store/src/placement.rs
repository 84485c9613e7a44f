//! Placements: the machine's bucket of a vulnerability that was decided on. Not here: how the sum closes (`app`).

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    audience::Audience,
    id::{ReleaseId, VulnerabilityId},
    sweep::{Bucket, Placement, Scope},
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
    /// Need-to-know label of the decision.
    pub audience: Audience,
    /// Need-to-know label of the release.
    pub part: Audience,
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

    /// The same after a sweep, which looked at `pairs`: what is not among the placements any more is closed.
    pub fn place_all(
        &mut self,
        scope: &Scope,
        pairs: &[DecidedPair],
        placements: &[Placement],
    ) -> Result<(), StoreError> {
        let seen: BTreeSet<_> = pairs.iter().map(|pair| (&pair.release, &pair.vulnerability)).collect();
        let placed: BTreeSet<_> = placements.iter().map(key).collect();
        let standing = self.decided_pairs(scope)?;
        let standing: BTreeSet<_> =
            standing.iter().map(|pair| (&pair.release, &pair.vulnerability)).collect();
        let values = [self.sequence().into(), (&scope.corpus).into()];
        for (old, part) in self.rows(OF_FLAWS, &values, |row| Ok((read(row)?, Audience(row.text(5)?))))? {
            if !scope.takes(&part) {
                continue;
            }
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

    /// What somebody decided or proposes to decide within a scope, whoever may know of it.
    pub fn decided_pairs(&self, scope: &Scope) -> Result<Vec<DecidedPair>, StoreError> {
        let mut pairs = self.rows(PAIRS, &[self.sequence().into(), (&scope.corpus).into()], |row| {
            Ok(DecidedPair {
                release: ReleaseId(row.text(0)?),
                vulnerability: VulnerabilityId(row.text(1)?),
                names: row.text(2)?,
                audience: Audience(row.text(3)?),
                part: Audience(row.text(4)?),
            })
        })?;
        pairs.retain(|pair| scope.takes(&pair.part));
        Ok(pairs)
    }
}

impl View<'_> {
    /// The need-to-know label of a release's part of the portfolio: its own, else that of its product.
    pub fn part_of(&self, release: &ReleaseId) -> Result<Audience, StoreError> {
        let found = self.row(PART_OF, &[self.sequence().into(), release.into()], |row| row.text(0))?;
        Ok(found.map_or_else(Audience::general, Audience))
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
macro_rules! of_flaws {
    () => {
        "vulnerability IN (SELECT f.id FROM vulnerability f WHERE COALESCE(f.corpus, f.audience) = $2 \
         AND f.since <= $1 AND f.until > $1) "
    };
}
macro_rules! label_of {
    ($release:literal) => {
        concat!(
            "SELECT MAX(CASE WHEN r.audience <> 'general' THEN r.audience ELSE p.audience END) FROM release r \
             JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 \
             WHERE r.since <= $1 AND r.until > $1 AND r.id = ",
            $release
        )
    };
}
const PART_OF: &str = concat!("SELECT COALESCE((", label_of!("$2"), "), 'general')");
const OF_FLAWS: &str = concat!(
    "SELECT d.release, d.vulnerability, d.shown, d.bucket, d.audience, COALESCE((",
    label_of!("d.release"),
    "), 'general') FROM placement d WHERE d.since <= $1 AND d.until > $1 AND d.",
    of_flaws!(),
    "ORDER BY d.release, d.vulnerability"
);
const PAIRS: &str = concat!(
    "SELECT d.release, d.vulnerability, MAX(d.names), MAX(d.audience), COALESCE(MAX((",
    label_of!("d.release"),
    ")), 'general') FROM decision d WHERE d.since <= $1 AND d.until > $1 \
     AND d.state NOT IN ('withdrawn', 'superseded') AND d.",
    of_flaws!(),
    "GROUP BY d.release, d.vulnerability ORDER BY d.release, d.vulnerability"
);
