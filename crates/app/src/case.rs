//! Cases: opening, assessing, moving through the stages, reading them as of any moment.
//!
//! Deliberately not here: what is decided for a release (`decision`), what is exposed now (`exposed`).

use domain::{
    audience::Audience,
    case::{self, Case, CaseStage, Exploitability, HarmSeverity, Standing},
    decision::{DecisionState, Risk, VexStatus},
    id::{CaseId, PersonId},
    ledger::{AsOf, LedgerEntry},
    person::{Permission, Person, Role},
    signature::Signature,
    vulnerability::Vulnerability,
};
use jiff::{Timestamp, civil::Date};
use store::{
    Counter, Tx, View,
    decision::DecisionRow,
    subject::{DecidedRelease, Subject},
};

pub use store::case::{CaseCursor, CaseFilter, CaseSort, OwnerFilter};

use crate::{App, AppError, FieldError, Viewer, exposed::find_vulnerabilities};

/// People that are read in one go.
const PEOPLE: i64 = 500;

/// A case to open.
#[derive(Clone, Debug, Default)]
pub struct NewCase {
    /// Any name of the vulnerability.
    pub vulnerability: String,
    /// What can happen, in plain words; the shown name when left out.
    pub title: Option<String>,
    /// When the firm learned of it; the earliest possession in the record when left out. Later than that needs the
    /// regulatory role and a reason.
    pub learned_at: Option<Timestamp>,
    /// Who owns it.
    pub owner: Option<PersonId>,
}

/// What to change in a case; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub struct Assessment {
    /// What can happen, in plain words.
    pub title: Option<String>,
    /// Who owns it; `Some(None)` = nobody.
    pub owner: Option<Option<PersonId>>,
    /// When the next step is due.
    pub due: Option<Option<Date>>,
    /// Harm if it happens.
    pub harm: Option<Option<HarmSeverity>>,
    /// Exploitability.
    pub exploitability: Option<Option<Exploitability>>,
    /// Stations of the harm path, separated by line feeds.
    pub harm_path: Option<Option<String>>,
    /// When the firm learned of it.
    pub learned_at: Option<Timestamp>,
}

/// A case in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// The case.
    pub case: Case,
    /// Shown name of its vulnerability.
    pub vulnerability: String,
    /// How many of its decisions the viewer may know of stand in each state.
    pub decisions: Vec<(DecisionState, i64)>,
}

/// A page of cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseList {
    /// The cases.
    pub rows: Vec<CaseRow>,
    /// Where the next page begins, when there may be one.
    pub next: Option<CaseCursor>,
    /// How many cases stand at each stage, over all pages and filters.
    pub stages: Vec<(CaseStage, i64)>,
    /// How many open cases have no judged harm.
    pub not_judged: i64,
}

/// Everything of a case.
#[derive(Clone, Debug)]
pub struct CaseDetail {
    /// The case.
    pub case: Case,
    /// Its vulnerability with all names.
    pub subject: Subject,
    /// Who owns it.
    pub owner: Option<Person>,
    /// Its decisions, also withdrawn and superseded ones, oldest first.
    pub decisions: Vec<DecisionDetail>,
    /// Releases that match, as far as the viewer may know of them.
    pub releases: Vec<DecidedRelease>,
    /// What the gates look at.
    pub standing: Standing,
}

/// A decision with its release and signatures.
#[derive(Clone, Debug)]
pub struct DecisionDetail {
    /// The decision and the entry that made this version.
    pub row: DecisionRow,
    /// When that entry was made, RFC 3339.
    pub at: String,
    /// The release it speaks of.
    pub release: DecidedRelease,
    /// SHA-256 (hex) of this version.
    pub digest: String,
    /// Signatures, oldest first, each with whether it is on this very version.
    pub signatures: Vec<(Signature, bool)>,
}

impl DecisionDetail {
    /// Signed, and the signature is on this version.
    #[must_use]
    pub fn signature_valid(&self) -> bool {
        self.row.decision.state == DecisionState::Signed && self.signatures.iter().any(|(_, valid)| *valid)
    }
}

