//! Sweeps, which are receipts, and what they counted for each release.

use std::collections::BTreeSet;

use domain::{
    audience::Audience,
    id::{InventoryId, ReleaseId, SweepId},
    sweep::{Account, Sweep},
};

use crate::{Row, StoreError, Table, Tx, Value, View};

/// Sweeps.
pub const SWEEP: Table = Table {
    name: "sweep",
    key: &["id"],
    columns: &[
        "id",
        "snapshot",
        "engine",
        "portfolio",
        "inventories",
        "components",
        "verdicts",
        "opened",
        "closed",
        "result",
        "started_at",
        "ended_at",
        "audience",
    ],
    sealed: &[],
};

/// Accounts.
pub const ACCOUNT: Table = Table {
    name: "account",
    key: &["release"],
    columns: &[
        "release",
        "sweep",
        "inventory",
        "known",
        "matched",
        "statement",
        "fixed",
        "version",
        "no_such_component",
        "not_assessable",
        "components",
        "class_a",
        "class_b",
        "class_c",
        "class_d",
        "undecided",
        "blind_spots",
    ],
    sealed: &[],
};

/// A sweep with what only the record needs to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepRow {
    /// The sweep.
    pub sweep: Sweep,
    /// Digest of what was swept: inventories with their releases' declarations.
    pub portfolio: String,
    /// Open verdicts after it.
    pub verdicts: i64,
    /// The entry that closed it.
    pub sequence: i64,
    /// General for the public corpus, else the label of the private one that was compared.
    pub audience: Audience,
}

/// An inventory as a sweep takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swept {
    /// The inventory.
    pub inventory: InventoryId,
    /// Its release.
    pub release: ReleaseId,
    /// `slug@version`, for people.
    pub label: String,
    /// Digest of the document.
    pub blob: String,
    /// `debian:12`.
    pub distribution: Option<String>,
    /// Roles declared complete.
    pub complete_roles: String,
}

impl Tx<'_> {
    /// Writes a sweep down.
    pub fn add_sweep(&mut self, row: &SweepRow) -> Result<(), StoreError> {
        let sweep = &row.sweep;
        let values = [
            Value::from(&sweep.id),
            (&sweep.snapshot).into(),
            (&sweep.engine).into(),
            (&row.portfolio).into(),
            sweep.inventories.into(),
            sweep.components.into(),
            row.verdicts.into(),
            sweep.opened.into(),
            sweep.closed.into(),
            (&sweep.result).into(),
            (&sweep.started_at).into(),
            (&sweep.ended_at).into(),
            (&row.audience).into(),
        ];
        self.open(&SWEEP, &values)
    }

    /// Gives a release another account.
    pub fn set_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let values = account_values(account);
        if self.account(&account.release)?.is_some() {
            self.replace(&ACCOUNT, &values)
        } else {
            self.open(&ACCOUNT, &values)
        }
    }

    /// Takes the account of a release away: it is no longer swept.
    pub fn close_account(&mut self, release: &ReleaseId) -> Result<(), StoreError> {
        self.close(&ACCOUNT, &[release.into()])
    }
}

