//! Reading the truth: JSON lines, and parts made from what a label names.

use std::path::Path;

use anyhow::Context as _;
use matcher::inventory::{Inventory, Item};
use serde_json::Value;

/// The values of a file of JSON lines.
pub(super) fn lines(path: &Path) -> anyhow::Result<Vec<Value>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines().map(|line| serde_json::from_str(line).with_context(|| path.display().to_string())).collect()
}

/// A text of a value, empty when absent.
pub(super) fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The texts of a list.
pub(super) fn texts(value: &Value, pointer: &str) -> Vec<String> {
    let list = value.pointer(pointer).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// An inventory of these parts.
pub(super) fn inventory(items: Vec<Item>) -> Inventory {
    Inventory { items, ..Inventory::default() }
}

/// Percent-encodes what a package URL cannot hold as it is.
pub(super) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b".-_~:/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
