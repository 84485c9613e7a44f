//! Windows: from a line's trade version or a build to the line, and the build that tells versions within it apart.
//!
//! The lines and their builds are facts of `products/windows.toml`. Not here: the order of builds
//! (`component::version`).

use component::version::{Form, Scheme};

use super::{Product, products};

/// The line of a Windows CPE whose version is a line (`windows_10` `1809`) or a build (`10.0.17763.5329`).
pub(crate) fn line(of: &str, version: &str) -> Option<&'static Product> {
    let version = version.trim();
    let full = full_build(version);
    let version = full.as_deref().unwrap_or(version);
    products().iter().find(|product| {
        product.line.as_ref().is_some_and(|line| {
            line.of == of && (line.version.eq_ignore_ascii_case(version) || is_build_of(version, &line.build))
        })
    })
}

fn is_build_of(version: &str, build: &str) -> bool {
    version.strip_prefix(build).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The build with its update number (UBR) as `10.0.17763.5329`; `None` when the update number is missing, without which
/// nothing within a line can be told apart.
pub(crate) fn full_build(version: &str) -> Option<String> {
    let version = version.trim();
    let numbers = version.split('.').count();
    match Scheme::Windows.form(version) {
        Form::Exact => Some(version.to_owned()),
        Form::Lenient if numbers == 2 => Some(format!("10.0.{version}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n4_lines() {
        let name = |of, version| line(of, version).map(|product| product.name.as_str());
        for (of, version, expected) in [
            ("windows_10", "1809", Some("Windows 10 version 1809")),
            ("windows_10", "21H2", Some("Windows 10 version 21H2")),
            ("windows_10", "10.0.17763.5329", Some("Windows 10 version 1809")),
            ("windows_10", "10.0.17763", Some("Windows 10 version 1809")),
            ("windows_10", "17763.5329", Some("Windows 10 version 1809")),
            ("windows_11", "21h2", Some("Windows 11 version 21H2")),
            ("windows_10", "10.0.177631", None),
            ("windows_10", "11.7", None),
        ] {
            assert_eq!(name(of, version), expected, "{of} {version}");
        }
    }

    #[test]
    fn builds_need_their_update_number() {
        for (version, expected) in [
            ("10.0.17763.5329", Some("10.0.17763.5329")),
            ("17763.5329", Some("10.0.17763.5329")),
            ("10.0.17763", None),
            ("1809", None),
            ("", None),
        ] {
            assert_eq!(full_build(version).as_deref(), expected, "{version}");
        }
    }
}
