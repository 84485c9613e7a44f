//! The watch page: when we looked, at what, and how fresh that was.

use app::{
    App, AppError,
    account::{self, AccountReport},
    impact::each_release,
    watch::{self, SourceLine, SweepLine, WatchReport},
};
use axum::{extract::State, response::Response};
use domain::id::ReleaseId;
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
    let viewer = asked.viewer()?;
    let report = watch::watch(app, viewer, frame.as_of)?;
    let account = account::account(app, viewer, frame.as_of, None)?;
    let here = |fragment: &str| frame.link(&format!("{}#{fragment}", href::WATCH));
    let not_fresh = report.sources.iter().filter(|source| source.state != "ok").count();
    let today = frame.at().to_zoned(app.zone.clone()).date();
    let (first, receipts) = watch::receipts(app, viewer, frame.as_of, calendar::start(today))?;
    let (calendar, worst) = calendar::calendar(today, first, &receipts);
    let blind = blind(app, asked, &frame)?;
    Ok(WatchPage {
        shell: frame.shell(Section::Watch, "Watch", Vec::new()),
        promise: None,
        sweeps_last_day: looks(&report.sweeps, &frame),
        releases_not_asked: Count::new(not_asked(&account), here("sources")),
        sources_not_fresh: Count::new(not_fresh as u64, here("sources")),
        facts: Vec::new(),
        calendar: first.map(|_| calendar),
        worst,
        sources: report.sources.iter().map(|source| source_row(source, &frame)).collect(),
        sweeps: report.sweeps.iter().map(|sweep| sweep_row(sweep, &frame)).collect(),
        no_sweep: Empty::new(
            "Nobody has looked yet. `aftercare sweep` asks every source about every release.",
        ),
        running: None,
        snapshot: snapshot(&report),
        blind: blind.rows,
        blind_total: blind.total,
        components_total: blind.components,
        sweep_action: None,
    })
}

/// Components that nothing can warn us about.
struct Blind {
    /// By release.
    rows: Vec<(String, Count)>,
    total: Count,
    /// Out of how many.
    components: u64,
}

fn blind(app: &App, asked: &Asked, frame: &Frame) -> Result<Blind, AppError> {
    let viewer = asked.viewer()?;
    let mut releases = Vec::new();
    each_release(app, viewer, frame.as_of, |line| releases.push(line))?;
    let (mut rows, mut all) = (Vec::new(), 0);
    for line in releases {
        let id = ReleaseId(line.id);
        let Some(coverage) = account::coverage(app, viewer, frame.as_of, &id)? else { continue };
        all += figure(coverage.components);
        let blind = figure(coverage.blind_spots);
        if blind > 0 {
            let page = format!("{}#components", href::release(&line.reference));
            let name = format!("{} {}", line.product_name, line.version);
            let address = frame.link(&href::with(&page, &[("watched", "nothing")]));
            rows.push((name, Count::new(blind, address)));
        }
    }
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(count.n));
    let total = rows.iter().map(|(_, count)| count.n).sum();
    Ok(Blind { rows, total: Count::new(total, frame.link(href::PRODUCTS)), components: all })
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

/// Releases whose account does not close: without an SBOM, or not swept since it came.
fn not_asked(account: &AccountReport) -> u64 {
    account.releases.iter().filter(|release| release.note.is_some()).count() as u64
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
