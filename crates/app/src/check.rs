//! One SBOM against the corpus, without a trace in the record. It speaks the matcher's words, never VEX words.
//!
//! Not here: reading the file, printing, exit codes (`aftercare`).

use domain::component::Component;
use matcher::{
    assess::{Assessment, Coverage, Ground, VerdictCore, Witness, assess, assess_all},
    inventory::Inventory,
    verdict::{Class, State},
};
use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use crate::{
    AppError,
    conversion::{components_of, distribution_of, matcher_inventory},
    corpus::Corpus,
    cvss::{Cvss, shown},
    mapping::Mappings,
};

/// The answer. What is told of a verdict is read when it is asked for, so that thousands of findings need not be held.
pub struct CheckReport<'c> {
    /// What was read.
    pub sbom: Sbom,
    /// The corpus it was held against.
    pub snapshot: String,
    /// How many components were looked at.
    pub components: Tally,
    corpus: &'c Corpus,
    parts: Vec<ComponentRef>,
    inventory: Inventory,
    assessment: Assessment,
    /// The cores that are told, by component in document order, then shown name.
    told: Vec<VerdictCore>,
}

/// The document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sbom {
    /// `CycloneDX JSON`.
    pub format: String,
    /// Losses and repairs while reading.
    pub issues: Vec<SbomIssue>,
    /// What it describes.
    pub name: Option<String>,
    /// Serial number or namespace.
    pub serial: Option<String>,
    /// `1.5`.
    pub spec_version: String,
    /// Its version.
    pub version: Option<String>,
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
pub struct Finding<'a> {
    /// Its other names.
    pub aliases: Vec<&'a str>,
    /// `A` to `D`.
    pub class: Option<&'static str>,
    /// On what.
    pub component: &'a ComponentRef,
    /// Base score.
    pub cvss: Option<Cvss>,
    /// Probability of exploitation, 0 to 1.
    pub epss: Option<f64>,
    /// Fix versions.
    pub fixed_in: Vec<&'a str>,
    /// In the catalogue of exploited vulnerabilities.
    pub kev: bool,
    /// Reason code.
    pub reason: &'static str,
    /// Who decided it.
    pub source: Option<SourceRef<'a>>,
    /// One sentence.
    pub text: String,
    /// `in_range`, `undecided`, …
    pub verdict: &'static str,
    /// Shown name of the vulnerability.
    pub vulnerability: &'a str,
}

/// A component as the document names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ComponentRef {
    /// First CPE.
    pub cpe: Option<String>,
    /// Name.
    pub name: String,
    /// Package URL.
    pub purl: Option<String>,
    /// Version.
    pub version: Option<String>,
}

/// A deciding record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SourceRef<'a> {
    /// Source.
    pub name: &'a str,
    /// Record id.
    pub record: &'a str,
}

/// Total = assessed + undecided + not assessed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Looked at.
    pub assessed: u64,
    /// No usable identity or no source.
    pub not_assessed: u64,
    /// All.
    pub total: u64,
    /// In range of nothing, undecided for something.
    pub undecided: u64,
}

/// Checks an SBOM; `all` adds out of range, patched and excluded rows. `mappings` say what parts without an identity are.
pub fn check<'c>(
    corpus: &'c Corpus,
    bytes: &[u8],
    mappings: &Mappings,
    all: bool,
) -> Result<CheckReport<'c>, AppError> {
    let (document, issues) =
        sbom::read(bytes).map_err(|error| AppError::invalid("sbom", error.to_string()))?;
    let components = components_of(&document);
    let mut inventory = matcher_inventory(&components, distribution_of(&document).as_deref(), "");
    mappings.apply(&components, None, &mut inventory);
    let index = &corpus.index;
    let assessment = if all { assess_all(index, &inventory) } else { assess(index, &inventory) };
    let mut told: Vec<VerdictCore> = assessment
        .cores
        .iter()
        .filter(|core| all || matches!(core.state, State::InRange | State::Undecided))
        .copied()
        .collect();
    told.sort_by_cached_key(|core| (core.item, index.name(core.group)));
    let mut tally = Tally { total: components.len() as u64, ..Tally::default() };
    for item in &assessment.items {
        match item.coverage {
            Coverage::Assessed => tally.assessed += 1,
            Coverage::Undecided { .. } => tally.undecided += 1,
            Coverage::NotAssessed { .. } => tally.not_assessed += 1,
        }
    }
    let issue = |issue: sbom::Issue| SbomIssue {
        code: issue.code.as_str().to_owned(),
        pointer: issue.pointer,
        text: issue.text,
    };
    Ok(CheckReport {
        sbom: Sbom {
            format: document.format.as_str().to_owned(),
            issues: issues.into_iter().map(issue).collect(),
            name: document.name,
            serial: document.serial,
            spec_version: document.spec_version,
            version: document.version,
        },
        snapshot: corpus.id.clone(),
        components: tally,
        corpus,
        parts: components.into_iter().map(part).collect(),
        inventory,
        assessment,
        told,
    })
}

impl CheckReport<'_> {
    /// How many findings there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.told.len()
    }

    /// The findings, by component in document order, then shown name.
    pub fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        let witness = self.assessment.witness(&self.corpus.index, &self.inventory);
        self.told.iter().filter_map(move |core| self.finding(&witness, core))
    }

    fn finding<'a>(&'a self, witness: &Witness<'a>, core: &VerdictCore) -> Option<Finding<'a>> {
        let headline = self.corpus.index.headline(core.group)?;
        let ground = witness.ground(core);
        let source = ground.as_ref().map(|ground| SourceRef { name: ground.source, record: ground.record });
        let Ground { text, fixed_in, .. } = ground.unwrap_or_default();
        Some(Finding {
            aliases: headline.aliases,
            class: core.class.map(class_word),
            component: self.parts.get(core.item as usize)?,
            cvss: headline.cvss.map(shown),
            epss: headline.epss.map(|epss| f64::from(epss.probability_ppm) / 1_000_000.0),
            fixed_in,
            kev: headline.kev.is_some(),
            reason: core.reason,
            source,
            text,
            verdict: state_word(core.state),
            vulnerability: headline.name,
        })
    }
}

/// The JSON of `check`. As in every answer the names stand in the order of the alphabet.
impl Serialize for CheckReport<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_struct("CheckReport", 4)?;
        report.serialize_field("components", &self.components)?;
        report.serialize_field("findings", &Findings(self))?;
        report.serialize_field("sbom", &self.sbom)?;
        report.serialize_field("snapshot", &self.snapshot)?;
        report.end()
    }
}

struct Findings<'a>(&'a CheckReport<'a>);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.findings())
    }
}

fn part(component: Component) -> ComponentRef {
    ComponentRef {
        cpe: component.cpes.as_ref().and_then(|cpes| cpes.split(' ').next().map(str::to_owned)),
        name: component.name,
        purl: component.purl,
        version: component.version,
    }
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
