//! Records on their way into an index: interned and flat, an eighth of their size as [`Record`]s.
//!
//! Owned here: taking records in. How they are put in order and written is `write`.

use std::collections::HashMap;

use component::version::Scheme;
use sha2::{Digest, Sha256};

use super::{Locator, intern::Interner, layout::condition as word};
use crate::{
    authority::Authority,
    dictionary,
    record::{Bound, Condition, Leaf, Qualifiers, Record, Score, Span, Statement, Status},
    segment,
};

/// Longest summary that is kept, in bytes.
const SUMMARY: usize = 200;

/// A slice of one of the flat lists.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slice {
    pub(super) start: u32,
    pub(super) count: u32,
}

impl Slice {
    pub(super) fn of<T>(self, list: &[T]) -> &[T] {
        list.get(self.start as usize..(self.start + self.count) as usize).unwrap_or_default()
    }

    pub(super) fn text(self, text: &str) -> Option<&str> {
        text.get(self.start as usize..(self.start as usize).saturating_add(self.count as usize))
    }
}

#[derive(Debug)]
pub(super) struct DraftRecord {
    pub(super) source: u32,
    pub(super) id: u32,
    pub(super) modified: u32,
    pub(super) published: u32,
    /// In `summaries`; only those that are shown become strings of the index.
    pub(super) summary: Slice,
    pub(super) withdrawn: bool,
    /// The best score that is of no flaw by name.
    pub(super) score: Option<DraftScore>,
    /// Scores of flaws by name.
    pub(super) flaw_scores: Box<[(u32, DraftScore)]>,
    pub(super) aliases: Slice,
    pub(super) upstream: Slice,
    pub(super) statements: Slice,
    pub(super) locator: Locator,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct DraftScore {
    pub(super) version: u32,
    pub(super) tenths: u8,
    pub(super) vector: u32,
    pub(super) provider: u32,
}

#[derive(Debug)]
pub(super) struct DraftStatement {
    pub(super) key: u32,
    pub(super) pointer: u32,
    pub(super) spans: Slice,
    pub(super) fixed_in: u32,
    /// Position + 1.
    pub(super) qualifiers: u32,
    /// Offset in `conditions` + 1.
    pub(super) condition: u32,
    pub(super) scheme: Scheme,
    pub(super) default: Status,
    pub(super) authority: Authority,
    pub(super) exact_only: bool,
    pub(super) not_applicable: bool,
    pub(super) update: bool,
    /// An attribute narrows the product (files and modules do not: they are told, not asked).
    pub(super) narrowed: bool,
    /// A supplier excludes by it; `true` = fixed.
    pub(super) exclusion: Option<bool>,
    /// Name of the flaw it is about, alone.
    pub(super) flaw: Option<u32>,
    pub(super) digest: [u8; 16],
}

/// Packed: there are millions.
#[derive(Clone, Copy, Debug)]
pub(super) struct DraftSpan {
    lower: u32,
    upper: u32,
    kinds: [u8; 2],
    pub(super) status: Status,
}

impl DraftSpan {
    pub(super) fn lower(&self) -> DraftBound {
        DraftBound { kind: self.kinds[0], version: self.lower }
    }

    pub(super) fn upper(&self) -> DraftBound {
        DraftBound { kind: self.kinds[1], version: self.upper }
    }
}

/// Kind (open, including, excluding, series) and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct DraftBound {
    pub(super) kind: u8,
    pub(super) version: u32,
}

/// Everything taken in so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) strings: Interner,
    pub(super) records: Vec<DraftRecord>,
    pub(super) statements: Vec<DraftStatement>,
    pub(super) spans: Vec<DraftSpan>,
    /// Aliases and upstream names.
    pub(super) names: Vec<u32>,
    pub(super) summaries: String,
    /// Words of condition trees; texts are numbers of the interner.
    pub(super) conditions: Vec<u32>,
    /// Distinct lists of strings; the empty one is 0.
    pub(super) lists: Vec<Vec<u32>>,
    list_numbers: HashMap<Vec<u32>, u32>,
    pub(super) qualifiers: Vec<DraftQualifiers>,
    qualifier_numbers: HashMap<DraftQualifiers, u32>,
    scratch: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct DraftQualifiers {
    pub(super) update: u32,
    pub(super) edition: u32,
    pub(super) target_sw: u32,
    pub(super) target_hw: u32,
    pub(super) program_files: u32,
    pub(super) modules: u32,
    pub(super) purl: u32,
    pub(super) reason: u32,
    pub(super) remedies: u32,
}

