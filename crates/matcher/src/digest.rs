//! The line of one verdict in the digest of a sweep: no database ids, no times, no snapshot ids.

use crate::verdict::{Class, State};

/// Between fields.
const FIELD: u8 = 0x1F;
/// Between names.
const NAME: u8 = 0x1E;

impl State {
    /// The word under which a state is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::InRange => "in_range",
            Self::OutOfRange => "out_of_range",
            Self::Patched => "patched",
            Self::ExcludedBySupplier => "excluded_by_supplier",
            Self::ExcludedByBuild => "excluded_by_build",
            Self::Undecided => "undecided",
            Self::NotAssessed => "not_assessed",
        }
    }
}

impl Class {
    /// The letter under which a class is stored and shown.
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }
}

/// Canonical bytes of one verdict (docs/record.md, rule 4): fields separated by U+001F, names sorted and separated by
/// U+001E, one line feed at the end. Separators and line feeds inside a field become spaces. The digest of a sweep is
/// SHA-256 over the sorted lines.
pub fn canonical_line(
    component: &str,
    names: &[&str],
    state: State,
    class: Option<Class>,
    reason: &str,
    statement: &str,
    settled: Option<&str>,
) -> Vec<u8> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names.dedup();
    let mut line = Vec::with_capacity(component.len() + 96);
    field(component, &mut line);
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            line.push(NAME);
        }
        text(name, &mut line);
    }
    line.push(FIELD);
    field(state.word(), &mut line);
    field(class.map_or("", Class::letter), &mut line);
    field(reason, &mut line);
    field(statement, &mut line);
    text(settled.unwrap_or_default(), &mut line);
    line.push(b'\n');
    line
}

fn field(value: &str, line: &mut Vec<u8>) {
    text(value, line);
    line.push(FIELD);
}

fn text(value: &str, line: &mut Vec<u8>) {
    line.extend(value.bytes().map(|byte| if matches!(byte, FIELD | NAME | b'\n') { b' ' } else { byte }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_does_not_depend_on_the_order_of_names() {
        let line = |names: &[&str], settled| {
            canonical_line("pkg:npm/x@1", names, State::InRange, Some(Class::A), "in_range", "ab", settled)
        };
        assert_eq!(line(&["GHSA-1", "CVE-1", "CVE-1"], None), line(&["CVE-1", "GHSA-1"], None));
        assert_eq!(
            String::from_utf8(line(&["CVE-1", "GHSA-1"], Some("true"))).as_deref(),
            Ok("pkg:npm/x@1\u{1f}CVE-1\u{1e}GHSA-1\u{1f}in_range\u{1f}A\u{1f}in_range\u{1f}ab\u{1f}true\n")
        );
        assert_ne!(line(&["CVE-1"], None), line(&["CVE-1"], Some("true")));
    }

    #[test]
    fn fields_cannot_be_forged() {
        let forged = canonical_line("a\u{1f}b\nc", &[], State::Undecided, None, "r", "s", None);
        assert_eq!(forged.iter().filter(|byte| **byte == FIELD).count(), 6);
        assert_eq!(forged.iter().filter(|byte| **byte == b'\n').count(), 1);
    }
}
