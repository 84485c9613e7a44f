//! osv-answers: what OSV.dev answered for package queries (`truth/osv-answers`).
//!
//! Recall is over ids whose record is loaded, precision over all queries whose ecosystem is loaded, the empty ones
//! included. What one tool's answer has and the other's has not for the same query is younger than one of the recordings:
//! such an id is no error where it was not answered. A query by commit asks for the history of a repository, which no feed holds: those are a row of their own.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use component::purl::Purl;
use matcher::{
    inventory::Item,
    record::{Record, Source},
};
use serde_json::Value;

use super::{
    Tell, corpus,
    found::{Found, names},
    row::{Row, Tally, round},
    truth::{encoded, inventory, lines, text, texts},
};

struct Query {
    purl: Option<String>,
    ecosystem: String,
    /// By every tool.
    required: BTreeSet<String>,
    /// By any tool.
    allowed: BTreeSet<String>,
}

pub(super) fn measure(corpus: &Path, tell: &mut Tell) -> anyhow::Result<Vec<Row>> {
    let truth = corpus.join("truth/osv-answers");
    let mut loaded: BTreeSet<String> = BTreeSet::new();
    let recorded = recorded(&truth.join("records"))?;
    let (index, snapshot) = corpus::load_with(&[corpus.join("feeds/osv")], recorded, &mut |record| {
        loaded.insert(record.id.clone());
    })?;
    let (mut all, mut commits) = (Tally::default(), Tally::default());
    let mut by_ecosystem: BTreeMap<String, Tally> = BTreeMap::new();
    let (mut pairs, mut present, mut not_covered) = (0_u32, 0_u32, 0_u32);
    let queries: Vec<Query> = lines(&truth.join("queries.jsonl"))?.iter().map(Query::of).collect();
    let disputed: BTreeSet<String> =
        queries.iter().flat_map(|query| query.allowed.difference(&query.required)).cloned().collect();
    for query in queries {
        let required: Vec<&String> = query.required.iter().filter(|id| loaded.contains(*id)).collect();
        pairs += query.required.len() as u32;
        present += required.len() as u32;
        let Some(purl) = &query.purl else {
            commits.labels += 1;
            commits.missed += required.len() as u32;
            continue;
        };
        let item = Item { purl: Some(Purl::parse(purl)?), ..Item::default() };
        let found = Found::of(&index, &inventory(vec![item]));
        if found.gap(0).is_some() && required.is_empty() {
            not_covered += 1;
            continue;
        }
        let mut tally = Tally { labels: 1, ..Tally::default() };
        for id in required {
            match found.state(0, id) {
                Some(matcher::verdict::State::InRange) => tally.true_found += 1,
                state => {
                    tally.missed += 1;
                    tally.indeterminate += u32::from(state.is_some());
                    tell.say(|| format!("osv-answers missed {purl} {id} {state:?}"));
                }
            }
        }
        for group in found.in_range(0) {
            let names = names(&index, group);
            if names.iter().any(|name| query.allowed.contains(name)) {
                continue;
            }
            // In one recording and not in the other for the same query: younger than one of them.
            if names.iter().any(|name| disputed.contains(name)) {
                tally.indeterminate += 1;
            } else {
                tally.false_found += 1;
                tell.say(|| format!("osv-answers found wrongly {purl} {}", names.join(" ")));
            }
        }
        by_ecosystem.entry(query.ecosystem).or_default().add(&tally);
        all.add(&tally);
    }
    let coverage = if pairs == 0 { 0.0 } else { round(f64::from(present) / f64::from(pairs)) };
    let mut rows = vec![
        all.row("osv-answers", &snapshot)
            .with("coverage", coverage)
            .with("queries_without_source", not_covered),
        commits.row("osv-answers:commit", ""),
    ];
    rows.extend(by_ecosystem.iter().map(|(name, tally)| tally.row(format!("osv-answers:{name}"), "")));
    Ok(rows)
}

/// The records that came with the answers. Their lists of versions are replaced by a count, so only ranges are left.
fn recorded(folder: &Path) -> anyhow::Result<Vec<Record>> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    paths.sort_by_key(std::fs::DirEntry::path);
    let mut records = Vec::new();
    for path in paths {
        let mut value: Value = serde_json::from_slice(&std::fs::read(path.path())?)?;
        for affected in value["affected"].as_array_mut().into_iter().flatten() {
            if affected["versions"].is_number() {
                affected["versions"] = Value::Null;
            }
        }
        let ecosystem = text(&value, "/affected/0/package/ecosystem");
        let source = Source(format!("osv:{}", if ecosystem.is_empty() { "unknown" } else { ecosystem }));
        let (record, _) = feeds::osv::parse_one(value.to_string().as_bytes(), &source)
            .map_err(|issue| anyhow::anyhow!("{}: {}", path.path().display(), issue.text))?;
        records.push(record);
    }
    Ok(records)
}

impl Query {
    fn of(value: &Value) -> Self {
        let answers = value["answers"].as_object();
        let lists: Vec<BTreeSet<String>> = answers
            .into_iter()
            .flat_map(|answers| answers.keys())
            .map(|tool| texts(value, &format!("/answers/{tool}")).into_iter().collect())
            .collect();
        let allowed: BTreeSet<String> = lists.iter().flatten().cloned().collect();
        let required =
            allowed.iter().filter(|id| lists.iter().all(|list| list.contains(*id))).cloned().collect();
        let ecosystem = text(value, "/query/package/ecosystem");
        let version = text(value, "/query/version");
        let given = text(value, "/query/package/purl");
        let purl = if given.is_empty() {
            purl(ecosystem, text(value, "/query/package/name"), version)
        } else if version.is_empty() || given.contains('@') {
            Some(given.to_owned())
        } else {
            Some(format!("{given}@{}", encoded(version)))
        };
        let base = ecosystem.split(':').next().unwrap_or_default().to_owned();
        Self { purl, ecosystem: base, required, allowed }
    }
}

/// The package URL a document would give for a package of an OSV ecosystem; none for a commit.
fn purl(ecosystem: &str, name: &str, version: &str) -> Option<String> {
    let (base, release) = ecosystem.split_once(':').unwrap_or((ecosystem, ""));
    let version = if version.is_empty() { String::new() } else { format!("@{}", encoded(version)) };
    let distribution = |ty: &str, id: &str| {
        let release = release.trim_start_matches('v').trim_end_matches(":LTS").replace("Leap ", "");
        let release = if release.is_empty() { String::new() } else { format!("?distro={id}-{release}") };
        Some(format!("pkg:{ty}/{id}/{}{version}{release}", encoded(name)))
    };
    let package = |ty: &str| Some(format!("pkg:{ty}/{}{version}", encoded(name)));
    match base {
        "" | "GIT" => None,
        "Alpine" => distribution("apk", "alpine"),
        "Debian" => distribution("deb", "debian"),
        "Ubuntu" => distribution("deb", "ubuntu"),
        "openSUSE" => distribution("rpm", "opensuse"),
        "AlmaLinux" => distribution("rpm", "almalinux"),
        "crates.io" => package("cargo"),
        "Go" => package("golang"),
        "Maven" => Some(format!("pkg:maven/{}{version}", encoded(&name.replacen(':', "/", 1)))),
        "Packagist" => package("composer"),
        "PyPI" => package("pypi"),
        "RubyGems" => package("gem"),
        "SwiftURL" => package("swift"),
        "OSS-Fuzz" => package("generic"),
        other => package(&other.to_lowercase()),
    }
}
