//! Fielded versions with their counts.

use app::{
    product,
    release::{self, ReleaseFilter, ReleaseLine, ReleaseSort},
};
use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{json, moment, word};
use crate::{asked::Asked, sought, state::Portal};

/// A page of the releases.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReleaseList {
    releases: Vec<Release>,
    /// Give it as `after` for the next page; null on the last one.
    next: Option<String>,
}

/// A fielded version.
#[derive(Serialize, ToSchema)]
struct Release {
    id: String,
    /// `slug@version`
    reference: String,
    /// Slug of the product.
    product: String,
    product_name: String,
    version: String,
    /// Id of the release it was made from.
    parent: Option<String>,
    configuration: Option<String>,
    /// ISO 8601 date.
    released_on: Option<String>,
    /// `development`, `support`, `limited_support` or `end_of_support`
    stage: String,
    /// Need-to-know label.
    audience: String,
    units: i64,
    /// Known sites where they are.
    sites: i64,
    /// Id of its inventory; null: nothing can warn us.
    inventory: Option<String>,
    components: Option<i64>,
}

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let (as_of, viewer) = (moment(app, asked)?, asked.viewer()?);
            let sorts = [("version", ReleaseSort::Version), ("released_on", ReleaseSort::ReleasedOn)];
            let sort = word(asked, "sort", &sorts)?.unwrap_or_default();
            let without = word(asked, "inventory", &[("none", ())])?.is_some();
            let filter = match (asked.parameter("product"), without) {
                (Some(_), true) => {
                    return Err(app::AppError::invalid("inventory", "give it without a product"));
                }
                (Some(slug), false) => {
                    ReleaseFilter::Product(product::resolve_product(app, viewer, as_of, slug)?.id)
                }
                (None, true) => ReleaseFilter::WithoutInventory,
                (None, false) => ReleaseFilter::All,
            };
            let page = sought::page(asked, sought::limit(asked, super::ROWS, super::MOST)?)?;
            let listed = release::list(app, viewer, as_of, &filter, sort, &page)?;
            json(&ReleaseList {
                releases: listed.rows.into_iter().map(Release::from).collect(),
                next: listed.next.as_ref().map(sought::place),
            })
        })
        .await
}

impl From<ReleaseLine> for Release {
    fn from(line: ReleaseLine) -> Self {
        Self {
            id: line.id,
            reference: line.reference,
            product: line.product,
            product_name: line.product_name,
            version: line.version,
            parent: line.parent,
            configuration: line.configuration,
            released_on: line.released_on,
            stage: line.stage,
            audience: line.audience,
            units: line.units,
            sites: line.sites,
            inventory: line.inventory,
            components: line.components,
        }
    }
}
