//! Test support: temporary databases of both engines. Deliberately not here: anything that knows the schema, so that `store`
//! itself can be tested with it.

mod cluster;
mod databases;
mod encrypted;

pub use databases::{Database, Engine, both, postgres, sqlite};
pub use encrypted::{EncryptedServer, encrypted};
