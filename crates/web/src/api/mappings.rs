//! What people said of parts without an identity, and saying it; the blind spots of a release with what they may be.

use app::{
    AppError,
    mapping::{self, AskedPart, NewMapping, Saying, blind_spot},
};
use axum::{extract::State, response::Response};
use domain::mapping::RawPart;
use serde_json::json;

use super::{json as answer, moment};
use crate::{
    asked::{Asked, Fields},
    sought,
    state::Portal,
};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let release = asked.parameter("release");
            let lines = mapping::list(app, asked.viewer()?, moment(app, asked)?, release)?;
            answer(&json!({ "mappings": lines }))
        })
        .await
}

/// Says something: the fields of the form on the page of blind spots, and a part by `name` instead of `component`.
pub(crate) async fn post(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let (fields, viewer) = (&asked.fields, asked.viewer()?);
            let line = match fields.value("do") {
                "withdraw" => mapping::withdraw(app, viewer, fields.value("mapping"), fields.value("why"))?,
                _ => mapping::rule(app, viewer, &new(fields)?)?,
            };
            answer(&line)
        })
        .await
}

pub(crate) async fn blind_spots(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let release = asked
                .parameter("release")
                .ok_or_else(|| AppError::invalid("release", "name the release, slug@version"))?;
            let after = asked.parameter("after").map(str::parse::<i64>).transpose();
            let after = after.map_err(|_| AppError::invalid("after", "take it from the page before"))?;
            let limit = sought::limit(asked, super::ROWS, super::MOST)? as usize;
            let as_of = moment(app, asked)?;
            answer(&blind_spot::list(app, asked.viewer()?, as_of, release, after, limit)?)
        })
        .await
}

fn new(fields: &Fields) -> Result<NewMapping, AppError> {
    let text = |name: &str| fields.text(name).map(str::to_owned);
    let target = || text("target").ok_or_else(|| AppError::invalid("target", "name the product"));
    let saying = match fields.value("do") {
        "confirm" => Saying::Is(target()?),
        "reject" => Saying::IsNot(target()?),
        "no_public_identity" => Saying::NoPublicIdentity,
        _ => {
            let words = "one of: confirm, reject, no_public_identity, withdraw";
            return Err(AppError::invalid("do", words));
        }
    };
    let part = match text("component") {
        Some(component) => AskedPart::OfRelease(component),
        None => AskedPart::Named(RawPart {
            name: text("name").unwrap_or_default(),
            version: text("version"),
            supplier: text("supplier"),
            purl: text("purl"),
        }),
    };
    Ok(NewMapping {
        part,
        scope: fields.value("scope").to_owned(),
        release: text("release"),
        product: text("product"),
        saying,
        version_rule: fields.value("version_rule").to_owned(),
        why: fields.value("why").to_owned(),
    })
}
