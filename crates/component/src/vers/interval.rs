//! Maven and NuGet: intervals in mathematical notation, `[1.0.0, 2.0.0)`, `(,1.0]`, `[1.0]`, several behind commas. A
//! version alone is a wish in Maven and a lower bound in NuGet; as a range of advisories it is that version.
use super::native::{conjunction, constraint};
use super::{Constraint, VersError};
use crate::version::Scheme;

pub(super) fn read(scheme: Scheme, range: &str) -> Result<Vec<Constraint>, VersError> {
    let mut constraints = Vec::new();
    let mut rest = range.trim();
    if !rest.contains(['[', '(', ']', ')']) {
        return Ok(vec![constraint(scheme, "=", rest)?]);
    }
    while !rest.is_empty() {
        let wrong = || VersError::Constraint(range.to_owned());
        let inner = rest.strip_prefix(['[', '(']).ok_or_else(wrong)?;
        let end = inner.find([']', ')']).ok_or_else(wrong)?;
        let (low_sign, high_sign) = (
            if rest.starts_with('[') { ">=" } else { ">" },
            if inner[end..].starts_with(']') { "<=" } else { "<" },
        );
        let mut all = Vec::new();
        match inner[..end].split_once(',') {
            None => all.push(constraint(scheme, "=", inner[..end].trim())?),
            Some((low, high)) => {
                for (sign, version) in [(low_sign, low.trim()), (high_sign, high.trim())] {
                    if !version.is_empty() {
                        all.push(constraint(scheme, sign, version)?);
                    }
                }
                if all.is_empty() {
                    return Ok(vec![Constraint::any()]);
                }
            }
        }
        constraints.extend(conjunction(scheme, all));
        rest = inner[end + 1..].trim_start_matches([',', ' ']);
    }
    Ok(constraints)
}

#[cfg(test)]
mod tests {
    use super::super::Vers;

    #[test]
    fn intervals() {
        for (ty, range, expected) in [
            ("maven", "[1.0,2.0)", "vers:maven/>=1.0|<2.0"),
            ("maven", "(,1.0],[1.2,)", "vers:maven/<=1.0|>=1.2"),
            ("maven", "[1.5]", "vers:maven/1.5"),
            ("maven", "(,)", "vers:maven/*"),
            ("nuget", "(1.0, 2.0]", "vers:nuget/>1.0.0|<=2.0.0"),
            ("nuget", "1.2.3", "vers:nuget/1.2.3"),
        ] {
            assert_eq!(Vers::from_native(ty, range).unwrap().to_string(), expected);
        }
        for range in ["[1.0", "1.0]", "[1.0,2.0)x", "[]", "[2.0,1.0]", ""] {
            assert!(Vers::from_native("maven", range).is_err(), "{range}");
        }
    }
}
