//! From a record to the component versions it may speak of, and from those to releases and units.

use std::{cmp::Ordering, collections::HashMap, ops::Range};

use component::version::{Scheme, VersionKey};
use roaring::RoaringBitmap;

use super::{
    Portfolio,
    build::is_plain,
    layout::{Section, width},
    long, word,
};
use crate::{
    dictionary,
    record::{Bound, Record, Span, Statement, Status},
};

/// Who has certain component versions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exposed {
    /// Ordinals of the releases.
    pub releases: RoaringBitmap,
    /// Units that run one of them.
    pub units: u64,
    /// How often a release holds one of the component versions.
    pub instances: u64,
}

/// A key's rows of `Places`.
struct Places {
    scheme: Option<Scheme>,
    /// Those without an order come first.
    unordered: Range<u32>,
    ordered: Range<u32>,
}

impl<B: AsRef<[u8]>> Portfolio<B> {
    /// Every component version that a record can give a stored verdict: sorted, distinct, and few more than those.
    pub fn reach(&self, record: &Record) -> Vec<u32> {
        let mut found = Vec::new();
        record.statements.iter().for_each(|statement| self.reached_by(statement, &mut found));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Every component version under a product key, in any version; sorted and distinct.
    pub fn named(&self, key: &str) -> Vec<u32> {
        let mut found = Vec::new();
        for places in self.places(key) {
            self.take(places.unordered.start..places.ordered.end, &mut found);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The releases and units that hold one of these component versions.
    pub fn exposed(&self, components: &[u32]) -> Exposed {
        let mut exposed = Exposed::default();
        for component in components {
            let holders = self.holders(*component);
            exposed.instances += holders.len();
            exposed.releases |= holders;
        }
        let units = exposed.releases.iter().filter_map(|release| self.release(release));
        exposed.units = units.map(|release| u64::from(release.units)).sum();
        exposed
    }

    /// Units of these releases by site, sorted by the name of the site.
    pub fn units_by_site(&self, releases: &RoaringBitmap) -> Vec<(&str, u64)> {
        let mut sums: HashMap<u32, u64> = HashMap::new();
        for (site, units) in releases.iter().flat_map(|release| self.site_rows(release)) {
            *sums.entry(site).or_default() += u64::from(units);
        }
        let mut sites: Vec<_> = sums.into_iter().map(|(site, units)| (self.text(site), units)).collect();
        sites.sort_unstable();
        sites
    }

    fn reached_by(&self, statement: &Statement, found: &mut Vec<u32>) {
        let scheme = dictionary::scheme_of_key(&statement.key.0, statement.scheme);
        let said = |span: &&Span| span.status != Status::Unaffected;
        let any = statement.default == Status::Affected
            || statement.exact_only
            || statement.qualifiers.update.is_some()
            || statement.spans.iter().any(|span| !is_sound(scheme, span));
        for places in self.places(&statement.key.0) {
            if any || places.scheme != Some(scheme) {
                self.take(places.unordered.start..places.ordered.end, found);
                continue;
            }
            if statement.spans.iter().filter(said).count() == 0 {
                continue;
            }
            self.take(places.unordered.clone(), found);
            for span in statement.spans.iter().filter(said) {
                let low = match &span.lower {
                    Bound::Open | Bound::Series(_) => places.ordered.start,
                    Bound::Including(bound) => self.first(&places, &scheme.key(bound), false),
                    Bound::Excluding(bound) => self.first(&places, &scheme.key(bound), true),
                };
                let high = match &span.upper {
                    Bound::Open => places.ordered.end,
                    Bound::Including(bound) => self.first(&places, &scheme.key(bound), true),
                    Bound::Excluding(bound) => self.first(&places, &scheme.key(bound), false),
                    Bound::Series(series) => self.first(&places, &scheme.after_series(series), false),
                };
                self.take(low..high, found);
            }
        }
    }

    /// The rows of a key, and those of parts whose distribution's release is not known.
    fn places(&self, key: &str) -> impl Iterator<Item = Places> {
        let any_release = key.strip_prefix("distro:").and_then(|rest| {
            let (distribution, name) = rest.split_once('/')?;
            let (id, release) = distribution.split_once(':')?;
            (release != "*").then(|| format!("distro:{id}:*/{name}"))
        });
        let rows = [self.find(key), any_release.and_then(|key| self.find(&key))];
        rows.into_iter().flatten()
    }

    fn find(&self, key: &str) -> Option<Places> {
        let (mut low, mut high) = (0, self.keys());
        while low < high {
            let middle = low + (high - low) / 2;
            let row = self.row::<{ width::KEY }>(Section::Keys, middle)?;
            match self.text(word(row, 0)?).cmp(key) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => {
                    let first = word(row, 8)?;
                    let next = self.row::<{ width::KEY }>(Section::Keys, middle.checked_add(1)?)?;
                    let end = word(next, 8)?.max(first);
                    let split = first.saturating_add(word(row, 12)?).min(end);
                    let scheme = Scheme::from_name(self.text(word(row, 4)?));
                    return Some(Places { scheme, unordered: first..split, ordered: split..end });
                }
            }
        }
        None
    }

    /// The first ordered row that is not below a version key, or with `after` the first above it.
    fn first(&self, places: &Places, key: &VersionKey, after: bool) -> u32 {
        let prefix = key.prefix();
        let (mut low, mut high) = (places.ordered.start, places.ordered.end);
        while low < high {
            let middle = low + (high - low) / 2;
            let Some(row) = self.row::<{ width::PLACE }>(Section::Places, middle) else { return low };
            let order = match long(row, 0).unwrap_or(0).cmp(&prefix) {
                Ordering::Equal => {
                    let version = word(row, 12).unwrap_or(u32::MAX);
                    let version = self.slice(Section::VersionEnds, Section::VersionBytes, version);
                    version.unwrap_or_default().cmp(key.as_bytes())
                }
                decided => decided,
            };
            if order == Ordering::Less || after && order == Ordering::Equal {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn take(&self, rows: Range<u32>, found: &mut Vec<u32>) {
        let bytes = self.section(Section::Places);
        let range = rows.start as usize * width::PLACE..rows.end as usize * width::PLACE;
        let rows = bytes.get(range).unwrap_or_default().as_chunks::<{ width::PLACE }>().0;
        found.extend(rows.iter().filter_map(|row| word(row, 8)));
    }
}

/// Whether the places of both bounds mean something.
fn is_sound(scheme: Scheme, span: &Span) -> bool {
    [&span.lower, &span.upper].into_iter().all(|bound| match bound {
        Bound::Open => true,
        Bound::Including(bound) | Bound::Excluding(bound) => is_plain(scheme, bound),
        Bound::Series(series) => scheme != Scheme::Generic || is_plain(scheme, series),
    })
}
