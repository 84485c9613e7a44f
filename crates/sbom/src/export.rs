//! Inventories out again: CycloneDX 1.6 and 1.7 and SPDX 2.3, all as JSON. The same inventory gives the same bytes:
//! nothing is asked of a clock, and an id that the document lacks is made from its content.
//!
//! Not carried, because the target has no field for it: digests by algorithms that it does not know; in CycloneDX the
//! namespace of an SPDX document; in SPDX groups, the level of support, patches, tool properties, kinds beyond its purposes
//! and claims of completeness other than "unknown". Authors are written into SPDX as organisations. The original bytes of a
//! document are kept beside it (`store`).

mod cyclonedx;
mod spdx;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::inventory::Inventory;

/// A form that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// CycloneDX 1.6 JSON.
    CycloneDx16,
    /// CycloneDX 1.7 JSON.
    CycloneDx17,
    /// SPDX 2.3 JSON.
    Spdx23,
}

impl Target {
    /// All of them.
    pub const ALL: [Target; 3] = [Target::CycloneDx16, Target::CycloneDx17, Target::Spdx23];

    /// The name by which it is asked for.
    pub fn as_str(self) -> &'static str {
        match self {
            Target::CycloneDx16 => "cyclonedx-1.6",
            Target::CycloneDx17 => "cyclonedx-1.7",
            Target::Spdx23 => "spdx-2.3",
        }
    }
}

/// The name under which the product enters itself as the tool that wrote a document.
pub const TOOL: &str = "aftercare";

/// Writes an inventory as JSON text. `made` is the RFC 3339 moment that stands where the document states none.
pub fn export(inventory: &Inventory, target: Target, made: &str) -> String {
    let document = match target {
        Target::CycloneDx16 => cyclonedx::document(inventory, "1.6", made),
        Target::CycloneDx17 => cyclonedx::document(inventory, "1.7", made),
        Target::Spdx23 => spdx::document(inventory, made),
    };
    let mut text = format!("{document:#}");
    text.push('\n');
    text
}

/// The document's time of creation, where it is one.
fn created<'a>(inventory: &'a Inventory, made: &'a str) -> &'a str {
    let moment = |text: &&str| {
        let bytes = text.as_bytes();
        bytes.len() >= 20 && bytes[4] == b'-' && bytes[7] == b'-' && bytes[10] == b'T' && bytes[13] == b':'
    };
    inventory.created.as_deref().filter(moment).unwrap_or(made)
}

/// The tools of a document with ourselves.
fn tools(inventory: &Inventory) -> impl Iterator<Item = &str> {
    let named = inventory.provenance.tools.iter().map(String::as_str);
    let own = (!inventory.provenance.tools.iter().any(|tool| tool == TOOL)).then_some(TOOL);
    named.chain(own)
}

/// A UUID (RFC 9562, version 8) made from the content.
fn uuid(content: &Value) -> String {
    let digest = Sha256::digest(content.to_string().as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Whether a text can stand as an SPDX licence expression as far as its characters tell.
fn is_expression(text: &str) -> bool {
    let word = |word: &str| {
        let word = word.trim_matches(['(', ')']);
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+:".contains(&byte))
    };
    let words: Vec<&str> = text.split(' ').collect();
    // Words and operators by turns: `Apache License` is a name.
    let operators = words.iter().skip(1).step_by(2).all(|word| matches!(*word, "AND" | "OR" | "WITH"));
    let balanced = text.matches('(').count() == text.matches(')').count();
    words.len() % 2 == 1 && operators && balanced && words.iter().all(|text| word(text))
}

/// The references under which the components are written: their own where it fits and no earlier one has it, else one
/// that is made.
fn references(inventory: &Inventory, fits: fn(&str) -> bool, made: fn(usize, &str) -> String) -> Vec<String> {
    let mut taken = std::collections::HashSet::new();
    let kept: Vec<bool> = inventory
        .components
        .iter()
        .map(|component| fits(&component.reference) && taken.insert(component.reference.clone()))
        .collect();
    inventory
        .components
        .iter()
        .enumerate()
        .map(|(index, component)| {
            if kept[index] {
                return component.reference.clone();
            }
            let mut reference = made(index, &component.reference);
            while !taken.insert(reference.clone()) {
                reference.push('-');
            }
            reference
        })
        .collect()
}
