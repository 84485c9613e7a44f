//! Signing what waits in a case: the form with every exact statement, and what was sent.

use app::{
    AppError,
    signing::{self, Signing, SigningLine as Line},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{id::DecisionId, signature::Meaning};

use super::{
    case::{self, Known, Sent},
    problems,
};
use crate::{
    answer::go,
    asked::Asked,
    state::Portal,
    view::{
        field::{Problem, Problems},
        href,
        sign::{MeaningChoice, SigningForm, SigningLine},
    },
};

const FIELDS: [(&str, &str); 4] =
    [("meaning", "meaning"), ("signer", "records"), ("releases", "records"), ("records", "records")];

pub(crate) async fn post(State(portal): State<Portal>, Path(name): Path<String>, asked: Asked) -> Response {
    portal
        .respond(asked, move |app, asked| {
            let viewer = asked.viewer()?;
            let done = sent(&name, asked)
                .and_then(|signing| signing::sign(app, viewer, &signing, asked.fields.value("reason")));
            match done {
                Ok((case, _)) => Ok(go(&href::with(&href::case(&case.label()), &[("done", "signed")]))),
                // Somebody may have signed it all meanwhile: then there is no form to show the error in.
                Err(error) => case::held(app, asked, &name, error, |known, error| {
                    let form = form(asked, known)?.map(|form| mended(form, error, asked));
                    Ok(form.map(|form| Sent { signing: Some(form), ..Sent::default() }))
                }),
            }
        })
        .await
}

/// The form for what waits; none when nothing does.
pub(super) fn form(asked: &Asked, known: &Known) -> Result<Option<SigningForm>, AppError> {
    let viewer = asked.viewer()?;
    let detail = &known.file.detail;
    let chosen = Meaning::parse(asked.fields.value("meaning"));
    let (meaning, lines) = signing::offered(viewer, detail, chosen);
    if lines.is_empty() {
        return Ok(None);
    }
    let session = asked.session()?;
    Ok(Some(SigningForm {
        action: format!("{}/sign", href::case(&detail.case.label())),
        form_token: session.csrf.clone(),
        lines: lines.into_iter().map(|line| shown(line, meaning)).collect(),
        meanings: Meaning::ALL
            .into_iter()
            .map(|one| MeaningChoice {
                value: one.as_str().to_owned(),
                words: words(one).to_owned(),
                chosen: one == meaning,
            })
            .collect(),
        reason: String::new(),
        name: viewer.actor.printed(),
        role: crate::frame::roles(asked)?,
        problems: Problems::default(),
        refused: None,
    }))
}

fn shown(line: Line, meaning: Meaning) -> SigningLine {
    let lead = format!("{}: ", words(meaning));
    SigningLine {
        value: format!("{}:{}", line.decision.id, line.digest),
        statement: line.statement.strip_prefix(&lead).unwrap_or(&line.statement).to_owned(),
        chosen: line.refused.is_none(),
        refused: line.refused,
    }
}

fn sent(case: &str, asked: &Asked) -> Result<Signing, AppError> {
    let chosen = asked.fields.0.iter().filter(|(name, _)| name == "decision");
    let decisions: Vec<(DecisionId, Option<String>)> = chosen
        .filter_map(|(_, value)| value.split_once(':'))
        .map(|(id, digest)| (DecisionId(id.to_owned()), Some(digest.to_owned())))
        .collect();
    // Nothing named would mean everything to the record, and nobody meant that.
    if decisions.is_empty() {
        return Err(AppError::invalid("records", "choose what you sign"));
    }
    let meaning = Meaning::parse(asked.fields.value("meaning"))
        .ok_or_else(|| AppError::invalid("meaning", "choose what your signature means"))?;
    let password = asked.fields.value("password").to_owned();
    Ok(Signing { case: case.to_owned(), decisions, meaning, password, zone: None })
}

/// The form with what was typed and what is wrong with it. A password is never shown again.
fn mended(mut form: SigningForm, error: &AppError, asked: &Asked) -> SigningForm {
    form.reason = asked.fields.value("reason").to_owned();
    for line in &mut form.lines {
        line.chosen = asked.fields.0.iter().any(|(name, value)| name == "decision" && *value == line.value);
    }
    if let AppError::Unauthenticated(text) = error {
        form.problems.all.push(Problem { field: "password", text: format!("Not signed: {text}.") });
    } else {
        (form.problems, form.refused) = problems::of(error, &FIELDS);
        form.refused = form.refused.map(|text| format!("{text}."));
    }
    form
}

fn words(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Authorship => "I made this decision",
        Meaning::Review => "I reviewed this decision",
        Meaning::Approval => "I approve this decision",
        Meaning::Responsibility => "I am responsible for this decision",
    }
}