/// Opens the case of a vulnerability.
pub fn open(app: &App, viewer: &Viewer, new: NewCase, reason: &str) -> Result<Case, AppError> {
    viewer.require(Permission::Decide)?;
    let mut act = app.act(viewer, "case.open", reason);
    // The label has to be known before the entry is begun: its summary is as much need-to-know as the case.
    act.audience = app
        .store
        .read(AsOf::Now, |view| subject_named(view, viewer, &new.vulnerability))?
        .vulnerability
        .audience;
    let written = app.store.write(&act, |tx| {
        let subject = subject_named(tx.view(), viewer, &new.vulnerability)?;
        let case = open_in(app, tx, viewer, &subject, new, CaseStage::Triage, reason)?;
        tx.summary(format!(
            "{} was opened for {}: {}",
            case.label(),
            subject.vulnerability.shown,
            case.title
        ));
        Ok::<_, AppError>(case)
    })?;
    Ok(written.value)
}

/// Writes title, owner, due date, harm, exploitability, harm path.
pub fn assess(
    app: &App,
    viewer: &Viewer,
    name: &str,
    assessment: Assessment,
    reason: &str,
) -> Result<Case, AppError> {
    viewer.require(Permission::Decide)?;
    change(app, viewer, name, "case.assess", reason, |tx, before| {
        let mut case = before.clone();
        let mut errors = Vec::new();
        if let Some(title) = assessment.title {
            case.title = checked_title(&title, &mut errors);
        }
        if let Some(owner) = assessment.owner {
            check_owner(tx, owner.as_ref(), &case.audience, &mut errors)?;
            case.owner = owner;
        }
        if let Some(due) = assessment.due {
            if due != before.due && due.is_some_and(|due| due < app.today()) {
                errors.push(FieldError::new("due", "a due date is not before today"));
            }
            case.due = due;
        }
        case.harm = assessment.harm.unwrap_or(case.harm);
        case.exploitability = assessment.exploitability.unwrap_or(case.exploitability);
        if let Some(path) = assessment.harm_path {
            case.harm_path = path.filter(|path| !path.trim().is_empty());
        }
        if let Some(learned_at) = assessment.learned_at {
            let subject = tx
                .subject(&case.vulnerability)?
                .ok_or_else(|| AppError::not_found("vulnerability", &case.vulnerability.0))?;
            case.learned_at = checked_learned_at(app, viewer, &subject, learned_at, reason, &mut errors);
        }
        if !errors.is_empty() {
            return Err(AppError::Invalid(errors));
        }
        if case == *before {
            return Err(AppError::Conflict(format!("{} says that already", case.label())));
        }
        tx.summary(format!("{} was assessed: {}", case.label(), difference(before, &case)));
        Ok(case)
    })
}

/// Moves a case to another stage. Every gate that holds it is told at once.
pub fn move_to(
    app: &App,
    viewer: &Viewer,
    name: &str,
    stage: CaseStage,
    reason: &str,
) -> Result<Case, AppError> {
    viewer.require(Permission::Decide)?;
    if reason.trim().is_empty() {
        return Err(AppError::invalid("reason", "say why the case goes there"));
    }
    change(app, viewer, name, "case.move", reason, |tx, before| {
        let standing = standing(tx.view(), before)?;
        case::advance(before.stage, stage, &standing).map_err(|errors| {
            AppError::Invalid(
                errors.iter().map(|error| FieldError::new("stage", error.to_string())).collect(),
            )
        })?;
        let words = (before.stage.as_str(), stage.as_str());
        tx.summary(format!("{} went from {} to {}", before.label(), words.0, words.1));
        Ok(Case { stage, ..before.clone() })
    })
}

/// A page of cases.
pub fn list(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    filter: &CaseFilter,
    sort: CaseSort,
    after: Option<&CaseCursor>,
    limit: usize,
) -> Result<CaseList, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| list_in(view, viewer, filter, sort, after, limit))
}

/// The same for a reader who stands at a moment.
pub(crate) fn list_in(
    view: &View<'_>,
    viewer: &Viewer,
    filter: &CaseFilter,
    sort: CaseSort,
    after: Option<&CaseCursor>,
    limit: usize,
) -> Result<CaseList, AppError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX).max(1);
    let audiences = &viewer.audiences;
    let (cases, next) = view.cases(audiences, filter, sort, after, limit)?;
    let shown = view.shown_names(cases.iter().map(|case| case.vulnerability.0.clone()).collect())?;
    let counts = view.count_decisions(cases.iter().map(|case| case.id.0.clone()).collect(), audiences)?;
    let rows = cases.into_iter().map(|case| CaseRow {
        vulnerability: shown
            .iter()
            .find(|(id, _)| *id == case.vulnerability)
            .map_or_else(String::new, |(_, name)| name.clone()),
        decisions: counts.iter().filter(|count| count.0 == case.id).map(|count| (count.1, count.2)).collect(),
        case,
    });
    Ok(CaseList {
        rows: rows.collect(),
        next,
        stages: view.count_cases(audiences)?,
        not_judged: view.count_cases_not_judged(audiences)?,
    })
}

