//! `aftercare release add | list`.

use app::{
    product,
    release::{self, NewRelease},
};
use serde_json::json;
use store::{
    page::Page,
    release::{ReleaseFilter, ReleaseSort},
};

use crate::{
    answer::{self, Outcome, Table},
    cli::{Global, Release},
    place,
};

/// Runs a verb of releases.
pub(crate) fn run(global: &Global, command: Release) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    match command {
        Release::Add { product, version, parent, released_on, audience } => {
            let new = NewRelease { product, version, parent, released_on, audience, ..NewRelease::default() };
            let release = release::add(&place.app, &place.viewer, new)?;
            let answer = json!({ "id": release.id.0, "version": release.version });
            answer::say(global.format, &answer, &format!("Release {} added.", release.version))?;
        }
        Release::List { product } => {
            let filter = match product {
                None => ReleaseFilter::All,
                Some(product) => ReleaseFilter::Product(
                    product::resolve_product(&place.app, &place.viewer, place.as_of, &product)?.id,
                ),
            };
            let page = Page::first(10_000);
            let sort = ReleaseSort::Version;
            let listed = release::list(&place.app, &place.viewer, place.as_of, &filter, sort, &page)?;
            let mut table = Table::new(&["Release", "Released", "Stage", "Units", "Sites", "Components"]);
            for line in &listed.rows {
                table.row(vec![
                    line.reference.clone(),
                    line.released_on.clone().unwrap_or_default(),
                    line.stage.clone(),
                    answer::count(line.units),
                    answer::count(line.sites),
                    line.components.map_or_else(|| "no SBOM".to_owned(), answer::count),
                ]);
            }
            let closing = answer::listed(listed.rows.len(), listed.next.is_some(), "release", "releases");
            answer::print(global.format, &json!({ "releases": listed.rows }), &table, &closing)?;
        }
    }
    Ok(Outcome::Done)
}
