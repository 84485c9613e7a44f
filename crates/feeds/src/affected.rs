//! One entry of `affected[]` of a CVE 5 container: its product keys and its version statements.
//!
//! Semantics: docs/matching.md. Spans are ordered so that the first that contains a version gives the result: exact
//! versions, then bounded ranges, then half-open ones. Versions that cannot be compared (commits, free text) get a
//! statement of their own with an unknown default, so that nothing is concluded from not finding them; if free text
//! contradicts the entry's default, the default is unknown for the whole entry.

use component::cpe::Cpe;
use component::purl::Purl;
use component::version::{Form, Scheme, Shape, shape};
use matcher::record::{Bound, ProductKey, Qualifiers, Record, Span, Statement, Status};
use serde::Deserialize;

use crate::configuration::{cpe_bounds, cpe_key, cpe_qualifiers};
use crate::free_text;
use crate::report::{Issue, IssueCode};
use crate::text::{List, Text};
use crate::unit;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Affected<'a> {
    #[serde(default, borrow)]
    vendor: Text<'a>,
    #[serde(default, borrow)]
    product: Text<'a>,
    #[serde(default, borrow, rename = "collectionURL")]
    collection_url: Text<'a>,
    #[serde(default, borrow)]
    package_name: Text<'a>,
    #[serde(default, borrow, rename = "packageURL")]
    package_url: Text<'a>,
    #[serde(default, borrow)]
    cpes: List<Text<'a>>,
    #[serde(default, borrow)]
    modules: List<Text<'a>>,
    #[serde(default, borrow)]
    program_files: List<Text<'a>>,
    #[serde(default, borrow)]
    platforms: List<Text<'a>>,
    #[serde(default, borrow)]
    repo: Text<'a>,
    #[serde(default, borrow)]
    default_status: Text<'a>,
    #[serde(default, borrow)]
    versions: List<Version<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version<'a> {
    #[serde(default, borrow)]
    version: Text<'a>,
    #[serde(default, borrow)]
    status: Text<'a>,
    #[serde(default, borrow)]
    version_type: Text<'a>,
    #[serde(default, borrow)]
    less_than: Text<'a>,
    #[serde(default, borrow)]
    less_than_or_equal: Text<'a>,
    #[serde(default, borrow)]
    changes: List<Change<'a>>,
}

#[derive(Debug, Deserialize)]
struct Change<'a> {
    #[serde(default, borrow)]
    at: Text<'a>,
    #[serde(default, borrow)]
    status: Text<'a>,
}

/// Adds to `record` what `entry`, found at `pointer`, says.
pub(crate) fn read(entry: &Affected<'_>, pointer: &str, record: &mut Record, issues: &mut Vec<Issue>) {
    let lanes = lanes(entry);
    let base = qualifiers(entry);
    for product in products(entry, pointer, issues) {
        for lane in &lanes {
            let own_repository = matches!(&product.key, ProductKey(key) if key.starts_with("git:"));
            // Commits belong to the repository where it is known, versions to the product.
            if own_repository != (lane.commits && entry.repo.some().is_some()) {
                continue;
            }
            let mut qualifiers = base.clone();
            qualifiers.version_not_applicable = lane.unnamed;
            let mut spans: Vec<Span> = lane.spans.iter().map(|(_, span)| span.clone()).collect();
            if let Some(cpe) = &product.cpe {
                let narrowing = cpe_qualifiers(cpe);
                qualifiers.edition = narrowing.edition;
                qualifiers.target_sw = narrowing.target_sw.or(qualifiers.target_sw);
                qualifiers.target_hw = narrowing.target_hw.or(qualifiers.target_hw);
                if let (true, Some((lower, upper))) = (entry.versions.is_empty(), cpe_bounds(cpe)) {
                    spans.push(Span { lower, upper, status: Status::Affected });
                }
            }
            record.statements.push(Statement {
                pointer: pointer.to_owned(),
                key: product.key.clone(),
                scheme: lane.scheme,
                spans,
                default: lane.default,
                fixed_in: lane.fixed_in.clone(),
                qualifiers,
                condition: None,
                exact_only: lane.exact_only,
                flaw: None,
            });
        }
    }
}

