//! The builder: what is taken in, and the order in which an index is written.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use super::{Coverage, Locator, draft::Draft, write};
use crate::record::{Epss, Kev, Record};

/// Collects records and writes the index.
#[derive(Debug, Default)]
pub struct Builder {
    draft: Draft,
    scores: BTreeMap<Box<str>, (u32, u32)>,
    exploited: BTreeMap<String, Kev>,
    coverage: BTreeSet<Coverage>,
}

impl Builder {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in one record. Of several with the same (source, id) the one with the latest `modified` stays, then the
    /// greatest locator.
    pub fn add(&mut self, record: &Record, locator: Locator) {
        self.draft.record(record, locator);
    }

    /// Takes in one EPSS score; of several for one id the highest probability stays.
    pub fn score(&mut self, epss: &Epss) {
        let score = (epss.probability_ppm, epss.percentile_ppm);
        let kept = self.scores.entry(epss.id.as_str().into()).or_insert(score);
        *kept = (*kept).max(score);
    }

    /// Takes in one KEV entry; of several for one id the one added first stays.
    pub fn kev(&mut self, kev: &Kev) {
        let order = |kev: &Kev| (kev.added.clone(), kev.due.clone(), !kev.ransomware);
        match self.exploited.get_mut(&kev.id) {
            Some(kept) if order(kept) <= order(kev) => {}
            Some(kept) => kev.clone_into(kept),
            None => {
                self.exploited.insert(kev.id.clone(), kev.clone());
            }
        }
    }

    /// Takes in what a source covers.
    pub fn covers(&mut self, coverage: Coverage) {
        self.coverage.insert(coverage);
    }

    /// Writes the index: the same bytes for the same records in any order.
    pub fn finish(self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A vector takes everything: there is no error to report.
        let _ = self.write_to(&mut bytes);
        bytes
    }

    /// As [`Builder::finish`], into a sink and without holding the bytes: half the memory.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write_to(self, sink: &mut dyn io::Write) -> io::Result<()> {
        write::index(self.draft, &self.scores, &self.exploited, &self.coverage, sink)
    }
}
