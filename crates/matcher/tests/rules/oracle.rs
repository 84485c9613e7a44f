//! A slow, obvious matcher agrees with the index: every record, every part, texts compared as texts.

use std::collections::{BTreeMap, BTreeSet};

use component::version::Scheme;
use matcher::{
    account::{Counting, account},
    assess::{assess, assess_all},
    index::Index,
    inventory::{Inventory, Item, Role},
    record::{Bound, Condition, Record, Span, Statement, Status},
    verdict::State,
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::support::{application, bytes, inventory, leaf, named, package, says, span, statement};

/// What a statement says of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Word {
    Nothing,
    Outside,
    SaidUnaffected,
    Open,
    In,
}

fn contains(span: &Span, scheme: Scheme, version: &str) -> bool {
    let above = match &span.lower {
        Bound::Open | Bound::Series(_) => true,
        Bound::Including(bound) => scheme.compare(version, bound).is_ge(),
        Bound::Excluding(bound) => scheme.compare(version, bound).is_gt(),
    };
    let below = match &span.upper {
        Bound::Open => true,
        Bound::Including(bound) => scheme.compare(version, bound).is_le(),
        Bound::Excluding(bound) => scheme.compare(version, bound).is_lt(),
        Bound::Series(series) => scheme.key(version) < scheme.after_series(series),
    };
    above && below
}

struct Part {
    keys: BTreeSet<String>,
    version: Option<String>,
}

fn part(item: &Item) -> Part {
    if let Some(purl) = &item.purl {
        return Part { keys: [format!("purl:npm/{}", purl.name)].into(), version: purl.version.clone() };
    }
    let cpe = &item.cpes[0];
    let text = |value: &component::cpe::Value| value.unquoted().map(std::borrow::Cow::into_owned);
    let (vendor, product) = (text(&cpe.vendor).expect("a vendor"), text(&cpe.product).expect("a product"));
    let keys = [format!("cpe:{}:{vendor}:{product}", cpe.part.as_str()), format!("cve:{vendor}|{product}")];
    Part { keys: keys.into(), version: text(&cpe.version) }
}

/// Three-valued by `Option`.
fn holds(condition: &Condition, inventory: &Inventory) -> Option<bool> {
    match condition {
        Condition::All(children) => {
            let values: Vec<_> = children.iter().map(|child| holds(child, inventory)).collect();
            if values.contains(&Some(false)) {
                Some(false)
            } else if values.contains(&None) {
                None
            } else {
                Some(true)
            }
        }
        Condition::Any(children) => {
            let values: Vec<_> = children.iter().map(|child| holds(child, inventory)).collect();
            if values.contains(&Some(true)) {
                Some(true)
            } else if values.contains(&None) {
                None
            } else {
                Some(false)
            }
        }
        Condition::Not(child) => holds(child, inventory).map(|value| !value),
        Condition::Has(leaf) => {
            let found: Vec<Option<bool>> = inventory
                .items
                .iter()
                .map(part)
                .filter(|part| part.keys.contains(&leaf.key.0))
                .map(|part| match (&leaf.span, &part.version) {
                    (None, _) => Some(true),
                    (Some(_), None) => None,
                    (Some(span), Some(version)) => Some(contains(span, Scheme::Generic, version)),
                })
                .collect();
            if found.contains(&Some(true)) {
                return Some(true);
            }
            if !found.is_empty() {
                return if found.contains(&None) { None } else { Some(false) };
            }
            let system =
                inventory.items.iter().any(|item| item.cpes.iter().any(|cpe| cpe.part.as_str() == "o"));
            let asked = leaf.key.0.starts_with("cpe:o:");
            let complete = inventory.complete.contains(&Role::OperatingSystem);
            if asked && (system || complete) { Some(false) } else { None }
        }
    }
}

