//! CVE record format 5: the CNA's container and every ADP's, each statement with a pointer into its own.
//!
//! Not here: entries of `affected[]` (`affected`) and `cpeApplicability` (`configuration`).

use matcher::record::{Record, Score, Source};
use serde::Deserialize;

use crate::affected::{self, Affected};
use crate::configuration::{self, Configuration};
use crate::cvss::stated;
use crate::report::Issue;
use crate::text::{List, Text, one_line};
use crate::unit::{self, Unit, time};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(borrow)]
    cve_metadata: Metadata<'a>,
    #[serde(default, borrow)]
    containers: Option<Containers<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    #[serde(default, borrow)]
    cve_id: Text<'a>,
    /// How the kernel's rejected records spell it.
    #[serde(default, borrow, rename = "cveID")]
    cve_id_upper: Text<'a>,
    #[serde(default, borrow)]
    state: Text<'a>,
    #[serde(default, borrow)]
    date_published: Text<'a>,
    #[serde(default, borrow)]
    date_updated: Text<'a>,
    #[serde(default, borrow)]
    assigner_short_name: Text<'a>,
}

#[derive(Deserialize)]
struct Containers<'a> {
    #[serde(default, borrow)]
    cna: Option<Container<'a>>,
    #[serde(default, borrow)]
    adp: List<Container<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Container<'a> {
    #[serde(default, borrow)]
    provider_metadata: Option<Provider<'a>>,
    #[serde(default, borrow)]
    title: Text<'a>,
    #[serde(default, borrow)]
    descriptions: List<Described<'a>>,
    #[serde(default, borrow)]
    rejected_reasons: List<Described<'a>>,
    #[serde(default, borrow)]
    affected: List<Affected<'a>>,
    #[serde(default, borrow)]
    cpe_applicability: List<Configuration<'a>>,
    #[serde(default, borrow)]
    metrics: List<Metric<'a>>,
    #[serde(default, borrow)]
    problem_types: List<ProblemType<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Provider<'a> {
    #[serde(default, borrow)]
    short_name: Text<'a>,
    #[serde(default, borrow)]
    date_updated: Text<'a>,
}

#[derive(Deserialize)]
struct Described<'a> {
    #[serde(default, borrow)]
    lang: Text<'a>,
    #[serde(default, borrow)]
    value: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metric<'a> {
    #[serde(default, borrow, rename = "cvssV4_0")]
    v40: Option<Cvss<'a>>,
    #[serde(default, borrow, rename = "cvssV3_1")]
    v31: Option<Cvss<'a>>,
    #[serde(default, borrow, rename = "cvssV3_0")]
    v30: Option<Cvss<'a>>,
    #[serde(default, borrow, rename = "cvssV2_0")]
    v2: Option<Cvss<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cvss<'a> {
    #[serde(default, borrow)]
    version: Text<'a>,
    #[serde(default, borrow)]
    vector_string: Text<'a>,
    #[serde(default, borrow)]
    base_score: Text<'a>,
}

#[derive(Deserialize)]
struct ProblemType<'a> {
    #[serde(default, borrow)]
    descriptions: List<Problem<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Problem<'a> {
    #[serde(default, borrow)]
    cwe_id: Text<'a>,
    #[serde(default, borrow)]
    description: Text<'a>,
}

/// Reads one CVE record.
pub fn parse_one(raw: &[u8], source: &Source) -> Unit {
    unit::parse(raw, |text, issues| {
        let document: Document<'_> = serde_json::from_str(text).map_err(unit::malformed)?;
        normalise(&document, source, issues)
    })
}

fn normalise(document: &Document<'_>, source: &Source, issues: &mut Vec<Issue>) -> Result<Record, Issue> {
    let metadata = &document.cve_metadata;
    let id = metadata.cve_id.some().or_else(|| metadata.cve_id_upper.some());
    let id = id.ok_or_else(|| unit::no_id("/cveMetadata/cveId"))?;
    let cna = document.containers.as_ref().and_then(|containers| containers.cna.as_ref());
    let adp: &[Container<'_>] = document.containers.as_ref().map_or(&[], |containers| &containers.adp);
    let published = time(metadata.date_published.get(), "/cveMetadata/datePublished", issues);
    let updated = time(metadata.date_updated.get(), "/cveMetadata/dateUpdated", issues)
        .or_else(|| {
            let provider = cna?.provider_metadata.as_ref()?;
            time(provider.date_updated.get(), "/containers/cna/providerMetadata/dateUpdated", issues)
        })
        .or_else(|| published.clone());
    let mut record = Record {
        source: source.clone(),
        id: id.to_owned(),
        modified: updated,
        published,
        withdrawn: metadata.state.get().eq_ignore_ascii_case("rejected"),
        aliases: Vec::new(),
        upstream: Vec::new(),
        summary: cna.map(summary).unwrap_or_default(),
        scores: Vec::new(),
        weaknesses: Vec::new(),
        statements: Vec::new(),
        conditions: Vec::new(),
    };
    if let Some(cna) = cna {
        read_container(cna, "/containers/cna", metadata.assigner_short_name.get(), &mut record, issues);
    }
    for (index, container) in adp.iter().enumerate() {
        read_container(container, &format!("/containers/adp/{index}"), "adp", &mut record, issues);
    }
    record.weaknesses.sort_unstable();
    record.weaknesses.dedup();
    Ok(record)
}

fn read_container(
    container: &Container<'_>,
    pointer: &str,
    fallback_name: &str,
    record: &mut Record,
    issues: &mut Vec<Issue>,
) {
    let short_name = container.provider_metadata.as_ref().and_then(|provider| provider.short_name.some());
    let provider = short_name.unwrap_or(fallback_name);
    for (index, entry) in container.affected.iter().enumerate() {
        affected::read(entry, &format!("{pointer}/affected/{index}"), record, issues);
    }
    let from = record.statements.len();
    configuration::read(&container.cpe_applicability, &format!("{pointer}/cpeApplicability"), record, issues);
    affected::prefer_branches(record, from);
    record.scores.extend(container.metrics.iter().flat_map(|metric| scores(metric, provider)));
    let problems = container.problem_types.iter().flat_map(|problem_type| problem_type.descriptions.iter());
    record.weaknesses.extend(problems.filter_map(|problem| {
        unit::cwe(problem.cwe_id.get()).or_else(|| unit::cwe(problem.description.get()))
    }));
}

fn scores(metric: &Metric<'_>, provider: &str) -> Vec<Score> {
    [(&metric.v40, "4.0"), (&metric.v31, "3.1"), (&metric.v30, "3.0"), (&metric.v2, "2.0")]
        .into_iter()
        .filter_map(|(cvss, version)| {
            let cvss = cvss.as_ref()?;
            let score = cvss.base_score.get().parse().ok()?;
            Some(stated(cvss.version.some().unwrap_or(version), score, cvss.vector_string.get(), provider))
        })
        .collect()
}

fn summary(container: &Container<'_>) -> String {
    let english = |descriptions: &List<Described<'_>>| {
        descriptions
            .iter()
            .find(|described| described.lang.get().starts_with("en"))
            .or(descriptions.first())
            .and_then(|described| described.value.some().map(one_line))
    };
    container
        .title
        .some()
        .map(one_line)
        .or_else(|| english(&container.descriptions))
        .or_else(|| english(&container.rejected_reasons))
        .unwrap_or_default()
}
