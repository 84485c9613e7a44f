//! The use cases: authorise, decide, persist. The only writer of the record.
//!
//! Every use case takes a [`viewer::Viewer`], names the permission it needs, and changes the record through one act.
//! Deliberately not here: SQL (`store`), rules of the nouns (`domain`), pages and routes (`web`), printing (`aftercare`).

// The core: what a workspace is made of, who looks, what can go wrong.
pub mod app;
pub mod cleanup;
pub mod clock;
pub mod entropy;
pub mod error;
pub mod viewer;
pub mod workspace;

// The portfolio.
pub mod build_evidence;
mod component;
mod conversion;
mod fleet;
pub mod inventory;
pub mod mapping;
pub mod part;
pub mod product;
mod proposals;
pub mod release;
pub mod site;
pub mod table_import;
pub mod unit;

// The watch.
pub mod account;
pub mod check;
pub mod corpus;
pub mod cvss;
pub mod explain;
pub mod exposed;
pub mod finding_group;
pub mod impact;
pub mod import;
pub mod sweep;
pub mod watch;

// The desk.
pub mod case;
pub mod decision;
pub mod deep;
pub mod export;
pub mod label;
pub mod ledger;
pub mod page;
pub mod password;
pub mod person;
pub mod purge;
pub mod session;
pub mod signing;

pub use app::App;
pub use clock::{Clock, FixedClock, SystemClock};
pub use entropy::{Entropy, FixedEntropy, SystemEntropy};
pub use error::{AppError, FieldError};
pub use viewer::Viewer;
