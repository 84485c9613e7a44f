//! `aftercare unit add | list | import`.

use app::unit::{self, NewUnit};
use serde_json::json;
use store::{page::Page, unit::UnitFilter};

use super::table_import;
use crate::{
    answer::{self, Outcome, Table},
    cli::{Global, Unit},
    place,
};

/// Runs a verb of units.
pub(crate) fn run(global: &Global, command: Unit) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    match command {
        Unit::Add { serial, product, release, site, installed_at } => {
            let new = NewUnit { serial, product, release, site, installed_at, ..NewUnit::default() };
            let unit = unit::add(&place.app, &place.viewer, new)?;
            let answer = json!({ "id": unit.id.0, "serial": unit.serial });
            answer::say(global.format, &answer, &format!("Unit {} added.", unit.serial))?;
        }
        Unit::List(shown) => {
            let page = Page::first(u32::try_from(shown.limit).unwrap_or(u32::MAX));
            let listed = unit::list(&place.app, &place.viewer, place.as_of, &UnitFilter::All, &page)?;
            let mut table = Table::new(&["Serial", "Product", "Release", "Site", "Country", "Installed"]);
            for line in &listed.rows {
                table.row(vec![
                    line.serial.clone(),
                    line.product.clone(),
                    line.release.clone().unwrap_or_else(|| "unknown".to_owned()),
                    line.site.clone().unwrap_or_default(),
                    line.country.clone().unwrap_or_default(),
                    line.installed_at.clone().unwrap_or_default(),
                ]);
            }
            let more = listed.next.is_some();
            let closing = answer::page_closing(listed.rows.len(), more, "unit", "units");
            answer::print(global.format, &json!({ "units": listed.rows, "more": more }), &table, &closing)?;
        }
        Unit::Import(import) => {
            let (file, mode) = table_import::opened(&import)?;
            let reason = global.reason.as_deref().unwrap_or("imported at the console");
            let report = unit::import(&place.app, &place.viewer, file, mode, reason)?;
            return table_import::tell(global.format, &report, "unit", "units");
        }
    }
    Ok(Outcome::Done)
}
