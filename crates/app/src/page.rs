//! What each page of the portal shows: one call for each, read as of one entry, and no more than is shown.
//!
//! Not here: rules (`domain`), the use cases that others call as well (the modules of the nouns), words and markup (`web`).

pub mod case;
pub mod cases;
pub mod inbox;
pub mod release;
pub mod today;
pub mod watch;
pub mod work;
