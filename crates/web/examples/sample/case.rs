//! Case: decided, new, with problems, and in the past.

use domain::case::{CaseStage, Exploitability, HarmSeverity};
use domain::decision::{Risk as Residual, VexStatus};
use web::view::assess::AssessForm;
use web::view::case::{CaseClock, CasePage, DecisionInForce, ExposedRelease, Stage, StageState};
use web::view::chip::{Firmness, Harm, Kev, Risk, Status, Threat, Verdict};
use web::view::clock::{Clock, ClockState};
use web::view::count::{Count, Link};
use web::view::decide::{Condition, DecisionForm, ScopeRelease};
use web::view::evidence::{Evidence, Grade, Mark};
use web::view::field::{Problem, Problems};
use web::view::harm::{HarmPath, Matrix, Station};
use web::view::href;
use web::view::shell::Section as Menu;
use web::view::sign::{MeaningChoice, SigningForm, SigningLine};
use web::view::stage::StageForm;
use web::view::take_back::TakeBack;
use web::view::timeline::{Event, EventKind};

use super::shell::{past, shell};
use super::work::{kernel_evidence, kev};

pub(crate) fn case() -> CasePage {
    CasePage {
        shell: shell(Menu::Cases, "CASE-0147", "/cases/CASE-0147", &[("Cases", href::CASES)]),
        number: String::from("CASE-0147"),
        title: String::from("A prepared drug library can halt an infusion"),
        meta: strings(&[
            "opened Thu 5 Nov 2026",
            "owner PSIRT lead",
            "safety reviewer clinical safety engineer",
            "TLP:AMBER until 5 Dec",
        ]),
        names: strings(&["CVE-2025-15467", "OpenSSL CMS parsing"]),
        summary: String::from(
            "Parsing a CMS message with an oversized parameter writes past the end of a stack buffer.",
        ),
        harm: Harm::Critical,
        risk: Risk::Uncontrolled,
        status: Status::Affected,
        firmness: Firmness::Proposed,
        threat: Threat {
            kev: Some(Kev::NotListed),
            epss_permille: Some(31),
            cvss: Some(String::from("CVSS 9.8")),
        },
        stages: stages(4),
        path: HarmPath {
            flaw: known(
                "Buffer on the stack overflows while a CMS message is read",
                "before the signature is checked",
                Some("record"),
            ),
            component: known(
                "OpenSSL 3.0.13 in the CM-3 module",
                "supplier inventory, 5 Nov",
                Some("match proof"),
            ),
            device_function: known(
                "Import of drug libraries over the ward’s network",
                "architecture view 7",
                None,
            ),
            hazardous_situation: known(
                "Pump restarts while it infuses and starts without limits",
                "HS-031 in the risk file",
                None,
            ),
            harm: known(
                "Vasoactive drug interrupted: blood pressure falls to a level that threatens life",
                "judged by clinical safety engineer, 12 Nov",
                None,
            ),
        },
        matrix: Some(Matrix { harm: HarmSeverity::Critical, exploitability: Exploitability::Medium }),
        matcher: String::from("matcher 0.1.0"),
        evidence: vec![
            Evidence::new(Mark::Yes, "Identity: pkg:generic/openssl@3.0.13")
                .basis("hash equal to the upstream build list")
                .grade(Grade::A),
            Evidence::new(Mark::Yes, "Range: 3.0.0 ≤ 3.0.13 < 3.0.19")
                .basis("record of the numbering authority, 3 Aug 2026; OSV agrees")
                .grade(Grade::A),
            Evidence::new(Mark::Open, "Backport by the supplier")
                .basis("asked 15 Nov, no answer yet")
                .grade(Grade::C),
        ],
        explain: Link::new("Why not the others?", href::explain("CVE-2025-15467", "corva-4@4.2")),
        knowable: Some((
            String::from("Published 27 Jan, inventory of CM-3 received 5 Nov."),
            String::from("Until then the module was on the list of blind spots."),
        )),
        impact: Link::new("Are we hit?", href::impact("CVE-2025-15467")),
        swept: String::from("08:10 UTC"),
        releases: vec![
            exposed(
                "Corva 4.2",
                Some("corva-4@4.2"),
                "CM-3 1.6, openssl 3.0.13",
                Some(Verdict::InRange),
                [9_215, 231],
                Status::Affected,
                Firmness::Proposed,
            ),
            exposed(
                "Corva 4.1",
                Some("corva-4@4.1"),
                "CM-3 1.4, openssl 3.0.9",
                Some(Verdict::InRange),
                [6_480, 174],
                Status::Affected,
                Firmness::Proposed,
            ),
            exposed(
                "Corva 4, release not read",
                None,
                "treated as affected until read",
                None,
                [742, 38],
                Status::Unknown,
                Firmness::NoDecision,
            ),
            exposed(
                "Corva 4.2.1",
                Some("corva-4@4.2.1"),
                "CM-3 1.7, openssl 3.0.19",
                Some(Verdict::OutOfRange),
                [1_870, 52],
                Status::Fixed,
                Firmness::Signed,
            ),
            exposed(
                "Corva 4.0",
                Some("corva-4@4.0"),
                "CM-2, openssl 1.1.1w",
                Some(Verdict::OutOfRange),
                [3_120, 96],
                Status::NotAffected,
                Firmness::Signed,
            ),
        ],
        total_units: Count::new(21_427, "/impact?q=CVE-2025-15467#serials"),
        total_sites: Some(Count::new(402, "/impact?q=CVE-2025-15467#sites")),
        decisions: vec![DecisionInForce {
            release: Link::new("Corva 4.2.1", href::release("corva-4@4.2.1")),
            status: Status::Fixed,
            firmness: Firmness::Signed,
            words: String::from("The update carries OpenSSL 3.0.19."),
            signatures: strings(&["Signed by PSIRT lead, Thu 12 Nov 2026 15:02 UTC: I made this decision"]),
            review_by: String::from("Fri 12 Nov 2027"),
            entry: Link::new("48,022", href::entry(48_022)),
            take_back: Some(TakeBack {
                action: String::from("/cases/CASE-0147/reopen"),
                form_token: String::from("3f0c77d1"),
                decision: String::from("d9"),
                verb: "Reopen",
                effect: "Its signature is void from then on, visibly, and the release counts as open.",
                release: String::from("corva-4@4.2.1"),
                open: false,
                reason: String::new(),
                problem: None,
            }),
        }],
        clocks: vec![
            CaseClock {
                clock: Clock {
                    state: ClockState::Running(60),
                    words: String::from("18 d left"),
                    due: String::from("of 30"),
                },
                duty: String::from("Tell customers and the ISAO"),
                due: String::from("Sat 5 Dec 22:59 UTC, 23:59 in Oslo, a weekend"),
            },
            CaseClock {
                clock: Clock {
                    state: ClockState::NotStarted,
                    words: String::from("Not asked"),
                    due: String::new(),
                },
                duty: String::from("Report of correction, 10 working days (806)"),
                due: String::from("starts when a correction is initiated"),
            },
        ],
        events: vec![
            event(
                "Tue 17 Nov 07:50",
                EventKind::Proposed,
                None,
                "PSIRT lead, proposed Affected and Uncontrolled",
                Some(48_207),
            ),
            event(
                "Sun 15 Nov 06:00",
                EventKind::Late,
                Some("Supplier answer late."),
                "The question about backports passed its promise of 5 days",
                None,
            ),
            event(
                "Thu 12 Nov 13:20",
                EventKind::Judged,
                None,
                "Clinical safety engineer judged harm as Critical",
                Some(48_011),
            ),
            event(
                "Thu 5 Nov 09:41",
                EventKind::Learned,
                Some("Learned."),
                "Inventory of CM-3 received and matched 4 s later",
                Some(47_309),
            ),
            event(
                "Tue 27 Jan 16:01",
                EventKind::Outside,
                None,
                "The CVE was published. No identity of CM-3 was on file",
                None,
            ),
        ],
        ledger: Link::new("Ledger view", "/ledger?case=CASE-0147"),
        signing: Some(signing()),
        form: Some(form()),
        form_absent: None,
        assessment: Some(assessment()),
        stage: Some(stage()),
        alike: vec![(String::from("CASE-0098"), String::from("Stalled updates leave limits unloaded"))],
        alike_open: false,
    }
}

