//! NuGet: semver with a fourth number and without regard to letter case. Build metadata does not count.
use std::borrow::Cow;

use super::semver;
use super::{Definition, Form, Scheme};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::NuGet,
    name: "nuget",
    aliases: &[],
    purl_types: &["nuget"],
    write_key,
    form,
    write_series: semver::write_series,
    canonical,
};

/// Numbers of a version: major, minor, patch, revision.
const MOST_NUMBERS: usize = 4;

fn write_key(version: &str, out: &mut Vec<u8>) {
    semver::write_stripped(semver::strip_prefix(version), write_identifier, out);
}

fn write_identifier(identifier: &[u8], out: &mut Vec<u8>) {
    semver::write_identifier_as(identifier, |byte| byte.to_ascii_lowercase(), out);
}

fn form(version: &str) -> Form {
    let numbers = version.split(['-', '+']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let four = numbers.split('.').count() <= MOST_NUMBERS && numbers.split('.').all(is_number);
    if four && semver::is_strict_suffix(&version[numbers.len()..]) {
        Form::Exact
    } else {
        semver::form_of_stripped(version, semver::strip_prefix(version))
    }
}

/// The normalised form: three numbers, the fourth only when it is not zero, no build metadata.
fn canonical(version: &str) -> Cow<'_, str> {
    let padded = match version.split_once('+') {
        Some((public, _build)) if !public.is_empty() => semver::canonical(public),
        _ => semver::canonical(version),
    };
    let numbers = padded.split('-').next().unwrap_or_default();
    match numbers.strip_suffix(".0") {
        Some(three) if three.split('.').count() == MOST_NUMBERS - 1 => {
            Cow::Owned(format!("{three}{}", &padded[numbers.len()..]))
        }
        _ => padded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_spellings() {
        for (version, form, canonical) in [
            ("1.2.3", Form::Exact, "1.2.3"),
            ("1.2", Form::Exact, "1.2.0"),
            ("1.02.3.0", Form::Exact, "1.2.3"),
            ("1.2.3.4-Beta.1+x", Form::Exact, "1.2.3.4-Beta.1"),
            ("v1.2.3", Form::Lenient, "1.2.3"),
            ("1.2.3.4.5", Form::Lenient, "1.2.3.4.5"),
            ("1.2.3-", Form::Lenient, "1.2.3"),
            ("x", Form::Invalid, "x"),
        ] {
            assert_eq!(Scheme::NuGet.form(version), form, "{version}");
            assert_eq!(Scheme::NuGet.canonical(version), canonical);
        }
    }
}
