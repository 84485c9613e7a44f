//! Which vulnerability of the record an alias group is. Names move with the corpus; ids stay, because decisions hang on them.
//!
//! A group is the vulnerability that is shown by its name, else one that has any of its names, else a new one. Two groups
//! never share one: after a split the id stays with the group that keeps the shown name.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::{
    id::VulnerabilityId,
    sweep::Scope,
    vulnerability::{Vulnerability, VulnerabilityName},
};

use super::compute::Named;

/// Vulnerabilities and names to write, and the id of each group.
#[derive(Default)]
pub(super) struct Naming {
    pub(super) ids: HashMap<u32, VulnerabilityId>,
    pub(super) new: Vec<Vulnerability>,
    pub(super) changed: Vec<Vulnerability>,
    pub(super) names_opened: Vec<VulnerabilityName>,
    pub(super) names_closed: Vec<VulnerabilityName>,
}

/// Names the groups of one corpus among the vulnerabilities of a scope; `fresh` gives ids.
pub(super) fn name(
    groups: &BTreeMap<u32, Named>,
    vulnerabilities: Vec<Vulnerability>,
    names: Vec<VulnerabilityName>,
    scope: &Scope,
    mut fresh: impl FnMut() -> VulnerabilityId,
) -> Naming {
    let known: HashMap<VulnerabilityId, Vulnerability> =
        vulnerabilities.into_iter().map(|vulnerability| (vulnerability.id.clone(), vulnerability)).collect();
    let by_shown: HashMap<&str, &VulnerabilityId> =
        known.values().map(|vulnerability| (vulnerability.shown.as_str(), &vulnerability.id)).collect();
    let mut by_name: HashMap<&str, Vec<&VulnerabilityId>> = HashMap::new();
    let mut names_of: HashMap<&VulnerabilityId, BTreeSet<&str>> = HashMap::new();
    for name in &names {
        by_name.entry(&name.name).or_default().push(&name.vulnerability);
        names_of.entry(&name.vulnerability).or_default().insert(&name.name);
    }
    let mut naming = Naming::default();
    let mut taken: HashSet<&VulnerabilityId> = HashSet::new();
    for (group, named) in groups {
        if let Some(id) = by_shown.get(named.shown.as_str()).filter(|id| taken.insert(id)) {
            naming.ids.insert(*group, (*id).clone());
        }
    }
    for (group, named) in groups {
        if naming.ids.contains_key(group) {
            continue;
        }
        let mut candidates: Vec<&VulnerabilityId> = named
            .names
            .iter()
            .filter_map(|name| by_name.get(name.as_str()))
            .flatten()
            .copied()
            .filter(|id| known.contains_key(id) && !taken.contains(id))
            .collect();
        // One whose shown name belongs to the group before one that has merely lost a name to it.
        let belongs = |id: &&VulnerabilityId| {
            known.get(*id).is_some_and(|vulnerability| named.names.contains(&vulnerability.shown))
        };
        candidates.sort_by_key(|id| (!belongs(id), *id));
        let vulnerability = Vulnerability {
            id: candidates.first().map_or_else(&mut fresh, |id| (*id).clone()),
            shown: named.shown.clone(),
            summary: named.summary.clone(),
            audience: scope.audience.clone(),
            corpus: scope.corpus.clone(),
        };
        naming.ids.insert(*group, vulnerability.id.clone());
        match candidates.first() {
            Some(id) => {
                taken.insert(id);
                naming.changed.push(vulnerability);
            }
            None => naming.new.push(vulnerability),
        }
    }
    for (group, named) in groups {
        let Some(id) = naming.ids.get(group) else { continue };
        let has = names_of.get(id);
        let lost = has.into_iter().flatten().filter(|name| !named.names.iter().any(|kept| kept == *name));
        naming.names_closed.extend(
            lost.map(|name| VulnerabilityName { vulnerability: id.clone(), name: (*name).to_owned() }),
        );
        let gained = named.names.iter().filter(|name| has.is_none_or(|has| !has.contains(name.as_str())));
        naming
            .names_opened
            .extend(gained.map(|name| VulnerabilityName { vulnerability: id.clone(), name: name.clone() }));
    }
    naming
}