/// What inventories call the kernel that its CNA calls `Linux` of `Linux`.
const LINUX_KERNEL: &str = "cpe:o:linux:linux_kernel";

/// Takes out of `record` what `cpeApplicability` (statements from `from` on) says about the kernel when `affected` spoke
/// of it branch by branch: the CPE form of the same data has one range a branch, each from the first release on, and
/// calls every fixed stable release affected.
pub(crate) fn prefer_branches(record: &mut Record, from: usize) {
    let is_kernel = |statement: &Statement| statement.key.0 == LINUX_KERNEL;
    let by_branch =
        |statement: &Statement| statement.spans.iter().any(|span| matches!(span.upper, Bound::Series(_)));
    if record.statements[..from].iter().any(|statement| is_kernel(statement) && by_branch(statement)) {
        let applicable = record.statements.split_off(from);
        record.statements.extend(applicable.into_iter().filter(|statement| !is_kernel(statement)));
    }
}

/// The status a CVE 5 record names; absent or misspelled is unknown.
fn status(text: &Text<'_>) -> Status {
    match text.get() {
        word if word.eq_ignore_ascii_case("affected") => Status::Affected,
        word if word.eq_ignore_ascii_case("unaffected") => Status::Unaffected,
        _ => Status::Unknown,
    }
}

struct Product {
    key: ProductKey,
    cpe: Option<Cpe>,
}

fn products(entry: &Affected<'_>, pointer: &str, issues: &mut Vec<Issue>) -> Vec<Product> {
    let mut products: Vec<Product> = Vec::new();
    let mut add = |key: ProductKey, cpe: Option<Cpe>| {
        if !products.iter().any(|product| product.key == key && product.cpe == cpe) {
            products.push(Product { key, cpe });
        }
    };
    let name = plain_name(entry.product.get());
    if !is_placeholder(&name) {
        let vendor = plain_name(entry.vendor.get());
        let vendor = if is_placeholder(&vendor) { "" } else { &vendor };
        if (vendor, name.as_str()) == ("linux", "linux") {
            add(ProductKey(LINUX_KERNEL.to_owned()), None);
        }
        add(ProductKey(format!("cve:{vendor}|{name}")), None);
    }
    if let Some(url) = entry.package_url.some() {
        match Purl::parse(url) {
            Ok(purl) => add(ProductKey(format!("purl:{}", purl.canonical_key())), None),
            Err(error) => issues.push(unit::issue(pointer, IssueCode::Package, format!("`{url}`: {error}"))),
        }
    } else if let (Some(collection), Some(package)) = (entry.collection_url.some(), entry.package_name.some())
        && let Some(key) = package_key(collection, package)
    {
        add(key, None);
    }
    for text in entry.cpes.iter().filter_map(Text::some) {
        match Cpe::parse(text) {
            Ok(cpe) => {
                if let Some(key) = cpe_key(&cpe) {
                    add(key, Some(narrowed(cpe, entry.versions.is_empty())));
                }
            }
            Err(error) => issues.push(unit::issue(pointer, IssueCode::Cpe, format!("`{text}`: {error}"))),
        }
    }
    if let Some(repo) = entry.repo.some() {
        add(repository_key(repo), None);
    }
    products
}

/// A CPE of an entry with versions of its own: version and update of the CPE are no part of the statement.
fn narrowed(mut cpe: Cpe, keep_version: bool) -> Cpe {
    if !keep_version {
        cpe.version = component::cpe::Value::Any;
        cpe.update = component::cpe::Value::Any;
    }
    cpe
}

