//! The nouns of the record and their rules: products, releases, units, cases, decisions, signatures, roles.
//!
//! Pure values and pure state machines. Deliberately not here: SQL (`store`), time and ids (arguments), formats
//! (`documents`, `web`), matching (`matcher`; a stored verdict is a noun of its own, see [`verdict`]).
#![warn(missing_docs)]

pub mod act;
pub mod audience;
pub mod build_evidence;
pub mod case;
pub mod component;
pub mod decision;
pub mod id;
pub mod inventory;
pub mod ledger;
pub mod mapping;
pub mod person;
pub mod product;
pub mod purge;
pub mod release;
pub mod signature;
pub mod site;
pub mod sweep;
pub mod unit;
pub mod verdict;
pub mod vulnerability;
pub mod work;
