//! Build evidence of releases: attaching a file, listing what stands, withdrawing one, and what all of it excludes.
//!
//! Evidence is for people: it moves a verdict to *excluded by build*, with its limits, and decides nothing. Not here: reading the
//! formats (`feeds`), what they prove (`matcher::build`).

mod built;
mod excluded;

use domain::{
    build_evidence::{BuildEvidence, EvidenceKind, ImageDigest},
    id::BuildEvidenceId,
    ledger::AsOf,
    person::Permission,
};
use serde::Serialize;
use store::build_evidence::BuildEvidenceRow;

use crate::{
    App, AppError, FieldError, Viewer,
    product::{given, label},
    release,
};

pub(crate) use built::Builds;
pub use excluded::{Excluded, ExcludedLine, excluded};

/// A file to attach.
#[derive(Clone, Debug, Default)]
pub struct NewBuildEvidence {
    /// Release (`slug@version`).
    pub release: String,
    /// `kernel-config`, `compiled-files`, `facts` or `open-ports`.
    pub kind: String,
    /// Digest of the shipped image, `sha256:…`.
    pub image: String,
    /// Name or package URL (without version) of the component it speaks of; the Linux kernel when left out.
    pub subject: Option<String>,
    /// Need-to-know label; that of the release when left out.
    pub audience: Option<String>,
    /// Name of the file.
    pub file_name: String,
}

/// A piece of evidence in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvidenceLine {
    /// Id.
    pub id: String,
    /// `slug@version`.
    pub release: String,
    /// `kernel-config`, `compiled-files`, `facts` or `open-ports`.
    pub kind: String,
    /// Digest of the image.
    pub image: String,
    /// SHA-256 of the original bytes.
    pub digest: String,
    /// File name as given.
    pub file_name: String,
    /// Component it speaks of; none = the Linux kernel, or the whole image.
    pub subject: Option<String>,
    /// Options, files, facts or ports that were understood.
    pub items: i64,
    /// Reading issues.
    pub issues: i64,
    /// The matcher asks it; else it is for people alone.
    pub settles_verdicts: bool,
    /// Need-to-know label.
    pub audience: String,
    /// When it was attached, RFC 3339.
    pub attached_at: String,
}

/// What attaching did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvidenceAdded {
    /// Id.
    pub evidence: String,
    /// As it was named.
    pub release: String,
    /// The very same file stands already, so nothing was written.
    pub already_there: bool,
    /// SHA-256 of the original bytes.
    pub digest: String,
    /// Options, files, facts or ports that were understood.
    pub items: i64,
    /// What was lost while reading.
    pub issues: Vec<EvidenceIssue>,
    /// The ledger entry; none when nothing was written.
    pub sequence: Option<i64>,
}

/// One loss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvidenceIssue {
    /// Stable name of its kind.
    pub code: String,
    /// `line 12`, or nothing.
    pub place: String,
    /// What happened.
    pub text: String,
}

