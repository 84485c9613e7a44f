//! `aftercare evidence add | list | withdraw`.

use std::{fs::File, io::Read as _, path::Path};

use app::{
    AppError,
    build_evidence::{self, Excluded, NewBuildEvidence},
};
use serde_json::json;

use crate::{
    answer::{self, Outcome, Table},
    cli::{Evidence, Global},
    place,
};

/// Bytes that are read: one more than the use case takes, which then says so.
const LARGEST: u64 = (64 << 20) + 1;
/// Excluded vulnerabilities that are printed; all are counted.
const PRINTED: usize = 40;

/// Runs a verb of build evidence.
pub(crate) fn run(global: &Global, command: Evidence) -> anyhow::Result<Outcome> {
    match command {
        Evidence::Add { file, release, kind, image, subject, audience } => {
            let file_name =
                file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            add(global, &file, NewBuildEvidence { release, kind, image, subject, audience, file_name })
        }
        Evidence::List { release } => list(global, release.as_deref()),
        Evidence::Withdraw { evidence } => withdraw(global, &evidence),
    }
}

fn add(global: &Global, file: &Path, new: NewBuildEvidence) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let failed = |error| AppError::file("cannot read", file, error);
    let mut bytes = Vec::new();
    File::open(file).map_err(failed)?.take(LARGEST).read_to_end(&mut bytes).map_err(failed)?;
    let reason = global.reason.as_deref().unwrap_or("attached at the console");
    let name = new.file_name.clone();
    let added = build_evidence::add(&place.app, &place.viewer, new, &bytes, reason)?;
    let mut table = Table::new(&["Issue", "Where", "What"]);
    for issue in &added.issues {
        table.row(vec![issue.code.clone(), issue.place.clone(), issue.text.clone()]);
    }
    let what = if added.already_there { "stands already" } else { "is attached" };
    let closing = format!(
        "{name} {what}: {}, {}. Verdicts follow with the next sweep.",
        answer::some(added.items, "item", "items"),
        answer::some(added.issues.len() as i64, "issue", "issues")
    );
    answer::print(global.format, &serde_json::to_value(&added)?, &table, &closing)?;
    Ok(Outcome::Done)
}

fn list(global: &Global, release: Option<&str>) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let lines = build_evidence::list(&place.app, &place.viewer, place.as_of, release)?;
    let mut table =
        Table::new(&["Evidence", "Release", "Kind", "Subject", "Items", "Issues", "Image", "File"]);
    for line in &lines {
        table.row(vec![
            line.id.clone(),
            line.release.clone(),
            line.kind.clone(),
            line.subject.clone().unwrap_or_default(),
            answer::count(line.items),
            answer::count(line.issues),
            line.image.get(..19).unwrap_or(&line.image).to_owned(),
            line.file_name.clone(),
        ]);
    }
    let excluded = match release {
        Some(release) => Some(build_evidence::excluded(&place.app, &place.viewer, place.as_of, release)?),
        None => None,
    };
    let mut closing = answer::listed(lines.len(), false, "file of build evidence", "files of build evidence");
    if let Some(excluded) = &excluded {
        tell(excluded, &mut closing);
    }
    answer::print(global.format, &json!({ "evidence": lines, "excluded": excluded }), &table, &closing)?;
    Ok(Outcome::Done)
}

/// What the evidence excludes, the ones to look at first.
fn tell(excluded: &Excluded, closing: &mut String) {
    closing.push_str(&format!(
        "\nExcluded by build: {}, of which {} to look at one by one.",
        answer::some(excluded.vulnerabilities as i64, "vulnerability", "vulnerabilities"),
        answer::count(excluded.one_by_one as i64)
    ));
    for line in excluded.lines.iter().take(PRINTED) {
        let why = line.one_by_one.map_or_else(String::new, |why| format!(": {why}"));
        closing.push_str(&format!("\n  {} ({}){why}", line.vulnerability, line.component));
    }
    if excluded.lines.len() > PRINTED {
        closing.push_str(&format!("\n  and {} more", excluded.lines.len() - PRINTED));
    }
}

fn withdraw(global: &Global, evidence: &str) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    let reason = global.reason.as_deref().unwrap_or_default();
    let line = build_evidence::withdraw(&place.app, &place.viewer, evidence, reason)?;
    let text = format!(
        "{} ({}) of {} is withdrawn. Verdicts follow with the next sweep.",
        line.file_name, line.kind, line.release
    );
    answer::say(global.format, &serde_json::to_value(&line)?, &text)?;
    Ok(Outcome::Done)
}
