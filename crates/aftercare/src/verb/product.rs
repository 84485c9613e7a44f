//! `aftercare product add | list`.

use app::product::{self, NewProduct};
use serde_json::json;
use store::{page::Page, product::ProductSort};

use crate::{
    answer::{self, Outcome, Table},
    cli::{Global, Product},
    place,
};

/// Runs a verb of products.
pub(crate) fn run(global: &Global, command: Product) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    match command {
        Product::Add { name, slug, family, udi_di, software_class, four_eyes, audience } => {
            let new = NewProduct {
                name,
                slug,
                family,
                udi_di,
                software_class,
                four_eyes,
                audience,
                ..NewProduct::default()
            };
            let product = product::add(&place.app, &place.viewer, new)?;
            let answer = json!({ "id": product.id.0, "slug": product.slug, "name": product.name });
            answer::say(
                global.format,
                &answer,
                &format!("Product {} added as {}.", product.name, product.slug),
            )?;
        }
        Product::List => {
            let page = Page::first(10_000);
            let listed = product::list(&place.app, &place.viewer, place.as_of, ProductSort::Name, &page)?;
            let mut table = Table::new(&["Product", "Name", "Releases", "Units", "Release unknown"]);
            for line in &listed.rows {
                table.row(vec![
                    line.slug.clone(),
                    line.name.clone(),
                    answer::count(line.releases),
                    answer::count(line.units),
                    answer::count(line.units_with_unknown_release),
                ]);
            }
            let closing = answer::listed(listed.rows.len(), listed.next.is_some(), "product", "products");
            answer::print(global.format, &json!({ "products": listed.rows }), &table, &closing)?;
        }
    }
    Ok(Outcome::Done)
}
