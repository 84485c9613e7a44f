//! `aftercare ledger show | verify | recount | export` and `aftercare verify BUNDLE`; `ledger purge` in `purge`.

mod purge;

use std::path::Path;

use app::{deep, ledger, purge::Request};
use serde_json::{Value, json};
use store::{
    BundleReport, Consistency, PurgeCount,
    ledger::{EntryFilter, RowShown},
};

use crate::{
    answer::{self, Outcome, Table},
    cli::{Format, Global, Ledger},
    place::{self, Place},
};

/// Runs a verb of the ledger.
pub(crate) fn run(global: &Global, command: Ledger) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    match command {
        Ledger::Recount => {
            let rows = deep::rebuild(&place.app, &place.viewer)?;
            let sentence =
                format!("Caches and counters are made anew: {}.", answer::some(rows, "row", "rows"));
            answer::say(global.format, &json!({ "rows": rows }), &sentence)?;
            Ok(Outcome::Done)
        }
        Ledger::Purge { scrub: true, .. } => purge::scrub(global.format, &place),
        Ledger::Purge { table, key, policy, opened, confirm, .. } => {
            let (Some(table), Some(key), Some(policy)) = (table, key, policy) else { return Ok(Outcome::No) };
            purge::run(global, &place, &Request { table, key, opened, policy }, confirm)
        }
        Ledger::Purged { limit } => purge::list(global.format, &place, limit),
        Ledger::Show { sequence: Some(sequence), .. } => show(global.format, &place, sequence),
        Ledger::Show { sequence: None, limit } => list(global.format, &place, limit),
        Ledger::Verify { checkpoint, deep } => verify(global.format, &place, checkpoint.as_deref(), deep),
        Ledger::Export { file } => {
            let report = ledger::export_to(&place.app, &place.viewer, &file)?;
            let sentence = format!(
                "{} written: {} and {}. Check it anywhere: aftercare verify {}",
                file.display(),
                answer::some(report.entries, "entry", "entries"),
                answer::some(report.rows, "row", "rows"),
                file.display()
            );
            answer::say(global.format, &bundle_json(&report), &sentence)?;
            Ok(Outcome::Done)
        }
    }
}

/// Verifies a bundle without a workspace.
pub(crate) fn verify_bundle(global: &Global, bundle: &Path) -> anyhow::Result<Outcome> {
    match ledger::verify_bundle(bundle)? {
        Ok(report) => {
            let mut answer = bundle_json(&report);
            answer["holds"] = json!(true);
            let sentence = format!(
                "The bundle of {} holds: {} and {}, signed by key {}.{}{}",
                report.origin,
                answer::some(report.entries, "entry", "entries"),
                answer::some(report.rows, "row", "rows"),
                report.public,
                withheld(&report),
                purged(&report.purged)
            );
            answer::say(global.format, &answer, &sentence)?;
            Ok(Outcome::Done)
        }
        Err(damage) => {
            let answer = json!({ "holds": false, "damage": damage_json(&damage) });
            answer::say(global.format, &answer, &format!("The bundle does not hold. {damage}"))?;
            Ok(Outcome::No)
        }
    }
}

fn withheld(report: &BundleReport) -> String {
    if report.withheld_entries == 0 && report.withheld_rows == 0 {
        return String::new();
    }
    format!(
        " Withheld as need-to-know: {} and {}.",
        answer::some(report.withheld_entries, "entry", "entries"),
        answer::some(report.withheld_rows, "row", "rows")
    )
}

fn list(format: Format, place: &Place, limit: usize) -> anyhow::Result<Outcome> {
    let entries = ledger::list(&place.app, &place.viewer, place.as_of, &EntryFilter::All, None, limit)?;
    let mut table = Table::new(&["Entry", "At", "Who", "What"]);
    let mut rows = Vec::new();
    for entry in &entries {
        table.row(vec![
            entry.sequence.to_string(),
            entry.at.clone(),
            entry.actor_name.clone(),
            entry.summary.clone(),
        ]);
        rows.push(entry_json(entry));
    }
    let closing = answer::some(entries.len() as i128, "entry", "entries");
    answer::print(format, &json!({ "entries": rows }), &table, &closing)?;
    Ok(Outcome::Done)
}

fn show(format: Format, place: &Place, sequence: i64) -> anyhow::Result<Outcome> {
    let detail = ledger::show(&place.app, &place.viewer, sequence)?;
    let mut table = Table::new(&["Table", "Opened", "Closed", "Withheld"]);
    let mut touches = Vec::new();
    let mut rows_touched = String::new();
    for touch in &detail.touches {
        table.row(vec![
            touch.table.to_owned(),
            answer::count(touch.opened_count),
            answer::count(touch.closed_count),
            answer::count(touch.withheld),
        ]);
        touches.push(json!({
            "table": touch.table, "opened": touch.opened_count, "closed": touch.closed_count,
            "withheld": touch.withheld, "opened_rows": keys(&touch.opened), "closed_rows": keys(&touch.closed),
        }));
        for (side, rows, count) in
            [("opened", &touch.opened, touch.opened_count), ("closed", &touch.closed, touch.closed_count)]
        {
            if !rows.is_empty() {
                rows_touched.push_str(&format!("{} {side}: {}\n", touch.table, listed(&keys(rows), count)));
            }
        }
    }
    let entry = &detail.entry;
    let mut answer = entry_json(entry);
    answer["touches"] = json!(touches);
    let closing = format!(
        "{rows_touched}Entry {}, {}, {} ({}): {}\nReason: {}\nHash: {}",
        entry.sequence,
        entry.at,
        entry.actor_name,
        entry.authentication,
        entry.summary,
        entry.reason,
        entry.hash
    );
    answer::print(format, &answer, &table, &closing)?;
    Ok(Outcome::Done)
}

