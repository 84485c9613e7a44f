//! Score packs: one day of exploit probabilities, one state of the catalogue of exploited vulnerabilities. The newest counts.
//!
//! Their text is one line a record: the id, a tab, the rest. Not here: their formats (`feeds`).

use std::collections::HashMap;

use matcher::{
    index::Builder,
    record::{Epss, Kev},
};
use store::{
    corpus::CorpusFolder,
    snapshot::{ScoreName, Snapshot},
};

use super::{
    remembered::{Outcome, supersede},
    report::ImportReport,
};
use crate::AppError;

/// A set of scores as read.
pub(super) struct ScoreSet {
    /// `epss` or `kev`.
    pub(super) source: &'static str,
    /// Date, version of the catalogue.
    pub(super) version: String,
    /// Position in the list of files.
    pub(super) file: u32,
    pub(super) text: String,
}

/// Lets the sets of an import meet those in force; answers the sets that are in force from now on.
pub(super) fn meet(
    sets: Vec<ScoreSet>,
    folder: &CorpusFolder,
    snapshot: &Snapshot,
    report: &mut ImportReport,
    outcomes: &mut [Vec<Outcome>],
) -> Result<Vec<ScoreName>, AppError> {
    let mut winners: HashMap<&'static str, ScoreSet> = HashMap::new();
    for set in sets {
        let base = snapshot.scores.iter().find(|score| score.source == set.source);
        let held = winners.get(set.source).map(|winner| &winner.version).or(base.map(|base| &base.version));
        let loser = if held.is_some_and(|held| *held > set.version) {
            Some(set)
        } else {
            winners.insert(set.source, set)
        };
        if let Some(loser) = loser {
            supersede(outcomes, loser.file, loser.source, records(&loser.text));
        }
    }
    let mut names = Vec::new();
    for set in winners.into_values() {
        let base = snapshot.scores.iter().find(|score| score.source == set.source);
        let before = base.map(|base| folder.read_text(&base.digest)).transpose()?.unwrap_or_default();
        let known: HashMap<&str, &str> = before.lines().filter_map(|line| line.split_once('\t')).collect();
        let source = report.source(set.source);
        for (id, rest) in set.text.lines().filter_map(|line| line.split_once('\t')) {
            match known.get(id) {
                None => source.new += 1,
                Some(known) if *known == rest => source.unchanged += 1,
                Some(_) => source.changed += 1,
            }
        }
        names.push(ScoreName {
            digest: folder.write_text(&set.text)?,
            source: set.source.to_owned(),
            version: set.version,
            records: records(&set.text),
        });
    }
    Ok(names)
}

/// Gives the scores of a snapshot to the index.
pub(super) fn give(
    folder: &CorpusFolder,
    snapshot: &Snapshot,
    builder: &mut Builder,
) -> Result<(), AppError> {
    for score in &snapshot.scores {
        let text = folder.read_text(&score.digest)?;
        for line in text.lines() {
            let mut fields = line.split('\t');
            let id = fields.next().unwrap_or_default().to_owned();
            let mut field = || fields.next().unwrap_or_default();
            if score.source == "epss" {
                let probability_ppm = field().parse().unwrap_or_default();
                let percentile_ppm = field().parse().unwrap_or_default();
                builder.score(&Epss { id, probability_ppm, percentile_ppm });
            } else {
                let added = field().to_owned();
                let due = Some(field().to_owned()).filter(|due| !due.is_empty());
                builder.kev(&Kev { id, added, due, ransomware: field() == "1" });
            }
        }
    }
    Ok(())
}

fn records(text: &str) -> u64 {
    text.lines().count() as u64
}
