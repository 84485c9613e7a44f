//! The payload of one record, written. Numbers are LEB128, texts a length and their bytes.

use super::DEEPEST;
use crate::record::{Bound, Condition, Leaf, ProductKey, Qualifiers, Record, Span, Statement, Status};

pub(super) fn record(record: &Record, out: &mut Vec<u8>) {
    text(&record.source.0, out);
    text(&record.id, out);
    optional(record.modified.as_deref(), out);
    optional(record.published.as_deref(), out);
    out.push(u8::from(record.withdrawn));
    texts(&record.aliases, out);
    texts(&record.upstream, out);
    text(&record.summary, out);
    number(record.scores.len(), out);
    for score in &record.scores {
        text(&score.version, out);
        out.push(score.tenths);
        text(&score.vector, out);
        text(&score.provider, out);
        position(score.flaw, out);
    }
    texts(&record.weaknesses, out);
    number(record.conditions.len(), out);
    for tree in &record.conditions {
        condition(tree, out);
    }
    number(record.statements.len(), out);
    for each in &record.statements {
        statement(each, out);
        position(each.condition, out);
        position(each.flaw, out);
    }
}

/// One statement without its condition: also the bytes that its digest is taken over.
pub(crate) fn statement(statement: &Statement, out: &mut Vec<u8>) {
    text(&statement.pointer, out);
    text(&statement.key.0, out);
    text(statement.scheme.map_or("", |scheme| scheme.name()), out);
    number(statement.spans.len(), out);
    for each in &statement.spans {
        span(each, out);
    }
    out.push(status(statement.default));
    texts(&statement.fixed_in, out);
    qualifiers(&statement.qualifiers, out);
    out.push(u8::from(statement.exact_only));
}

/// A condition tree; what lies deeper than [`DEEPEST`] becomes a leaf that nothing can answer.
pub(crate) fn condition(condition: &Condition, out: &mut Vec<u8>) {
    condition_at(condition, 0, out);
}

fn condition_at(condition: &Condition, depth: usize, out: &mut Vec<u8>) {
    let mut list = |mark: u8, children: &[Condition]| {
        out.push(mark);
        number(children.len(), out);
        for child in children {
            condition_at(child, depth + 1, out);
        }
    };
    match condition {
        Condition::Has(each) => leaf(each, out),
        _ if depth >= DEEPEST => leaf(&unanswerable(), out),
        Condition::All(children) => list(0, children),
        Condition::Any(children) => list(1, children),
        Condition::Not(child) => {
            out.push(2);
            condition_at(child, depth + 1, out);
        }
    }
}

pub(crate) fn unanswerable() -> Leaf {
    Leaf {
        pointer: String::new(),
        key: ProductKey("condition too deep".to_owned()),
        span: None,
        qualifiers: Qualifiers::default(),
        vulnerable: false,
    }
}

fn leaf(leaf: &Leaf, out: &mut Vec<u8>) {
    out.push(3);
    text(&leaf.pointer, out);
    text(&leaf.key.0, out);
    out.push(u8::from(leaf.span.is_some()));
    if let Some(each) = &leaf.span {
        span(each, out);
    }
    qualifiers(&leaf.qualifiers, out);
    out.push(u8::from(leaf.vulnerable));
}

fn qualifiers(qualifiers: &Qualifiers, out: &mut Vec<u8>) {
    // Most statements narrow nothing: one byte says so.
    if *qualifiers == Qualifiers::default() {
        out.push(0);
        return;
    }
    out.push(1);
    optional(qualifiers.update.as_deref(), out);
    optional(qualifiers.edition.as_deref(), out);
    optional(qualifiers.target_sw.as_deref(), out);
    optional(qualifiers.target_hw.as_deref(), out);
    out.push(u8::from(qualifiers.version_not_applicable));
    texts(&qualifiers.program_files, out);
    texts(&qualifiers.modules, out);
    texts(&qualifiers.purl, out);
    match &qualifiers.exclusion {
        None => out.push(0),
        Some(exclusion) => {
            out.push(1 + u8::from(exclusion.fixed));
            text(&exclusion.reason, out);
        }
    }
    texts(&qualifiers.remedies, out);
}

fn span(span: &Span, out: &mut Vec<u8>) {
    bound(&span.lower, out);
    bound(&span.upper, out);
    out.push(status(span.status));
}

fn bound(bound: &Bound, out: &mut Vec<u8>) {
    let (mark, version) = match bound {
        Bound::Open => (0, None),
        Bound::Including(version) => (1, Some(version)),
        Bound::Excluding(version) => (2, Some(version)),
        Bound::Series(version) => (3, Some(version)),
    };
    out.push(mark);
    if let Some(version) = version {
        text(version, out);
    }
}

fn status(status: Status) -> u8 {
    match status {
        Status::Affected => 0,
        Status::Unaffected => 1,
        Status::Unknown => 2,
    }
}

fn optional(value: Option<&str>, out: &mut Vec<u8>) {
    out.push(u8::from(value.is_some()));
    if let Some(value) = value {
        text(value, out);
    }
}

fn texts(values: &[String], out: &mut Vec<u8>) {
    number(values.len(), out);
    for value in values {
        text(value, out);
    }
}

fn text(value: &str, out: &mut Vec<u8>) {
    number(value.len(), out);
    out.extend_from_slice(value.as_bytes());
}

/// A position + 1; 0 = none.
fn position(position: Option<u32>, out: &mut Vec<u8>) {
    number(position.map_or(0, |position| position as usize + 1), out);
}

fn number(mut value: usize, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
