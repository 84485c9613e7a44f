//! Which copy of a record stays, and how each copy is counted.
//!
//! A record is (source, id). The copy with the newest own modification time stays, between equal ones the later in path
//! order; a later import counts as later. Packs come in that order, so the rule can be derived again from the packs alone,
//! except where a record's known content came back: those losers are named in the manifest (`dropped`).

use std::collections::{BTreeMap, HashMap};

use store::{
    corpus::CorpusFolder,
    snapshot::{PackName, ScoreName, Snapshot, SourceState},
};

use super::{
    intake::{Copy, Taken},
    remembered::{self, Outcome},
    report::ImportReport,
    scores,
};
use crate::AppError;

type Hash = [u8; 16];
/// Pack and ordinal.
type Place = (u32, u32);

/// The copies that stay.
#[derive(Default)]
pub(super) struct Merge {
    sources: BTreeMap<String, HashMap<Box<str>, Winner>>,
}

struct Winner {
    modified: Option<Box<str>>,
    hash: Hash,
    place: Place,
    /// The file of this import it came from; none = it was there before.
    file: Option<u32>,
    /// What was there before, when a copy of this import took its place.
    before: Option<(Hash, Place)>,
}

impl Merge {
    /// The copies that stay in a snapshot.
    pub(super) fn of(folder: &CorpusFolder, snapshot: &Snapshot) -> Result<Self, AppError> {
        let mut merge = Self::default();
        for (number, name) in (0_u32..).zip(&snapshot.packs) {
            let pack = folder.pack(&name.digest)?;
            let winners = merge.sources.entry(name.source.clone()).or_default();
            for (ordinal, entry) in (0_u32..).zip(pack.entries) {
                let place = (number, ordinal);
                if snapshot.dropped.contains(&place)
                    || winners.get(&entry.id).is_some_and(|winner| winner.modified > entry.modified)
                {
                    continue;
                }
                let winner =
                    Winner { modified: entry.modified, hash: entry.hash, place, file: None, before: None };
                winners.insert(entry.id, winner);
            }
        }
        Ok(merge)
    }

    /// The content hash of the copy that stays.
    pub(super) fn hash_of(&self, source: &str, id: &str) -> Option<Hash> {
        Some(self.sources.get(source)?.get(id)?.hash)
    }

    /// For each pack, which of its records count.
    pub(super) fn live(&self, snapshot: &Snapshot) -> Vec<Vec<bool>> {
        let length = |pack: &PackName| usize::try_from(pack.records).unwrap_or(0);
        let mut live: Vec<Vec<bool>> = snapshot.packs.iter().map(|pack| vec![false; length(pack)]).collect();
        for winner in self.sources.values().flat_map(HashMap::values) {
            let (pack, ordinal) = winner.place;
            if let Some(live) = live.get_mut(pack as usize).and_then(|pack| pack.get_mut(ordinal as usize)) {
                *live = true;
            }
        }
        live
    }

    /// Lets the copies of this import meet those that are there, in order; completes the snapshot and the report.
    /// Answers what came of each file.
    pub(super) fn fold(
        &mut self,
        taken: Vec<Taken>,
        folder: &CorpusFolder,
        snapshot: &mut Snapshot,
        report: &mut ImportReport,
    ) -> Result<Vec<Vec<Outcome>>, AppError> {
        let mut outcomes: Vec<Vec<Outcome>> = Vec::new();
        let mut sets = Vec::new();
        for batch in &taken {
            for file in &batch.reports {
                report.take(file);
                outcomes.push(remembered::outcomes(file));
            }
        }
        for mut batch in taken {
            sets.append(&mut batch.scores);
            // Numbers of the batch's packs in the snapshot; a pack without a record was not kept.
            let mut numbers = Vec::with_capacity(batch.packs.len());
            for (source, digest, records) in &batch.packs {
                numbers.push(u32::try_from(snapshot.packs.len()).unwrap_or(u32::MAX));
                if !digest.is_empty() {
                    snapshot.packs.push(PackName {
                        digest: digest.clone(),
                        source: source.clone(),
                        records: *records,
                        audience: domain::audience::Audience::GENERAL.to_owned(),
                    });
                }
            }
            for copy in &batch.copies {
                let pack = copy.pack as usize;
                let (Some((source, ..)), Some(number)) = (batch.packs.get(pack), numbers.get(pack)) else {
                    continue;
                };
                let place = copy.ordinal.map(|ordinal| (*number, ordinal));
                self.meet(source, batch.texts(copy), copy, place, &mut snapshot.dropped, &mut outcomes);
            }
        }
        self.count(snapshot, report);
        for set in scores::meet(sets, folder, snapshot, report, &mut outcomes)? {
            snapshot.sources.insert(set.source.clone(), state_of(&set));
            snapshot.scores.retain(|score| score.source != set.source);
            snapshot.scores.push(set);
        }
        snapshot.scores.sort_by(|left, right| left.source.cmp(&right.source));
        account(&outcomes, snapshot, report);
        Ok(outcomes)
    }

