//! The index against a slow, obvious matcher on every SBOM of the corpus.
//!
//! The slow one knows packages of ecosystems and distributions: it looks at every statement of the OSV feeds about a
//! part's key and compares texts. What it has in range must be in range by the index, or open with a reason; what the
//! index has in range must be in range here. Deliberately not here: CPEs and conditions, whose oracle is in
//! `crates/matcher/tests/rules/oracle.rs` over generated records.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
};

use component::version::{Form, Scheme, shape, shapes_comparable};
use matcher::{
    assess::{Assessment, assess_all},
    identify::{Identity, Key},
    index::Index,
    inventory::Inventory,
    record::{Bound, Record, Span, Statement, Status},
    verdict::State,
};

use super::{Tell, corpus, row::Row};

/// Statements by product key, each with its record's id.
type Statements = HashMap<String, Vec<(String, Statement)>>;

pub(super) fn measure(corpus: &Path, tell: &mut Tell) -> anyhow::Result<Row> {
    let mut statements = Statements::new();
    let (index, snapshot) =
        corpus::load(&[corpus.join("feeds/osv")], &mut |record| note(record, &mut statements))?;
    let mut paths = Vec::new();
    walk(&corpus.join("sboms"), &mut paths)?;
    paths.sort();
    let (mut agreed, mut failed, mut unreadable, mut pairs, mut parts) =
        (0_u32, 0_u32, 0_u32, 0_usize, 0_usize);
    for path in &paths {
        let bytes = std::fs::read(path)?;
        let bytes = if path.extension().is_some_and(|extension| extension == "zst") {
            zstd::stream::decode_all(bytes.as_slice())?
        } else {
            bytes
        };
        let Ok((document, _)) = sbom::read(&bytes) else {
            unreadable += 1;
            continue;
        };
        let inventory = app::inventory::document_to_match_inventory(&document);
        let assessment = assess_all(&index, &inventory);
        parts += inventory.items.len();
        let differences = differences(&index, &inventory, &assessment, &statements, &mut pairs);
        if differences.is_empty() {
            agreed += 1;
        } else {
            failed += 1;
            tell.say(|| format!("oracle {}: {}", path.display(), differences.join("; ")));
        }
    }
    anyhow::ensure!(pairs > 0, "the oracle compared nothing");
    Ok(Row::new("oracle")
        .with("passed", agreed)
        .with("failed", failed)
        .with("waived", unreadable)
        .with("n", paths.len())
        .with("parts", parts)
        .with("pairs", pairs)
        .with("snapshot", snapshot))
}

fn note(record: &Record, statements: &mut Statements) {
    if record.withdrawn {
        return;
    }
    for statement in record.statements.iter().filter(|statement| !statement.exact_only) {
        let of_key = statements.entry(statement.key.0.clone()).or_default();
        of_key.push((record.id.clone(), statement.clone()));
    }
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, paths)?;
        } else if path.extension().is_none_or(|extension| extension != "csv") {
            paths.push(path);
        }
    }
    Ok(())
}

/// Pairs on which the two disagree, in words.
fn differences(
    index: &Index<Vec<u8>>,
    inventory: &Inventory,
    assessment: &Assessment,
    statements: &Statements,
    pairs: &mut usize,
) -> Vec<String> {
    let mut of_item: BTreeMap<u32, BTreeMap<u32, State>> = BTreeMap::new();
    for core in &assessment.cores {
        of_item.entry(core.item).or_default().insert(core.group, core.state);
    }
    let mut differences = Vec::new();
    for (item, identity) in (0..).zip(&assessment.identities) {
        // Without a release nothing is decided, and CPEs are not this oracle's.
        if identity.gap.is_some() || !is_package(identity) {
            continue;
        }
        let states = of_item.remove(&item).unwrap_or_default();
        let slow = slow(index, identity, statements);
        *pairs += slow.len();
        let name = || inventory.items.get(item as usize).map_or_else(String::new, |item| item.name.clone());
        for group in &slow {
            let state = states.get(group);
            let held = state == Some(&State::OutOfRange) && is_held(assessment, item, *group);
            if !held && !matches!(state, Some(State::InRange | State::Undecided | State::Patched)) {
                differences.push(format!("{} {}: the index has {state:?}", name(), shown(index, *group)));
            }
        }
        for (group, _) in
            states.iter().filter(|(group, state)| **state == State::InRange && !slow.contains(group))
        {
            differences.push(format!("{} {}: only the index has it in range", name(), shown(index, *group)));
        }
    }
    differences
}

fn shown(index: &Index<Vec<u8>>, group: u32) -> String {
    index.name(group).unwrap_or_default().to_owned()
}

/// Judged as part of a distribution's package instead, or narrowed to another architecture.
fn is_held(assessment: &Assessment, item: u32, group: u32) -> bool {
    let mut cores = assessment.cores.iter().filter(|core| core.item == item && core.group == group);
    cores.any(|core| matches!(core.reason, "distribution_build" | "target_hw"))
}

fn is_package(identity: &Identity) -> bool {
    identity.authority.starts_with("purl:") || identity.authority.starts_with("distro:")
}

/// Groups that any statement about a key of the part has in range.
fn slow(index: &Index<Vec<u8>>, identity: &Identity, statements: &Statements) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for key in identity.keys.iter().filter(|key| key.finds) {
        for (record, statement) in statements.get(&key.key).into_iter().flatten() {
            if says(statement, key) {
                found.extend(index.find_all(record));
            }
        }
    }
    found
}

fn says(statement: &Statement, key: &Key) -> bool {
    let Some(version) = key.version.as_deref() else {
        // Only what is said of all versions holds for one that is not known.
        return statement.spans.iter().any(|span| (&span.lower, &span.upper) == (&Bound::Open, &Bound::Open));
    };
    let scheme = key.scheme.or(statement.scheme).unwrap_or(Scheme::Generic);
    statement
        .spans
        .iter()
        .find(|span| contains(span, scheme, version))
        .map_or(statement.default == Status::Affected, |span| span.status == Status::Affected)
}

fn contains(span: &Span, scheme: Scheme, version: &str) -> bool {
    // Versions that the order does not know are names; versions of another kind have no order (P10).
    let sound = |bound: &str| {
        bound == version
            || if scheme == Scheme::Generic {
                shapes_comparable(shape(version), shape(bound))
            } else {
                scheme.form(version) != Form::Invalid && scheme.form(bound) != Form::Invalid
            }
    };
    let above = match &span.lower {
        Bound::Open | Bound::Series(_) => true,
        Bound::Including(bound) => sound(bound) && scheme.compare(version, bound).is_ge(),
        Bound::Excluding(bound) => sound(bound) && scheme.compare(version, bound).is_gt(),
    };
    let below = match &span.upper {
        Bound::Open => true,
        Bound::Including(bound) => sound(bound) && scheme.compare(version, bound).is_le(),
        Bound::Excluding(bound) => sound(bound) && scheme.compare(version, bound).is_lt(),
        Bound::Series(series) => scheme.key(version) < scheme.after_series(series),
    };
    above && below
}
