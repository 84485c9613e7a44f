//! grype-matcher: cases of another matcher's tests with their records (`truth/grype-matcher`).
//!
//! Each case loads its fixture alone. Cases that we judge otherwise, or that lost what they rest on when they were taken
//! from the tests, are waived here by name; the reasons stand in docs/matching-quality.md.

use std::{collections::BTreeSet, path::Path};

use component::{cpe::Cpe, purl::Purl};
use matcher::{
    index::{Index, Locator},
    inventory::Item,
};
use serde_json::Value;

use super::{
    Tell,
    corpus::Indexing,
    found::{Found, names},
    row::{Row, Tally},
    truth::{encoded, inventory, lines, text, texts},
    vunnel,
};

const NVD: &str =
    "a distribution's package is never judged by NVD (P4): the case rests on grype's fallback to it";
const SYMBOLS: &str = "the case rests on the symbols of a binary, which the extraction lost; without them the module is in range";
const LABEL: &str = "the case rests on a module label of the package, which the extraction lost: its input is that of a case with the opposite answer";
const RANK: &str =
    "the ecosystem's own database and GitHub disagree; equal ranks that disagree stay in range and say so";

/// Test, case (or its beginning), why.
const WAIVED: [(&str, &str, &str); 11] = [
    ("TestMatcherApk_NvdMatchWhenSecdbHasNoCveEntry", "", NVD),
    ("TestMatcherApk_NvdFixDroppedWhenNoSecdbEntry", "", NVD),
    ("TestMatcherApk_NvdMatchBySourceIndirection", "", NVD),
    ("TestMatcherApk_RootIO", "rootio-", NVD),
    ("TestMatcherGolang_GoSymbols_GHSAMerge", "3rd-party binary", SYMBOLS),
    ("TestMatcherGolang_GoSymbols_GHSAMerge", "old aws-sdk-go", SYMBOLS),
    ("TestMatcherGolang_GoSymbols_GHSAMerge", "+incompatible binary", SYMBOLS),
    ("TestMatcherGolang_GoSymbols_GHSAMerge", "/vN module not using", SYMBOLS),
    ("TestMatcherGolang_GoSymbols_GHSAMerge", "current aws-sdk-go", RANK),
    ("TestAlmaLinuxMatching_ModularityMismatch", "", LABEL),
    ("TestMatcherRpm_ModularityLabelMismatchSkipsVuln", "", LABEL),
];

pub(super) fn measure(corpus: &Path, tell: &mut Tell) -> anyhow::Result<Vec<Row>> {
    let truth = corpus.join("truth/grype-matcher");
    let distributions: Value = serde_json::from_str(&std::fs::read_to_string(truth.join("distros.json"))?)?;
    let mut tally = Tally::default();
    let (mut passed, mut failed, mut waived) = (0_u32, 0_u32, 0_u32);
    for (number, case) in lines(&truth.join("expectations.jsonl"))?.iter().enumerate() {
        let (test, title) = (text(case, "/test"), text(case, "/case"));
        if let Some((.., why)) = WAIVED.iter().find(|(of, start, _)| *of == test && title.starts_with(start))
        {
            waived += 1;
            tell.say(|| format!("grype-matcher waived {number} {test} {title}: {why}"));
            continue;
        }
        let (one, missed, wrong) = run(&truth, case, &distributions)?;
        tally.add(&one);
        if missed.is_empty() && wrong.is_empty() {
            passed += 1;
        } else {
            failed += 1;
            tell.say(|| format!("grype-matcher {number} {test} {title}: missed {missed:?}, wrong {wrong:?}"));
        }
    }
    let row = tally.row("grype-matcher", "corpus 2026-11-21");
    Ok(vec![row.with("passed", passed).with("failed", failed).with("waived", waived)])
}

/// One case: what was expected and not found, and what was found and not expected.
fn run(
    truth: &Path,
    case: &Value,
    distributions: &Value,
) -> anyhow::Result<(Tally, Vec<String>, Vec<String>)> {
    let selected: Vec<String> = texts(case, "/select_only")
        .iter()
        .map(|name| name.to_lowercase())
        .filter(|name| !name.is_empty())
        .collect();
    let mut indexing = Indexing::default();
    for (ordinal, record) in (0..).zip(vunnel::records(&truth.join(text(case, "/fixture")), &selected)?) {
        indexing.add(&record, Locator { pack: 0, ordinal });
    }
    indexing.covers("test", "cpe:");
    let index = indexing.finish()?;
    let found = Found::of(&index, &inventory(vec![item(&case["package"], distributions)?]));
    let in_range = found.in_range(0);
    let expected = texts(case, "/expect_match");
    let mut tally = Tally { labels: 1, ..Tally::default() };
    let (mut missed, mut wrong) = (Vec::new(), Vec::new());
    let mut explained: BTreeSet<u32> = BTreeSet::new();
    for name in expected {
        let groups: Vec<u32> =
            index.find_all(&name).into_iter().filter(|group| in_range.contains(group)).collect();
        if groups.is_empty() {
            tally.missed += 1;
            missed.push(name);
        } else {
            tally.true_found += 1;
            explained.extend(groups);
        }
    }
    // One erratum speaks of several flaws: the others that it names are no error when one of them is expected.
    let said: BTreeSet<String> = explained.iter().flat_map(|group| records(&index, *group)).collect();
    for group in in_range.iter().filter(|group| !explained.contains(group)) {
        if records(&index, *group).iter().all(|record| !said.contains(record)) {
            tally.false_found += 1;
            wrong.push(names(&index, *group).join(" "));
        }
    }
    Ok((tally, missed, wrong))
}

