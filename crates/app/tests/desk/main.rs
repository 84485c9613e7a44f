//! The desk on both engines: workspace, people, sessions, cases, decisions, signatures, ledger. One binary, so one PostgreSQL
//! cluster.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests fail the test")]

mod cases;
mod decisions;
mod exports;
mod pages;
mod people;
mod purge;
mod records;
mod support;
mod workspaces;
