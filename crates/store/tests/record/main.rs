//! The record on both engines: one binary, so one PostgreSQL cluster.

#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of these tests fail the test")]

mod bundle;
mod crash;
mod damage;
mod encryption;
mod files;
mod purge;
mod schema;
mod server;
mod spine;
mod support;
mod tables;
