//! RDF/XML as far as SPDX uses it: node elements and property elements by turns, `rdf:about`, `rdf:nodeID`, `rdf:resource`,
//! `rdf:type`. No other vocabulary is known here; collections and reification are not read.

use std::collections::HashMap;

use crate::error::ReadError;
use crate::walk::Walk;
use crate::xml::{Opening, Reader, Token};

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
/// Nodes stand inside each other as deep as the longest relationship chain; reading them needs no recursion.
const MAX_DEPTH: usize = 8_192;

/// One node.
#[derive(Default)]
pub(super) struct Node {
    /// Its URI, `_:name` for a named blank node, empty for a blank one.
    pub(super) id: String,
    /// Local name of its type.
    pub(super) kind: String,
    /// Local names of its properties with their values, in document order.
    properties: Vec<(String, Object)>,
}

/// The value of a property.
pub(super) enum Object {
    Text(String),
    /// URI or `_:name` of something that may be in the document or not.
    Resource(String),
    Node(usize),
}

impl Object {
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Object::Text(text) => Some(text.trim()),
            Object::Resource(_) | Object::Node(_) => None,
        }
    }
}

/// All nodes of a document, in the order in which they are first met.
#[derive(Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    by_id: HashMap<String, usize>,
}

/// What is open while reading.
enum Open {
    /// `rdf:RDF`, or anything else around the nodes.
    Outside,
    Node(usize),
    Property {
        name: String,
        text: String,
        object: Option<Object>,
    },
}

impl Graph {
    pub(super) fn read(text: &str, walk: &mut Walk) -> Result<Graph, ReadError> {
        let mut reader = Reader::new(text, MAX_DEPTH);
        let mut graph = Graph::default();
        let mut open: Vec<Open> = Vec::new();
        loop {
            match reader.next(walk)? {
                Token::Open(opening) => {
                    let opened = match open.last() {
                        Some(Open::Node(_)) => property(opening),
                        None if opening.namespace == RDF && opening.name == "RDF" => Open::Outside,
                        None | Some(Open::Outside | Open::Property { .. }) => {
                            let attributes = opening.attributes.len() * size_of::<(String, Object)>();
                            room(size_of::<Node>() + attributes, walk)?;
                            Open::Node(graph.node(opening))
                        }
                    };
                    open.push(opened);
                }
                Token::Text(piece) => {
                    if let Some(Open::Property { text, .. }) = open.last_mut() {
                        text.push_str(&piece);
                    }
                }
                Token::Close => match (open.pop(), open.last_mut()) {
                    (Some(Open::Node(node)), Some(Open::Property { object, .. })) => {
                        *object = Some(Object::Node(node));
                    }
                    (Some(Open::Property { name, text, object }), Some(Open::Node(node))) => {
                        room(size_of::<(String, Object)>(), walk)?;
                        graph.set(*node, name, object.unwrap_or(Object::Text(text)));
                    }
                    _ => {}
                },
                Token::End => return Ok(graph),
            }
        }
    }

    /// The values of a property, in document order.
    pub(super) fn objects(&self, node: usize, property: &str) -> impl Iterator<Item = &Object> {
        self.nodes[node].properties.iter().filter(move |(name, _)| name == property).map(|(_, object)| object)
    }

    /// The first value of a property that is a text.
    pub(super) fn text(&self, node: usize, property: &str) -> Option<&str> {
        self.objects(node, property).find_map(Object::as_text)
    }

    /// The node that a value is or names.
    pub(super) fn node_of(&self, object: &Object) -> Option<usize> {
        match object {
            Object::Node(node) => Some(*node),
            Object::Resource(id) => self.by_id.get(id).copied(),
            Object::Text(_) => None,
        }
    }

    /// The URI that a value names, or the text in its place.
    pub(super) fn resource<'a>(&'a self, object: &'a Object) -> Option<&'a str> {
        match object {
            Object::Node(node) => Some(&self.nodes[*node].id),
            Object::Resource(uri) => Some(uri),
            Object::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
        }
    }

    /// The node of a node element: a new one, or the one whose URI is repeated.
    fn node(&mut self, opening: Opening) -> usize {
        let id = rdf(&opening, "about").map(str::to_owned);
        let id = id.or_else(|| rdf(&opening, "nodeID").map(|name| format!("_:{name}"))).unwrap_or_default();
        let known = self.by_id.get(&id).copied();
        let node = known.unwrap_or_else(|| {
            self.nodes.push(Node { id: id.clone(), ..Node::default() });
            let node = self.nodes.len() - 1;
            if !id.is_empty() {
                self.by_id.insert(id, node);
            }
            node
        });
        if !(opening.namespace == RDF && opening.name == "Description") {
            self.nodes[node].kind = opening.name;
        }
        for (namespace, name, value) in opening.attributes {
            if namespace != RDF && !namespace.is_empty() {
                self.set(node, name, Object::Text(value));
            }
        }
        node
    }

    fn set(&mut self, node: usize, name: String, object: Object) {
        match (name.as_str(), &object) {
            ("type", Object::Resource(kind)) => {
                let kind = kind.rsplit(['#', '/']).next().unwrap_or_default();
                kind.clone_into(&mut self.nodes[node].kind);
            }
            _ => self.nodes[node].properties.push((name, object)),
        }
    }
}

/// Asks for the memory of a node with its attributes, or of a property.
fn room(bytes: usize, walk: &mut Walk) -> Result<(), ReadError> {
    if walk.hold(bytes) { Ok(()) } else { walk.refusal.take().map_or(Ok(()), Err) }
}

fn property(opening: Opening) -> Open {
    let resource = rdf(&opening, "resource").map(str::to_owned);
    let resource = resource.or_else(|| rdf(&opening, "nodeID").map(|name| format!("_:{name}")));
    Open::Property { text: String::new(), object: resource.map(Object::Resource), name: opening.name }
}

fn rdf<'a>(opening: &'a Opening, name: &str) -> Option<&'a str> {
    let attribute = opening.attributes.iter().find(|(namespace, local, _)| namespace == RDF && local == name);
    attribute.map(|(_, _, value)| value.as_str())
}
