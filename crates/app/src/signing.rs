//! Signing decisions (21 CFR 11.50, 11.70, 11.200): the signer is recognised afresh, sees every record with its digest, and
//! leaves one signature on each exact version.

use std::collections::BTreeMap;

use domain::{
    act::Authentication,
    case::Case,
    decision::{self, Decision, DecisionState, GateError},
    id::{DecisionId, SignatureId},
    ledger::AsOf,
    person::{Permission, Person},
    signature::{Meaning, Signature},
};
use jiff::{Unit, tz::TimeZone};
use store::{Tx, subject::DecidedRelease};

use crate::{
    App, AppError, FieldError, Viewer,
    case::{self, CaseDetail, DecisionDetail},
    decision::{check, field_error, one_label, words},
    ledger, password,
};

/// One record of what is to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningLine {
    /// The decision.
    pub decision: Decision,
    /// The release it speaks of.
    pub release: DecidedRelease,
    /// SHA-256 (hex) of the version that is shown.
    pub digest: String,
    /// The exact statement.
    pub statement: String,
    /// Why this viewer cannot sign it; none = may.
    pub refused: Option<String>,
}

/// What a person signs.
#[derive(Clone, Debug)]
pub struct Signing {
    /// `CASE-0147`, its id, or any name of the vulnerability.
    pub case: String,
    /// Which decisions, each with the digest that was shown; with a digest, a version that changed meanwhile is refused.
    /// Empty = every one that waits in this case.
    pub decisions: Vec<(DecisionId, Option<String>)>,
    /// What the signature means.
    pub meaning: Meaning,
    /// The signer's password.
    pub password: String,
    /// The signer's zone; the workspace's when left out.
    pub zone: Option<TimeZone>,
}

/// What would be signed: every decision of a case that waits, or those of the releases named (`slug@version`).
pub fn prepare(
    app: &App,
    viewer: &Viewer,
    name: &str,
    releases: &[String],
    meaning: Meaning,
) -> Result<(Case, Vec<SigningLine>), AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(AsOf::Now, |view| {
        let case = case::resolve(view, viewer, name)?;
        let detail = case::detail(view, viewer, case)?;
        let mut lines = lines(viewer, &detail, meaning);
        let named = |line: &SigningLine, given: &str| {
            given.trim() == line.release.name || given == line.release.release.0
        };
        if let Some(given) = releases.iter().find(|given| !lines.iter().any(|line| named(line, given))) {
            return Err(AppError::invalid(
                "releases",
                format!("no decision waits for a signature on `{given}`"),
            ));
        }
        if !releases.is_empty() {
            lines.retain(|line| releases.iter().any(|given| named(line, given)));
        }
        Ok((detail.case, lines))
    })
}

/// What waits in a case for the signature of a viewer, and what it would mean: as asked, else that they made the decision;
/// where another person than its author has to sign, an approval.
#[must_use]
pub fn offered(
    viewer: &Viewer,
    detail: &CaseDetail,
    meaning: Option<Meaning>,
) -> (Meaning, Vec<SigningLine>) {
    let refused = |lines: &[SigningLine]| lines.iter().filter(|line| line.refused.is_some()).count();
    let first = meaning.unwrap_or(Meaning::Authorship);
    let made = lines(viewer, detail, first);
    if meaning.is_none() && refused(&made) > 0 {
        let approved = lines(viewer, detail, Meaning::Approval);
        if refused(&approved) < refused(&made) {
            return (Meaning::Approval, approved);
        }
    }
    (first, made)
}

/// The newest decision of each release that waits, as this viewer would sign it.
fn lines(viewer: &Viewer, detail: &CaseDetail, meaning: Meaning) -> Vec<SigningLine> {
    let newest = newest_of_each_release(&detail.decisions);
    let waiting = detail.decisions.iter().filter(|one| newest.contains(&one.row.decision.id));
    let line = |one: &DecisionDetail| {
        let decision = one.row.decision.clone();
        let refused = viewer.require(Permission::Sign).err().map(|error| error.to_string()).or_else(|| {
            let person = viewer.as_person()?;
            let may = decision::sign(&decision, &person.id, meaning, one.release.four_eyes);
            may.err().map(|error| error.to_string())
        });
        SigningLine {
            statement: statement(&decision, &one.release, meaning),
            digest: one.digest.clone(),
            release: one.release.clone(),
            decision,
            refused,
        }
    };
    waiting.map(line).collect()
}