/// Ids of a group's records.
fn records(index: &Index<Vec<u8>>, group: u32) -> Vec<String> {
    let records = index.group(group).map(|group| group.records).unwrap_or_default();
    records.iter().map(|record| record.id.to_owned()).collect()
}

/// The part of a case, as an SBOM would give it.
fn item(package: &Value, distributions: &Value) -> anyhow::Result<Item> {
    let (name, version) = (text(package, "/name"), text(package, "/version"));
    let modifiers: Vec<(&str, Vec<&str>)> = package["modifiers"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|modifier| {
            let mut words = modifier.as_array()?.iter().filter_map(Value::as_str);
            Some((words.next()?, words.collect()))
        })
        .collect();
    let argument = |name: &str| {
        let (_, words) = modifiers.iter().find(|(of, _)| *of == name)?;
        words.first().copied()
    };
    let quoted =
        |text: &str| -> Vec<String> { text.split('"').skip(1).step_by(2).map(str::to_owned).collect() };
    let (id, release) = argument("WithDistro")
        .map_or((String::new(), String::new()), |named| distribution(named, distributions));
    let mut qualifiers = Vec::new();
    if !id.is_empty() {
        let dash = if release.is_empty() { "" } else { "-" };
        qualifiers.push(format!("distro={id}{dash}{}", encoded(&release)));
    }
    if let Some(architecture) = argument("WithArchitecture") {
        qualifiers.push(format!("arch={}", quoted(architecture).join("")));
    }
    if let Some(metadata) = argument("WithMetadata")
        && let Some((_, rest)) = metadata.split_once("intPtr(")
    {
        qualifiers.push(format!("epoch={}", rest.trim_end_matches([')', '}'])));
    }
    let ty = match text(package, "/type") {
        "ApkPkg" => "apk",
        "DebPkg" => "deb",
        "RpmPkg" => "rpm",
        "GoModulePkg" => "golang",
        "NpmPkg" => "npm",
        "PythonPkg" => "pypi",
        "GemPkg" => "gem",
        "JavaPkg" => "maven",
        _ => "generic",
    };
    let namespace = if id.is_empty() { String::new() } else { format!("{id}/") };
    let mut purl = format!("pkg:{ty}/{namespace}{}@{}", encoded(name), encoded(version));
    for (at, qualifier) in qualifiers.iter().enumerate() {
        purl.push(if at == 0 { '?' } else { '&' });
        purl.push_str(qualifier);
    }
    let source = argument("WithUpstream").map(quoted).and_then(|words| {
        let version = words.get(1).filter(|version| !version.is_empty()).cloned();
        Some((words.first()?.clone(), version))
    });
    let cpes = argument("WithCPE").map(quoted).unwrap_or_default();
    Ok(Item {
        name: name.to_owned(),
        version: Some(version.to_owned()),
        purl: Some(Purl::parse(&purl)?),
        cpes: cpes.iter().filter_map(|cpe| Cpe::parse(cpe).ok()).collect(),
        source_package: source,
        ..Item::default()
    })
}

/// Id and release of a distribution as the tests name it.
fn distribution(named: &str, distributions: &Value) -> (String, String) {
    let quoted = |text: &str| text.split('"').nth(1).unwrap_or_default().to_owned();
    if named.starts_with("newEUSDistro") {
        return ("rhel".to_owned(), format!("{}+eus", quoted(named)));
    }
    if named.starts_with("newESMDistro") {
        return ("ubuntu".to_owned(), format!("{}+esm", quoted(named)));
    }
    let short = named.trim_start_matches("dbtest.");
    let long = distributions[short].as_str().unwrap_or_else(|| named.trim_start_matches("distro.New("));
    let id = long.split(',').next().unwrap_or_default().trim_start_matches("distro.").to_lowercase();
    let id = match id.as_str() {
        "redhat" => "rhel",
        "oraclelinux" => "ol",
        "amazonlinux" => "amzn",
        other => other,
    };
    (id.to_owned(), quoted(long))
}