fn word(statement: &Statement, record: &Record, part: &Part, inventory: &Inventory) -> Word {
    if !part.keys.contains(&statement.key.0) {
        return Word::Nothing;
    }
    let scheme = if statement.key.0.starts_with("purl:npm/") { Scheme::Semver } else { Scheme::Generic };
    let affected = |span: &Span| span.status == Status::Affected;
    let said = match &part.version {
        None => {
            let all =
                statement.spans.iter().find(|span| span.lower == Bound::Open && span.upper == Bound::Open);
            match all {
                Some(span) => by_status(span.status),
                None if statement.spans.iter().any(affected) || statement.default == Status::Affected => {
                    Word::Open
                }
                None => Word::Nothing,
            }
        }
        Some(version) => match statement.spans.iter().find(|span| contains(span, scheme, version)) {
            Some(span) => by_status(span.status),
            None => match statement.default {
                Status::Affected if statement.spans.is_empty() => Word::Open,
                Status::Affected => Word::In,
                Status::Unaffected => Word::Outside,
                Status::Unknown => Word::Nothing,
            },
        },
    };
    let condition = statement.condition.map(|position| &record.conditions[position as usize]);
    match (said, condition.map(|condition| holds(condition, inventory))) {
        (Word::In | Word::Open, Some(Some(false))) => Word::Nothing,
        (Word::In | Word::Open, Some(None)) => Word::Open,
        _ => said,
    }
}

fn by_status(status: Status) -> Word {
    match status {
        Status::Affected => Word::In,
        Status::Unaffected => Word::SaidUnaffected,
        Status::Unknown => Word::Open,
    }
}

fn rank(record: &Record) -> u8 {
    match record.source.0.as_str() {
        "kernel-cna" => 3,
        "nvd" => 1,
        _ => 2,
    }
}

/// Pairs in range by the rules, written down a second time. Undecided ones are compared only as "not in range".
fn slow(records: &[Record], inventory: &Inventory) -> BTreeSet<(u32, String)> {
    let mut found = BTreeSet::new();
    for (at, item) in (0..).zip(&inventory.items) {
        let part = part(item);
        let mut voices: BTreeMap<String, Vec<(u8, Word, bool)>> = BTreeMap::new();
        for record in records {
            let name = record.aliases.first().unwrap_or(&record.id).clone();
            let words: Vec<(Word, bool)> = record
                .statements
                .iter()
                .map(|statement| {
                    let enumerated = !statement.spans.is_empty()
                        && statement
                            .spans
                            .iter()
                            .all(|span| span.lower == span.upper && span.lower != Bound::Open);
                    (word(statement, record, &part, inventory), enumerated)
                })
                .collect();
            if let Some(loudest) = words.iter().map(|(word, _)| *word).max() {
                // A record that only enumerates has a weak "outside".
                let firm = words.iter().any(|(word, enumerated)| *word == loudest && !enumerated);
                voices.entry(name).or_default().push((rank(record), loudest, firm));
            }
        }
        for (name, voices) in voices {
            let top = voices.iter().filter(|(_, word, _)| *word == Word::In).map(|(rank, ..)| *rank).max();
            let Some(top) = top else { continue };
            let package = item.purl.is_some();
            let removed = voices.iter().any(|(rank, word, firm)| match word {
                Word::SaidUnaffected => *rank >= top,
                Word::Outside => *rank > top && (*firm || package),
                _ => false,
            });
            if !removed {
                found.insert((at, name));
            }
        }
    }
    found
}

fn versions() -> impl Strategy<Value = String> {
    (0..3_u8, 0..4_u8, 0..3_u8).prop_map(|(major, minor, patch)| format!("{major}.{minor}.{patch}"))
}

fn spans() -> impl Strategy<Value = Span> {
    let text = prop_oneof![
        versions().prop_map(|version| format!("={version}")),
        versions().prop_map(|version| format!("<{version}")),
        versions().prop_map(|version| format!(">={version}")),
        (versions(), versions()).prop_map(|(low, high)| format!(">{low} <={high}")),
        (versions(), 0..3_u8).prop_map(|(low, series)| format!(">={low} <={series}.*")),
        Just("*".to_owned()),
    ];
    (text, select(vec!["", "", "", "!", "?"])).prop_map(|(text, mark)| span(&format!("{mark}{text}")))
}

fn conditions() -> impl Strategy<Value = Condition> {
    let leaves = (
        select(vec!["cpe:a:acme:p0", "cpe:a:acme:p3", "cpe:o:microsoft:windows", "cpe:a:acme:absent"]),
        proptest::option::of(versions()),
    )
        .prop_map(|(key, version)| leaf(key, version.map(|version| format!("<{version}")).as_deref(), false));
    leaves.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..3).prop_map(Condition::All),
            vec(inner.clone(), 1..3).prop_map(Condition::Any),
            inner.prop_map(|child| Condition::Not(Box::new(child))),
        ]
    })
}

