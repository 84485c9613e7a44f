//! Every document of the corpus is either read, with the expected number of components, or refused for the right
//! reason; and no damage to any of them makes the reader panic.
#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests, outside of test functions")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sbom::{Inventory, Issue, ReadError};

/// Documents whose count differs from the corpus column on purpose.
const DEVIATIONS: &[(&str, usize, &str)] = &[];

fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").exists())
        .expect("the workspace has a lock file");
    let folder = std::env::var_os("AFTERCARE_CORPUS")
        .map_or_else(|| root.join("../shared/corpus"), PathBuf::from)
        .join("sboms");
    if !folder.join("INVENTORY.csv").exists() {
        eprintln!("the corpus is absent ({}): nothing was tested", folder.display());
        return None;
    }
    Some(folder)
}

struct Row {
    path: String,
    format: String,
    components: usize,
}

fn rows(folder: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(folder.join("INVENTORY.csv")).expect("INVENTORY.csv is readable");
    // The columns read here stand before the first quoted one.
    let row = |line: &str| {
        let mut columns = line.split(',').map(str::to_owned);
        let (path, format) = (columns.next()?, columns.next()?);
        let components = columns.nth(2)?.parse().unwrap_or(0);
        Some(Row { path, format, components })
    };
    text.lines().skip(1).filter_map(row).collect()
}

fn bytes(folder: &Path, row: &Row) -> Vec<u8> {
    let bytes = std::fs::read(folder.join(&row.path)).unwrap_or_else(|error| panic!("{}: {error}", row.path));
    if row.path.ends_with(".zst") { zstd::decode_all(bytes.as_slice()).expect("zstd unpacks") } else { bytes }
}

