//! What VEX formats have in common: a supplier's word about a product, or about a part of it, to one statement for all
//! versions of the same part that the word and its reason are the same for.
//!
//! A part of a product is spoken of in that product alone: the statement has the condition that the device holds it.
//! Not here: the formats (`openvex`, `cyclonedx_vex`).

use std::collections::HashMap;

use component::purl::Purl;
use matcher::record::{
    Condition, Exclusion, Leaf, ProductKey, Qualifiers, Record, Source, Span, Statement, Status,
};

use crate::exact::{Exact, all, only};
use crate::report::{Issue, IssueCode};
use crate::unit;

/// Statements that one document may make.
const MAX_STATEMENTS: usize = 500_000;

/// A supplier's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Word {
    NotAffected,
    Fixed,
    Affected,
    /// Being looked into: says nothing of the versions.
    Open,
}

/// One thing that is said.
pub(crate) struct Said<'s> {
    pub(crate) flaw: &'s str,
    pub(crate) word: Word,
    /// Why, for a person, with the author.
    pub(crate) reason: &'s str,
    pub(crate) remedy: &'s str,
    /// What it is said of.
    pub(crate) purl: &'s Purl,
    /// The product that holds it, when it is a part of one.
    pub(crate) product: Option<&'s Purl>,
    pub(crate) pointer: String,
}

type Lane = (u32, ProductKey, Qualifiers, Option<u32>, Status);

/// Collects what a document says.
pub(crate) struct Sayings {
    pub(crate) record: Record,
    flaws: HashMap<String, u32>,
    lanes: HashMap<Lane, usize>,
    conditions: HashMap<String, Option<u32>>,
    /// Things said that name nothing exactly, and the first of them.
    unnamed: Option<(String, usize)>,
}

impl Sayings {
    pub(crate) fn new(source: &Source, id: String) -> Self {
        let record = Record {
            source: source.clone(),
            id,
            modified: None,
            published: None,
            withdrawn: false,
            aliases: Vec::new(),
            upstream: Vec::new(),
            summary: String::new(),
            scores: Vec::new(),
            weaknesses: Vec::new(),
            statements: Vec::new(),
            conditions: Vec::new(),
        };
        Self {
            record,
            flaws: HashMap::new(),
            lanes: HashMap::new(),
            conditions: HashMap::new(),
            unnamed: None,
        }
    }

    pub(crate) fn say(&mut self, said: Said<'_>) {
        let flaw = self.flaw(said.flaw);
        if said.word == Word::Open || self.record.statements.len() >= MAX_STATEMENTS {
            return;
        }
        let Some(exact) = Exact::of(said.purl, None) else { return self.unnamed(said.pointer) };
        // Without a version it speaks of all of them, which only the product around it can narrow to something exact.
        if exact.version.is_none() && said.product.is_none() {
            return self.unnamed(said.pointer);
        }
        let condition = match said.product {
            None => None,
            Some(product) => match self.condition(product, &said.pointer) {
                None => return self.unnamed(said.pointer),
                condition => condition,
            },
        };
        let mut qualifiers = Qualifiers { purl: exact.qualifiers, ..Qualifiers::default() };
        let status = if said.word == Word::Affected {
            qualifiers.remedies =
                (!said.remedy.is_empty()).then(|| said.remedy.to_owned()).into_iter().collect();
            Status::Affected
        } else {
            let exclusion = Exclusion { fixed: said.word == Word::Fixed, reason: said.reason.to_owned() };
            qualifiers.exclusion = Some(exclusion);
            Status::Unaffected
        };
        let span = exact.version.as_deref().map_or_else(|| all(status), |version| only(version, status));
        let exact_only = exact.scheme.is_none() && exact.version.is_some();
        let lane = (flaw, exact.key, qualifiers, condition, status);
        if let Some(position) = self.lanes.get(&lane) {
            let spans = &mut self.record.statements[*position].spans;
            push(spans, span);
            return;
        }
        self.record.statements.push(Statement {
            pointer: said.pointer,
            key: lane.1.clone(),
            scheme: exact.scheme,
            spans: vec![span],
            default: Status::Unknown,
            fixed_in: Vec::new(),
            qualifiers: lane.2.clone(),
            condition,
            exact_only,
            flaw: Some(flaw),
        });
        self.lanes.insert(lane, self.record.statements.len() - 1);
    }

    /// Notes that something is said of what nothing identifies.
    pub(crate) fn unnamed(&mut self, pointer: String) {
        self.unnamed.get_or_insert((pointer, 0)).1 += 1;
    }

    pub(crate) fn finish(self, issues: &mut Vec<Issue>) -> Record {
        if let Some((pointer, count)) = self.unnamed {
            let text =
                format!("{count} products are named by nothing exact: what is said of them is left out");
            issues.push(unit::issue(&pointer, IssueCode::Product, text));
        }
        if self.record.statements.len() >= MAX_STATEMENTS {
            let text = format!("more than {MAX_STATEMENTS} statements: the rest is left out");
            issues.push(unit::issue("/statements", IssueCode::Limit, text));
        }
        Record { withdrawn: self.record.upstream.is_empty(), ..self.record }
    }

    fn flaw(&mut self, name: &str) -> u32 {
        if let Some(known) = self.flaws.get(name) {
            return *known;
        }
        let number = self.record.upstream.len() as u32;
        self.record.upstream.push(name.to_owned());
        self.flaws.insert(name.to_owned(), number);
        number
    }

    /// The condition that the device holds a product; `None` when nothing identifies it.
    fn condition(&mut self, product: &Purl, pointer: &str) -> Option<u32> {
        let text = product.to_string();
        if let Some(known) = self.conditions.get(&text) {
            return *known;
        }
        let position = Exact::of(product, None).map(|exact| {
            self.record.conditions.push(Condition::Has(Leaf {
                pointer: pointer.to_owned(),
                key: exact.key,
                span: exact.version.as_deref().map(|version| only(version, Status::Affected)),
                qualifiers: Qualifiers { purl: exact.qualifiers, ..Qualifiers::default() },
                vulnerable: false,
            }));
            self.record.conditions.len() as u32 - 1
        });
        self.conditions.insert(text, position);
        position
    }
}

fn push(spans: &mut Vec<Span>, span: Span) {
    if spans.last() != Some(&span) && !spans.contains(&span) {
        spans.push(span);
    }
}
