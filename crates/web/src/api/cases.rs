//! Cases with the state of their decisions.

use app::{
    AppError,
    case::{self, CaseCursor, CaseFilter, CaseRow, CaseSort, OwnerFilter},
};
use axum::{extract::State, response::Response};
use domain::{case::CaseStage, id::PersonId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{json, moment, word};
use crate::{asked::Asked, sought, state::Portal};

/// A page of the cases.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaseList {
    cases: Vec<Case>,
    /// Give it as `after` for the next page; null on the last one.
    next: Option<String>,
}

/// A case.
#[derive(Serialize, ToSchema)]
struct Case {
    id: String,
    /// `CASE-0147`
    number: String,
    title: String,
    /// Shown name of its vulnerability.
    vulnerability: String,
    /// Stable word of its stage.
    stage: String,
    /// Id of the person who owns it.
    owner: Option<String>,
    /// ISO 8601 date.
    due: Option<String>,
    /// When the firm learned of it, RFC 3339.
    learned_at: String,
    /// Worst harm; null: nobody judged.
    harm: Option<String>,
    exploitability: Option<String>,
    /// Need-to-know label.
    audience: String,
    /// Its decisions by state.
    decisions: Vec<DecisionCount>,
}

/// Decisions in one state.
#[derive(Serialize, ToSchema)]
struct DecisionCount {
    state: String,
    decisions: i64,
}

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let as_of = moment(app, asked)?;
            let stages = CaseStage::ALL.map(|stage| (stage.as_str(), stage));
            let mut filter = match word(asked, "stage", &stages)? {
                Some(stage) => CaseFilter { stages: vec![stage], ..CaseFilter::all() },
                None => CaseFilter::all(),
            };
            filter.owner = match asked.parameter("owner") {
                None => OwnerFilter::Any,
                Some("nobody") => OwnerFilter::Nobody,
                Some(id) => OwnerFilter::Person(PersonId(id.to_owned())),
            };
            let sorts = [
                ("number", CaseSort::Number),
                ("due", CaseSort::Due),
                ("learned", CaseSort::Learned),
                ("harm", CaseSort::Harm),
            ];
            let sort = word(asked, "sort", &sorts)?.unwrap_or_default();
            let after = asked.parameter("after").map(cursor).transpose()?;
            let limit = sought::limit(asked, super::ROWS, super::MOST)? as usize;
            let listed = case::list(app, asked.viewer()?, as_of, &filter, sort, after.as_ref(), limit)?;
            json(&CaseList {
                cases: listed.rows.into_iter().map(Case::from).collect(),
                next: listed.next.map(|next| format!("{},{},{}", next.number, next.sequence, next.key)),
            })
        })
        .await
}

/// Number, ledger entry of the first page, sort value.
fn cursor(text: &str) -> Result<CaseCursor, AppError> {
    let mut fields = text.splitn(3, ',');
    let mut number = || fields.next()?.parse::<i64>().ok();
    let (number, sequence) = (number(), number());
    match (number, sequence, fields.next()) {
        (Some(number), Some(sequence), Some(key)) => Ok(CaseCursor { key: key.to_owned(), number, sequence }),
        _ => Err(AppError::invalid("after", "take it from the page before")),
    }
}

impl From<CaseRow> for Case {
    fn from(row: CaseRow) -> Self {
        let decisions = row.decisions.iter();
        let decisions = decisions.map(|(state, decisions)| DecisionCount {
            state: state.as_str().to_owned(),
            decisions: *decisions,
        });
        Self {
            number: row.case.label(),
            decisions: decisions.collect(),
            id: row.case.id.0,
            title: row.case.title,
            vulnerability: row.vulnerability,
            stage: row.case.stage.as_str().to_owned(),
            owner: row.case.owner.map(|owner| owner.0),
            due: row.case.due.map(|due| due.to_string()),
            learned_at: row.case.learned_at.to_string(),
            harm: row.case.harm.map(|harm| harm.as_str().to_owned()),
            exploitability: row.case.exploitability.map(|how| how.as_str().to_owned()),
            audience: row.case.audience.0,
        }
    }
}
