//! Damaged bytes are an error or nothing, never a panic: a seeded mutator over a whole index.

use matcher::{
    account::{Counting, account},
    assess::assess_all,
    explain::explain_name,
    index::{Index, IndexError},
    record::{Condition, Qualifiers, Record, Statement},
};

use crate::support::{application, bytes, inventory, leaf, named, package, record, says, statement};

fn records() -> Vec<Record> {
    let narrowed = Statement {
        qualifiers: Qualifiers {
            target_sw: Some("windows".into()),
            update: Some("sp1".into()),
            ..Qualifiers::default()
        },
        condition: Some(0),
        ..statement("cpe:a:acme:server", &["=1.0:sp1"])
    };
    let tree = Condition::All(vec![
        Condition::Any(vec![leaf("cpe:a:acme:server", Some("<2"), true)]),
        Condition::Not(Box::new(leaf("cpe:o:microsoft:windows", None, false))),
    ]);
    vec![
        Record {
            conditions: vec![tree],
            ..says("nvd", "CVE-2024-1", vec![narrowed, statement("cpe:a:acme:server", &["<2"])])
        },
        says("cve", "CVE-2024-2", vec![statement("cve:acme|server", &[">=0.5 <1.5", "!>=1.5"])]),
        Record {
            aliases: vec!["CVE-2024-2".into()],
            ..says("osv:npm", "GHSA-1", vec![statement("purl:npm/x", &["<2.0.0"])])
        },
        record("nvd", "CVE-2024-3"),
    ]
}

#[test]
fn a_damaged_index_never_panics() {
    let whole = bytes(&records());
    let server = named("cpe:2.3:a:acme:server:1.0:sp1:*:*:*:*:*:*");
    let parts = inventory(&[server, application("acme", "server", "1.0"), package("pkg:npm/x@1.0.0")]);
    let mut seed = 11_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        seed >> 33
    };
    let mut opened = 0;
    for _ in 0..4000 {
        let mut bytes = whole.clone();
        for _ in 0..1 + next() % 6 {
            let at = next() as usize % bytes.len();
            bytes[at] = match next() % 3 {
                0 => 0xFF,
                1 => 0,
                _ => next() as u8,
            };
        }
        let Ok(index) = Index::open(bytes) else { continue };
        opened += 1;
        let assessment = assess_all(&index, &parts);
        let _ = assessment.verdicts(&index, &parts);
        let witness = assessment.witness(&index, &parts);
        assessment.cores.iter().for_each(|core| drop(witness.ground(core)));
        let _ = account(&index, &parts, &assessment);
        let _ = Counting::of(&index).buckets(&assessment);
        for name in ["CVE-2024-1", "CVE-2024-2", "GHSA-1", "CVE-2024-9"] {
            let _ = explain_name(&index, &parts, name, None);
        }
        for group in 0..index.group_count().min(8) {
            let _ = (index.group(group), index.headline(group), index.products(group));
        }
        let _ = (index.search_names("CVE", 4), index.coverage(), index.known());
    }
    assert!(opened > 1000, "most damage lies behind the header: {opened}");
}

#[test]
fn what_is_no_index_is_refused() {
    let whole = bytes(&records());
    assert_eq!(Index::open(&[][..]).err(), Some(IndexError::Magic));
    assert_eq!(Index::open(b"AFTINDEX".as_slice()).err(), Some(IndexError::Damaged { what: "header" }));
    assert_eq!(Index::open(&whole[..whole.len() - 1]).err(), Some(IndexError::Damaged { what: "length" }));
    let mut newer = whole.clone();
    newer[8] = 200;
    assert_eq!(Index::open(newer).err(), Some(IndexError::Version { found: 200, expected: 7 }));
    let mut table = whole;
    let offset_of_second = table.len() - 20 * 16 - 8 + 16;
    table[offset_of_second + 5] = 0xFF;
    assert_eq!(Index::open(table).err(), Some(IndexError::Damaged { what: "section table" }));
}
