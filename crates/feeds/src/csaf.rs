//! CSAF 2.0 and 2.1 documents: security advisories and VEX of suppliers and coordinators.
//!
//! One record a document, named by its tracking id; each flaw that it speaks of is one of the record's `upstream` names,
//! and statements and scores say which of them they are of. What is said of a product that names one version exactly is
//! an exclusion when it is negative (docs/matching.md). Not here: the product tree (`tree`), version texts (`version`).

mod statement;
mod tree;
mod version;

use matcher::record::{Record, Score, Source};
use serde::Deserialize;

use crate::cvss::stated;
use crate::report::{Issue, IssueCode};
use crate::text::{List, Text, one_line};
use crate::unit::{self, Unit, time};
use tree::Tree;

#[derive(Deserialize)]
struct Csaf<'a> {
    #[serde(borrow)]
    document: Document<'a>,
    #[serde(default, borrow)]
    product_tree: tree::ProductTree<'a>,
    #[serde(default, borrow)]
    vulnerabilities: List<Vulnerability<'a>>,
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(default, borrow)]
    category: Text<'a>,
    #[serde(default, borrow)]
    csaf_version: Text<'a>,
    #[serde(default, borrow)]
    title: Text<'a>,
    #[serde(default, borrow)]
    publisher: Publisher<'a>,
    #[serde(default, borrow)]
    tracking: Tracking<'a>,
    #[serde(default, borrow)]
    distribution: Option<Distribution<'a>>,
}

#[derive(Default, Deserialize)]
struct Publisher<'a> {
    #[serde(default, borrow)]
    name: Text<'a>,
}

#[derive(Default, Deserialize)]
struct Tracking<'a> {
    #[serde(default, borrow)]
    id: Text<'a>,
    #[serde(default, borrow)]
    status: Text<'a>,
    #[serde(default, borrow)]
    current_release_date: Text<'a>,
    #[serde(default, borrow)]
    initial_release_date: Text<'a>,
}

#[derive(Deserialize)]
struct Distribution<'a> {
    #[serde(default, borrow)]
    tlp: Option<Tlp<'a>>,
}

#[derive(Deserialize)]
struct Tlp<'a> {
    #[serde(default, borrow)]
    label: Text<'a>,
}

#[derive(Deserialize)]
pub(super) struct Vulnerability<'a> {
    #[serde(default, borrow)]
    cve: Text<'a>,
    #[serde(default, borrow)]
    cwe: Option<Cwe<'a>>,
    #[serde(default, borrow)]
    cwes: List<Cwe<'a>>,
    #[serde(default, borrow)]
    product_status: statement::ProductStatus<'a>,
    #[serde(default, borrow)]
    remediations: List<statement::Remediation<'a>>,
    #[serde(default, borrow)]
    flags: List<statement::Flag<'a>>,
    #[serde(default, borrow)]
    threats: List<statement::Threat<'a>>,
    #[serde(default, borrow)]
    scores: List<Scored<'a>>,
    #[serde(default, borrow)]
    metrics: List<Metric<'a>>,
}

#[derive(Deserialize)]
struct Cwe<'a> {
    #[serde(default, borrow)]
    id: Text<'a>,
}

#[derive(Deserialize)]
struct Metric<'a> {
    #[serde(default, borrow)]
    content: Option<Scored<'a>>,
}

#[derive(Deserialize)]
struct Scored<'a> {
    #[serde(default, borrow)]
    cvss_v2: Option<Cvss<'a>>,
    #[serde(default, borrow)]
    cvss_v3: Option<Cvss<'a>>,
    #[serde(default, borrow)]
    cvss_v4: Option<Cvss<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cvss<'a> {
    #[serde(default, borrow)]
    version: Text<'a>,
    #[serde(default, borrow)]
    vector_string: Text<'a>,
    #[serde(default)]
    base_score: f64,
}

/// Reads one document.
pub fn parse_one(raw: &[u8], source: &Source) -> Unit {
    unit::parse(raw, |text, issues| {
        let csaf: Csaf<'_> = serde_json::from_str(text).map_err(unit::malformed)?;
        normalise(&csaf, source, issues)
    })
}

/// The publisher's name, for the name of the source.
pub(crate) fn publisher(raw: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Brief<'a> {
        #[serde(borrow)]
        document: Named<'a>,
    }
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(default, borrow)]
        publisher: Publisher<'a>,
    }
    let brief: Brief<'_> = serde_json::from_slice(raw).ok()?;
    let name = one_line(brief.document.publisher.name.get());
    (!name.is_empty()).then_some(name)
}

