//! What happened at the invented manufacturer in two years, act by act, in the order of time.
//!
//! The moments are those of the design's pages (17 November 2026 is "now"); `stage` moves them so that the story ends when the
//! demonstration is built.

use domain::{
    case::{CaseStage, Exploitability, HarmSeverity},
    decision::{Justification, Risk, VexStatus},
};
use jiff::SignedDuration;

use app::case::Assessment;

use super::{
    facts::Origin,
    feeds::Sources,
    fleet::Table,
    people,
    stage::{Stage, Verdict},
};

const CMS: &str = "CVE-2025-15467";
const LOGIN: &str = "CVE-2024-6387";
const NETFILTER: &str = "CVE-2024-1086";
const PUMP: &str = "corva-4";
/// The number of the case that the design shows for each of these flaws is the count of cases before it, and one.
const CASES_BEFORE_LOGIN: usize = 97;
const CASES_BEFORE_CMS: usize = 146;
/// How many decisions on 4.2 are carried to 4.2.1.
const CARRIED: usize = 26;

const NEVER_CALLED: Verdict = Verdict {
    status: VexStatus::NotAffected,
    justification: Some(Justification::VulnerableCodeNotInExecutePath),
    action: None,
    risk: None,
    rationale: "The device software does not call the affected function. The call graph of the build was read.",
    preconditions: &["machine: component version unchanged", "attested: call graph read for this build"],
    review: None,
};
const NOT_BUILT: Verdict = Verdict {
    status: VexStatus::NotAffected,
    justification: Some(Justification::VulnerableCodeNotPresent),
    action: None,
    risk: None,
    rationale: "The affected file is not compiled into the image. The list of compiled files was read.",
    preconditions: &["machine: affected file is not in the compiled-file list"],
    review: None,
};
const NOT_REACHED: Verdict = Verdict {
    status: VexStatus::NotAffected,
    justification: Some(Justification::VulnerableCodeCannotBeControlledByAdversary),
    action: None,
    risk: None,
    rationale: "Only data made by the device itself reaches the affected code. Interfaces were checked against architecture view 7.",
    preconditions: &["told: an interface passes foreign data to this component"],
    review: None,
};
const MITIGATED: Verdict = Verdict {
    status: VexStatus::NotAffected,
    justification: Some(Justification::InlineMitigationsAlreadyExist),
    action: None,
    risk: None,
    rationale: "The build refuses the input before it reaches the affected code, and this cannot be turned off.",
    preconditions: &["attested: the check stands before the parser"],
    review: None,
};
const CONTROLLED: Verdict = Verdict {
    status: VexStatus::Affected,
    justification: None,
    action: Some(
        "Install the next regular release. Until then keep the device on the clinical network segment.",
    ),
    risk: Some(Risk::Controlled),
    rationale: "The flaw can be reached only by somebody with service access; harm is not made more likely.",
    preconditions: &["machine: not in KEV", "machine: EPSS under 50%"],
    review: Some("2027-03-31"),
};
const ROUTINE: [&Verdict; 4] = [&NEVER_CALLED, &NOT_BUILT, &NOT_REACHED, &MITIGATED];

/// Plays the story to its end.
pub(crate) fn play(stage: &Stage) -> anyhow::Result<()> {
    set_up(stage)?;
    let mut desk = Desk { next: 0, queue: queue(stage), opened: 0 };
    first_year(stage, &mut desk)?;
    second_year(stage, &mut desk)?;
    the_pump(stage)?;
    open_work(stage, &mut desk)
}

fn set_up(stage: &Stage) -> anyhow::Result<()> {
    stage.at("2025-01-02T07:00:00Z")?;
    stage.hire()?;
    stage.at("2025-01-03T08:00:00Z")?;
    stage.add_products()?;
    for release in &stage.portfolio.releases {
        if release.released.as_str() < "2025-01-01" {
            stage.add_release(release)?;
            stage.later(SignedDuration::from_mins(4))?;
        }
    }
    stage.at("2025-01-08T13:00:00Z")?;
    stage.import_sites()?;
    stage.import_units(Table::First, "Fleet import 1: units of the service system")?;
    stage.at("2025-01-09T06:00:00Z")?;
    stage.watch(Sources::FIRST)
}

