//! Today, Inbox and Cases.

use web::view::bar::{Bar, Part, Tone};
use web::view::calendar::{DayState, Strip};
use web::view::cases::{CaseRow, CasesPage};
use web::view::chip::{Firmness, Harm, Kev, Risk, Status, Threat, Verdict};
use web::view::clock::{Clock, ClockState};
use web::view::count::{Count, Link};
use web::view::empty::Empty;
use web::view::evidence::{Evidence, Grade, Mark};
use web::view::href;
use web::view::inbox::{Accept, GroupCase, GroupRelease, InboxPage, Pager, Pane, Section, Tab};
use web::view::queue::QueueRow;
use web::view::shell::Section as Menu;
use web::view::sum::{Line, Sum};
use web::view::today::{ReleaseLine, TodayPage, WatchCard};

use super::shell::{notice, shell};

pub(crate) fn today() -> TodayPage {
    TodayPage {
        shell: shell(Menu::Today, "Today", href::TODAY, &[]),
        since: (String::from("Since Mon 16 Nov 2026 08:14 UTC"), String::from("24 h")),
        new_matches: 34,
        groups: Count::new(5, href::INBOX),
        patient: Some(Count::new(1, "/inbox?harm=serious")),
        needs_you: queue(true),
        releases: vec![
            line("Corva 4.2", "corva-4@4.2", [9_215, 3, 93, 12], Some("12 d"), true),
            line("Vela M8 3.2", "vela-m8@3.2", [1_377, 24, 61, 9], Some("2 d"), true),
            line("Vela M8 3.5", "vela-m8@3.5", [4_310, 1, 148, 4], Some("6 h"), true),
            line("Tessera 2.6", "tessera@2.6", [1_460, 1, 17, 31], Some("16 h"), true),
            line("Optica RW 7.2", "optica-rw@7.2", [1_104, 0, 211, 6], None, true),
        ],
        all_releases: Count::new(23, href::PRODUCTS),
        sum: Some((
            String::from("swept Tue 17 Nov 08:10"),
            Sum {
                label: String::from("Known vulnerabilities, for each release"),
                total: Count::new(231, href::PRODUCTS),
                lines: vec![
                    Line::new(Tone::Affected, "Open", Count::new(6, href::INBOX)),
                    Line::new(Tone::Fixed, "Decided", Count::new(28, href::INBOX)),
                    Line::new(Tone::Weak, "No such component", Count::new(197, href::PRODUCTS)),
                ],
                beside: None,
            },
        )),
        watch: WatchCard {
            share: String::from("93.8%"),
            coverage: Bar {
                label: String::from("Components"),
                parts: vec![
                    Part::new(Tone::Sure, Count::new(2_914, "/products?watched=identity"), "by identity"),
                    Part::new(Tone::Weak, Count::new(104, "/products?watched=name"), "by name"),
                    Part::new(Tone::Unknown, Count::new(88, "/products?watched=nothing"), "blind"),
                ],
                total: 3_106,
                total_words: None,
            },
            receipts: Some(Strip {
                days: (0..14).map(|day| if day == 5 { DayState::Missed } else { DayState::Found }).collect(),
                spoken: String::from("Receipts of the last 14 days: 1 day missed in the last 14."),
            }),
            words: String::from("1 day missed in the last 14."),
        },
        signatures: vec![
            plain(
                "A service login is open on the ward network",
                &href::case("CASE-0143"),
                "not affected, 3 releases · CASE-0143 · waits 1 d 2 h",
            ),
            plain(
                "A prepared drug library can halt an infusion",
                &href::case("CASE-0147"),
                "affected, 2 releases · CASE-0147 · waits 40 min",
            ),
        ],
    }
}

