//! Open Source Vulnerability records.
//!
//! Semantics: docs/matching.md. One statement per package, and one per repository of a GIT range.

use component::purl::Purl;
use component::version::{Form, Scheme};
use matcher::record::{Bound, Qualifiers, Record, Source, Span, Statement, Status};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::affected::repository_key;
use crate::cvss::computed;
use crate::ecosystem;
use crate::report::{Issue, IssueCode};
use crate::text::{List, Text, one_line};
use crate::unit::{self, Unit, time};

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(default, borrow)]
    id: Text<'a>,
    #[serde(default, borrow)]
    modified: Text<'a>,
    #[serde(default, borrow)]
    published: Text<'a>,
    #[serde(default, borrow)]
    withdrawn: Text<'a>,
    #[serde(default, borrow)]
    aliases: List<Text<'a>>,
    #[serde(default, borrow)]
    upstream: List<Text<'a>>,
    #[serde(default, borrow)]
    related: List<Text<'a>>,
    #[serde(default, borrow)]
    summary: Text<'a>,
    #[serde(default, borrow)]
    details: Text<'a>,
    #[serde(default, borrow)]
    severity: List<Severity<'a>>,
    #[serde(default, borrow)]
    affected: List<Affected<'a>>,
    #[serde(default, borrow)]
    database_specific: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct DatabaseSpecific<'a> {
    #[serde(default, borrow)]
    cwe_ids: List<Text<'a>>,
}

#[derive(Deserialize)]
struct Severity<'a> {
    #[serde(default, borrow, rename = "type")]
    ty: Text<'a>,
    #[serde(default, borrow)]
    score: Text<'a>,
}

#[derive(Deserialize)]
struct Affected<'a> {
    #[serde(default, borrow)]
    package: Option<Package<'a>>,
    #[serde(default, borrow)]
    severity: List<Severity<'a>>,
    #[serde(default, borrow)]
    ranges: List<Range<'a>>,
    #[serde(default, borrow)]
    versions: List<Text<'a>>,
}

#[derive(Deserialize)]
struct Package<'a> {
    #[serde(default, borrow)]
    ecosystem: Text<'a>,
    #[serde(default, borrow)]
    name: Text<'a>,
    #[serde(default, borrow)]
    purl: Text<'a>,
}

#[derive(Deserialize)]
struct Range<'a> {
    #[serde(default, borrow, rename = "type")]
    ty: Text<'a>,
    #[serde(default, borrow)]
    repo: Text<'a>,
    #[serde(default, borrow)]
    events: List<Event<'a>>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(default, borrow)]
    introduced: Text<'a>,
    #[serde(default, borrow)]
    fixed: Text<'a>,
    #[serde(default, borrow)]
    last_affected: Text<'a>,
    #[serde(default, borrow)]
    limit: Text<'a>,
}

/// Reads one OSV record.
pub fn parse_one(raw: &[u8], source: &Source) -> Unit {
    unit::parse(raw, |text, issues| {
        let document: Document<'_> = serde_json::from_str(text).map_err(unit::malformed)?;
        normalise(&document, source, issues)
    })
}

/// The ecosystem of the first package of a record, without its release.
pub(crate) fn first_ecosystem(raw: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Brief<'a> {
        #[serde(default, borrow)]
        affected: List<BriefAffected<'a>>,
    }
    #[derive(Deserialize)]
    struct BriefAffected<'a> {
        #[serde(default, borrow)]
        package: Option<Package<'a>>,
    }
    let brief: Brief<'_> = serde_json::from_slice(raw).ok()?;
    let package = brief.affected.iter().find_map(|affected| affected.package.as_ref())?;
    let base = package.ecosystem.get().split(':').next()?;
    (!base.is_empty()).then(|| ecosystem::canonical(base).unwrap_or(base).to_owned())
}

fn normalise(document: &Document<'_>, source: &Source, issues: &mut Vec<Issue>) -> Result<Record, Issue> {
    let id = document.id.some().ok_or_else(|| unit::no_id("/id"))?;
    let texts =
        |list: &List<Text<'_>>| list.iter().filter_map(Text::some).map(str::to_owned).collect::<Vec<_>>();
    let mut record = Record {
        source: source.clone(),
        id: id.to_owned(),
        modified: time(document.modified.get(), "/modified", issues),
        published: time(document.published.get(), "/published", issues),
        withdrawn: document.withdrawn.some().is_some(),
        aliases: texts(&document.aliases),
        upstream: texts(&document.upstream),
        summary: one_line(document.summary.some().unwrap_or(document.details.get())),
        scores: Vec::new(),
        weaknesses: Vec::new(),
        statements: Vec::new(),
        conditions: Vec::new(),
    };
    // A database may put anything there: what is not as we know it costs nothing.
    let specific = document.database_specific.map(RawValue::get);
    if let Some(specific) = specific.and_then(|raw| serde_json::from_str::<DatabaseSpecific<'_>>(raw).ok()) {
        record.weaknesses = specific.cwe_ids.iter().filter_map(|text| unit::cwe(text.get())).collect();
    }
    read_severity(&document.severity, "/severity", &mut record, issues);
    for (index, affected) in document.affected.iter().enumerate() {
        let pointer = format!("/affected/{index}");
        read_severity(&affected.severity, &format!("{pointer}/severity"), &mut record, issues);
        read_package(affected, &pointer, &mut record, issues);
        for (range_index, range) in affected.ranges.iter().enumerate() {
            if range.ty.get() == "GIT" {
                read_commits(range, format!("{pointer}/ranges/{range_index}"), &mut record);
            }
        }
    }
    read_erratum(document, &mut record);
    Ok(record)
}