fn assessment() -> AssessForm {
    AssessForm {
        action: String::from("/cases/CASE-0147/assess"),
        form_token: String::from("3f0c77d1"),
        open: false,
        title: String::from("A crafted drug-library package can stop an infusion"),
        harm: Some(HarmSeverity::Critical),
        exploitability: Some(Exploitability::Medium),
        stations: ["Stack overflow", "OpenSSL 3.0.13", "Drug-library import", "Pump restarts", ""]
            .map(String::from),
        owner: String::from("p1"),
        owners: vec![(String::from("p1"), String::from("PSIRT lead"))],
        due: String::from("2026-12-04"),
        reason: String::new(),
        problems: Problems::default(),
        refused: None,
    }
}

fn stage() -> StageForm {
    StageForm {
        action: String::from("/cases/CASE-0147/stage"),
        form_token: String::from("3f0c77d1"),
        open: false,
        current: CaseStage::Determination,
        chosen: CaseStage::Plan,
        held: vec![String::from(
            "every affected version needs a signed determination (controlled or uncontrolled); without one: corva-4@4.1",
        )],
        reason: String::new(),
        problems: Problems::default(),
        refused: None,
    }
}

/// Just opened: nobody has judged or determined anything.
pub(crate) fn case_new() -> CasePage {
    let page = case();
    let unknown = |question: &str| Station::Unknown { question: String::from(question) };
    CasePage {
        shell: shell(Menu::Cases, "CASE-0150", "/cases/CASE-0150", &[("Cases", href::CASES)]),
        number: String::from("CASE-0150"),
        title: String::from("Use after free in the kernel’s packet filter"),
        meta: strings(&["opened Sun 15 Nov 2026", "owner PSIRT lead"]),
        names: strings(&["CVE-2024-1086"]),
        summary: String::from(
            "A local user can reach freed memory in nf_tables and gain the rights of the kernel.",
        ),
        harm: Harm::NotJudged,
        risk: Risk::NotDetermined,
        status: Status::Unknown,
        firmness: Firmness::NoDecision,
        threat: kev(860, "CVSS 7.8"),
        stages: stages(2),
        path: HarmPath {
            flaw: known(
                "Freed memory in nf_tables is used again",
                "record of the numbering authority",
                Some("record"),
            ),
            component: known("linux 5.15.94", "matched in 7 releases", Some("match proof")),
            device_function: unknown("Which function of the device uses it?"),
            hazardous_situation: unknown("What goes wrong for the patient?"),
            harm: unknown("Clinical safety judges how bad that is."),
        },
        matrix: None,
        evidence: kernel_evidence(),
        knowable: None,
        releases: vec![
            exposed(
                "Vela M8 3.5",
                Some("vela-m8@3.5"),
                "linux 5.15.94",
                Some(Verdict::InRange),
                [4_310, 148],
                Status::Unknown,
                Firmness::NoDecision,
            ),
            exposed(
                "Vela M8 3.2",
                Some("vela-m8@3.2"),
                "linux 5.15.12",
                Some(Verdict::Undecided),
                [1_377, 61],
                Status::Unknown,
                Firmness::NoDecision,
            ),
        ],
        total_units: Count::new(5_687, "/impact?q=CVE-2024-1086#serials"),
        total_sites: Some(Count::new(190, "/impact?q=CVE-2024-1086#sites")),
        decisions: Vec::new(),
        clocks: Vec::new(),
        events: vec![event(
            "Sun 15 Nov 02:12",
            EventKind::Opened,
            None,
            "Case opened from the inbox",
            Some(48_100),
        )],
        signing: None,
        form: Some(DecisionForm {
            status: None,
            risk: None,
            why: String::new(),
            customers_must: String::new(),
            saved: None,
            conditions: Vec::new(),
            scope: vec![ScopeRelease {
                id: String::from("vela-m8@3.5"),
                name: String::from("Vela M8 3.5"),
                units: 4_310,
                chosen: true,
            }],
            ..form()
        }),
        ..page
    }
}

