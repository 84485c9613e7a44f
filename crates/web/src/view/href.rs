//! The addresses of the pages, in one place. Query values are percent-encoded here; which route answers is not known here.

/// One page of the portal with its query.
pub const TODAY: &str = "/";
pub const INBOX: &str = "/inbox";
pub const CASES: &str = "/cases";
pub const IMPACT: &str = "/impact";
pub const PRODUCTS: &str = "/products";
pub const UNITS: &str = "/units";
pub const WATCH: &str = "/watch";
pub const SWEEP: &str = "/watch/sweep";
pub const LEDGER: &str = "/ledger";
pub const EXPLAIN: &str = "/explain";
pub const PEOPLE: &str = "/people";
pub const SIGN_IN: &str = "/sign-in";
pub const SIGN_OUT: &str = "/sign-out";
pub const SETUP: &str = "/setup";

/// `/cases/CASE-0147`
pub fn case(number: &str) -> String {
    format!("{CASES}/{}", encoded(number))
}

/// `/releases/corva-4@4.2`
pub fn release(slug_at_version: &str) -> String {
    format!("/releases/{}", encoded(slug_at_version))
}

/// `/releases/corva-4@4.2/evidence`
pub fn evidence(slug_at_version: &str) -> String {
    format!("{}/evidence", release(slug_at_version))
}

/// `/releases/corva-4@4.2/blind-spots`
pub fn blind_spots(slug_at_version: &str) -> String {
    format!("{}/blind-spots", release(slug_at_version))
}

/// `/ledger/48213`
pub fn entry(number: u64) -> String {
    format!("{LEDGER}/{number}")
}

/// `/impact?q=CVE-2025-15467`
pub fn impact(question: &str) -> String {
    with(IMPACT, &[("q", question)])
}

/// `/explain?vulnerability=CVE-2025-15467&release=corva-4@4.2`
pub fn explain(vulnerability: &str, slug_at_version: &str) -> String {
    with(EXPLAIN, &[("vulnerability", vulnerability), ("release", slug_at_version)])
}

/// The path with these parameters added; a path may already have a query.
pub fn with(path: &str, parameters: &[(&str, &str)]) -> String {
    let (path, fragment) =
        path.split_once('#').map_or((path, None), |(path, fragment)| (path, Some(fragment)));
    let mut address = String::from(path);
    for (name, value) in parameters {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(&encoded(name));
        address.push('=');
        address.push_str(&encoded(value));
    }
    if let Some(fragment) = fragment {
        address.push('#');
        address.push_str(fragment);
    }
    address
}

/// Everything but RFC 3986's unreserved characters and `@`, `:` (both plain in a path segment and a query) is escaped.
fn encoded(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' | b':' => {
                escaped.push(char::from(byte));
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_fragments_stay_last() {
        assert_eq!(impact("open ssl & co"), "/impact?q=open%20ssl%20%26%20co");
        assert_eq!(release("corva-4@4.2"), "/releases/corva-4@4.2");
        assert_eq!(release("a/b"), "/releases/a%2Fb");
        assert_eq!(
            with("/cases/CASE-0147#sign", &[("as_of", "2026-11-09")]),
            "/cases/CASE-0147?as_of=2026-11-09#sign"
        );
        assert_eq!(with("/impact?q=x", &[("as_of", "2026-11-09")]), "/impact?q=x&as_of=2026-11-09");
    }
}