fn normalise(csaf: &Csaf<'_>, source: &Source, issues: &mut Vec<Issue>) -> Result<Record, Issue> {
    let document = &csaf.document;
    let tracking = &document.tracking;
    let id = tracking.id.some().ok_or_else(|| unit::no_id("/document/tracking/id"))?;
    let version = document.csaf_version.get();
    if !version.starts_with("2.") {
        let text = format!("CSAF version `{}` is neither 2.0 nor 2.1", one_line(version));
        return Err(unit::issue("/document/csaf_version", IssueCode::Malformed, text));
    }
    note_standing(document, issues);
    let names: Vec<String> = csaf
        .vulnerabilities
        .iter()
        .enumerate()
        .map(|(at, flaw)| flaw.cve.some().map_or_else(|| format!("{id}#{at}"), str::to_ascii_uppercase))
        .collect();
    let mut upstream: Vec<String> = Vec::new();
    let mut position: std::collections::HashMap<&str, u32> = std::collections::HashMap::new();
    for name in &names {
        position.entry(name).or_insert_with(|| {
            upstream.push(name.clone());
            upstream.len() as u32 - 1
        });
    }
    let mut record = Record {
        source: source.clone(),
        id: id.to_owned(),
        modified: time(
            tracking.current_release_date.get(),
            "/document/tracking/current_release_date",
            issues,
        ),
        published: time(
            tracking.initial_release_date.get(),
            "/document/tracking/initial_release_date",
            issues,
        ),
        // Without a vulnerability it is news about products, not about flaws.
        withdrawn: is_withdrawn(document.category.get()) || names.is_empty(),
        aliases: Vec::new(),
        upstream,
        summary: one_line(document.title.get()),
        scores: Vec::new(),
        weaknesses: Vec::new(),
        statements: Vec::new(),
        conditions: Vec::new(),
    };
    let author = one_line(document.publisher.name.get());
    let tree = Tree::new(&csaf.product_tree, issues);
    let mut writer = statement::Writer::new(&tree, &author);
    for (at, (flaw, name)) in csaf.vulnerabilities.iter().zip(&names).enumerate() {
        let of = position.get(name.as_str()).copied();
        read_scores(flaw, &author, of, &mut record);
        let cwes = flaw.cwes.iter().chain(&flaw.cwe);
        record.weaknesses.extend(cwes.filter_map(|cwe| unit::cwe(cwe.id.get())));
        writer.vulnerability(flaw, at, of, &mut record, issues);
    }
    record.weaknesses.sort_unstable();
    record.weaknesses.dedup();
    Ok(record)
}

fn is_withdrawn(category: &str) -> bool {
    matches!(category, "csaf_withdrawn" | "csaf_superseded")
}

/// What a reader of the import should know of the document's standing.
fn note_standing(document: &Document<'_>, issues: &mut Vec<Issue>) {
    let tlp = document.distribution.as_ref().and_then(|distribution| distribution.tlp.as_ref());
    let label = tlp.map_or("", |tlp| tlp.label.get());
    if !matches!(label, "" | "WHITE" | "CLEAR") {
        let text = format!("marked TLP:{}: do not pass it on further than that allows", one_line(label));
        issues.push(unit::issue("/document/distribution/tlp/label", IssueCode::Restricted, text));
    }
    if document.tracking.status.get() == "draft" {
        let text = "the document is a draft: its publisher has not released it".to_owned();
        issues.push(unit::issue("/document/tracking/status", IssueCode::Restricted, text));
    }
}

fn read_scores(flaw: &Vulnerability<'_>, provider: &str, of: Option<u32>, record: &mut Record) {
    let contents = flaw.metrics.iter().filter_map(|metric| metric.content.as_ref());
    for scored in flaw.scores.iter().chain(contents) {
        let all = [(&scored.cvss_v4, "4.0"), (&scored.cvss_v3, "3.1"), (&scored.cvss_v2, "2.0")];
        for (cvss, usual) in all {
            let Some(cvss) = cvss else { continue };
            let version = cvss.version.some().unwrap_or(usual);
            let score = stated(version, cvss.base_score, cvss.vector_string.get(), provider);
            let score = Score { flaw: of, ..score };
            if !record.scores.contains(&score) {
                record.scores.push(score);
            }
        }
    }
}
