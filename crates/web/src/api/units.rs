//! Fielded units by serial number.

use app::unit::{self, UnitLine};
use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{json, moment};
use crate::{asked::Asked, sought, state::Portal};

/// A page of the units.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnitList {
    units: Vec<Unit>,
    /// Give it as `after` for the next page; null on the last one.
    next: Option<String>,
}

/// A fielded unit.
#[derive(Serialize, ToSchema)]
struct Unit {
    id: String,
    /// Unique within the product.
    serial: String,
    /// Slug of the product.
    product: String,
    /// Version of the installed release; null: never read, so it counts as affected until it is.
    release: Option<String>,
    site: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: Option<String>,
    udi_di: Option<String>,
    udi_pi: Option<String>,
    /// ISO 8601 date.
    installed_at: Option<String>,
    /// Need-to-know label.
    audience: String,
}

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let (as_of, viewer) = (moment(app, asked)?, asked.viewer()?);
            let filter = sought::units(app, viewer, as_of, asked)?;
            let page = sought::page(asked, sought::limit(asked, super::ROWS, super::MOST)?)?;
            let listed = unit::list(app, viewer, as_of, &filter, &page)?;
            json(&UnitList {
                units: listed.rows.into_iter().map(Unit::from).collect(),
                next: listed.next.as_ref().map(sought::place),
            })
        })
        .await
}

impl From<UnitLine> for Unit {
    fn from(line: UnitLine) -> Self {
        Self {
            id: line.id,
            serial: line.serial,
            product: line.product,
            release: line.release,
            site: line.site,
            country: line.country,
            udi_di: line.udi_di,
            udi_pi: line.udi_pi,
            installed_at: line.installed_at,
            audience: line.audience,
        }
    }
}
