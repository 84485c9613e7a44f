//! SPDX 3 JSON-LD: a flat list of elements that name each other by id. References are looked up, never followed, so that
//! circles cost nothing. Packages (with those of the AI and dataset profiles) are components; files are counted.

mod close;
mod element;
mod graph;
mod package;

use self::element::Element;
use self::graph::Graph;
use crate::error::ReadError;
use crate::inventory::Inventory;
use crate::json;
use crate::slot::{List, Text, object};
use crate::walk::Walk;

object! { Document<'de> {
    context: List<Text<'de>, true> = "@context",
    graph: Graph<'de> = "@graph",
} }

/// Reads an SPDX 3 JSON-LD document.
pub(crate) fn read_json_ld(text: &str, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let mut document = Document::default();
    json::fill(text, &mut document, walk)?;
    if document.graph.is_empty() {
        // A document of a single element needs no graph.
        let mut element = Element::default();
        json::fill(text, &mut element, &mut Walk::default())?;
        document.graph.take(element, walk);
    }
    close::close(document.graph, walk)
}