/// The first day: nothing matched, nothing waits.
pub(crate) fn today_quiet() -> TodayPage {
    let page = today();
    TodayPage {
        shell: notice(page.shell, "Inventory of Corva 4.2 received: 412 components.", None),
        new_matches: 0,
        groups: Count::new(0, href::INBOX),
        patient: None,
        needs_you: Vec::new(),
        releases: Vec::new(),
        sum: None,
        signatures: Vec::new(),
        ..page
    }
}

pub(crate) fn inbox() -> InboxPage {
    let mut rows = queue(false).into_iter();
    let mut sections = Vec::new();
    for name in [
        "May reach a patient",
        "A signed decision woke up",
        "Harm not judged yet",
        "Carry proposed, sample to check",
    ] {
        sections.push(Section { name: String::from(name), groups: 1, rows: rows.by_ref().take(1).collect() });
    }
    if let Some(row) = sections.get_mut(2).and_then(|section| section.rows.first_mut()) {
        row.current = true;
    }
    let release = |name: &str, id: &str, n: [u64; 2], status: (Status, Firmness)| GroupRelease {
        release: Link::new(name, href::release(id)),
        components: String::from("linux 5.15.94, linux-image"),
        findings: Count::new(n[0], "/inbox?rows=findings"),
        units: Count::new(n[1], "/impact?q=CVE-2024-1086#serials"),
        verdict: Verdict::InRange,
        status: status.0,
        firmness: status.1,
    };
    let undecided = (Status::Unknown, Firmness::NoDecision);
    InboxPage {
        shell: notice(
            shell(Menu::Inbox, "CVE-2024-1086", href::INBOX, &[("Inbox", href::INBOX)]),
            "Accepted: under investigation is proposed in CASE-0151.",
            Some("/cases/CASE-0151/withdraw"),
        ),
        tabs: vec![
            tab("Needs you", 5, true),
            tab("Suggested", 9, false),
            tab("Carry proposed", 28, false),
            tab("Decided", 311, false),
        ],
        filter: String::new(),
        sections,
        pager: Pager {
            shown: 4,
            total: 5,
            first: None,
            next: Some(String::from("/inbox?after=CVE-2024-1086")),
        },
        pane: Some(Pane {
            title: String::from("Use after free in the kernel’s packet filter"),
            names: String::from("CVE-2024-1086"),
            meta: String::from("first seen Sun 15 Nov 02:10 UTC · 7 releases · owner PSIRT lead"),
            summary: String::from(
                "A local user can reach freed memory in nf_tables and gain the rights of the kernel. Kernels from 3.15 up to the fixed point of each line are in range.",
            ),
            threat: kev(860, "CVSS 7.8"),
            evidence: kernel_evidence(),
            explain: Link::new("In full", href::explain("CVE-2024-1086", "vela-m8@3.5")),
            impact: Link::new("Are we hit?", href::impact("CVE-2024-1086")),
            findings: Bar {
                label: String::from("Findings"),
                parts: vec![
                    Part::new(Tone::Open, Count::new(12, "/inbox?rows=open"), "in range, not decided"),
                    Part::new(
                        Tone::Unknown,
                        Count::new(2, "/inbox?rows=undecided"),
                        "undecided: no kernel configuration",
                    ),
                ],
                total: 14,
                total_words: Some(String::from("findings")),
            },
            releases: vec![
                release("Vela M8 3.5", "vela-m8@3.5", [4, 4_310], undecided),
                release("Vela M8 3.4", "vela-m8@3.4", [4, 2_940], undecided),
                GroupRelease {
                    verdict: Verdict::Undecided,
                    ..release("Vela M8 3.2", "vela-m8@3.2", [2, 1_377], undecided)
                },
                release(
                    "Corva Link 1.9",
                    "corva-link@1.9",
                    [4, 986],
                    (Status::NotAffected, Firmness::Proposed),
                ),
            ],
            case: GroupCase::Openable,
            accept: Some(Accept {
                action: String::from("/cases/CVE-2024-1086/propose"),
                releases: vec![String::from("vela-m8@3.5"), String::from("vela-m8@3.4")],
                findings: 48,
                next: String::from("/inbox?group=CVE-2024-6387"),
            }),
            then: Some((String::from(href::CASES), String::from("CVE-2024-1086"))),
        }),
        empty: Empty::new("No group is selected."),
    }
}

