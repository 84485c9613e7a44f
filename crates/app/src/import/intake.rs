//! Reading files on all cores with bounded memory: each batch of files, in path order, becomes its own packs, one a source.
//!
//! What is held of a record is its id, time and hash. A record whose content is known is not written again. The packs depend
//! on the files alone, never on how the threads were scheduled. Not here: which copy of a record stays (`merge`).

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    ops::ControlFlow,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread,
};

use feeds::{FileReport, Input, Item, Options, Parsed};
use matcher::segment;
use store::{
    corpus::CorpusFolder,
    pack::{PackWriter, content_hash},
};

use super::{
    Progress, Told,
    report::{ImportIssue, ImportReport, OTHER},
    scores::ScoreSet,
};
use crate::{AppError, password::hex};

/// A batch of small files is closed at this size or number, so that a folder of one-record files gives few packs.
const BATCH_BYTES: u64 = 8 << 20;
const BATCH_FILES: usize = 4_000;
/// A chunk of a segment.
pub(super) const CHUNK: usize = 512 * 1024;

/// The content hash of the copy of (source, id) that is there, if any.
pub(super) type Known<'a> = &'a (dyn Fn(&str, &str) -> Option<[u8; 16]> + Sync);

/// A file and the digest of its bytes.
#[derive(Clone, Debug)]
pub(super) struct Digested {
    pub(super) input: Input,
    pub(super) digest: String,
    pub(super) bytes: u64,
}

/// What was read of one batch.
pub(super) struct Taken {
    /// Finished packs: source and digest.
    pub(super) packs: Vec<(String, String, u64)>,
    /// Every record read, in order.
    pub(super) copies: Vec<Copy>,
    /// Their ids and times.
    text: String,
    pub(super) scores: Vec<ScoreSet>,
    /// One per file.
    pub(super) reports: Vec<FileReport>,
}

/// One copy of a record, its texts in the batch's flat buffer: hundreds of thousands are held, and small allocations on
/// the reading threads would pin the memory that reading leaves behind.
#[derive(Clone, Copy)]
pub(super) struct Copy {
    /// Position in the list of files.
    pub(super) file: u32,
    /// Pack of this batch: whose record it is.
    pub(super) pack: u32,
    /// Position in that pack; none when the content was known and so not written.
    pub(super) ordinal: Option<u32>,
    pub(super) hash: [u8; 16],
    text: u32,
    id: u32,
    modified: u32,
}

impl Taken {
    /// Id and modification time of a copy.
    pub(super) fn texts(&self, copy: &Copy) -> (&str, Option<&str>) {
        let text = self.text.get(copy.text as usize..).unwrap_or_default();
        let (id, rest) = text.split_at_checked(copy.id as usize).unwrap_or_default();
        (id, rest.get(..copy.modified as usize).filter(|modified| !modified.is_empty()))
    }
}

/// Digests every file; one that cannot be read is an issue.
pub(super) fn digest_all(inputs: &[Input], told: Told<'_>, report: &mut ImportReport) -> Vec<Digested> {
    let done = AtomicU64::new(0);
    let results: Vec<Result<Digested, ImportIssue>> = in_parallel(inputs.len(), |at| {
        let input = &inputs[at];
        let bytes = input.path.metadata().map_or(0, |metadata| metadata.len());
        let digest = feeds::digest(&input.path).map(|digest| hex(&digest));
        told(Progress {
            phase: "hashing",
            files_done: done.fetch_add(1, Ordering::Relaxed) + 1,
            files: inputs.len() as u64,
            ..Progress::default()
        });
        digest.map(|digest| Digested { input: input.clone(), digest, bytes }).map_err(|error| ImportIssue {
            location: input.path.display().to_string(),
            record: None,
            code: "unreadable".to_owned(),
            text: format!("cannot be read: {error}"),
            refused: true,
        })
    });
    report.files = inputs.len() as u64;
    let mut files = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(file) => files.push(file),
            Err(issue) => {
                report.source(OTHER).refused += 1;
                report.issue(issue);
            }
        }
    }
    files
}