pub(crate) fn case_problems() -> CasePage {
    let mut page = case();
    let problem = |field, text: &str| Problem { field, text: String::from(text) };
    page.form = Some(DecisionForm {
        problems: Problems {
            all: vec![
                problem(
                    "customers-must",
                    "Affected needs an action. Write what a customer does now, even if it is “wait for the update”.",
                ),
                problem("review-by", "February 2027 has 28 days. Write 2027-02-28."),
            ],
        },
        review_by: String::from("2027-02-29"),
        customers_must: String::new(),
        ..form()
    });
    page.signing = Some(SigningForm {
        problems: Problems { all: vec![problem("password", "the mail address or the password is wrong")] },
        ..signing()
    });
    page
}

pub(crate) fn case_past() -> CasePage {
    let mut page = case_new();
    page.shell = past(page.shell);
    page.form = None;
    page.assessment = None;
    page.stage = None;
    page.form_absent = Some(String::from("Decisions are made on the present."));
    page
}

fn form() -> DecisionForm {
    let scope = |id: &str, name: &str, units, chosen| ScopeRelease {
        id: String::from(id),
        name: String::from(name),
        units,
        chosen,
    };
    let condition =
        |id: &str, text: &str| Condition { id: String::from(id), text: String::from(text), chosen: true };
    DecisionForm {
        action: String::from("/cases/CASE-0147/decide"),
        form_token: String::from("3f0c77d1"),
        saved: Some(String::from("proposed 07:50 UTC")),
        status: Some(VexStatus::Affected),
        risk: Some(Residual::Uncontrolled),
        justification: None,
        why: String::from(
            "No barrier cuts the path: the signature comes too late, and 211 sites have not confirmed the closed port.",
        ),
        customers_must: String::from(
            "Install Corva 4.2.1. Until then close TCP 8443 to the pumps except for library updates.",
        ),
        conditions: vec![
            condition("no-harm", "no known serious harm is linked to this flaw"),
            condition("epss", "it is not in KEV and EPSS stays under 10%"),
        ],
        scope: vec![
            scope("corva-4@4.2", "Corva 4.2", 9_215, true),
            scope("corva-4@4.1", "Corva 4.1", 6_480, true),
            scope("corva-4@4.0", "Corva 4.0", 3_120, false),
        ],
        review_by: String::from("2027-01-04"),
        review_hint: String::from("Mon, in 48 days"),
        reason: String::from("Path confirmed by bench test T-884"),
        role: String::from("PSIRT lead"),
        filled: false,
        like: None,
        refused: None,
        problems: Problems::default(),
    }
}

