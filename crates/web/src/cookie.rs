//! The two cookies of the portal: the session, and the door's token before there is one. Both are invisible to scripts and
//! sent by no other site.

use axum::http::{HeaderMap, HeaderValue, header};

/// Holds the session's token.
pub(crate) const SESSION: &str = "aftercare-session";
/// Holds what a form sends back before anybody is signed in.
pub(crate) const DOOR: &str = "aftercare-door";

/// The value of a cookie, when it is one that we could have made.
pub(crate) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, value)| *found == name && is_token(value))
        .map(|(_, value)| value.to_owned())
}

/// `Set-Cookie` for a token; an empty one ends the cookie.
pub(crate) fn set(name: &str, token: &str, secure: bool) -> HeaderValue {
    let ends = if token.is_empty() { "; Max-Age=0" } else { "" };
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{ends}"))
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// 256 bits in hexadecimal digits.
pub(crate) fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_tokens_are_read() {
        let token = "0f".repeat(32);
        for (header, expected) in [
            (format!("{SESSION}={token}"), Some(token.clone())),
            (format!("a=b; {SESSION}={token}; c=d"), Some(token.clone())),
            (format!("{SESSION}="), None),
            (format!("{SESSION}={token}0"), None),
            (format!("x{SESSION}={token}"), None),
            (format!("{SESSION}={}", "zz".repeat(32)), None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, header.parse().unwrap());
            assert_eq!(read(&headers, SESSION), expected, "{header}");
        }
    }

    #[test]
    fn cookies_are_kept_from_scripts_and_other_sites() {
        let token = "0f".repeat(32);
        assert_eq!(
            set(SESSION, &token, true),
            format!("{SESSION}={token}; Path=/; HttpOnly; SameSite=Strict; Secure")
        );
        assert_eq!(set(DOOR, "", false), format!("{DOOR}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"));
    }
}
