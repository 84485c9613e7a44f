//! The feeds of the corpus as an index, and the facts about them by which a label is decidable.
//!
//! The facts are read from the records themselves, never from the matcher.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use feeds::{Coverages, Item, Options};
use matcher::{
    index::{Builder, Index, Locator},
    record::{Record, Source},
};

/// All feeds that the figures need, indexed.
pub(super) struct Feeds {
    pub(super) index: Index<Vec<u8>>,
    /// For each vulnerability that was asked for: product keys that a loaded record names with it.
    pub(super) named: HashMap<String, BTreeSet<String>>,
    /// Prefixes of keys of every loaded distribution release.
    pub(super) releases: BTreeSet<String>,
    /// Which records, and of which date.
    pub(super) snapshot: String,
}

/// The corpus, if it is there.
pub(super) fn folder() -> Option<PathBuf> {
    Some(crate::corpus()).filter(|path| path.join("truth").is_dir())
}

/// Everything that speaks of products: no scores, no catalogues.
pub(super) fn feeds(corpus: &Path, asked: BTreeSet<String>) -> anyhow::Result<Feeds> {
    let folders = ["osv", "cve5", "nvd", "nvd-overrides"].map(|kind| corpus.join("feeds").join(kind));
    let mut named: HashMap<String, BTreeSet<String>> = HashMap::new();
    let mut releases = BTreeSet::new();
    let (index, snapshot) = load(&folders, &mut |record| {
        let names = std::iter::once(&record.id).chain(&record.aliases).chain(&record.upstream);
        for name in names.filter(|name| asked.contains(name.as_str())) {
            let keys = named.entry(name.clone()).or_default();
            keys.extend(record.statements.iter().map(|statement| statement.key.0.clone()));
        }
        for statement in &record.statements {
            if let Some(prefix) = statement.key.0.split_inclusive('/').next()
                && prefix.starts_with("distro:")
                && !releases.contains(prefix)
            {
                releases.insert(prefix.to_owned());
            }
        }
    })?;
    Ok(Feeds { index, named, releases, snapshot })
}

/// Reads files or folders into an index; `note` sees every record.
pub(super) fn load(
    paths: &[PathBuf],
    note: &mut dyn FnMut(&Record),
) -> anyhow::Result<(Index<Vec<u8>>, String)> {
    load_with(paths, Vec::new(), note)
}

/// As [`load`], with records that were read already.
pub(super) fn load_with(
    paths: &[PathBuf],
    more: Vec<Record>,
    note: &mut dyn FnMut(&Record),
) -> anyhow::Result<(Index<Vec<u8>>, String)> {
    let mut loading = Loading::default();
    for (ordinal, record) in (0..).zip(&more) {
        note(record);
        loading.add(record, Locator { pack: u32::MAX, ordinal });
    }
    for input in feeds::discover(paths)? {
        let mut ordinal = 0;
        let report = feeds::read(&input, &Options::default(), &mut |item| {
            if let Item::Record(parsed) = item {
                note(&parsed.record);
                loading.add(&parsed.record, Locator { pack: loading.files, ordinal });
                ordinal += 1;
            }
            ControlFlow::Continue(())
        });
        loading.refused += report.refused_total;
        loading.files += 1;
    }
    if loading.refused > 0 {
        eprintln!("quality: {} records of the corpus were refused", loading.refused);
    }
    Ok((loading.index.finish()?, loading.snapshot.to_string()))
}

#[derive(Default)]
struct Loading {
    index: Indexing,
    snapshot: Snapshot,
    files: u32,
    refused: u64,
}

impl Loading {
    fn add(&mut self, record: &Record, locator: Locator) {
        self.snapshot.note(record);
        self.index.add(record, locator);
    }
}

/// Records on their way into an index, with what their sources cover.
#[derive(Default)]
pub(super) struct Indexing {
    builder: Builder,
    coverage: Coverages,
}

impl Indexing {
    pub(super) fn add(&mut self, record: &Record, locator: Locator) {
        self.coverage.source(&record.source);
        self.coverage.record(record);
        self.builder.add(record, locator);
    }

    pub(super) fn covers(&mut self, source: &str, what: &str) {
        self.builder
            .covers(matcher::index::Coverage { source: Source(source.to_owned()), what: what.to_owned() });
    }

    pub(super) fn finish(mut self) -> anyhow::Result<Index<Vec<u8>>> {
        for declared in self.coverage.declared() {
            self.builder.covers(declared);
        }
        Ok(Index::open(self.builder.finish())?)
    }
}

/// How many records of which source, and the newest date of each.
#[derive(Default)]
struct Snapshot(BTreeMap<String, (u32, String)>);

impl Snapshot {
    fn note(&mut self, record: &Record) {
        if !self.0.contains_key(&record.source.0) {
            self.0.insert(record.source.0.clone(), (0, String::new()));
        }
        let Some((records, newest)) = self.0.get_mut(&record.source.0) else { return };
        *records += 1;
        let date = record.modified.as_deref().or(record.published.as_deref()).and_then(|date| date.get(..10));
        if let Some(date) = date
            && date > newest.as_str()
        {
            date.clone_into(newest);
        }
    }
}

impl std::fmt::Display for Snapshot {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (source, (records, newest))) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { " " };
            write!(out, "{comma}{source}:{records}@{newest}")?;
        }
        Ok(())
    }
}
