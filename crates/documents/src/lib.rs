//! Documents from domain values. The bytes are a function of the record: no clock, no randomness, no map order.
//!
//! Deliberately not here: what may be published and who may ask (`app`), signatures over files.

pub mod openvex;