/// The key of a source repository: without scheme, `.git` and trailing slash.
pub(crate) fn repository_key(url: &str) -> ProductKey {
    let url = url.trim();
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    let bare = bare.trim_end_matches('/');
    ProductKey(format!("git:{}", bare.strip_suffix(".git").unwrap_or(bare).to_lowercase()))
}

fn package_key(collection: &str, package: &str) -> Option<ProductKey> {
    const COLLECTIONS: [(&str, &str); 14] = [
        ("npmjs", "npm"),
        ("pypi.org", "pypi"),
        ("pypi.python.org", "pypi"),
        ("maven", "maven"),
        ("rubygems", "gem"),
        ("nuget", "nuget"),
        ("crates.io", "cargo"),
        ("packagist", "composer"),
        ("golang", "golang"),
        ("go.dev", "golang"),
        ("hex.pm", "hex"),
        ("pub.dev", "pub"),
        ("cpan", "cpan"),
        ("hackage", "hackage"),
    ];
    let collection = collection.to_ascii_lowercase();
    let (_, ty) = COLLECTIONS.iter().find(|(part, _)| collection.contains(part))?;
    crate::ecosystem::purl_key(ty, package)
}

fn qualifiers(entry: &Affected<'_>) -> Qualifiers {
    let texts = |list: &List<Text<'_>>| list.iter().filter_map(Text::some).map(str::to_owned).collect();
    let mut qualifiers = Qualifiers {
        modules: texts(&entry.modules),
        program_files: texts(&entry.program_files),
        ..Qualifiers::default()
    };
    // Several platforms cannot stand in one attribute, and then nothing is narrowed.
    if let [platform] = &*entry.platforms
        && let Some(platform) = platform.some().filter(|platform| !is_placeholder(platform))
    {
        let platform = platform.to_lowercase();
        let hardware = ["x64", "x86", "arm", "32-bit", "64-bit", "32 bit", "64 bit", "itanium"];
        if hardware.iter().any(|word| platform.starts_with(word)) {
            qualifiers.target_hw = Some(platform);
        } else {
            qualifiers.target_sw = Some(platform);
        }
    }
    qualifiers
}

/// The versions of an entry that one order holds for.
struct Lane {
    scheme: Option<Scheme>,
    exact_only: bool,
    commits: bool,
    unnamed: bool,
    default: Status,
    spans: Vec<(u8, Span)>,
    fixed_in: Vec<String>,
}

impl Lane {
    fn new(scheme: Option<Scheme>, default: Status) -> Self {
        Self {
            scheme,
            exact_only: false,
            commits: false,
            unnamed: false,
            default,
            spans: Vec::new(),
            fixed_in: Vec::new(),
        }
    }

    fn push(&mut self, lower: Bound, upper: Bound, status: Status) {
        let rank = match (&lower, &upper) {
            (Bound::Including(low), Bound::Including(high)) if low == high => 0,
            (Bound::Open, Bound::Open) => 3,
            (Bound::Open, _) | (_, Bound::Open) => 2,
            _ => 1,
        };
        self.spans.push((rank, Span { lower, upper, status }));
    }
}

