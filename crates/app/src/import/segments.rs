//! Segments anew from their packs: the packs hold every record as its source delivered it, so nothing has to be imported again
//! when a release writes segments in another form.
//!
//! Each is put in the place of the old one whole or not at all, and a killed run is taken up by the next. Not here: the index
//! (`build`), when it is needed (`open`).

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU64, Ordering},
};

use matcher::{
    record::{Record, Source},
    segment,
};
use store::{
    corpus::CorpusFolder,
    pack::Entry,
    snapshot::{PackName, Snapshot},
};

use super::{
    Progress, Told,
    intake::{CHUNK, in_parallel},
};
use crate::AppError;

/// Writes the segment of `unusable` anew, and every other one of the snapshot that is missing or of another version.
pub(super) fn renew(
    folder: &CorpusFolder,
    snapshot: &Snapshot,
    unusable: &str,
    told: Told<'_>,
) -> Result<(), AppError> {
    let mut seen = BTreeSet::new();
    let mut stale: Vec<&PackName> = snapshot
        .packs
        .iter()
        .filter(|pack| seen.insert(&pack.digest) && (pack.digest == unusable || !is_current(folder, pack)))
        .collect();
    // Large ones first, so that the cores finish together.
    stale.sort_by_key(|pack| std::cmp::Reverse(pack.records));
    let (done, records) = (AtomicU64::new(0), AtomicU64::new(0));
    let results = in_parallel(stale.len(), |at| {
        let lost = renew_one(folder, stale[at])?;
        told(Progress {
            phase: "reading packs",
            files_done: done.fetch_add(1, Ordering::Relaxed) + 1,
            files: stale.len() as u64,
            records: records.fetch_add(stale[at].records, Ordering::Relaxed) + stale[at].records,
            ..Progress::default()
        });
        Ok::<_, AppError>(lost)
    });
    let mut lost = 0;
    for result in results {
        lost += result?;
    }
    if lost > 0 {
        tracing::warn!(
            records = lost,
            "records that this version cannot read any more say nothing from now on"
        );
    }
    Ok(())
}

fn is_current(folder: &CorpusFolder, pack: &PackName) -> bool {
    let first = folder.segment(&pack.digest).and_then(|mut segment| segment.next_chunk());
    matches!(first, Ok(Some(chunk)) if segment::is_current(&chunk))
}

/// Answers how many records cannot be read any more.
fn renew_one(folder: &CorpusFolder, name: &PackName) -> Result<u64, AppError> {
    let source = Source(name.source.clone());
    let mut pack = folder.pack(&name.digest)?;
    let mut segment = folder.begin_segment(&name.digest)?;
    let mut chunk = Vec::new();
    let mut lost = 0;
    for ordinal in 0..u32::try_from(pack.entries.len()).unwrap_or(u32::MAX) {
        let raw = pack.raw(ordinal)?;
        let Some(entry) = pack.entries.get(ordinal as usize) else { break };
        let record = match feeds::read_again(&raw, &source, &entry.id) {
            Ok((record, _)) => Record { id: entry.id.to_string(), ..record },
            Err(_) => {
                lost += 1;
                silent(entry, &source)
            }
        };
        segment::encode(&record, &mut chunk);
        if chunk.len() >= CHUNK {
            segment.push(&chunk)?;
            chunk.clear();
        }
    }
    segment.push(&chunk)?;
    segment.finish(&name.digest)?;
    Ok(lost)
}

/// What stands for a record that was read once and cannot be any more: known, with nothing to say.
fn silent(entry: &Entry, source: &Source) -> Record {
    Record {
        source: source.clone(),
        id: entry.id.to_string(),
        modified: entry.modified.as_deref().map(str::to_owned),
        ..Record::default()
    }
}
