//! Text as it is, byte by byte (vers `lexicographic`): for what has no better order, and only where a source asks
//! for it.
use super::key::push_text;
use super::{Definition, Form, Scheme, as_written};

pub(super) const DEFINITION: Definition = Definition {
    scheme: Scheme::Lexicographic,
    name: "lexicographic",
    aliases: &[],
    purl_types: &[],
    write_key: |version, out| push_text(out, version.bytes()),
    form,
    write_series: |series, out| out.extend(series.bytes().filter(|byte| *byte > 1)),
    canonical: as_written,
};

fn form(version: &str) -> Form {
    if version.is_empty() {
        Form::Invalid
    } else if version.trim() == version {
        Form::Exact
    } else {
        Form::Lenient
    }
}
