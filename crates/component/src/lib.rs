//! What a component is called and how its ecosystem orders versions.
//!
//! Owns package URLs ([`purl`]), CPE names and their relation ([`cpe`]), version schemes with sortable keys
//! ([`version`]) and ranges of versions ([`vers`]). Deliberately not here: which records speak about a component (that is
//! `matcher`), how a document names one (`sbom`), and any input or output.
#![warn(missing_docs)]

pub mod cpe;
pub mod purl;
pub mod vers;
pub mod version;
