//! `aftercare check SBOM`: stateless, no VEX status.

use std::path::Path;

use app::{
    AppError, Clock as _, SystemClock,
    check::{self, CheckReport, Finding},
    corpus::Corpus,
    import,
};
use domain::audience::Audience;

use super::{mapping, sbom};
use crate::{
    answer::{self, Outcome, Table},
    cli::{FailOn, Format, Global},
    place, renewing,
};

/// Checks one SBOM against the corpus of a workspace. The record is not opened: nothing is written and nobody is asked.
pub(crate) fn run(
    global: &Global,
    file: &Path,
    all: bool,
    fail_on: Option<FailOn>,
    mappings: Option<&Path>,
) -> anyhow::Result<Outcome> {
    let mappings = mapping::for_check(mappings)?;
    let corpus = corpus(global)?;
    let report = check::check(&corpus, &sbom::read(file)?, &mappings, all)
        .map_err(|error| sbom::named(file, error))?;
    match global.format {
        Format::Json => answer::document(&report)?,
        Format::Table => table(&report)?,
    }
    let fails = fail_on.is_some_and(|when| report.findings().any(|finding| is_no(when, &finding)));
    Ok(if fails { Outcome::No } else { Outcome::Done })
}

fn table(report: &CheckReport<'_>) -> anyhow::Result<()> {
    let mut table = Table::new(&["Component", "Version", "Vulnerability", "Verdict", "Class", "KEV", "Why"]);
    for finding in report.findings() {
        table.row(vec![
            finding.component.name.clone(),
            finding.component.version.clone().unwrap_or_default(),
            finding.vulnerability.to_owned(),
            finding.verdict.to_owned(),
            finding.class.unwrap_or_default().to_owned(),
            if finding.kev { "yes".to_owned() } else { String::new() },
            finding.text,
        ]);
    }
    let tally = report.components;
    let closing = format!(
        "{}. {}: {} assessed, {} undecided, {} not assessed.",
        answer::some(report.count() as i128, "finding", "findings"),
        answer::some(tally.total, "component", "components"),
        answer::count(tally.assessed),
        answer::count(tally.undecided),
        answer::count(tally.not_assessed)
    );
    answer::table(&table, &closing)
}

/// The corpus of the workspace, without its record. Only an index that has to be built anew is written.
pub(crate) fn corpus(global: &Global) -> anyhow::Result<Corpus> {
    let folder = place::folder(global);
    let (root, run) = (folder.join("corpus"), folder.join("run"));
    if let Some(corpus) =
        import::open(&root, &Audience::general(), &run, SystemClock.now(), &renewing::told())?
    {
        return Ok(corpus);
    }
    // No corpus: either there is no workspace, which says so itself, or nothing was taken in yet.
    place::read(&folder)?;
    Err(AppError::Missing {
        what: "there is no vulnerability intelligence in this workspace yet".to_owned(),
        hint: "Take some in first: aftercare feeds import PATH…".to_owned(),
    }
    .into())
}

fn is_no(when: FailOn, finding: &Finding<'_>) -> bool {
    let in_range = finding.verdict == "in_range";
    match when {
        FailOn::InRange => in_range,
        FailOn::Kev => in_range && finding.kev,
        FailOn::Undecided => in_range || finding.verdict == "undecided",
    }
}