impl Draft {
    pub(super) fn record(&mut self, record: &Record, locator: Locator) {
        let conditions: Vec<(u32, [u8; 32])> = record
            .conditions
            .iter()
            .map(|condition| {
                let at = self.conditions.len() as u32;
                self.condition(condition, 0);
                self.scratch.clear();
                segment::write::condition(condition, &mut self.scratch);
                (at + 1, Sha256::digest(&self.scratch).into())
            })
            .collect();
        let first = self.statements.len() as u32;
        for statement in &record.statements {
            let condition = statement.condition.and_then(|position| conditions.get(position as usize));
            self.statement(record, statement, condition);
        }
        let statements = Slice { start: first, count: self.statements.len() as u32 - first };
        let draft = DraftRecord {
            source: self.strings.number(&record.source.0),
            id: self.strings.number(&record.id),
            modified: self.strings.number(record.modified.as_deref().unwrap_or_default()),
            published: self.strings.number(record.published.as_deref().unwrap_or_default()),
            summary: self.summary(&record.summary),
            withdrawn: record.withdrawn,
            score: best(record.scores.iter().filter(|score| score.flaw.is_none()))
                .map(|score| self.score(score)),
            flaw_scores: self.flaw_scores(record),
            aliases: self.names(&record.aliases),
            upstream: self.names(&record.upstream),
            statements,
            locator,
        };
        self.records.push(draft);
    }

    /// Gives back the memory of what was written already.
    pub(super) fn release_statements(&mut self) {
        self.statements = Vec::new();
        self.spans = Vec::new();
        self.conditions = Vec::new();
    }

    fn summary(&mut self, summary: &str) -> Slice {
        let summary = clip(summary);
        let start = self.summaries.len();
        self.summaries.push_str(summary);
        Slice { start: u32::try_from(start).unwrap_or(u32::MAX), count: summary.len() as u32 }
    }

    /// The summary of a record; empty past 4 GiB of them.
    pub(super) fn summary_of(&self, record: &DraftRecord) -> &str {
        record.summary.text(&self.summaries).unwrap_or_default()
    }

    fn score(&mut self, score: &Score) -> DraftScore {
        DraftScore {
            version: self.strings.number(&score.version),
            tenths: score.tenths,
            vector: self.strings.number(&score.vector),
            provider: self.strings.number(&score.provider),
        }
    }

    fn flaw_scores(&mut self, record: &Record) -> Box<[(u32, DraftScore)]> {
        let of_flaw = |score: &Score| record.upstream.get(score.flaw? as usize);
        let named = record.scores.iter().filter_map(|score| Some((of_flaw(score)?, score)));
        named.map(|(name, score)| (self.strings.number(name), self.score(score))).collect()
    }

    fn names(&mut self, names: &[String]) -> Slice {
        let start = self.names.len() as u32;
        for name in names {
            let name = self.strings.number(name);
            self.names.push(name);
        }
        Slice { start, count: names.len() as u32 }
    }

    fn statement(&mut self, record: &Record, statement: &Statement, condition: Option<&(u32, [u8; 32])>) {
        self.scratch.clear();
        segment::write::statement(statement, &mut self.scratch);
        let mut digest = Sha256::new();
        for part in [record.source.0.as_bytes(), record.id.as_bytes(), &self.scratch] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        if let Some((_, condition)) = condition {
            digest.update(condition);
        }
        if let Some(flaw) = statement.flaw.and_then(|flaw| record.upstream.get(flaw as usize)) {
            digest.update(flaw);
        }
        let full: [u8; 32] = digest.finalize().into();
        let mut digest = [0; 16];
        digest.copy_from_slice(&full[..16]);

        let start = self.spans.len() as u32;
        for span in &statement.spans {
            let span = self.span(span);
            push(&mut self.spans, span);
        }
        let key = &statement.key.0;
        let draft = DraftStatement {
            key: self.strings.number(key),
            pointer: self.strings.number(&statement.pointer),
            spans: Slice { start, count: statement.spans.len() as u32 },
            fixed_in: self.list(&statement.fixed_in),
            qualifiers: self.qualifiers(&statement.qualifiers),
            condition: condition.map_or(0, |(at, _)| *at),
            scheme: dictionary::scheme_of_key(key, statement.scheme),
            default: statement.default,
            authority: Authority::of(&record.source.0, key, &statement.pointer),
            exact_only: statement.exact_only,
            not_applicable: statement.qualifiers.version_not_applicable,
            update: statement.qualifiers.update.is_some(),
            narrowed: narrows(&statement.qualifiers),
            exclusion: statement.qualifiers.exclusion.as_ref().map(|exclusion| exclusion.fixed),
            flaw: statement
                .flaw
                .and_then(|flaw| record.upstream.get(flaw as usize))
                .map(|name| self.strings.number(name)),
            digest,
        };
        push(&mut self.statements, draft);
    }

    fn span(&mut self, span: &Span) -> DraftSpan {
        let (lower, upper) = (self.bound(&span.lower), self.bound(&span.upper));
        DraftSpan {
            lower: lower.version,
            upper: upper.version,
            kinds: [lower.kind, upper.kind],
            status: span.status,
        }
    }

