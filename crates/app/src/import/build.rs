//! The index of a snapshot: built from the segments beside its packs, never from JSON; one thread decodes, one builds. A
//! segment that cannot be used is written anew from its pack first (`segments`).
//!
//! Not here: the bytes of the index (`matcher`).

use std::{fmt::Display, sync::mpsc, thread};

use matcher::{
    index::{Builder, Locator},
    record::{Record, Source},
    segment::Reader,
};
use store::{corpus::CorpusFolder, snapshot::Snapshot};

use super::{Progress, Told, scores, segments};
use crate::AppError;

/// Versions and statements of the records that are handed over at once: some records hold tens of thousands.
const BATCH: usize = 4_096;
/// Batches between the two threads.
const BATCHES: usize = 4;

/// Why there is no index.
enum Failure {
    /// The segment of a pack, and what is wrong with it.
    Segment(String, String),
    Other(AppError),
}

impl<E: Into<AppError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// Writes the index of a snapshot under its id; `live` tells for each pack which records count.
pub(super) fn index(
    folder: &CorpusFolder,
    id: &str,
    snapshot: &Snapshot,
    live: &[Vec<bool>],
    told: Told<'_>,
) -> Result<(), AppError> {
    match attempt(folder, id, snapshot, live, told) {
        Err(Failure::Segment(pack, why)) => {
            tracing::warn!(pack, why, "a segment cannot be used: it is written anew from its pack");
            segments::renew(folder, snapshot, &pack, told)?;
            attempt(folder, id, snapshot, live, told)
        }
        done => done,
    }
    .map_err(|failure| match failure {
        Failure::Segment(pack, why) => {
            AppError::Defect(format!("the segment of pack {pack} was written anew and cannot be used: {why}"))
        }
        Failure::Other(error) => error,
    })
}

fn attempt(
    folder: &CorpusFolder,
    id: &str,
    snapshot: &Snapshot,
    live: &[Vec<bool>],
    told: Told<'_>,
) -> Result<(), Failure> {
    let mut builder = Builder::new();
    let mut coverage = feeds::Coverages::default();
    let mut records = 0_u64;
    let files = snapshot.packs.len() as u64;
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Vec<(Record, Locator)>>(BATCHES);
        let decoding = scope.spawn(move || decode(folder, snapshot, live, &sender));
        for batch in receiver {
            for (record, locator) in &batch {
                coverage.record(record);
                builder.add(record, *locator);
            }
            records += batch.len() as u64;
            let files_done = batch.last().map_or(0, |(_, locator)| u64::from(locator.pack));
            told(Progress { phase: "indexing", files_done, files, records, ..Progress::default() });
        }
        let defect = || AppError::Defect("decoding a segment failed".to_owned());
        decoding.join().unwrap_or_else(|_| Err(Failure::Other(defect())))
    })?;
    scores::give(folder, snapshot, &mut builder)?;
    for name in snapshot.sources.keys() {
        coverage.source(&Source(name.clone()));
    }
    for declared in coverage.declared() {
        builder.covers(declared);
    }
    Ok(folder.write_index(id, |out| builder.write_to(out))?)
}

fn decode(
    folder: &CorpusFolder,
    snapshot: &Snapshot,
    live: &[Vec<bool>],
    sender: &mpsc::SyncSender<Vec<(Record, Locator)>>,
) -> Result<(), Failure> {
    for ((pack, name), live) in (0_u32..).zip(&snapshot.packs).zip(live) {
        let unusable = |why: &dyn Display| Failure::Segment(name.digest.clone(), why.to_string());
        let mut segment = folder.segment(&name.digest).map_err(|error| unusable(&error))?;
        let mut ordinal = 0_u32;
        let (mut batch, mut weight) = (Vec::new(), 0);
        while let Some(chunk) = segment.next_chunk().map_err(|error| unusable(&error))? {
            for record in Reader::new(&chunk) {
                let record = record.map_err(|error| unusable(&error))?;
                if live.get(ordinal as usize).copied().unwrap_or_default() {
                    weight += weight_of(&record);
                    batch.push((record, Locator { pack, ordinal }));
                }
                ordinal += 1;
                if weight >= BATCH {
                    weight = 0;
                    if sender.send(std::mem::take(&mut batch)).is_err() {
                        return Ok(());
                    }
                }
            }
        }
        if u64::from(ordinal) != name.records {
            return Err(unusable(&"it holds another number of records"));
        }
        if !batch.is_empty() && sender.send(batch).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// What a record takes while it is held, roughly: a statement and a version are alike.
fn weight_of(record: &Record) -> usize {
    let statements = record.statements.iter().map(|statement| 1 + statement.spans.len());
    8 + statements.sum::<usize>()
}
