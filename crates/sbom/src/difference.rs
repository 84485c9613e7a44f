//! What changed between two inventories. Components are paired by what they are, not by where they stand: first by
//! package URL without version, else by CPE vendor and product, else by name; what is left over on both sides under the
//! same name has another identity.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::inventory::{Component, Inventory};

/// One line of a comparison, with the components' places in their inventories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What changed.
    pub changes: Vec<Change>,
    /// Index of the component in the older inventory; none when it was added.
    pub before: Option<usize>,
    /// Index of the component in the newer inventory; none when it was removed.
    pub after: Option<usize>,
}

/// What can change about a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Only the newer inventory has it.
    Added,
    /// Only the older inventory has it.
    Removed,
    /// Another version.
    Version,
    /// Another package URL (its version aside) or other CPE names (their versions aside).
    Identity,
    /// Another supplier.
    Supplier,
    /// Other licences.
    License,
}

impl Change {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Version => "version",
            Change::Identity => "identity",
            Change::Supplier => "supplier",
            Change::License => "license",
        }
    }
}

/// Compares two inventories. Repeats of one component in one version count once. The lines are ordered by name and
/// version, so that the same two inventories give the same answer.
pub fn difference(before: &Inventory, after: &Inventory) -> Vec<Difference> {
    let mut lines = Vec::new();
    let pair = |one: BTreeMap<String, Versions>,
                mut other: BTreeMap<String, Versions>,
                lines: &mut Vec<Difference>| {
        let (mut only_one, mut only_other) = (Vec::new(), Vec::new());
        for (key, mut versions) in one {
            let mut others = other.remove(&key).unwrap_or_default();
            let same: Vec<_> =
                versions.keys().filter(|version| others.contains_key(*version)).cloned().collect();
            for version in same {
                if let (Some(one), Some(other)) = (versions.remove(&version), others.remove(&version)) {
                    lines.extend(changed(before, after, one, other));
                }
            }
            let (mut versions, mut others) = (versions.into_values(), others.into_values());
            loop {
                match (versions.next(), others.next()) {
                    (Some(one), Some(other)) => lines.extend(changed(before, after, one, other)),
                    (Some(one), None) => only_one.push(one),
                    (None, Some(other)) => only_other.push(other),
                    (None, None) => break,
                }
            }
        }
        only_other.extend(other.into_values().flat_map(BTreeMap::into_values));
        (only_one, only_other)
    };
    let everything = |inventory: &Inventory| (0..inventory.components.len()).collect::<Vec<_>>();
    let (left, right) = pair(
        grouped(before, &everything(before), identity),
        grouped(after, &everything(after), identity),
        &mut lines,
    );
    let (left, right) = pair(grouped(before, &left, name), grouped(after, &right, name), &mut lines);
    lines.extend(left.into_iter().map(|index| Difference {
        changes: vec![Change::Removed],
        before: Some(index),
        after: None,
    }));
    lines.extend(right.into_iter().map(|index| Difference {
        changes: vec![Change::Added],
        before: None,
        after: Some(index),
    }));
    lines.sort_by_cached_key(|line| {
        let component = match (line.before, line.after) {
            (Some(index), _) => &before.components[index],
            (None, Some(index)) => &after.components[index],
            (None, None) => return (String::new(), String::new(), line.changes.clone()),
        };
        (name(component), component.version.clone().unwrap_or_default(), line.changes.clone())
    });
    lines
}

/// The versions of one thing in one inventory, each with the place of its first component.
type Versions = BTreeMap<String, usize>;

fn grouped(
    inventory: &Inventory,
    indices: &[usize],
    key: fn(&Component) -> String,
) -> BTreeMap<String, Versions> {
    let mut groups: BTreeMap<String, Versions> = BTreeMap::new();
    for index in indices {
        let component = &inventory.components[*index];
        let version = component.version.clone().unwrap_or_default();
        groups.entry(key(component)).or_default().entry(version).or_insert(*index);
    }
    groups
}

fn identity(component: &Component) -> String {
    match (&component.purl, component.cpes.first()) {
        (Some(purl), _) => {
            format!("pkg:{}/{}/{}", purl.ty, purl.namespace.as_deref().unwrap_or_default(), purl.name)
        }
        (None, Some(cpe)) => format!("cpe:{:?}:{:?}:{:?}", cpe.part, cpe.vendor, cpe.product),
        (None, None) => name(component),
    }
}

fn name(component: &Component) -> String {
    let label = if component.name.is_empty() { &component.reference } else { &component.name };
    let group = component.group.as_deref().unwrap_or_default();
    format!("{label}\n{group}").to_lowercase()
}

fn changed(before: &Inventory, after: &Inventory, one: usize, other: usize) -> Option<Difference> {
    let (old, new) = (&before.components[one], &after.components[other]);
    let mut changes = Vec::new();
    if old.version != new.version {
        changes.push(Change::Version);
    }
    if identifiers(old) != identifiers(new) {
        changes.push(Change::Identity);
    }
    if old.supplier != new.supplier {
        changes.push(Change::Supplier);
    }
    if sorted(&old.licenses) != sorted(&new.licenses) {
        changes.push(Change::License);
    }
    (!changes.is_empty()).then_some(Difference { changes, before: Some(one), after: Some(other) })
}

/// What identifies a component, versions aside.
fn identifiers(component: &Component) -> Vec<String> {
    let mut identifiers: Vec<String> = component
        .cpes
        .iter()
        .map(|cpe| format!("cpe:{:?}:{:?}:{:?}", cpe.part, cpe.vendor, cpe.product))
        .collect();
    identifiers.extend(match &component.purl {
        Some(purl) => {
            // What follows the version from release to release says nothing about what it is.
            let aside = ["upstream", "checksum", "vcs_url", "download_url", "syft-id", "package-id"];
            let qualifiers: Vec<_> =
                purl.qualifiers.iter().filter(|(key, _)| !aside.contains(&key.as_str())).collect();
            Some(format!("{} {qualifiers:?} {:?}", identity(component), purl.subpath))
        }
        None => component.purl_text.clone(),
    });
    identifiers.sort_unstable();
    identifiers.dedup();
    identifiers
}

fn sorted(texts: &[String]) -> Vec<&String> {
    let mut sorted: Vec<_> = texts.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}
