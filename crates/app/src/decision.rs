//! Decisions: proposing, withdrawing, reopening. One record per fielded version, also when one act speaks of many.
//!
//! Deliberately not here: signing (`signing`), the gates themselves (`domain::decision`), documents (`export`).

use domain::{
    act::Actor,
    audience::Audience,
    case::{Case, CaseStage},
    decision::{self, Assessor, Decision, DecisionState, GateError, Justification, Risk, VexStatus},
    id::{DecisionId, ReleaseId, VulnerabilityId},
    ledger::AsOf,
    person::Permission,
};
use jiff::civil::Date;
use store::{Tx, View, subject::DecidedRelease};

use crate::{
    App, AppError, FieldError, Viewer,
    case::{self, DecisionDetail, NewCase},
    sweep,
};

/// A decision to propose for one or many releases.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// `CASE-0147`, its id, or any name of the vulnerability; the case is opened when there is none.
    pub case: String,
    /// `slug@version`, or ids; every matching release without a signed decision when empty.
    pub releases: Vec<String>,
    /// VEX status.
    pub status: VexStatus,
    /// VEX justification.
    pub justification: Option<Justification>,
    /// Impact statement.
    pub impact_statement: Option<String>,
    /// Action statement.
    pub action_statement: Option<String>,
    /// Residual risk.
    pub risk: Option<Risk>,
    /// Why.
    pub rationale: String,
    /// What it holds on, one each.
    pub preconditions: Vec<String>,
    /// When it is looked at again.
    pub review_on: Option<Date>,
}

/// Proposes a decision: one record for each release, all in one act. A proposal that waits on the same release is withdrawn
/// by it; a signed one stands until this one is signed.
pub fn decide(
    app: &App,
    viewer: &Viewer,
    proposal: &Proposal,
    reason: &str,
) -> Result<(Case, Vec<Decision>), AppError> {
    viewer.require(Permission::Decide)?;
    let mut act = app.act(viewer, "decision.propose", reason);
    let audience = app.store.read(AsOf::Now, |view| label(view, viewer, proposal))?;
    act.audience = audience.clone();
    let corpora = app.corpora(viewer)?;
    let written = app.store.write(&act, |tx| {
        let case = match case::find(tx.view(), viewer, &proposal.case)? {
            Some(case) => case,
            None => {
                let subject = case::subject_named(tx.view(), viewer, &proposal.case)?;
                if subject.vulnerability.audience != audience {
                    // A case that everybody may know of is opened in an entry that everybody may read.
                    return Err(AppError::Conflict(format!(
                        "there is no case on {} yet, and this decision bears the label {audience}: open the case first, \
                         which everybody may know of",
                        subject.vulnerability.shown,
                        audience = audience.0
                    )));
                }
                let new = NewCase { vulnerability: proposal.case.clone(), ..NewCase::default() };
                case::open_in(app, tx, viewer, &subject, new, CaseStage::Applicability, reason)?
            }
        };
        let subject = tx
            .subject(&case.vulnerability)?
            .ok_or_else(|| AppError::not_found("vulnerability", &case.vulnerability.0))?;
        let releases = meant(tx.view(), viewer, &case.vulnerability, &proposal.releases)?;
        if one_label(releases.iter().map(|release| label_of(&case.audience, release)))?
            .is_some_and(|label| label != audience)
        {
            return Err(AppError::Conflict("a need-to-know label changed meanwhile".to_owned()));
        }
        let mut decisions = Vec::with_capacity(releases.len());
        for release in &releases {
            let decision = proposed(app, viewer, &case, proposal, release, subject.names.join(" "));
            decisions.push(decision);
        }
        check(&decisions, app.today())?;
        for decision in &mut decisions {
            decision.follows = take_place(tx, decision)?;
            tx.add_decision(decision)?;
        }
        if let Some(corpus) = corpora.of(&subject.vulnerability.corpus) {
            let matching = tx.matching_releases(&case.vulnerability)?;
            let matches = |release: &ReleaseId| matching.iter().any(|one| one.release == *release);
            for decision in decisions.iter().filter(|decision| !matches(&decision.release)) {
                sweep::place(tx, &app.blobs, viewer, corpus, decision)?;
            }
        }
        // A proposal is the beginning of applicability; on a closed case it is its reopening. One that not everybody who knows
        // the case may know of moves nothing of it.
        let moves = case.audience == audience && matches!(case.stage, CaseStage::Triage | CaseStage::Closed);
        let case = if moves {
            let case = Case { stage: CaseStage::Applicability, ..case };
            tx.change_case(&case)?;
            case
        } else {
            case
        };
        let names: Vec<&str> = releases.iter().map(|release| release.name.as_str()).collect();
        tx.summary(format!("{}: {} proposed for {}", case.label(), words(proposal.status), names.join(", ")));
        Ok::<_, AppError>((case, decisions))
    })?;
    Ok(written.value)
}

