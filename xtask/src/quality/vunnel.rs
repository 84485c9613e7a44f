//! Records of the fixtures: each provider's envelope to the record that our own reader gives, or would give, of its source.
//!
//! OSV and NVD items go through the readers of `feeds`. The normalised shape of distributions and of GitHub advisories, and
//! the CSAF of one distribution, are translated here and nowhere else.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use component::purl::Purl;
use matcher::record::{Bound, ProductKey, Qualifiers, Record, Source, Span, Statement, Status};
use serde_json::Value;

use super::truth::{encoded, text, texts};

/// The records of a fixture whose identifier ends in a selected name; all when none is selected.
pub(super) fn records(fixture: &Path, selected: &[String]) -> anyhow::Result<Vec<Record>> {
    let mut paths = Vec::new();
    walk(fixture, &mut paths)?;
    paths.sort();
    let mut records = Vec::new();
    for path in paths.iter().filter(|path| path.components().any(|part| part.as_os_str() == "results")) {
        let raw = std::fs::read(path)?;
        let envelope: Value = serde_json::from_slice(&raw).with_context(|| path.display().to_string())?;
        let identifier = text(&envelope, "/identifier").to_lowercase();
        if selected.is_empty() || selected.iter().any(|name| identifier.ends_with(name.as_str())) {
            records.extend(record(&envelope)?);
        }
    }
    Ok(records)
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    Ok(())
}

fn record(envelope: &Value) -> anyhow::Result<Option<Record>> {
    let (schema, item) = (text(envelope, "/schema"), &envelope["item"]);
    let parsed = |unit: feeds::Unit| unit.map(|(record, _)| record).ok();
    Ok(if schema.contains("/osv/") {
        let ecosystem = text(item, "/affected/0/package/ecosystem").split(':').next().unwrap_or_default();
        parsed(feeds::osv::parse_one(item.to_string().as_bytes(), &Source(format!("osv:{ecosystem}"))))
    } else if schema.contains("/nvd/") {
        parsed(feeds::nvd::parse_one(item.to_string().as_bytes(), &Source("nvd".to_owned())))
    } else if schema.contains("/os/") {
        Some(of_distribution(&item["Vulnerability"]))
    } else if schema.contains("/github-security-advisory/") {
        Some(of_advisory(&item["Advisory"]))
    } else if schema.contains("/csaf-vex/") {
        Some(of_csaf(item))
    } else {
        None
    })
}

/// A distribution's word about one vulnerability.
fn of_distribution(item: &Value) -> Record {
    let (name, namespace) = (text(item, "/Name"), text(item, "/NamespaceName"));
    let (id, release) = namespace.split_once(':').unwrap_or((namespace, ""));
    let id = if id == "sles" { "suse" } else { id };
    let release = release.trim_start_matches("rolling");
    let mut record = empty(&format!("os:{id}"), &format!("{namespace}/{name}"));
    record.aliases = vec![name.to_owned()];
    for (at, fix) in item["FixedIn"].as_array().into_iter().flatten().enumerate() {
        let key = format!("distro:{id}:{release}/{}", text(fix, "/Name"));
        let module = Some(text(fix, "/Module")).filter(|module| !module.is_empty()).map(str::to_owned);
        let (spans, default) = match text(fix, "/Version") {
            // Not fixed: every version.
            "" | "None" => (vec![affected(Bound::Open, Bound::Open)], Status::Unaffected),
            // Never affected.
            "0" => (Vec::new(), Status::Unaffected),
            version => {
                (vec![affected(Bound::Open, Bound::Excluding(version.to_owned()))], Status::Unaffected)
            }
        };
        let qualifiers = Qualifiers { modules: module.into_iter().collect(), ..Qualifiers::default() };
        record.statements.push(statement(format!("/FixedIn/{at}"), key, spans, default, qualifiers));
    }
    record
}

