//! The matcher: from normalised records of many sources to verdicts that explain themselves.
//!
//! Owned here: the normalised [`record::Record`] and its statements, the index bytes built from them, the verdict of a
//! (component, vulnerability) pair with its explanation. Deliberately not here: files (the caller hands bytes), the
//! formats of the sources (`feeds`), the formats of SBOMs (`sbom`), the record of the manufacturer (`store`).
//!
//! Read in this order: [`record`] (what goes in), [`index`] (what is built), [`identify`] (which keys a part has),
//! [`assess`] (what is decided), [`explain`] (why, for any pair), [`account`] (that the sum closes).
//!
//! Three modules are held by tests and benchmarks and asked by no page and no command yet: [`delta`] and [`standing`]
//! (only what a change makes dirty), [`portfolio`] (who has it, of ten million parts).
#![warn(missing_docs)]

pub mod account;
pub mod assess;
mod authority;
pub mod build;
pub mod candidate;
pub mod delta;
pub mod dictionary;
pub mod digest;
pub mod explain;
pub mod identify;
pub mod index;
pub mod inventory;
pub mod portfolio;
pub mod raw_name;
pub mod record;
pub mod segment;
pub mod standing;
pub mod support;
pub mod verdict;
