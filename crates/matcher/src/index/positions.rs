//! Versions as positions: every distinct bound of a scheme in order, so that a range is two integers.
//!
//! The key at place i of its scheme has position 2i + 1; a version that is no bound lies at the even position between
//! its neighbours. A range holds a version when `lower <= position && position <= upper`: no tie is left for the
//! bytes to decide, and no flag says whether a bound is inside. A looked-up version costs one binary search a scheme.

use std::collections::HashMap;

use component::version::{Form, Scheme, VersionKey, shape};

use crate::dictionary;

use super::{
    draft::{Draft, DraftBound},
    intern::hash,
    layout,
};

/// What stands for the first number of a version: equal for versions that differ in leading zeros only. In the spans of
/// exact versions with an update it takes the place of the upper position, so that most are passed over unread.
pub(crate) fn first_number(version: &str) -> u32 {
    let Some(start) = version.find(|c: char| c.is_ascii_digit()) else { return hash(version) as u32 };
    let number = &version[start..];
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    hash(number[..end].trim_start_matches('0')) as u32
}

/// Kind of a bound that ends a series.
pub(super) const SERIES: u8 = 3;

/// What is known of one bound under one scheme.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// Position of the key itself, odd.
    pub(super) position: u32,
    pub(super) form: u8,
    /// Three bits.
    pub(super) shape: u32,
}

/// All bounds of all schemes that the statements use.
#[derive(Debug, Default)]
pub(super) struct Positions {
    /// Ascending keys per scheme, in the order of `schemes`.
    pub(super) keys: Vec<Vec<VersionKey>>,
    pub(super) schemes: Vec<Scheme>,
    places: HashMap<(u8, bool, u32), Place>,
}

impl Positions {
    pub(super) fn new(draft: &Draft) -> Self {
        let mut schemes: Vec<Scheme> = draft.statements.iter().map(|statement| statement.scheme).collect();
        schemes.sort_unstable();
        schemes.dedup();
        let mut positions = Self { keys: Vec::new(), schemes, places: HashMap::new() };
        for statement in &draft.statements {
            let row = positions.row(statement.scheme);
            for span in statement.spans.of(&draft.spans) {
                for bound in [span.lower(), span.upper()].into_iter().filter(|bound| bound.kind != 0) {
                    positions.places.entry((row, bound.kind == SERIES, bound.version)).or_default();
                }
            }
        }
        for row in 0..positions.schemes.len() {
            positions.place(row, draft);
        }
        positions
    }

    pub(super) fn row(&self, scheme: Scheme) -> u8 {
        self.schemes.binary_search(&scheme).unwrap_or(0) as u8
    }

    pub(super) fn get(&self, row: u8, bound: DraftBound) -> Place {
        self.places.get(&(row, bound.kind == SERIES, bound.version)).copied().unwrap_or_default()
    }

    fn place(&mut self, row: usize, draft: &Draft) {
        let Some(scheme) = self.schemes.get(row).copied() else { return };
        let mut bounds: Vec<(VersionKey, (u8, bool, u32))> = self
            .places
            .keys()
            .filter(|(of, ..)| usize::from(*of) == row)
            .map(|bound| {
                let version = draft.strings.get(bound.2);
                (if bound.1 { scheme.after_series(version) } else { scheme.key(version) }, *bound)
            })
            .collect();
        bounds.sort_unstable();
        let mut keys: Vec<VersionKey> = Vec::with_capacity(bounds.len());
        for (key, bound) in bounds {
            if keys.last() != Some(&key) {
                keys.push(key);
            }
            let version = draft.strings.get(bound.2);
            let form = match scheme.form(version) {
                Form::Exact => 0,
                Form::Lenient if dictionary::is_plain_number(version) => 0,
                Form::Lenient => 1,
                Form::Invalid => 2,
            };
            let position = 2 * (keys.len() as u32 - 1) + 1;
            let shape = layout::shape_bits(shape(version));
            self.places.insert(bound, Place { position, form, shape });
        }
        self.keys.push(keys);
    }
}
