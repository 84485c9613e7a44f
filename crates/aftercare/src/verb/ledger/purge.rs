//! `aftercare ledger purge | purged`: what would go, the act, and what went before.

use app::{
    AppError,
    purge::{self, Line, Request},
};
use serde_json::{Value, json};

use crate::{
    answer::{self, Outcome, Table},
    cli::{Format, Global},
    place::{self, Place},
};

/// Shows what would go; with `confirm` destroys it.
pub(crate) fn run(
    global: &Global,
    place: &Place,
    request: &Request,
    confirm: bool,
) -> anyhow::Result<Outcome> {
    let plan = purge::preview(&place.app, &place.viewer, request)?;
    let mut table = Table::new(&["Table", "Key", "Opened", "Closed", "May go"]);
    for line in &plan.lines {
        table.row(vec![
            line.table.clone(),
            line.key.clone(),
            line.opened.to_string(),
            line.closed.map_or_else(String::new, |closed| closed.to_string()),
            line.refused.clone().unwrap_or_else(|| "yes".to_owned()),
        ]);
    }
    let parts = match plan.parts {
        0 => String::new(),
        parts => format!(", and {} with it", answer::some(parts as i128, "component", "components")),
    };
    let lines: Vec<Value> = plan.lines.iter().map(line_json).collect();
    let mut answer = json!({ "lines": lines, "parts": plan.parts, "holds": plan.holds(), "sequence": null });
    let count = answer::some(plan.lines.len() as i128, "row, text or file", "rows, texts and files");
    if !plan.holds() || !confirm {
        let closing = if plan.holds() {
            format!(
                "{count}{parts} would be destroyed for ever. Sentences of the ledger that repeat it stay: read them first, \
                 `ledger show ENTRY`. Do it with --confirm --reason TEXT --as EMAIL"
            )
        } else {
            "Nothing of it is destroyed.".to_owned()
        };
        answer::print(global.format, &answer, &table, &closing)?;
        return Ok(if plan.holds() { Outcome::Done } else { Outcome::No });
    }
    let Some(person) = place.viewer.as_person() else {
        return Err(AppError::Missing {
            what: "the local console may not destroy records: that needs a person".to_owned(),
            hint: "Say who, with --as EMAIL; their password is asked, or read from --password-file"
                .to_owned(),
        }
        .into());
    };
    let secret = place::password(global, &person.email)?;
    let reason = global.reason.as_deref().unwrap_or_default();
    let done = purge::purge(&place.app, &place.viewer, request, &secret, reason)?;
    answer["sequence"] = json!(done.sequence);
    answer["unscrubbed"] = json!(done.unscrubbed);
    let mut closing = format!("{count}{parts} destroyed by entry {}; the leaves stay.", done.sequence);
    match done.unscrubbed {
        None => closing.push_str(" Copies in your backups are yours to destroy."),
        Some(why) => closing.push_str(&format!(
            "\nFreed pages of the database may still hold it ({why}). Run when nobody else writes: aftercare ledger purge --scrub"
        )),
    }
    answer::print(global.format, &answer, &table, &closing)?;
    Ok(Outcome::Done)
}

/// Writes the tables anew in which something was destroyed.
pub(crate) fn scrub(format: Format, place: &Place) -> anyhow::Result<Outcome> {
    purge::scrub(&place.app, &place.viewer)?;
    answer::say(
        format,
        &json!({ "scrubbed": true }),
        "No freed page of the database holds what was destroyed.",
    )?;
    Ok(Outcome::Done)
}

/// What was destroyed.
pub(crate) fn list(format: Format, place: &Place, limit: usize) -> anyhow::Result<Outcome> {
    let mut table = Table::new(&["Entry", "At", "Table", "Key", "Opened", "Closed", "Policy", "Reason"]);
    let mut rows = Vec::new();
    for one in purge::list(&place.app, &place.viewer, limit)? {
        rows.push(json!({
            "sequence": one.sequence, "at": one.at, "table": one.table, "key": one.key, "opened": one.opened,
            "closed": one.closed, "policy": one.policy, "reason": one.reason,
        }));
        table.row(vec![
            one.sequence.to_string(),
            one.at,
            one.table,
            one.key,
            one.opened.to_string(),
            one.closed.map_or_else(String::new, |closed| closed.to_string()),
            one.policy,
            one.reason,
        ]);
    }
    let closing = answer::some(rows.len() as i128, "row, text or file", "rows, texts and files");
    answer::print(format, &json!({ "purged": rows }), &table, &closing)?;
    Ok(Outcome::Done)
}

fn line_json(line: &Line) -> Value {
    json!({
        "table": line.table, "key": line.key, "opened": line.opened, "closed": line.closed, "refused": line.refused,
    })
}
