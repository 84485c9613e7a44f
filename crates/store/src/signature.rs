//! Signatures, and the digest of a record version that they are bound to.

use domain::{
    audience::Audience,
    id::{PersonId, SignatureId},
    signature::{Meaning, Signature},
};

use crate::{
    Row, StoreError, Table, Tx, Value, View,
    digest::hex,
    revision::{leaf_hash, opened_json},
};

/// Signatures.
pub const SIGNATURE: Table = Table {
    name: "signature",
    key: &["id"],
    columns: &[
        "id",
        "noun",
        "record",
        "digest",
        "person",
        "printed_name",
        "meaning",
        "statement",
        "signed_at",
        "authentication",
        "audience",
    ],
    sealed: &[],
};

/// A signature and the entry that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureRow {
    /// The signature.
    pub signature: Signature,
    /// Ledger entry.
    pub since: i64,
}

impl Tx<'_> {
    /// Adds a signature; it is as much need-to-know as what it signs.
    pub fn add_signature(&mut self, signature: &Signature, audience: &Audience) -> Result<(), StoreError> {
        self.open(&SIGNATURE, &values(signature, audience))
    }
}

impl View<'_> {
    /// Signatures on records, oldest first.
    pub fn signatures_on(&self, records: Vec<String>) -> Result<Vec<SignatureRow>, StoreError> {
        self.rows(ON, &[self.sequence().into(), records.into()], read)
    }

    /// SHA-256 (hex) of the version of a record that this reader sees: its ledger leaf. `None` when there is none.
    pub(crate) fn leaf_of(
        &self,
        sql: &'static str,
        table: &Table,
        key: Value,
    ) -> Result<Option<String>, StoreError> {
        let width = table.columns.len();
        self.row(sql, &[self.sequence().into(), key], |row| {
            let values = (0..width).map(|column| row.value(column)).collect::<Result<Vec<_>, _>>()?;
            Ok(hex(&leaf_hash(&opened_json(table, &values, row.integer(width)?)?)))
        })
    }
}

fn values(signature: &Signature, audience: &Audience) -> Vec<Value> {
    vec![
        (&signature.id).into(),
        (&signature.noun).into(),
        (&signature.record).into(),
        (&signature.digest).into(),
        (&signature.person).into(),
        (&signature.printed_name).into(),
        signature.meaning.as_str().into(),
        (&signature.statement).into(),
        (&signature.signed_at).into(),
        (&signature.authentication).into(),
        audience.into(),
    ]
}

fn read(row: &Row<'_>) -> Result<SignatureRow, StoreError> {
    let meaning = row.text(6)?;
    let signature = Signature {
        id: SignatureId(row.text(0)?),
        noun: row.text(1)?,
        record: row.text(2)?,
        digest: row.text(3)?,
        person: PersonId(row.text(4)?),
        printed_name: row.text(5)?,
        meaning: Meaning::parse(&meaning).ok_or_else(|| StoreError::unreadable(6, "a meaning", &meaning))?,
        statement: row.text(7)?,
        signed_at: row.text(8)?,
        authentication: row.text(9)?,
    };
    Ok(SignatureRow { signature, since: row.integer(10)? })
}

const ON: &str = "SELECT id, noun, record, digest, person, printed_name, meaning, statement, signed_at, \
    authentication, since FROM signature WHERE record IN (LIST $2) AND since <= $1 AND until > $1 ORDER BY since, id";
