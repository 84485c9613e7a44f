//! The ledger page: whether the record is intact, and its entries, newest first. Entries after the moment that is looked at
//! stay visible, marked as later.

use app::{App, AppError, ledger};
use axum::{extract::State, response::Response};
use domain::ledger::{AsOf, LedgerEntry};

use crate::{
    asked::Asked,
    frame::{Frame, figure},
    state::Portal,
    view::{
        href,
        ledger::{Break, Checkpoint, Integrity, LedgerPage, LedgerRow, Place, Verified},
        shell::Section,
        words,
    },
};

const ROWS: usize = 50;

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<LedgerPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let below = asked.parameter("below").and_then(|below| below.parse::<i64>().ok());
    let entries = ledger::list(app, asked.viewer()?, AsOf::Now, &Default::default(), below, ROWS)?;
    let head = ledger::list(app, asked.viewer()?, AsOf::Now, &Default::default(), None, 1)?;
    let head = head.first();
    let older = entries
        .last()
        .filter(|last| entries.len() == ROWS && last.sequence > 1)
        .map(|last| frame.link(&href::with(href::LEDGER, &[("below", &last.sequence.to_string())])));
    Ok(LedgerPage {
        shell: frame.shell(Section::Ledger, "Ledger", Vec::new()),
        state: Integrity {
            entries: head.map(|head| figure(head.sequence)).unwrap_or_default(),
            verified: verified(asked, &frame),
            head: head.map_or_else(|| "none".to_owned(), |head| words::short_digest(&head.hash)),
        },
        checkpoint: ledger::last_checkpoint(app, asked.viewer()?)?.map(|one| checkpoint(&one)),
        rows: entries.into_iter().map(|entry| row(entry, &frame)).collect(),
        newer: below.map(|_| frame.link(href::LEDGER)),
        older,
    })
}

fn checkpoint(one: &app::ledger::Checkpoint) -> Checkpoint {
    Checkpoint {
        size: figure(one.size),
        root: words::short_digest(&one.root),
        at: crate::frame::when(&one.at),
        key: words::short_digest(&one.key_hash),
        stamped: one.time_stamp.is_some(),
    }
}

fn verified(asked: &Asked, frame: &Frame) -> Option<Verified> {
    let checked = asked.checked.as_ref()?;
    let verified = &checked.verification.verified;
    let breaks = verified.damage.iter().map(|damage| Break {
        entry: damage.sequence.map_or_else(
            || frame.link_to("record", href::LEDGER),
            |entry| frame.link_to(entry.to_string(), &href::entry(figure(entry))),
        ),
        what: damage.to_string(),
    });
    Some(Verified {
        checked: figure(verified.entries),
        breaks: breaks.collect(),
        at: words::moment(checked.at),
        took: words::duration(checked.took),
    })
}

fn row(entry: LedgerEntry, frame: &Frame) -> LedgerRow {
    let place = match entry.sequence.cmp(&frame.sequence) {
        std::cmp::Ordering::Greater if !frame.acting() => Place::Later,
        std::cmp::Ordering::Equal if !frame.acting() => Place::Here,
        _ => Place::Before,
    };
    LedgerRow {
        number: figure(entry.sequence),
        href: frame.link(&href::entry(figure(entry.sequence))),
        at: crate::frame::when(&entry.at),
        hash: format!("{}…", entry.hash.chars().take(4).collect::<String>()),
        signed: entry.action == "decision.sign",
        summary: entry.summary,
        place,
    }
}