pub(crate) fn inbox_empty() -> InboxPage {
    let page = inbox();
    InboxPage {
        shell: shell(Menu::Inbox, "Inbox", href::INBOX, &[]),
        sections: Vec::new(),
        pager: Pager::default(),
        pane: None,
        empty: Empty::new("Every match has a decision.")
            .last("The last group was decided Mon 16 Nov 17:02 UTC. The next sweep is due at 11:10 UTC.")
            .next(Link::new("See when we last looked", href::WATCH)),
        ..page
    }
}

pub(crate) fn cases() -> CasesPage {
    let row = |number: &str,
               title: &str,
               vulnerability: &str,
               harm,
               status,
               risk,
               firmness,
               n: [u64; 2],
               opened: &str| CaseRow {
        case: Link::new(number, href::case(number)),
        title: String::from(title),
        vulnerability: String::from(vulnerability),
        harm,
        status,
        risk,
        firmness,
        releases: Count::new(n[0], href::case(number) + "#releases"),
        units: Count::new(n[1], href::impact(vulnerability)),
        owner: String::from("PSIRT lead"),
        opened: String::from(opened),
    };
    CasesPage {
        shell: shell(Menu::Cases, "Cases", href::CASES, &[]),
        open: 9,
        proposed: Count::new(2, "/cases?view=proposed"),
        not_judged: Count::new(3, "/cases?harm=not-judged"),
        tabs: vec![tab("Open", 9, true), tab("Signed", 88, false), tab("Closed", 54, false)],
        rows: vec![
            row(
                "CASE-0147",
                "A prepared drug library can halt an infusion",
                "CVE-2025-15467",
                Harm::Critical,
                Status::Affected,
                Risk::Uncontrolled,
                Firmness::Proposed,
                [2, 15_695],
                "Thu 5 Nov 2026",
            ),
            row(
                "CASE-0098",
                "Remote login race on the patient monitor",
                "CVE-2024-6387",
                Harm::Serious,
                Status::Affected,
                Risk::Controlled,
                Firmness::Signed,
                [3, 4_310],
                "Mon 8 Jul 2024",
            ),
            row(
                "CASE-0150",
                "Kernel packet filter, use after free",
                "CVE-2024-1086",
                Harm::NotJudged,
                Status::Unknown,
                Risk::NotDetermined,
                Firmness::NoDecision,
                [7, 12_613],
                "Sun 15 Nov 2026",
            ),
            row(
                "CASE-0149",
                "Overflow while unpacking an archive",
                "CVE-2023-45853",
                Harm::Minor,
                Status::NotAffected,
                Risk::Controlled,
                Firmness::CarryProposed,
                [2, 11_085],
                "Fri 13 Nov 2026",
            ),
        ],
        pager: Pager { shown: 4, total: 9, first: None, next: Some(String::from("/cases?after=CASE-0149")) },
        empty: Empty::new("No case is open."),
    }
}

