//! The house rules that no compiler knows. Each rule names the file and the mend.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

/// Longest file, tests not counted.
const MAX_LINES: usize = 700;
/// Arrows of the house: a room may name only these rooms.
const ARROWS: &[(&str, &[&str])] = &[
    ("component", &[]),
    ("sbom", &["component"]),
    ("matcher", &["component"]),
    ("feeds", &["matcher", "component"]),
    ("domain", &["component"]),
    ("store", &["domain"]),
    ("documents", &["domain"]),
    ("app", &["component", "sbom", "matcher", "feeds", "domain", "store", "documents"]),
    ("web", &["app", "domain"]),
    ("aftercare", &["web", "app", "store", "domain"]),
];
/// Words that never stand in SQL's place outside `store`.
const SQL: &[&str] = &["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "];

/// Checks every rule and prints all findings.
pub(crate) fn run() -> anyhow::Result<()> {
    let root = crate::root();
    let mut findings = Vec::new();
    let mut unsafe_expectations = 0;
    let mut files = Vec::new();
    for folder in ["crates", "testkit", "vectors", "xtask"] {
        rust_files(&root.join(folder), &mut files)?;
    }
    for path in &files {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        let name = path.strip_prefix(&root).unwrap_or(path).display().to_string();
        let production = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or(&text);
        let is_test = name.contains("/tests/") || name.contains("/examples/");
        let lines = production.lines().count();
        if lines > MAX_LINES && !is_test {
            findings.push(format!(
                "{name}: {lines} lines, at most {MAX_LINES}: is it still one noun or one verb?"
            ));
        }
        if !text.trim_start().starts_with("//!") && !name.ends_with("build.rs") && !is_test {
            findings.push(format!("{name}: begins without `//!` saying what it owns"));
        }
        if production.contains(concat!("#[", "allow(")) {
            findings.push(format!("{name}: `allow` hides for ever; use #[expect(.., reason)]"));
        }
        unsafe_expectations += production.matches(concat!("#[expect(", "unsafe_code")).count();
        if !name.starts_with("crates/store/") && !name.starts_with("xtask/") && !is_test {
            for line in production.lines().filter(|line| !line.trim_start().starts_with("//")) {
                if SQL.iter().any(|word| line.contains(&format!("\"{word}"))) {
                    findings.push(format!("{name}: SQL lives in store only: {}", line.trim()));
                }
            }
        }
    }
    record_deletes(&root, &files, &mut findings)?;
    for path in files.iter().filter(|path| path.starts_with(root.join("crates/web/src"))) {
        if fs::read_to_string(path)?.contains(".store.") {
            findings.push(format!("{}: pages ask app, which authorises; never the store", path.display()));
        }
    }
    if unsafe_expectations > 1 {
        findings.push(format!("{unsafe_expectations} places allow unsafe code; only store/mapped.rs may"));
    }
    arrows(&root, &mut findings)?;
    module_circles(&root, &files, &mut findings)?;
    code_map(&root, &mut findings)?;
    for folder in files.iter().filter_map(|path| path.file_stem()) {
        if ["common", "utils", "util", "helpers", "types", "misc"].iter().any(|word| folder == *word) {
            findings.push(format!("{}: says nothing about what it holds", folder.to_string_lossy()));
        }
    }
    if findings.is_empty() {
        eprintln!("── tidy: {} files", files.len());
        return Ok(());
    }
    for finding in &findings {
        eprintln!("tidy: {finding}");
    }
    bail!("{} findings", findings.len())
}

