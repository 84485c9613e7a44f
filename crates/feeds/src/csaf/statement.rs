//! What a document says of its products, flaw by flaw: one statement for all products of one key that differ in their
//! versions only.

use std::collections::HashMap;

use component::cpe::{Cpe, Value};
use matcher::inventory::Distribution;
use matcher::record::{
    Bound, Condition, Exclusion, Leaf, ProductKey, Qualifiers, Record, Span, Statement, Status,
};
use serde::Deserialize;

use super::{
    Vulnerability,
    tree::{Product, Tree},
    version,
};
use crate::configuration::{cpe_bounds, cpe_key, cpe_qualifiers};
use crate::exact::{Exact, all, only};
use crate::report::{Issue, IssueCode};
use crate::text::{List, Text, one_line};
use crate::unit;

/// Statements that one document may make.
const MAX_STATEMENTS: usize = 500_000;
/// Remedies told of one product.
const MAX_REMEDIES: usize = 3;
/// Characters of one remedy.
const REMEDY: usize = 240;

#[derive(Default, Deserialize)]
pub(super) struct ProductStatus<'a> {
    #[serde(default, borrow)]
    first_affected: List<Text<'a>>,
    #[serde(default, borrow)]
    known_affected: List<Text<'a>>,
    #[serde(default, borrow)]
    last_affected: List<Text<'a>>,
    #[serde(default, borrow)]
    first_fixed: List<Text<'a>>,
    #[serde(default, borrow)]
    fixed: List<Text<'a>>,
    #[serde(default, borrow)]
    known_not_affected: List<Text<'a>>,
    #[serde(default, borrow)]
    under_investigation: List<Text<'a>>,
    #[serde(default, borrow)]
    unknown: List<Text<'a>>,
    /// Names no state: a version that one should go to.
    #[serde(default, borrow)]
    recommended: List<Text<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Remediation<'a> {
    #[serde(default, borrow)]
    category: Text<'a>,
    #[serde(default, borrow)]
    details: Text<'a>,
    #[serde(default, borrow)]
    url: Text<'a>,
    #[serde(default, borrow)]
    product_ids: List<Text<'a>>,
    #[serde(default, borrow)]
    group_ids: List<Text<'a>>,
}

/// A machine-readable justification.
#[derive(Deserialize)]
pub(super) struct Flag<'a> {
    #[serde(default, borrow)]
    label: Text<'a>,
    #[serde(default, borrow)]
    product_ids: List<Text<'a>>,
    #[serde(default, borrow)]
    group_ids: List<Text<'a>>,
}

/// An impact statement, in words.
#[derive(Deserialize)]
pub(super) struct Threat<'a> {
    #[serde(default, borrow)]
    category: Text<'a>,
    #[serde(default, borrow)]
    details: Text<'a>,
    #[serde(default, borrow)]
    product_ids: List<Text<'a>>,
    #[serde(default, borrow)]
    group_ids: List<Text<'a>>,
}

/// A word of `product_status`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Affected,
    Fixed,
    NotAffected,
    Open,
    Recommended,
}

/// Everything that makes two products share a statement.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Lane {
    flaw: Option<u32>,
    key: ProductKey,
    scheme: Option<component::version::Scheme>,
    qualifiers: Qualifiers,
    condition: Option<u32>,
    exact_only: bool,
    default: Status,
}

/// One product seen under one key.
struct View {
    key: ProductKey,
    scheme: Option<component::version::Scheme>,
    qualifiers: Qualifiers,
    /// Its versions; `None` = the text does not say which for certain.
    ranges: Option<Vec<(Bound, Bound)>>,
    /// Its version text, compared as text where there is no order.
    exact_only: bool,
    conditional: bool,
}

pub(super) struct Writer<'t, 'a> {
    tree: &'t Tree<'a>,
    author: &'t str,
    /// Position of the condition for each list of platforms.
    conditions: HashMap<Vec<usize>, Option<u32>>,
    full: bool,
}

impl<'t, 'a> Writer<'t, 'a> {
    pub(super) fn new(tree: &'t Tree<'a>, author: &'t str) -> Self {
        Self { tree, author, conditions: HashMap::new(), full: false }
    }