/// Reads the files; batches in the order of the files.
pub(super) fn take_in(
    files: &[Digested],
    options: &Options,
    folder: &CorpusFolder,
    known: Known<'_>,
    told: Told<'_>,
) -> Result<Vec<Taken>, AppError> {
    let batches = batches(files);
    // Large ones first, so that the cores finish together.
    let mut order: Vec<usize> = (0..batches.len()).collect();
    let size =
        |batch: &std::ops::Range<usize>| files[batch.clone()].iter().map(|file| file.bytes).sum::<u64>();
    order.sort_by_key(|at| std::cmp::Reverse(size(&batches[*at])));
    let counters = Counters {
        files: files.len() as u64,
        bytes: files.iter().map(|file| file.bytes).sum(),
        ..Counters::default()
    };
    let stop = AtomicBool::new(false);
    let results = in_parallel(order.len(), |turn| {
        let at = order[turn];
        if stop.load(Ordering::Relaxed) {
            return (at, None);
        }
        let taken = Batch::read(at, batches[at].clone(), files, options, folder, known, &counters, told);
        if taken.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        (at, Some(taken))
    });
    let mut taken: Vec<(usize, Taken)> = Vec::with_capacity(results.len());
    for (at, result) in results {
        if let Some(result) = result {
            taken.push((at, result?));
        }
    }
    taken.sort_by_key(|(at, _)| *at);
    Ok(taken.into_iter().map(|(_, taken)| taken).collect())
}

#[derive(Default)]
struct Counters {
    files: u64,
    bytes: u64,
    files_done: AtomicU64,
    bytes_done: AtomicU64,
    records: AtomicU64,
}

impl Counters {
    fn tell(&self, told: Told<'_>) {
        told(Progress {
            phase: "reading",
            files_done: self.files_done.load(Ordering::Relaxed),
            files: self.files,
            bytes_done: self.bytes_done.load(Ordering::Relaxed),
            bytes: self.bytes,
            records: self.records.load(Ordering::Relaxed),
        });
    }
}

/// A batch that is read.
struct Batch<'a> {
    number: usize,
    folder: &'a CorpusFolder,
    known: Known<'a>,
    writers: BTreeMap<String, Writer>,
    copies: Vec<Copy>,
    text: String,
    scores: Vec<ScoreSet>,
}

struct Writer {
    /// Position in the order in which the sources were met.
    number: u32,
    pack: PackWriter,
    chunk: Vec<u8>,
    records: u32,
}

