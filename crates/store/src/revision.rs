//! Rows of the record as leaves: how a revision and a closing are encoded and hashed.

use crate::{
    StoreError, Table, Value,
    canonical::write_text,
    digest::{Hash, PREFIX, Tree, hex, leaf, prefix},
};

/// The leaves one entry gave to one table, in the making.
pub(crate) struct Touched {
    pub(crate) opened: Vec<(Vec<Value>, Hash)>,
    pub(crate) closed: Vec<(Vec<Value>, Hash)>,
}

/// Count and root of one side of a table in an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaves {
    pub(crate) count: u64,
    pub(crate) root: Hash,
}

/// Orders leaves by key, as both engines do (`COLLATE "C"`, `BINARY`), and hashes them up; also the first bytes of each.
pub(crate) fn leaves(mut leaves: Vec<(Vec<Value>, Hash)>) -> (Leaves, Vec<u8>) {
    leaves.sort_unstable_by(|left, right| left.0.cmp(&right.0));
    let mut tree = Tree::default();
    let mut prefixes = Vec::with_capacity(leaves.len() * PREFIX);
    for (_, hash) in leaves {
        prefixes.extend_from_slice(&prefix(&hash));
        tree.push(hash);
    }
    (Leaves { count: tree.count(), root: tree.root() }, prefixes)
}

/// The JSON of an opened revision: its columns that are not null, and `since`. A later nullable column changes nothing.
pub(crate) fn opened_json(table: &Table, values: &[Value], since: i64) -> Result<String, StoreError> {
    object(table.columns.iter().copied().zip(values).chain([("since", &Value::Integer(since))]))
}

/// The JSON of a closing: the key and the `since` of the revision that ends.
pub(crate) fn closed_json(table: &Table, key: &[Value], since: i64) -> Result<String, StoreError> {
    object(table.key.iter().copied().zip(key).chain([("since", &Value::Integer(since))]))
}

/// The hash of a leaf's JSON.
pub(crate) fn leaf_hash(json: &str) -> Hash {
    leaf(json.as_bytes())
}

/// The key values of a row, as text for people.
pub(crate) fn key_text(key: &[Value]) -> String {
    let part = |value: &Value| match value {
        Value::Integer(integer) => integer.to_string(),
        Value::Text(text) => text.clone(),
        Value::Blob(bytes) => hex(bytes),
        Value::Null => "null".to_owned(),
        Value::Texts(_) | Value::Integers(_) => "a list".to_owned(),
    };
    key.iter().map(part).collect::<Vec<_>>().join(" / ")
}

fn object<'a>(members: impl Iterator<Item = (&'a str, &'a Value)>) -> Result<String, StoreError> {
    let mut members: Vec<_> = members.filter(|(_, value)| **value != Value::Null).collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    let mut out = String::with_capacity(256);
    out.push('{');
    for (position, (name, value)) in members.into_iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write_text(name, &mut out);
        out.push(':');
        match value {
            Value::Integer(integer) => out.push_str(&integer.to_string()),
            Value::Text(text) => write_text(text, &mut out),
            Value::Blob(bytes) => write_text(&hex(bytes), &mut out),
            Value::Null | Value::Texts(_) | Value::Integers(_) => {
                return Err(StoreError::Misuse(format!("a list is no value of column {name}")));
            }
        }
    }
    out.push('}');
    Ok(out)
}