fn lanes(entry: &Affected<'_>) -> Vec<Lane> {
    let default = status(&entry.default_status);
    let is_commit = |version: &Version<'_>| {
        version.version_type.get().eq_ignore_ascii_case("git")
            || (version.version_type.some().is_none() && shape(version.version.get()) == Shape::Hash)
    };
    // Where everything is affected but what is listed, the list is one: an exception must not stand apart from its rule.
    let one_order = default == Status::Affected;
    let scheme_of = |version: &Version<'_>| {
        let stated = version.version_type.some().and_then(Scheme::from_name);
        stated.filter(|scheme| one_order || is_written_in(*scheme, version))
    };
    // Entries mix typed and untyped versions of one order (the kernel does): the untyped ones follow the typed.
    let main_scheme = entry.versions.iter().filter(|version| !is_commit(version)).find_map(scheme_of);
    let mut lanes = vec![Lane::new(main_scheme, default)];
    let mut commits = Lane { exact_only: true, commits: true, ..Lane::new(None, Status::Unknown) };
    let mut words = Lane { exact_only: true, ..Lane::new(None, Status::Unknown) };
    for version in entry.versions.iter() {
        if is_commit(version) {
            read_commit(version, &mut commits);
            continue;
        }
        let scheme = scheme_of(version)
            .or_else(|| main_scheme.filter(|scheme| one_order || is_written_in(*scheme, version)));
        let index = lanes.iter().position(|lane| lane.scheme == scheme).unwrap_or_else(|| {
            lanes.push(Lane::new(scheme, Status::Unknown));
            lanes.len() - 1
        });
        read_version(version, default, &mut lanes[index], &mut words);
    }
    if words.spans.iter().any(|(_, span)| span.status != default) {
        lanes[0].default = Status::Unknown;
    }
    let has_versions = !entry.versions.is_empty();
    let mut kept: Vec<Lane> =
        lanes.into_iter().chain([commits, words]).filter(|lane| !lane.spans.is_empty()).collect();
    if kept.is_empty() && !has_versions {
        kept.push(Lane::new(None, default));
    }
    for lane in &mut kept {
        lane.spans.sort_by_key(|(rank, _)| *rank);
        lane.fixed_in.dedup();
    }
    kept
}

/// Whether the bounds are versions of the scheme that is stated, or that the entry's other versions have: `1.1.1x` is no
/// semantic version, whatever `1.1.1` and `3.0.2` beside it are.
fn is_written_in(scheme: Scheme, version: &Version<'_>) -> bool {
    let numbers = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    scheme != Scheme::Semver
        || [&version.version, &version.less_than, &version.less_than_or_equal].iter().all(|text| {
            let text = text.get().trim().trim_start_matches('v').trim_end_matches(".*");
            numbers(text) || !free_text::looks_like_version(text) || scheme.form(text) == Form::Exact
        })
}

fn read_commit(version: &Version<'_>, lane: &mut Lane) {
    let lower = lower_bound(version.version.get());
    let status = status(&version.status);
    match (version.less_than.some(), version.less_than_or_equal.some()) {
        (Some(end), _) if end != "*" => {
            lane.push(lower, Bound::Excluding(end.to_owned()), status);
            if status == Status::Affected {
                lane.fixed_in.push(end.to_owned());
            }
        }
        (None, Some(end)) if end != "*" => lane.push(lower, Bound::Including(end.to_owned()), status),
        (None, None) => match lower {
            Bound::Including(commit) => {
                lane.push(Bound::Including(commit.clone()), Bound::Including(commit), status);
            }
            _ => lane.push(Bound::Open, Bound::Open, status),
        },
        _ => lane.push(lower, Bound::Open, status),
    }
}

fn read_version(version: &Version<'_>, default: Status, lane: &mut Lane, words: &mut Lane) {
    // Some write versions in the quoting of CPE names: `12.2\(33\)srd2a`.
    let text = version.version.get().replace('\\', "");
    let text = text.as_str();
    let status = status(&version.status);
    let (end, inclusive) = match (version.less_than.some(), version.less_than_or_equal.some()) {
        (Some(end), _) => (Some(end), false),
        (None, end) => (end, true),
    };
    let starts =
        is_placeholder(text) || free_text::looks_like_version(text) || free_text::series(text).is_some();
    match end {
        Some(end) if starts => {
            let lower = lower_bound(text);
            if status == Status::Unaffected && default == Status::Affected && lower != Bound::Open {
                lane.fixed_in.push(text.to_owned());
            }
            match upper_bound(end, inclusive) {
                Some(upper) => read_range(version, lower, upper, status, lane),
                // "publication" and the like: where it ends is not said.
                None => lane.push(lower, Bound::Open, Status::Unknown),
            }
        }
        Some(end) => {
            let sentence = format!("{text} {} {end}", if inclusive { "<=" } else { "<" });
            words.push(Bound::Including(sentence.clone()), Bound::Including(sentence), status);
        }
        None if is_everything(text) => lane.push(Bound::Open, Bound::Open, status),
        None if is_placeholder(text) => {
            lane.unnamed = true;
            lane.push(Bound::Open, Bound::Open, Status::Unknown);
        }
        None => match free_text::series(text) {
            Some(series) => {
                lane.push(Bound::Including(series.to_owned()), Bound::Series(series.to_owned()), status);
            }
            None if free_text::looks_like_version(text) => {
                lane.push(Bound::Including(text.to_owned()), Bound::Including(text.to_owned()), status);
            }
            None => match free_text::parse(text) {
                Some(ranges) => {
                    for (lower, upper) in ranges {
                        if let (Status::Affected, Bound::Excluding(fix)) = (status, &upper) {
                            lane.fixed_in.push(fix.clone());
                        }
                        lane.push(lower, upper, status);
                    }
                }
                None => {
                    words.push(Bound::Including(text.to_owned()), Bound::Including(text.to_owned()), status);
                }
            },
        },
    }
}