fn statements(package: bool) -> impl Strategy<Value = Statement> {
    let keys = if package {
        vec!["purl:npm/n0", "purl:npm/n1"]
    } else {
        vec![
            "cpe:a:acme:p0",
            "cpe:a:acme:p1",
            "cpe:a:acme:p2",
            "cve:acme|p0",
            "cve:acme|p1",
            "cpe:o:microsoft:windows",
        ]
    };
    let default = select(vec![Status::Unaffected, Status::Unaffected, Status::Affected, Status::Unknown]);
    (select(keys), vec(spans(), 0..4), default, any::<bool>()).prop_map(|(key, spans, default, condition)| {
        Statement { spans, default, condition: condition.then_some(0), ..statement(key, &[]) }
    })
}

/// Records of four sources; the ids follow from their positions, as no source speaks twice of one flaw.
pub(crate) fn records() -> impl Strategy<Value = Vec<Record>> {
    let one = (select(vec!["nvd", "cve", "vulnrichment", "kernel-cna", "osv:npm"]), 0..6_u8).prop_flat_map(
        |(source, flaw)| {
            (vec(statements(source == "osv:npm"), 0..4), conditions()).prop_map(
                move |(statements, condition)| {
                    let name = format!("CVE-2024-{flaw}");
                    let record = Record { conditions: vec![condition], ..says(source, &name, statements) };
                    if source == "osv:npm" {
                        Record { id: format!("GHSA-{flaw}"), aliases: vec![name], ..record }
                    } else {
                        record
                    }
                },
            )
        },
    );
    vec(one, 0..14).prop_map(|records| {
        let mut seen = BTreeSet::new();
        records.into_iter().filter(|record| seen.insert((record.source.clone(), record.id.clone()))).collect()
    })
}

pub(crate) fn inventories() -> impl Strategy<Value = Inventory> {
    let version = || prop_oneof![6 => versions(), 1 => Just("*".to_owned())];
    let item = prop_oneof![
        (select(vec!["p0", "p1", "p2", "p3"]), version())
            .prop_map(|(name, version)| application("acme", name, &version)),
        (select(vec!["n0", "n1"]), versions())
            .prop_map(|(name, version)| package(&format!("pkg:npm/{name}@{version}"))),
        versions().prop_map(|version| named(&format!("cpe:2.3:o:microsoft:windows:{version}:*:*:*:*:*:*:*"))),
        Just(named("cpe:2.3:o:windriver:vxworks:6.9:*:*:*:*:*:*:*")),
    ];
    (vec(item, 0..6), any::<bool>()).prop_map(|(items, complete)| Inventory {
        complete: if complete { vec![Role::OperatingSystem] } else { Vec::new() },
        ..inventory(&items)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_agrees_with_a_matcher_that_has_none(records in records(), inventory in inventories()) {
        let index = Index::open(bytes(&records)).expect("an index");
        let assessment = assess(&index, &inventory);
        let found: BTreeSet<(u32, String)> = assessment
            .cores
            .iter()
            .filter(|core| core.state == State::InRange)
            .map(|core| (core.item, index.name(core.group).unwrap_or_default().to_owned()))
            .collect();
        prop_assert_eq!(found, slow(&records, &inventory));
        let buckets = account(&index, &inventory, &assessment);
        prop_assert!(buckets.closes(), "{:?}", buckets);
        prop_assert_eq!(Counting::of(&index).buckets(&assessment), buckets);
        let all = assess_all(&index, &inventory);
        let stored: Vec<_> = all.cores.iter().filter(|core| core.state != State::OutOfRange).copied().collect();
        prop_assert_eq!(stored, assessment.cores);
        prop_assert_eq!(all.out_of_range_groups, assessment.out_of_range_groups);
    }

    #[test]
    fn the_order_of_records_changes_no_byte(records in records(), seed in any::<u64>()) {
        let mut shuffled: Vec<&Record> = records.iter().collect();
        shuffled.sort_by_key(|record| {
            let text = format!("{seed}{}{}", record.source.0, record.id);
            text.bytes().fold(seed | 1, |hash, byte| hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte))
        });
        prop_assert_eq!(bytes(&records), bytes(shuffled));
    }

    #[test]
    fn records_survive_a_segment(records in records()) {
        let mut segment = Vec::new();
        for record in &records {
            matcher::segment::encode(record, &mut segment);
        }
        let read: Result<Vec<Record>, _> = matcher::segment::Reader::new(&segment).collect();
        prop_assert_eq!(read, Ok(records));
    }
}