impl<'a> Batch<'a> {
    #[expect(clippy::too_many_arguments, reason = "one call, from one place")]
    fn read(
        number: usize,
        range: std::ops::Range<usize>,
        files: &[Digested],
        options: &Options,
        folder: &'a CorpusFolder,
        known: Known<'a>,
        counters: &Counters,
        told: Told<'_>,
    ) -> Result<Taken, AppError> {
        let mut batch = Self {
            number,
            folder,
            known,
            writers: BTreeMap::new(),
            copies: Vec::new(),
            text: String::new(),
            scores: Vec::new(),
        };
        let mut reports = Vec::with_capacity(range.len());
        for at in range {
            let file = u32::try_from(at).unwrap_or(u32::MAX);
            let mut failure = None;
            let mut records = 0_u32;
            let report = feeds::read(&files[at].input, options, &mut |item| {
                records += 1;
                if records.is_multiple_of(1_024) {
                    counters.records.fetch_add(1_024, Ordering::Relaxed);
                    counters.tell(told);
                }
                match batch.item(file, item) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => {
                        failure = Some(error);
                        ControlFlow::Break(())
                    }
                }
            });
            if let Some(error) = failure {
                return Err(error);
            }
            reports.push(report);
            counters.records.fetch_add(u64::from(records % 1_024), Ordering::Relaxed);
            counters.files_done.fetch_add(1, Ordering::Relaxed);
            counters.bytes_done.fetch_add(files[at].bytes, Ordering::Relaxed);
            counters.tell(told);
        }
        batch.finish(reports)
    }

    fn item(&mut self, file: u32, item: Item) -> Result<(), AppError> {
        match item {
            Item::Record(parsed) => self.record(file, *parsed),
            Item::Epss { date, scores, .. } => {
                let mut text = String::with_capacity(scores.len() * 32);
                for score in &scores {
                    // Writing to a String cannot fail.
                    let _ =
                        writeln!(text, "{}\t{}\t{}", score.id, score.probability_ppm, score.percentile_ppm);
                }
                self.scores.push(ScoreSet { source: "epss", version: date, file, text });
                Ok(())
            }
            Item::Kev { catalog_version, entries, .. } => {
                let mut text = String::new();
                for entry in &entries {
                    let _ = writeln!(
                        text,
                        "{}\t{}\t{}\t{}",
                        entry.id,
                        entry.added,
                        entry.due.as_deref().unwrap_or_default(),
                        u8::from(entry.ransomware)
                    );
                }
                self.scores.push(ScoreSet { source: "kev", version: catalog_version, file, text });
                Ok(())
            }
        }
    }

    fn record(&mut self, file: u32, parsed: Parsed) -> Result<(), AppError> {
        let Parsed { record, raw, .. } = parsed;
        let hash = content_hash(&raw);
        let modified = record.modified.as_deref();
        let name = record.source.0.as_str();
        if !self.writers.contains_key(name) {
            let number = u32::try_from(self.writers.len()).unwrap_or(u32::MAX);
            let pack = self.folder.begin_pack(&format!("{}-{number}", self.number))?;
            let writer = Writer { number, pack, chunk: Vec::new(), records: 0 };
            self.writers.insert(name.to_owned(), writer);
        }
        let Some(writer) = self.writers.get_mut(name) else { return Ok(()) };
        let mut ordinal = None;
        if (self.known)(name, &record.id) != Some(hash) {
            ordinal = Some(writer.records);
            writer.records += 1;
            segment::encode(&record, &mut writer.chunk);
            writer.pack.push(&record.id, modified, hash, &raw)?;
            if writer.chunk.len() >= CHUNK {
                writer.pack.push_chunk(&writer.chunk)?;
                writer.chunk.clear();
            }
        }
        let short = |length: usize| {
            u32::try_from(length).map_err(|_| AppError::Defect("a batch with 4 GiB of ids".to_owned()))
        };
        let text = short(self.text.len())?;
        self.text.push_str(&record.id);
        self.text.push_str(modified.unwrap_or_default());
        self.copies.push(Copy {
            file,
            pack: writer.number,
            ordinal,
            hash,
            text,
            id: short(record.id.len())?,
            modified: short(modified.unwrap_or_default().len())?,
        });
        Ok(())
    }

    fn finish(self, reports: Vec<FileReport>) -> Result<Taken, AppError> {
        let mut writers: Vec<(String, Writer)> = self.writers.into_iter().collect();
        writers.sort_by_key(|(_, writer)| writer.number);
        let mut packs = Vec::with_capacity(writers.len());
        for (source, mut writer) in writers {
            writer.pack.push_chunk(&writer.chunk)?;
            let digest = writer.pack.finish()?.map(|finished| finished.digest).unwrap_or_default();
            packs.push((source, digest, u64::from(writer.records)));
        }
        Ok(Taken { packs, copies: self.copies, text: self.text, scores: self.scores, reports })
    }
}

/// Consecutive small files together, a large one alone.
fn batches(files: &[Digested]) -> Vec<std::ops::Range<usize>> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, file) in files.iter().enumerate() {
        if at > start && (bytes + file.bytes > BATCH_BYTES || at - start >= BATCH_FILES) {
            batches.push(start..at);
            (start, bytes) = (at, 0);
        }
        bytes += file.bytes;
    }
    if start < files.len() {
        batches.push(start..files.len());
    }
    batches
}

/// Does `work` for `0..count` on all cores; the answers in order of the numbers.
pub(super) fn in_parallel<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let answers: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(count));
    let workers = thread::available_parallelism().map_or(2, usize::from).min(count);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        break;
                    }
                    let answer = work(at);
                    answers.lock().unwrap_or_else(PoisonError::into_inner).push((at, answer));
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