fn verify(format: Format, place: &Place, checkpoint: Option<&Path>, deep: bool) -> anyhow::Result<Outcome> {
    let (verification, recomputed) = if deep {
        deep::verify(&place.app, &place.viewer, checkpoint)?
    } else {
        (ledger::verify(&place.app, &place.viewer, checkpoint)?, deep::Recomputed::default())
    };
    let verified = &verification.verified;
    let mut answer = json!({
        "holds": verification.holds(), "entries": verified.entries, "head": verified.head,
        "rows": verified.rows, "evidence": verified.evidence, "blobs": verified.blobs,
        "corpus": verified.corpus, "deep": verified.deep, "sweeps": recomputed.compared,
        "sweeps_passed_over": recomputed.passed_over, "purged": purged_json(&verified.purged),
        "damage": verified.damage.as_ref().map(damage_json),
    });
    let mut sentence = match &verified.damage {
        None => format!(
            "The record is whole: {}, {}, {}, {}{}. Head {}",
            answer::some(verified.entries, "entry", "entries"),
            answer::some(verified.rows, "row", "rows"),
            answer::some(verified.evidence, "evidence text", "evidence texts"),
            answer::some(verified.blobs + verified.corpus, "file", "files"),
            if deep { again(&recomputed) } else { String::new() },
            verified.head
        ),
        Some(damage) if damage.can_be_rebuilt() => {
            format!("A cache is not what the record gives. {damage}\nMake it anew: aftercare ledger recount")
        }
        Some(damage) => format!("The record is damaged. {damage}"),
    };
    sentence.push_str(&purged(&verified.purged));
    match &verification.consistency {
        None => {}
        Some(Consistency::Extends { then, now }) => {
            answer["checkpoint"] = json!({ "extends": true, "then": then, "now": now });
            sentence.push_str(&format!("\nIt extends the checkpoint: {then} entries then, {now} now."));
        }
        Some(Consistency::Differs(why)) => {
            answer["checkpoint"] = json!({ "extends": false, "why": why });
            sentence.push_str(&format!("\nIt does not extend the checkpoint: {why}"));
        }
    }
    answer::say(format, &answer, &sentence)?;
    Ok(if verification.holds() { Outcome::Done } else { Outcome::No })
}

fn again(recomputed: &deep::Recomputed) -> String {
    let sweeps = answer::some(recomputed.compared, "sweep gives its", "sweeps give their");
    let passed_over = match recomputed.passed_over {
        0 => String::new(),
        count => format!(" ({count} more cannot be computed from rows alone)"),
    };
    format!("; caches and counters are as rebuilt, {sweeps} result again{passed_over}")
}

/// What was destroyed, said aloud wherever something is said to hold.
fn purged(counts: &[PurgeCount]) -> String {
    let line = |count: &PurgeCount| {
        let rows = answer::some(count.rows, "was", "were");
        format!("\n{rows} destroyed by entry {} ({}): {}", count.sequence, count.policy, count.reason)
    };
    let rows: i64 = counts.iter().map(|count| count.rows).sum();
    match rows {
        0 => String::new(),
        _ => format!(
            "\nOf {} only the leaf is left:{}",
            answer::some(rows, "row, text or file", "rows, texts and files"),
            counts.iter().map(line).collect::<String>()
        ),
    }
}

fn purged_json(counts: &[PurgeCount]) -> Vec<Value> {
    let one = |count: &PurgeCount| json!({ "sequence": count.sequence, "policy": count.policy, "reason": count.reason, "rows": count.rows });
    counts.iter().map(one).collect()
}

/// Rows told on a line of text; JSON has all that are shown.
const TOLD: usize = 20;

fn keys(rows: &[RowShown]) -> Vec<&str> {
    rows.iter().map(|row| row.key.as_str()).collect()
}

fn listed(keys: &[&str], count: i64) -> String {
    let told = keys.iter().take(TOLD).copied().collect::<Vec<_>>();
    let more = count - i64::try_from(told.len()).unwrap_or(i64::MAX);
    let told = told.join(", ");
    if more > 0 { format!("{told} and {more} more") } else { told }
}

fn entry_json(entry: &domain::ledger::LedgerEntry) -> Value {
    json!({
        "sequence": entry.sequence, "at": entry.at, "actor": entry.actor, "actor_name": entry.actor_name,
        "authentication": entry.authentication, "action": entry.action, "reason": entry.reason,
        "summary": entry.summary, "previous": entry.previous, "hash": entry.hash,
    })
}

fn damage_json(damage: &store::Damage) -> Value {
    json!({
        "table": damage.table, "key": damage.key, "sequence": damage.sequence, "what": damage.what,
    })
}

fn bundle_json(report: &BundleReport) -> Value {
    json!({
        "origin": report.origin, "entries": report.entries, "withheld_entries": report.withheld_entries,
        "rows": report.rows, "withheld_rows": report.withheld_rows, "public_key": report.public,
        "purged": purged_json(&report.purged),
    })
}