/// Flaws in the order in which the desk takes them up, with their sentences.
fn queue(stage: &Stage) -> Vec<(&'static str, String)> {
    let mut facts: Vec<_> = stage
        .facts
        .facts
        .iter()
        .filter(|fact| fact.origin != Origin::Kernel && ![CMS, LOGIN, NETFILTER].contains(&fact.id))
        .collect();
    facts.sort_by_key(|fact| (fact.published, fact.id));
    facts.into_iter().map(|fact| (fact.id, fact.title.clone())).collect()
}

struct Desk {
    next: usize,
    queue: Vec<(&'static str, String)>,
    opened: usize,
}

impl Desk {
    /// Opens the case of the next flaw that touches the portfolio.
    fn take(&mut self, stage: &Stage) -> anyhow::Result<Option<String>> {
        while let Some((id, title)) = self.queue.get(self.next).cloned() {
            self.next += 1;
            if let Some(case) = stage.open(id, &title, "New match of the sweep")? {
                self.opened += 1;
                return Ok(Some(case.label()));
            }
        }
        Ok(None)
    }

    /// Decides and signs until so many cases have been opened.
    fn work(&mut self, stage: &Stage, until: usize, pace: SignedDuration) -> anyhow::Result<()> {
        while self.opened < until {
            let Some(case) = self.take(stage)? else { break };
            stage.later(SignedDuration::from_mins(7))?;
            let verdict = ROUTINE[self.opened % ROUTINE.len()];
            if stage.propose(&case, &[], verdict, "Assessed on the evidence of the build")?.is_some() {
                stage.later(SignedDuration::from_mins(11))?;
                stage.sign(&case, &[], "Reviewed and approved")?;
                stage.move_to(&case, CaseStage::Closed, "Every fielded version is decided")?;
            }
            stage.later(pace)?;
        }
        Ok(())
    }
}

fn first_year(stage: &Stage, desk: &mut Desk) -> anyhow::Result<()> {
    stage.at("2025-01-13T08:00:00Z")?;
    desk.work(stage, 40, SignedDuration::from_hours(20))?;
    add_release(stage, "2025-03-10T07:00:00Z", "corva-4@4.2")?;
    stage.at("2025-03-11T06:00:00Z")?;
    stage.watch(Sources::FIRST)?;
    stage.at("2025-06-20T10:00:00Z")?;
    stage.import_units(Table::Pumps, "Fleet import 31: pumps of version 4.2, and pumps not read yet")?;
    stage.at("2025-07-01T06:00:00Z")?;
    stage.watch(Sources::FIRST)?;
    desk.work(stage, CASES_BEFORE_LOGIN, SignedDuration::from_hours(30))?;

    stage.at("2025-10-13T09:20:00Z")?;
    let verdict = Verdict {
        action: Some("Keep remote service closed except while a technician works on the monitor."),
        rationale: "Remote service is closed in the field and opened by a key switch; the race needs hours of attempts.",
        preconditions: &[
            "machine: not in KEV",
            "machine: EPSS under 20%",
            "attested: remote service closed by default",
        ],
        review: Some("2026-11-24"),
        ..CONTROLLED.clone()
    };
    if let Some(case) =
        stage.open(LOGIN, "Remote login flaw on the patient monitor", "New match of the sweep")?
    {
        desk.opened += 1;
        let case = case.label();
        stage.propose(&case, &[], &verdict, "Assessed with field service")?;
        let harm = Assessment {
            harm: Some(Some(HarmSeverity::Serious)),
            exploitability: Some(Some(Exploitability::Low)),
            harm_path: Some(Some(
                "Race in the sign-in of the OpenSSH server\nOpenSSH 9.2p1 in the monitor's base system\nRemote service \
                 of the monitor\nAlarm limits changed from outside\nLate response to a deteriorating patient"
                    .to_owned(),
            )),
            ..Assessment::default()
        };
        stage.later(SignedDuration::from_hours(2))?;
        stage.assess(people::CLINICAL, &case, harm, "Harm judged with the risk file")?;
        stage.later(SignedDuration::from_hours(1))?;
        stage.sign(&case, &[], "Controlled while the conditions hold")?;
        for next in [CaseStage::RiskAssessment, CaseStage::Determination, CaseStage::Plan] {
            stage.move_to(&case, next, "Gate passed")?;
        }
    }
    Ok(())
}

fn second_year(stage: &Stage, desk: &mut Desk) -> anyhow::Result<()> {
    stage.at("2026-01-28T06:00:00Z")?;
    stage.watch(Sources::FIRST)?;
    stage.at("2026-02-02T08:00:00Z")?;
    desk.work(stage, 120, SignedDuration::from_hours(40))?;
    stage.at("2026-07-01T06:00:00Z")?;
    stage.watch(Sources::FIRST)?;
    desk.work(stage, CASES_BEFORE_CMS, SignedDuration::from_hours(30))?;
    add_release(stage, "2026-09-17T07:00:00Z", "corva-4@4.2.1")?;
    stage.later(SignedDuration::from_hours(2))?;
    stage.sweep()?;
    stage.at("2026-11-02T11:00:00Z")?;
    stage.import_units(Table::Updated, "Fleet import 87: pumps that got version 4.2.1")
}

/// The case of the design: the supplier's SBOM arrives, and a flaw that was public for months becomes visible.
fn the_pump(stage: &Stage) -> anyhow::Result<()> {
    stage.at("2026-11-05T09:41:00Z")?;
    for release in
        stage.portfolio.releases.iter().filter(|release| release.known.as_deref() == Some("2026-11-05"))
    {
        stage.attach(release, 2, true, "The supplier's SBOM of the CM-3 module arrived")?;
    }
    stage.sweep()?;
    stage.at("2026-11-05T09:44:00Z")?;
    let opened =
        stage.open(CMS, "OpenSSL CMS parsing in the CM-3 module", "Matched on the supplier's SBOM")?;
    let Some(case) = opened.map(|case| case.label()) else { return Ok(()) };
    stage.at("2026-11-06T08:30:00Z")?;
    for release in
        stage.portfolio.releases.iter().filter(|release| release.known.as_deref() == Some("2026-11-06"))
    {
        stage.attach(release, 2, true, "OpenSSL found inside the viewer")?;
    }
    stage.sweep()?;
    stage.at("2026-11-07T10:05:00Z")?;
    let outside = Verdict {
        rationale: "OpenSSL 1.1.1 is outside the range of the flaw, and holds no such code.",
        preconditions: &["machine: component version unchanged"],
        ..NOT_BUILT.clone()
    };
    let fixed = Verdict {
        status: VexStatus::Fixed,
        justification: None,
        rationale: "The release carries the repaired version.",
        preconditions: &[],
        ..NOT_BUILT.clone()
    };
    let not_linked = Verdict {
        rationale: "The functions for CMS are not linked into the viewer. The symbol list was read.",
        preconditions: &["machine: no CMS symbol in the viewer"],
        ..NOT_BUILT.clone()
    };
    stage.propose(&case, &["corva-4@4.0", "vela-m8@3.4"], &outside, "Range read")?;
    stage.propose(&case, &["corva-4@4.2.1", "vela-m8@3.5"], &fixed, "Version and patch read")?;
    stage.propose(&case, &["optica-rw@7.2"], &not_linked, "Symbols read")?;
    stage.later(SignedDuration::from_hours(3))?;
    stage.sign(&case, &[], "Reviewed and approved")?;
    stage.at("2026-11-09T17:10:00Z")?;
    stage.watch(Sources::FIRST)?;
    stage.at("2026-11-09T18:05:00Z")?;
    let exploitability =
        Assessment { exploitability: Some(Some(Exploitability::Medium)), ..Assessment::default() };
    stage.assess(
        people::PSIRT,
        &case,
        exploitability,
        "Bench test T-884: parsing happens before the signature check",
    )?;
    stage.at("2026-11-12T13:20:00Z")?;
    let judged = Assessment {
        title: Some("A crafted drug-library package can stop an infusion".to_owned()),
        harm: Some(Some(HarmSeverity::Critical)),
        harm_path: Some(Some(
            "Stack overflow while parsing a CMS message, before any signature check\nOpenSSL 3.0.13 in the CM-3 module\n\
             Drug-library import over hospital Wi-Fi\nPump restarts during infusion, limits not loaded\n\
             Interrupted vasoactive drug: life-threatening low pressure"
                .to_owned(),
        )),
        ..Assessment::default()
    };
    stage.assess(people::CLINICAL, &case, judged, "Harm judged as reviewer, HS-031 in the risk file")?;
    stage.at("2026-11-14T07:30:00Z")?;
    stage.import_units(Table::Read, "Fleet import 88: pumps read since the last import")
}

/// The desk as it stands this morning.
fn open_work(stage: &Stage, desk: &mut Desk) -> anyhow::Result<()> {
    stage.at("2026-11-15T02:10:00Z")?;
    stage.watch(Sources { kernel: true, scores: false, overrides: false })?;
    carry(stage)?;
    stage.at("2026-11-16T08:00:00Z")?;
    plans(stage, desk)?;
    stage.at("2026-11-16T13:00:00Z")?;
    let opened = stage.open(
        NETFILTER,
        "24 kernel netfilter flaws, code not built",
        "Leads a group of 24 flaws with one cause",
    )?;
    if let Some(case) = opened {
        let with_config: Vec<String> = stage
            .portfolio
            .releases
            .iter()
            .filter(|release| {
                release.parts.iter().any(|part| part.contains("linux_kernel"))
                    || release.product == "corva-link"
            })
            .map(super::portfolio::DemoRelease::name)
            .filter(|name| name != "vela-m8@3.2")
            .collect();
        let names: Vec<&str> = with_config.iter().map(String::as_str).collect();
        let verdict = Verdict {
            rationale: "CONFIG_NF_TABLES is not set in any of these kernels, so no file of the fix was compiled.",
            preconditions: &[
                "machine: CONFIG_NF_TABLES stays unset in every release in scope",
                "machine: a new release brings its kernel configuration",
            ],
            review: Some("2027-11-17"),
            ..NOT_BUILT.clone()
        };
        stage.propose(&case.label(), &names, &verdict, "Rule KC-04 read the kernel configurations")?;
    }
    stage.at("2026-11-16T23:10:00Z")?;
    stage.watch(Sources::LAST)?;
    stage.at("2026-11-17T01:20:00Z")?;
    wake(stage)?;
    stage.at("2026-11-17T07:50:00Z")?;
    let due = stage.day("2026-12-05")?;
    let verdict = Verdict {
        status: VexStatus::Affected,
        justification: None,
        action: Some(
            "Install CM-3 1.7 (Corva 4.2.1). Until then close TCP 8443 to the pumps outside library updates.",
        ),
        risk: Some(Risk::Uncontrolled),
        rationale: "The path is complete: the signature check does not cut it, and 211 sites have not confirmed the closed port.",
        preconditions: &[
            "machine: no known serious harm linked to this flaw",
            "machine: not in KEV, and EPSS under 10%",
            "attested: import stays limited to the ward network",
        ],
        review: Some("2027-01-04"),
    };
    if stage.propose(CMS, &["corva-4@4.1", "corva-4@4.2"], &verdict, "Determination prepared")?.is_some() {
        let due = Assessment { due: Some(Some(due)), ..Assessment::default() };
        stage.assess(people::PSIRT, CMS, due, "Tell customers and the ISAO within 30 days of 5 November")?;
    }
    stage.at("2026-11-17T08:10:00Z")?;
    stage.watch(Sources::LAST)?;
    stage.at("2026-11-17T08:14:00Z")
}

/// Decisions on 4.2 that hold on 4.2.1 as well are proposed for it, unsigned.
fn carry(stage: &Stage) -> anyhow::Result<()> {
    let mut carried = 0;
    for (id, _) in queue(stage) {
        if carried == CARRIED {
            break;
        }
        let detail = match app::case::show(&stage.app, &stage.app.console()?, domain::ledger::AsOf::Now, id) {
            Ok(detail) => detail,
            Err(app::AppError::NotFound { .. } | app::AppError::Missing { .. }) => continue,
            Err(error) => return Err(error.into()),
        };
        let decided = |name: &str| detail.decisions.iter().any(|one| one.release.name == name);
        let matches = detail.releases.iter().any(|release| release.name == "corva-4@4.2.1");
        if matches && decided("corva-4@4.2") && !decided("corva-4@4.2.1") {
            let verdict = Verdict {
                rationale: "The conditions of the decision on Corva 4.2 hold on the evidence of this build as well.",
                ..NEVER_CALLED.clone()
            };
            carried += usize::from(stage.carry(
                &detail.case.label(),
                "corva-4@4.2.1",
                &verdict,
                "Carried from Corva 4.2",
            )?);
        }
    }
    Ok(())
}

/// A few affected versions with a controlled risk and a date, one proposal that was taken back, some that wait.
fn plans(stage: &Stage, desk: &mut Desk) -> anyhow::Result<()> {
    let mut planned = 0;
    while planned < 4 {
        let Some(case) = desk.take(stage)? else { return Ok(()) };
        if stage.propose(&case, &[], &CONTROLLED, "Assessed with the product owner")?.is_none() {
            continue;
        }
        let judged = Assessment {
            harm: Some(Some(if planned % 2 == 0 { HarmSeverity::Minor } else { HarmSeverity::Negligible })),
            exploitability: Some(Some(Exploitability::Low)),
            due: Some(Some(stage.day(["2026-11-20", "2026-11-30", "2026-12-14", "2027-01-15"][planned])?)),
            ..Assessment::default()
        };
        stage.assess(people::CLINICAL, &case, judged, "Harm judged with the risk file")?;
        stage.sign(&case, &[], "Controlled; the fix comes with the next release")?;
        for next in [CaseStage::RiskAssessment, CaseStage::Determination, CaseStage::Plan] {
            stage.move_to(&case, next, "Gate passed")?;
        }
        planned += 1;
        stage.later(SignedDuration::from_mins(9))?;
    }
    for (number, verdict) in ROUTINE.into_iter().take(3).enumerate() {
        let Some(case) = desk.take(stage)? else { return Ok(()) };
        let proposed = stage.propose(&case, &[], verdict, "Assessed on the evidence of the build")?;
        if number == 0 {
            for decision in proposed.iter().flatten() {
                let psirt = stage.acting(people::PSIRT)?;
                app::decision::withdraw(
                    &stage.app,
                    &psirt,
                    &decision.id,
                    "The build log was that of another branch",
                )?;
            }
        }
        stage.later(SignedDuration::from_mins(6))?;
    }
    Ok(())
}

/// The chance of exploitation passed the limit of a signed decision.
fn wake(stage: &Stage) -> anyhow::Result<()> {
    let psirt = stage.acting(people::PSIRT)?;
    let detail = app::case::show(&stage.app, &psirt, domain::ledger::AsOf::Now, LOGIN)?;
    for one in detail
        .decisions
        .iter()
        .filter(|one| one.row.decision.state == domain::decision::DecisionState::Signed)
    {
        app::decision::reopen(
            &stage.app,
            &psirt,
            &one.row.decision.id,
            "EPSS passed the limit of 20% in this decision: it is 25.9% in the scores of 30 January 2026",
        )?;
    }
    let due = Assessment { due: Some(Some(stage.day("2026-11-24")?)), ..Assessment::default() };
    stage.assess(people::PSIRT, LOGIN, due, "Own promise: look again within 7 days")
}

fn add_release(stage: &Stage, moment: &str, name: &str) -> anyhow::Result<()> {
    stage.at(moment)?;
    match stage.portfolio.by_name().get(name) {
        Some(release) => stage.add_release(release),
        None => anyhow::bail!("no release {name} of {PUMP}"),
    }
}
