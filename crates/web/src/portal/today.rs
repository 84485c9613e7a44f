//! Today: new matches, the groups that need somebody, open work by release, whether it adds up, whether anybody watched,
//! and what waits for a signature. Who may read nothing is sent on to the first page that they may open.

use app::{
    App, AppError,
    account::{CoverageLine, ReleaseAccount},
    decision,
    page::today::{self, OpenRelease, Since, WaitingCase},
    watch::ReceiptDay,
};
use axum::{extract::State, response::Response};
use domain::person::Permission;
use jiff::{SignedDuration, Timestamp, civil::Date};

use super::work;
use crate::{
    answer::{go, html},
    asked::Asked,
    frame::{Frame, figure},
    state::Portal,
    view::{
        bar::{Bar, Part, Tone},
        calendar::{DayState, Strip},
        count::{Count, Link},
        href,
        queue::QueueRow,
        shell::Section,
        sum::{Line, Sum},
        today::{ReleaseLine, TodayPage, WatchCard},
        words,
    },
};

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
    let matches = frame.at().checked_sub(SignedDuration::from_hours(24)).unwrap_or(frame.at());
    let day = frame.at().to_zoned(app.zone.clone()).date();
    let start = day.checked_sub(jiff::Span::new().days(DAYS - 1)).unwrap_or(day);
    let since = Since { matches, receipts: start };
    let today = today::today(app, asked.viewer()?, frame.as_of, since)?;
    let inbox = frame.link(href::INBOX);
    Ok(TodayPage {
        shell: frame.shell(Section::Today, "Today", Vec::new()),
        since: (format!("Since {}", words::moment(matches)), "24 h".to_owned()),
        new_matches: today.new_matches,
        groups: Count::new(today.waiting, inbox.clone()),
        patient: Some(Count::new(today.patient, inbox)),
        needs_you: today.first.iter().map(|row| work::row(row, work::place(row), frame)).collect(),
        releases: today.releases.into_iter().map(|release| line(release, frame)).collect(),
        all_releases: Count::new(today.all_releases, frame.link(href::PRODUCTS)),
        sum: today.swept.as_ref().map(|ended| (swept(ended, frame), sum(&today.account, frame))),
        watch: watch_card(
            &today.coverage,
            &days(start, day, today.first_receipt, &today.receipts),
            today.first_receipt.is_some(),
            frame,
        ),
        signatures: today.signatures.into_iter().map(|waiting| signature(waiting, frame)).collect(),
    })
}

fn swept(ended_at: &str, frame: &Frame) -> String {
    let at = ended_at.parse::<Timestamp>();
    at.map_or_else(|_| ended_at.to_owned(), |at| format!("swept {}", words::moment_near(at, frame.at())))
}

fn line(release: OpenRelease, frame: &Frame) -> ReleaseLine {
    let account = release.account;
    let reference = format!("{}@{}", account.product, account.release);
    let page = frame.link(&href::release(&reference));
    let inbox = frame.link(&href::with(href::INBOX, &[("filter", &reference)]));
    ReleaseLine {
        release: Link::new(format!("{} {}", release.product_name, account.release), page.clone()),
        units: Count::new(figure(release.units), page.clone()),
        open: Count::new(figure(account.open), inbox.clone()),
        decided: Count::new(figure(account.decided), inbox),
        blind: Count::new(figure(account.blind_spots), format!("{page}#components")),
        oldest: release.oldest.map(|at| work::age(Some(at), frame)),
        closes: account.closes,
    }
}

/// Every known vulnerability, once for each release that was asked about it.
fn sum(account: &ReleaseAccount, frame: &Frame) -> Sum {
    let inbox = frame.link(href::INBOX);
    let here = frame.link(href::PRODUCTS);
    let line = |tone, label: &str, n, address: &str| Line::new(tone, label, Count::new(figure(n), address));
    Sum {
        label: "Known vulnerabilities, for each release".to_owned(),
        total: Count::new(figure(account.known), here.clone()),
        lines: vec![
            line(Tone::Affected, "Open", account.open, &inbox),
            line(Tone::Fixed, "Decided", account.decided, &inbox),
            line(Tone::Sure, "Excluded by a statement", account.excluded.statement, &here),
            line(Tone::Likely, "Fixed in the build", account.excluded.fixed, &here),
            line(Tone::NotAffected, "Another version", account.excluded.version, &here),
            line(Tone::Weak, "No such component", account.excluded.no_such_component, &here),
            line(Tone::Unknown, "Not assessable", account.not_assessable, &here),
        ],
        beside: None,
    }
}

fn watch_card(coverage: &CoverageLine, days: &[DayState], looked: bool, frame: &Frame) -> WatchCard {
    let missed = days.iter().filter(|day| **day == DayState::Missed).count() as u64;
    let told = match (looked, missed) {
        (false, _) => "Nobody has looked yet.".to_owned(),
        (true, 0) => format!("{DAYS} days, none missed."),
        (true, missed) => format!("{} missed in the last {DAYS}.", words::plural(missed, "day", "days")),
    };
    let here = frame.link(href::WATCH);
    let part = |tone, n, label: &str| Part::new(tone, Count::new(figure(n), here.clone()), label);
    WatchCard {
        share: words::share(figure(coverage.components - coverage.blind_spots), figure(coverage.components)),
        coverage: Bar {
            label: "Components".to_owned(),
            parts: [
                part(Tone::Sure, coverage.class_a + coverage.class_b, "by identity"),
                part(Tone::Weak, coverage.class_c + coverage.class_d, "by name"),
                part(Tone::Likely, coverage.undecided, "undecided"),
                part(Tone::Unknown, coverage.blind_spots, "blind"),
            ]
            .into_iter()
            .filter(|part| part.count.n > 0)
            .collect(),
            total: figure(coverage.components),
            total_words: None,
        },
        receipts: looked.then(|| Strip {
            days: days.to_vec(),
            spoken: format!("Receipts of the last {DAYS} days: {told}"),
        }),
        words: told,
    }
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

/// What is proposed in a case.
fn signature(waiting: WaitingCase, frame: &Frame) -> QueueRow {
    let label = waiting.case.label();
    let detail = format!(
        "{}, {} · {label} · waits {}",
        decision::words(waiting.status),
        words::plural(figure(waiting.releases), "release", "releases"),
        work::age(waiting.since, frame)
    );
    let address = frame.link(&format!("{}#sign", href::case(&label)));
    work::plain(waiting.case.title, address, detail)
}
