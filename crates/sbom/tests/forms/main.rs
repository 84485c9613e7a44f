//! One content of our own in every form: twins, fuzzing from them, and documents made to exhaust each reader.
#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests, outside of test functions")]

mod document;
mod fuzz;
mod hostile;
#[path = "../mutator/mod.rs"]
mod mutator;
mod packed;
mod twins;