/// The same for a labelled part of the portfolio: what the public corpus speaks of and the record has for everybody keeps
/// that id, so that one flaw is one row to who may see both; the rest is known under the label. Of the public rows nothing is
/// written, however much their names have moved. `beside` are the groups that the public sweep found.
pub(super) fn name_labelled(
    groups: &BTreeMap<u32, Named>,
    beside: &BTreeMap<u32, Named>,
    public: (Vec<Vulnerability>, Vec<VulnerabilityName>),
    own: (Vec<Vulnerability>, Vec<VulnerabilityName>),
    scope: &Scope,
    fresh: impl FnMut() -> VulnerabilityId,
) -> Naming {
    let mut all = groups.clone();
    all.extend(beside.iter().map(|(group, named)| (*group, named.clone())));
    let mut drawn = 0;
    let known = name(&all, public.0, public.1, &Scope::of(&scope.corpus), || {
        drawn += 1;
        VulnerabilityId(format!("nobody knows {drawn}"))
    });
    let unknown: HashSet<&VulnerabilityId> =
        known.new.iter().map(|vulnerability| &vulnerability.id).collect();
    let public: HashMap<u32, VulnerabilityId> =
        known.ids.into_iter().filter(|(_, id)| !unknown.contains(id)).collect();
    let rest = groups.iter().filter(|(group, _)| !public.contains_key(group));
    let rest = rest.map(|(group, named)| (*group, named.clone())).collect();
    let mut naming = name(&rest, own.0, own.1, scope, fresh);
    naming.ids.extend(public);
    naming
}

#[cfg(test)]
mod tests {
    use domain::audience::Audience;

    use super::*;

    /// Names of the groups, the shown one first.
    type Groups<'a> = &'a [&'a [&'a str]];
    /// Id, shown name and names of what is there.
    type Known<'a> = &'a [(&'a str, &'a str, &'a [&'a str])];

    fn check(groups: Groups<'_>, record: Known<'_>) -> String {
        let groups = (0..)
            .zip(groups)
            .map(|(number, names)| {
                let shown = names[0].to_owned();
                let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
                names.sort();
                (number, Named { shown, names, summary: String::new() })
            })
            .collect();
        let id = |id: &str| VulnerabilityId(id.to_owned());
        let vulnerabilities = record
            .iter()
            .map(|(i, shown, _)| Vulnerability {
                id: id(i),
                shown: (*shown).to_owned(),
                summary: String::new(),
                audience: Audience::general(),
                corpus: Audience::general(),
            })
            .collect();
        let names = record
            .iter()
            .flat_map(|(i, _, names)| {
                names.iter().map(|name| VulnerabilityName { vulnerability: id(i), name: (*name).to_owned() })
            })
            .collect();
        let mut drawn = 0;
        let naming = name(&groups, vulnerabilities, names, &Scope::of(&Audience::general()), || {
            drawn += 1;
            id(&format!("new{drawn}"))
        });
        let mut ids: Vec<_> = naming.ids.iter().collect();
        ids.sort();
        let pairs = |names: &[VulnerabilityName]| {
            names.iter().map(|n| format!("{}={}", n.vulnerability, n.name)).collect::<Vec<_>>().join(" ")
        };
        format!(
            "{} | new {} | changed {} | opened {} | closed {}",
            ids.iter().map(|(group, id)| format!("{group}:{id}")).collect::<Vec<_>>().join(" "),
            naming.new.len(),
            naming.changed.iter().map(|v| v.shown.clone()).collect::<Vec<_>>().join(" "),
            pairs(&naming.names_opened),
            pairs(&naming.names_closed),
        )
    }

    #[test]
    fn ids_stay_while_names_move() {
        let cases: [(Groups<'_>, Known<'_>, &str); 6] = [
            (
                &[&["CVE-1", "GHSA-a"]],
                &[],
                "0:new1 | new 1 | changed  | opened new1=CVE-1 new1=GHSA-a | closed ",
            ),
            (&[&["CVE-1"]], &[("a", "CVE-1", &["CVE-1"])], "0:a | new 0 | changed  | opened  | closed "),
            // An advisory gains its CVE: same id, another shown name.
            (
                &[&["CVE-1", "GHSA-a"]],
                &[("a", "GHSA-a", &["GHSA-a"])],
                "0:a | new 0 | changed CVE-1 | opened a=CVE-1 | closed ",
            ),
            // A split: the id stays where the shown name is.
            (
                &[&["CVE-1"], &["CVE-2"]],
                &[("a", "CVE-1", &["CVE-1", "CVE-2"])],
                "0:a 1:new1 | new 1 | changed  | opened new1=CVE-2 | closed a=CVE-2",
            ),
            // The same with the groups the other way round.
            (
                &[&["CVE-2"], &["CVE-1"]],
                &[("a", "CVE-1", &["CVE-1", "CVE-2"])],
                "0:new1 1:a | new 1 | changed  | opened new1=CVE-2 | closed a=CVE-2",
            ),
            // A merge: the one that is shown stays; the other keeps its row and its decisions for a person to look at.
            (
                &[&["CVE-1", "CVE-2"]],
                &[("a", "CVE-1", &["CVE-1"]), ("b", "CVE-2", &["CVE-2"])],
                "0:a | new 0 | changed  | opened a=CVE-2 | closed ",
            ),
        ];
        for (groups, record, expected) in cases {
            assert_eq!(check(groups, record), expected, "{groups:?}");
        }
    }
}
