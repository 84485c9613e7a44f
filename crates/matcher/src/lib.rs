//! The matcher: from normalised records of many sources to verdicts that explain themselves.
//!
//! Owned here: the normalised [`record::Record`] and its statements, the index bytes built from them, the verdict of a
//! (component, vulnerability) pair with its explanation. Deliberately not here: files (the caller hands bytes), the
//! formats of the sources (`feeds`), the formats of SBOMs (`sbom`), the record of the manufacturer (`store`).
#![warn(missing_docs)]

pub mod inventory;
pub mod record;
pub mod verdict;
