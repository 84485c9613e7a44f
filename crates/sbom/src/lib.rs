//! Software bills of materials: CycloneDX and SPDX become one [`Inventory`], and every loss on the way becomes an
//! [`Issue`] with the JSON pointer of its place. Inventories are scored ([`score`]), compared ([`difference`]) and
//! written again ([`export`]).
//!
//! One file per format and form. To add one: name it in `detect.rs`, write `<format>/<form>.rs` with one `read` function
//! that brings the document into the objects of its JSON form, which fill a `draft::Draft`, and join it in [`read`].
//! Packing, envelopes, encodings, limits, graph work and identity parsing are shared.
//!
//! Deliberately not here: reading files and opening archives (`aftercare`, `app`), keeping the original bytes
//! (`store`), judging whether a component is affected (`matcher`), and the record's own nouns (`domain`).
#![warn(missing_docs)]

mod cyclonedx;
mod detect;
mod difference;
mod draft;
mod encoding;
mod envelope;
mod error;
mod export;
mod graph;
mod identity;
mod inventory;
mod issue;
mod json;
mod score;
mod slot;
mod spdx;
mod spdx3;
mod unpack;
mod walk;
mod xml;
mod yaml;

pub use difference::{Change, Difference, difference};
pub use error::{MAX_BYTES, MAX_COMPONENTS, MAX_LIST_BYTES, MAX_STRING_BYTES, ReadError};
pub use export::{TOOL, Target, export};
pub use inventory::{Completeness, Component, Format, Hash, Inventory, Kind, Provenance, Support};
pub use issue::{Issue, IssueCode};
pub use score::{Element, Profile, Score, State, score};

use detect::Found;
use walk::Walk;

/// How often a document may be wrapped over again: an envelope, its statement, and once more.
const MAX_WRAPPINGS: usize = 4;

/// Reads one document, recognised by its content and never by a file name. It may be compressed (gzip, bzip2, xz, zstd)
/// and wrapped in a signed envelope (DSSE, in-toto), whose signature is not checked here.
///
/// # Errors
/// A document that cannot be read as a whole is refused with a [`ReadError`]; whatever else is wrong with it
/// costs the field or the component concerned and is told in the issues.
pub fn read(bytes: &[u8]) -> Result<(Inventory, Vec<Issue>), ReadError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    let mut walk = Walk::default();
    let bytes = unpack::unpack(bytes)?;
    let text = encoding::decode(&bytes, &mut walk)?;
    let inventory = read_wrapped(&text, 0, &mut walk)?;
    Ok((inventory, walk.into_issues()))
}

fn read_wrapped(text: &str, wrappings: usize, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let wrapped = match detect::detect(text)? {
        Found::Document(format) => return read_repaired(text, format, walk),
        _ if wrappings >= MAX_WRAPPINGS => return Err(ReadError::Packed { kind: "DSSE" }),
        Found::Envelope => {
            let payload = envelope::payload(text, walk)?;
            encoding::decode(&payload, walk)?.into_owned()
        }
        Found::Statement => envelope::predicate(text)?,
    };
    read_wrapped(&wrapped, wrappings + 1, walk)
}

fn read_repaired(text: &str, format: Format, walk: &mut Walk) -> Result<Inventory, ReadError> {
    // What is reported on the way to a failure would be reported again by a second try.
    let before = walk.clone();
    read_text(text, format, walk).or_else(|error| {
        *walk = before;
        let Some(repaired) = json::repaired(text, &error, walk) else { return Err(error) };
        read_text(&repaired, format, walk)
    })
}

fn read_text(text: &str, format: Format, walk: &mut Walk) -> Result<Inventory, ReadError> {
    let inventory = match format {
        Format::CycloneDxJson => cyclonedx::read_json(text, walk),
        Format::CycloneDxXml => cyclonedx::read_xml(text, walk),
        Format::SpdxJson => spdx::read_json(text, walk),
        Format::SpdxTagValue => spdx::read_tag_value(text, walk),
        Format::SpdxYaml => spdx::read_yaml(text, walk),
        Format::SpdxRdf => spdx::read_rdf(text, walk),
        Format::SpdxXml => spdx::read_xml(text, walk),
        Format::Spdx3JsonLd => spdx3::read_json_ld(text, walk),
    };
    match walk.refusal.take() {
        Some(refusal) => Err(refusal),
        None => inventory,
    }
}
