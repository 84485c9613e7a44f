//! The rules of matching, from records to verdicts: one binary, so that the crate is linked once.

mod classes;
mod damage;
mod oracle;
mod support;
