//! CycloneDX XML, brought into the shape of CycloneDX JSON element by element, so that both fill the same objects and
//! an issue names the place in the JSON form. The long lists are handed on one entry at a time.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Bom, close};
use crate::error::ReadError;
use crate::inventory::{Format, Inventory};
use crate::slot::Slot as _;
use crate::walk::Walk;
use crate::xml::{Element, MAX_DEPTH, Opening, Reader};

/// All namespaces of the standard and its early extensions begin like this.
const NAMESPACE: &str = "http://cyclonedx.org/schema/";
/// The document's own, followed by the version.
const BOM_NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// Elements whose children are the entries of a list.
const LISTS: [&str; 16] = [
    "annotations",
    "assemblies",
    "authors",
    "components",
    "compositions",
    "dependencies",
    "formulation",
    "hashes",
    "licenses",
    "lifecycles",
    "patches",
    "properties",
    "resolves",
    "services",
    "tools",
    "vulnerabilities",
];

/// Reads a CycloneDX XML document.
pub(crate) fn read_xml(text: &str, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let mut reader = Reader::new(text, MAX_DEPTH);
    let root = reader.root(walk)?;
    if root.name != "bom" {
        return Err(ReadError::Unknown { found: "XML of another kind" });
    }
    let mut bom = Bom::default();
    // The walk is in the hands of the slots meanwhile; what the reader itself reports is joined afterwards.
    let mut own = Walk::default();
    let mut members =
        Members { head: head(&root), reader: &mut reader, walk: &mut own, child: None, failed: None };
    let filled = bom.object(&mut members, walk);
    let failed = members.failed.take();
    walk.join(own);
    if let Err(error) = filled {
        let refusal = walk.refusal.take().or(failed);
        return Err(refusal.unwrap_or_else(|| reader.broken(error.to_string())));
    }
    // What stands after the outermost element must be well-formed too.
    while !matches!(reader.next(walk)?, crate::xml::Token::End) {}
    close::close(bom, Format::CycloneDxXml, walk)
}

/// What JSON says in members of the outermost object and XML in attributes, last first.
fn head(root: &Opening) -> Vec<(&'static str, Value)> {
    let version = root.namespace.strip_prefix(BOM_NAMESPACE).unwrap_or(&root.namespace);
    let mut head = vec![("specVersion", text(version)), ("bomFormat", text("CycloneDX"))];
    head.extend(root.attribute("serialNumber").map(|serial| ("serialNumber", text(serial))));
    head
}

/// The members of the outermost object.
struct Members<'r, 'a> {
    head: Vec<(&'static str, Value)>,
    reader: &'r mut Reader<'a>,
    walk: &'r mut Walk,
    /// The child whose key was told and whose value is still to be read.
    child: Option<Opening>,
    failed: Option<ReadError>,
}

impl Members<'_, '_> {
    fn fail(&mut self, error: ReadError) -> serde_json::Error {
        self.failed = Some(error);
        serde_json::Error::custom("refused")
    }

    fn child_of(&mut self) -> Result<Option<Opening>, serde_json::Error> {
        self.reader.child(self.walk).map_err(|error| self.fail(error))
    }

    fn element(&mut self, opening: Opening) -> Result<Element, serde_json::Error> {
        self.reader.element(opening, self.walk).map_err(|error| self.fail(error))
    }
}

impl<'de> MapAccess<'de> for &mut Members<'_, '_> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Self::Error> {
        if let Some((key, _)) = self.head.last() {
            return seed.deserialize(StrDeserializer::<Self::Error>::new(key)).map(Some);
        }
        loop {
            let Some(child) = self.child_of()? else { return Ok(None) };
            if !child.namespace.starts_with(NAMESPACE) {
                self.reader.skip(self.walk).map_err(|error| self.fail(error))?;
                continue;
            }
            let key = seed.deserialize(StrDeserializer::<Self::Error>::new(&child.name))?;
            self.child = Some(child);
            return Ok(Some(key));
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Self::Error> {
        if let Some((_, value)) = self.head.pop() {
            return seed.deserialize(value);
        }
        let child = self.child.take().unwrap_or_default();
        if LISTS.contains(&child.name.as_str()) {
            seed.deserialize(Entries { members: self })
        } else {
            let element = self.element(child)?;
            seed.deserialize(value(element))
        }
    }
}

/// The entries of a long list, read one by one.
struct Entries<'m, 'r, 'a> {
    members: &'m mut Members<'r, 'a>,
}

impl<'de> Deserializer<'de> for Entries<'_, '_, '_> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_seq(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let Members { reader, walk, .. } = &mut *self.members;
        reader.skip(walk).map_err(|error| self.members.fail(error))?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier
    }
}

