//! The line of one verdict in the digest of a sweep: no database ids, no times, no snapshot ids.
use crate::verdict::{Class, State};

/// Canonical bytes of one verdict (product.md §4, point 4): fields separated by U+001F, names sorted and separated by
/// U+001E, one line feed at the end. The digest of a sweep is SHA-256 over the sorted lines.
pub fn canonical_line(
    component: &str,
    names: &[&str],
    state: State,
    class: Option<Class>,
    reason: &str,
    statement: &str,
    settled: Option<&str>,
) -> Vec<u8> {
    let _ = (component, names, state, class, reason, statement, settled);
    Vec::new()
}
