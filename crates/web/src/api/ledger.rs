//! Entries of the ledger, newest first.

use app::ledger;
use axum::{extract::State, response::Response};
use domain::ledger::LedgerEntry;
use serde::Serialize;

use super::{json, moment};
use crate::{asked::Asked, state::Portal};

const ROWS: usize = 100;

/// An entry as the API shows it.
#[derive(Serialize)]
struct Entry {
    sequence: i64,
    at: String,
    actor: String,
    actor_name: String,
    authentication: String,
    action: String,
    reason: String,
    summary: String,
    previous: String,
    hash: String,
}

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let as_of = moment(app, asked)?;
            let below = asked.parameter("below").and_then(|below| below.parse().ok());
            let entries = ledger::list(app, asked.viewer()?, as_of, &Default::default(), below, ROWS)?;
            let next = entries.last().filter(|last| entries.len() == ROWS && last.sequence > 1);
            let next = next.map(|last| last.sequence);
            let entries: Vec<Entry> = entries.into_iter().map(entry).collect();
            json(&serde_json::json!({"entries": entries, "next_below": next}))
        })
        .await
}

fn entry(entry: LedgerEntry) -> Entry {
    Entry {
        sequence: entry.sequence,
        at: entry.at,
        actor: entry.actor,
        actor_name: entry.actor_name,
        authentication: entry.authentication,
        action: entry.action,
        reason: entry.reason,
        summary: entry.summary,
        previous: entry.previous,
        hash: entry.hash,
    }
}
