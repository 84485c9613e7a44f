//! Fielded versions.
