//! The list of cases, worst harm first.

use std::collections::BTreeMap;

use app::{
    App, AppError,
    case::{self, CaseCursor, CaseFilter, CaseSort},
    decision,
    watch::{self, FindingFilter, FindingSort},
};
use axum::{extract::State, response::Response};
use domain::case::CaseStage;
use jiff::tz::TimeZone;

use super::standing::Standing;
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

const ROWS: usize = 25;
/// Waiting decisions counted at most.
const WAITING: usize = 10_000;

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<CasesPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let viewer = asked.viewer()?;
    let closed = asked.parameter("view") == Some("closed");
    let filter = if closed {
        CaseFilter { stages: vec![CaseStage::Closed], ..CaseFilter::all() }
    } else {
        CaseFilter::open()
    };
    let after = asked.parameter("after").and_then(cursor);
    let list = case::list(app, viewer, frame.as_of, &filter, CaseSort::Harm, after.as_ref(), ROWS)?;
    let all = FindingFilter::default();
    let groups = watch::findings(app, viewer, frame.as_of, &all, FindingSort::Name, None, usize::MAX)?;
    let reach: BTreeMap<&str, (u64, u64)> = groups
        .groups
        .iter()
        .map(|group| (group.vulnerability.as_str(), (group.releases, figure(group.units))))
        .collect();
    let mut rows = Vec::with_capacity(list.rows.len());
    for row in &list.rows {
        let detail = case::show(app, viewer, frame.as_of, &row.case.label())?;
        let standing = Standing::worst(&detail.decisions);
        let (releases, units) = reach.get(row.case.vulnerability.0.as_str()).copied().unwrap_or_default();
        let address = frame.link(&href::case(&row.case.label()));
        rows.push(CaseRow {
            case: frame.link_to(row.case.label(), &href::case(&row.case.label())),
            title: row.case.title.clone(),
            vulnerability: row.vulnerability.clone(),
            harm: row.case.harm.into(),
            status: standing.status,
            risk: standing.risk,
            firmness: standing.firmness,
            releases: Count::new(releases, format!("{address}#releases")),
            units: Count::new(units, frame.link(&href::impact(&row.vulnerability))),
            owner: detail.owner.map_or_else(|| "nobody".to_owned(), |owner| owner.name),
            opened: words::day(row.case.learned_at.to_zoned(TimeZone::UTC).date()),
        });
    }
    let waiting = decision::waiting(app, viewer, frame.as_of, None, WAITING)?;
    let waiting: std::collections::BTreeSet<&str> = waiting.iter().map(|one| one.case.0.as_str()).collect();
    let count = |wanted: bool| -> u64 {
        let of = list.stages.iter().filter(|(stage, _)| (*stage == CaseStage::Closed) == wanted);
        of.map(|(_, n)| figure(*n)).sum()
    };
    let tab = |name: &str, word: &str, n, current| Tab {
        name: name.to_owned(),
        count: Count::new(n, frame.link(&href::with(href::CASES, &[("view", word)]))),
        current,
    };
    let view = if closed { "closed" } else { "open" };
    let here = frame.link(href::CASES);
    Ok(CasesPage {
        shell: frame.shell(Section::Cases, "Cases", Vec::new()),
        open: count(false),
        proposed: Count::new(waiting.len() as u64, frame.link(href::TODAY)),
        not_judged: Count::new(figure(list.not_judged), here),
        tabs: vec![tab("Open", "open", count(false), !closed), tab("Closed", "closed", count(true), closed)],
        pager: Pager {
            shown: rows.len() as u64,
            total: count(closed),
            first: after.map(|_| frame.link(&href::with(href::CASES, &[("view", view)]))),
            next: list.next.map(|next| {
                let after = format!("{}.{}.{}", next.number, next.sequence, next.key);
                frame.link(&href::with(href::CASES, &[("view", view), ("after", &after)]))
            }),
        },
        rows,
        empty: Empty::new(if closed { "No case is closed." } else { "No case is open." }),
    })
}

/// `NUMBER.SEQUENCE.KEY`, as the address of the next page carries it.
fn cursor(text: &str) -> Option<CaseCursor> {
    let mut parts = text.splitn(3, '.');
    let number = parts.next()?.parse().ok()?;
    let sequence = parts.next()?.parse().ok()?;
    Some(CaseCursor { key: parts.next()?.to_owned(), number, sequence })
}