    fn bound(&mut self, bound: &Bound) -> DraftBound {
        let (kind, version) = match bound {
            Bound::Open => (0, ""),
            Bound::Including(version) => (1, version.as_str()),
            Bound::Excluding(version) => (2, version.as_str()),
            Bound::Series(version) => (3, version.as_str()),
        };
        DraftBound { kind, version: self.strings.number(version) }
    }

    fn list(&mut self, texts: &[String]) -> u32 {
        if self.lists.is_empty() {
            self.lists.push(Vec::new());
        }
        if texts.is_empty() {
            return 0;
        }
        let list: Vec<u32> = texts.iter().map(|text| self.strings.number(text)).collect();
        if let Some(number) = self.list_numbers.get(&list) {
            return *number;
        }
        let number = self.lists.len() as u32;
        self.lists.push(list.clone());
        self.list_numbers.insert(list, number);
        number
    }

    fn qualifiers(&mut self, qualifiers: &Qualifiers) -> u32 {
        let bare =
            Qualifiers { version_not_applicable: qualifiers.version_not_applicable, ..Qualifiers::default() };
        if *qualifiers == bare {
            return 0;
        }
        let reason = qualifiers.exclusion.as_ref().map_or("", |exclusion| exclusion.reason.as_str());
        let reason = self.strings.number(reason);
        let mut text = |text: &Option<String>| self.strings.number(text.as_deref().unwrap_or_default());
        let draft = DraftQualifiers {
            update: text(&qualifiers.update),
            edition: text(&qualifiers.edition),
            target_sw: text(&qualifiers.target_sw),
            target_hw: text(&qualifiers.target_hw),
            program_files: self.list(&qualifiers.program_files),
            modules: self.list(&qualifiers.modules),
            purl: self.list(&qualifiers.purl),
            reason,
            remedies: self.list(&qualifiers.remedies),
        };
        if let Some(number) = self.qualifier_numbers.get(&draft) {
            return *number;
        }
        self.qualifiers.push(draft.clone());
        let number = self.qualifiers.len() as u32;
        self.qualifier_numbers.insert(draft, number);
        number
    }

    fn condition(&mut self, condition: &Condition, depth: usize) {
        let mut list = |operator: u32, children: &[Condition]| {
            self.conditions
                .push(operator << word::OPERATOR_SHIFT | (children.len() as u32).min(word::CHILDREN));
            for child in children.iter().take(word::CHILDREN as usize) {
                self.condition(child, depth + 1);
            }
        };
        match condition {
            Condition::Has(leaf) => self.leaf(leaf),
            _ if depth >= segment::DEEPEST => self.leaf(&segment::write::unanswerable()),
            Condition::All(children) => list(word::ALL, children),
            Condition::Any(children) => list(word::ANY, children),
            Condition::Not(child) => list(word::NOT, std::slice::from_ref(child)),
        }
    }

    fn leaf(&mut self, leaf: &Leaf) {
        let key = self.strings.number(&leaf.key.0);
        let pointer = self.strings.number(&leaf.pointer);
        let span = leaf.span.as_ref().map(|span| self.span(span));
        let qualifiers = self.qualifiers(&leaf.qualifiers);
        let mut flags = 0;
        let (mut lower, mut upper) = (0, 0);
        if let Some(span) = span {
            flags |= word::HAS_SPAN | super::write::span_bits(&span);
            (lower, upper) = (span.lower, span.upper);
        }
        if leaf.vulnerable {
            flags |= word::VULNERABLE;
        }
        if leaf.qualifiers.version_not_applicable {
            flags |= word::NOT_APPLICABLE;
        }
        let first = word::LEAF << word::OPERATOR_SHIFT;
        self.conditions.extend([first, key, pointer, lower, upper, qualifiers, flags]);
    }
}

fn narrows(qualifiers: &Qualifiers) -> bool {
    let Qualifiers { update, edition, target_sw, target_hw, .. } = qualifiers;
    [update, edition, target_sw, target_hw].into_iter().any(Option::is_some) || !qualifiers.purl.is_empty()
}

/// Grows by a quarter: doubling a hundred megabytes would cost what the index is allowed to.
fn push<T>(list: &mut Vec<T>, value: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len() / 4 + 1024);
    }
    list.push(value);
}

/// The newest CVSS version, then the highest score, then the first in byte order: never the order of a document.
fn best<'a>(scores: impl Iterator<Item = &'a Score>) -> Option<&'a Score> {
    scores.max_by(|left, right| {
        (&left.version, left.tenths)
            .cmp(&(&right.version, right.tenths))
            .then_with(|| (&right.provider, &right.vector).cmp(&(&left.provider, &left.vector)))
    })
}

/// The first [`SUMMARY`] bytes, cut between words.
fn clip(summary: &str) -> &str {
    if summary.len() <= SUMMARY {
        return summary;
    }
    let mut end = SUMMARY;
    while !summary.is_char_boundary(end) {
        end -= 1;
    }
    let clipped = &summary[..end];
    clipped.rfind(' ').filter(|space| *space > SUMMARY / 2).map_or(clipped, |space| &clipped[..space])
}