fn queue(with_clocks: bool) -> Vec<QueueRow> {
    let base = |title: &str, href: String, detail: &str| QueueRow { href, ..plain(title, "", detail) };
    let clock = |state, words: &str, due: &str| {
        with_clocks.then(|| Clock { state, words: String::from(words), due: String::from(due) })
    };
    vec![
        QueueRow {
            harm: Some(Harm::Critical),
            status: Some(Status::Affected),
            risk: Some(Risk::Uncontrolled),
            firmness: Some(Firmness::Proposed),
            clock: clock(ClockState::Running(60), "18 d left", "tell customers"),
            age: Some(String::from("12 d")),
            ..base(
                "A prepared drug library can halt an infusion",
                href::case("CASE-0147"),
                "CVE-2025-15467 · openssl in 2 releases of Corva 4 · 15,695 units, 742 not read",
            )
        },
        QueueRow {
            harm: Some(Harm::Serious),
            status: Some(Status::Affected),
            risk: Some(Risk::Controlled),
            firmness: Some(Firmness::Signed),
            threat: Some(Threat { kev: Some(Kev::NotListed), epss_permille: Some(580), cvss: None }),
            clock: clock(ClockState::Soon(18), "6 d 15 h left", "own review promise"),
            age: Some(String::from("6 h")),
            ..base(
                "Remote login race on the patient monitor",
                href::case("CASE-0098"),
                "CVE-2024-6387 · openssh 9.2p1 in 3 releases of Vela M8 · 4,310 units",
            )
        },
        QueueRow {
            harm: Some(Harm::NotJudged),
            firmness: Some(Firmness::NoDecision),
            threat: Some(kev(860, "CVSS 7.8")),
            clock: clock(ClockState::NotStarted, "No clock", "oldest 2 d"),
            age: Some(String::from("2 d")),
            ..base(
                "Use after free in the kernel’s packet filter",
                String::from("/inbox?group=CVE-2024-1086"),
                "CVE-2024-1086 · linux in 7 releases · 12,613 units",
            )
        },
        QueueRow {
            harm: Some(Harm::Minor),
            status: Some(Status::NotAffected),
            firmness: Some(Firmness::CarryProposed),
            clock: clock(ClockState::Late, "late 2 d 3 h", "supplier answer"),
            age: Some(String::from("14 h")),
            ..base(
                "Overflow while unpacking an archive",
                String::from("/inbox?group=CVE-2023-45853"),
                "CVE-2023-45853 · zlib 1.3 · carried from Corva 4.2 to 4.2.1",
            )
        },
    ]
}

fn plain(title: &str, href: &str, detail: &str) -> QueueRow {
    QueueRow {
        title: String::from(title),
        href: String::from(href),
        detail: String::from(detail),
        harm: None,
        status: None,
        risk: None,
        firmness: None,
        threat: None,
        clock: None,
        age: None,
        current: false,
    }
}

fn line(name: &str, id: &str, n: [u64; 4], oldest: Option<&str>, closes: bool) -> ReleaseLine {
    let page = href::release(id);
    ReleaseLine {
        release: Link::new(name, &*page),
        units: Count::new(n[0], format!("/impact?q={id}")),
        open: Count::new(n[1], format!("/inbox?filter={id}")),
        decided: Count::new(n[2], format!("/inbox?filter={id}&view=decided")),
        blind: Count::new(n[3], format!("{page}?watched=nothing#components")),
        oldest: oldest.map(String::from),
        closes,
    }
}

fn tab(name: &str, n: u64, current: bool) -> Tab {
    Tab {
        name: String::from(name),
        count: Count::new(n, format!("?view={}", name.to_lowercase().replace(' ', "-"))),
        current,
    }
}

pub(super) fn kernel_evidence() -> Vec<Evidence> {
    vec![
        Evidence::new(Mark::Yes, "Identity: pkg:deb/debian/linux@5.15.94")
            .basis("package URL in the inventory; the distribution is named")
            .grade(Grade::A),
        Evidence::new(Mark::Yes, "Range: 3.15 ≤ 5.15.94 < 5.15.149")
            .basis("record of the kernel’s numbering authority; NVD agrees")
            .grade(Grade::A),
        Evidence::new(Mark::No, "Patched in the package")
            .basis("the distribution lists the fix from 5.15.149-1"),
        Evidence::new(Mark::Open, "Code built into the image")
            .basis("1 of 6 releases has no kernel configuration on file"),
    ]
}

pub(super) fn kev(epss_permille: u16, cvss: &str) -> Threat {
    Threat {
        kev: Some(Kev::Listed { since: String::from("30 May 2024") }),
        epss_permille: Some(epss_permille),
        cvss: Some(String::from(cvss)),
    }
}
