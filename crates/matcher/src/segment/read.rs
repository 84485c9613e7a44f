//! The payload of one record, read. Every length is checked against what is left before anything is allocated.

use component::version::Scheme;

use super::DEEPEST;
use crate::record::{
    Bound, Condition, Exclusion, Leaf, ProductKey, Qualifiers, Record, Score, Source, Span, Statement, Status,
};

/// Reads a whole payload; `None` when it is damaged or something is left over.
pub(super) fn record(payload: &[u8]) -> Option<Record> {
    let mut input = Input { rest: payload };
    let source = Source(input.text()?);
    let id = input.text()?;
    let modified = input.optional()?;
    let published = input.optional()?;
    let withdrawn = input.flag()?;
    let aliases = input.list(Input::text)?;
    let upstream = input.list(Input::text)?;
    let summary = input.text()?;
    let scores = input.list(Input::score)?;
    let weaknesses = input.list(Input::text)?;
    let conditions = input.list(|input| input.condition(0))?;
    let statements = input.list(Input::statement)?;
    let known = |condition: u32| (condition as usize) < conditions.len();
    let named = |flaw: u32| (flaw as usize) < upstream.len();
    if !input.rest.is_empty()
        || !statements.iter().filter_map(|statement| statement.condition).all(known)
        || !statements.iter().filter_map(|statement| statement.flaw).all(named)
        || !scores.iter().filter_map(|score| score.flaw).all(named)
    {
        return None;
    }
    Some(Record {
        source,
        id,
        modified,
        published,
        withdrawn,
        aliases,
        upstream,
        summary,
        scores,
        weaknesses,
        statements,
        conditions,
    })
}

struct Input<'a> {
    rest: &'a [u8],
}

impl Input<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn number(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(text).ok().map(str::to_owned)
    }

    fn optional(&mut self) -> Option<Option<String>> {
        if self.flag()? { Some(Some(self.text()?)) } else { Some(None) }
    }

    /// A list takes at least one byte an element, so a wrong count cannot ask for more memory than there are bytes.
    fn list<T>(&mut self, mut element: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        if count > self.rest.len() {
            return None;
        }
        let mut list = Vec::with_capacity(count.min(1024));
        for _ in 0..count {
            list.push(element(self)?);
        }
        Some(list)
    }

    fn score(&mut self) -> Option<Score> {
        Some(Score {
            version: self.text()?,
            tenths: self.byte()?,
            vector: self.text()?,
            provider: self.text()?,
            flaw: self.position()?,
        })
    }

    fn statement(&mut self) -> Option<Statement> {
        let pointer = self.text()?;
        let key = ProductKey(self.text()?);
        let scheme = match self.text()?.as_str() {
            "" => None,
            name => Some(Scheme::from_name(name)?),
        };
        let spans = self.list(Self::span)?;
        let default = self.status()?;
        let fixed_in = self.list(Self::text)?;
        let qualifiers = self.qualifiers()?;
        let exact_only = self.flag()?;
        let condition = self.position()?;
        let flaw = self.position()?;
        Some(Statement {
            pointer,
            key,
            scheme,
            spans,
            default,
            fixed_in,
            qualifiers,
            condition,
            exact_only,
            flaw,
        })
    }

    fn position(&mut self) -> Option<Option<u32>> {
        Some(match self.number()? {
            0 => None,
            position => Some(u32::try_from(position - 1).ok()?),
        })
    }

    fn condition(&mut self, depth: usize) -> Option<Condition> {
        if depth > DEEPEST {
            return None;
        }
        Some(match self.byte()? {
            0 => Condition::All(self.list(|input| input.condition(depth + 1))?),
            1 => Condition::Any(self.list(|input| input.condition(depth + 1))?),
            2 => Condition::Not(Box::new(self.condition(depth + 1)?)),
            3 => {
                let pointer = self.text()?;
                let key = ProductKey(self.text()?);
                let span = if self.flag()? { Some(self.span()?) } else { None };
                Condition::Has(Leaf {
                    pointer,
                    key,
                    span,
                    qualifiers: self.qualifiers()?,
                    vulnerable: self.flag()?,
                })
            }
            _ => return None,
        })
    }

    fn qualifiers(&mut self) -> Option<Qualifiers> {
        if !self.flag()? {
            return Some(Qualifiers::default());
        }
        Some(Qualifiers {
            update: self.optional()?,
            edition: self.optional()?,
            target_sw: self.optional()?,
            target_hw: self.optional()?,
            version_not_applicable: self.flag()?,
            program_files: self.list(Self::text)?,
            modules: self.list(Self::text)?,
            purl: self.list(Self::text)?,
            exclusion: match self.byte()? {
                0 => None,
                mark @ (1 | 2) => Some(Exclusion { fixed: mark == 2, reason: self.text()? }),
                _ => return None,
            },
            remedies: self.list(Self::text)?,
        })
    }

    fn span(&mut self) -> Option<Span> {
        Some(Span { lower: self.bound()?, upper: self.bound()?, status: self.status()? })
    }

    fn bound(&mut self) -> Option<Bound> {
        Some(match self.byte()? {
            0 => Bound::Open,
            1 => Bound::Including(self.text()?),
            2 => Bound::Excluding(self.text()?),
            3 => Bound::Series(self.text()?),
            _ => return None,
        })
    }

    fn status(&mut self) -> Option<Status> {
        Some(match self.byte()? {
            0 => Status::Affected,
            1 => Status::Unaffected,
            2 => Status::Unknown,
            _ => return None,
        })
    }
}