/// Attaches a file to a release, in one act. All evidence of a release is of one image. Verdicts follow with the next sweep.
pub fn add(
    app: &App,
    viewer: &Viewer,
    new: NewBuildEvidence,
    bytes: &[u8],
    reason: &str,
) -> Result<EvidenceAdded, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    let release = app.store.read(AsOf::Now, |view| release::resolve(view, viewer, &new.release))?;
    let mut errors = Vec::new();
    let kind = EvidenceKind::parse(new.kind.trim());
    if kind.is_none() {
        let known = EvidenceKind::ALL.map(EvidenceKind::as_str).join(", ");
        errors.push(FieldError::new("kind", format!("`{}` is not one of {known}", new.kind.trim())));
    }
    let image = ImageDigest::parse(&new.image);
    if image.is_none() {
        errors.push(FieldError::new(
            "image",
            "give the digest of the shipped image as sha256: and 64 hexadecimal digits (sha256sum IMAGE)",
        ));
    }
    if bytes.len() > feeds::build_evidence::MAX_BYTES {
        let most = feeds::build_evidence::MAX_BYTES >> 20;
        errors.push(FieldError::new(
            "file",
            format!("it is larger than {most} MiB, and no larger one is read"),
        ));
    }
    let audience = label(viewer, new.audience.as_deref(), &release.audience).unwrap_or_else(|error| {
        errors.push(error);
        release.audience.clone()
    });
    if audience != release.audience && !release.audience.is_general() {
        let text = format!("the release is for `{}` alone, and so is its evidence", release.audience.0);
        errors.push(FieldError::new("audience", text));
    }
    let (Some(kind), Some(image), true) = (kind, image, errors.is_empty()) else {
        return Err(AppError::Invalid(errors));
    };
    let (items, issues) = understood(kind, bytes);
    if items == 0 {
        let why = issues.first().map_or_else(String::new, |issue| format!(": {}", issue.text));
        let text = format!("{} holds nothing that {} are made of{why}", new.file_name, kind.as_str());
        return Err(AppError::invalid("file", text));
    }
    // Files before rows; bytes that no row names are rubbish and cleared away.
    let blob = app.blobs.put(bytes)?;
    let mut evidence = BuildEvidence {
        id: BuildEvidenceId(app.id()),
        release: release.id.clone(),
        kind,
        image,
        blob,
        file_name: new.file_name.chars().filter(|character| !character.is_control()).take(255).collect(),
        subject: given(new.subject),
        items: count(items),
        issues: count(issues.len()),
        issues_evidence: None,
        audience,
    };
    let mut added = EvidenceAdded {
        evidence: evidence.id.0.clone(),
        release: new.release.trim().to_owned(),
        already_there: false,
        digest: evidence.blob.clone(),
        items: evidence.items,
        issues: issues.iter().map(issue_line).collect(),
        sequence: None,
    };
    if let Some(same) = standing(app, viewer, &evidence)? {
        return Ok(EvidenceAdded { evidence: same, already_there: true, ..added });
    }
    let told: String = added
        .issues
        .iter()
        .map(|issue| format!("{}\t{}\t{}\n", issue.code, issue.place, issue.text))
        .collect();
    let mut act = app.act(viewer, "evidence.add", reason);
    act.audience = evidence.audience.clone();
    let written = app.store.write(&act, |tx| {
        if tx.release(&evidence.release, &viewer.audiences)?.is_none() {
            return Err(AppError::not_found("release", &new.release));
        }
        let there = tx.build_evidence_of(&evidence.release, &viewer.audiences)?;
        if let Some(other) = there.iter().find(|row| row.evidence.image != evidence.image) {
            return Err(AppError::Conflict(format!(
                "the evidence of {} is of the image {}, and this of {}: a release ships one image. Withdraw what is not of it \
                 first",
                other.reference,
                other.evidence.image.as_str(),
                evidence.image.as_str()
            )));
        }
        if there.iter().any(|row| is_same(&row.evidence, &evidence)) {
            return Err(AppError::Conflict("somebody attached the very same file just now".to_owned()));
        }
        if !told.is_empty() {
            evidence.issues_evidence = Some(tx.evidence(&told)?);
        }
        tx.add_build_evidence(&evidence)?;
        tx.summary(format!(
            "Attached build evidence ({}, {} items) to release {}",
            evidence.kind.as_str(),
            evidence.items,
            release.version
        ));
        Ok::<_, AppError>(())
    })?;
    added.sequence = Some(written.sequence);
    Ok(added)
}

/// Withdraws a piece of evidence: what it excluded is open again after the next sweep. The file stays.
pub fn withdraw(app: &App, viewer: &Viewer, id: &str, reason: &str) -> Result<EvidenceLine, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    if reason.trim().is_empty() {
        return Err(AppError::invalid("reason", "say why the evidence does not hold (any more)"));
    }
    let id = BuildEvidenceId(id.trim().to_owned());
    let found = app.store.read(AsOf::Now, |view| view.build_evidence(&id, &viewer.audiences))?;
    let found = found.ok_or_else(|| AppError::not_found("build evidence", &id.0))?;
    let mut act = app.act(viewer, "evidence.withdraw", reason);
    act.audience = found.evidence.audience.clone();
    let written = app.store.write(&act, |tx| {
        let row = tx
            .build_evidence(&id, &viewer.audiences)?
            .ok_or_else(|| AppError::not_found("build evidence", &id.0))?;
        tx.withdraw_build_evidence(&id)?;
        tx.summary(format!("Withdrew build evidence ({}) of {}", row.evidence.kind.as_str(), row.reference));
        Ok::<_, AppError>(line(row))
    })?;
    Ok(written.value)
}