fn signing() -> SigningForm {
    let line = |id: &str, statement: &str, refused: Option<&str>| SigningLine {
        value: format!("{id}:4f1c"),
        statement: String::from(statement),
        refused: refused.map(String::from),
        chosen: refused.is_none(),
    };
    SigningForm {
        action: String::from("/cases/CASE-0147/sign"),
        form_token: String::from("3f0c77d1"),
        lines: vec![
            line(
                "d1",
                "Corva 4.2 is affected with regard to CVE-2025-15467; the residual risk to the patient is uncontrolled.",
                None,
            ),
            line(
                "d2",
                "Corva 4.1 is affected with regard to CVE-2025-15467; the residual risk to the patient is uncontrolled.",
                Some(
                    "the assessor cannot sign as approver for this product; another qualified person has to",
                ),
            ),
        ],
        meanings: vec![MeaningChoice {
            value: String::from("authorship"),
            words: String::from("I made this decision"),
            chosen: true,
        }],
        reason: String::from("Path confirmed by bench test T-884"),
        name: String::from("PSIRT lead"),
        role: String::from("PSIRT lead"),
        problems: Problems::default(),
        refused: None,
    }
}

fn exposed(
    name: &str,
    id: Option<&str>,
    components: &str,
    verdict: Option<Verdict>,
    n: [u64; 2],
    status: Status,
    firmness: Firmness,
) -> ExposedRelease {
    ExposedRelease {
        release: id.map(|id| Link::new(name, href::release(id))),
        name: String::from(name),
        components: String::from(components),
        verdict,
        units: Count::new(n[0], "/impact?q=CVE-2025-15467#serials"),
        sites: Some(Count::new(n[1], "/impact?q=CVE-2025-15467#sites")),
        status,
        firmness,
    }
}

fn known(what: &str, basis: &str, link: Option<&str>) -> Station {
    Station::Known {
        what: String::from(what),
        basis: String::from(basis),
        link: link.map(|label| Link::new(label, "/explain?vulnerability=CVE-2025-15467&release=corva-4@4.2")),
    }
}

fn event(at: &str, kind: EventKind, lead: Option<&str>, text: &str, entry: Option<u64>) -> Event {
    Event {
        at: String::from(at),
        at_iso: String::from("2026-11-17T07:50:00Z"),
        kind,
        lead: lead.map(String::from),
        text: String::from(text),
        href: entry.map(href::entry),
    }
}

fn stages(current: usize) -> Vec<Stage> {
    [
        "Signal",
        "Triage",
        "Applicability",
        "Risk",
        "Determination",
        "Plan",
        "Fix",
        "Validate",
        "Distribute",
        "In the field",
        "Effective",
        "Closed",
    ]
    .into_iter()
    .enumerate()
    .map(|(index, name)| Stage {
        name,
        state: match index.cmp(&current) {
            std::cmp::Ordering::Less => StageState::Done,
            std::cmp::Ordering::Equal => StageState::Current,
            std::cmp::Ordering::Greater => StageState::Ahead,
        },
    })
    .collect()
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| String::from(*text)).collect()
}
