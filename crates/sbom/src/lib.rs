//! Software bills of materials in: CycloneDX and SPDX become one [`Inventory`], and every loss on the way
//! becomes an [`Issue`] with the JSON pointer of its place.
//!
//! One file per format. To add one: name it in `detect.rs`, write `<format>.rs` with one `read` function that
//! fills a `draft::Draft`, and join it in [`read`]. Encodings, limits, graph work and identity parsing are shared.
//!
//! Deliberately not here: reading files and unpacking archives (`aftercare`, `app`), keeping the original bytes
//! (`store`), judging whether a component is affected (`matcher`), and the record's own nouns (`domain`).
#![warn(missing_docs)]

mod error;
mod inventory;
mod issue;

pub use error::{MAX_BYTES, MAX_COMPONENTS, MAX_STRING_BYTES, ReadError};
pub use inventory::{Completeness, Component, Format, Hash, Inventory, Kind};
pub use issue::{Issue, IssueCode};

/// Reads one document, recognised by its content and never by a file name.
///
/// # Errors
/// A document that cannot be read as a whole is refused with a [`ReadError`]; whatever else is wrong with it
/// costs the field or the component concerned and is told in the issues.
pub fn read(bytes: &[u8]) -> Result<(Inventory, Vec<Issue>), ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    Err(ReadError::NotReadYet { format: "any format" })
}
