//! The demonstration: an invented manufacturer with a fleet, a watch and a desk in the middle of its work.
//!
//! `portfolio`, `parts`, `document` and `fleet` make what would come from the manufacturer, `facts` and `feeds` what would
//! come from the world; `story` carries it through the same use cases as real work. All people, sites and companies are
//! invented; vulnerabilities, component names and versions are real. Deliberately not here: listening and printing.

mod document;
mod facts;
mod feeds;
mod fleet;
mod parts;
mod portfolio;
mod random;

#[cfg(test)]
mod tests;

/// The invented manufacturer.
pub(crate) const MANUFACTURER: &str = "Norrvik Medical";
