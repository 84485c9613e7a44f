//! Go: module versions (`v1.2.3`, pseudo-versions, `+incompatible`) and toolchains (`go1.21rc2`).
//!
//! Both spellings of a release, with and without `v`, are exact: the Go vulnerability database leaves the
//! `v` out, modules carry it. The time stamp and commit of a pseudo-version are a pre-release as semver
//! has it, which is how the go command orders them.
use super::key::split_digits;
use super::semver::{
    self, form_of_stripped, is_strict, write_identifier as write_semver_identifier, write_series_of_stripped,
    write_stripped,
};
use super::{Definition, Form, Scheme};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Go,
    name: "go",
    aliases: &["golang"],
    purl_types: &["golang"],
    write_key,
    form,
    write_series,
    canonical: |version| semver::canonical(strip_prefix(version).0),
};

fn write_key(version: &str, out: &mut Vec<u8>) {
    let (text, toolchain) = strip_prefix(version);
    let write_identifier = if toolchain { write_toolchain_identifier } else { write_semver_identifier };
    write_stripped(text, write_identifier, out);
}

/// `rc2` of a toolchain is `rc.2` of the vulnerability database.
fn write_toolchain_identifier(identifier: &[u8], out: &mut Vec<u8>) {
    let letters = identifier.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, number) = identifier.split_at(letters);
    if !word.is_empty() && !number.is_empty() && split_digits(number).1.is_empty() {
        write_semver_identifier(word, out);
        write_semver_identifier(number, out);
    } else {
        write_semver_identifier(identifier, out);
    }
}

fn form(version: &str) -> Form {
    let (text, toolchain) = strip_prefix(version);
    if !toolchain && is_strict(text) { Form::Exact } else { form_of_stripped(version, text) }
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    write_series_of_stripped(strip_prefix(series).0, out);
}

/// What follows `v` or `go`, and whether it is a toolchain.
fn strip_prefix(version: &str) -> (&str, bool) {
    let version = version.trim();
    match version.as_bytes() {
        [b'v' | b'V', b'0'..=b'9', ..] => (&version[1..], false),
        [b'g', b'o', b'0'..=b'9', ..] => (&version[2..], true),
        _ => (version, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order() {
        let ascending = [
            "v0.0.0-20190101000000-abcdefabcdef",
            "v0.0.0-20200101000000-000000000000",
            "0.0.0",
            "v1.2.3",
            "v1.2.4-0.20200101000000-abcdefabcdef",
            "v1.2.4-pre",
            "v1.2.4-pre.0.20200101000000-abcdefabcdef",
            "1.2.4",
            "go1.21rc2",
            "go1.21rc10",
            "go1.21.0",
            "go1.21.1",
            "v2.0.0+incompatible",
        ];
        for pair in ascending.windows(2) {
            assert!(Scheme::Go.compare(pair[0], pair[1]).is_lt(), "{pair:?}");
        }
        for (left, right) in
            [("v2.0.0+incompatible", "2.0.0"), ("go1.21rc2", "1.21.0-rc.2"), ("go1.21", "1.21.0")]
        {
            assert!(Scheme::Go.compare(left, right).is_eq(), "{left} {right}");
        }
    }

    #[test]
    fn forms() {
        for (version, expected) in [
            ("v1.2.3", Form::Exact),
            ("1.2.3", Form::Exact),
            ("v2.0.0+incompatible", Form::Exact),
            ("v0.0.0-20190101000000-abcdefabcdef", Form::Exact),
            ("go1.21rc2", Form::Lenient),
            ("v1.2", Form::Lenient),
            ("(devel)", Form::Invalid),
            ("", Form::Invalid),
        ] {
            assert_eq!(Scheme::Go.form(version), expected, "{version}");
        }
    }
}
