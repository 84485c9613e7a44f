//! Holds the built-in intelligence against the public records of the test corpus: what a record there says, the pack may not
//! contradict. Says which rows have no record to be held against. Needs `AFTERCARE_CORPUS`, and passes without it.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use ::feeds::{Item, Options, Parsed};

use super::{facts::Facts, feeds};

/// Rows whose record is in no bulk source of the corpus; each was read in a public copy of its source (GitHub's advisory
/// database, the NVD's own JSON) before it was written down.
const NOT_IN_THE_CORPUS: usize = 30;

/// Where the corpus keeps what the pack was taken from.
const FOLDERS: [&str; 8] = [
    "nvd",
    "nvd-overrides",
    "cve5",
    "osv/Go",
    "osv/PyPI",
    "osv/GHSA-fixtures",
    "kev/known_exploited_vulnerabilities.json",
    "epss",
];

#[derive(Default)]
struct Read {
    /// Every copy of a record, by family of sources and id.
    records: BTreeMap<(&'static str, String), Vec<Parsed>>,
    /// Id, date of entry, due date, ransomware.
    exploited: BTreeMap<String, String>,
    scores: BTreeMap<String, (u32, u32)>,
    days: BTreeSet<String>,
}

#[test]
fn no_public_record_contradicts_the_pack() {
    let Some(corpus) = corpus() else { return };
    let facts = Facts::read().unwrap();
    let ids: BTreeSet<&str> = facts.facts.iter().map(|fact| fact.id).collect();
    let folder = tempfile::tempdir().unwrap();
    let everything = feeds::Sources { kernel: true, scores: true, overrides: true };
    feeds::write(folder.path(), &feeds::render(&facts, "2026-11-17T08:10:00Z".parse().unwrap(), everything))
        .unwrap();
    let ours = read(&[folder.path().to_owned()], &ids);
    let theirs = read(&FOLDERS.map(|name| corpus.join("feeds").join(name)), &ids);

    let (mut wrong, mut alone) = (Vec::new(), Vec::new());
    for ((family, id), copies) in &ours.records {
        let mine = &copies[0];
        let Some(found) = theirs.records.get(&(*family, id.clone())) else {
            alone.push(format!("{family} {id}"));
            continue;
        };
        // A record is in the corpus in the state of several days: the pack has to agree with one of them.
        let best = found.iter().map(|copy| differences(family, mine, copy)).min_by_key(Vec::len);
        wrong.extend(best.into_iter().flatten().map(|text| format!("{family} {id}: {text}")));
    }
    for (id, entry) in &ours.exploited {
        if theirs.exploited.get(id) != Some(entry) {
            wrong.push(format!("kev {id}: {entry}, the catalogue says {:?}", theirs.exploited.get(id)));
        }
    }
    for (id, score) in &ours.scores {
        if theirs.scores.get(id) != Some(score) {
            wrong
                .push(format!("epss {id}: {score:?}, the scores of the day say {:?}", theirs.scores.get(id)));
        }
    }
    for id in ids.iter().filter(|id| theirs.exploited.contains_key(**id)) {
        if !ours.exploited.contains_key(*id) {
            wrong.push(format!("kev {id}: known to be exploited, and the pack does not say so"));
        }
    }
    assert!(wrong.is_empty(), "{} contradictions:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(ours.days, theirs.days, "day of the scores");
    eprintln!("without a record in the corpus: {}", alone.join(", "));
    assert!(alone.len() <= NOT_IN_THE_CORPUS, "{} rows without a record: {alone:?}", alone.len());
}

/// What the pack says otherwise than a record, or beyond it. A row may say less: it names the products of the portfolio only.
fn differences(family: &str, ours: &Parsed, theirs: &Parsed) -> Vec<String> {
    let mut found = Vec::new();
    let (mine, public) = (&ours.record, &theirs.record);
    let mut moment = |name: &str, mine: &Option<String>, public: &Option<String>| {
        // The kernel's and OpenSSL's own records have no dates; Go's say year 1 until they are served.
        let stated = public.as_deref().filter(|moment| !moment.starts_with("0001"));
        let minute = |moment: &str| moment.get(..16).map(str::to_owned);
        if stated.is_some() && mine.as_deref().and_then(minute) != stated.and_then(minute) {
            found.push(format!("{name} {mine:?}, not {stated:?}"));
        }
    };
    moment("published", &mine.published, &public.published);
    moment("modified", &mine.modified, &public.modified);
    for alias in mine.aliases.iter().filter(|alias| !public.aliases.contains(alias)) {
        found.push(format!("alias {alias}"));
    }
    for score in &mine.scores {
        if !public.scores.iter().any(|other| (&other.vector, other.tenths) == (&score.vector, score.tenths)) {
            found.push(format!("score {} {}, not {:?}", score.tenths, score.vector, public.scores));
        }
    }
    for weakness in mine.weaknesses.iter().filter(|weakness| !public.weaknesses.contains(weakness)) {
        found.push(format!("weakness {weakness}, not {:?}", public.weaknesses));
    }
    let raw = String::from_utf8_lossy(&theirs.raw);
    for statement in &mine.statements {
        for span in &statement.spans {
            if family == "cve" {
                // Branches are written in many ways in CVE records: each version named has to be one of the record's.
                for version in [format!("{:?}", span.lower), format!("{:?}", span.upper)] {
                    let Some(version) = version.split('"').nth(1) else { continue };
                    let branch = version.rsplit_once('.').and_then(|(series, last)| {
                        Some(format!("{series}.{}.*", last.parse::<u32>().ok()?.checked_sub(1)?))
                    });
                    let named = |text: &str| raw.contains(&format!("\"{text}\""));
                    if version != "0" && !named(version) && !branch.is_some_and(|branch| named(&branch)) {
                        found.push(format!("{} {span:?}: the record has no {version}", statement.key.0));
                    }
                }
            } else if !public.statements.iter().any(|other| {
                other.key == statement.key
                    && other
                        .spans
                        .iter()
                        .any(|theirs| theirs.lower == span.lower && theirs.upper == span.upper)
            }) {
                found.push(format!("{} {span:?}", statement.key.0));
            }
        }
    }
    found
}

fn read(paths: &[PathBuf], ids: &BTreeSet<&str>) -> Read {
    let mut read = Read::default();
    for input in ::feeds::discover(paths).unwrap() {
        ::feeds::read(&input, &Options::default(), &mut |item| {
            match item {
                Item::Record(parsed) if ids.contains(parsed.record.id.as_str()) => {
                    let key = (family(&parsed.record.source.0), parsed.record.id.clone());
                    read.records.entry(key).or_default().push(*parsed);
                }
                Item::Record(_) => {}
                Item::Kev { entries, .. } => read.exploited.extend(entries.into_iter().map(|entry| {
                    (entry.id, format!("{} {:?} {}", entry.added, entry.due, entry.ransomware))
                })),
                Item::Epss { date, scores, .. } => {
                    read.days.insert(date);
                    let rows = scores.into_iter();
                    read.scores.extend(rows.map(|row| (row.id, (row.probability_ppm, row.percentile_ppm))));
                }
            }
            ControlFlow::Continue(())
        });
    }
    read
}

/// Sources whose records have one form.
fn family(source: &str) -> &'static str {
    match source {
        "nvd" => "nvd",
        "nvd-overrides" => "nvd-overrides",
        source if source.starts_with("osv:") => "osv",
        _ => "cve",
    }
}

fn corpus() -> Option<PathBuf> {
    let near = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let path = std::env::var_os("AFTERCARE_CORPUS").map_or_else(near, PathBuf::from);
    if path.join("feeds").is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no corpus at {} (set AFTERCARE_CORPUS)", path.display());
    None
}
