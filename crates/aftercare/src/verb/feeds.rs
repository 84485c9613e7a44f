//! `aftercare feeds list | import | withdraw | status`.

use app::{
    import::{self, ImportReport, ImportRequest, Progress},
    watch,
};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::{
    answer::{self, Outcome, Table},
    cli::{Feeds, Format, Global},
    place,
};

/// Issues that a table shows; JSON has all that were kept.
const ISSUES_SHOWN: usize = 40;

/// Runs a verb of feeds.
pub(crate) fn run(global: &Global, command: Feeds) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    match command {
        Feeds::List => {
            let report = watch::watch(&place.app, &place.viewer, place.as_of)?;
            let mut table = Table::new(&["Source", "Records"]);
            let mut rows = Vec::new();
            for source in &report.sources {
                table.row(vec![source.name.clone(), answer::count(source.records)]);
                rows.push(json!({ "source": source.name, "records": source.records }));
            }
            let closing = answer::some(report.sources.len() as i128, "source", "sources");
            answer::print(global.format, &json!({ "sources": rows }), &table, &closing)?;
            Ok(Outcome::Done)
        }
        Feeds::Status => {
            let report = watch::watch(&place.app, &place.viewer, place.as_of)?;
            let mut table = Table::new(&["Source", "Records", "Newest", "Refused", "State", "Taken in"]);
            for source in &report.sources {
                table.row(vec![
                    source.name.clone(),
                    answer::count(source.records),
                    source.newest.clone().unwrap_or_default(),
                    answer::count(source.refused),
                    source.state.to_owned(),
                    source.imported_at.clone(),
                ]);
            }
            let closing = match &report.snapshot {
                None => "No intelligence has been taken in yet: aftercare feeds import PATH…".to_owned(),
                Some(snapshot) => format!(
                    "Snapshot {} of {}: {}.",
                    snapshot.id,
                    snapshot.imported_at,
                    answer::some(snapshot.records, "record", "records")
                ),
            };
            answer::print(global.format, &serde_json::to_value(&report)?, &table, &closing)?;
            Ok(Outcome::Done)
        }
        Feeds::Withdraw { vulnerability, audience } => {
            let report = import::withdraw(&place.app, &place.viewer, &audience, &vulnerability)?;
            tell(global.format, &report)?;
            eprintln!("Now sweep, so that its verdicts are closed: aftercare sweep");
            Ok(Outcome::Done)
        }
        Feeds::Import { paths, source, audience, strict } => {
            // Hidden by itself when stderr is no terminal.
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {bytes}/{total_bytes}") {
                bar.set_style(style);
            }
            let told = |progress: Progress| {
                bar.set_length(progress.bytes);
                bar.set_position(progress.bytes_done);
                bar.set_message(format!(
                    "{} {}",
                    progress.phase,
                    answer::some(progress.records, "record", "records")
                ));
            };
            let request = ImportRequest { paths, source };
            let report = match &audience {
                None => import::import(&place.app, &place.viewer, &request, &told),
                Some(label) => import::import_private(&place.app, &place.viewer, label, &request, &told),
            };
            bar.finish_and_clear();
            let report = report?;
            tell(global.format, &report)?;
            super::person::warn(&place)?;
            let is_no = took_nothing(&report) || strict && !report.is_clean();
            Ok(if is_no { Outcome::No } else { Outcome::Done })
        }
    }
}

/// Nothing is in the corpus now that these files could have brought.
fn took_nothing(report: &ImportReport) -> bool {
    report.files_known == 0 && report.sources.values().all(|source| source.read == 0)
}

fn tell(format: Format, report: &ImportReport) -> anyhow::Result<()> {
    let mut table = Table::new(&[
        "Source",
        "Files",
        "Read",
        "New",
        "Changed",
        "Unchanged",
        "Superseded",
        "Refused",
        "Not read",
    ]);
    for source in report.sources.values() {
        let numbers = [
            source.files,
            source.read,
            source.new,
            source.changed,
            source.unchanged,
            source.superseded,
            source.refused,
            source.not_read,
        ];
        let mut cells = vec![source.source.clone()];
        cells.extend(numbers.into_iter().map(answer::count));
        table.row(cells);
    }
    let mut closing: String = report
        .issues
        .iter()
        .take(ISSUES_SHOWN)
        .map(|issue| {
            let record = issue.record.as_deref().unwrap_or_default();
            let word = if issue.refused { "refused" } else { "noted" };
            format!("{word}: {} {record} {}: {}\n", issue.location, issue.code, issue.text)
        })
        .collect();
    let shown = report.issues.len().min(ISSUES_SHOWN) as u64;
    if report.issues_total > shown {
        closing.push_str(&format!("{} more issues\n", answer::count(report.issues_total - shown)));
    }
    if took_nothing(report) {
        closing.push_str("Nothing was taken in: no record in these files could be read.\n");
    } else if report.did_nothing() {
        closing.push_str("Nothing new: every file was taken in before.\n");
    }
    closing.push_str(&format!(
        "{}, {} known already. Snapshot {}.",
        answer::some(report.files, "file", "files"),
        answer::count(report.files_known),
        report.snapshot
    ));
    answer::print(format, &serde_json::to_value(report)?, &table, &closing)
}