/// A range, cut at its `changes`: from each `at` on, the status it names holds.
fn read_range(version: &Version<'_>, lower: Bound, upper: Bound, status_before: Status, lane: &mut Lane) {
    let order = lane.scheme.unwrap_or(Scheme::Generic);
    let mut changes: Vec<(&str, Status)> = version
        .changes
        .iter()
        .filter_map(|change| Some((change.at.some()?, status(&change.status))))
        .filter(|(at, _)| free_text::looks_like_version(at) && before_end(order, at, &upper))
        .collect();
    changes.sort_by(|left, right| order.compare(left.0, right.0));
    let mut from = lower;
    let mut holds = status_before;
    for (at, next) in changes {
        if holds == Status::Affected && next == Status::Unaffected {
            lane.fixed_in.push(at.to_owned());
        }
        // A change at the very start replaces the first status.
        if from != Bound::Including(at.to_owned()) {
            lane.push(from, Bound::Excluding(at.to_owned()), holds);
        }
        from = Bound::Including(at.to_owned());
        holds = next;
    }
    if let (Status::Affected, Bound::Excluding(fix)) = (holds, &upper) {
        lane.fixed_in.push(fix.clone());
    }
    lane.push(from, upper, holds);
}

fn before_end(order: Scheme, at: &str, upper: &Bound) -> bool {
    match upper {
        Bound::Excluding(end) => order.compare(at, end).is_lt(),
        Bound::Including(end) => order.compare(at, end).is_le(),
        Bound::Open | Bound::Series(_) => true,
    }
}

fn lower_bound(text: &str) -> Bound {
    if text == "0" || is_placeholder(text) {
        Bound::Open
    } else {
        Bound::Including(free_text::series(text).unwrap_or(text).to_owned())
    }
}

fn upper_bound(text: &str, inclusive: bool) -> Option<Bound> {
    if text == "*" {
        return Some(Bound::Open);
    }
    if let Some(series) = free_text::series(text) {
        return Some(Bound::Series(series.to_owned()));
    }
    if is_placeholder(text) || !free_text::looks_like_version(text) {
        return None;
    }
    Some(if inclusive { Bound::Including(text.to_owned()) } else { Bound::Excluding(text.to_owned()) })
}

/// A word that stands for every version.
fn is_everything(text: &str) -> bool {
    ["*", "all", "all versions", "any", "all version"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A word that stands for nothing.
fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "",
        "n/a",
        "na",
        "-",
        "--",
        "unspecified",
        "unknown",
        "none",
        "not applicable",
        "tbd",
        "n/a n/a",
        "not specified",
    ];
    is_everything(text) || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Lower case, underscores as spaces, single spaces.
pub(crate) fn plain_name(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c == '_').filter(|word| !word.is_empty()) {
        if !name.is_empty() {
            name.push(' ');
        }
        name.extend(word.chars().flat_map(char::to_lowercase));
    }
    name
}
