//! Software bills of materials in: CycloneDX and SPDX become one [`Inventory`], and every loss on the way
//! becomes an [`Issue`] with the JSON pointer of its place.
//!
//! One file per format. To add one: name it in `detect.rs`, write `<format>.rs` with one `read` function that
//! fills a `draft::Draft`, and join it in [`read`]. Encodings, limits, graph work and identity parsing are shared.
//!
//! Deliberately not here: reading files and unpacking archives (`aftercare`, `app`), keeping the original bytes
//! (`store`), judging whether a component is affected (`matcher`), and the record's own nouns (`domain`).
#![warn(missing_docs)]

mod cyclonedx;
mod detect;
mod draft;
mod encoding;
mod error;
mod graph;
mod identity;
mod inventory;
mod issue;
mod json;
mod slot;
mod spdx;
mod walk;

pub use error::{MAX_BYTES, MAX_COMPONENTS, MAX_STRING_BYTES, ReadError};
pub use inventory::{Completeness, Component, Format, Hash, Inventory, Kind};
pub use issue::{Issue, IssueCode};

use walk::Walk;

/// Reads one document, recognised by its content and never by a file name.
///
/// # Errors
/// A document that cannot be read as a whole is refused with a [`ReadError`]; whatever else is wrong with it
/// costs the field or the component concerned and is told in the issues.
pub fn read(bytes: &[u8]) -> Result<(Inventory, Vec<Issue>), ReadError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    detect::refuse_packed(bytes)?;
    let mut walk = Walk::default();
    let text = encoding::decode(bytes, &mut walk)?;
    // What is reported on the way to a failure would be reported again by a second try.
    let before = walk.clone();
    match read_text(&text, &mut walk) {
        Ok(inventory) => Ok((inventory, walk.into_issues())),
        Err(error) => {
            let mut walk = before;
            let Some(repaired) = json::repaired(&text, &error, &mut walk) else { return Err(error) };
            let inventory = read_text(&repaired, &mut walk)?;
            Ok((inventory, walk.into_issues()))
        }
    }
}

fn read_text(text: &str, walk: &mut Walk) -> Result<Inventory, ReadError> {
    match detect::detect(text)? {
        Format::CycloneDxJson => cyclonedx::read_json(text, walk),
        Format::SpdxJson => spdx::read_json(text, walk),
    }
}
