//! Today: new matches, the groups that need somebody, open work by release, whether it adds up, whether anybody watched,
//! and what waits for a signature. Who may read nothing is sent on to the first page that they may open.

use std::collections::BTreeMap;

use app::{
    App, AppError,
    account::{self, AccountReport, ReleaseAccount},
    case, decision,
    impact::each_release,
    ledger,
    watch::{self, FindingGroup, ReceiptDay},
};
use axum::{extract::State, response::Response};
use domain::{decision::Decision, id::ReleaseId, ledger::AsOf, person::Permission};
use jiff::{SignedDuration, Timestamp, civil::Date};

use super::work::{self, Work};
use crate::{
    answer::{go, html},
    asked::Asked,
    frame::{Frame, figure},
    state::Portal,
    view::{
        bar::{Bar, Part, Tone},
        calendar::{DayState, Strip},
        count::Count,
        href,
        queue::QueueRow,
        shell::Section,
        sum::{Line, Sum},
        today::{ReleaseLine, TodayPage, WatchCard},
        words,
    },
};

/// Rows of each list.
const NEEDS: usize = 8;
const RELEASES: usize = 8;
const SIGNATURES: usize = 5;
/// Decisions that wait for a signature, read at most.
const WAITING: usize = 10_000;
/// Days of receipts.
const DAYS: i32 = 14;

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let frame = Frame::read(app, asked)?;
            if asked.viewer()?.may(Permission::Read) {
                return html(axum::http::StatusCode::OK, &page(app, asked, &frame)?);
            }
            let shell = frame.shell(Section::Elsewhere, "", Vec::new());
            let first = shell.menu().into_iter().flat_map(|group| group.items).next();
            let first =
                first.ok_or_else(|| AppError::Denied("you have no role that may open a page".to_owned()))?;
            Ok(go(&shell.as_of.link(first.path)))
        })
        .await
}

fn page(app: &App, asked: &Asked, frame: &Frame) -> Result<TodayPage, AppError> {
    let viewer = asked.viewer()?;
    let work = Work::read(app, viewer, frame.as_of)?;
    let (patient, woke) = work.first();
    let account = account::account(app, viewer, frame.as_of, None)?;
    let inbox = frame.link(href::INBOX);
    let since = frame.at().checked_sub(SignedDuration::from_hours(24)).unwrap_or(frame.at());
    let before = ledger::head(app, AsOf::At(since))?;
    let leading = patient.iter().chain(&woke).copied();
    let led = |group: &&FindingGroup| {
        !patient.iter().chain(&woke).any(|other| other.vulnerability == group.vulnerability)
    };
    let mut needs_you = Vec::new();
    for group in leading.chain(work.waiting.iter().filter(led)).take(NEEDS) {
        let address = work::place(group, work.case(group));
        needs_you.push(work.row(app, viewer, group, address, frame)?);
    }
    let reach = Reach::read(app, asked, frame)?;
    let last =
        watch::watch(app, viewer, frame.as_of)?.sweeps.into_iter().find(|sweep| sweep.audience.is_none());
    Ok(TodayPage {
        shell: frame.shell(Section::Today, "Today", Vec::new()),
        since: (format!("Since {}", words::moment(since)), "24 h".to_owned()),
        new_matches: work.waiting.iter().filter(|group| group.since > before).count() as u64,
        carried: None,
        groups: Count::new(work.waiting.len() as u64, inbox.clone()),
        patient: Some(Count::new(patient.len() as u64, inbox)),
        needs_you,
        releases: lines(app, &account, &reach, &work, frame)?,
        all_releases: Count::new(account.releases.len() as u64, frame.link(href::PRODUCTS)),
        sum: last.as_ref().map(|last| (swept(&last.ended_at, frame), sum(&account, frame))),
        watch: watch_card(app, asked, &reach, frame)?,
        signatures: signatures(app, asked, frame)?,
        moved: Vec::new(),
    })
}

