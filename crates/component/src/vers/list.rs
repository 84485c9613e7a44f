//! Lists of versions as projects write them in their own advisories: nginx (`0.7.52-0.8.39, 1.5.0+`), OpenSSL.
use super::native::{constraint, next};
use super::{Comparator, Constraint, VersError};
use crate::version::Scheme;

/// Versions behind commas.
pub(super) fn openssl(scheme: Scheme, range: &str) -> Result<Vec<Constraint>, VersError> {
    items(range).map(|version| constraint(scheme, "=", version)).collect()
}

/// Versions, spans with a hyphen, and `+` for "and later": to the end of its branch when that is a stable one (an even
/// second number), without end when it is the main line.
pub(super) fn nginx(scheme: Scheme, range: &str) -> Result<Vec<Constraint>, VersError> {
    let mut constraints = Vec::new();
    for item in items(range) {
        if item == "all" {
            return Ok(vec![Constraint::any()]);
        } else if let Some(first) = item.strip_suffix('+') {
            constraints.push(constraint(scheme, ">=", first)?);
            let branch: Vec<&str> = first.split('.').take(2).collect();
            let stable = branch.get(1).is_some_and(|number| number.ends_with(['0', '2', '4', '6', '8']));
            if let Some(end) = next(&branch).filter(|_end| stable) {
                constraints.push(Constraint::new(Comparator::Less, format!("{end}.0")));
            }
        } else if let Some((first, last)) = item.split_once('-') {
            constraints.push(constraint(scheme, ">=", first)?);
            constraints.push(constraint(scheme, "<=", last)?);
        } else {
            constraints.push(constraint(scheme, "=", item)?);
        }
    }
    Ok(constraints)
}

fn items(range: &str) -> impl Iterator<Item = &str> {
    range.split(',').map(str::trim).filter(|item| !item.is_empty())
}