    /// Adds what `flaw`, the vulnerability at position `at`, says of products.
    pub(super) fn vulnerability(
        &mut self,
        flaw: &Vulnerability<'_>,
        at: usize,
        of: Option<u32>,
        record: &mut Record,
        issues: &mut Vec<Issue>,
    ) {
        let status = &flaw.product_status;
        let told = Told::new(flaw, self.tree);
        let mut lanes: HashMap<Lane, usize> = HashMap::new();
        let mut fixes: HashMap<ProductKey, Vec<String>> = HashMap::new();
        let first = record.statements.len();
        let mut unresolved: Option<(String, usize)> = None;
        for (name, ids, word) in [
            ("first_affected", &status.first_affected, Word::Affected),
            ("known_affected", &status.known_affected, Word::Affected),
            ("last_affected", &status.last_affected, Word::Affected),
            ("first_fixed", &status.first_fixed, Word::Fixed),
            ("fixed", &status.fixed, Word::Fixed),
            ("known_not_affected", &status.known_not_affected, Word::NotAffected),
            ("under_investigation", &status.under_investigation, Word::Open),
            ("unknown", &status.unknown, Word::Open),
            ("recommended", &status.recommended, Word::Recommended),
        ] {
            for (index, id) in ids.iter().enumerate() {
                let pointer = || format!("/vulnerabilities/{at}/product_status/{name}/{index}");
                let Some(resolved) = self.tree.resolve(id.get()) else {
                    unresolved.get_or_insert_with(|| (pointer(), 0)).1 += 1;
                    continue;
                };
                let views = self.views(resolved.product, &resolved.on, word);
                if views.is_empty() {
                    unresolved.get_or_insert_with(|| (pointer(), 0)).1 += 1;
                }
                let condition = self.condition(&resolved.on, record);
                for view in views {
                    if matches!(word, Word::Fixed | Word::Recommended) {
                        let fixes = fixes.entry(view.key.clone()).or_default();
                        fixes.extend(view.ranges.iter().flatten().filter_map(lower_of));
                    }
                    if word == Word::Recommended {
                        continue;
                    }
                    let condition = condition.filter(|_| view.conditional);
                    let (lane, spans) = self.lane(view, word, of, condition, &told, id.get());
                    let position = *lanes.entry(lane).or_insert_with_key(|lane| {
                        record.statements.push(lane.statement(pointer()));
                        record.statements.len() - 1
                    });
                    if let Some(statement) = record.statements.get_mut(position) {
                        statement.spans.extend(spans);
                    }
                }
                if record.statements.len() > MAX_STATEMENTS {
                    if !self.full {
                        self.full = true;
                        let text = format!("more than {MAX_STATEMENTS} statements: the rest is left out");
                        issues.push(unit::issue(&pointer(), IssueCode::Limit, text));
                    }
                    return;
                }
            }
        }
        if let Some((pointer, count)) = unresolved {
            let text = format!("{count} product ids here name no product that can be told apart");
            issues.push(unit::issue(&pointer, IssueCode::Product, text));
        }
        for statement in record.statements.iter_mut().skip(first) {
            order(&mut statement.spans);
            if statement.qualifiers.exclusion.is_none()
                && let Some(fixes) = fixes.get_mut(&statement.key)
            {
                fixes.sort_unstable();
                fixes.dedup();
                statement.fixed_in.clone_from(fixes);
            }
        }
    }

    /// The keys a product is known by, with its versions under each.
    fn views(&self, product: usize, on: &[usize], word: Word) -> Vec<View> {
        let Some(product) = self.tree.products.get(product) else { return Vec::new() };
        let platform = on.iter().find_map(|on| distribution_of(self.tree.products.get(*on)?));
        let mut views = Vec::new();
        for purl in &product.purls {
            let (distribution, stream) = platform.clone().unzip();
            let Some(exact) = Exact::of(purl, distribution) else { continue };
            // Streams with a life of their own are another channel of the release: their open ranges are not its.
            let negative = matches!(word, Word::Fixed | Word::NotAffected);
            if exact.version.is_none() && stream == Some(Stream::Extended) && !negative {
                continue;
            }
            let ranges = match &exact.version {
                Some(version) => Some(vec![(including(version), including(version))]),
                None => match product.version.as_deref().and_then(version::ranges) {
                    Some(ranges) => Some(ranges),
                    None => Some(vec![(Bound::Open, Bound::Open)]),
                },
            };
            let qualifiers = Qualifiers { purl: exact.qualifiers, ..Qualifiers::default() };
            let in_release = exact.key.0.starts_with("distro:") && platform.is_some();
            views.push(View {
                exact_only: exact.scheme.is_none() && exact.version.is_some(),
                key: exact.key,
                scheme: exact.scheme,
                qualifiers,
                ranges,
                conditional: !in_release,
            });
        }
        if let Some((cpe, key)) = product.cpe.as_ref().and_then(|cpe| Some((cpe, cpe_key(cpe)?))) {
            views.push(cpe_view(cpe, key, product));
        }
        if product.purls.is_empty() {
            let ranges = match &product.version {
                Some(text) => version::ranges(text),
                None => Some(vec![(Bound::Open, Bound::Open)]),
            };
            views.extend(product.names.iter().map(|key| View {
                key: key.clone(),
                scheme: None,
                qualifiers: Qualifiers::default(),
                ranges: ranges.clone(),
                exact_only: false,
                conditional: true,
            }));
        }
        views.extend(product.hashes.iter().map(|key| View {
            key: key.clone(),
            scheme: None,
            qualifiers: Qualifiers::default(),
            ranges: Some(vec![(Bound::Open, Bound::Open)]),
            exact_only: false,
            conditional: false,
        }));
        views
    }

