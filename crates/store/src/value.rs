//! A value on its way into a statement.

use domain::{audience::Audience, id};
use jiff::{Timestamp, civil::Date};

/// A parameter or a column of a row to write.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Absent. Typed by the column it meets.
    Null,
    /// 64-bit; also booleans as 0 and 1.
    Integer(i64),
    /// UTF-8 without U+0000.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
    /// A list for `IN (LIST $n)`, never a column.
    Texts(Vec<String>),
    /// A list for `IN (LIST $n)`, never a column.
    Integers(Vec<i64>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}
impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}
impl From<i32> for Value {
    fn from(integer: i32) -> Self {
        Self::Integer(integer.into())
    }
}
impl From<u32> for Value {
    fn from(integer: u32) -> Self {
        Self::Integer(integer.into())
    }
}
impl From<bool> for Value {
    fn from(boolean: bool) -> Self {
        Self::Integer(boolean.into())
    }
}
impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}
impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(bytes.to_vec())
    }
}
impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}
impl From<&[String]> for Value {
    fn from(texts: &[String]) -> Self {
        Self::Texts(texts.to_vec())
    }
}
impl From<Vec<i64>> for Value {
    fn from(integers: Vec<i64>) -> Self {
        Self::Integers(integers)
    }
}
impl From<&[i64]> for Value {
    fn from(integers: &[i64]) -> Self {
        Self::Integers(integers.to_vec())
    }
}
impl From<Timestamp> for Value {
    fn from(timestamp: Timestamp) -> Self {
        Self::Text(crate::moment(timestamp))
    }
}
impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self::Text(date.to_string())
    }
}
impl From<&Audience> for Value {
    fn from(audience: &Audience) -> Self {
        Self::Text(audience.0.clone())
    }
}
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(option: Option<T>) -> Self {
        option.map_or(Self::Null, Into::into)
    }
}

macro_rules! text_ids {
    ($($name:ident)*) => {$(
        impl From<&id::$name> for Value {
            fn from(id: &id::$name) -> Self { Self::Text(id.0.clone()) }
        }
        impl From<id::$name> for Value {
            fn from(id: id::$name) -> Self { Self::Text(id.0) }
        }
    )*};
}
text_ids! { ProductId ReleaseId UnitId SiteId InventoryId BuildEvidenceId VulnerabilityId SweepId CaseId DecisionId SignatureId PersonId MappingId }

macro_rules! row_ids {
    ($($name:ident)*) => {$(
        impl From<id::$name> for Value {
            fn from(id: id::$name) -> Self { Self::Integer(id.0) }
        }
    )*};
}
row_ids! { ComponentId VerdictId }
