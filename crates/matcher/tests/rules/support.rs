//! Records and parts in one line each, for the tests of this crate.

use component::{cpe::Cpe, purl::Purl, version::Scheme};
use matcher::{
    index::{Builder, Coverage, Index, Locator},
    inventory::{Inventory, Item},
    record::{Bound, Condition, Leaf, ProductKey, Qualifiers, Record, Source, Span, Statement, Status},
};

/// A record of a source, without statements.
pub(crate) fn record(source: &str, id: &str) -> Record {
    Record {
        source: Source(source.to_owned()),
        id: id.to_owned(),
        modified: None,
        published: None,
        withdrawn: false,
        aliases: Vec::new(),
        upstream: Vec::new(),
        summary: format!("summary of {id}"),
        scores: Vec::new(),
        weaknesses: Vec::new(),
        statements: Vec::new(),
        conditions: Vec::new(),
    }
}

/// `>=1.0 <2.0`, `=1.5`, `>1 <=2`, `<=6.10.*`, `*`; `!` in front: unaffected; `?`: unknown.
pub(crate) fn span(text: &str) -> Span {
    let (status, text) = match text.split_at(1) {
        ("!", rest) => (Status::Unaffected, rest),
        ("?", rest) => (Status::Unknown, rest),
        _ => (Status::Affected, text),
    };
    let (mut lower, mut upper) = (Bound::Open, Bound::Open);
    for part in text.split(' ') {
        if part == "*" {
        } else if let Some(version) = part.strip_prefix(">=") {
            lower = Bound::Including(version.to_owned());
        } else if let Some(version) = part.strip_prefix("<=") {
            upper = match version.strip_suffix(".*") {
                Some(series) => Bound::Series(series.to_owned()),
                None => Bound::Including(version.to_owned()),
            };
        } else if let Some(version) = part.strip_prefix('>') {
            lower = Bound::Excluding(version.to_owned());
        } else if let Some(version) = part.strip_prefix('<') {
            upper = Bound::Excluding(version.to_owned());
        } else if let Some(version) = part.strip_prefix('=') {
            lower = Bound::Including(version.to_owned());
            upper = Bound::Including(version.to_owned());
        } else {
            panic!("no span: {part}");
        }
    }
    Span { lower, upper, status }
}

/// A statement with its spans; what no span holds is unaffected.
pub(crate) fn statement(key: &str, spans: &[&str]) -> Statement {
    Statement {
        pointer: "/statement".to_owned(),
        key: ProductKey(key.to_owned()),
        scheme: None,
        spans: spans.iter().map(|text| span(text)).collect(),
        default: Status::Unaffected,
        fixed_in: Vec::new(),
        qualifiers: Qualifiers::default(),
        condition: None,
        exact_only: false,
        flaw: None,
    }
}

/// A record with statements.
pub(crate) fn says(source: &str, id: &str, statements: Vec<Statement>) -> Record {
    Record { statements, ..record(source, id) }
}

/// A leaf of a condition.
pub(crate) fn leaf(key: &str, version: Option<&str>, vulnerable: bool) -> Condition {
    Condition::Has(Leaf {
        pointer: "/leaf".to_owned(),
        key: ProductKey(key.to_owned()),
        span: version.map(span),
        qualifiers: Qualifiers::default(),
        vulnerable,
    })
}

/// A part by package URL.
pub(crate) fn package(purl: &str) -> Item {
    let purl = Purl::parse(purl).expect("a package URL");
    Item { name: purl.name.clone(), version: purl.version.clone(), purl: Some(purl), ..Item::default() }
}

/// A part by CPE.
pub(crate) fn named(cpe: &str) -> Item {
    let cpe = Cpe::parse(cpe).expect("a CPE");
    let name = cpe.product.unquoted().map(std::borrow::Cow::into_owned).unwrap_or_default();
    Item { name, cpes: vec![cpe], ..Item::default() }
}

/// An application by vendor, product and version.
pub(crate) fn application(vendor: &str, product: &str, version: &str) -> Item {
    named(&format!("cpe:2.3:a:{vendor}:{product}:{version}:*:*:*:*:*:*:*"))
}

/// An inventory of these.
pub(crate) fn inventory(items: &[Item]) -> Inventory {
    Inventory { items: items.to_vec(), ..Inventory::default() }
}

/// What the tests' sources cover.
pub(crate) const COVERED: [&str; 8] = [
    "cpe:",
    "cve:",
    "purl:npm/",
    "purl:pypi/",
    "purl:maven/",
    "distro:almalinux:8/",
    "distro:debian:11/",
    "distro:debian:12/",
];

/// The bytes of an index over these records.
pub(crate) fn bytes<'r>(records: impl IntoIterator<Item = &'r Record>) -> Vec<u8> {
    let mut builder = Builder::new();
    for what in COVERED {
        builder.covers(Coverage { source: Source("test".to_owned()), what: what.to_owned() });
    }
    for record in records {
        builder.add(record, Locator::default());
    }
    builder.finish()
}

/// An index over these records.
pub(crate) fn index(records: &[Record]) -> Index<Vec<u8>> {
    Index::open(bytes(records)).expect("an index")
}

/// Every scheme by its name in the tests.
pub(crate) fn in_scheme(scheme: Scheme, statement: Statement) -> Statement {
    Statement { scheme: Some(scheme), ..statement }
}
