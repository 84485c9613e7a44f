//! The index of a snapshot: built from the segments beside its packs, never from JSON; one thread decodes, one builds.
//!
//! Not here: the bytes of the index (`matcher`).

use std::{sync::mpsc, thread};

use matcher::{
    index::{Builder, Locator},
    record::{Record, Source},
    segment::Reader,
};
use store::{corpus::CorpusFolder, snapshot::Snapshot};

use super::{Progress, Told, scores};
use crate::AppError;

/// Records handed over at once. Few, because some hold thousands of statements.
const BATCH: usize = 64;

/// Writes the index of a snapshot under its id; `live` tells for each pack which records count.
pub(super) fn index(
    folder: &CorpusFolder,
    id: &str,
    snapshot: &Snapshot,
    live: &[Vec<bool>],
    told: Told<'_>,
) -> Result<(), AppError> {
    let mut builder = Builder::new();
    let mut coverage = feeds::Coverages::default();
    let mut records = 0_u64;
    let files = snapshot.packs.len() as u64;
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Vec<(Record, Locator)>>(4);
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
        decoding.join().unwrap_or_else(|_| Err(AppError::Defect("decoding a segment failed".to_owned())))
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
) -> Result<(), AppError> {
    for ((pack, name), live) in (0_u32..).zip(&snapshot.packs).zip(live) {
        let damaged = |why: &str| AppError::Missing {
            what: format!("the segment of pack {} cannot be used: {why}", name.digest),
            hint: "Restore the folder corpus/packs from a backup, or remove corpus/ and import again"
                .to_owned(),
        };
        let mut segment = folder.segment(&name.digest)?;
        let mut ordinal = 0_u32;
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(chunk) = segment.next_chunk()? {
            for record in Reader::new(&chunk) {
                let record = record.map_err(|error| damaged(&error.to_string()))?;
                if live.get(ordinal as usize).copied().unwrap_or_default() {
                    batch.push((record, Locator { pack, ordinal }));
                }
                ordinal += 1;
                if batch.len() == BATCH && sender.send(std::mem::take(&mut batch)).is_err() {
                    return Ok(());
                }
            }
        }
        if u64::from(ordinal) != name.records {
            return Err(damaged("it holds another number of records"));
        }
        if !batch.is_empty() && sender.send(batch).is_err() {
            return Ok(());
        }
    }
    Ok(())
}
