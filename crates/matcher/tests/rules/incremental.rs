//! Asking only what a change makes dirty gives what asking everything again gives: verdicts and digest.

use std::collections::BTreeMap;

use matcher::{
    delta::Delta,
    index::{Builder, Coverage, Index, Locator},
    inventory::Inventory,
    record::{Record, Source},
    standing::Standing,
};
use proptest::{collection::vec, prelude::*};

use crate::{
    oracle::{inventories, records},
    support::{COVERED, application, index, inventory, package, says, statement},
};

#[derive(Clone, Debug)]
enum Edit {
    /// New and changed records.
    Said(Vec<Record>),
    /// The record at a position, counted round, is taken back: removed, or withdrawn by its source.
    TakenBack(usize, bool),
    /// The record at a position names another flaw as its own: groups join.
    Joined(usize, u8),
    /// A source declares to cover one distribution more, or no longer.
    Covers(bool),
    /// An SBOM comes or is replaced.
    Placed(u8, Inventory),
    /// A device goes.
    Removed(u8),
}

fn edits() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => records().prop_map(Edit::Said),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(at, whole)| Edit::TakenBack(at, whole)),
        2 => (any::<usize>(), 0..6_u8).prop_map(|(at, flaw)| Edit::Joined(at, flaw)),
        1 => any::<bool>().prop_map(Edit::Covers),
        4 => (0..3_u8, inventories()).prop_map(|(id, inventory)| Edit::Placed(id, inventory)),
        1 => (0..3_u8).prop_map(Edit::Removed),
    ]
}

/// The feeds: records by source and id, and whether the further distribution is covered.
#[derive(Clone, Default)]
struct Feeds {
    records: BTreeMap<(Source, String), Record>,
    covers: bool,
}

impl Feeds {
    fn say(&mut self, record: Record) {
        self.records.insert((record.source.clone(), record.id.clone()), record);
    }

    fn index(&self) -> Index<Vec<u8>> {
        let mut builder = Builder::new();
        let more = self.covers.then_some("distro:ubuntu:24.04/");
        for what in COVERED.into_iter().chain(more) {
            builder.covers(Coverage { source: Source("test".to_owned()), what: what.to_owned() });
        }
        self.records.values().for_each(|record| builder.add(record, Locator::default()));
        Index::open(builder.finish()).expect("an index")
    }

    fn at(&self, at: usize) -> Option<Record> {
        self.records.values().nth(at % self.records.len().max(1)).cloned()
    }

    fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Said(records) => records.into_iter().for_each(|record| self.say(record)),
            Edit::TakenBack(at, whole) => {
                let Some(record) = self.at(at) else { return };
                if whole {
                    self.records.remove(&(record.source, record.id));
                } else {
                    self.say(Record { withdrawn: true, ..record });
                }
            }
            Edit::Joined(at, flaw) => {
                let Some(record) = self.at(at) else { return };
                self.say(Record { aliases: vec![format!("CVE-2024-{flaw}")], ..record });
            }
            Edit::Covers(covers) => self.covers = covers,
            Edit::Placed(..) | Edit::Removed(_) => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_edits_gives_what_a_full_rebuild_gives(edits in vec(edits(), 1..12)) {
        let mut feeds = Feeds::default();
        let mut before = feeds.index();
        let mut standing = Standing::new();
        let mut devices: BTreeMap<String, Inventory> = BTreeMap::new();
        for edit in edits {
            match edit {
                Edit::Placed(id, inventory) => {
                    standing.place(&before, &id.to_string(), inventory.clone());
                    devices.insert(id.to_string(), inventory);
                }
                Edit::Removed(id) => {
                    standing.remove(&id.to_string());
                    devices.remove(&id.to_string());
                }
                edit => {
                    feeds.edit(edit);
                    let after = feeds.index();
                    standing.renew(&Delta::between(&before, &after), &after);
                    before = after;
                }
            }
            let mut full = Standing::new();
            devices.iter().for_each(|(id, inventory)| full.place(&before, id, inventory.clone()));
            prop_assert_eq!(standing.verdicts(), full.verdicts());
            prop_assert_eq!(standing.digest(), full.digest());
        }
    }
}

fn check(before: &[Record], after: &[Record], asked: u64) {
    let parts = [package("pkg:npm/n0@1.0.0"), package("pkg:npm/n1@1.0.0"), application("acme", "p0", "1.0")];
    let (before, after) = (index(before), index(after));
    let mut standing = Standing::new();
    standing.place(&before, "device", inventory(&parts));
    assert_eq!(standing.renew(&Delta::between(&before, &after), &after), asked);
}

#[test]
fn only_dirty_pairs_are_asked() {
    let say = |id: &str, key: &str, span: &str| says("osv:npm", id, vec![statement(key, &[span])]);
    let zero = say("GHSA-1", "purl:npm/n0", "<2.0.0");
    let one = say("GHSA-2", "purl:npm/n1", "<2.0.0");
    let both = || vec![zero.clone(), one.clone()];
    check(&both(), &both(), 0);
    // Another text is no other statement.
    check(&both(), &[Record { summary: "Other words.".into(), ..zero.clone() }, one.clone()], 0);
    check(&both(), &[say("GHSA-1", "purl:npm/n0", "<3.0.0"), one.clone()], 1);
    // A record before the others moves every number and dirties nothing else.
    check(&both(), &[say("GHSA-0", "purl:npm/n1", "<2.0.0"), zero.clone(), one.clone()], 1);
    check(&both(), &[zero.clone(), one.clone(), say("GHSA-3", "purl:npm/nobody", "<2.0.0")], 0);
    // A new name makes another group of it.
    check(&both(), &[Record { aliases: vec!["CVE-2024-1".into()], ..zero.clone() }, one.clone()], 1);
    check(&both(), std::slice::from_ref(&one), 0);
}
