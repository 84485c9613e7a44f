//! One entry of the ledger with the rows it opened and closed, and its place in the chain.

use app::{App, AppError, ledger};
use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    asked::Asked,
    frame::{Frame, figure, when},
    state::Portal,
    view::{
        count::Count,
        href,
        ledger::{LedgerEntryPage, TouchedTable},
        shell::Section,
        words,
    },
};

pub(crate) async fn get(State(portal): State<Portal>, Path(entry): Path<String>, asked: Asked) -> Response {
    portal.page(asked, move |app, asked| page(app, asked, &entry)).await
}

fn page(app: &App, asked: &Asked, entry: &str) -> Result<LedgerEntryPage, AppError> {
    let sequence = entry.parse::<i64>().map_err(|_| AppError::not_found("ledger entry", entry))?;
    let frame = Frame::read(app, asked)?;
    let detail = ledger::show(app, asked.viewer()?, sequence)?;
    let entry = detail.entry;
    let number = figure(sequence);
    let here = frame.link(&href::entry(number));
    let beside = |other: u64| frame.link_to(words::thousands(other), &href::entry(other));
    let head = ledger::stand(app, asked.viewer()?, domain::ledger::AsOf::Now)?.sequence;
    let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap_or_default();
    let tables = detail.touches.into_iter().map(|touches| TouchedTable {
        table: touches.table.to_owned(),
        opened: Count::new(figure(touches.opened_count), here.clone()),
        opened_root: root(&body, "opened", touches.table),
        closed: Count::new(figure(touches.closed_count), here.clone()),
        closed_root: root(&body, "closed", touches.table),
    });
    Ok(LedgerEntryPage {
        shell: frame.shell(
            Section::Ledger,
            format!("Entry {number}"),
            vec![frame.link_to("Ledger", href::LEDGER)],
        ),
        tables: tables.collect(),
        number,
        signed: entry.action == "decision.sign",
        at: when(&entry.at),
        actor: entry.actor_name,
        authentication: entry.authentication,
        reason: entry.reason,
        summary: entry.summary,
        previous: (sequence > 1).then(|| beside(number - 1)),
        next: (sequence < head).then(|| beside(number + 1)),
        hash: entry.hash,
        previous_hash: entry.previous,
        body: entry.body,
    })
}

/// The tree root that the entry claims for one side of a table, shortened.
fn root(body: &serde_json::Value, side: &str, table: &str) -> String {
    let root = body.pointer(&format!("/tables/{table}/{side}/root")).and_then(|root| root.as_str());
    root.map_or_else(|| "none".to_owned(), words::short_digest)
}