/// Takes a proposal, or a reopened decision, back.
pub fn withdraw(app: &App, viewer: &Viewer, id: &DecisionId, reason: &str) -> Result<Decision, AppError> {
    viewer.require(Permission::Decide)?;
    let ids = std::slice::from_ref(id);
    change(app, viewer, None, ids, "decision.withdraw", reason, DecisionState::Withdrawn, "was withdrawn")
}

/// Takes decisions of one case back, in one act.
pub fn withdraw_all(
    app: &App,
    viewer: &Viewer,
    case: &str,
    ids: &[DecisionId],
    reason: &str,
) -> Result<(), AppError> {
    viewer.require(Permission::Decide)?;
    let (action, to) = ("decision.withdraw", DecisionState::Withdrawn);
    change(app, viewer, Some(case), ids, action, reason, to, "was withdrawn").map(drop)
}

/// Opens a signed decision again, because what it holds on no longer does. Its signature is void from then on, visibly.
pub fn reopen(app: &App, viewer: &Viewer, id: &DecisionId, reason: &str) -> Result<Decision, AppError> {
    viewer.require(Permission::Decide)?;
    let ids = std::slice::from_ref(id);
    change(app, viewer, None, ids, "decision.reopen", reason, DecisionState::Reopened, "was reopened")
}

/// Opens signed decisions of one case again, in one act.
pub fn reopen_all(
    app: &App,
    viewer: &Viewer,
    case: &str,
    ids: &[DecisionId],
    reason: &str,
) -> Result<(), AppError> {
    viewer.require(Permission::Decide)?;
    let (action, to) = ("decision.reopen", DecisionState::Reopened);
    change(app, viewer, Some(case), ids, action, reason, to, "was reopened").map(drop)
}

/// One decision, with its release and signatures.
pub fn show(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    id: &DecisionId,
) -> Result<(Case, DecisionDetail), AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| {
        let missing = || AppError::not_found("decision", &id.0);
        let row = view.decision(id)?.ok_or_else(missing)?;
        let case = case::resolve(view, viewer, &row.decision.case.0)?;
        let detail = case::detail(view, viewer, case)?;
        let found = detail.decisions.into_iter().find(|one| one.row.decision.id == *id);
        Ok((detail.case, found.ok_or_else(missing)?))
    })
}

/// Plain words of a status.
#[must_use]
pub fn words(status: VexStatus) -> &'static str {
    match status {
        VexStatus::Affected => "affected",
        VexStatus::NotAffected => "not affected",
        VexStatus::Fixed => "fixed",
        VexStatus::UnderInvestigation => "under investigation",
    }
}