    fn meet(
        &mut self,
        source: &str,
        (id, modified): (&str, Option<&str>),
        copy: &Copy,
        place: Option<Place>,
        dropped: &mut Vec<Place>,
        outcomes: &mut [Vec<Outcome>],
    ) {
        if !self.sources.contains_key(source) {
            self.sources.insert(source.to_owned(), HashMap::new());
        }
        let Some(winners) = self.sources.get_mut(source) else { return };
        let (file, hash) = (Some(copy.file), copy.hash);
        let Some(winner) = winners.get_mut(id) else {
            // Without a place its content was known; then there is a winner.
            if let Some(place) = place {
                let modified = modified.map(Into::into);
                winners.insert(id.into(), Winner { modified, hash, place, file, before: None });
            }
            return;
        };
        if modified < winner.modified.as_deref() {
            remembered::supersede(outcomes, copy.file, source, 1);
            return;
        }
        match winner.file {
            Some(loser) => remembered::supersede(outcomes, loser, source, 1),
            None => winner.before = Some((winner.hash, winner.place)),
        }
        if let Some(place) = place {
            winner.place = place;
        } else if let Some((_, before)) = winner.before
            && before != winner.place
        {
            dropped.push(winner.place);
            winner.place = before;
        }
        winner.modified = modified.map(Into::into);
        winner.hash = hash;
        winner.file = file;
    }

    fn count(&self, snapshot: &mut Snapshot, report: &mut ImportReport) {
        for (name, winners) in &self.sources {
            let mut touched = false;
            for winner in winners.values().filter(|winner| winner.file.is_some()) {
                touched = true;
                let source = report.source(name);
                match winner.before {
                    None => source.new += 1,
                    Some((hash, _)) if hash == winner.hash => source.unchanged += 1,
                    Some(_) => source.changed += 1,
                }
            }
            if touched {
                let state = snapshot.sources.entry(name.clone()).or_default();
                state.records = winners.len() as u64;
                state.watermark =
                    winners.values().filter_map(|w| w.modified.as_deref()).max().map(str::to_owned);
            }
        }
    }
}

fn state_of(score: &ScoreName) -> SourceState {
    SourceState { records: score.records, watermark: Some(score.version.clone()), refused: 0 }
}

/// Adds up what came of the files, by source, and lets a source that lost records show it.
fn account(outcomes: &[Vec<Outcome>], snapshot: &mut Snapshot, report: &mut ImportReport) {
    let mut refused: BTreeMap<&str, u64> = BTreeMap::new();
    for outcome in outcomes.iter().flatten() {
        let source = report.source(&outcome.source);
        source.files += 1;
        source.read += outcome.read;
        source.superseded += outcome.superseded;
        source.refused += outcome.refused;
        source.not_read += outcome.not_read;
        *refused.entry(&outcome.source).or_default() += outcome.refused;
    }
    for (name, refused) in refused {
        if let Some(state) = snapshot.sources.get_mut(name) {
            state.refused = refused;
        }
    }
}
