//! Fielded units.