/// Who may own a case, by name: see [`check_owner`].
pub(crate) fn owners(view: &View<'_>, case: &Case) -> Result<Vec<Person>, AppError> {
    let mut owners = Vec::new();
    let mut after = (String::new(), String::new());
    loop {
        let people = view.people((&after.0, &after.1), PEOPLE)?;
        let last = people.len() < usize::try_from(PEOPLE).unwrap_or(usize::MAX);
        if let Some(person) = people.last() {
            after = (person.name.clone(), person.id.0.clone());
        }
        owners.extend(people.into_iter().filter(|person| why_not_owner(person, &case.audience).is_none()));
        if last {
            return Ok(owners);
        }
    }
}

/// A case by `CASE-0147`, its id, or any name of its vulnerability.
pub fn show(app: &App, viewer: &Viewer, as_of: AsOf, name: &str) -> Result<CaseDetail, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| {
        let case = resolve(view, viewer, name)?;
        detail(view, viewer, case)
    })
}

/// The ledger entries that touched a case, newest first.
pub fn timeline(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    name: &str,
    limit: usize,
) -> Result<Vec<LedgerEntry>, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| {
        let case = resolve(view, viewer, name)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(view.entries_of_case(&case.id, &viewer.audiences, limit)?)
    })
}

/// Finds the case a viewer means.
pub(crate) fn resolve(view: &View<'_>, viewer: &Viewer, name: &str) -> Result<Case, AppError> {
    find(view, viewer, name)?.ok_or_else(|| AppError::not_found("case", name))
}

/// The same; none when there is none or the viewer may not know of it.
pub(crate) fn find(view: &View<'_>, viewer: &Viewer, name: &str) -> Result<Option<Case>, AppError> {
    let name = name.trim();
    let number = name.get(..5).filter(|start| start.eq_ignore_ascii_case("CASE-"));
    let case = if let Some(number) = number.and_then(|_| name.get(5..)?.parse::<i64>().ok()) {
        view.case_by_number(number)?
    } else {
        match of_flaw(view, viewer, &named(view, viewer, name)?)? {
            None => view.case(&CaseId(name.to_owned()))?,
            case => case,
        }
    };
    Ok(case.filter(|case| viewer.sees(&case.audience)))
}

/// The case of a flaw, which may be known under several labels, with a case under one of them.
pub(crate) fn of_flaw(
    view: &View<'_>,
    viewer: &Viewer,
    vulnerabilities: &[Vulnerability],
) -> Result<Option<Case>, AppError> {
    let mut case = None;
    for vulnerability in vulnerabilities {
        let found = view.case_by_vulnerability(&vulnerability.id)?;
        case = case.or(found.filter(|case| viewer.sees(&case.audience)));
    }
    Ok(case)
}

/// The vulnerability that a viewer means by one of its names.
pub(crate) fn subject_named(view: &View<'_>, viewer: &Viewer, name: &str) -> Result<Subject, AppError> {
    let subject = match named(view, viewer, name)?.first() {
        Some(vulnerability) => view.subject(&vulnerability.id)?,
        None => None,
    };
    subject.ok_or_else(|| AppError::Missing {
        what: format!("`{name}` is not known to this workspace"),
        hint: "Check the name; a vulnerability enters the record when a sweep finds that it touches the portfolio"
            .to_owned(),
    })
}

/// Opens a case inside a write; refused when there is one.
pub(crate) fn open_in(
    app: &App,
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    subject: &Subject,
    new: NewCase,
    stage: CaseStage,
    reason: &str,
) -> Result<Case, AppError> {
    let vulnerability = &subject.vulnerability;
    if let Some(case) = tx.case_by_vulnerability(&vulnerability.id)? {
        return Err(AppError::Conflict(format!(
            "{} has a case already: {}",
            vulnerability.shown,
            case.label()
        )));
    }
    let mut errors = Vec::new();
    let title =
        new.title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| vulnerability.shown.clone());
    let title = checked_title(&title, &mut errors);
    check_owner(tx, new.owner.as_ref(), &vulnerability.audience, &mut errors)?;
    let learned_at = match new.learned_at {
        Some(moment) => checked_learned_at(app, viewer, subject, moment, reason, &mut errors),
        None => earliest_possession(app, subject),
    };
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let case = Case {
        id: CaseId(app.id()),
        number: tx.draw(Counter::CaseNumber)?,
        vulnerability: vulnerability.id.clone(),
        title,
        stage,
        owner: new.owner,
        due: None,
        learned_at,
        harm: None,
        exploitability: None,
        harm_path: None,
        audience: vulnerability.audience.clone(),
    };
    tx.add_case(&case)?;
    Ok(case)
}