/// A distribution's erratum that has neither aliases nor `upstream` names what it fixes under `related`, which means
/// nothing in any other record. One about bugs or enhancements alone names no vulnerability.
fn read_erratum(document: &Document<'_>, record: &mut Record) {
    let of_distribution = |statement: &Statement| statement.key.0.starts_with("distro:");
    if !record.aliases.is_empty()
        || !record.upstream.is_empty()
        || record.statements.is_empty()
        || !record.statements.iter().all(of_distribution)
    {
        return;
    }
    let related = document.related.iter().filter_map(Text::some);
    record.upstream = related.filter(|name| name.starts_with("CVE-")).map(str::to_owned).collect();
    record.withdrawn |= record.upstream.is_empty() && is_no_security_erratum(&record.id);
}

/// `ALBA-2019:0987`, `RLEA-…`: distributions of the Red Hat family say in the id what an erratum is about.
fn is_no_security_erratum(id: &str) -> bool {
    let kind = id.split('-').next().and_then(|word| word.get(word.len().checked_sub(2)?..));
    matches!(kind, Some("BA" | "EA"))
}

fn read_severity(severity: &[Severity<'_>], pointer: &str, record: &mut Record, issues: &mut Vec<Issue>) {
    for severity in severity {
        if !severity.ty.get().starts_with("CVSS") {
            continue;
        }
        match computed(severity.score.get(), &record.source.0) {
            Some(score) if record.scores.contains(&score) => {}
            Some(score) => record.scores.push(score),
            None => issues.push(unit::issue(
                pointer,
                IssueCode::Severity,
                format!("`{}` is no CVSS vector", one_line(severity.score.get())),
            )),
        }
    }
}

fn read_package(affected: &Affected<'_>, pointer: &str, record: &mut Record, issues: &mut Vec<Issue>) {
    let Some(package) = &affected.package else {
        return;
    };
    let (ecosystem, name) = (package.ecosystem.get(), package.name.get());
    let Some((key, scheme)) = ecosystem::product(ecosystem, name) else {
        let text = format!("`{name}` is no package name of {ecosystem}");
        issues.push(unit::issue(&format!("{pointer}/package"), IssueCode::Package, text));
        return;
    };
    let order = scheme.unwrap_or(Scheme::Generic);
    let mut ranges = Vec::new();
    let mut fixed_in = Vec::new();
    for range in affected.ranges.iter().filter(|range| range.ty.get() != "GIT") {
        read_events(&range.events, order, &mut ranges, &mut fixed_in);
    }
    let mut spans: Vec<Span> = listed(&affected.versions, order, &ranges);
    spans.append(&mut ranges);
    let git_only = !affected.ranges.is_empty() && affected.ranges.iter().all(|range| range.ty.get() == "GIT");
    if spans.is_empty() && git_only {
        return;
    }
    // Neither versions nor ranges: the record does not say which versions, so the answer is not known.
    let default = if spans.is_empty() { Status::Unknown } else { Status::Unaffected };
    fixed_in.dedup();
    let qualifiers = Qualifiers { target_hw: architecture(package.purl.get()), ..Qualifiers::default() };
    record.statements.push(Statement {
        pointer: pointer.to_owned(),
        key,
        scheme,
        spans,
        default,
        fixed_in,
        qualifiers,
        condition: None,
        exact_only: false,
        flaw: None,
    });
}

/// The one architecture that a package of a distribution is spoken of in, from its package URL.
fn architecture(purl: &str) -> Option<String> {
    let architecture = Purl::parse(purl).ok()?.qualifiers.get("arch")?.clone();
    let all = ["noarch", "all", "any", "src", "source"].contains(&architecture.as_str());
    (!all).then_some(architecture)
}

/// Listed versions that no range holds anyway. Only versions of the scheme's own grammar are left out, for which being
/// in a range is certain.
fn listed(versions: &[Text<'_>], order: Scheme, ranges: &[Span]) -> Vec<Span> {
    let keys: Vec<_> =
        ranges.iter().map(|span| (bound_key(order, &span.lower), bound_key(order, &span.upper))).collect();
    versions
        .iter()
        .filter_map(Text::some)
        .filter(|version| {
            if keys.is_empty() || order.form(version) != Form::Exact {
                return true;
            }
            let key = order.key(version);
            !ranges.iter().zip(&keys).any(|(span, (low, high))| {
                let above = match (&span.lower, low) {
                    (Bound::Including(_), Some(low)) => key >= *low,
                    (Bound::Excluding(_), Some(low)) => key > *low,
                    _ => true,
                };
                let below = match (&span.upper, high) {
                    (Bound::Including(_), Some(high)) => key <= *high,
                    (Bound::Excluding(_), Some(high)) => key < *high,
                    _ => true,
                };
                above && below
            })
        })
        .map(|version| Span {
            lower: Bound::Including(version.to_owned()),
            upper: Bound::Including(version.to_owned()),
            status: Status::Affected,
        })
        .collect()
}

fn bound_key(order: Scheme, bound: &Bound) -> Option<component::version::VersionKey> {
    match bound {
        Bound::Including(version) | Bound::Excluding(version) => Some(order.key(version)),
        Bound::Open | Bound::Series(_) => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Fixed,
    Introduced,
    LastAffected,
}

/// Events in the order of their versions, whatever the order in the record, to spans.
fn read_events(events: &[Event<'_>], order: Scheme, spans: &mut Vec<Span>, fixed_in: &mut Vec<String>) {
    let mut steps: Vec<(Step, &str)> = Vec::new();
    for event in events {
        let pairs = [
            (Step::Introduced, &event.introduced),
            (Step::Fixed, &event.fixed),
            (Step::LastAffected, &event.last_affected),
            (Step::Fixed, &event.limit),
        ];
        steps.extend(pairs.into_iter().filter_map(|(step, text)| Some((step, text.some()?))));
        if let Some(fixed) = event.fixed.some() {
            fixed_in.push(fixed.to_owned());
        }
    }
    steps.retain(|(step, version)| !(*step == Step::Fixed && *version == "*"));
    steps.sort_by(|left, right| match (left.1 == "0", right.1 == "0") {
        (true, true) => left.0.cmp(&right.0),
        (true, false) => std::cmp::Ordering::Less,
        (false, true) => std::cmp::Ordering::Greater,
        (false, false) => order.compare(left.1, right.1).then(left.0.cmp(&right.0)),
    });
    let mut start: Option<Bound> = None;
    for (step, version) in steps {
        let end = match step {
            Step::Introduced => {
                start.get_or_insert_with(|| match version {
                    "0" => Bound::Open,
                    _ => Bound::Including(version.to_owned()),
                });
                continue;
            }
            Step::Fixed => Bound::Excluding(version.to_owned()),
            Step::LastAffected => Bound::Including(version.to_owned()),
        };
        if let Some(lower) = start.take() {
            spans.push(Span { lower, upper: end, status: Status::Affected });
        }
    }
    spans.extend(start.map(|lower| Span { lower, upper: Bound::Open, status: Status::Affected }));
}

/// Commits have no order in a record: they are names, and nothing follows from not being one of them.
fn read_commits(range: &Range<'_>, pointer: String, record: &mut Record) {
    let Some(repo) = range.repo.some() else {
        return;
    };
    let commits =
        |pick: fn(&Event<'_>) -> Option<String>| range.events.iter().filter_map(pick).collect::<Vec<_>>();
    let introduced = commits(|event| event.introduced.some().map(str::to_owned));
    let mut ends: Vec<Bound> = Vec::new();
    let fixed_in = commits(|event| event.fixed.some().map(str::to_owned));
    ends.extend(fixed_in.iter().cloned().map(Bound::Excluding));
    ends.extend(
        commits(|event| event.last_affected.some().map(str::to_owned)).into_iter().map(Bound::Including),
    );
    if ends.is_empty() {
        ends.push(Bound::Open);
    }
    let mut spans = Vec::new();
    for (index, end) in ends.into_iter().enumerate() {
        let lower = match introduced.get(index).or(introduced.first()) {
            Some(commit) if commit != "0" => Bound::Including(commit.clone()),
            _ => Bound::Open,
        };
        spans.push(Span { lower, upper: end, status: Status::Affected });
    }
    record.statements.push(Statement {
        pointer,
        key: repository_key(repo),
        scheme: None,
        spans,
        default: Status::Unknown,
        fixed_in,
        qualifiers: Qualifiers::default(),
        condition: None,
        exact_only: true,
        flaw: None,
    });
}
