//! The portfolio index reaches every part that a record can give a verdict, says who has it, and survives damage.

use std::collections::BTreeSet;

use matcher::{
    assess::assess,
    index::Index,
    inventory::{Inventory, Item},
    portfolio::{Builder, Portfolio, PortfolioError},
    record::Record,
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    oracle::{inventories, records},
    support::{application, bytes, inventory, named, package, says, statement},
};

/// A portfolio in which each inventory is a release of its own, and every part a component version.
fn portfolio(inventories: &[Inventory]) -> (Portfolio<Vec<u8>>, Vec<Item>) {
    let mut builder = Builder::new();
    let mut items = Vec::new();
    for (number, inventory) in (1_u32..).zip(inventories) {
        let release = builder.release(&format!("r{number}"), [("North", number), ("South", 10)]);
        for item in &inventory.items {
            let component = builder.component(items.len() as u64, item, inventory);
            builder.holds(release, component);
            items.push(item.clone());
        }
    }
    (Portfolio::open(builder.finish()).expect("a portfolio"), items)
}

/// Versions that no order helps with: shapes, updates, missing releases.
fn odd() -> impl Strategy<Value = Item> {
    let version = select(vec!["1.0", "1.0.2k", "2021", "r5", "1.0-rc1", "20240101", "abcdef1", "-", "*"]);
    prop_oneof![
        version.clone().prop_map(|version| application("acme", "p0", version)),
        version.clone().prop_map(|version| named(&format!("cpe:2.3:a:acme:p1:{version}:sp1:*:*:*:*:*:*"))),
        version.prop_map(|version| package(&format!("pkg:npm/n0@{version}"))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_record_can_decide_is_reached(
        records in records(),
        parts in inventories(),
        odd in vec(odd(), 0..4),
    ) {
        let inventories = [parts, inventory(&odd)];
        let (portfolio, items) = portfolio(&inventories);
        for record in &records {
            let index = Index::open(bytes([record])).expect("an index");
            let reached: BTreeSet<u32> = portfolio.reach(record).into_iter().collect();
            for (at, item) in (0..).zip(&items) {
                let found = !assess(&index, &inventory(std::slice::from_ref(item))).cores.is_empty();
                prop_assert!(!found || reached.contains(&at), "{:?} is not reached by {:?}", item, record);
            }
        }
    }
}

fn check(reached: &[u32], record: &Record) {
    let parts = [
        package("pkg:npm/x@1.0.0"),
        package("pkg:npm/x@1.5.0"),
        package("pkg:npm/x@2.0.0"),
        package("pkg:npm/y@1.0.0"),
        application("acme", "server", "1.0"),
        application("acme", "server", "r7"),
        package("pkg:deb/debian/zlib1g@1.2-1?distro=debian-12"),
        package("pkg:deb/debian/zlib1g@1.2-1"),
    ];
    let (portfolio, _) = portfolio(&[inventory(&parts)]);
    assert_eq!(portfolio.reach(record), reached, "{record:?}");
}

#[test]
fn only_the_versions_of_a_range_are_reached() {
    let one = |key: &str, spans: &[&str]| says("osv:npm", "GHSA-1", vec![statement(key, spans)]);
    check(&[0, 1], &one("purl:npm/x", &["<2.0.0"]));
    check(&[1], &one("purl:npm/x", &[">1.0.0 <2.0.0"]));
    check(&[0, 2], &one("purl:npm/x", &["=1.0.0", "=2.0.0"]));
    check(&[1, 2], &one("purl:npm/x", &["!=1.0.0", "?>=1.5.0"]));
    check(&[], &one("purl:npm/x", &["!<9.0.0"]));
    check(&[0, 1], &one("purl:npm/x", &[">=1.0.0 <=1.*"]));
    // A version of another shape is asked about by every range.
    check(&[5], &one("cpe:a:acme:server", &["<1.0"]));
    check(&[4, 5], &one("cpe:a:acme:server", &["<=1.0"]));
    // An unknown release of a distribution is every release.
    check(&[6, 7], &one("distro:debian:12/zlib1g", &["<1.3"]));
    check(&[7], &one("distro:debian:11/zlib1g", &["<1.3"]));
}

#[test]
fn releases_and_units_are_counted_once() {
    let x = || package("pkg:npm/x@1.0.0");
    let (portfolio, _) = portfolio(&[
        inventory(&[x(), application("acme", "server", "1.0")]),
        inventory(&[x()]),
        inventory(&[package("pkg:npm/y@1.0.0")]),
    ]);
    assert_eq!((portfolio.releases(), portfolio.components()), (3, 4));
    let exposed = portfolio.exposed(&portfolio.named("purl:npm/x"));
    assert_eq!(exposed.releases.iter().collect::<Vec<_>>(), [0, 1]);
    assert_eq!((exposed.units, exposed.instances), (23, 2));
    assert_eq!(portfolio.units_by_site(&exposed.releases), [("North", 3), ("South", 20)]);
    // Twice in one release is two instances and the same units.
    let all = portfolio.exposed(&[0, 1]);
    assert_eq!((all.units, all.instances), (11, 2));
    assert_eq!(portfolio.release(1).map(|release| (release.name, release.units)), Some(("r2", 12)));
    assert_eq!(portfolio.release(3), None, "the row that ends the table is no release");
    assert_eq!(portfolio.sites(1).collect::<Vec<_>>(), [("North", 2), ("South", 10)]);
    assert_eq!(portfolio.component(3), Some(3));
}

#[test]
fn damage_is_found_or_harmless() {
    let parts = [package("pkg:npm/x@1.0.0"), application("acme", "server", "1.0")];
    let (whole, _) = portfolio(&[inventory(&parts), inventory(&parts)]);
    assert_eq!(whole.verify(), Ok(()));
    let record = says("osv:npm", "GHSA-1", vec![statement("purl:npm/x", &["<2.0.0"])]);
    let bytes = whole.as_bytes();
    assert_eq!(Portfolio::open(&bytes[..4]).err(), Some(PortfolioError::Foreign));
    let short = &bytes[..bytes.len() - 8];
    assert_eq!(Portfolio::open(short).err(), Some(PortfolioError::Damaged { what: "length" }));
    let mut opened = 0;
    for at in 0..bytes.len() {
        for value in [0, 1, 0xFF] {
            let mut damaged = bytes.to_vec();
            if damaged[at] == value {
                continue;
            }
            damaged[at] = value;
            let Ok(portfolio) = Portfolio::open(damaged) else { continue };
            opened += 1;
            assert!(portfolio.verify().is_err(), "byte {at} is in no digest");
            let reached = portfolio.reach(&record);
            let _ = portfolio.exposed(&reached);
            let _ = portfolio.exposed(&[0, 1, u32::MAX]);
            for release in 0..3 {
                let _ = (portfolio.release(release), portfolio.sites(release).count());
            }
        }
    }
    assert!(opened > 1000, "most damage lies behind the header: {opened}");
}