/// The evidence that stands: of one release, or all of it by product and version.
pub fn list(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    release: Option<&str>,
) -> Result<Vec<EvidenceLine>, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| {
        let rows = match release {
            Some(reference) => {
                let release = release::resolve(view, viewer, reference)?;
                view.build_evidence_of(&release.id, &viewer.audiences)?
            }
            None => view.all_build_evidence(&viewer.audiences)?,
        };
        Ok(rows.into_iter().map(line).collect())
    })
}

/// The file of a piece of evidence as it was received: its name and its bytes.
pub fn original(app: &App, viewer: &Viewer, as_of: AsOf, id: &str) -> Result<(String, Vec<u8>), AppError> {
    viewer.require(Permission::Read)?;
    let id = BuildEvidenceId(id.trim().to_owned());
    let found = app.store.read(as_of, |view| view.build_evidence(&id, &viewer.audiences))?;
    let evidence = found.ok_or_else(|| AppError::not_found("build evidence", &id.0))?.evidence;
    let bytes = app.blobs.get(&evidence.blob)?.ok_or_else(|| built::gone(&evidence.blob))?;
    Ok((evidence.file_name, bytes))
}

/// What a release's evidence is, and what it excludes, as of one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleaseEvidence {
    /// Oldest first.
    pub evidence: Vec<EvidenceLine>,
    /// What it excludes.
    pub excluded: Excluded,
}

/// All that is told of a release.
pub fn of_release(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    reference: &str,
) -> Result<ReleaseEvidence, AppError> {
    Ok(ReleaseEvidence {
        evidence: list(app, viewer, as_of, Some(reference))?,
        excluded: excluded(app, viewer, as_of, reference)?,
    })
}

/// How much of a file is understood as this kind.
fn understood(kind: EvidenceKind, bytes: &[u8]) -> (usize, Vec<feeds::Issue>) {
    use feeds::build_evidence as read;
    match kind {
        EvidenceKind::KernelConfig => {
            let (config, issues) = read::kernel_config(bytes);
            (config.len(), issues)
        }
        EvidenceKind::CompiledFiles => {
            let (files, issues) = read::compiled_files(bytes);
            (files.len(), issues)
        }
        EvidenceKind::Facts => {
            let (facts, issues) = read::facts(bytes);
            (facts.len(), issues)
        }
        EvidenceKind::OpenPorts => {
            let (ports, issues) = read::open_ports(bytes);
            (ports.len(), issues)
        }
    }
}

/// The id of the same file where it stands already.
fn standing(app: &App, viewer: &Viewer, new: &BuildEvidence) -> Result<Option<String>, AppError> {
    let there = app.store.read(AsOf::Now, |view| view.build_evidence_of(&new.release, &viewer.audiences))?;
    Ok(there.into_iter().find(|row| is_same(&row.evidence, new)).map(|row| row.evidence.id.0))
}

fn is_same(one: &BuildEvidence, other: &BuildEvidence) -> bool {
    let facts = |evidence: &BuildEvidence| {
        (
            evidence.kind,
            evidence.blob.clone(),
            evidence.image.clone(),
            evidence.subject.clone(),
            evidence.audience.clone(),
        )
    };
    facts(one) == facts(other)
}

fn line(row: BuildEvidenceRow) -> EvidenceLine {
    let evidence = row.evidence;
    EvidenceLine {
        id: evidence.id.0,
        release: row.reference,
        kind: evidence.kind.as_str().to_owned(),
        image: evidence.image.as_str().to_owned(),
        digest: evidence.blob,
        file_name: evidence.file_name,
        subject: evidence.subject,
        items: evidence.items,
        issues: evidence.issues,
        settles_verdicts: evidence.kind.settles_verdicts(),
        audience: evidence.audience.0,
        attached_at: row.attached_at,
    }
}

fn issue_line(issue: &feeds::Issue) -> EvidenceIssue {
    let clean = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    EvidenceIssue {
        code: issue.code.as_str().to_owned(),
        place: clean(&issue.location),
        text: clean(&issue.text),
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
