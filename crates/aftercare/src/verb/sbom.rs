//! `aftercare sbom`: attaching, scoring, comparing and writing SBOMs.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    path::Path,
};

use app::{AppError, inventory};
use serde_json::json;

use crate::{
    answer::{self, Outcome, Table},
    cli::{Global, Sbom},
    place,
};

/// Largest file that is read; what is inside has bounds of its own.
const LARGEST: u64 = 512 * 1024 * 1024;

/// Runs a verb of SBOMs.
pub(crate) fn run(global: &Global, command: Sbom) -> anyhow::Result<Outcome> {
    match command {
        Sbom::Add { file, release } => add(global, &file, &release),
        Sbom::Score { file } => score(global, &file),
        Sbom::Diff { before, after } => difference(global, &before, &after),
        Sbom::Export { release, to, output } => export(global, &release, &to, output.as_deref()),
    }
}

fn add(global: &Global, file: &Path, release: &str) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let bytes = read(file)?;
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let reason = global.reason.as_deref().unwrap_or("attached at the console");
    let added = inventory::add(&place.app, &place.viewer, release, &name, &bytes, reason)?;
    let mut table = Table::new(&["Issue", "Where", "What"]);
    let mut issues = Vec::new();
    for issue in &added.issues {
        table.row(vec![issue.code.clone(), issue.pointer.clone(), issue.text.clone()]);
        issues.push(json!({ "code": issue.code, "pointer": issue.pointer, "text": issue.text }));
    }
    let what = if added.already_there { "is attached already" } else { "is attached" };
    let closing = format!(
        "{name} ({}) {what}: {}, {} without identity, {}.",
        added.format,
        answer::some(added.components, "component", "components"),
        answer::count(added.without_identity),
        answer::some(added.issue_count, "issue", "issues")
    );
    let answer = json!({
        "inventory": added.inventory, "release": added.release, "already_there": added.already_there,
        "replaced": added.replaced, "format": added.format, "components": added.components,
        "without_identity": added.without_identity, "distribution": added.distribution, "issues": issues,
        "issue_count": added.issue_count, "digest": added.digest, "sequence": added.sequence,
    });
    answer::print(global.format, &answer, &table, &closing)?;
    Ok(Outcome::Done)
}

fn score(global: &Global, file: &Path) -> anyhow::Result<Outcome> {
    let scores = inventory::score(&read(file)?)?;
    let mut table = Table::new(&["List", "Element", "State", "Count", "Source"]);
    let mut summary = Vec::new();
    for score in &scores {
        for element in &score.elements {
            let count = if element.per_component {
                format!("{} of {}", answer::count(element.present as i128), answer::count(element.of as i128))
            } else {
                String::new()
            };
            table.row(vec![
                score.profile.as_str().to_owned(),
                element.name.to_owned(),
                element.state.as_str().to_owned(),
                count,
                element.source.to_owned(),
            ]);
        }
        summary.push(format!("{} {} of {}", score.profile.as_str(), score.complete(), score.elements.len()));
    }
    let closing = format!("Elements there in full: {}.", summary.join(", "));
    answer::print(global.format, &json!({ "scores": scores }), &table, &closing)?;
    Ok(Outcome::Done)
}

fn difference(global: &Global, before: &str, after: &str) -> anyhow::Result<Outcome> {
    let report = inventory::difference(&document(global, before)?, &document(global, after)?)?;
    let mut table = Table::new(&["Component", "Change", "Before", "After"]);
    for line in &report.lines {
        let told = |side: &Option<inventory::DifferenceSide>| {
            side.as_ref().map(|side| told(side, &line.changes)).unwrap_or_default()
        };
        table.row(vec![line.name.clone(), line.changes.join(", "), told(&line.before), told(&line.after)]);
    }
    let closing = format!(
        "{} added, {} removed, {} changed.",
        answer::count(report.added as i128),
        answer::count(report.removed as i128),
        answer::count(report.changed as i128)
    );
    answer::print(global.format, &serde_json::to_value(&report)?, &table, &closing)?;
    Ok(Outcome::Done)
}

/// The version of a component and whatever else changed about it.
fn told(side: &inventory::DifferenceSide, changes: &[&str]) -> String {
    let mut told = vec![side.version.clone().unwrap_or_else(|| "no version".to_owned())];
    if changes.contains(&"identity") {
        told.extend(side.purl.clone());
        told.extend(side.cpes.iter().cloned());
    }
    if changes.contains(&"supplier") {
        told.push(side.supplier.clone().unwrap_or_else(|| "no supplier".to_owned()));
    }
    if changes.contains(&"license") {
        told.push(if side.licenses.is_empty() { "no licence".to_owned() } else { side.licenses.join(", ") });
    }
    told.join("; ")
}

/// A document that is named by its file or by the release to which it is attached.
fn document(global: &Global, name: &str) -> anyhow::Result<Vec<u8>> {
    let file = Path::new(name);
    if file.exists() || !name.contains('@') {
        return Ok(read(file)?);
    }
    let place = place::open(global)?;
    Ok(inventory::original(&place.app, &place.viewer, place.as_of, name)?.1)
}

fn export(global: &Global, release: &str, to: &str, output: Option<&Path>) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let text = inventory::exported(&place.app, &place.viewer, place.as_of, release, to)?;
    let Some(file) = output else {
        answer::raw(text.as_bytes())?;
        return Ok(Outcome::Done);
    };
    let failed = |error| AppError::file("cannot write", file, error);
    let mut new = File::create_new(file).map_err(failed)?;
    new.write_all(text.as_bytes()).and_then(|()| new.sync_all()).map_err(failed)?;
    let answer = json!({ "file": file, "release": release, "form": to, "bytes": text.len() });
    answer::say(global.format, &answer, &format!("{} written as {to}.", file.display()))?;
    Ok(Outcome::Done)
}

/// The bytes of an SBOM file.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, AppError> {
    let failed = |error| AppError::file("cannot read", file, error);
    // The length that the system tells is not asked: a pipe has none.
    let mut bytes = Vec::new();
    File::open(file).map_err(failed)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST {
        return Err(AppError::invalid(
            "sbom",
            format!("{} is larger than {} MiB, and no larger SBOM is read", file.display(), LARGEST >> 20),
        ));
    }
    Ok(bytes)
}

/// The same error with the file's name where the use case knows only that it is an SBOM.
pub(crate) fn named(file: &Path, error: AppError) -> AppError {
    let AppError::Invalid(mut fields) = error else { return error };
    for field in &mut fields {
        if field.field == "sbom" {
            field.field = file.display().to_string();
        }
    }
    AppError::Invalid(fields)
}
