//! What the private corpus of a label adds to the account of a release: the same buckets, counted under that label. How far
//! a release was looked at is not counted twice, so there are no coverage columns here.

use domain::{
    audience::Audience,
    id::{InventoryId, ReleaseId, SweepId},
    sweep::Account,
};

use crate::{StoreError, Table, Tx, Value, View};

/// Accounts by label.
pub const LABELLED_ACCOUNT: Table = Table {
    name: "labelled_account",
    key: &["release", "audience"],
    columns: &[
        "release",
        "audience",
        "sweep",
        "inventory",
        "known",
        "matched",
        "statement",
        "fixed",
        "version",
        "no_such_component",
        "not_assessable",
    ],
    sealed: &[],
};

impl Tx<'_> {
    /// Gives a release another account under a label.
    pub fn set_labelled_account(&mut self, audience: &Audience, account: &Account) -> Result<(), StoreError> {
        let mut values = vec![
            Value::from(&account.release),
            audience.into(),
            (&account.sweep).into(),
            (&account.inventory).into(),
        ];
        let counts = [
            account.known,
            account.matched,
            account.statement,
            account.fixed,
            account.version,
            account.no_such_component,
            account.not_assessable,
        ];
        values.extend(counts.map(Value::from));
        let key = [self.sequence().into(), (&account.release).into(), audience.into()];
        if self.row(THERE, &key, |row| row.text(0))?.is_some() {
            self.replace(&LABELLED_ACCOUNT, &values)
        } else {
            self.open(&LABELLED_ACCOUNT, &values)
        }
    }

    /// Takes the account of a release under a label away: it is no longer swept.
    pub fn close_labelled_account(
        &mut self,
        audience: &Audience,
        release: &ReleaseId,
    ) -> Result<(), StoreError> {
        self.close(&LABELLED_ACCOUNT, &[release.into(), audience.into()])
    }
}

impl View<'_> {
    /// Every account under these labels, by release and label; without coverage.
    pub fn labelled_accounts(&self, audiences: &[String]) -> Result<Vec<(Audience, Account)>, StoreError> {
        self.rows(ACCOUNTS, &[self.sequence().into(), audiences.into()], |row| {
            let account = Account {
                release: ReleaseId(row.text(0)?),
                sweep: SweepId(row.text(2)?),
                inventory: InventoryId(row.text(3)?),
                known: row.integer(4)?,
                matched: row.integer(5)?,
                statement: row.integer(6)?,
                fixed: row.integer(7)?,
                version: row.integer(8)?,
                no_such_component: row.integer(9)?,
                not_assessable: row.integer(10)?,
                components: 0,
                class_a: 0,
                class_b: 0,
                class_c: 0,
                class_d: 0,
                undecided: 0,
                blind_spots: 0,
            };
            Ok((Audience(row.text(1)?), account))
        })
    }
}

const THERE: &str = "SELECT release FROM labelled_account WHERE release = $2 AND audience = $3 AND since <= $1 AND until > $1";
const ACCOUNTS: &str = "SELECT release, audience, sweep, inventory, known, matched, statement, fixed, version, \
    no_such_component, not_assessable FROM labelled_account WHERE since <= $1 AND until > $1 AND audience IN (LIST $2) \
    ORDER BY release, audience";