/// What the gates of a case look at: releases that whoever knows the case may know of. One under another label waits in the
/// lists of those who hold it; here it would tell everybody else that it matches.
pub(crate) fn standing(view: &View<'_>, case: &Case) -> Result<Standing, AppError> {
    let belongs = |release: &DecidedRelease| {
        release.audiences.iter().all(|label| label == Audience::GENERAL || *label == case.audience.0)
    };
    let mut matching = view.matching_releases(&case.vulnerability)?;
    matching.retain(belongs);
    let decisions = view.decisions_of_case(&case.id)?;
    let mut standing =
        Standing { judged: case.harm.is_some() && case.exploitability.is_some(), ..Standing::default() };
    let mut releases = matching.clone();
    let decided = decisions.iter().map(|row| row.decision.release.0.clone()).collect();
    for release in view.decided_releases(decided)? {
        if belongs(&release) && !releases.iter().any(|other| other.release == release.release) {
            releases.push(release);
        }
    }
    for release in &releases {
        let name = || release.name.clone();
        let of_release: Vec<_> =
            decisions.iter().map(|row| &row.decision).filter(|d| d.release == release.release).collect();
        if !of_release.iter().any(|decision| !decision.state.is_final()) {
            // A release that no longer matches and whose decisions were all withdrawn asks for nothing.
            if matching.contains(release) {
                standing.without_status.push(name());
                standing.without_signed.push(name());
            }
            continue;
        }
        let Some(signed) = of_release.iter().find(|decision| decision.state == DecisionState::Signed) else {
            standing.without_signed.push(name());
            if of_release.iter().any(|d| !d.state.is_final() && d.status == VexStatus::Affected) {
                standing.affected += 1;
                standing.without_risk.push(name());
            }
            continue;
        };
        match signed.status {
            VexStatus::UnderInvestigation => standing.under_investigation.push(name()),
            VexStatus::Affected => {
                standing.affected += 1;
                match signed.risk {
                    None => standing.without_risk.push(name()),
                    Some(Risk::Uncontrolled) => standing.uncontrolled.push(name()),
                    Some(Risk::Controlled) => {}
                }
            }
            VexStatus::NotAffected | VexStatus::Fixed => {}
        }
    }
    Ok(standing)
}

/// Whether a viewer may know of a release.
pub(crate) fn sees(viewer: &Viewer, release: &DecidedRelease) -> bool {
    release.audiences.iter().all(|label| viewer.sees(&Audience(label.clone())))
}

/// A case with everything the viewer may know of it.
pub(crate) fn detail(view: &View<'_>, viewer: &Viewer, case: Case) -> Result<CaseDetail, AppError> {
    let subject = view
        .subject(&case.vulnerability)?
        .ok_or_else(|| AppError::not_found("vulnerability", &case.vulnerability.0))?;
    let matching = view.matching_releases(&case.vulnerability)?;
    let rows = view.decisions_of_case(&case.id)?;
    let known = view.decided_releases(rows.iter().map(|row| row.decision.release.0.clone()).collect())?;
    let mut signatures = view.signatures_on(rows.iter().map(|row| row.decision.id.0.clone()).collect())?;
    let mut decisions = Vec::with_capacity(rows.len());
    for row in rows {
        let release = known.iter().find(|release| release.release == row.decision.release);
        let Some(release) = release.filter(|r| sees(viewer, r) && viewer.sees(&row.decision.audience)) else {
            continue;
        };
        let digest = view.decision_digest(&row.decision.id)?.unwrap_or_default();
        let on_it: Vec<_> = signatures.extract_if(.., |s| s.signature.record == row.decision.id.0).collect();
        decisions.push(DecisionDetail {
            at: view.moment_of(row.since)?.unwrap_or_default(),
            release: release.clone(),
            signatures: on_it
                .into_iter()
                .map(|row| {
                    let valid = row.signature.digest == digest;
                    (row.signature, valid)
                })
                .collect(),
            digest,
            row,
        });
    }
    Ok(CaseDetail {
        owner: match &case.owner {
            Some(owner) => view.person(owner)?,
            None => None,
        },
        standing: standing(view, &case)?,
        releases: matching.into_iter().filter(|release| sees(viewer, release)).collect(),
        subject,
        decisions,
        case,
    })
}