    fn lane(
        &self,
        view: View,
        word: Word,
        flaw: Option<u32>,
        condition: Option<u32>,
        told: &Told<'_>,
        id: &str,
    ) -> (Lane, Vec<Span>) {
        let mut qualifiers = view.qualifiers;
        let status = match word {
            Word::Affected => Status::Affected,
            Word::Fixed | Word::NotAffected => Status::Unaffected,
            Word::Open | Word::Recommended => Status::Unknown,
        };
        let mut default = Status::Unknown;
        let spans: Vec<Span> = match view.ranges {
            Some(ranges) => ranges.into_iter().map(|(lower, upper)| Span { lower, upper, status }).collect(),
            // An affected version that nobody can place is an open question about the product, a negative one nothing.
            None if status == Status::Affected => vec![all(Status::Unknown)],
            None => Vec::new(),
        };
        let exact = spans.iter().all(is_exact);
        match word {
            Word::Fixed | Word::NotAffected => {
                if exact {
                    let reason = told.justification(id).unwrap_or_else(|| "its publisher says so".to_owned());
                    let reason = format!("{reason} ({})", self.author);
                    qualifiers.exclusion = Some(Exclusion { fixed: word == Word::Fixed, reason });
                }
            }
            Word::Affected => {
                qualifiers.remedies = told.remedies(id);
                // A package's architecture tells builds apart, not whether the flaw is in the source.
                qualifiers.purl.retain(|qualifier| !qualifier.starts_with("arch="));
                if !exact && spans.iter().all(|span| span.status == status) {
                    default = Status::Unaffected;
                }
            }
            Word::Open | Word::Recommended => {}
        }
        let lane = Lane {
            flaw,
            key: view.key,
            scheme: view.scheme,
            qualifiers,
            condition,
            exact_only: view.exact_only,
            default,
        };
        (lane, spans)
    }

    /// The condition that a product is on these; made once.
    fn condition(&mut self, on: &[usize], record: &mut Record) -> Option<u32> {
        if on.is_empty() {
            return None;
        }
        if let Some(known) = self.conditions.get(on) {
            return *known;
        }
        let leaves: Vec<Condition> =
            on.iter().filter_map(|on| leaf(self.tree.products.get(*on)?)).map(Condition::Has).collect();
        let position = (!leaves.is_empty()).then(|| {
            record.conditions.push(Condition::All(leaves));
            record.conditions.len() as u32 - 1
        });
        self.conditions.insert(on.to_vec(), position);
        position
    }
}

impl Lane {
    fn statement(&self, pointer: String) -> Statement {
        Statement {
            pointer,
            key: self.key.clone(),
            scheme: self.scheme,
            spans: Vec::new(),
            default: self.default,
            fixed_in: Vec::new(),
            qualifiers: self.qualifiers.clone(),
            condition: self.condition,
            exact_only: self.exact_only,
            flaw: self.flaw,
        }
    }
}

/// What a vulnerability tells about products beside their state, by product id; "" = about all.
struct Told<'v> {
    remedies: HashMap<&'v str, Vec<String>>,
    justifications: HashMap<&'v str, String>,
}

impl<'v> Told<'v> {
    fn new(flaw: &'v Vulnerability<'_>, tree: &Tree<'v>) -> Self {
        let mut told = Self { remedies: HashMap::new(), justifications: HashMap::new() };
        for remediation in flaw.remediations.iter() {
            let text = format!(
                "{}: {} {}",
                remediation.category.get(),
                cut(&one_line(remediation.details.get())),
                one_line(remediation.url.get())
            );
            for id in ids(&remediation.product_ids, &remediation.group_ids, tree) {
                let remedies = told.remedies.entry(id).or_default();
                if remedies.len() < MAX_REMEDIES {
                    remedies.push(text.trim_end().to_owned());
                }
            }
        }
        for flag in flaw.flags.iter() {
            for id in ids(&flag.product_ids, &flag.group_ids, tree) {
                told.justifications.entry(id).or_insert_with(|| one_line(flag.label.get()));
            }
        }
        for threat in flaw.threats.iter().filter(|threat| threat.category.get() == "impact") {
            for id in ids(&threat.product_ids, &threat.group_ids, tree) {
                told.justifications.entry(id).or_insert_with(|| one_line(threat.details.get()));
            }
        }
        told
    }