/// Rows of the record are destroyed in one place; caches and operations may be emptied anywhere.
fn record_deletes(root: &Path, files: &[PathBuf], findings: &mut Vec<String>) -> anyhow::Result<()> {
    const DELETE: &str = concat!("DELETE ", "FROM ");
    let store = root.join("crates/store/src");
    let mut places = Vec::new();
    for path in files.iter().filter(|path| path.starts_with(&store)) {
        for after in fs::read_to_string(path)?.split(DELETE).skip(1) {
            if !after.starts_with("cache_") && !after.starts_with("ops_") {
                places.push(path.strip_prefix(root).unwrap_or(path).display().to_string());
            }
        }
    }
    if places != ["crates/store/src/purge.rs"] {
        findings
            .push(format!("the record has one DELETE, in crates/store/src/purge.rs; found in {places:?}"));
    }
    Ok(())
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                rust_files(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// Dependencies between rooms run downward only.
fn arrows(root: &Path, findings: &mut Vec<String>) -> anyhow::Result<()> {
    for (room, allowed) in ARROWS {
        let manifest = fs::read_to_string(root.join("crates").join(room).join("Cargo.toml"))?;
        let dependencies = manifest.split("[dev-dependencies]").next().unwrap_or(&manifest);
        for (other, _) in ARROWS {
            let named = dependencies.lines().any(|line| line.starts_with(&format!("{other}.workspace")));
            if named && !allowed.contains(other) {
                findings.push(format!("crates/{room}/Cargo.toml: {room} must not know {other}"));
            }
        }
    }
    Ok(())
}

/// No circle between the modules of a room, read from `use crate::…` lines.
fn module_circles(root: &Path, files: &[PathBuf], findings: &mut Vec<String>) -> anyhow::Result<()> {
    for (room, _) in ARROWS {
        let source = root.join("crates").join(room).join("src");
        let mut uses: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for path in files.iter().filter(|path| path.starts_with(&source)) {
            let module = top_module(path, &source);
            if module == "lib" || module == "main" {
                continue;
            }
            let text = fs::read_to_string(path)?;
            let production = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or(&text);
            let code: Vec<&str> =
                production.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            for part in code.join("\n").split("crate::").skip(1) {
                for other in names_after(part) {
                    if other != module {
                        uses.entry(module.clone()).or_default().push(other);
                    }
                }
            }
        }
        let modules: Vec<String> = uses.keys().cloned().collect();
        for module in &modules {
            if let Some(path) = circle(module, &uses) {
                findings.push(format!("crates/{room}: circle between modules: {}", path.join(" → ")));
                break;
            }
        }
    }
    Ok(())
}

fn top_module(path: &Path, source: &Path) -> String {
    let first = path.strip_prefix(source).unwrap_or(path).components().next();
    let name = first.map(|part| part.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    name.trim_end_matches(".rs").to_owned()
}

/// `a::b` gives `a`; `{a::b, c}` gives `a` and `c`.
fn names_after(part: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim()
            .chars()
            .take_while(|c| c.is_ascii_lowercase() || *c == '_' || c.is_ascii_digit())
            .collect()
    };
    let Some(list) = part.strip_prefix('{') else {
        return Some(word(part)).filter(|name| !name.is_empty()).into_iter().collect();
    };
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (position, character) in list.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(word(&list[start..position]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(word(&list[start..position]));
                start = position + 1;
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

fn circle(start: &str, uses: &BTreeMap<String, Vec<String>>) -> Option<Vec<String>> {
    let mut stack = vec![vec![start.to_owned()]];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(path) = stack.pop() {
        let last = path.last()?;
        for next in uses.get(last).into_iter().flatten() {
            if next == start {
                let mut found = path.clone();
                found.push(start.to_owned());
                return Some(found);
            }
            if uses.contains_key(next) && seen.insert(next.clone()) {
                let mut longer = path.clone();
                longer.push(next.clone());
                stack.push(longer);
            }
        }
    }
    None
}

/// ARCHITECTURE.md names every room, and no room that does not exist.
fn code_map(root: &Path, findings: &mut Vec<String>) -> anyhow::Result<()> {
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).context("ARCHITECTURE.md")?;
    for (room, _) in ARROWS {
        if !text.contains(&format!("crates/{room}")) {
            findings.push(format!("ARCHITECTURE.md: the code map does not name crates/{room}"));
        }
    }
    for word in text.split("crates/").skip(1) {
        let path: String =
            word.chars().take_while(|c| c.is_ascii_alphanumeric() || "_/.-".contains(*c)).collect();
        let path = path.trim_end_matches(['.', '/', '-']);
        if !root.join("crates").join(path).exists() {
            findings.push(format!("ARCHITECTURE.md: crates/{path} does not exist"));
        }
    }
    Ok(())
}
