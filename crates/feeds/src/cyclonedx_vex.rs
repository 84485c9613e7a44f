//! CycloneDX documents whose vulnerabilities are analysed: VEX of a supplier, alone or inside an SBOM.
//!
//! What is said of a component of a document that describes a product is said of it in that product alone. Not here:
//! the components as an inventory (`sbom`), how statements are made of what is said (`vex`).

use std::collections::HashMap;

use component::purl::Purl;
use matcher::record::Source;
use serde::Deserialize;

use crate::text::{List, Text, one_line};
use crate::unit::{self, Unit, time};
use crate::vex::{Said, Sayings, Word};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bom<'a> {
    #[serde(default, borrow)]
    serial_number: Text<'a>,
    #[serde(default, borrow)]
    metadata: Metadata<'a>,
    #[serde(default, borrow)]
    components: List<Component<'a>>,
    #[serde(default, borrow)]
    vulnerabilities: List<Vulnerability<'a>>,
}

#[derive(Default, Deserialize)]
struct Metadata<'a> {
    #[serde(default, borrow)]
    timestamp: Text<'a>,
    #[serde(default, borrow)]
    supplier: Option<Party<'a>>,
    #[serde(default, borrow)]
    manufacturer: Option<Party<'a>>,
    #[serde(default, borrow)]
    manufacture: Option<Party<'a>>,
    #[serde(default, borrow)]
    authors: List<Party<'a>>,
    #[serde(default, borrow)]
    component: Option<Component<'a>>,
}

#[derive(Deserialize)]
struct Party<'a> {
    #[serde(default, borrow)]
    name: Text<'a>,
}

#[derive(Deserialize)]
struct Component<'a> {
    #[serde(default, borrow, rename = "bom-ref")]
    bom_ref: Text<'a>,
    #[serde(default, borrow)]
    purl: Text<'a>,
    #[serde(default, borrow)]
    components: List<Component<'a>>,
}

#[derive(Deserialize)]
struct Vulnerability<'a> {
    #[serde(default, borrow)]
    id: Text<'a>,
    #[serde(default, borrow)]
    analysis: Option<Analysis<'a>>,
    #[serde(default, borrow)]
    affects: List<Affects<'a>>,
}

#[derive(Deserialize)]
struct Analysis<'a> {
    #[serde(default, borrow)]
    state: Text<'a>,
    #[serde(default, borrow)]
    justification: Text<'a>,
    #[serde(default, borrow)]
    detail: Text<'a>,
}

#[derive(Deserialize)]
struct Affects<'a> {
    #[serde(default, borrow, rename = "ref")]
    reference: Text<'a>,
}

/// Reads one document; `stem`, the name of its file, names it when it has no serial number.
pub fn parse_one(raw: &[u8], source: &Source, stem: &str) -> Unit {
    unit::parse(raw, |text, issues| {
        let bom: Bom<'_> = serde_json::from_str(text).map_err(unit::malformed)?;
        let id = bom.serial_number.some().unwrap_or(stem);
        if id.is_empty() {
            return Err(unit::no_id("/serialNumber"));
        }
        let mut components = HashMap::new();
        collect(&bom.components, &mut components);
        let subject = bom.metadata.component.as_ref();
        let mut sayings = Sayings::new(source, id.to_owned());
        let author = name(&bom.metadata).unwrap_or_else(|| stem.to_owned());
        for (at, vulnerability) in bom.vulnerabilities.iter().enumerate() {
            let pointer = format!("/vulnerabilities/{at}");
            read(vulnerability, &pointer, &author, subject, &components, &mut sayings);
        }
        let mut record = sayings.finish(issues);
        record.modified = time(bom.metadata.timestamp.get(), "/metadata/timestamp", issues);
        record.published.clone_from(&record.modified);
        record.summary = format!("CycloneDX VEX of {author}");
        Ok(record)
    })
}

/// Who says it, for the name of the source.
pub(crate) fn author(raw: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Brief<'a> {
        #[serde(default, borrow)]
        metadata: Metadata<'a>,
    }
    let brief: Brief<'_> = serde_json::from_slice(raw).ok()?;
    name(&brief.metadata)
}

fn name(metadata: &Metadata<'_>) -> Option<String> {
    let parties = [&metadata.supplier, &metadata.manufacturer, &metadata.manufacture];
    let mut parties = parties.into_iter().flatten().chain(metadata.authors.iter());
    parties.find_map(|party| party.name.some()).map(one_line)
}

fn collect<'c>(components: &'c [Component<'_>], found: &mut HashMap<&'c str, &'c str>) {
    for component in components {
        found.entry(component.bom_ref.get()).or_insert_with(|| component.purl.get());
        collect(&component.components, found);
    }
}

fn read(
    vulnerability: &Vulnerability<'_>,
    pointer: &str,
    author: &str,
    subject: Option<&Component<'_>>,
    components: &HashMap<&str, &str>,
    sayings: &mut Sayings,
) {
    let (Some(analysis), Some(flaw)) = (&vulnerability.analysis, vulnerability.id.some()) else { return };
    let word = match analysis.state.get() {
        "not_affected" | "false_positive" => Word::NotAffected,
        "resolved" | "resolved_with_pedigree" => Word::Fixed,
        "exploitable" => Word::Affected,
        _ => Word::Open,
    };
    let why: Vec<&str> =
        [&analysis.justification, &analysis.detail].into_iter().filter_map(|text| text.some()).collect();
    let why = if why.is_empty() { analysis.state.get().to_owned() } else { why.join(": ") };
    let reason = format!("{} ({author})", one_line(&why));
    for (at, affects) in vulnerability.affects.iter().enumerate() {
        let pointer = format!("{pointer}/affects/{at}");
        let reference = affects.reference.get();
        let own = subject.filter(|subject| !reference.is_empty() && subject.bom_ref.get() == reference);
        let purl = match own {
            Some(subject) => Purl::parse(subject.purl.get()).ok(),
            None => purl_of(reference, components),
        };
        let product = match (own, subject) {
            (Some(_), _) | (None, None) => Ok(None),
            (None, Some(subject)) => Purl::parse(subject.purl.get()).map(Some),
        };
        let (Some(purl), Ok(product)) = (purl, product) else {
            sayings.unnamed(pointer);
            continue;
        };
        let product = product.as_ref();
        sayings.say(Said { flaw, word, reason: &reason, remedy: "", purl: &purl, product, pointer });
    }
}

/// The package URL that a reference leads to: of a component of this document, or written in the reference itself, as
/// links to other documents often do.
fn purl_of(reference: &str, components: &HashMap<&str, &str>) -> Option<Purl> {
    if let Some(purl) = components.get(reference) {
        return Purl::parse(purl).ok();
    }
    let written = match reference.strip_prefix("urn:cdx:") {
        Some(link) => unescaped(link.split_once('#')?.1),
        None => reference.to_owned(),
    };
    Purl::parse(&written).ok()
}

/// `%` escapes undone once; what is none stays.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        let hex = (*byte == b'%').then(|| tail.get(..2)).flatten();
        let value = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match value {
            Some(value) => {
                bytes.push(value);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
