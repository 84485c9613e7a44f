//! `aftercare sbom add`.

use std::{fs::File, io::Read as _, path::Path};

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
    let Sbom::Add { file, release } = command;
    let place = place::open(global)?;
    let bytes = read(&file)?;
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let reason = global.reason.as_deref().unwrap_or("attached at the console");
    let added = inventory::add(&place.app, &place.viewer, &release, &name, &bytes, reason)?;
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
