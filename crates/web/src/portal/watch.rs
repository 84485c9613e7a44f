//! The watch page: when we looked, at what, and how fresh that was.

use app::{
    App, AppError,
    page::watch::{self, Blind, Holder},
    watch::{SourceLine, SweepLine, WatchReport},
};
use axum::{extract::State, response::Response};
use domain::person::Permission;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    answer::{go, html},
    asked::Asked,
    frame::{Frame, figure, when},
    portal::calendar,
    refusal::{status, told},
    state::Portal,
    sweeping::Sweeping,
    view::{
        count::Count,
        empty::Empty,
        href,
        shell::{Notice, Section},
        watch::{Running, Snapshot, SourceRow, SourceState, SweepRow, WatchPage},
        words,
    },
};

/// Sweeps and releases with blind spots that are named; the rest is a figure.
const SWEEPS: usize = 8;
const BLIND: usize = 8;

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    let here = portal.sweeps.last();
    portal.page(asked, move |app, asked| page(app, asked, here, None)).await
}

/// Begins a sweep. It goes on after the answer; the page tells how it ends.
pub(crate) async fn post(State(portal): State<Portal>, asked: Asked) -> Response {
    let starting = portal.sweeps.clone();
    portal
        .respond(asked, move |app, asked| match starting.begin(app, asked.viewer()?) {
            Ok(()) => Ok(go(&href::with(href::WATCH, &[("done", "started")]))),
            Err(error @ (AppError::Conflict(_) | AppError::Missing { .. })) => {
                let view = page(app, asked, starting.last(), Some(&error))?;
                html(status(&error), &view)
            }
            Err(error) => Err(error),
        })
        .await
}

fn page(app: &App, asked: &Asked, here: Sweeping, refused: Option<&AppError>) -> Result<WatchPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let today = frame.at().to_zoned(app.zone.clone()).date();
    let viewer = asked.viewer()?;
    let watch = watch::watch(app, viewer, frame.as_of, calendar::start(today))?;
    let report = watch.report;
    let at = |fragment: &str| frame.link(&format!("{}#{fragment}", href::WATCH));
    let not_fresh = report.sources.iter().filter(|source| source.state != "ok").count() as u64;
    let (calendar, worst) = calendar::calendar(today, watch.first_receipt, &watch.receipts);
    let running = running(&here, watch.elsewhere.as_ref());
    let may = viewer.may(Permission::RunWatch);
    let mut shell = frame.shell(Section::Watch, "Watch", Vec::new());
    // The answer to a form stands at its own address, which has no page.
    shell.as_of.path = href::WATCH.to_owned();
    shell.notice = (asked.parameter("done") == Some("started"))
        .then(|| Notice { text: "The sweep has begun.".to_owned(), undo: None });
    let blind_total = watch.blind.iter().map(|one| one.components).sum();
    Ok(WatchPage {
        shell,
        sweeps_last_day: looks(&report.sweeps, &frame),
        releases_not_asked: Count::new(watch.not_asked, at("sources")),
        sources_not_fresh: Count::new(not_fresh, at("sources")),
        calendar: watch.first_receipt.map(|_| calendar),
        worst,
        sources: report.sources.iter().map(|source| source_row(source, &frame)).collect(),
        sweeps: report.sweeps.iter().take(SWEEPS).map(|sweep| sweep_row(sweep, &frame)).collect(),
        no_sweep: Empty::new(
            "Nobody has looked yet. `aftercare sweep` asks every source about every release.",
        ),
        sweep_action: (may && running.is_none()).then(|| href::SWEEP.to_owned()),
        running: running.filter(|_| frame.acting()),
        failed: failed(&here, refused, &report.sweeps).filter(|_| frame.acting()),
        snapshot: snapshot(&report),
        blind_more: watch.blind.len().saturating_sub(BLIND) as u64,
        blind: watch.blind.into_iter().take(BLIND).map(|one| blind(one, &frame)).collect(),
        blind_total: Count::new(blind_total, frame.link(href::PRODUCTS)),
        components_total: watch.components,
    })
}

/// What is under way: begun here, or by somebody who works on the same workspace.
fn running(here: &Sweeping, elsewhere: Option<&Holder>) -> Option<Running> {
    match (here, elsewhere) {
        (Sweeping::Running { by, since }, _) => {
            Some(Running { by: by.clone(), since: words::moment(*since) })
        }
        (_, Some(holder)) => Some(Running {
            by: format!("somebody outside this portal, on {}", holder.host),
            since: when(&holder.since),
        }),
        (_, None) => None,
    }
}

