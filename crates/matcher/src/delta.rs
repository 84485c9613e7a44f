//! What differs between two indexes, product key by product key: all that a change of the corpus makes anybody ask again.
//!
//! A pair of a part and an alias group has the same verdict under both indexes when the group has the same names and
//! every key of the part has the same statements in it: a statement's digest covers its source, record, versions,
//! attributes and condition. Scores, texts and dates are in no digest and dirty nothing. What the sources cover decides
//! about parts as a whole, so where that differs nothing is kept.
//!
//! Not here: what stands under the old index (`standing`), and what a new version of the rules changes (everything).

use std::collections::HashMap;

use crate::{
    identify::Identity,
    index::{Index, StatementRow, View, rank},
};

/// The differences between two indexes that one version of the rules reads.
#[derive(Debug)]
pub struct Delta<'a> {
    old: View<'a>,
    new: View<'a>,
    /// By old group: the new one of the same names; `GONE` = none.
    groups: Vec<u32>,
    /// Keys under which something differs.
    keys: HashMap<&'a str, Change>,
    is_whole: bool,
}

const GONE: u32 = u32::MAX;

/// What differs for a key or for a part. Both lists are sorted and distinct.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Groups of the old index of which less or other things are said; see [`Delta::kept`].
    pub stale: Vec<u32>,
    /// Groups of the new index to ask about.
    pub asked: Vec<u32>,
}

impl<'a> Delta<'a> {
    /// Compares; a pass over both indexes.
    pub fn between<A: AsRef<[u8]>, B: AsRef<[u8]>>(old: &'a Index<A>, new: &'a Index<B>) -> Self {
        let (old, new) = (old.view(), new.view());
        let mut delta = Self {
            old,
            new,
            groups: same_groups(old, new),
            keys: HashMap::new(),
            is_whole: !old.coverage().eq(new.coverage()),
        };
        if delta.is_whole {
            return delta;
        }
        for key in 0..new.key_count() {
            let Some(text) = new.key_text(key) else { continue };
            let change = delta.change(old.key(text), Some(key));
            if !change.asked.is_empty() || !change.stale.is_empty() {
                delta.keys.insert(text, change);
            }
        }
        for key in 0..old.key_count() {
            let Some(text) = old.key_text(key).filter(|text| new.key(text).is_none()) else { continue };
            let change = delta.change(Some(key), None);
            if !change.stale.is_empty() {
                delta.keys.insert(text, change);
            }
        }
        delta
    }

    /// The sources cover something else than before: everything is to be asked.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The group of the new index that has the names of this one of the old.
    pub fn same_group(&self, old: u32) -> Option<u32> {
        self.groups.get(old as usize).copied().filter(|new| *new != GONE)
    }

    /// The number under which a verdict of a part on an old group goes on to stand; none when it does not.
    pub fn kept(&self, change: &Change, old: u32) -> Option<u32> {
        let group = self.same_group(old)?;
        let stands = change.stale.binary_search(&old).is_err() && change.asked.binary_search(&group).is_err();
        stands.then_some(group)
    }

    /// Product keys under which something differs, in no order.
    pub fn keys(&self) -> impl Iterator<Item = (&'a str, &Change)> {
        self.keys.iter().map(|(key, change)| (*key, change))
    }

    /// What differs for a part.
    pub fn of(&self, identity: &Identity) -> Change {
        let mut found = Change::default();
        let mut add = |change: Option<&Change>| {
            found.stale.extend(change.iter().flat_map(|change| &change.stale));
            found.asked.extend(change.iter().flat_map(|change| &change.asked));
        };
        for key in identity.keys.iter().filter(|key| key.finds) {
            // The release of its distribution is open: every covered one is asked.
            let Some((distribution, package)) = key.key.split_once(":*/") else {
                add(self.keys.get(key.key.as_str()));
                continue;
            };
            for (_, what) in self.new.coverage() {
                if what.strip_prefix(distribution).is_some_and(|rest| rest.starts_with(':')) {
                    add(self.keys.get(format!("{}/{package}", what.trim_end_matches('/')).as_str()));
                }
            }
        }
        sort(&mut found);
        found
    }

    fn change(&self, old: Option<u32>, new: Option<u32>) -> Change {
        let rows = |view: View<'a>, key: Option<u32>| -> Vec<StatementRow> {
            key.map(|key| view.statements(key).collect()).unwrap_or_default()
        };
        let (before, after) = (rows(self.old, old), rows(self.new, new));
        let mut before = before.chunk_by(|left, right| left.group == right.group).peekable();
        let mut change = Change::default();
        // Groups are in the order of their names in both, so those that stayed are in one order.
        for chunk in after.chunk_by(|left, right| left.group == right.group) {
            let group = chunk[0].group;
            let mut same = false;
            while let Some(other) = before.peek() {
                let there = self.same_group(other[0].group);
                if there.is_some_and(|there| there > group) {
                    break;
                }
                same = there == Some(group) && self.says_the_same(other, chunk);
                if !same {
                    change.stale.push(other[0].group);
                    change.asked.extend(there);
                }
                before.next();
                if there == Some(group) {
                    break;
                }
            }
            if !same {
                change.asked.push(group);
            }
        }
        for other in before {
            change.stale.push(other[0].group);
            change.asked.extend(self.same_group(other[0].group));
        }
        sort(&mut change);
        change
    }

    fn says_the_same(&self, before: &[StatementRow], after: &[StatementRow]) -> bool {
        let digest = |view: View<'a>, row: &StatementRow| view.detail(row.detail).map(|detail| detail.digest);
        before.len() == after.len()
            && before.iter().zip(after).all(|(before, after)| {
                let found = digest(self.old, before);
                found.is_some() && found == digest(self.new, after)
            })
    }
}

fn sort(change: &mut Change) {
    for list in [&mut change.stale, &mut change.asked] {
        list.sort_unstable();
        list.dedup();
    }
}

/// Both indexes list their groups by shown name.
fn same_groups(old: View<'_>, new: View<'_>) -> Vec<u32> {
    let mut at = 0;
    (0..old.group_count())
        .map(|group| {
            let Some(name) = old.group_name(group) else { return GONE };
            while at < new.group_count() && new.group_name(at).is_some_and(|other| rank(other) < rank(name)) {
                at += 1;
            }
            if at < new.group_count() && old.group_names(group).eq(new.group_names(at)) { at } else { GONE }
        })
        .collect()
}
