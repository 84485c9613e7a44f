//! Sweeps, which are receipts, and what they counted for each release.

use std::collections::BTreeSet;

use domain::{
    audience::Audience,
    id::{InventoryId, ReleaseId, SweepId},
    sweep::{Account, Scope, Sweep},
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
        "corpus",
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
    /// What was compared, and the label of the entry.
    pub scope: Scope,
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
    /// Need-to-know label of the release.
    pub audience: Audience,
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
            (&row.scope.audience).into(),
            row.scope.is_labelled_part().then(|| row.scope.corpus.0.clone()).into(),
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
        self.last_sweep_of(&Scope::of(&Audience::general()))
    }

    /// The last sweep of a scope.
    pub fn last_sweep_of(&self, scope: &Scope) -> Result<Option<SweepRow>, StoreError> {
        let values = [self.sequence().into(), (&scope.audience).into(), (&scope.corpus).into()];
        self.row(LAST_SWEEP, &values, read_sweep)
    }

    /// When the first sweep with the public corpus ended, RFC 3339; none before it.
    pub fn first_sweep_ended_at(&self) -> Result<Option<String>, StoreError> {
        self.row(FIRST, &[self.sequence().into()], |row| row.text(0))
    }

    /// Sweeps with the public corpus before an entry, newest first.
    pub fn sweeps(&self, before: i64, limit: i64) -> Result<Vec<SweepRow>, StoreError> {
        self.sweeps_of(&[Audience::GENERAL.to_owned()], before, limit)
    }

    /// Sweeps under these labels before an entry, newest first.
    pub fn sweeps_of(
        &self,
        audiences: &[String],
        before: i64,
        limit: i64,
    ) -> Result<Vec<SweepRow>, StoreError> {
        let values = [self.sequence().into(), before.into(), limit.into(), audiences.into()];
        self.rows(SWEEPS, &values, read_sweep)
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

    /// Every account that an entry of this label opened, by release.
    pub fn accounts_of(&self, audience: &Audience) -> Result<Vec<Account>, StoreError> {
        self.rows(ACCOUNTS, &[self.sequence().into(), audience.into()], read_account)
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
                audience: Audience(row.text(7)?),
            })
        })
    }
}

fn read_sweep(row: &Row<'_>) -> Result<SweepRow, StoreError> {
    let audience = Audience(row.text(13)?);
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
        scope: Scope { corpus: row.optional_text(14)?.map_or_else(|| audience.clone(), Audience), audience },
    })
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

macro_rules! sweep_columns {
    () => {
        "SELECT id, snapshot, engine, portfolio, inventories, components, verdicts, opened, closed, result, started_at, \
         ended_at, since, audience, corpus FROM sweep WHERE since <= $1 AND until > $1 "
    };
}
const SWEEPS: &str =
    concat!(sweep_columns!(), "AND since < $2 AND audience IN (LIST $4) ORDER BY since DESC LIMIT $3");
const LAST_SWEEP: &str = concat!(
    sweep_columns!(),
    "AND audience = $2 AND COALESCE(corpus, audience) = $3 ORDER BY since DESC LIMIT 1"
);
const FIRST: &str = "SELECT ended_at FROM sweep WHERE since <= $1 AND until > $1 AND audience = 'general' \
    ORDER BY since LIMIT 1";
const NAMED_BY_LABEL: &str =
    "SELECT DISTINCT COALESCE(corpus, audience), snapshot FROM sweep WHERE since <= $1 AND until > $1";
macro_rules! account_columns {
    () => {
        "SELECT release, sweep, inventory, known, matched, statement, fixed, version, no_such_component, not_assessable, \
         components, class_a, class_b, class_c, class_d, undecided, blind_spots FROM account "
    };
}
const ACCOUNT_OF: &str = concat!(account_columns!(), "WHERE release = $2 AND since <= $1 AND until > $1");
const ACCOUNTS: &str = concat!(
    account_columns!(),
    "WHERE since <= $1 AND until > $1 \
     AND since IN (SELECT l.sequence FROM ledger l WHERE l.audience = $2) ORDER BY release"
);
const TO_SWEEP: &str = "SELECT i.id, i.release, i.blob, i.distribution, r.complete_roles, p.slug, r.version, \
    CASE WHEN r.audience <> 'general' THEN r.audience ELSE p.audience END FROM inventory i \
    JOIN release r ON r.id = i.release AND r.since <= $1 AND r.until > $1 \
    JOIN product p ON p.id = r.product AND p.since <= $1 AND p.until > $1 \
    WHERE i.since <= $1 AND i.until > $1 ORDER BY i.id";