/// Components in `metadata.component`, which the corpus column leaves out, less one that the list repeats.
fn described(bytes: &[u8]) -> usize {
    fn count(component: &serde_json::Value) -> usize {
        let nested = component["components"].as_array();
        1 + nested.map_or(0, |nested| nested.iter().map(count).sum())
    }
    fn repeats(component: &serde_json::Value, described: &serde_json::Value) -> bool {
        let same = component["bom-ref"] == described["bom-ref"] && component["name"] == described["name"];
        let nested = component["components"].as_array();
        same || nested.is_some_and(|nested| nested.iter().any(|component| repeats(component, described)))
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let Ok(document) = serde_json::from_slice::<serde_json::Value>(bytes) else { return 0 };
    let described = &document["metadata"]["component"];
    if !described.is_object() {
        return 0;
    }
    let listed = described["bom-ref"].is_string()
        && document["components"]
            .as_array()
            .is_some_and(|components| components.iter().any(|component| repeats(component, described)));
    count(described) - usize::from(listed)
}

fn check(row: &Row, bytes: &[u8], result: &Result<(Inventory, Vec<Issue>), ReadError>) -> Result<(), String> {
    let packed = row.path.ends_with(".bz2") || row.path.ends_with(".xz");
    let ours = matches!(row.format.as_str(), "CycloneDX JSON" | "SPDX JSON");
    match (row.format.as_str(), result) {
        (_, Err(ReadError::Packed { .. })) if packed => Ok(()),
        (_, Ok((inventory, issues))) if ours => {
            consistent(inventory, issues)?;
            let deviation = DEVIATIONS.iter().find(|(path, _, _)| *path == row.path);
            let expected = deviation.map_or(row.components + described(bytes), |(_, expected, _)| *expected);
            let found = inventory.components.len();
            if found == expected { Ok(()) } else { Err(format!("{found} components, expected {expected}")) }
        }
        ("CycloneDX JSON (broken)" | "JSON invalid", Err(ReadError::Json { .. })) => Ok(()),
        ("JSON array", Err(ReadError::Unknown { found: "a JSON list" })) => Ok(()),
        ("JSON other", Err(ReadError::Unknown { found: "a JSON object of another kind" })) => Ok(()),
        // Four with a damaged version in the CycloneDX namespace: still no other format.
        ("XML other", Err(ReadError::NotReadYet { format: "CycloneDX XML" })) => Ok(()),
        ("XML other", Err(ReadError::Unknown { found: "XML of another kind" })) => Ok(()),
        ("other", Err(ReadError::Unknown { found: "text of another kind" })) => Ok(()),
        ("SPDX spreadsheet", Err(ReadError::Packed { .. })) => Ok(()),
        ("SPDX JSON-LD", Err(ReadError::NotReadYet { format: "SPDX 3 JSON-LD" })) => Ok(()),
        ("in-toto/DSSE envelope", Err(ReadError::NotReadYet { format })) if format.starts_with("a") => Ok(()),
        (named, Err(ReadError::NotReadYet { format })) if *format == named => Ok(()),
        (named, Ok(_)) => Err(format!("{named} was read")),
        (named, Err(error)) => Err(format!("{named} was refused: {error}")),
    }
}

/// What holds for every inventory, whatever the document.
fn consistent(inventory: &Inventory, issues: &[Issue]) -> Result<(), String> {
    let count = inventory.components.len();
    for (index, component) in inventory.components.iter().enumerate() {
        let path = &component.path;
        let ends = path.is_empty() || path.last() == Some(&index);
        let steps = path.windows(2).all(|pair| inventory.components[pair[0]].depends_on.contains(&pair[1]));
        if !ends || !steps || component.depends_on.iter().any(|target| *target >= count) {
            return Err(format!(
                "component {index} has the path {path:?} and depends on {:?}",
                component.depends_on
            ));
        }
    }
    match issues
        .iter()
        .find(|issue| issue.text.is_empty() || !(issue.pointer.is_empty() || issue.pointer.starts_with('/')))
    {
        Some(issue) => Err(format!("an issue without text or with a wrong pointer: {issue:?}")),
        None => Ok(()),
    }
}

#[test]
fn every_document_is_read_or_refused_for_the_right_reason() {
    let Some(folder) = corpus() else { return };
    let (mut failures, mut read, mut refused) = (Vec::new(), 0, 0);
    let mut codes = BTreeMap::new();
    for row in rows(&folder) {
        let bytes = bytes(&folder, &row);
        let result = sbom::read(&bytes);
        match &result {
            Ok((_, issues)) => {
                read += 1;
                for issue in issues {
                    *codes.entry(issue.code).or_insert(0) += 1;
                }
            }
            Err(_) => refused += 1,
        }
        if let Err(reason) = check(&row, &bytes, &result) {
            failures.push(format!("{}: {reason}", row.path));
        }
    }
    println!("{read} read, {refused} refused; issues: {codes:?}");
    assert!(failures.is_empty(), "{} documents:\n{}", failures.len(), failures.join("\n"));
    assert!(read > 900, "the corpus holds about a thousand documents of our formats, only {read} were read");
}

#[test]
fn no_damage_makes_the_reader_panic() {
    let Some(folder) = corpus() else { return };
    let ours =
        |row: &Row| matches!(row.format.as_str(), "CycloneDX JSON" | "SPDX JSON") && row.components > 2;
    let documents: Vec<Vec<u8>> = rows(&folder)
        .iter()
        .filter(|row| ours(row))
        .step_by(17)
        .map(|row| bytes(&folder, row))
        .filter(|bytes| bytes.len() < 60_000)
        .take(24)
        .collect();
    assert!(documents.len() > 11);
    let mut seed = 0x5eed_u64;
    let mut random = move |below: usize| {
        // xorshift64: the same damage in every run.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below.max(1) as u64).unwrap_or(0)
    };
    let pieces: [&[u8]; 10] = [
        b"null",
        b"[",
        b"}",
        b"\"",
        b"\\ud800",
        b"\\u0000",
        b"1e999",
        b"{\"components\":[",
        b"\xff\xfe",
        b",",
    ];
    let mut read = 0;
    for document in &documents {
        for _ in 0..150 {
            let mut damaged = document.clone();
            for _ in 0..=random(3) {
                let at = random(damaged.len());
                match random(5) {
                    0 => damaged.truncate(at),
                    1 => damaged[at] = random(256) as u8,
                    2 => {
                        let end = (at + random(40)).min(damaged.len());
                        damaged.drain(at..end);
                    }
                    3 => drop(damaged.splice(at..at, pieces[random(pieces.len())].iter().copied())),
                    _ => damaged[at..].rotate_left(1),
                }
                if damaged.is_empty() {
                    break;
                }
            }
            if let Ok((inventory, issues)) = sbom::read(&damaged) {
                read += 1;
                consistent(&inventory, &issues).expect("what is read holds together");
            }
        }
    }
    assert!(read > 0, "some damaged documents are still read");
}