fn swept(ended_at: &str, frame: &Frame) -> String {
    let at = ended_at.parse::<Timestamp>();
    at.map_or_else(|_| ended_at.to_owned(), |at| format!("swept {}", words::moment_near(at, frame.at())))
}

/// Every release with its units, and how far all of them were looked at.
struct Reach {
    /// Id, full name and units by `slug@version`.
    releases: BTreeMap<String, (ReleaseId, String, u64)>,
    identity: u64,
    name: u64,
    undecided: u64,
    blind: u64,
    components: u64,
}

impl Reach {
    fn read(app: &App, asked: &Asked, frame: &Frame) -> Result<Self, AppError> {
        let viewer = asked.viewer()?;
        let mut releases = BTreeMap::new();
        each_release(app, viewer, frame.as_of, |line| {
            let name = format!("{} {}", line.product_name, line.version);
            releases.insert(line.reference, (ReleaseId(line.id), name, figure(line.units)));
        })?;
        let mut reach =
            Self { releases: BTreeMap::new(), identity: 0, name: 0, undecided: 0, blind: 0, components: 0 };
        for (id, ..) in releases.values() {
            let Some(line) = account::coverage(app, viewer, frame.as_of, id)? else { continue };
            reach.identity += figure(line.class_a + line.class_b);
            reach.name += figure(line.class_c + line.class_d);
            reach.undecided += figure(line.undecided);
            reach.blind += figure(line.blind_spots);
            reach.components += figure(line.components);
        }
        reach.releases = releases;
        Ok(reach)
    }
}

/// Releases with the most open work, most first.
fn lines(
    app: &App,
    account: &AccountReport,
    reach: &Reach,
    work: &Work,
    frame: &Frame,
) -> Result<Vec<ReleaseLine>, AppError> {
    let mut rows: Vec<&ReleaseAccount> = account.releases.iter().collect();
    rows.sort_by_key(|row| (std::cmp::Reverse(row.open), &row.product, &row.release));
    let mut lines = Vec::new();
    for row in rows.into_iter().take(RELEASES) {
        let reference = format!("{}@{}", row.product, row.release);
        let page = frame.link(&href::release(&reference));
        let inbox = frame.link(&href::with(href::INBOX, &[("filter", &reference)]));
        let known = reach.releases.get(&reference);
        let oldest = known.and_then(|(id, ..)| {
            work.waiting.iter().filter(|group| group.release_ids.contains(id)).map(|group| group.since).min()
        });
        let name = known.map_or_else(|| reference.clone(), |(_, name, _)| name.clone());
        lines.push(ReleaseLine {
            release: crate::view::count::Link::new(name, page.clone()),
            units: Count::new(known.map_or(0, |(.., units)| *units), page.clone()),
            open: Count::new(figure(row.open), inbox.clone()),
            decided: Count::new(figure(row.decided), inbox),
            blind: Count::new(figure(row.blind_spots), format!("{page}#components")),
            oldest: oldest.map(|entry| work::age(app, entry, frame)).transpose()?,
            closes: row.closes,
        });
    }
    Ok(lines)
}

/// Every known vulnerability, once for each release that was asked about it.
fn sum(account: &AccountReport, frame: &Frame) -> Sum {
    let inbox = frame.link(href::INBOX);
    let here = frame.link(href::PRODUCTS);
    let total =
        |of: fn(&ReleaseAccount) -> i64| account.releases.iter().map(|row| figure(of(row))).sum::<u64>();
    let line = |tone, label: &str, n, address: &str| Line::new(tone, label, Count::new(n, address));
    Sum {
        label: "Known vulnerabilities, for each release".to_owned(),
        total: Count::new(total(|row| row.known), here.clone()),
        lines: vec![
            line(Tone::Affected, "Open", total(|row| row.open), &inbox),
            line(Tone::Fixed, "Decided", total(|row| row.decided), &inbox),
            line(Tone::Sure, "Excluded by a statement", total(|row| row.excluded.statement), &here),
            line(Tone::Likely, "Fixed in the build", total(|row| row.excluded.fixed), &here),
            line(Tone::NotAffected, "Another version", total(|row| row.excluded.version), &here),
            line(Tone::Weak, "No such component", total(|row| row.excluded.no_such_component), &here),
            line(Tone::Unknown, "Not assessable", total(|row| row.not_assessable), &here),
        ],
        beside: None,
    }
}