/// Why nothing was begun, or how the last one that was begun here failed; forgotten when a later one ends well.
fn failed(here: &Sweeping, refused: Option<&AppError>, sweeps: &[SweepLine]) -> Option<String> {
    if let Some(error) = refused {
        return Some(told(error));
    }
    let Sweeping::Failed { by, at, why } = here else { return None };
    let later = |sweep: &SweepLine| sweep.ended_at.parse::<Timestamp>().is_ok_and(|ended| ended > *at);
    (!sweeps.iter().any(later))
        .then(|| format!("What {by} began ended {} without a receipt. {why}", words::moment(*at)))
}

fn blind(one: Blind, frame: &Frame) -> (String, Count) {
    let page = format!("{}#components", href::release(&one.reference));
    let address = frame.link(&href::with(&page, &[("watched", "nothing")]));
    (one.name, Count::new(one.components, address))
}

/// Sweeps that ended within a day before the moment that is looked at.
fn looks(sweeps: &[SweepLine], frame: &Frame) -> u64 {
    let since = frame.at().checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    // A private corpus is swept with the public one: one look, not two.
    let late = |sweep: &&SweepLine| {
        sweep.audience.is_none() && sweep.ended_at.parse::<Timestamp>().is_ok_and(|ended| ended >= since)
    };
    sweeps.iter().filter(late).count() as u64
}

fn source_row(source: &SourceLine, frame: &Frame) -> SourceRow {
    let here = frame.link(&format!("{}#sources", href::WATCH));
    let age = source.imported_at.parse::<Timestamp>().map(|at| frame.at().duration_since(at));
    SourceRow {
        name: source.name.clone(),
        what: source
            .newest
            .clone()
            .map_or_else(|| "states no date".to_owned(), |newest| format!("newest: {}", dated(&newest))),
        taken: near(&source.imported_at, frame),
        age: age.map_or_else(|_| "not known".to_owned(), |age| format!("{} ago", words::duration(age))),
        records: Count::new(figure(source.records), here.clone()),
        refused: (source.refused > 0).then(|| Count::new(figure(source.refused), here)),
        state: match source.state {
            "ok" => SourceState::Fresh,
            "stale" => SourceState::Stale,
            _ => SourceState::Degraded,
        },
    }
}

fn sweep_row(sweep: &SweepLine, frame: &Frame) -> SweepRow {
    let (opened, closed) = (figure(sweep.opened), figure(sweep.closed));
    let label = match (&sweep.audience, sweep.labelled_part) {
        (Some(label), true) => format!("Products under {label}: "),
        (Some(label), false) => format!("Private, {label}: "),
        (None, _) => String::new(),
    };
    let told = match (opened, closed) {
        (0, 0) => "Nothing changed".to_owned(),
        (opened, 0) => words::plural(opened, "new verdict", "new verdicts"),
        (opened, closed) => {
            let opened = words::plural(opened, "new verdict", "new verdicts");
            format!("{opened}, {} closed", words::thousands(closed))
        }
    };
    SweepRow {
        at: near(&sweep.ended_at, frame),
        words: format!("{label}{told}"),
        found: opened > 0,
        receipt: frame.link_to(format!("entry {}", sweep.sequence), &href::entry(figure(sweep.sequence))),
    }
}

/// Without the year where it is plain.
fn near(stored: &str, frame: &Frame) -> String {
    stored.parse::<Timestamp>().map_or_else(|_| stored.to_owned(), |at| words::moment_near(at, frame.at()))
}

/// A moment that a source states as its day; versions and dates as they are.
fn dated(newest: &str) -> String {
    let at = newest.parse::<Timestamp>();
    at.map_or_else(|_| newest.to_owned(), |at| words::day(at.to_zoned(TimeZone::UTC).date()))
}

fn snapshot(report: &WatchReport) -> Option<Snapshot> {
    report.snapshot.as_ref().map(|snapshot| Snapshot {
        digest: words::short_digest(&snapshot.id),
        packs: figure(snapshot.packs),
        records: figure(snapshot.records),
        taken: when(&snapshot.imported_at),
        matcher: snapshot.engine.clone(),
    })
}
