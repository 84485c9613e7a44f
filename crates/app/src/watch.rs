//! Sources and their freshness.
