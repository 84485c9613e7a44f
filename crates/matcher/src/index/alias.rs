//! Which names are one flaw: alias groups over safe edges only (docs/matching.md).
//!
//! A record joins the one CVE that it names; other names join when both sides say so. A record that names several
//! CVEs, or passes flaws on (`upstream`), is an advisory: linked to each, merged with none. Withdrawn records join
//! nothing, and a CVE that its own list rejected takes the copies in other lists with it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::intern::Interner;

/// What grouping needs of a record. Names are numbers of the interner.
pub(super) struct Node<'a> {
    pub(super) source: &'a str,
    pub(super) id: u32,
    pub(super) modified: &'a str,
    pub(super) withdrawn: bool,
    pub(super) aliases: &'a [u32],
    pub(super) upstream: &'a [u32],
    /// Its statements are each about one of `upstream`: then none of these names is beside the point.
    pub(super) each: bool,
}

/// The result.
pub(super) struct Grouping {
    /// Names of each group, the shown one first; groups are sorted by shown name.
    pub(super) names: Vec<Vec<u32>>,
    /// Per record: the groups it speaks for.
    pub(super) records: Vec<Vec<u32>>,
    /// Per record: withdrawn, or fallen with its CVE.
    pub(super) dead: Vec<bool>,
    /// Per record: names several, merged with none.
    pub(super) advisory: Vec<bool>,
    /// The group of every name that an advisory links to.
    pub(super) of_name: HashMap<u32, u32>,
}

/// Sources that speak for the CVE list itself.
fn is_cve_list(source: &str) -> bool {
    matches!(source, "cve" | "vulnrichment" | "kernel-cna" | "openssl-cna")
}

/// `CVE-2024-1086` as (2024, 1086).
pub(super) fn cve(name: &str) -> Option<(u32, u64)> {
    let (year, number) = name.strip_prefix("CVE-").or_else(|| name.strip_prefix("cve-"))?.split_once('-')?;
    Some((year.parse().ok()?, number.parse().ok()?))
}

/// The order in which a name is chosen to be shown: CVEs by year and number, then the rest by bytes.
pub(crate) fn rank(name: &str) -> (bool, u32, u64, &str) {
    match cve(name) {
        Some((year, number)) => (false, year, number, name),
        None => (true, 0, 0, name),
    }
}

