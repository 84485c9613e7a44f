//! The handlers of the pages, one file per page or verb: extract, one call, render.

pub(crate) mod asset;
pub(crate) mod calendar;
pub(crate) mod explain;
pub(crate) mod home;
pub(crate) mod impact;
pub(crate) mod ledger;
pub(crate) mod ledger_entry;
pub(crate) mod problems;
pub(crate) mod products;
pub(crate) mod release;
pub(crate) mod sbom;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod units;
pub(crate) mod watch;
