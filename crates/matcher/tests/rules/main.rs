//! The rules of matching, from records to verdicts: one binary, so that the crate is linked once.

#[cfg(test)]
mod build;
mod candidates;
#[cfg(test)]
mod classes;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod incremental;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod portfolio;
#[cfg(test)]
mod supplier;
#[cfg(test)]
mod support;
