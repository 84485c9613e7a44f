//! The watch page: when we looked, at what, and how fresh that was.

use app::{
    App, AppError,
    page::watch::{self, Blind},
    watch::{SourceLine, SweepLine, WatchReport},
};
use axum::{extract::State, response::Response};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    asked::Asked,
    frame::{Frame, figure, when},
    portal::calendar,
    state::Portal,
    view::{
        count::Count,
        empty::Empty,
        href,
        shell::Section,
        watch::{Snapshot, SourceRow, SourceState, SweepRow, WatchPage},
        words,
    },
};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<WatchPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let today = frame.at().to_zoned(app.zone.clone()).date();
    let watch = watch::watch(app, asked.viewer()?, frame.as_of, calendar::start(today))?;
    let report = watch.report;
    let here = |fragment: &str| frame.link(&format!("{}#{fragment}", href::WATCH));
    let not_fresh = report.sources.iter().filter(|source| source.state != "ok").count() as u64;
    let (calendar, worst) = calendar::calendar(today, watch.first_receipt, &watch.receipts);
    Ok(WatchPage {
        shell: frame.shell(Section::Watch, "Watch", Vec::new()),
        promise: None,
        sweeps_last_day: looks(&report.sweeps, &frame),
        releases_not_asked: Count::new(watch.not_asked, here("sources")),
        sources_not_fresh: Count::new(not_fresh, here("sources")),
        facts: Vec::new(),
        calendar: watch.first_receipt.map(|_| calendar),
        worst,
        sources: report.sources.iter().map(|source| source_row(source, &frame)).collect(),
        sweeps: report.sweeps.iter().map(|sweep| sweep_row(sweep, &frame)).collect(),
        no_sweep: Empty::new(
            "Nobody has looked yet. `aftercare sweep` asks every source about every release.",
        ),
        running: None,
        snapshot: snapshot(&report),
        blind_total: Count::new(
            watch.blind.iter().map(|one| one.components).sum(),
            frame.link(href::PRODUCTS),
        ),
        blind: watch.blind.into_iter().map(|one| blind(one, &frame)).collect(),
        components_total: watch.components,
        sweep_action: None,
    })
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
        taken: Some(near(&source.imported_at, frame)),
        age: age.map_or_else(|_| "not known".to_owned(), |age| format!("{} ago", words::duration(age))),
        records: Some(Count::new(figure(source.records), here.clone())),
        refused: (source.refused > 0).then(|| Count::new(figure(source.refused), here)),
        digest: String::new(),
        state: match source.state {
            "ok" => SourceState::Fresh,
            "stale" => SourceState::Stale,
            _ => SourceState::Degraded,
        },
    }
}

fn sweep_row(sweep: &SweepLine, frame: &Frame) -> SweepRow {
    let (opened, closed) = (figure(sweep.opened), figure(sweep.closed));
    SweepRow {
        at: near(&sweep.ended_at, frame),
        words: format!(
            "{}{}, {} closed",
            match (&sweep.audience, sweep.labelled_part) {
                (Some(label), true) => format!("Products under {label}: "),
                (Some(label), false) => format!("Private, {label}: "),
                (None, _) => String::new(),
            },
            words::plural(opened, "new verdict", "new verdicts"),
            words::thousands(closed)
        ),
        found: opened > 0,
        receipt: frame.link_to(format!("entry {}", sweep.sequence), &href::entry(figure(sweep.sequence))),
        digest: words::short_digest(&sweep.result),
        signed: false,
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
