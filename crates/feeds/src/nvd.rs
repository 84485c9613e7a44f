//! NVD 2.0 records: yearly files, API pages, lines of records, and the overrides that give configurations to CVEs NVD
//! did not analyse.
//!
//! Not here: the configurations themselves (`configuration`).

use matcher::record::{Record, Score, Source};
use serde::Deserialize;

use crate::configuration::{self, Configuration};
use crate::cvss::stated;
use crate::report::{Issue, IssueCode};
use crate::text::{List, Text, one_line};
use crate::unit::{self, Unit, time};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    cve: Cve<'a>,
    #[serde(default, borrow, rename = "_annotation")]
    annotation: Option<Annotation<'a>>,
}

#[derive(Deserialize)]
struct Annotation<'a> {
    #[serde(default, borrow)]
    cve_id: Text<'a>,
    #[serde(default, borrow)]
    modified: Text<'a>,
    #[serde(default, borrow)]
    published: Text<'a>,
    #[serde(default, borrow)]
    description: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cve<'a> {
    #[serde(default, borrow)]
    id: Text<'a>,
    #[serde(default, borrow)]
    published: Text<'a>,
    #[serde(default, borrow)]
    last_modified: Text<'a>,
    #[serde(default, borrow)]
    vuln_status: Text<'a>,
    #[serde(default, borrow)]
    descriptions: List<Described<'a>>,
    #[serde(default, borrow)]
    metrics: Option<Metrics<'a>>,
    #[serde(default, borrow)]
    weaknesses: List<Weakness<'a>>,
    #[serde(default, borrow)]
    configurations: List<Configuration<'a>>,
}

#[derive(Deserialize)]
struct Described<'a> {
    #[serde(default, borrow)]
    lang: Text<'a>,
    #[serde(default, borrow)]
    value: Text<'a>,
}

#[derive(Deserialize)]
struct Metrics<'a> {
    #[serde(default, borrow, rename = "cvssMetricV40")]
    v40: List<Metric<'a>>,
    #[serde(default, borrow, rename = "cvssMetricV31")]
    v31: List<Metric<'a>>,
    #[serde(default, borrow, rename = "cvssMetricV30")]
    v30: List<Metric<'a>>,
    #[serde(default, borrow, rename = "cvssMetricV2")]
    v2: List<Metric<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metric<'a> {
    #[serde(default, borrow)]
    source: Text<'a>,
    #[serde(borrow)]
    cvss_data: CvssData<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CvssData<'a> {
    #[serde(default, borrow)]
    version: Text<'a>,
    #[serde(default, borrow)]
    vector_string: Text<'a>,
    #[serde(default)]
    base_score: f64,
}

#[derive(Deserialize)]
struct Weakness<'a> {
    #[serde(default, borrow)]
    description: List<Described<'a>>,
}

/// Reads one element of `vulnerabilities`: `{"cve": {..}}`, with or without an `_annotation`.
pub fn parse_one(raw: &[u8], source: &Source) -> Unit {
    unit::parse(raw, |text, issues| {
        let envelope: Envelope<'_> = serde_json::from_str(text).map_err(unit::malformed)?;
        normalise(&envelope, source, issues)
    })
}

fn normalise(envelope: &Envelope<'_>, source: &Source, issues: &mut Vec<Issue>) -> Result<Record, Issue> {
    let cve = &envelope.cve;
    let annotation = envelope.annotation.as_ref();
    let id = cve.id.some().or_else(|| annotation.and_then(|annotation| annotation.cve_id.some()));
    let id = id.ok_or_else(|| unit::no_id("/cve/id"))?;
    let either = |own: &Text<'_>,
                  from: fn(&Annotation<'_>) -> Option<String>,
                  pointer: &str,
                  issues: &mut Vec<Issue>| {
        match own.some() {
            Some(text) => time(text, pointer, issues),
            None => annotation.and_then(from).and_then(|text| time(&text, pointer, issues)),
        }
    };
    let modified =
        either(&cve.last_modified, |a| a.modified.some().map(str::to_owned), "/cve/lastModified", issues);
    let published =
        either(&cve.published, |a| a.published.some().map(str::to_owned), "/cve/published", issues);
    let description = cve
        .descriptions
        .iter()
        .find(|described| described.lang.get().starts_with("en"))
        .or(cve.descriptions.first())
        .map(|described| described.value.get())
        .or_else(|| annotation.map(|annotation| annotation.description.get()))
        .unwrap_or_default();
    let mut record = Record {
        source: source.clone(),
        id: id.to_owned(),
        modified,
        published,
        withdrawn: cve.vuln_status.get().eq_ignore_ascii_case("rejected"),
        aliases: Vec::new(),
        upstream: Vec::new(),
        summary: one_line(description),
        scores: cve.metrics.as_ref().map(scores).unwrap_or_default(),
        weaknesses: weaknesses(&cve.weaknesses),
        statements: Vec::new(),
        conditions: Vec::new(),
    };
    configuration::read(&cve.configurations, "/cve/configurations", &mut record, issues);
    Ok(record)
}

fn scores(metrics: &Metrics<'_>) -> Vec<Score> {
    [&metrics.v40, &metrics.v31, &metrics.v30, &metrics.v2]
        .into_iter()
        .flat_map(|metrics| metrics.iter())
        .map(|metric| {
            let data = &metric.cvss_data;
            stated(data.version.get(), data.base_score, data.vector_string.get(), metric.source.get())
        })
        .collect()
}

fn weaknesses(weaknesses: &[Weakness<'_>]) -> Vec<String> {
    let mut found: Vec<String> = weaknesses
        .iter()
        .flat_map(|weakness| weakness.description.iter())
        .filter_map(|described| unit::cwe(described.value.get()))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Reads a whole page or yearly file on one thread, for callers that hold the bytes.
pub fn parse(bytes: &[u8], source: &Source) -> (Vec<Record>, Vec<Issue>) {
    let mut records = Vec::new();
    let mut issues = Vec::new();
    let (elements, cut) = unit::elements(bytes, b"vulnerabilities");
    for raw in elements {
        match parse_one(raw, source) {
            Ok((record, notes)) => {
                records.push(record);
                issues.extend(notes);
            }
            Err(issue) => issues.push(*issue),
        }
    }
    issues.extend(cut.map(|cut| Issue {
        location: "/vulnerabilities".to_owned(),
        record: None,
        code: IssueCode::Malformed,
        text: cut.text(),
    }));
    (records, issues)
}
