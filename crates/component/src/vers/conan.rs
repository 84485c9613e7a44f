//! Conan: `>1 <2.0 || ^3.2`, `~2.5`, `*`; `include_prerelease` and a `-` behind a version say that pre-releases count,
//! which they do in `vers` anyway. The end of `~` and `^` is written `2.6-`, below every pre-release of `2.6`.
use super::native::{conjunction, constraint, next, tokens};
use super::{Comparator, Constraint, VersError};
use crate::version::Scheme;

pub(super) fn read(scheme: Scheme, range: &str) -> Result<Vec<Constraint>, VersError> {
    let mut constraints = Vec::new();
    for alternative in range.split("||") {
        let alternative = alternative.split(',').next().unwrap_or_default();
        let mut all = Vec::new();
        for (sign, version) in tokens(alternative) {
            let version = version.strip_suffix('-').unwrap_or(version);
            match (sign, version) {
                ("", "*") => all.push(Constraint::new(Comparator::GreaterOrEqual, "0.0.0")),
                ("~" | "^", version) => all.extend(series(scheme, sign, version)?),
                _ => all.push(constraint(scheme, sign, version)?),
            }
        }
        constraints.extend(conjunction(scheme, all));
    }
    Ok(constraints)
}

/// `~` goes to the next second number (or first, when it is alone), `^` to the next of the first that is not zero.
fn series(scheme: Scheme, sign: &str, version: &str) -> Result<[Constraint; 2], VersError> {
    let numbers: Vec<&str> = version.split('.').collect();
    let kept = match sign {
        "~" => numbers.len().min(2),
        _ => numbers.iter().position(|number| number.bytes().any(|digit| digit != b'0')).unwrap_or(0) + 1,
    };
    let end = next(&numbers[..kept]).ok_or_else(|| VersError::Constraint(format!("{sign}{version}")))?;
    Ok([constraint(scheme, ">=", version)?, Constraint::new(Comparator::Less, format!("{end}-"))])
}
