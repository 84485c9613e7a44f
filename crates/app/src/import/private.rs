//! Private records: one's own flaws and what was learned under embargo. They enter the corpus of their label and leave it by
//! being withdrawn, which is a record as well: what was known, and until when, stays provable. Not here: reading and merging,
//! which are those of every import.

use std::fs;

use domain::{audience::Audience, person::Permission};
use serde_json::json;

use super::{ImportReport, ImportRequest, Told, import_into};
use crate::{App, AppError, Viewer, label};

/// What the name of every private source begins with.
pub(crate) const SOURCE: &str = "private:";

/// Takes files into the private corpus of a label, whatever their content and place say of a source.
pub fn import_private(
    app: &App,
    viewer: &Viewer,
    label: &str,
    request: &ImportRequest,
    told: Told<'_>,
) -> Result<ImportReport, AppError> {
    viewer.require(Permission::RunWatch)?;
    let audience = labelled(viewer, label)?;
    let source = Some(format!("{SOURCE}{}", audience.0));
    let request = ImportRequest { paths: request.paths.clone(), source };
    import_into(app, viewer, &audience, &request, told)
}

/// Withdraws a private record by any name of its flaw, as its publisher would. What hangs on it stays: the next sweep closes
/// its verdicts, the case remains and explains itself.
pub fn withdraw(app: &App, viewer: &Viewer, label: &str, name: &str) -> Result<ImportReport, AppError> {
    viewer.require(Permission::RunWatch)?;
    let audience = labelled(viewer, label)?;
    let missing = || AppError::not_found("private record", name.trim());
    let corpus = app.private_corpus(&audience)?.ok_or_else(missing)?;
    let group = corpus.index.find(name.trim()).and_then(|id| corpus.index.group(id)).ok_or_else(missing)?;
    let now = app.now();
    let live: Vec<_> = group.records.iter().filter(|record| !record.withdrawn).collect();
    if live.is_empty() {
        return Err(AppError::Conflict(format!(
            "every private record of {} is withdrawn already",
            group.name
        )));
    }
    let documents: Vec<serde_json::Value> = live
        .into_iter()
        .map(|record| {
            // Of two copies the newer stays, so this one is never older than the one it takes the place of.
            let own = record.modified.and_then(|text| text.parse().ok()).unwrap_or(now);
            let names: Vec<&str> = group.names.iter().copied().filter(|name| *name != record.id).collect();
            json!({
                "schema_version": "1.6.0", "id": record.id, "modified": now.max(own).to_string(),
                "withdrawn": now.to_string(),
                "aliases": names, "summary": group.summary,
            })
        })
        .collect();
    let folder = app.folder.join("run").join(format!("withdraw-{}", app.id()));
    fs::create_dir_all(&folder).map_err(|error| AppError::file("cannot make", &folder, error))?;
    let path = folder.join("withdrawn.json");
    let done = fs::write(&path, serde_json::Value::from(documents).to_string())
        .map_err(|error| AppError::file("cannot write", &path, error))
        .and_then(|()| {
            let request = ImportRequest { paths: vec![path.clone()], source: None };
            import_private(app, viewer, label, &request, &|_| {})
        });
    // It lies in a pack now; when it does not, the first error is the one to tell.
    let _ = fs::remove_dir_all(&folder);
    done
}

fn labelled(viewer: &Viewer, label: &str) -> Result<Audience, AppError> {
    let audience = label::read(label)?;
    if !viewer.may_label(&audience) {
        let message = format!("you are not on the need-to-know list `{label}`");
        return Err(AppError::invalid("audience", message));
    }
    Ok(audience)
}
