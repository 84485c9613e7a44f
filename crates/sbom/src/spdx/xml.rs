//! SPDX 2 XML as its Java and Python tools write it: the members of the JSON form as elements, lists as repeats.

use serde_json::{Map, Value};

use super::intake::{Intake, LISTS};
use crate::error::ReadError;
use crate::inventory::{Format, Inventory};
use crate::walk::Walk;
use crate::xml::{Element, MAX_DEPTH, Reader};

/// Lists inside of entries.
const INNER_LISTS: [&str; 3] = ["checksums", "creators", "externalRefs"];

/// Reads an SPDX 2 XML document.
pub(crate) fn read_xml(text: &str, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let mut reader = Reader::new(text, MAX_DEPTH);
    reader.root(walk)?;
    let mut intake = Intake::default();
    while let Some(child) = reader.child(walk)? {
        let name = child.name.clone();
        let value = value(reader.element(child, walk)?);
        if LISTS.contains(&name.as_str()) {
            intake.entry(&name, value, walk)?;
        } else {
            intake.member(&name, value, walk);
        }
    }
    intake.close(Format::SpdxXml, walk)
}

/// Recursion is bounded by the reader's depth limit.
fn value(element: Element) -> Value {
    if element.children.is_empty() {
        return Value::String(element.text);
    }
    let mut members = Map::new();
    for child in element.children {
        let name = child.opening.name.clone();
        let value = value(child);
        match members.get_mut(&name) {
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None if INNER_LISTS.contains(&name.as_str()) => {
                members.insert(name, Value::Array(vec![value]));
            }
            None => {
                members.insert(name, value);
            }
        }
    }
    Value::Object(members)
}
