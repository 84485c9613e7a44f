//! Feeds: from the files that sources deliver to normalised records.
//!
//! Owns finding the files, unpacking and recognising them, and one parser a format. A parser of foreign data returns
//! what it understood and a list of issues; a broken record costs only itself. Deliberately not here: which of several
//! copies of a record stays, where records are kept (both `app`), and what they mean for a component (`matcher`).

mod affected;
pub mod build_evidence;
mod configuration;
mod coverage;
pub mod csaf;
pub mod cve5;
mod cvss;
pub mod cyclonedx_vex;
mod ecosystem;
pub mod epss;
mod exact;
mod free_text;
mod input;
pub mod kev;
pub mod nvd;
pub mod openvex;
pub mod osv;
mod place;
mod read;
mod report;
mod slices;
mod sniff;
mod text;
mod unit;
mod unpack;
mod vex;

pub use coverage::Coverages;
pub use cvss::score_of;
pub use input::{DiscoverError, Input, digest, discover};
pub use read::{Options, read, read_again};
pub use report::{Count, FileReport, ISSUES_KEPT, Issue, IssueCode, Item, Kind, NotRead, Parsed};
pub use unit::Unit;