/// Signs. All of them or none; the entry's evidence lists every record with its digest.
pub fn sign(
    app: &App,
    viewer: &Viewer,
    signing: &Signing,
    reason: &str,
) -> Result<(Case, Vec<Signature>), AppError> {
    viewer.require(Permission::Sign)?;
    let person =
        viewer.as_person().ok_or_else(|| AppError::Denied("a signature needs a person".to_owned()))?;
    let (case, mut lines) = prepare(app, viewer, &signing.case, &[], signing.meaning)?;
    keep_chosen(&mut lines, &signing.decisions)?;
    password::authenticate_to_sign(app, person, &signing.password)?;
    let mut act = app.act(viewer, "decision.sign", reason);
    act.authentication = Authentication::Password;
    let labels = lines.iter().map(|line| line.decision.audience.clone());
    act.audience = one_label(labels)?.unwrap_or_else(|| case.audience.clone());
    let written = app.store.write(&act, |tx| {
        // Roles as they are now, not as they were when the session began.
        let person = tx
            .person(&person.id)?
            .filter(|person| person.may(Permission::Sign))
            .ok_or_else(|| AppError::Denied(format!("{} may no longer sign decisions", person.name)))?;
        still_as_shown(tx, &lines)?;
        let decisions: Vec<Decision> = lines.iter().map(|line| line.decision.clone()).collect();
        check(&decisions, app.today())?;
        let signed_at = signed_at(app, signing.zone.clone());
        let mut signatures = Vec::with_capacity(lines.len());
        for line in &lines {
            signatures.push(sign_one(app, tx, &person, line, signing.meaning, &signed_at)?);
        }
        let list: String = lines
            .iter()
            .zip(&signatures)
            .map(|(line, signature)| {
                format!("{} {} {}\n", line.decision.id, line.release.name, signature.digest)
            })
            .collect();
        let evidence = tx.evidence(&list)?;
        tx.receipt("signed", i64::try_from(signatures.len()).unwrap_or(i64::MAX))?;
        tx.receipt("signed_records", evidence)?;
        let names: Vec<&str> = lines.iter().map(|line| line.release.name.as_str()).collect();
        tx.summary(format!(
            "{}: {} signed {} of {} as {}",
            case.label(),
            person.name,
            if signatures.len() == 1 { "the decision" } else { "the decisions" },
            names.join(", "),
            signing.meaning.as_str()
        ));
        Ok::<_, AppError>(signatures)
    })?;
    ledger::checkpoint_after(app);
    Ok((case, written.value))
}

/// The exact statement of a signature.
#[must_use]
pub fn statement(decision: &Decision, release: &DecidedRelease, meaning: Meaning) -> String {
    let meaning = match meaning {
        Meaning::Authorship => "I made this decision",
        Meaning::Review => "I reviewed this decision",
        Meaning::Approval => "I approve this decision",
        Meaning::Responsibility => "I am responsible for this decision",
    };
    let mut text = format!(
        "{meaning}: {} {} is {} with regard to {}",
        release.product_name,
        release.version,
        words(decision.status),
        decision.names.replace(' ', ", ")
    );
    if let Some(justification) = decision.justification {
        text.push_str(&format!(" ({})", justification.as_str()));
    }
    if let Some(risk) = decision.risk {
        text.push_str(&format!("; the residual risk to the patient is {}", risk.as_str()));
    }
    text.push('.');
    text
}

