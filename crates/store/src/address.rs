//! The address of a PostgreSQL server as `DATABASE_URL` states it: both of libpq's forms, and how far the connection is
//! encrypted and the server trusted (`sslmode`, `sslrootcert`).
//!
//! The modes are libpq's: `disable` never encrypts; `prefer`, the default, encrypts when the server offers it and checks
//! nothing; `require` insists on encryption; `verify-ca` also checks that the server's certificate comes from an authority in
//! `sslrootcert`; `verify-full` also that it names the host. As in libpq, `require` with `sslrootcert` checks like `verify-ca`.
//! No error repeats the address: it may hold a password. Not here: the handshake (`encryption`).

use std::path::PathBuf;

use postgres::config::{Config, Host, SslMode};

use crate::StoreError;

/// Where the server is and how to speak to it.
pub(crate) struct Address {
    pub(crate) config: Config,
    pub(crate) trust: Trust,
}

/// Which server is believed to be the one that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Any: an eavesdropper is kept out, an impostor is not.
    Anybody,
    /// One with a certificate of an authority in this PEM file.
    Authority(PathBuf),
    /// The same, and the certificate names the host.
    NamedHost(PathBuf),
}

impl Address {
    /// Reads a URL (`postgres://user:password@host/database?sslmode=verify-full&sslrootcert=/etc/…`) or a list of
    /// `keyword=value`.
    pub(crate) fn parse(text: &str) -> Result<Self, StoreError> {
        let text = text.trim();
        let is_url = text.starts_with("postgres://") || text.starts_with("postgresql://");
        let (rest, options) = if is_url { split_url(text)? } else { split_list(text)? };
        let mut config: Config = rest.parse().map_err(|error: postgres::Error| {
            let reason =
                std::error::Error::source(&error).map_or_else(String::new, |source| format!(": {source}"));
            wrong(&format!("cannot be read{reason}"))
        })?;
        let Options { mode, authorities } = options;
        let needed = |authorities: Option<PathBuf>, mode: &str| {
            authorities.ok_or_else(|| {
                wrong(&format!(
                    "sslmode={mode} needs sslrootcert=FILE, the certificates of the authorities to be trusted (PEM)"
                ))
            })
        };
        let (mode, trust) = match mode.as_deref().unwrap_or("prefer") {
            "disable" => (SslMode::Disable, Trust::Anybody),
            "prefer" => (SslMode::Prefer, Trust::Anybody),
            "require" => (SslMode::Require, authorities.map_or(Trust::Anybody, Trust::Authority)),
            "verify-ca" => (SslMode::Require, Trust::Authority(needed(authorities, "verify-ca")?)),
            "verify-full" => (SslMode::Require, Trust::NamedHost(needed(authorities, "verify-full")?)),
            _ => return Err(wrong("sslmode is one of disable, prefer, require, verify-ca, verify-full")),
        };
        config.ssl_mode(mode);
        Ok(Self { config, trust })
    }

    /// The bytes go out as they are: so it is wanted, or they never leave the machine.
    pub(crate) fn is_plain(&self) -> bool {
        let is_local = self.config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
        match self.config.get_ssl_mode() {
            SslMode::Disable => true,
            SslMode::Prefer => is_local,
            _ => false,
        }
    }
}

#[derive(Default)]
struct Options {
    mode: Option<String>,
    authorities: Option<PathBuf>,
}

impl Options {
    /// Takes what is ours; `false` = somebody else's.
    fn take(&mut self, key: &str, value: &str) -> bool {
        match key {
            "sslmode" => self.mode = Some(value.to_owned()),
            "sslrootcert" => self.authorities = Some(PathBuf::from(value)),
            _ => return false,
        }
        true
    }
}