pub(super) fn group(nodes: &[Node<'_>], interner: &Interner) -> Grouping {
    let is_cve = |name: u32| cve(interner.get(name)).is_some();
    let rejected = rejected(nodes, &is_cve);
    let dead: Vec<bool> = nodes.iter().map(|node| node.withdrawn || rejected.contains(&node.id)).collect();
    let mut forest = Forest::default();
    let mut advisory = vec![false; nodes.len()];
    let mut links: Vec<Vec<u32>> = vec![Vec::new(); nodes.len()];

    for (index, node) in nodes.iter().enumerate() {
        forest.tree(node.id, is_cve(node.id));
        if dead[index] || is_cve(node.id) {
            continue;
        }
        let mut cves: Vec<u32> = node.aliases.iter().copied().filter(|name| is_cve(*name)).collect();
        let upstream_cves = node.upstream.iter().copied().filter(|name| is_cve(*name));
        if !node.upstream.is_empty() || cves.len() > 1 {
            cves.extend(upstream_cves);
            if cves.is_empty() || node.each {
                cves.extend_from_slice(node.upstream);
            }
            cves.retain(|name| *name != node.id);
            cves.sort_unstable();
            cves.dedup();
            advisory[index] = !cves.is_empty();
            links[index] = cves;
        } else if let [only] = cves[..] {
            forest.tree(only, true);
            forest.join(node.id, only);
        }
    }
    join_mutual(nodes, &dead, &advisory, &mut forest);
    let loose = loose_names(nodes, &dead, &advisory, &is_cve, &mut forest);
    number(nodes, interner, dead, advisory, &links, &mut forest, loose)
}

/// CVEs that their own list rejected; where no record of the list is loaded, NVD's word stands.
fn rejected(nodes: &[Node<'_>], is_cve: &impl Fn(u32) -> bool) -> BTreeSet<u32> {
    let mut word: HashMap<u32, (bool, &str, bool)> = HashMap::new();
    for node in nodes.iter().filter(|node| is_cve(node.id)) {
        let list = is_cve_list(node.source);
        if !list && node.source != "nvd" {
            continue;
        }
        let candidate = (list, node.modified, node.withdrawn);
        let best = word.entry(node.id).or_insert(candidate);
        *best = (*best).max(candidate);
    }
    word.into_iter().filter(|(_, (_, _, withdrawn))| *withdrawn).map(|(id, _)| id).collect()
}

/// Names other than CVEs join when each record names the other.
fn join_mutual(nodes: &[Node<'_>], dead: &[bool], advisory: &[bool], forest: &mut Forest) {
    let joins = |index: usize| !dead[index] && !advisory[index];
    let mut by_id: HashMap<u32, Vec<usize>> = HashMap::new();
    for (index, node) in nodes.iter().enumerate().filter(|(index, _)| joins(*index)) {
        by_id.entry(node.id).or_default().push(index);
    }
    for (_, node) in nodes.iter().enumerate().filter(|(index, _)| joins(*index)) {
        for alias in node.aliases.iter().filter(|alias| **alias != node.id) {
            let others = by_id.get(alias).map_or(&[][..], Vec::as_slice);
            if others.iter().any(|other| nodes[*other].aliases.contains(&node.id)) {
                forest.join(node.id, *alias);
            }
        }
    }
}

/// Names that no loaded record bears: they belong to the one group that mentions them, or to none.
fn loose_names(
    nodes: &[Node<'_>],
    dead: &[bool],
    advisory: &[bool],
    is_cve: &impl Fn(u32) -> bool,
    forest: &mut Forest,
) -> BTreeMap<u32, u32> {
    let mut claims: BTreeMap<u32, Option<u32>> = BTreeMap::new();
    for (index, node) in nodes.iter().enumerate() {
        if dead[index] || advisory[index] {
            continue;
        }
        let root = forest.root(node.id);
        for alias in node.aliases {
            if forest.parent.contains_key(alias) || is_cve(*alias) {
                continue;
            }
            claims
                .entry(*alias)
                .and_modify(|claim| *claim = claim.filter(|claimed| *claimed == root))
                .or_insert(Some(root));
        }
    }
    claims.into_iter().filter_map(|(name, root)| Some((name, root?))).collect()
}

fn number(
    nodes: &[Node<'_>],
    interner: &Interner,
    dead: Vec<bool>,
    advisory: Vec<bool>,
    links: &[Vec<u32>],
    forest: &mut Forest,
    loose: BTreeMap<u32, u32>,
) -> Grouping {
    // An advisory's own name is no group; what it links to is, loaded or not.
    let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut bears: BTreeSet<u32> = BTreeSet::new();
    for (index, node) in nodes.iter().enumerate() {
        if advisory[index] {
            bears.extend(&links[index]);
            for link in &links[index] {
                forest.tree(*link, cve(interner.get(*link)).is_some());
            }
        } else {
            bears.insert(node.id);
        }
    }
    let mut all: Vec<u32> = forest.parent.keys().copied().collect();
    all.sort_unstable();
    let advisory_only: BTreeSet<u32> = nodes
        .iter()
        .zip(&advisory)
        .filter(|(_, is)| **is)
        .map(|(node, _)| node.id)
        .filter(|id| !bears.contains(id))
        .collect();
    for name in all.into_iter().filter(|name| !advisory_only.contains(name)) {
        members.entry(forest.root(name)).or_default().push(name);
    }
    for (name, root) in loose {
        members.entry(forest.root(root)).or_default().push(name);
    }
    let mut groups: Vec<(u32, Vec<u32>)> = members.into_iter().collect();
    for (_, names) in &mut groups {
        names.sort_unstable_by(|left, right| interner.get(*left).cmp(interner.get(*right)));
        let shown =
            names.iter().enumerate().min_by_key(|(_, name)| rank(interner.get(**name))).map(|(at, _)| at);
        names[..=shown.unwrap_or(0)].rotate_right(1);
    }
    groups.sort_unstable_by(|left, right| {
        let shown = |names: &[u32]| names.first().copied().unwrap_or(0);
        rank(interner.get(shown(&left.1))).cmp(&rank(interner.get(shown(&right.1))))
    });
    let by_root: HashMap<u32, u32> =
        groups.iter().enumerate().map(|(number, (root, _))| (*root, number as u32)).collect();
    let records = nodes
        .iter()
        .enumerate()
        .map(|(index, node)| {
            let own = [node.id];
            let names = if advisory[index] { &links[index][..] } else { &own[..] };
            let mut groups: Vec<u32> =
                names.iter().filter_map(|name| by_root.get(&forest.root(*name)).copied()).collect();
            groups.sort_unstable();
            groups.dedup();
            groups
        })
        .collect();
    let linked: BTreeSet<u32> = links.iter().flatten().copied().collect();
    let of_name =
        linked.into_iter().filter_map(|name| Some((name, *by_root.get(&forest.root(name))?))).collect();
    Grouping { names: groups.into_iter().map(|(_, names)| names).collect(), records, dead, advisory, of_name }
}

/// Union-find over names; a tree holds at most one CVE.
#[derive(Default)]
struct Forest {
    parent: HashMap<u32, u32>,
    cve: HashMap<u32, u32>,
}

impl Forest {
    fn tree(&mut self, name: u32, is_cve: bool) {
        if let std::collections::hash_map::Entry::Vacant(entry) = self.parent.entry(name) {
            entry.insert(name);
            if is_cve {
                self.cve.insert(name, name);
            }
        }
    }

    fn root(&mut self, name: u32) -> u32 {
        let mut root = name;
        while let Some(parent) = self.parent.get(&root).filter(|parent| **parent != root) {
            root = *parent;
        }
        let mut walk = name;
        while walk != root {
            let Some(parent) = self.parent.insert(walk, root) else { break };
            walk = parent;
        }
        root
    }

    /// Joins two trees, unless that would make two CVEs one flaw.
    fn join(&mut self, left: u32, right: u32) {
        let (left, right) = (self.root(left), self.root(right));
        if left == right {
            return;
        }
        match (self.cve.get(&left), self.cve.get(&right).copied()) {
            (Some(one), Some(other)) if *one != other => {}
            (None, Some(cve)) => {
                self.parent.insert(right, left);
                self.cve.insert(left, cve);
            }
            _ => {
                self.parent.insert(right, left);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Said(&'static str, &'static str, bool, &'static [&'static str], &'static [&'static str]);

    /// Groups as `shown = other names : records by position`, dead records in brackets.
    fn check(said: &[Said], expected: &[&str]) {
        let mut interner = Interner::default();
        let names: Vec<(u32, Vec<u32>, Vec<u32>)> = said
            .iter()
            .map(|said| {
                let mut all =
                    |texts: &[&str]| texts.iter().map(|text| interner.number(text)).collect::<Vec<_>>();
                (all(&[said.1])[0], all(said.3), all(said.4))
            })
            .collect();
        let nodes: Vec<Node<'_>> = said
            .iter()
            .zip(&names)
            .map(|(said, (id, aliases, upstream))| Node {
                source: said.0,
                id: *id,
                modified: "",
                withdrawn: said.2,
                aliases,
                upstream,
                each: false,
            })
            .collect();
        let grouping = group(&nodes, &interner);
        let found: Vec<String> = grouping
            .names
            .iter()
            .enumerate()
            .map(|(number, names)| {
                let names: Vec<&str> = names.iter().map(|name| interner.get(*name)).collect();
                let records: Vec<String> = (0..nodes.len())
                    .filter(|record| grouping.records[*record].contains(&(number as u32)))
                    .map(
                        |record| {
                            if grouping.dead[record] { format!("[{record}]") } else { record.to_string() }
                        },
                    )
                    .collect();
                format!("{}: {}", names.join(" "), records.join(" "))
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn d1_the_same_flaw_in_three_lists_is_one_group() {
        check(
            &[
                Said("osv:PyPI", "PYSEC-1", false, &["CVE-2024-2", "GHSA-a"], &[]),
                Said("osv:GHSA", "GHSA-a", false, &["CVE-2024-2"], &[]),
                Said("nvd", "CVE-2024-2", false, &[], &[]),
            ],
            &["CVE-2024-2 GHSA-a PYSEC-1: 0 1 2"],
        );
    }

    #[test]
    fn mutual_aliases_join_and_one_sided_ones_do_not() {
        check(
            &[
                Said("osv:a", "A-1", false, &["B-1"], &[]),
                Said("osv:b", "B-1", false, &["A-1"], &[]),
                Said("osv:c", "C-1", false, &["B-1"], &[]),
            ],
            &["A-1 B-1: 0 1", "C-1: 2"],
        );
    }

    #[test]
    fn d2_an_advisory_over_several_cves_is_linked_and_merges_nothing() {
        check(
            &[
                Said("osv:AlmaLinux", "ALSA-1", false, &["CVE-2024-10", "CVE-2024-9"], &[]),
                Said("nvd", "CVE-2024-9", false, &[], &[]),
                Said("osv:Ubuntu", "USN-1", false, &[], &["CVE-2024-9"]),
            ],
            &["CVE-2024-9: 0 1 2", "CVE-2024-10: 0"],
        );
    }

    #[test]
    fn mutual_aliases_never_merge_two_cves() {
        check(
            &[
                Said("osv:a", "A-1", false, &["B-1", "CVE-2024-1"], &[]),
                Said("osv:b", "B-1", false, &["A-1", "CVE-2024-2"], &[]),
            ],
            &["CVE-2024-1 A-1: 0", "CVE-2024-2 B-1: 1"],
        );
    }

    #[test]
    fn withdrawn_records_name_nothing() {
        check(
            &[
                Said("osv:a", "A-1", true, &["CVE-2024-1"], &[]),
                Said("nvd", "CVE-2024-1", false, &[], &[]),
                // The list rejects it: the copy in NVD falls with it.
                Said("cve", "CVE-2024-3", true, &[], &[]),
                Said("nvd", "CVE-2024-3", false, &[], &[]),
                // NVD alone rejects what the list keeps: the list is right.
                Said("cve", "CVE-2024-4", false, &[], &[]),
                Said("nvd", "CVE-2024-4", true, &[], &[]),
            ],
            &["CVE-2024-1: 1", "CVE-2024-3: [2] [3]", "CVE-2024-4: 4 [5]", "A-1: [0]"],
        );
    }

    #[test]
    fn a_name_without_a_record_belongs_to_the_one_group_that_mentions_it() {
        check(
            &[
                Said("osv:a", "A-1", false, &["CVE-2024-1", "X-1", "Y-1"], &[]),
                Said("osv:a", "A-2", false, &["CVE-2024-2", "Y-1"], &[]),
            ],
            &["CVE-2024-1 A-1 X-1: 0", "CVE-2024-2 A-2: 1"],
        );
    }
}
