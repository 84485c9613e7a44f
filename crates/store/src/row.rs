//! A row on its way out of a statement, the same for both engines.

use postgres::types::{FromSql, Type};
use rusqlite::types::ValueRef;

use crate::{StoreError, Value};

/// A row; columns count from 0.
pub enum Row<'a> {
    #[doc(hidden)]
    Sqlite(&'a rusqlite::Row<'a>),
    #[doc(hidden)]
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// Text that is never null.
    pub fn text(&self, column: usize) -> Result<String, StoreError> {
        self.optional_text(column)?.ok_or_else(|| wrong(column, "text", "null"))
    }

    /// Text or null.
    pub fn optional_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            other => Err(wrong(column, "text", kind(&other))),
        }
    }

    /// An integer that is never null. Counts and sums too.
    pub fn integer(&self, column: usize) -> Result<i64, StoreError> {
        self.optional_integer(column)?.ok_or_else(|| wrong(column, "an integer", "null"))
    }

    /// An integer or null.
    pub fn optional_integer(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Integer(integer) => Ok(Some(integer)),
            other => Err(wrong(column, "an integer", kind(&other))),
        }
    }

    /// 0 or 1.
    pub fn boolean(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.integer(column)? == 1)
    }

    /// Bytes that are never null.
    pub fn blob(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        match self.value(column)? {
            Value::Blob(bytes) => Ok(bytes),
            other => Err(wrong(column, "bytes", kind(&other))),
        }
    }

    /// Whatever is there.
    pub fn value(&self, column: usize) -> Result<Value, StoreError> {
        match self {
            Self::Sqlite(row) => {
                let value = row.get_ref(column).map_err(|error| StoreError::database("a column", error))?;
                Ok(match value {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(integer) => Value::Integer(integer),
                    ValueRef::Real(_) => return Err(wrong(column, "no floating point", "a real")),
                    ValueRef::Text(bytes) => Value::Text(
                        std::str::from_utf8(bytes)
                            .map_err(|_| wrong(column, "UTF-8", "other bytes"))?
                            .to_owned(),
                    ),
                    ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
                })
            }
            Self::Postgres(row) => row
                .try_get::<_, Wire>(column)
                .map(|wire| wire.0)
                .map_err(|error| StoreError::database("a column", error)),
        }
    }
}

/// A value in PostgreSQL's binary form.
struct Wire(Value);

impl<'a> FromSql<'a> for Wire {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::INT8 => Value::Integer(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Integer(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Value::Integer(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => Value::Integer(bool::from_sql(ty, raw)?.into()),
            Type::NUMERIC => Value::Integer(numeric(raw).ok_or("a numeric that is no 64-bit integer")?),
            Type::BYTEA => Value::Blob(raw.to_vec()),
            _ => Value::Text(std::str::from_utf8(raw)?.to_owned()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::INT8
                | Type::INT4
                | Type::INT2
                | Type::BOOL
                | Type::NUMERIC
                | Type::BYTEA
                | Type::TEXT
                | Type::VARCHAR
                | Type::NAME
                | Type::BPCHAR
                | Type::UNKNOWN
        )
    }
}

/// `SUM(bigint)` is numeric on PostgreSQL: digits of base 10,000, then the weight of the first, sign and scale.
fn numeric(raw: &[u8]) -> Option<i64> {
    let word =
        |index: usize| raw.get(index * 2..index * 2 + 2).map(|pair| i16::from_be_bytes([pair[0], pair[1]]));
    let (digits, weight, sign) = (word(0)?, word(1)?, word(2)?);
    let mut sum: i64 = 0;
    for position in 0..=weight.max(-1) {
        let digit = if position < digits { word(4 + usize::try_from(position).ok()?)? } else { 0 };
        sum = sum.checked_mul(10_000)?.checked_add(digit.into())?;
    }
    match sign {
        0 => Some(sum),
        0x4000 => Some(-sum),
        _ => None,
    }
}

fn wrong(column: usize, expected: &'static str, found: &str) -> StoreError {
    StoreError::Column { column, expected, found: found.to_owned() }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Integer(_) => "an integer",
        Value::Text(_) => "text",
        Value::Blob(_) => "bytes",
        Value::Texts(_) | Value::Integers(_) => "a list",
    }
}
