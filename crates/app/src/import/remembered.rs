//! Which files were taken in before, by digest, and what came of them: an unchanged file is skipped and still accounted for.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
};

use feeds::FileReport;
use store::{corpus::CorpusFolder, snapshot::Snapshot};

use super::{
    intake::Digested,
    report::{ImportReport, OTHER},
};
use crate::AppError;

/// Changes whenever more is read of a file than before: then known files are read again.
const READER: &str = "aftercare files 1";

/// What came of a file for one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) source: String,
    pub(super) read: u64,
    pub(super) superseded: u64,
    pub(super) refused: u64,
    pub(super) not_read: u64,
}

/// The files taken in so far, by (digest, override).
#[derive(Debug, Default)]
pub(super) struct Remembered {
    files: HashMap<String, Vec<Outcome>>,
}

/// The lists that a snapshot names.
pub(super) fn load(folder: &CorpusFolder, snapshot: &Snapshot) -> Result<Remembered, AppError> {
    let mut remembered = Remembered::default();
    for digest in &snapshot.files {
        let text = folder.read_text(digest)?;
        let mut lines = text.lines();
        if lines.next() != Some(READER) {
            continue;
        }
        for line in lines {
            let fields: Vec<&str> = line.split('\t').collect();
            let [digest, source_given, source, read, superseded, refused, not_read] = fields[..] else {
                continue;
            };
            let number = |text: &str| text.parse().unwrap_or_default();
            remembered.files.entry(key(digest, source_given)).or_default().push(Outcome {
                source: source.to_owned(),
                read: number(read),
                superseded: number(superseded),
                refused: number(refused),
                not_read: number(not_read),
            });
        }
    }
    Ok(remembered)
}

/// Lays down the list of one import; `outcomes` in the order of `files`.
pub(super) fn write(
    folder: &CorpusFolder,
    files: &[Digested],
    source_given: Option<&str>,
    outcomes: &[Vec<Outcome>],
) -> Result<String, AppError> {
    let mut text = format!("{READER}\n");
    let mut written = HashSet::new();
    for (file, outcomes) in files.iter().zip(outcomes) {
        // The same bytes under two names.
        if !written.insert(&file.digest) {
            continue;
        }
        for outcome in outcomes {
            let Outcome { source, read, superseded, refused, not_read } = outcome;
            let given = source_given.unwrap_or_default();
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "{}\t{given}\t{source}\t{read}\t{superseded}\t{refused}\t{not_read}",
                file.digest
            );
        }
    }
    Ok(folder.write_text(&text)?)
}

/// What a file's report says, by source; superseded copies are not known yet.
pub(super) fn outcomes(report: &FileReport) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = report
        .by_source
        .iter()
        .map(|(source, count)| Outcome {
            source: source.0.clone(),
            read: count.read,
            refused: count.refused,
            ..Outcome::default()
        })
        .collect();
    let refused: u64 = outcomes.iter().map(|outcome| outcome.refused).sum();
    let not_read: u64 = report.not_read.iter().map(|not_read| not_read.files).sum();
    let rest = report.refused_total.saturating_sub(refused);
    let owner = report.source.as_ref().map_or(OTHER, |source| source.0.as_str());
    if not_read + rest > 0 || outcomes.is_empty() {
        match outcomes.iter_mut().find(|outcome| outcome.source == owner) {
            Some(outcome) => {
                outcome.not_read += not_read;
                outcome.refused += rest;
            }
            None => outcomes.push(Outcome {
                source: owner.to_owned(),
                not_read,
                refused: rest,
                ..Outcome::default()
            }),
        }
    }
    outcomes
}

/// Counts copies of a file that do not stay.
pub(super) fn supersede(outcomes: &mut [Vec<Outcome>], file: u32, source: &str, records: u64) {
    let outcome = outcomes
        .get_mut(file as usize)
        .and_then(|outcomes| outcomes.iter_mut().find(|outcome| outcome.source == source));
    if let Some(outcome) = outcome {
        outcome.superseded += records;
    }
}

impl Remembered {
    pub(super) fn contains(&self, digest: &str, source_given: Option<&str>) -> bool {
        self.files.contains_key(&key(digest, source_given.unwrap_or_default()))
    }

    /// Accounts for a file that is left alone: its records are known, whoever's copy stays.
    pub(super) fn tell(&self, digest: &str, source_given: Option<&str>, report: &mut ImportReport) {
        report.files_known += 1;
        let key = key(digest, source_given.unwrap_or_default());
        for outcome in self.files.get(&key).into_iter().flatten() {
            let source = report.source(&outcome.source);
            source.files += 1;
            source.read += outcome.read;
            source.superseded += outcome.superseded;
            source.unchanged += outcome.read.saturating_sub(outcome.superseded);
            source.refused += outcome.refused;
            source.not_read += outcome.not_read;
        }
    }
}

fn key(digest: &str, source_given: &str) -> String {
    format!("{digest} {source_given}")
}