fn split_url(text: &str) -> Result<(String, Options), StoreError> {
    let mut options = Options::default();
    let Some((front, query)) = text.split_once('?') else { return Ok((text.to_owned(), options)) };
    let mut others = Vec::new();
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded(value)
            .ok_or_else(|| wrong(&format!("the value of {key} is not percent-encoded text")))?;
        if !options.take(key, &value) {
            others.push(pair);
        }
    }
    let rest = if others.is_empty() { front.to_owned() } else { format!("{front}?{}", others.join("&")) };
    Ok((rest, options))
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &rest[2..];
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// `keyword = 'value with \' and blanks'`, as libpq reads it.
fn split_list(text: &str) -> Result<(String, Options), StoreError> {
    let (mut options, mut others) = (Options::default(), String::new());
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=').ok_or_else(|| {
            wrong("is neither a postgres:// URL nor a list of keyword=value (a value with blanks stands in single quotes)")
        })?;
        let after = after.trim_start();
        let (value, length) = value(after).ok_or_else(|| wrong("has a single quote that is not closed"))?;
        if !options.take(key.trim(), &value) {
            others.push_str(&format!("{}={} ", key.trim(), &after[..length]));
        }
        rest = after[length..].trim_start();
    }
    Ok((others, options))
}

/// The value at the beginning of a text, and how many bytes of the text it takes.
fn value(text: &str) -> Option<(String, usize)> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut characters = text.char_indices().skip(usize::from(quoted));
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.push(characters.next()?.1),
            '\'' if quoted => return Some((value, at + 1)),
            blank if !quoted && blank.is_whitespace() => return Some((value, at)),
            other => value.push(other),
        }
    }
    (!quoted).then_some((value, text.len()))
}

fn wrong(what: &str) -> StoreError {
    StoreError::Address(what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<(SslMode, Trust, bool), &str>) {
        let found = Address::parse(text)
            .map(|address| (address.config.get_ssl_mode(), address.trust.clone(), address.is_plain()))
            .map_err(|error| error.to_string());
        match expected {
            Ok(expected) => assert_eq!(found, Ok(expected), "{text}"),
            Err(part) => {
                let error = found.err().unwrap_or_else(|| panic!("{text} was taken"));
                assert!(error.contains(part), "{text}: {error}");
                assert!(!error.contains("geheim"), "{text}: {error}");
            }
        }
    }

    #[test]
    fn modes_and_trust() {
        let ca = || PathBuf::from("/etc/my ca.pem");
        let url = |query: &str| format!("postgres://me:geheim@db.example:5433/care{query}");
        for (query, expected) in [
            ("", Ok((SslMode::Prefer, Trust::Anybody, false))),
            ("?sslmode=disable", Ok((SslMode::Disable, Trust::Anybody, true))),
            ("?sslmode=prefer&connect_timeout=5", Ok((SslMode::Prefer, Trust::Anybody, false))),
            ("?sslmode=require", Ok((SslMode::Require, Trust::Anybody, false))),
            (
                "?sslmode=require&sslrootcert=%2Fetc/my%20ca.pem",
                Ok((SslMode::Require, Trust::Authority(ca()), false)),
            ),
            (
                "?sslrootcert=/etc/my%20ca.pem&application_name=a&sslmode=verify-full",
                Ok((SslMode::Require, Trust::NamedHost(ca()), false)),
            ),
            ("?sslmode=verify-full", Err("needs sslrootcert=FILE")),
            ("?sslmode=verify-ca", Err("needs sslrootcert=FILE")),
            ("?sslmode=allow", Err("one of disable, prefer")),
            ("?sslmode=requ%2", Err("percent-encoded")),
            ("?nonsense=geheim", Err("cannot be read")),
        ] {
            check(&url(query), expected);
        }
        for (text, expected) in [
            ("host=/run/postgresql user=me dbname=care", Ok((SslMode::Prefer, Trust::Anybody, true))),
            (
                "host=db user=me password='ge\\'heim 1' sslmode = 'verify-full' sslrootcert='/etc/my ca.pem' dbname=care",
                Ok((SslMode::Require, Trust::NamedHost(ca()), false)),
            ),
            ("host=db password='geheim", Err("not closed")),
            ("my-database geheim", Err("neither a postgres:// URL")),
            ("postgres://me:geheim@db:port/care", Err("cannot be read")),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn what_is_not_ours_goes_on_unchanged() {
        let address =
            Address::parse("postgres://me:p%3Fw@db.example:5433/care?sslmode=require&application_name=x")
                .unwrap();
        assert_eq!(address.config.get_password(), Some(&b"p?w"[..]));
        assert_eq!(address.config.get_application_name(), Some("x"));
        let address = Address::parse("host=db password='a b\\'c' sslmode=disable port=5433").unwrap();
        assert_eq!(address.config.get_password(), Some(&b"a b'c"[..]));
        assert_eq!(address.config.get_ports(), [5433]);
    }
}
