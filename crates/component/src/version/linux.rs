//! The Linux kernel as its own releases are numbered: `6.10.13`, `6.11-rc1`, `2.6.32.71`. A missing number is 0, a
//! candidate is below its release. What a builder appends (`-91-generic`, `-yocto-standard`, `+`) is no place in
//! this order and does not count; the form says that it is there.
use super::key::{push_number, push_release, split_digits, split_letters};
use super::{Definition, Form, Scheme, as_written, generic};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Linux,
    name: "linux",
    aliases: &["kernel", "linux kernel"],
    purl_types: &[],
    write_key,
    form,
    write_series,
    canonical: as_written,
};

/// No number in front: `next-20240805`.
const NO_VERSION: u8 = 0x01;
const RELEASE: u8 = 0x05;
/// Words of a release not yet out, by their mark; the first two were used before 2.6.
const CANDIDATES: [(&[u8], u8); 3] = [(b"test", 0x02), (b"pre", 0x03), (b"rc", 0x04)];

fn write_key(version: &str, out: &mut Vec<u8>) {
    let text = version.trim();
    let text = text.strip_prefix('v').unwrap_or(text).as_bytes();
    let Some((rest, significant)) = push_release(out, text) else {
        out.push(NO_VERSION);
        generic::push_key(out, text);
        return;
    };
    out.truncate(significant);
    match candidate(rest) {
        Some((mark, digits, _local)) => {
            out.push(mark);
            push_number(out, digits);
        }
        None => out.push(RELEASE),
    }
}

fn form(version: &str) -> Form {
    let mut key = Vec::with_capacity(version.len());
    let Some((rest, _significant)) = push_release(&mut key, version.as_bytes()) else { return Form::Invalid };
    let numbers = version[..version.len() - rest.len()].split('.').count();
    let local = candidate(rest).map_or(rest, |(_mark, _digits, local)| local);
    if !version.bytes().all(|byte| byte.is_ascii_graphic()) {
        Form::Invalid
    } else if (2..=4).contains(&numbers) && local.is_empty() {
        Form::Exact
    } else {
        Form::Lenient
    }
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    // Trailing zeros stay: `5.0.*` ends before `5.1`.
    if push_release(out, series.as_bytes()).is_none() {
        out.push(NO_VERSION);
    }
}

/// The mark and the digits of `-rc1` (`.rc1` where it comes from a CPE name), and what a builder appended to it.
fn candidate(rest: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let suffix = match rest {
        [b'-' | b'.', suffix @ ..] => suffix,
        _ => rest,
    };
    let (word, after) = split_letters(suffix);
    let (_name, mark) = CANDIDATES.iter().find(|(name, _mark)| *name == word)?;
    let (digits, local) = split_digits(after);
    Some((*mark, digits, local))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order() {
        let ascending = [
            "2.6.0-test11",
            "2.6.0",
            "2.6.32.9",
            "2.6.32.71",
            "5.4.0-rc3",
            "5.4",
            "5.4.1",
            "6.10.13",
            "6.11-rc1",
            "6.11-rc10",
            "6.11",
            "6.11.1",
        ];
        for pair in ascending.windows(2) {
            assert!(Scheme::Linux.compare(pair[0], pair[1]).is_lt(), "{pair:?}");
        }
        for (left, right) in [
            ("6.11", "6.11.0"),
            ("6.11.rc1", "6.11-rc1"),
            ("5.15.0-91-generic", "5.15"),
            ("6.1.0-rc3-yocto", "6.1-rc3"),
        ] {
            assert!(Scheme::Linux.compare(left, right).is_eq(), "{left} {right}");
        }
        let end = Scheme::Linux.after_series("6.10.*");
        assert!(Scheme::Linux.key("6.10.13") < end && end < Scheme::Linux.key("6.11-rc1"));
    }

    #[test]
    fn forms() {
        for (version, expected) in [
            ("6.10.13", Form::Exact),
            ("6.11-rc1", Form::Exact),
            ("6.11.rc1", Form::Exact),
            ("6.11", Form::Exact),
            ("5.15.0-91-generic", Form::Lenient),
            ("6.1.0+", Form::Lenient),
            ("6", Form::Lenient),
            ("next-20240805", Form::Invalid),
        ] {
            assert_eq!(Scheme::Linux.form(version), expected, "{version}");
        }
    }
}
