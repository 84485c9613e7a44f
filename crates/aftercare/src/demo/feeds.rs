//! Writes facts in the forms of the live services (NVD 2.0, CVE 5 records, OSV, KEV, EPSS), as they stood on a day, so that
//! the demonstration goes the way of every other intelligence: through the importer.
//!
//! The dates of deliveries are those of the story; what is in them bears its own. Chances of exploitation and the catalogue of
//! known exploited vulnerabilities are of the end of January 2026 and say so.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::facts::{Affected, Fact, Facts, Origin, Range};

/// Model and day of the chances of exploitation.
const EPSS_HEAD: &str = "#model_version:v2025.03.14,score_date:2026-01-30T12:55:00Z";
const EPSS_DAY: &str = "2026-01-30";
/// The last day whose catalogue of known exploited vulnerabilities is known here.
const KEV_DAY: &str = "2026-01-29";
/// Folder of the ranges that others published for records the NVD did not analyse.
const OVERRIDES: &str = "nvd-overrides";

/// A file of a feed, its path below the folder of feeds.
#[derive(Debug)]
pub(crate) struct FeedFile {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// Sources that the invented manufacturer added in the course of the story.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources {
    /// Records of the Linux kernel.
    pub(crate) kernel: bool,
    /// Chances of exploitation.
    pub(crate) scores: bool,
    /// Ranges for records that the NVD did not analyse. Their service has been silent since 9 November.
    pub(crate) overrides: bool,
}

impl Sources {
    /// As the story ends.
    pub(crate) const LAST: Self = Self { kernel: true, scores: true, overrides: false };
    /// As the watch began.
    pub(crate) const FIRST: Self = Self { kernel: false, scores: false, overrides: true };
}

/// What the services delivered at `moment`.
pub(crate) fn render(facts: &Facts, moment: Timestamp, sources: Sources) -> Vec<FeedFile> {
    let loaded = |fact: &&Fact| sources.kernel || fact.origin != Origin::Kernel;
    let known: Vec<&Fact> =
        facts.facts.iter().filter(|fact| fact.published <= moment).filter(loaded).collect();
    let mut files = Vec::new();
    let mut put = |path: String, value: &Value| {
        files.push(FeedFile { path: PathBuf::from(path), text: format!("{value}\n") });
    };
    let of = |origin: Origin| known.iter().copied().filter(move |fact| fact.origin == origin);
    let page: Vec<Value> = of(Origin::Nvd).map(|fact| json!({"cve": nvd(fact, moment)})).collect();
    put(
        "nvd/nvdcve-2.0-modified.json".to_owned(),
        &json!({
            "resultsPerPage": page.len(), "startIndex": 0, "totalResults": page.len(), "format": "NVD_CVE",
            "version": "2.0", "timestamp": second(moment), "vulnerabilities": page,
        }),
    );
    for fact in of(Origin::Overrides) {
        let value = json!({
            "_annotation": {"cve_id": fact.id, "modified": second(modified(fact, moment)), "published": second(fact.published)},
            "cve": nvd(fact, moment),
        });
        put(format!("{OVERRIDES}/data/{}/{}.json", year(fact.id), fact.id), &value);
    }
    for (origin, folder) in [
        (Origin::Vulnrichment, "vulnrichment"),
        (Origin::Kernel, "linux-kernel-cna/cves"),
        (Origin::Openssl, "openssl-cna/cves"),
    ] {
        for fact in of(origin) {
            put(format!("{folder}/{}/{}.json", year(fact.id), fact.id), &cve5(fact, moment));
        }
    }
    for fact in of(Origin::Osv) {
        let ecosystem =
            fact.products.first().and_then(|product| product.key.split(':').next()).unwrap_or("unknown");
        put(format!("osv/{ecosystem}/{}.json", fact.id), &osv(fact, moment));
    }
    put("kev/known_exploited_vulnerabilities.json".to_owned(), &kev(facts, moment));
    if sources.scores {
        files.push(epss(facts));
    }
    files
}

/// What is delivered of what lies in a folder, so that a silent service stays silent.
pub(crate) fn delivered(folder: &Path, sources: Sources) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| sources.overrides || !path.ends_with(OVERRIDES))
        .collect();
    paths.sort();
    paths
}

