//! SBOMs of releases.
