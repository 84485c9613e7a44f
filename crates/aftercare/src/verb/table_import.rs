//! What a CSV import answers: the same for units and sites.

use std::{fs::File, io::ErrorKind};

use anyhow::bail;
use app::{
    AppError,
    table_import::{Mode, TableReport},
};

use crate::{
    answer::{self, Outcome, Table},
    cli::{Format, Import},
};

/// Opens the file of an import.
pub(crate) fn opened(import: &Import) -> Result<(File, Mode), AppError> {
    let failed = |error| AppError::file("cannot read", &import.file, error);
    let file = File::open(&import.file).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(failed(ErrorKind::IsADirectory.into()));
    }
    Ok((file, if import.preview { Mode::Preview } else { Mode::Commit }))
}

/// Prints the report; a table with a wrong row changed nothing and fails.
pub(crate) fn tell(format: Format, report: &TableReport, one: &str, many: &str) -> anyhow::Result<Outcome> {
    let json = serde_json::to_value(report)?;
    let mut closing = format!(
        "{} read: {} new, {} changed, {} unchanged.",
        answer::some(report.rows, "row", "rows"),
        answer::count(report.added),
        answer::count(report.changed),
        answer::count(report.unchanged)
    );
    if !report.unknown_columns.is_empty() {
        closing.push_str(&format!(" Columns not kept: {}.", report.unknown_columns.join(", ")));
    }
    if report.failed() {
        let mut table = Table::new(&["Line", "Column", "Value", "What is wrong"]);
        for error in &report.errors {
            table.row(vec![
                error.line.to_string(),
                error.column.clone(),
                error.value.clone(),
                error.message.clone(),
            ]);
        }
        answer::print(format, &json, &table, &closing)?;
        bail!(
            "nothing was imported: {} in the file; correct them and import it again",
            answer::some(report.error_count, "mistake", "mistakes")
        );
    }
    let mut table = Table::new(&["Line", "What", "Row"]);
    for row in &report.sample {
        table.row(vec![row.line.to_string(), row.outcome.to_owned(), row.text.clone()]);
    }
    let end = if report.written {
        format!(" The {many} are in the record.")
    } else {
        format!(" Nothing was written; no {one} was touched.")
    };
    closing.push_str(&end);
    answer::print(format, &json, &table, &closing)?;
    Ok(Outcome::Done)
}