/// Where a proposal came after a reopened decision on the same release, only the proposal is to be signed.
fn newest_of_each_release(decisions: &[DecisionDetail]) -> Vec<DecisionId> {
    let mut newest = BTreeMap::new();
    for one in decisions.iter().filter(|one| one.row.decision.state.is_open()) {
        newest.insert(&one.row.decision.release, &one.row.decision.id);
    }
    newest.into_values().cloned().collect()
}

fn keep_chosen(
    lines: &mut Vec<SigningLine>,
    chosen: &[(DecisionId, Option<String>)],
) -> Result<(), AppError> {
    let mut errors = Vec::new();
    for (id, digest) in chosen {
        match lines.iter().find(|line| line.decision.id == *id) {
            None => {
                return Err(AppError::Conflict(format!("decision {id} no longer waits for a signature")));
            }
            Some(line) if digest.as_ref().is_some_and(|digest| *digest != line.digest) => {
                return Err(changed_meanwhile(&line.release));
            }
            Some(_) => {}
        }
    }
    if !chosen.is_empty() {
        lines.retain(|line| chosen.iter().any(|(id, _)| *id == line.decision.id));
    }
    if lines.is_empty() {
        return Err(AppError::Conflict("no decision of this case waits for a signature".to_owned()));
    }
    for line in lines.iter() {
        if let Some(refused) = &line.refused {
            errors.push(FieldError::new("signer", format!("{}: {refused}", line.release.name)));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(AppError::Invalid(errors)) }
}

fn still_as_shown(tx: &Tx<'_>, lines: &[SigningLine]) -> Result<(), AppError> {
    for line in lines {
        if tx.decision_digest(&line.decision.id)?.as_ref() != Some(&line.digest) {
            return Err(changed_meanwhile(&line.release));
        }
    }
    Ok(())
}

fn changed_meanwhile(release: &DecidedRelease) -> AppError {
    AppError::Conflict(format!(
        "the decision for {} was changed since it was shown: read it again before you sign",
        release.name
    ))
}

/// RFC 3339 with the zone's name, to the second.
fn signed_at(app: &App, zone: Option<TimeZone>) -> String {
    let zoned = app.now().to_zoned(zone.unwrap_or_else(|| app.zone.clone()));
    zoned.round(Unit::Second).unwrap_or(zoned).to_string()
}

fn sign_one(
    app: &App,
    tx: &mut Tx<'_>,
    person: &Person,
    line: &SigningLine,
    meaning: Meaning,
    signed_at: &str,
) -> Result<Signature, AppError> {
    let gate = |error: &GateError| AppError::Invalid(vec![field_error(error)]);
    let next = decision::sign(&line.decision, &person.id, meaning, line.release.four_eyes)
        .map_err(|error| gate(&error))?;
    let signed = Decision { state: next, ..line.decision.clone() };
    give_way(tx, &signed)?;
    tx.change_decision(&signed)?;
    let digest = tx
        .decision_digest(&signed.id)?
        .ok_or_else(|| AppError::Defect(format!("decision {} has no open version", signed.id)))?;
    let signature = Signature {
        id: SignatureId(app.id()),
        noun: "decision".to_owned(),
        record: signed.id.0.clone(),
        digest,
        person: person.id.clone(),
        printed_name: person.name.clone(),
        meaning,
        statement: line.statement.clone(),
        signed_at: signed_at.to_owned(),
        authentication: Authentication::Password.as_str().to_owned(),
    };
    tx.add_signature(&signature, &signed.audience)?;
    Ok(signature)
}

/// What stood before on the same release is superseded or, unsigned, withdrawn.
fn give_way(tx: &mut Tx<'_>, signed: &Decision) -> Result<(), AppError> {
    for row in tx.decisions_of_case(&signed.case)? {
        let mut earlier = row.decision;
        if earlier.release != signed.release || earlier.id == signed.id || earlier.state.is_final() {
            continue;
        }
        earlier.state = match earlier.state {
            DecisionState::Signed | DecisionState::Reopened => DecisionState::Superseded,
            _ => DecisionState::Withdrawn,
        };
        tx.change_decision(&earlier)?;
    }
    Ok(())
}
