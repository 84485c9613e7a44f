//! Sign-in, Ledger, Watch and the error page.

use web::view::calendar::{Calendar, Day, DayState};
use web::view::count::{Count, Link};
use web::view::empty::Empty;
use web::view::error::ErrorPage;
use web::view::field::{Problem, Problems};
use web::view::href;
use web::view::ledger::{
    Break, Checkpoint, Integrity, LedgerEntryPage, LedgerPage, LedgerRow, Place, TouchedTable, Verified,
};
use web::view::shell::Section;
use web::view::signin::SignInPage;
use web::view::watch::{Running, Snapshot, SourceRow, SourceState, SweepRow, WatchPage};

use super::shell::{past, shell};

pub(crate) fn signin() -> SignInPage {
    SignInPage {
        manufacturer: String::from("Norrvik Medical"),
        form_token: String::from("3f0c77d1"),
        email: String::new(),
        next: String::from(href::TODAY),
        problems: Problems::default(),
        refused: None,
    }
}

pub(crate) fn signin_problems() -> SignInPage {
    SignInPage {
        email: String::from("psirt.lead"),
        problems: Problems {
            all: vec![
                Problem {
                    field: "email",
                    text: String::from("An e-mail address has an @. Write the whole address."),
                },
                Problem { field: "password", text: String::from("Write your password.") },
            ],
        },
        ..signin()
    }
}

pub(crate) fn ledger() -> LedgerPage {
    LedgerPage {
        shell: shell(Section::Ledger, "Ledger", href::LEDGER, &[]),
        state: Integrity {
            entries: 48_213,
            verified: Some(Verified {
                checked: 48_213,
                breaks: Vec::new(),
                at: String::from("Tue 17 Nov 2026 08:00 UTC"),
                took: String::from("1.8 s"),
            }),
            head: String::from("7d02 11ce 90ab 3f64"),
        },
        checkpoint: Some(Checkpoint {
            size: 48_212,
            root: String::from("c01a 55d9 0e72 4b18"),
            at: String::from("Tue 17 Nov 2026 08:10 UTC"),
            key: String::from("norrvik-1 9e4d21aa"),
            stamped: false,
        }),
        rows: rows(48_213),
        newer: None,
        older: Some(String::from("/ledger?before=47309")),
    }
}

pub(crate) fn ledger_past() -> LedgerPage {
    let page = ledger();
    LedgerPage { shell: past(page.shell), rows: rows(47_902), ..page }
}

pub(crate) fn ledger_broken() -> LedgerPage {
    let mut page = ledger();
    page.shell.ledger.breaks = 1;
    page.state.verified = Some(Verified {
        checked: 48_213,
        breaks: vec![Break {
            entry: Link::new("Entry 47,309", href::entry(47_309)),
            what: String::from("table verdict: the rows it opened do not give its tree root."),
        }],
        at: String::from("Tue 17 Nov 2026 08:00 UTC"),
        took: String::from("1.8 s"),
    });
    page
}

pub(crate) fn ledger_entry() -> LedgerEntryPage {
    LedgerEntryPage {
        shell: shell(Section::Ledger, "Entry 48,207", "/ledger/48207", &[("Ledger", href::LEDGER)]),
        number: 48_207,
        summary: String::from("Proposed Affected and Uncontrolled for 2 releases"),
        at: String::from("Tue 17 Nov 2026 07:50 UTC"),
        actor: String::from("PSIRT lead"),
        authentication: String::from("password and code"),
        reason: String::from("Path confirmed by bench test T-884"),
        signed: false,
        hash: String::from("8a02b6f17d0211ce90ab3f6441d0c7be9f3c21aa03ff9a6dc01a55d90e724b18"),
        previous: Some(Link::new("48,206", href::entry(48_206))),
        previous_hash: String::from("c41d77e92b5f90acf3186dd07d0211ce90ab3f6441d0c7be9f3c21aa03ff9a6d"),
        next: Some(Link::new("48,208", href::entry(48_208))),
        tables: vec![TouchedTable {
            table: String::from("decision"),
            opened: Count::new(2, "/ledger/48207?opened=decision"),
            opened_root: String::from("77c0 4fa9 d2e3 6b10"),
            closed: Count::new(0, "/ledger/48207?closed=decision"),
            closed_root: String::from("e3b0 c442 98fc 1c14"),
        }],
        body: String::from(
            r#"{"act":"decide","case":"CASE-0147","releases":["corva-4@4.1","corva-4@4.2"],"status":"affected"}"#,
        ),
    }
}

