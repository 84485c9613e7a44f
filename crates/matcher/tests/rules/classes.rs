//! One fixture for each class of false positive and false negative that other tools are known for (docs/matching.md).

#[cfg(test)]
mod false_negatives;
#[cfg(test)]
mod false_positives;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod versions;

use crate::support::{index, inventory};
use matcher::{
    account::account,
    assess::{assess, assess_all},
    explain::explain,
    inventory::{Inventory, Item},
    record::{Condition, Qualifiers, Record, Statement},
};

/// `item name: state class reason` of every stored verdict; account must close as well, and evidence be complete.
fn verdicts(records: &[Record], inventory: &Inventory) -> Vec<String> {
    let index = index(records);
    let assessment = assess(&index, inventory);
    let buckets = account(&index, inventory, &assessment);
    assert!(buckets.closes(), "{buckets:?}");
    assert_eq!(buckets.version as usize, assessment.out_of_range_groups.len(), "two paths count the same");
    let all = assess_all(&index, inventory);
    let stored: Vec<_> =
        all.cores.iter().filter(|core| core.state != matcher::verdict::State::OutOfRange).copied().collect();
    assert_eq!(stored, assessment.cores, "asking for everything changes nothing");
    let verdicts = assessment.verdicts(&index, inventory);
    verdicts
        .iter()
        .map(|verdict| {
            let evidence = &verdict.evidence;
            assert!(!evidence.text.is_empty() && evidence.statement.len() == 32 && !evidence.rule.is_empty());
            assert!(!evidence.text.ends_with(": "), "what is missing is said: {}", evidence.text);
            let told = explain(&index, inventory, verdict.group, Some(verdict.item));
            assert_eq!(told.state, Some(verdict.state), "explain agrees with assess");
            let class = verdict.class.map_or("-", |class| class.letter());
            let conditional = if verdict.conditional { " conditional" } else { "" };
            let name = index.name(verdict.group).unwrap_or_default();
            format!(
                "{} {name}: {} {class} {}{conditional}",
                verdict.item,
                verdict.state.word(),
                verdict.reason
            )
        })
        .collect()
}

#[track_caller]
fn check(records: &[Record], items: &[Item], expected: &[&str]) {
    assert_eq!(verdicts(records, &inventory(items)), expected);
}

fn on_condition(record: Record, condition: Condition) -> Record {
    let mut record = record;
    for statement in &mut record.statements {
        statement.condition = Some(0);
    }
    Record { conditions: vec![condition], ..record }
}

fn qualified(statement: Statement, qualifiers: Qualifiers) -> Statement {
    Statement { qualifiers, ..statement }
}

const CVE: &str = "CVE-2024-1000";