/// All failed gates of many decisions, each told once.
pub(crate) fn check(decisions: &[Decision], today: Date) -> Result<(), AppError> {
    let mut fields: Vec<FieldError> = Vec::new();
    for error in decisions.iter().filter_map(|decision| decision::check(decision, today).err()).flatten() {
        let field = field_error(&error);
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    if fields.is_empty() { Ok(()) } else { Err(AppError::Invalid(fields)) }
}

/// A gate as the field that has to change.
pub(crate) fn field_error(error: &GateError) -> FieldError {
    FieldError::new(error.field(), error.to_string())
}

/// The releases a viewer means by `slug@version` or id; nothing = every matching one without a signed decision.
pub(crate) fn meant(
    view: &View<'_>,
    viewer: &Viewer,
    vulnerability: &VulnerabilityId,
    names: &[String],
) -> Result<Vec<DecidedRelease>, AppError> {
    if names.is_empty() {
        let standing = view.standing_decisions(vulnerability, &viewer.audiences)?;
        let signed = |release: &DecidedRelease| {
            standing.iter().any(|row| {
                row.decision.release == release.release && row.decision.state == DecisionState::Signed
            })
        };
        let mut releases = view.matching_releases(vulnerability)?;
        releases.retain(|release| case::sees(viewer, release) && !signed(release));
        if releases.is_empty() {
            return Err(AppError::invalid(
                "releases",
                "no matching release is without a signed decision: name the releases it is to speak of (slug@version)",
            ));
        }
        return Ok(releases);
    }
    let mut errors = Vec::new();
    let mut releases: Vec<DecidedRelease> = Vec::with_capacity(names.len());
    for name in names {
        match release_named(view, viewer, name)? {
            Some(release) if releases.contains(&release) => {}
            Some(release) => releases.push(release),
            None => errors.push(FieldError::new("releases", format!("there is no release `{name}`"))),
        }
    }
    if errors.is_empty() { Ok(releases) } else { Err(AppError::Invalid(errors)) }
}

fn release_named(view: &View<'_>, viewer: &Viewer, name: &str) -> Result<Option<DecidedRelease>, AppError> {
    let name = name.trim();
    let id = match name.rsplit_once('@') {
        Some((slug, version)) => match view.product_by_slug(slug, &viewer.audiences)? {
            Some(product) => {
                view.release_by_version(&product.id, version, &viewer.audiences)?.map(|release| release.id.0)
            }
            None => None,
        },
        None => Some(name.to_owned()),
    };
    let Some(id) = id else { return Ok(None) };
    Ok(view.decided_releases(vec![id])?.pop().filter(|release| case::sees(viewer, release)))
}

/// The label of the entry that proposes: its summary names the releases, so it is as much need-to-know as they are.
fn label(view: &View<'_>, viewer: &Viewer, proposal: &Proposal) -> Result<Audience, AppError> {
    let (audience, vulnerability) = match case::find(view, viewer, &proposal.case)? {
        Some(case) => (case.audience, case.vulnerability),
        None => {
            let vulnerability = case::subject_named(view, viewer, &proposal.case)?.vulnerability;
            (vulnerability.audience, vulnerability.id)
        }
    };
    let releases = meant(view, viewer, &vulnerability, &proposal.releases)?;
    let label = one_label(releases.iter().map(|release| label_of(&audience, release)))?;
    Ok(label.unwrap_or(audience))
}

/// A flaw's label wins over a release's; readers need the release's labels as well (`case::sees`).
fn label_of(flaw: &Audience, release: &DecidedRelease) -> Audience {
    let general = |label: &&String| label.as_str() != Audience::GENERAL;
    if flaw.is_general() {
        release.audiences.iter().find(general).map_or_else(Audience::general, |label| Audience(label.clone()))
    } else {
        flaw.clone()
    }
}

/// One act has one label, since one sentence in the ledger tells all of it; none when there is nothing to label.
pub(crate) fn one_label(labels: impl Iterator<Item = Audience>) -> Result<Option<Audience>, AppError> {
    let mut labels: Vec<Audience> = labels.collect();
    labels.sort();
    labels.dedup();
    if labels.len() > 1 {
        let message = "these releases bear different need-to-know labels: name those of one label at a time";
        return Err(AppError::invalid("releases", message));
    }
    Ok(labels.pop())
}

fn proposed(
    app: &App,
    viewer: &Viewer,
    case: &Case,
    proposal: &Proposal,
    release: &DecidedRelease,
    names: String,
) -> Decision {
    let text = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    Decision {
        id: DecisionId(app.id()),
        case: case.id.clone(),
        release: release.release.clone(),
        vulnerability: case.vulnerability.clone(),
        names,
        status: proposal.status,
        justification: proposal.justification,
        impact_statement: text(&proposal.impact_statement),
        action_statement: text(&proposal.action_statement),
        risk: proposal.risk,
        rationale: proposal.rationale.trim().to_owned(),
        preconditions: proposal.preconditions.join("\n"),
        review_on: proposal.review_on,
        assessor: match &viewer.actor {
            Actor::Person { id, .. } => Assessor::Person(id.clone()),
            Actor::LocalConsole => Assessor::Console,
            Actor::System(_) => Assessor::System,
        },
        state: if matches!(viewer.actor, Actor::System(_)) {
            DecisionState::CarryProposed
        } else {
            DecisionState::Proposed
        },
        follows: None,
        audience: label_of(&case.audience, release),
    }
}

/// Withdraws proposals that wait on the same release; answers what the new one follows.
fn take_place(tx: &mut Tx<'_>, new: &Decision) -> Result<Option<DecisionId>, AppError> {
    let mut follows = None;
    for row in tx.decisions_of_case(&new.case)? {
        let mut earlier = row.decision;
        if earlier.release != new.release || earlier.state.is_final() {
            continue;
        }
        follows = Some(earlier.id.clone());
        if matches!(earlier.state, DecisionState::Proposed | DecisionState::CarryProposed) {
            earlier.state = DecisionState::Withdrawn;
            tx.change_decision(&earlier)?;
        }
    }
    Ok(follows)
}

/// Gives decisions of one case another state in one act; answers the last of them. A case that was named has to be theirs.
#[expect(clippy::too_many_arguments, reason = "the words of one act, put together in four places above")]
fn change(
    app: &App,
    viewer: &Viewer,
    named: Option<&str>,
    ids: &[DecisionId],
    action: &'static str,
    reason: &str,
    to: DecisionState,
    what: &str,
) -> Result<Decision, AppError> {
    if reason.trim().is_empty() {
        return Err(AppError::invalid("reason", "say why"));
    }
    let first = ids.first().ok_or_else(|| AppError::invalid("decision", "choose a decision"))?;
    let (case, _) = show(app, viewer, AsOf::Now, first)?;
    let detail = case::show(app, viewer, AsOf::Now, named.unwrap_or(&case.id.0))?;
    let mut seen = Vec::with_capacity(ids.len());
    for id in ids {
        let one = detail.decisions.iter().find(|one| one.row.decision.id == *id);
        seen.push(one.ok_or_else(|| AppError::not_found("decision", &id.0))?);
    }
    let mut act = app.act(viewer, action, reason);
    act.audience = one_label(seen.iter().map(|one| one.row.decision.audience.clone()))?.unwrap_or_default();
    let written = app.store.write(&act, |tx| {
        let mut told = Vec::with_capacity(seen.len());
        let mut last = None;
        for one in &seen {
            let id = &one.row.decision.id;
            let row = tx.decision(id)?.ok_or_else(|| AppError::not_found("decision", &id.0))?;
            let mut decision = row.decision;
            if !decision.state.may_become(to) {
                return Err(AppError::Conflict(GateError::State(decision.state, to).to_string()));
            }
            decision.state = to;
            tx.change_decision(&decision)?;
            told.push(format!("\u{201c}{}\u{201d} for {}", words(decision.status), one.release.name));
            last = Some(decision);
        }
        let case = case::resolve(tx.view(), viewer, &detail.case.id.0)?;
        let moves = case.audience == act.audience && case.stage == CaseStage::Closed;
        if to == DecisionState::Reopened && moves {
            tx.change_case(&Case { stage: CaseStage::Applicability, ..case.clone() })?;
        }
        tx.summary(format!("{}: the decision {} {what}", case.label(), told.join(", ")));
        last.ok_or_else(|| AppError::not_found("decision", &first.0))
    })?;
    Ok(written.value)
}