impl<'de> SeqAccess<'de> for Entries<'_, '_, '_> {
    type Error = serde_json::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Self::Error> {
        while let Some(child) = self.members.child_of()? {
            if child.namespace.starts_with(NAMESPACE) {
                let element = self.members.element(child)?;
                return seed.deserialize(value(element)).map(Some);
            }
            let Members { reader, walk, .. } = &mut *self.members;
            reader.skip(walk).map_err(|error| self.members.fail(error))?;
        }
        Ok(None)
    }
}

/// An element in the shape of JSON. Recursion is bounded by the reader's depth limit.
fn value(element: Element) -> Value {
    match element.name() {
        "hash" => leaf(element, "content", &[("alg", "alg")]),
        "property" => leaf(element, "value", &[("name", "name")]),
        "expression" | "license" if element.children.is_empty() && !element.text.trim().is_empty() => {
            text(&element.text)
        }
        "dependency" => dependency(element),
        "composition" => composition(element),
        "tools" if element.children.iter().any(|child| matches!(child.name(), "components" | "services")) => {
            object(element)
        }
        "licenses" => Value::Array(own(element.children).map(license).collect()),
        name if LISTS.contains(&name) => Value::Array(own(element.children).map(value).collect()),
        // A text with attributes (a reference, a language) is its text.
        _ if element.children.is_empty()
            && (!element.text.trim().is_empty() || element.opening.attributes.is_empty()) =>
        {
            text(&element.text)
        }
        _ => object(element),
    }
}

/// The elements of the standard: documents may carry those of others anywhere.
fn own(children: Vec<Element>) -> impl Iterator<Item = Element> {
    children.into_iter().filter(|child| child.opening.namespace.starts_with(NAMESPACE))
}

/// Attributes and children as members; a child that is repeated makes a list.
fn object(element: Element) -> Value {
    let mut members = Map::new();
    for (_, name, value) in element.opening.attributes {
        members.insert(name, Value::String(value));
    }
    for child in own(element.children) {
        let name = child.opening.name.clone();
        let value = value(child);
        match members.get_mut(&name) {
            None => {
                members.insert(name, value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Value::Object(members)
}

/// An element whose text is one member and whose attributes are others.
fn leaf(element: Element, key: &str, attributes: &[(&str, &str)]) -> Value {
    let mut members = Map::new();
    for (attribute, member) in attributes {
        if let Some(value) = element.opening.attribute(attribute) {
            members.insert((*member).to_owned(), text(value));
        }
    }
    members.insert(key.to_owned(), text(&element.text));
    Value::Object(members)
}

fn license(element: Element) -> Value {
    let name = element.opening.name.clone();
    match element.opening.attribute("expression") {
        // 1.7 has an element with details beside the plain one.
        Some(expression) if name == "expression-detailed" => {
            Value::Object(Map::from_iter([("expression".to_owned(), text(expression))]))
        }
        _ => Value::Object(Map::from_iter([(name, value(element))])),
    }
}

fn dependency(element: Element) -> Value {
    let (mut depends_on, mut provides) = (Vec::new(), Vec::new());
    for child in &element.children {
        let list = if child.name() == "provides" { &mut provides } else { &mut depends_on };
        list.extend(child.opening.attribute("ref").map(text));
    }
    let mut members = Map::new();
    members.extend(element.opening.attribute("ref").map(|reference| ("ref".to_owned(), text(reference))));
    members.insert("dependsOn".to_owned(), Value::Array(depends_on));
    members.insert("provides".to_owned(), Value::Array(provides));
    Value::Object(members)
}

/// Its lists hold references where the document's lists of the same names hold entries.
fn composition(element: Element) -> Value {
    let mut members = Map::new();
    for child in element.children {
        let references =
            child.children.iter().filter_map(|entry| entry.opening.attribute("ref")).map(text).collect();
        let value = if child.name() == "aggregate" { text(&child.text) } else { Value::Array(references) };
        members.insert(child.opening.name, value);
    }
    Value::Object(members)
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}
