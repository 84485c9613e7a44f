//! No damage to any document makes a reader panic: every format, the same damage in every run.

use std::collections::BTreeMap;

use crate::counts::consistent;
use crate::folder::{bytes, folder, rows};
use crate::mutator::Mutator;

/// Documents of each format, and how often each is damaged.
const DOCUMENTS: usize = 10;
const RUNS: usize = 60;

#[test]
fn no_damage_makes_a_reader_panic() {
    let Some(folder) = folder() else { return };
    let mut documents: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for row in rows(&folder).iter().filter(|row| row.components > 1).step_by(3) {
        let chosen = documents.entry(row.format.clone()).or_default();
        if chosen.len() < DOCUMENTS {
            chosen.extend(Some(bytes(&folder, row)).filter(|bytes| bytes.len() < 60_000));
        }
    }
    assert!(documents.len() > 6, "{:?}", documents.keys());
    let mut mutator = Mutator::new();
    let mut read: BTreeMap<&str, usize> = BTreeMap::new();
    for (format, documents) in &documents {
        for document in documents {
            for _ in 0..RUNS {
                let damaged = mutator.damaged(document);
                if let Ok((inventory, issues)) = sbom::read(&damaged) {
                    *read.entry(format).or_default() += 1;
                    consistent(&inventory, &issues).expect("what is read holds together");
                }
            }
        }
    }
    println!("{read:?} damaged documents are still read");
    assert!(read.len() > 5, "some damaged documents of each format are still read: {read:?}");
}
