//! The handlers of the pages, one file per page or verb: extract, one call, render.

pub(crate) mod asset;
pub(crate) mod calendar;
pub(crate) mod case;
pub(crate) mod cases;
pub(crate) mod explain;
pub(crate) mod impact;
pub(crate) mod inbox;
pub(crate) mod ledger;
pub(crate) mod ledger_entry;
pub(crate) mod open_case;
pub(crate) mod problems;
pub(crate) mod products;
pub(crate) mod propose;
pub(crate) mod release;
pub(crate) mod sbom;
pub(crate) mod setup;
pub(crate) mod sign;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod standing;
pub(crate) mod today;
pub(crate) mod units;
pub(crate) mod watch;
pub(crate) mod work;