/// Gives a case a new revision in an act of its own, labelled as the case is.
fn change(
    app: &App,
    viewer: &Viewer,
    name: &str,
    action: &'static str,
    reason: &str,
    make: impl FnOnce(&mut Tx<'_>, &Case) -> Result<Case, AppError>,
) -> Result<Case, AppError> {
    let found = app.store.read(AsOf::Now, |view| resolve(view, viewer, name))?;
    let mut act = app.act(viewer, action, reason);
    act.audience = found.audience;
    let written = app.store.write(&act, |tx| {
        let before = resolve(tx.view(), viewer, &found.id.0)?;
        let case = make(tx, &before)?;
        tx.change_case(&case)?;
        Ok::<_, AppError>(case)
    })?;
    Ok(written.value)
}

/// The vulnerabilities that a viewer may mean by a name, the public one first.
fn named(view: &View<'_>, viewer: &Viewer, name: &str) -> Result<Vec<Vulnerability>, AppError> {
    find_vulnerabilities(view, viewer, name.trim())
}

fn checked_title(title: &str, errors: &mut Vec<FieldError>) -> String {
    let title = title.trim().to_owned();
    if title.is_empty() || title.chars().count() > 200 || title.chars().any(char::is_control) {
        errors.push(FieldError::new("title", "a title has 1 to 200 characters on one line"));
    }
    title
}

fn check_owner(
    tx: &Tx<'_>,
    owner: Option<&PersonId>,
    audience: &Audience,
    errors: &mut Vec<FieldError>,
) -> Result<(), AppError> {
    let Some(owner) = owner else { return Ok(()) };
    let why_not = match tx.person(owner)? {
        Some(person) => why_not_owner(&person, audience),
        None => Some("there is no such person".to_owned()),
    };
    errors.extend(why_not.map(|why_not| FieldError::new("owner", why_not)));
    Ok(())
}

/// An owner may assess cases and may know of this one; why a person is none, if so.
fn why_not_owner(person: &Person, audience: &Audience) -> Option<String> {
    if !person.may(Permission::Decide) {
        return Some(format!("{} may not assess cases", person.name));
    }
    let knows = audience.is_general() || person.audiences.contains(&audience.0);
    (!knows).then(|| format!("{} is not on the need-to-know list", person.name))
}

/// T0 is the earliest possession, not triage (docs/regulation §1.2).
fn earliest_possession(app: &App, subject: &Subject) -> Timestamp {
    subject.known_since.parse().unwrap_or_else(|_| app.now())
}

fn checked_learned_at(
    app: &App,
    viewer: &Viewer,
    subject: &Subject,
    moment: Timestamp,
    reason: &str,
    errors: &mut Vec<FieldError>,
) -> Timestamp {
    if moment > app.now() {
        errors.push(FieldError::new("learned_at", "this moment has not come yet"));
    } else if moment > earliest_possession(app, subject) {
        let regulatory = viewer.as_person().is_some_and(|person| person.roles.contains(&Role::Regulatory));
        if !regulatory || reason.trim().is_empty() {
            let message = format!(
                "the record proves possession since {}; a later moment needs regulatory affairs and a reason",
                subject.known_since
            );
            errors.push(FieldError::new("learned_at", message));
        }
    }
    moment
}

fn difference(before: &Case, after: &Case) -> String {
    let mut parts = Vec::new();
    if before.title != after.title {
        parts.push(format!("title \u{201c}{}\u{201d}", after.title));
    }
    if before.owner != after.owner {
        parts.push("owner".to_owned());
    }
    if before.due != after.due {
        parts.push(after.due.map_or_else(|| "no due date".to_owned(), |due| format!("due {due}")));
    }
    if before.harm != after.harm {
        parts.push(format!("harm {}", after.harm.map_or("not judged", HarmSeverity::as_str)));
    }
    if before.exploitability != after.exploitability {
        let word = after.exploitability.map_or("not judged", Exploitability::as_str);
        parts.push(format!("exploitability {word}"));
    }
    if before.harm_path != after.harm_path {
        parts.push("harm path".to_owned());
    }
    if before.learned_at != after.learned_at {
        parts.push(format!("learned {} instead of {}", after.learned_at, before.learned_at));
    }
    parts.join(", ")
}
