//! Hackage: `Data.Version` of Haskell, a row of numbers behind dots; a longer row is above its beginning.
use super::key::push_row;
use super::{Definition, Form, Scheme, as_written};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Hackage,
    name: "hackage",
    aliases: &["haskell"],
    purl_types: &["hackage"],
    write_key: |version, out| push_row(out, version.trim(), SEPARATORS, true),
    form,
    write_series: |series, out| push_row(out, series, SEPARATORS, false),
    canonical: as_written,
};

const SEPARATORS: &[u8] = b".";

fn form(version: &str) -> Form {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if version.split('.').all(number) { Form::Exact } else { Form::Invalid }
}
