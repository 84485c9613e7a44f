//! What each page shows, as plain structs, and the parts that pages share. Each struct is the data of one template.
//!
//! Figures are integers, words for dates and ages are made by `words`, addresses by `href`. Every figure that counts rows
//! is a `Count` and leads to its rows. Nothing here decides: an enum says which chip is drawn, not why.

pub mod filters;
pub mod href;
pub mod words;

// Parts.
pub mod assess;
pub mod bar;
pub mod build_evidence;
pub mod calendar;
pub mod chip;
pub mod clock;
pub mod count;
pub mod decide;
pub mod empty;
pub mod evidence;
pub mod field;
pub mod harm;
pub mod queue;
pub mod shell;
pub mod stage;
pub mod sum;
pub mod take_back;
pub mod timeline;

// Pages.
pub mod case;
pub mod cases;
pub mod error;
pub mod explain;
pub mod impact;
pub mod inbox;
pub mod ledger;
pub mod mapping;
pub mod people;
pub mod products;
pub mod release;
pub mod setup;
pub mod sign;
pub mod signin;
pub mod today;
pub mod units;
pub mod watch;
