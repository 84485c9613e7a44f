//! What rows of the record refer to. There are no foreign keys: revisions come and go, and the one referred to has to have been
//! open when the row that refers was opened. The store loads it in the same transaction; `verify` checks it here.
//!
//! Not here: evidence texts and files, which are found by the names of columns (`files`).

use crate::{
    StoreError, Table, Value, View,
    build_evidence::BUILD_EVIDENCE,
    case::CASE,
    component::COMPONENT,
    damage::{Damage, damage, unreadable},
    decision::DECISION,
    forgotten::FORGOTTEN,
    inventory::{INVENTORY, INVENTORY_COMPONENT},
    labelled_account::LABELLED_ACCOUNT,
    mapping::MAPPING,
    person::PERSON,
    placement::PLACEMENT,
    product::PRODUCT,
    release::RELEASE,
    revision::key_text,
    signature::SIGNATURE,
    site::SITE,
    source::{SNAPSHOT, SOURCE},
    sweep::{ACCOUNT, SWEEP},
    unit::UNIT,
    verdict::{SETTLEMENT, VERDICT},
    vulnerability::{VULNERABILITY, VULNERABILITY_NAME},
};

/// A column that holds the key of another table, or nothing.
#[derive(Debug)]
pub struct Reference {
    /// The table that refers.
    pub table: &'static Table,
    /// Its column.
    pub column: &'static str,
    /// The table referred to; its key is one column.
    pub to: &'static Table,
    /// How the key is written.
    pub form: Form,
}

/// How a column holds a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Key,
    /// After `person:`; anything else refers to nothing.
    AfterPerson,
    /// As it is, in rows whose column `noun` is `decision`.
    OfDecision,
}

/// All of them; a test compares the list with the schema.
pub const REFERENCES: &[Reference] = &[
    key(&RELEASE, "product", &PRODUCT),
    key(&RELEASE, "parent", &RELEASE),
    key(&UNIT, "product", &PRODUCT),
    key(&UNIT, "release", &RELEASE),
    key(&UNIT, "site", &SITE),
    key(&INVENTORY, "release", &RELEASE),
    key(&INVENTORY_COMPONENT, "inventory", &INVENTORY),
    key(&INVENTORY_COMPONENT, "component", &COMPONENT),
    key(&BUILD_EVIDENCE, "release", &RELEASE),
    key(&FORGOTTEN, "site", &SITE),
    key(&SOURCE, "snapshot", &SNAPSHOT),
    key(&VULNERABILITY_NAME, "vulnerability", &VULNERABILITY),
    key(&VERDICT, "component", &COMPONENT),
    key(&VERDICT, "vulnerability", &VULNERABILITY),
    key(&SETTLEMENT, "verdict", &VERDICT),
    key(&SETTLEMENT, "inventory", &INVENTORY),
    key(&SWEEP, "snapshot", &SNAPSHOT),
    key(&ACCOUNT, "release", &RELEASE),
    key(&ACCOUNT, "sweep", &SWEEP),
    key(&ACCOUNT, "inventory", &INVENTORY),
    key(&LABELLED_ACCOUNT, "release", &RELEASE),
    key(&LABELLED_ACCOUNT, "sweep", &SWEEP),
    key(&LABELLED_ACCOUNT, "inventory", &INVENTORY),
    key(&PLACEMENT, "release", &RELEASE),
    key(&PLACEMENT, "vulnerability", &VULNERABILITY),
    key(&MAPPING, "release", &RELEASE),
    key(&MAPPING, "product", &PRODUCT),
    Reference { table: &MAPPING, column: "decided_by", to: &PERSON, form: Form::AfterPerson },
    key(&CASE, "vulnerability", &VULNERABILITY),
    key(&CASE, "owner", &PERSON),
    key(&DECISION, "case_id", &CASE),
    key(&DECISION, "release", &RELEASE),
    key(&DECISION, "vulnerability", &VULNERABILITY),
    key(&DECISION, "follows", &DECISION),
    Reference { table: &DECISION, column: "assessor", to: &PERSON, form: Form::AfterPerson },
    Reference { table: &SIGNATURE, column: "record", to: &DECISION, form: Form::OfDecision },
    key(&SIGNATURE, "person", &PERSON),
];

const fn key(table: &'static Table, column: &'static str, to: &'static Table) -> Reference {
    Reference { table, column, to, form: Form::Key }
}

impl Reference {
    /// The first row, by entry, whose reference was not open when the row was opened. One that was destroyed since counts.
    pub(crate) fn check(&self, view: &View<'_>) -> Result<(), Damage> {
        let Self { table, column, to, .. } = self;
        let Some(damaged) = self.find(view).map_err(|error| unreadable(table.name, &error))? else {
            return Ok(());
        };
        let what = format!("{column} names {} {}, which was not open then", to.name, damaged.named);
        Err(damage(table.name, Some(damaged.key), Some(damaged.since), &what))
    }

    fn find(&self, view: &View<'_>) -> Result<Option<Damaged>, StoreError> {
        let (table, column) = (self.table, self.column);
        let (named, condition) = match self.form {
            Form::Key => (format!("t.{column}"), format!("t.{column} IS NOT NULL")),
            Form::AfterPerson => {
                (format!("SUBSTR(t.{column}, 8)"), format!("SUBSTR(t.{column}, 1, 7) = 'person:'"))
            }
            Form::OfDecision => (format!("t.{column}"), "t.noun = 'decision'".to_owned()),
        };
        let keys = table.key.iter().map(|key| format!("t.{key}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {keys}, t.since, {named} FROM {} t WHERE {condition} AND NOT EXISTS (SELECT 1 FROM {} r WHERE \
             r.{} = {named} AND r.since <= t.since AND r.until > t.since) AND NOT EXISTS (SELECT 1 FROM purge g WHERE \
             g.of_table = '{}' AND g.row_key = CAST({named} AS TEXT) AND g.opened <= t.since AND g.closed > t.since) \
             ORDER BY t.since, {keys} LIMIT 1",
            table.name,
            self.to.name,
            self.to.key.join(""),
            self.to.name
        );
        let width = table.key.len();
        let mut found = None;
        view.connection.query(&sql, &[], &mut |row| {
            let key: Vec<Value> = (0..width).map(|n| row.value(n)).collect::<Result<_, _>>()?;
            let named = key_text(&[row.value(width + 1)?]);
            found = Some(Damaged { key: key_text(&key), since: row.integer(width)?, named });
            Ok(false)
        })?;
        Ok(found)
    }
}

struct Damaged {
    key: String,
    since: i64,
    named: String,
}