/// The CSAF VEX of a distribution: binaries of `relates_to` products, fixed in a version or affected in all.
fn of_csaf(item: &Value) -> Record {
    let flaw = &item["vulnerabilities"][0];
    let name = text(flaw, "/cve");
    let mut record = empty("os:hummingbird", &format!("hummingbird:1/{name}"));
    record.aliases = vec![name.to_owned()];
    for status in ["fixed", "known_affected"] {
        for product in texts(flaw, &format!("/product_status/{status}")) {
            let Some((place, package)) = product.split_once(':') else { continue };
            if package.ends_with(".src") {
                continue;
            }
            let place = place.replacen('-', ":", 1);
            // `perl-B-0:1.89-524.1.hum1`, or a name alone.
            let (name, upper) = match package.split_once(':') {
                Some((start, version)) => {
                    let (name, epoch) = start.rsplit_once('-').unwrap_or((start, "0"));
                    (name, Bound::Excluding(format!("{epoch}:{version}")))
                }
                None => (package, Bound::Open),
            };
            record.statements.push(statement(
                format!("/product_status/{status}"),
                format!("distro:{place}/{name}"),
                vec![affected(Bound::Open, upper)],
                Status::Unaffected,
                Qualifiers::default(),
            ));
        }
    }
    record
}

/// GitHub's word about packages of an ecosystem.
fn of_advisory(item: &Value) -> Record {
    let mut record = empty("osv:GHSA", text(item, "/ghsaId"));
    record.aliases = texts(item, "/CVE");
    record.withdrawn = item["withdrawn"].is_string();
    for (at, fix) in item["FixedIn"].as_array().into_iter().flatten().enumerate() {
        let ty = match text(fix, "/ecosystem") {
            "go" => "golang",
            "python" => "pypi",
            "java" => "maven",
            other => other,
        };
        let name = text(fix, "/name").replacen(':', "/", usize::from(ty == "maven"));
        let Ok(purl) = Purl::parse(&format!("pkg:{ty}/{}", encoded(&name))) else { continue };
        let spans = text(fix, "/range").split("||").map(span).collect();
        let key = format!("purl:{}", purl.canonical_key());
        let pointer = format!("/FixedIn/{at}");
        record.statements.push(statement(pointer, key, spans, Status::Unaffected, Qualifiers::default()));
    }
    record
}

/// `>= 1.0, < 1.9.3`.
fn span(range: &str) -> Span {
    let mut span = affected(Bound::Open, Bound::Open);
    for part in range.split(',').map(str::trim) {
        let version = part.trim_start_matches(['<', '>', '=', ' ']).to_owned();
        if part.starts_with(">=") {
            span.lower = Bound::Including(version);
        } else if part.starts_with('>') {
            span.lower = Bound::Excluding(version);
        } else if part.starts_with("<=") {
            span.upper = Bound::Including(version);
        } else if part.starts_with('<') {
            span.upper = Bound::Excluding(version);
        } else if part.starts_with('=') {
            (span.lower, span.upper) = (Bound::Including(version.clone()), Bound::Including(version));
        }
    }
    span
}

fn affected(lower: Bound, upper: Bound) -> Span {
    Span { lower, upper, status: Status::Affected }
}

fn statement(
    pointer: String,
    key: String,
    spans: Vec<Span>,
    default: Status,
    qualifiers: Qualifiers,
) -> Statement {
    Statement {
        pointer,
        key: ProductKey(key),
        scheme: None,
        spans,
        default,
        fixed_in: Vec::new(),
        qualifiers,
        condition: None,
        exact_only: false,
        flaw: None,
    }
}

fn empty(source: &str, id: &str) -> Record {
    Record {
        source: Source(source.to_owned()),
        id: id.to_owned(),
        modified: None,
        published: None,
        withdrawn: false,
        aliases: Vec::new(),
        upstream: Vec::new(),
        summary: String::new(),
        scores: Vec::new(),
        weaknesses: Vec::new(),
        statements: Vec::new(),
        conditions: Vec::new(),
    }
}
