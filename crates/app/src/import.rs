//! Feeds in.