fn watch_card(app: &App, asked: &Asked, reach: &Reach, frame: &Frame) -> Result<WatchCard, AppError> {
    let today = frame.at().to_zoned(app.zone.clone()).date();
    let start = today.checked_sub(jiff::Span::new().days(DAYS - 1)).unwrap_or(today);
    let (first, receipts) = watch::receipts(app, asked.viewer()?, frame.as_of, start)?;
    let days = days(start, today, first, &receipts);
    let missed = days.iter().filter(|day| **day == DayState::Missed).count() as u64;
    let told = match (first, missed) {
        (None, _) => "Nobody has looked yet.".to_owned(),
        (Some(_), 0) => format!("{DAYS} days, none missed."),
        (Some(_), missed) => format!("{} missed in the last {DAYS}.", words::plural(missed, "day", "days")),
    };
    let here = frame.link(href::WATCH);
    let part = |tone, n, label: &str| Part::new(tone, Count::new(n, here.clone()), label);
    Ok(WatchCard {
        share: words::share(reach.components.saturating_sub(reach.blind), reach.components),
        coverage: Bar {
            label: "Components".to_owned(),
            parts: vec![
                part(Tone::Sure, reach.identity, "by identity"),
                part(Tone::Weak, reach.name, "by name"),
                part(Tone::Likely, reach.undecided, "undecided"),
                part(Tone::Unknown, reach.blind, "blind"),
            ],
            total: reach.components,
            total_words: None,
        },
        receipts: first.map(|_| Strip { days, spoken: format!("Receipts of the last {DAYS} days: {told}") }),
        words: told,
    })
}

/// The day that is looked at is not over, so it is never missed.
fn days(start: Date, today: Date, first: Option<Date>, receipts: &[ReceiptDay]) -> Vec<DayState> {
    let dates = start.series(jiff::Span::new().days(1)).take_while(|date| *date <= today);
    let state = |date: Date| match receipts.iter().find(|receipt| receipt.day == date) {
        Some(receipt) if receipt.opened > 0 => DayState::Found,
        Some(_) => DayState::Nothing,
        None if date == today || first.is_none_or(|first| date < first) => DayState::BeforeRecord,
        None => DayState::Missed,
    };
    dates.map(state).collect()
}

/// Proposals by case, oldest first.
fn signatures(app: &App, asked: &Asked, frame: &Frame) -> Result<Vec<QueueRow>, AppError> {
    let viewer = asked.viewer()?;
    let waiting = decision::waiting(app, viewer, frame.as_of, None, WAITING)?;
    let mut cases: Vec<(&Decision, u64)> = Vec::new();
    for one in &waiting {
        match cases.iter_mut().find(|(first, _)| first.case == one.case) {
            Some((_, n)) => *n += 1,
            None => cases.push((one, 1)),
        }
    }
    let mut rows = Vec::new();
    for (first, n) in cases.into_iter().take(SIGNATURES) {
        let detail = case::show(app, viewer, frame.as_of, &first.case.0)?;
        let label = detail.case.label();
        let since = detail.decisions.iter().find(|one| one.row.decision.id == first.id);
        let age = since.map(|one| work::age(app, one.row.since, frame)).transpose()?;
        rows.push(QueueRow {
            title: detail.case.title,
            href: frame.link(&format!("{}#sign", href::case(&label))),
            detail: format!(
                "{}, {} · {label}{}",
                decision::words(first.status),
                words::plural(n, "release", "releases"),
                age.map(|age| format!(" · waits {age}")).unwrap_or_default()
            ),
            harm: None,
            status: None,
            risk: None,
            firmness: None,
            threat: None,
            note: None,
            clock: None,
            age: None,
            current: false,
        });
    }
    Ok(rows)
}
