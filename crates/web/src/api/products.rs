//! Device models with their counts.

use app::product::{self, ProductLine, ProductSort};
use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::{json, moment, word};
use crate::{asked::Asked, sought, state::Portal};

/// A page of the products.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProductList {
    products: Vec<Product>,
    /// Give it as `after` for the next page; null on the last one.
    next: Option<String>,
}

/// A device model.
#[derive(Serialize, ToSchema)]
struct Product {
    id: String,
    /// Short name, unique.
    slug: String,
    name: String,
    family: Option<String>,
    intended_use: Option<String>,
    udi_di: Option<String>,
    /// IEC 62304: A, B or C.
    software_class: Option<String>,
    /// Whether the approver of a decision must be another person than its assessor.
    four_eyes: bool,
    /// Need-to-know label.
    audience: String,
    releases: i64,
    units: i64,
    units_with_unknown_release: i64,
}

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal
        .respond(asked, |app, asked| {
            let as_of = moment(app, asked)?;
            let sort = word(asked, "sort", &[("name", ProductSort::Name), ("slug", ProductSort::Slug)])?;
            let page = sought::page(asked, sought::limit(asked, super::ROWS, super::MOST)?)?;
            let listed = product::list(app, asked.viewer()?, as_of, sort.unwrap_or_default(), &page)?;
            json(&ProductList {
                products: listed.rows.into_iter().map(Product::from).collect(),
                next: listed.next.as_ref().map(sought::place),
            })
        })
        .await
}

impl From<ProductLine> for Product {
    fn from(line: ProductLine) -> Self {
        Self {
            id: line.id,
            slug: line.slug,
            name: line.name,
            family: line.family,
            intended_use: line.intended_use,
            udi_di: line.udi_di,
            software_class: line.software_class,
            four_eyes: line.four_eyes,
            audience: line.audience,
            releases: line.releases,
            units: line.units,
            units_with_unknown_release: line.units_with_unknown_release,
        }
    }
}