/// Writes the files that differ from what is there.
pub(crate) fn write(folder: &Path, files: &[FeedFile]) -> anyhow::Result<()> {
    for file in files {
        let path = folder.join(&file.path);
        if fs::read(&path).is_ok_and(|found| found == file.text.as_bytes()) {
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        }
        fs::write(&path, &file.text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn nvd(fact: &Fact, moment: Timestamp) -> Value {
    let mut matches = Vec::new();
    for product in &fact.products {
        for range in &product.ranges {
            let mut entry = json!({"vulnerable": true, "criteria": criteria(product.key, "*")});
            match *range {
                Range::Exactly(version) => entry["criteria"] = json!(criteria(product.key, version)),
                Range::Between { lower, lower_in, upper, upper_in } => {
                    if !lower.is_empty() {
                        entry[if lower_in { "versionStartIncluding" } else { "versionStartExcluding" }] =
                            json!(lower);
                    }
                    if !upper.is_empty() {
                        entry[if upper_in { "versionEndIncluding" } else { "versionEndExcluding" }] =
                            json!(upper);
                    }
                }
            }
            matches.push(entry);
        }
    }
    let weaknesses: Vec<Value> = fact
        .weaknesses
        .iter()
        .map(|number| {
            json!({"source": "nvd@nist.gov", "type": "Primary", "description": [{"lang": "en", "value": format!("CWE-{number}")}]})
        })
        .collect();
    json!({
        "id": fact.id,
        "sourceIdentifier": "nvd@nist.gov",
        "published": millisecond(fact.published),
        "lastModified": millisecond(modified(fact, moment)),
        "vulnStatus": "Analyzed",
        "descriptions": [{"lang": "en", "value": fact.title}],
        "metrics": nvd_metrics(fact),
        "weaknesses": weaknesses,
        "configurations": [{"nodes": [{"operator": "OR", "negate": false, "cpeMatch": matches}]}],
        "references": [],
    })
}

fn nvd_metrics(fact: &Fact) -> Value {
    let Some((Some(base), vector)) = fact.score else { return json!({}) };
    let (name, version) = match vector.split('/').next() {
        Some("CVSS:4.0") => ("cvssMetricV40", "4.0"),
        Some("CVSS:3.1") => ("cvssMetricV31", "3.1"),
        Some("CVSS:3.0") => ("cvssMetricV30", "3.0"),
        _ => ("cvssMetricV2", "2.0"),
    };
    let mut data = json!({"version": version, "vectorString": vector, "baseScore": number(base)});
    if version != "2.0" {
        data["baseSeverity"] = json!(severity(base));
    }
    json!({name: [{"source": "nvd@nist.gov", "type": "Primary", "cvssData": data}]})
}

fn cve5(fact: &Fact, moment: Timestamp) -> Value {
    let scheme = if fact.origin == Origin::Vulnrichment { "custom" } else { "semver" };
    let affected: Vec<Value> = fact.products.iter().map(|product| cve5_affected(product, scheme)).collect();
    let metrics: Vec<Value> = fact
        .score
        .and_then(|(base, vector)| Some((base?, vector)))
        .map(|(base, vector)| {
            let version = vector.split('/').next().unwrap_or_default().trim_start_matches("CVSS:");
            json!({
                "format": "CVSS",
                format!("cvssV{}", version.replace('.', "_")):
                    {"version": version, "vectorString": vector, "baseScore": number(base), "baseSeverity": severity(base)},
            })
        })
        .into_iter()
        .collect();
    let weaknesses: Vec<Value> = fact
        .weaknesses
        .iter()
        .map(|number| {
            let name = format!("CWE-{number}");
            json!({"descriptions": [{"lang": "en", "type": "CWE", "cweId": name, "description": name}]})
        })
        .collect();
    let updated = second(modified(fact, moment));
    let (name, id) = match fact.origin {
        Origin::Kernel => ("Linux", "f4215fc3-5b6b-47ff-a258-f7189bd81038"),
        Origin::Openssl => ("openssl", "3a12439a-ef3a-4c79-92e6-6081a721f1e5"),
        _ => ("CISA-ADP", "134c704f-9b21-4f2e-91b3-4a467353bcc0"),
    };
    json!({
        "dataType": "CVE_RECORD",
        "dataVersion": "5.1",
        "cveMetadata": {
            "cveId": fact.id, "state": "PUBLISHED", "assignerOrgId": id, "assignerShortName": name,
            "datePublished": second(fact.published), "dateUpdated": updated,
        },
        "containers": {"cna": {
            "providerMetadata": {"orgId": id, "shortName": name, "dateUpdated": updated},
            "title": fact.title,
            "descriptions": [{"lang": "en", "value": fact.title}],
            "affected": affected,
            "metrics": metrics,
            "problemTypes": weaknesses,
            "references": [],
        }},
    })
}

fn cve5_affected(product: &Affected, scheme: &str) -> Value {
    let mut names = product.key.split(':').skip(1);
    let (vendor, name) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
    let versions: Vec<Value> = product
        .ranges
        .iter()
        .map(|range| match *range {
            Range::Exactly(version) => json!({"version": version, "status": "affected"}),
            Range::Between { lower, upper, upper_in, .. } => {
                let lower = if lower.is_empty() { "0" } else { lower };
                let upper_key = if upper_in { "lessThanOrEqual" } else { "lessThan" };
                let upper = if upper.is_empty() { "*" } else { upper };
                json!({"version": lower, upper_key: upper, "status": "affected", "versionType": scheme})
            }
        })
        .collect();
    json!({
        "vendor": vendor, "product": name, "cpes": [criteria(product.key, "*")], "defaultStatus": "unaffected",
        "versions": versions,
    })
}

fn osv(fact: &Fact, moment: Timestamp) -> Value {
    let affected: Vec<Value> = fact
        .products
        .iter()
        .map(|product| {
            let (ecosystem, name) = product.key.split_once(':').unwrap_or(("", product.key));
            let kind = if matches!(ecosystem, "npm" | "Go" | "crates.io") { "SEMVER" } else { "ECOSYSTEM" };
            let ranges: Vec<Value> =
                product.ranges.iter().map(|range| json!({"type": kind, "events": events(range)})).collect();
            json!({"package": {"ecosystem": ecosystem, "name": name}, "ranges": ranges})
        })
        .collect();
    let severity: Vec<Value> = fact
        .score
        .map(|(_, vector)| {
            let kind = if vector.starts_with("CVSS:4") { "CVSS_V4" } else { "CVSS_V3" };
            json!({"type": kind, "score": vector})
        })
        .into_iter()
        .collect();
    let weaknesses: Vec<String> = fact.weaknesses.iter().map(|number| format!("CWE-{number}")).collect();
    json!({
        "schema_version": "1.6.0",
        "id": fact.id,
        "published": second(fact.published),
        "modified": second(modified(fact, moment)),
        "aliases": fact.aliases,
        "summary": fact.title,
        "severity": severity,
        "affected": affected,
        "database_specific": {"cwe_ids": weaknesses},
    })
}

fn events(range: &Range) -> Vec<Value> {
    match *range {
        Range::Exactly(version) => vec![json!({"introduced": version}), json!({"last_affected": version})],
        Range::Between { lower, upper, upper_in, .. } => {
            let mut events = vec![json!({"introduced": if lower.is_empty() { "0" } else { lower }})];
            if !upper.is_empty() {
                events.push(json!({if upper_in { "last_affected" } else { "fixed" }: upper}));
            }
            events
        }
    }
}

fn kev(facts: &Facts, moment: Timestamp) -> Value {
    let day = day(moment).min(KEV_DAY.to_owned());
    let entries: Vec<Value> = facts
        .exploited
        .iter()
        .filter(|entry| entry.added <= day.as_str())
        .map(|entry| {
            let fact = facts.facts.iter().find(|fact| fact.id == entry.id || fact.aliases.contains(&entry.id));
            let title = fact.map_or_else(|| entry.id.to_owned(), |fact| fact.title.clone());
            json!({
                "cveID": entry.id, "vendorProject": "", "product": "", "vulnerabilityName": title,
                "dateAdded": entry.added, "shortDescription": title, "requiredAction": "", "dueDate": entry.due,
                "knownRansomwareCampaignUse": if entry.ransomware { "Known" } else { "Unknown" }, "notes": "",
            })
        })
        .collect();
    json!({
        "title": "Known exploited vulnerabilities",
        "catalogVersion": day.replace('-', "."),
        "dateReleased": format!("{day}T00:00:00Z"),
        "count": entries.len(),
        "vulnerabilities": entries,
    })
}

fn epss(facts: &Facts) -> FeedFile {
    let mut text = format!("{EPSS_HEAD}\ncve,epss,percentile\n");
    for row in &facts.scores {
        text += &row.join(",");
        text.push('\n');
    }
    FeedFile { path: PathBuf::from(format!("epss/epss_scores-{EPSS_DAY}.csv")), text }
}

/// When the record was last changed, as seen at a moment.
fn modified(fact: &Fact, moment: Timestamp) -> Timestamp {
    if fact.modified <= moment { fact.modified } else { fact.published }
}

fn criteria(key: &str, version: &str) -> String {
    format!("cpe:2.3:{key}:{version}:*:*:*:*:*:*:*")
}

fn number(base: &str) -> Value {
    base.parse::<f64>().map_or(Value::Null, |base| json!(base))
}

fn severity(base: &str) -> &'static str {
    match base.parse::<f64>().unwrap_or_default() {
        base if base >= 9.0 => "CRITICAL",
        base if base >= 7.0 => "HIGH",
        base if base >= 4.0 => "MEDIUM",
        base if base > 0.0 => "LOW",
        _ => "NONE",
    }
}

fn year(id: &str) -> &str {
    id.split('-').nth(1).unwrap_or("0000")
}

fn day(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::UTC).date().to_string()
}

fn second(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn millisecond(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.000").to_string()
}
