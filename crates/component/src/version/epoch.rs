//! The epoch in front of a Debian or RPM version.

/// Splits `epoch:rest`. The epoch is given as its digits; it is `None` when absent, which both dpkg and rpm
/// read as 0, or when what stands before the colon is no number and so belongs to the version. Whether an
/// absent epoch may be taken for *the same* epoch depends on where the version comes from, and is the
/// caller's decision.
pub fn split_epoch(version: &str) -> (Option<&str>, &str) {
    match version.split_once(':') {
        Some((epoch, rest)) if !epoch.is_empty() && epoch.bytes().all(|byte| byte.is_ascii_digit()) => {
            (Some(epoch), rest)
        }
        _ => (None, version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_are_an_epoch() {
        assert_eq!(split_epoch("1:2.3-4"), (Some("1"), "2.3-4"));
        assert_eq!(split_epoch("2.3-4"), (None, "2.3-4"));
        assert_eq!(split_epoch("a:1"), (None, "a:1"));
        assert_eq!(split_epoch(":1"), (None, ":1"));
    }
}
