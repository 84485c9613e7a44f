//! Taking decisions of a case back: proposals are withdrawn, signed decisions are opened again.

use app::{App, AppError, Viewer, decision};
use axum::{
    extract::{Path, State},
    response::Response,
};
use domain::{decision::DecisionState, id::DecisionId};

use super::{
    case::{self, Sent},
    problems,
};
use crate::{
    answer::{go, inside},
    asked::Asked,
    state::Portal,
    view::{
        href,
        take_back::{TakeBack, sentence},
    },
};

/// A form that was sent and did not hold.
pub(super) struct Refused {
    decision: String,
    reason: String,
    problem: Option<String>,
}

pub(crate) async fn withdraw(portal: State<Portal>, name: Path<String>, asked: Asked) -> Response {
    take_back(portal, name, asked, "withdrawn", decision::withdraw_all).await
}

pub(crate) async fn reopen(portal: State<Portal>, name: Path<String>, asked: Asked) -> Response {
    take_back(portal, name, asked, "reopened", decision::reopen_all).await
}

type Act = fn(&App, &Viewer, &str, &[DecisionId], &str) -> Result<(), AppError>;

async fn take_back(
    State(portal): State<Portal>,
    Path(name): Path<String>,
    asked: Asked,
    done: &'static str,
    act: Act,
) -> Response {
    portal
        .respond(asked, move |app, asked| {
            let chosen = asked.fields.all("decision");
            let ids: Vec<DecisionId> = chosen.iter().map(|id| DecisionId((*id).to_owned())).collect();
            let reason = asked.fields.value("reason");
            match act(app, asked.viewer()?, &name, &ids, reason) {
                Ok(()) => Ok(match asked.fields.value("next") {
                    "" => go(&href::with(&href::case(&name), &[("done", done)])),
                    next => go(inside(next)),
                }),
                Err(error) => case::held(app, asked, &name, error, |_, error| {
                    let (problems, refused) = problems::of(error, &[("reason", "reason")]);
                    let refused = Refused {
                        decision: chosen.first().copied().unwrap_or_default().to_owned(),
                        reason: reason.to_owned(),
                        problem: sentence(&problems, refused),
                    };
                    Ok(Some(Sent { refused: Some(refused), ..Sent::default() }))
                }),
            }
        })
        .await
}

/// The form beside one decision; none where nothing can be taken back.
pub(super) fn form(
    label: &str,
    token: &str,
    state: DecisionState,
    id: &DecisionId,
    release: &str,
    refused: Option<&Refused>,
) -> Option<TakeBack> {
    let (verb, word, effect) = if state.may_become(DecisionState::Withdrawn) {
        ("Withdraw", "withdraw", "It no longer waits for a signature; it stays readable in the record.")
    } else if state.may_become(DecisionState::Reopened) {
        ("Reopen", "reopen", "Its signature is void from then on, visibly, and the release counts as open.")
    } else {
        return None;
    };
    let refused = refused.filter(|refused| refused.decision == id.0);
    Some(TakeBack {
        action: format!("{}/{word}", href::case(label)),
        form_token: token.to_owned(),
        decision: id.0.clone(),
        verb,
        effect,
        release: release.to_owned(),
        open: refused.is_some(),
        reason: refused.map(|refused| refused.reason.clone()).unwrap_or_default(),
        problem: refused.and_then(|refused| refused.problem.clone()),
    })
}