pub(crate) fn watch() -> WatchPage {
    WatchPage {
        shell: shell(Section::Watch, "Watch", href::WATCH, &[]),
        sweeps_last_day: 8,
        releases_not_asked: Count::new(0, "/watch#sources"),
        sources_not_fresh: Count::new(2, "/watch#sources"),
        calendar: Some(calendar()),
        worst: Some((
            String::from("Thu 6 Aug: missed."),
            String::from(
                "The server room had no power. Caught up on 7 Aug in 3 min; no record fell into the gap.",
            ),
        )),
        sources: vec![
            source(
                "cve",
                "records of the numbering authorities",
                "17 Nov 08:02",
                "12 min ago",
                [341_870, 0],
                SourceState::Fresh,
            ),
            source(
                "osv:Debian",
                "open-source advisories and backports",
                "17 Nov 08:04",
                "10 min ago",
                [58_204, 0],
                SourceState::Fresh,
            ),
            source(
                "kev",
                "exploited in the wild",
                "17 Nov 08:00",
                "14 min ago",
                [1_702, 0],
                SourceState::Fresh,
            ),
            source(
                "nvd",
                "enriches few records since April 2026",
                "17 Nov 06:00",
                "2 h ago",
                [342_066, 4],
                SourceState::Degraded,
            ),
            source(
                "epss",
                "chance of exploitation",
                "12 Nov 14:30",
                "11 d 18 h ago",
                [337_402, 0],
                SourceState::Stale,
            ),
        ],
        sweeps: vec![
            sweep("08:10", "Nothing changed", false, 48_212),
            sweep("05:10", "3 new verdicts", true, 48_190),
            sweep("02:10", "31 new verdicts, 25 closed", true, 48_104),
        ],
        no_sweep: Empty::new("No sweep has run yet."),
        running: None,
        failed: None,
        snapshot: Some(Snapshot {
            digest: String::from("41d0 c7be 09e1 77a2"),
            packs: 41,
            records: 1_081_244,
            taken: String::from("Tue 17 Nov 08:04 UTC"),
            matcher: String::from("0.1.0"),
        }),
        blind: vec![
            (String::from("Corva 4.0"), Count::new(51, "/releases/corva-4@4.0?watched=nothing#components")),
            (
                String::from("Optica RW 6.4"),
                Count::new(37, "/releases/optica-rw@6.4?watched=nothing#components"),
            ),
        ],
        blind_more: 2,
        blind_total: Count::new(123, href::PRODUCTS),
        components_total: 3_106,
        sweep_action: Some(String::from("/watch/sweep")),
    }
}

/// While a sweep is under way; the one before did not end well.
pub(crate) fn watch_running() -> WatchPage {
    WatchPage {
        running: Some(Running {
            by: String::from("PSIRT lead"),
            since: String::from("Tue 17 Nov 2026 08:14 UTC"),
        }),
        failed: Some(String::from(
            "What PSIRT lead began ended Tue 17 Nov 2026 08:11 UTC without a receipt. The log says why.",
        )),
        sweep_action: None,
        ..watch()
    }
}

/// The first day: nothing was taken in and nobody looked.
pub(crate) fn watch_new() -> WatchPage {
    WatchPage {
        sweeps_last_day: 0,
        releases_not_asked: Count::new(2, "/watch#sources"),
        sources_not_fresh: Count::new(8, "/watch#sources"),
        calendar: None,
        worst: None,
        sweeps: Vec::new(),
        no_sweep: Empty::new("No sweep has run yet.").last("Take in feeds first: aftercare feeds import."),
        snapshot: None,
        blind: Vec::new(),
        blind_more: 0,
        blind_total: Count::new(0, href::PRODUCTS),
        ..watch()
    }
}

pub(crate) fn error() -> ErrorPage {
    let mut page = ErrorPage::new(
        "Norrvik Medical",
        404,
        "There is no CASE-0999.",
        "Cases are numbered from CASE-0001; the newest is CASE-0151. Look for it by its vulnerability.",
    );
    page.links.push(Link::new("All cases", href::CASES));
    page.reference = Some(String::from("0192f3a7"));
    page
}

fn rows(here: u64) -> Vec<LedgerRow> {
    [
        (48_213, "Ledger verified, 0 breaks", "17 Nov 2026 08:12", "7d02…", false),
        (
            48_207,
            "PSIRT lead proposed Affected and Uncontrolled for CASE-0147",
            "17 Nov 2026 07:50",
            "8a02…",
            false,
        ),
        (48_022, "Fixed signed for Corva 4.2.1", "12 Nov 2026 15:02", "b7e4…", true),
        (47_902, "Sweep receipt, 23 releases asked, 0 new", "9 Nov 2026 17:10", "2b5f…", false),
        (47_311, "CASE-0147 opened", "5 Nov 2026 09:44", "f318…", false),
        (47_309, "Inventory of CM-3 received, 1 new match", "5 Nov 2026 09:41", "6dd0…", false),
    ]
    .into_iter()
    .map(|(number, summary, at, hash, signed)| LedgerRow {
        number,
        href: href::entry(number),
        summary: String::from(summary),
        at: String::from(at),
        hash: String::from(hash),
        signed,
        place: match number.cmp(&here) {
            std::cmp::Ordering::Greater => Place::Later,
            std::cmp::Ordering::Equal if here < 48_213 => Place::Here,
            _ => Place::Before,
        },
    })
    .collect()
}

fn source(
    name: &str,
    what: &str,
    taken: &str,
    age: &str,
    [records, refused]: [u64; 2],
    state: SourceState,
) -> SourceRow {
    SourceRow {
        name: String::from(name),
        what: String::from(what),
        taken: String::from(taken),
        age: String::from(age),
        records: Count::new(records, "/watch#sources"),
        refused: (refused > 0).then(|| Count::new(refused, "/watch#sources")),
        state,
    }
}

fn sweep(at: &str, words: &str, found: bool, entry: u64) -> SweepRow {
    SweepRow {
        at: String::from(at),
        words: String::from(words),
        found,
        receipt: Link::new(format!("entry {entry}"), href::entry(entry)),
    }
}

fn calendar() -> Calendar {
    let days = (0..26 * 7 - 5)
        .map(|day| Day {
            week: day / 7,
            weekday: day % 7,
            state: match day {
                0..6 => DayState::BeforeRecord,
                73 => DayState::Missed,
                day if day * 7 % 11 < 4 => DayState::Nothing,
                _ => DayState::Found,
            },
            title: format!("day {}", day + 1),
        })
        .collect();
    Calendar {
        weeks: 26,
        months: [(1, "Jun"), (6, "Jul"), (10, "Aug"), (15, "Sep"), (19, "Oct"), (23, "Nov")]
            .into_iter()
            .map(|(week, name)| (week, String::from(name)))
            .collect(),
        days,
        spoken: String::from("26 weeks: 170 days complete, 1 missed"),
    }
}
