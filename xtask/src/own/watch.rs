//! `aftercare check` on our own SBOM against the advisories of crates.io, as a user would run it: a workspace of its own,
//! the feed imported, the document checked. What is found needs a signed reason, and a reason needs a finding.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::{document, reason};

#[derive(Deserialize)]
struct Answer {
    findings: Vec<Finding>,
    components: Counts,
}

#[derive(Deserialize)]
struct Finding {
    component: Named,
    vulnerability: String,
    verdict: String,
    text: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    version: Option<String>,
    purl: Option<String>,
}

#[derive(Deserialize)]
struct Counts {
    total: usize,
    assessed: usize,
    not_assessed: usize,
}

/// The advisories of crates.io in the shared corpus, if it is there.
pub(super) fn advisories() -> Option<PathBuf> {
    Some(crate::corpus().join("feeds/osv/crates.io/all.zip")).filter(|path| path.is_file())
}

/// Fails on a finding without a reason, and on a reason without a finding.
pub(super) fn run() -> anyhow::Result<()> {
    let advisories = advisories().context("no advisories to watch against: set AFTERCARE_CORPUS")?;
    let reasons = reason::read()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("aftercare.cdx.json");
    std::fs::write(&file, document::write()?)?;
    let workspace = folder.path().join("workspace");
    aftercare(&["init".as_ref(), &workspace])?;
    aftercare(&["-w".as_ref(), &workspace, "feeds".as_ref(), "import".as_ref(), &advisories])?;
    let answer = aftercare(&["-w".as_ref(), &workspace, "check".as_ref(), &file])?;
    let answer: Answer = serde_json::from_slice(&answer).context("the answer of check")?;
    let mut failures = unanswered(&answer, &reasons);
    if answer.components.assessed == 0 {
        failures
            .push("nothing was assessed: the document or the feed is not read as it should be".to_owned());
    }
    for failure in &failures {
        eprintln!("{failure}");
    }
    if !failures.is_empty() {
        bail!(
            "{} of our own findings and reasons do not meet: see above and own-reasons.toml",
            failures.len()
        );
    }
    let Counts { total, assessed, not_assessed } = answer.components;
    eprintln!(
        "{total} components of our own: {assessed} assessed, {not_assessed} not by this feed; {} findings, each \
         with its reason",
        answer.findings.len()
    );
    Ok(())
}

fn unanswered(answer: &Answer, reasons: &[reason::Reason]) -> Vec<String> {
    let meets = |finding: &Finding, reason: &reason::Reason| {
        finding.vulnerability == reason.vulnerability
            && finding.component.purl.as_deref() == Some(&reason.component)
    };
    let bare = answer.findings.iter().filter(|finding| !reasons.iter().any(|reason| meets(finding, reason)));
    let bare = bare.map(|finding| {
        let Finding { component: Named { name, version, .. }, vulnerability, verdict, text } = finding;
        let version = version.as_deref().unwrap_or("of no stated version");
        format!("{name} {version}: {vulnerability} {verdict} without a signed reason: {text}")
    });
    let idle = reasons.iter().filter(|reason| !answer.findings.iter().any(|finding| meets(finding, reason)));
    let idle = idle.map(|reason| {
        format!("{} for {}: found no more, so its reason goes", reason.vulnerability, reason.component)
    });
    bare.chain(idle).collect()
}

/// Runs the binary of this workspace, without the settings of whoever runs us.
fn aftercare(arguments: &[&Path]) -> anyhow::Result<Vec<u8>> {
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--locked", "--package", "aftercare", "--", "--format", "json"]);
    command.args(arguments).current_dir(crate::root()).stderr(std::process::Stdio::inherit());
    for (name, _) in std::env::vars_os() {
        if name == "DATABASE_URL" || name.to_string_lossy().starts_with("AFTERCARE_") {
            command.env_remove(name);
        }
    }
    let output = command.output().context("cannot start cargo run")?;
    if !output.status.success() {
        bail!("aftercare {arguments:?} ended with {}", output.status);
    }
    Ok(output.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_without_a_reason_is_told() {
        let answer = r#"{"findings":[{"component":{"name":"x","version":"1.0.0","purl":"pkg:cargo/x@1.0.0"},
            "vulnerability":"RUSTSEC-2026-0000","verdict":"in_range","text":"1.0.0 is in range"}],
            "components":{"total":1,"assessed":1,"not_assessed":0}}"#;
        let answer: Answer = serde_json::from_str(answer).unwrap();
        let told = unanswered(&answer, &[]);
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("x 1.0.0: RUSTSEC-2026-0000 in_range"), "{told:?}");
    }
}
