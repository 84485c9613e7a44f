//! One SBOM against the corpus, without a trace in the record. It speaks the matcher's words, never VEX words.
//!
//! Not here: reading the file, printing, exit codes (`aftercare`).

use matcher::{
    assess::{Coverage, assess, assess_all},
    index::Group,
    verdict::{Class, Evidence, State},
};
use serde::Serialize;

use crate::{
    AppError,
    conversion::{components_of, distribution_of, matcher_inventory},
    corpus::Corpus,
    cvss::{Cvss, cvss_of},
};

/// The answer; the JSON of `check`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckReport {
    /// What was read.
    pub sbom: Sbom,
    /// The corpus it was held against.
    pub snapshot: String,
    /// By component in document order, then shown name.
    pub findings: Vec<Finding>,
    /// How many components were looked at.
    pub components: Tally,
}

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sbom {
    /// `CycloneDX JSON`.
    pub format: String,
    /// `1.5`.
    pub spec_version: String,
    /// What it describes.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Serial number or namespace.
    pub serial: Option<String>,
    /// Losses and repairs while reading.
    pub issues: Vec<SbomIssue>,
}

/// One loss or repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SbomIssue {
    /// Stable name.
    pub code: String,
    /// JSON pointer.
    pub pointer: String,
    /// For a person.
    pub text: String,
}

/// One verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// On what.
    pub component: ComponentRef,
    /// Shown name of the vulnerability.
    pub vulnerability: String,
    /// Its other names.
    pub aliases: Vec<String>,
    /// `in_range`, `undecided`, …
    pub verdict: &'static str,
    /// `A` to `D`.
    pub class: Option<&'static str>,
    /// Reason code.
    pub reason: &'static str,
    /// One sentence.
    pub text: String,
    /// Fix versions.
    pub fixed_in: Vec<String>,
    /// Who decided it.
    pub source: Option<SourceRef>,
    /// In the catalogue of exploited vulnerabilities.
    pub kev: bool,
    /// Probability of exploitation, 0 to 1.
    pub epss: Option<f64>,
    /// Base score.
    pub cvss: Option<Cvss>,
}

/// A component as the document names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ComponentRef {
    /// Name.
    pub name: String,
    /// Version.
    pub version: Option<String>,
    /// Package URL.
    pub purl: Option<String>,
    /// First CPE.
    pub cpe: Option<String>,
}

/// A deciding record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceRef {
    /// Source.
    pub name: String,
    /// Record id.
    pub record: String,
}

/// Total = assessed + undecided + not assessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// All.
    pub total: u64,
    /// Looked at.
    pub assessed: u64,
    /// In range of nothing, undecided for something.
    pub undecided: u64,
    /// No usable identity or no source.
    pub not_assessed: u64,
}

/// Checks an SBOM; `all` adds out of range, patched and excluded rows.
pub fn check(corpus: &Corpus, bytes: &[u8], all: bool) -> Result<CheckReport, AppError> {
    let (document, issues) =
        sbom::read(bytes).map_err(|error| AppError::invalid("sbom", error.to_string()))?;
    let components = components_of(&document);
    let inventory = matcher_inventory(&components, distribution_of(&document).as_deref(), "");
    let index = &corpus.index;
    let assessment = if all { assess_all(index, &inventory) } else { assess(index, &inventory) };
    let mut findings = Vec::new();
    for core in &assessment.cores {
        if !all && !matches!(core.state, State::InRange | State::Undecided) {
            continue;
        }
        let (Some(group), Some(component)) = (index.group(core.group), components.get(core.item as usize))
        else {
            continue;
        };
        let evidence = assessment.evidence(index, &inventory, core);
        let component = ComponentRef {
            name: component.name.clone(),
            version: component.version.clone(),
            purl: component.purl.clone(),
            cpe: component.cpes.as_ref().and_then(|cpes| cpes.split(' ').next().map(str::to_owned)),
        };
        findings.push((core.item, finding(component, &group, core.state, core.class, core.reason, evidence)));
    }
    findings.sort_by(|left, right| (left.0, &left.1.vulnerability).cmp(&(right.0, &right.1.vulnerability)));
    let mut tally = Tally { total: components.len() as u64, ..Tally::default() };
    for item in &assessment.items {
        match item.coverage {
            Coverage::Assessed => tally.assessed += 1,
            Coverage::Undecided { .. } => tally.undecided += 1,
            Coverage::NotAssessed { .. } => tally.not_assessed += 1,
        }
    }
    Ok(CheckReport {
        sbom: Sbom {
            format: document.format.as_str().to_owned(),
            spec_version: document.spec_version,
            name: document.name,
            version: document.version,
            serial: document.serial,
            issues: issues
                .into_iter()
                .map(|issue| SbomIssue {
                    code: issue.code.as_str().to_owned(),
                    pointer: issue.pointer,
                    text: issue.text,
                })
                .collect(),
        },
        snapshot: corpus.id.clone(),
        findings: findings.into_iter().map(|(_, finding)| finding).collect(),
        components: tally,
    })
}

/// The stable word of a state.
#[must_use]
pub fn state_word(state: State) -> &'static str {
    match state {
        State::InRange => "in_range",
        State::OutOfRange => "out_of_range",
        State::Patched => "patched",
        State::ExcludedBySupplier => "excluded_by_supplier",
        State::ExcludedByBuild => "excluded_by_build",
        State::Undecided => "undecided",
        State::NotAssessed => "not_assessed",
    }
}

/// The letter of a class.
#[must_use]
pub fn class_word(class: Class) -> &'static str {
    match class {
        Class::A => "A",
        Class::B => "B",
        Class::C => "C",
        Class::D => "D",
    }
}

fn finding(
    component: ComponentRef,
    group: &Group<'_>,
    state: State,
    class: Option<Class>,
    reason: &'static str,
    evidence: Evidence,
) -> Finding {
    Finding {
        component,
        vulnerability: group.name.to_owned(),
        aliases: group.names.iter().skip(1).map(|name| (*name).to_owned()).collect(),
        verdict: state_word(state),
        class: class.map(class_word),
        reason,
        text: evidence.text,
        fixed_in: evidence.fixed_in,
        source: evidence.source.map(|source| SourceRef { name: source.0, record: evidence.record }),
        kev: group.kev.is_some(),
        epss: group.epss.map(|epss| f64::from(epss.probability_ppm) / 1_000_000.0),
        cvss: cvss_of(group),
    }
}