impl View<'_> {
    /// The last sweep with the public corpus.
    pub fn last_sweep(&self) -> Result<Option<SweepRow>, StoreError> {
        self.last_sweep_of(&Audience::general())
    }

    /// The last sweep with the corpus of a label.
    pub fn last_sweep_of(&self, audience: &Audience) -> Result<Option<SweepRow>, StoreError> {
        Ok(self.sweeps_of(std::slice::from_ref(&audience.0), i64::MAX, 1)?.pop())
    }

    /// Sweeps with the public corpus before an entry, newest first.
    pub fn sweeps(&self, before: i64, limit: i64) -> Result<Vec<SweepRow>, StoreError> {
        self.sweeps_of(&[Audience::GENERAL.to_owned()], before, limit)
    }

    /// Sweeps with the corpora of these labels before an entry, newest first.
    pub fn sweeps_of(
        &self,
        audiences: &[String],
        before: i64,
        limit: i64,
    ) -> Result<Vec<SweepRow>, StoreError> {
        let values = [self.sequence().into(), before.into(), limit.into(), audiences.into()];
        self.rows(SWEEPS, &values, |row| {
            Ok(SweepRow {
                sweep: Sweep {
                    id: SweepId(row.text(0)?),
                    snapshot: row.text(1)?,
                    engine: row.text(2)?,
                    inventories: row.integer(4)?,
                    components: row.integer(5)?,
                    opened: row.integer(7)?,
                    closed: row.integer(8)?,
                    result: row.text(9)?,
                    started_at: row.text(10)?,
                    ended_at: row.text(11)?,
                },
                portfolio: row.text(3)?,
                verdicts: row.integer(6)?,
                sequence: row.integer(12)?,
                audience: Audience(row.text(13)?),
            })
        })
    }

    /// Snapshots that receipts name.
    pub fn snapshots_of_receipts(&self) -> Result<Vec<String>, StoreError> {
        self.rows(NAMED, &[self.sequence().into()], |row| row.text(0))
    }

    /// Snapshots that receipts name or that were put in force last, with the label of their corpus.
    pub fn named_snapshots(&self) -> Result<BTreeSet<(Audience, String)>, StoreError> {
        let receipts = self.rows(NAMED_BY_LABEL, &[self.sequence().into()], |row| {
            Ok((Audience(row.text(0)?), row.text(1)?))
        })?;
        let mut named: BTreeSet<_> = receipts.into_iter().collect();
        for label in self.labels()?.into_keys().map(Audience).chain([Audience::general()]) {
            let last = self.last_snapshot_of(&label)?;
            named.extend(last.map(|snapshot| (label, snapshot.id)));
        }
        Ok(named)
    }

    /// The account of a release; none before it was swept.
    pub fn account(&self, release: &ReleaseId) -> Result<Option<Account>, StoreError> {
        self.row(ACCOUNT_OF, &[self.sequence().into(), release.into()], read_account)
    }

    /// Every account, by release.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.rows(ACCOUNTS, &[self.sequence().into()], read_account)
    }

    /// What a sweep has to take: the inventory of every release, whoever may know of it.
    pub fn inventories_to_sweep(&self) -> Result<Vec<Swept>, StoreError> {
        self.rows(TO_SWEEP, &[self.sequence().into()], |row| {
            Ok(Swept {
                inventory: InventoryId(row.text(0)?),
                release: ReleaseId(row.text(1)?),
                blob: row.text(2)?,
                distribution: row.optional_text(3)?,
                complete_roles: row.text(4)?,
                label: format!("{}@{}", row.text(5)?, row.text(6)?),
            })
        })
    }
}

fn account_values(account: &Account) -> Vec<Value> {
    let mut values =
        vec![Value::from(&account.release), (&account.sweep).into(), (&account.inventory).into()];
    let counts = [
        account.known,
        account.matched,
        account.statement,
        account.fixed,
        account.version,
        account.no_such_component,
        account.not_assessable,
        account.components,
        account.class_a,
        account.class_b,
        account.class_c,
        account.class_d,
        account.undecided,
        account.blind_spots,
    ];
    values.extend(counts.map(Value::from));
    values
}

fn read_account(row: &Row<'_>) -> Result<Account, StoreError> {
    Ok(Account {
        release: ReleaseId(row.text(0)?),
        sweep: SweepId(row.text(1)?),
        inventory: InventoryId(row.text(2)?),
        known: row.integer(3)?,
        matched: row.integer(4)?,
        statement: row.integer(5)?,
        fixed: row.integer(6)?,
        version: row.integer(7)?,
        no_such_component: row.integer(8)?,
        not_assessable: row.integer(9)?,
        components: row.integer(10)?,
        class_a: row.integer(11)?,
        class_b: row.integer(12)?,
        class_c: row.integer(13)?,
        class_d: row.integer(14)?,
        undecided: row.integer(15)?,
        blind_spots: row.integer(16)?,
    })
}

const SWEEPS: &str = "SELECT id, snapshot, engine, portfolio, inventories, components, verdicts, opened, closed, result, \
    started_at, ended_at, since, audience FROM sweep WHERE since <= $1 AND until > $1 AND since < $2 \
    AND audience IN (LIST $4) ORDER BY since DESC LIMIT $3";
const NAMED_BY_LABEL: &str = "SELECT DISTINCT audience, snapshot FROM sweep WHERE since <= $1 AND until > $1";
const NAMED: &str = "SELECT DISTINCT snapshot FROM sweep WHERE since <= $1 AND until > $1 ORDER BY snapshot";
macro_rules! account_columns {
    () => {
        "SELECT release, sweep, inventory, known, matched, statement, fixed, version, no_such_component, not_assessable, \
         components, class_a, class_b, class_c, class_d, undecided, blind_spots FROM account "
    };
}
const ACCOUNT_OF: &str = concat!(account_columns!(), "WHERE release = $2 AND since <= $1 AND until > $1");
const ACCOUNTS: &str = concat!(account_columns!(), "WHERE since <= $1 AND until > $1 ORDER BY release");
const TO_SWEEP: &str = "SELECT i.id, i.release, i.blob, i.distribution, r.complete_roles, p.slug, r.version FROM inventory i \
    JOIN release r ON r.id = i.release AND r.since <= $1 AND r.until > $1 \
    JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 \
    WHERE i.since <= $1 AND i.until > $1 ORDER BY i.id";
