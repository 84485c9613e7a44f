//! The list of cases, worst harm first.

use app::{
    App, AppError,
    case::CaseCursor,
    page::cases::{self, Row},
};
use axum::{extract::State, response::Response};
use jiff::tz::TimeZone;

use super::work;
use crate::{
    asked::Asked,
    frame::{Frame, figure},
    state::Portal,
    view::{
        cases::{CaseRow, CasesPage},
        count::Count,
        empty::Empty,
        href,
        inbox::{Pager, Tab},
        shell::Section,
        words,
    },
};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<CasesPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let closed = asked.parameter("view") == Some("closed");
    let after = asked.parameter("after").and_then(cursor);
    let cases = cases::cases(app, asked.viewer()?, frame.as_of, closed, after.as_ref())?;
    let view = if closed { "closed" } else { "open" };
    let here =
        |more: &[(&str, &str)]| frame.link(&href::with(href::CASES, &[&[("view", view)], more].concat()));
    let tab = |name: &str, word: &str, n, current| Tab {
        name: name.to_owned(),
        count: Count::new(n, frame.link(&href::with(href::CASES, &[("view", word)]))),
        current,
    };
    Ok(CasesPage {
        shell: frame.shell(Section::Cases, "Cases", Vec::new()),
        open: cases.open,
        proposed: Count::new(cases.waiting, frame.link(href::TODAY)),
        not_judged: Count::new(cases.not_judged, frame.link(href::CASES)),
        tabs: vec![tab("Open", "open", cases.open, !closed), tab("Closed", "closed", cases.closed, closed)],
        pager: Pager {
            shown: cases.rows.len() as u64,
            total: if closed { cases.closed } else { cases.open },
            first: after.map(|_| here(&[])),
            next: cases.next.map(|next| {
                let after = format!("{}.{}.{}", next.number, next.sequence, next.key);
                here(&[("after", &after)])
            }),
        },
        rows: cases.rows.into_iter().map(|one| row(one, &frame)).collect(),
        empty: Empty::new(if closed { "No case is closed." } else { "No case is open." }),
    })
}

fn row(row: Row, frame: &Frame) -> CaseRow {
    let standing = work::standing(row.standing.as_ref());
    let label = row.case.label();
    let address = href::case(&label);
    CaseRow {
        releases: Count::new(row.releases, frame.link(&format!("{address}#releases"))),
        case: frame.link_to(label, &address),
        title: row.case.title,
        harm: row.case.harm.into(),
        status: standing.status,
        risk: standing.risk,
        firmness: standing.firmness,
        units: Count::new(figure(row.units), frame.link(&href::impact(&row.vulnerability))),
        vulnerability: row.vulnerability,
        owner: row.owner.unwrap_or_else(|| "nobody".to_owned()),
        opened: words::day(row.case.learned_at.to_zoned(TimeZone::UTC).date()),
    }
}

/// `NUMBER.SEQUENCE.KEY`, as the address of the next page carries it.
fn cursor(text: &str) -> Option<CaseCursor> {
    let mut parts = text.splitn(3, '.');
    let number = parts.next()?.parse().ok()?;
    let sequence = parts.next()?.parse().ok()?;
    Some(CaseCursor { key: parts.next()?.to_owned(), number, sequence })
}
