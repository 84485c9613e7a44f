//! The use cases of the watch on both engines: feeds in, sweeps, accounts, exposures, explanations.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a skipped test says so, a measuring one says what")]

mod build_evidence;
mod decided;
mod intake;
mod labelled;
mod mappings;
mod private;
mod rubbish;
mod support;
mod sweeps;
mod upgrade;
mod whole_corpus;
