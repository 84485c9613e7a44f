//! The corpus of real documents: each is read or refused for the right reason, twins give one inventory, what is written
//! is read back, and no damage makes a reader panic.
#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests, outside of test functions")]

mod counts;
mod damage;
mod export;
mod folder;
#[path = "../mutator/mod.rs"]
mod mutator;
mod twins;
