//! CVSS vectors to scores, by the function that the feeds score with.
//!
//! Where two calculators agree, their score is expected (of versions 2 and 3 the base score). Where they differ it is by one
//! tenth, at a tie: the specification rounds decimals half up, so the one that computes in decimals is right.
use std::path::Path;

use crate::Suite;
use crate::corpus;
use crate::tally::Tally;

pub(crate) fn run(vectors: &Path) -> anyhow::Result<Vec<Suite>> {
    let folder = vectors.join("cvss");
    let mut suites = Vec::new();
    for set in ["cvss2_random", "cvss3.0_random", "cvss3.1_random", "cvss4_base_all", "cvss4_random"] {
        let mut tally = Tally::new(&format!("cvss:{set}"));
        for line in corpus::text(&folder.join(format!("{set}.agreed.txt")))?.lines() {
            if let Some((vector, scores)) = line.split_once(" - ") {
                let base = scores.trim_start_matches('(').split(',').next().unwrap_or_default();
                note(&mut tally, vector, base);
            }
        }
        suites.push(tally.finish());
    }
    for set in ["cvss4_base_all", "cvss4_random"] {
        let mut tally = Tally::new(&format!("cvss:{set}-ties"));
        for line in corpus::text(&folder.join(format!("{set}.disagree.tsv")))?.lines().skip(1) {
            if let [vector, _binary, decimal] = line.split('\t').collect::<Vec<_>>()[..] {
                note(&mut tally, vector, decimal);
            }
        }
        suites.push(tally.finish());
    }
    for version in ["2.0", "3.0", "3.1"] {
        let mut tally = Tally::new(&format!("cvss:nvd-observed-{version}"));
        for line in corpus::text(&folder.join(format!("nvd-observed-{version}.tsv")))?.lines().skip(1) {
            let mut fields = line.split('\t');
            if let (Some(vector), Some(base)) = (fields.next(), fields.next()) {
                note(&mut tally, vector, base);
            }
        }
        suites.push(tally.finish());
    }
    Ok(suites)
}

fn note(tally: &mut Tally, vector: &str, expected: &str) {
    let own = feeds::score_of(vector).map(|tenths| format!("{}.{}", tenths / 10, tenths % 10));
    let own = own.as_deref().unwrap_or("no score");
    tally.note(vector, if own == expected { Ok(()) } else { Err(format!("{own}, not {expected}")) });
}