    fn remedies(&self, id: &str) -> Vec<String> {
        self.remedies.get(id).or_else(|| self.remedies.get("")).cloned().unwrap_or_default()
    }

    fn justification(&self, id: &str) -> Option<String> {
        self.justifications.get(id).or_else(|| self.justifications.get("")).cloned()
    }
}

fn ids<'v>(products: &'v [Text<'_>], groups: &'v [Text<'_>], tree: &Tree<'v>) -> Vec<&'v str> {
    let mut ids: Vec<&str> = products.iter().map(Text::get).collect();
    ids.extend(groups.iter().flat_map(|group| tree.group(group.get()).iter().copied()));
    if ids.is_empty() {
        ids.push("");
    }
    ids
}

fn cut(text: &str) -> String {
    text.chars().take(REMEDY).collect()
}

fn cpe_view(cpe: &Cpe, key: ProductKey, product: &Product) -> View {
    let written = product.version.as_deref().and_then(version::ranges);
    let in_cpe = cpe_bounds(cpe).map(|bounds| vec![bounds]);
    let ranges = match (in_cpe, written) {
        (Some(bounds), _) => Some(bounds),
        (None, Some(ranges)) => Some(ranges),
        // A version that is named and cannot be read is not all versions.
        (None, None) if product.version.is_some() && product.purls.is_empty() => None,
        (None, None) => Some(vec![(Bound::Open, Bound::Open)]),
    };
    let mut qualifiers = cpe_qualifiers(cpe);
    if cpe.version == Value::Any {
        qualifiers.update = None;
    }
    View { key, scheme: None, qualifiers, ranges, exact_only: false, conditional: true }
}

/// The leaf that a device has this product.
fn leaf(product: &Product) -> Option<Leaf> {
    let cpe = product.cpe.as_ref().and_then(|cpe| Some((cpe_key(cpe)?, cpe_bounds(cpe))));
    let (key, bounds) = match cpe {
        Some((key, bounds)) => (key, bounds),
        None => {
            let written = product.version.as_deref().and_then(version::ranges);
            let only = written.filter(|ranges| ranges.len() == 1).and_then(|mut ranges| ranges.pop());
            (product.names.first()?.clone(), only)
        }
    };
    let span = bounds.filter(|(lower, upper)| (lower, upper) != (&Bound::Open, &Bound::Open));
    Some(Leaf {
        pointer: product.pointer.clone(),
        key,
        span: span.map(|(lower, upper)| Span { lower, upper, status: Status::Affected }),
        qualifiers: Qualifiers::default(),
        vulnerable: false,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    Main,
    /// Extended or specialised support of one minor release.
    Extended,
}

/// The distribution release that a platform is.
fn distribution_of(platform: &Product) -> Option<(Distribution, Stream)> {
    let cpe = platform.cpe.as_ref()?;
    let vendor = cpe.vendor.unquoted()?.to_lowercase();
    let product = cpe.product.unquoted()?.to_lowercase();
    let release = cpe.version.unquoted()?.into_owned();
    let (id, stream) = match (vendor.as_str(), product.as_str()) {
        ("redhat", "enterprise_linux") => ("rhel", Stream::Main),
        ("redhat", product) if product.starts_with("rhel_") => ("rhel", Stream::Extended),
        ("suse", "sles" | "linux_enterprise_server") => ("suse", Stream::Main),
        ("opensuse", "leap") => ("opensuse", Stream::Main),
        ("debian", "debian_linux") => ("debian", Stream::Main),
        ("canonical", "ubuntu_linux") => ("ubuntu", Stream::Main),
        _ => return None,
    };
    Some((Distribution { id: id.to_owned(), release: Some(release) }, stream))
}

/// Exact versions, then bounded ranges, then half-open ones, then all; what is affected before what is not.
fn order(spans: &mut Vec<Span>) {
    let rank = |span: &Span| match (&span.lower, &span.upper) {
        _ if is_exact(span) => 0,
        (Bound::Open, Bound::Open) => 3,
        (Bound::Open, _) | (_, Bound::Open) => 2,
        _ => 1,
    };
    spans.sort_by(|left, right| {
        let full = |span: &Span| (rank(span), span.status, span.lower.clone(), span.upper.clone());
        full(left).cmp(&full(right))
    });
    spans.dedup();
}

fn is_exact(span: &Span) -> bool {
    span.lower == span.upper && matches!(span.lower, Bound::Including(_))
}

fn including(version: &str) -> Bound {
    only(version, Status::Affected).lower
}

fn lower_of(range: &(Bound, Bound)) -> Option<String> {
    match &range.0 {
        Bound::Including(version) => Some(version.clone()),
        _ => None,
    }
}
