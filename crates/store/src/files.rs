//! Texts and files that rows name: a row that names a missing one is damage.
//!
//! Not here: files that no row names, which are rubbish (`blobs`, `corpus`).

use std::{collections::BTreeSet, error::Error as _};

use crate::{
    Blobs, RECORD_TABLES, StoreError, Table, View,
    corpus::CorpusFolder,
    damage::{Damage, damage, unreadable},
};

/// Every evidence text that a row names is there, or was destroyed since.
pub(crate) fn named_evidence(view: &View<'_>, table: &Table) -> Result<(), Damage> {
    for column in named(table, "evidence") {
        let sql = format!(
            "SELECT {column}, since FROM {} WHERE {column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM evidence WHERE \
             evidence.digest = {}.{column}) AND NOT EXISTS (SELECT 1 FROM purge WHERE purge.of_table = 'evidence' AND \
             purge.row_key = {}.{column} AND purge.since > {}.since) LIMIT 1",
            table.name, table.name, table.name, table.name
        );
        let mut found = None;
        let read = view.connection.query(&sql, &[], &mut |row| {
            let what = format!("{column} names evidence that is not there");
            found = Some(damage(table.name, Some(row.text(0)?), Some(row.integer(1)?), &what));
            Ok(false)
        });
        read.map_err(|error| unreadable(table.name, &error))?;
        if let Some(found) = found {
            return Err(found);
        }
    }
    Ok(())
}

/// Every blob that a row names and that was not destroyed since is there and is what its name says; answers how many.
pub(crate) fn named_blobs(view: &View<'_>, table: &Table, blobs: &Blobs) -> Result<u64, Damage> {
    let mut count = 0;
    for column in named(table, "blob") {
        let sql = format!(
            "SELECT {column}, MIN(since) FROM {} WHERE {column} IS NOT NULL AND {NOT_DESTROYED} GROUP BY {column} \
             ORDER BY {column}",
            table.name
        )
        .replace("COLUMN", column)
        .replace("TABLE", table.name);
        let mut found = None;
        let read = view.connection.query(&sql, &[], &mut |row| {
            let (digest, sequence) = (row.text(0)?, row.integer(1)?);
            let what = match blobs.get(&digest) {
                Ok(Some(_)) => {
                    count += 1;
                    return Ok(true);
                }
                Ok(None) => format!("the file that {}.{column} names is missing", table.name),
                Err(error) => error.to_string(),
            };
            found = Some(damage("blobs", Some(digest), Some(sequence), &what));
            Ok(false)
        });
        read.map_err(|error| unreadable(table.name, &error))?;
        if let Some(found) = found {
            return Err(found);
        }
    }
    Ok(count)
}

/// Of the table that is read.
const NOT_DESTROYED: &str = "NOT EXISTS (SELECT 1 FROM purge g WHERE g.of_table = 'blobs' AND g.row_key = COLUMN AND \
    g.since > TABLE.since)";

/// Columns called `word` or `…_word`.
pub(crate) fn named(table: &Table, word: &str) -> impl Iterator<Item = &'static str> {
    table.columns.iter().copied().filter(move |column| {
        column.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
    })
}

impl View<'_> {
    /// The digests of every blob that a row names, open or closed, and that was not destroyed since.
    pub fn named_blobs(&self) -> Result<BTreeSet<String>, StoreError> {
        let mut digests = BTreeSet::new();
        for table in RECORD_TABLES {
            for column in named(table, "blob") {
                let sql = format!(
                    "SELECT DISTINCT {column} FROM {} WHERE {column} IS NOT NULL AND {NOT_DESTROYED}",
                    table.name
                )
                .replace("COLUMN", column)
                .replace("TABLE", table.name);
                self.connection.query(&sql, &[], &mut |row| {
                    digests.insert(row.text(0)?);
                    Ok(true)
                })?;
            }
        }
        Ok(digests)
    }
}

/// Every file of the corpora, public and private, that the snapshots of receipts name, and the newest import's; answers how many. `read` = also
/// whether each is what its name says.
pub(crate) fn named_corpus(view: &View<'_>, corpus: &CorpusFolder, read: bool) -> Result<u64, Damage> {
    let mut seen = BTreeSet::new();
    for (audience, id) in view.named_snapshots().map_err(|error| unreadable("snapshot", &error))? {
        let corpus = &corpus.of_label(&audience);
        let broken = |error: &StoreError| {
            let missing = error.source().and_then(|source| source.downcast_ref::<std::io::Error>());
            let what = match missing.map(std::io::Error::kind) {
                Some(std::io::ErrorKind::NotFound) => format!("the file is missing: {error}"),
                _ => error.to_string(),
            };
            damage("corpus", Some(format!("snapshot {id}")), None, &what)
        };
        let snapshot = corpus.snapshot(&id).map_err(|error| broken(&error))?;
        seen.insert(id.clone());
        for pack in &snapshot.packs {
            if !seen.insert(pack.digest.clone()) {
                continue;
            }
            corpus.pack(&pack.digest).map_err(|error| broken(&error))?;
            if read && !corpus.verify_pack(&pack.digest).map_err(|error| broken(&error))? {
                let what = format!("pack {} is not what its name says", pack.digest);
                return Err(damage("corpus", Some(format!("snapshot {id}")), None, &what));
            }
        }
        let texts = snapshot.scores.iter().map(|score| &score.digest).chain(&snapshot.files);
        for digest in texts {
            if seen.insert(digest.clone()) {
                if read {
                    corpus.read_text(digest).map(drop).map_err(|error| broken(&error))?;
                } else {
                    corpus.has_text(digest).map_err(|error| broken(&error))?;
                }
            }
        }
    }
    Ok(seen.len() as u64)
}
