//! Windows by its build: `10.0.17763.4737`, the last number being the update (UBR). `17763.4737`, which `winver`
//! shows, is the same. Trade versions (`1809`, `22H2`, `8.1`, `LTSC 2019`) name a line of builds, not a build: they
//! are invalid here, and which build they start from is a fact that `matcher` holds.
use super::key::{push_number, push_release};
use super::{Definition, Form, Scheme, as_written, generic};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Windows,
    name: "windows",
    aliases: &["windows-build"],
    purl_types: &[],
    write_key,
    form,
    write_series,
    canonical: as_written,
};

const END: u8 = 0x02;
/// Not a build.
const OTHER: u8 = 0x03;
/// Digits of the builds that go without `10.0.` in front.
const DIGITS_OF_BUILD: usize = 5;

fn write_key(version: &str, out: &mut Vec<u8>) {
    let text = version.trim();
    push_line(out, text);
    let (rest, significant) = push_release(out, text.as_bytes()).unwrap_or((text.as_bytes(), out.len()));
    out.truncate(significant);
    if rest.is_empty() {
        out.push(END);
    } else {
        out.push(OTHER);
        generic::push_key(out, rest);
    }
}

fn form(version: &str) -> Form {
    let numbers: Vec<&str> = version.splitn(6, '.').collect();
    if !numbers.iter().all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())) {
        return Form::Invalid;
    }
    match numbers.as_slice() {
        ["6" | "10", _minor, build, _update] if build.len() >= 4 => Form::Exact,
        // Where records let a range begin: before every build.
        ["6" | "10", _minor, "0"] | ["6" | "10", _minor, "0", "0"] => Form::Lenient,
        // Without the update: some build of the line.
        ["6" | "10", _minor, build] if build.len() >= 4 => Form::Lenient,
        [build, _update] if build.len() == DIGITS_OF_BUILD => Form::Lenient,
        _ => Form::Invalid,
    }
}

fn write_series(series: &str, out: &mut Vec<u8>) {
    push_line(out, series);
    // Trailing zeros stay: `10.0.*` ends before `10.1`.
    if push_release(out, series.as_bytes()).is_none() {
        out.push(OTHER);
    }
}

/// `10.0` in front of a build that goes without.
fn push_line(out: &mut Vec<u8>, text: &str) {
    if text.bytes().take_while(u8::is_ascii_digit).count() == DIGITS_OF_BUILD {
        push_number(out, b"10");
        push_number(out, b"0");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_are_ordered_and_trade_versions_are_none() {
        let ascending = [
            "6.1.7601.27170",
            "6.3.9600.1",
            "10.0.17763",
            "10.0.17763.1",
            "17763.379",
            "10.0.17763.4737",
            "10.0.19045.1",
            "10.0.26100.1",
        ];
        for pair in ascending.windows(2) {
            assert!(Scheme::Windows.compare(pair[0], pair[1]).is_lt(), "{pair:?}");
        }
        for (version, expected) in [
            ("10.0.17763.1", Form::Exact),
            ("6.1.7601.27170", Form::Exact),
            ("10.0.17763", Form::Lenient),
            ("10.0.0", Form::Lenient),
            ("6.1.0", Form::Lenient),
            ("17763.4737", Form::Lenient),
            ("1809", Form::Invalid),
            ("22H2", Form::Invalid),
            ("8.1", Form::Invalid),
            ("10", Form::Invalid),
            ("LTSC 2019", Form::Invalid),
        ] {
            assert_eq!(Scheme::Windows.form(version), expected, "{version}");
        }
        let end = Scheme::Windows.after_series("10.0.17763.*");
        assert!(Scheme::Windows.key("10.0.17763.9999") < end && end < Scheme::Windows.key("10.0.17764.0"));
    }
}
