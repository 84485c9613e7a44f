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
    form: |version| if version.is_empty() { Form::Invalid } else { Form::Exact },
    write_series: |series, out| out.extend(series.bytes().filter(|byte| *byte > 1)),
    canonical: as_written,
};
