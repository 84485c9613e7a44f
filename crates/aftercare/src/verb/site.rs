//! `aftercare site add | list | import | forget | forgotten`.

use app::site::{self, NewSite};
use serde_json::json;
use store::{page::Page, site::SiteSort};

use super::table_import;
use crate::{
    answer::{self, Outcome, Table},
    cli::{Global, Site},
    place,
};

/// Runs a verb of sites.
pub(crate) fn run(global: &Global, command: Site) -> anyhow::Result<Outcome> {
    let place = place::open(global)?;
    match command {
        Site::Add { name, country, customer, city, contact } => {
            let new = NewSite { name, customer, country, city, contact, audience: None };
            let site = site::add(&place.app, &place.viewer, new)?;
            let answer = json!({ "id": site.id.0, "name": site.name, "country": site.country });
            answer::say(global.format, &answer, &format!("Site {} added.", site.name))?;
        }
        Site::List(shown) => {
            let page = Page::first(u32::try_from(shown.limit).unwrap_or(u32::MAX));
            let listed = site::list(&place.app, &place.viewer, place.as_of, None, SiteSort::Name, &page)?;
            let mut table = Table::new(&["Site", "Customer", "Country", "City", "Contact", "Units"]);
            for line in &listed.rows {
                table.row(vec![
                    line.name.clone(),
                    line.customer.clone().unwrap_or_default(),
                    line.country.clone(),
                    line.city.clone().unwrap_or_default(),
                    match &line.contact {
                        Some(contact) => contact.clone(),
                        None if line.contact_forgotten => "forgotten".to_owned(),
                        None => String::new(),
                    },
                    answer::count(line.units),
                ]);
            }
            let more = listed.next.is_some();
            let closing = answer::page_closing(listed.rows.len(), more, "site", "sites");
            answer::print(global.format, &json!({ "sites": listed.rows, "more": more }), &table, &closing)?;
        }
        Site::Import(import) => {
            let (file, mode) = table_import::opened(&import)?;
            let reason = global.reason.as_deref().unwrap_or("imported at the console");
            let report = site::import(&place.app, &place.viewer, file, mode, reason)?;
            return table_import::tell(global.format, &report, "site", "sites");
        }
        Site::Forget { site } => {
            let reason = global.reason.as_deref().unwrap_or_default();
            let site = site::forget(&place.app, &place.viewer, &site, reason)?;
            let answer = json!({ "id": site.id.0, "name": site.name, "contact_forgotten": true });
            let sentence = format!(
                "The contact of {} is forgotten: its key is destroyed here. Destroy it in your backups of keys/ too.",
                site.name
            );
            answer::say(global.format, &answer, &sentence)?;
        }
        Site::Forgotten => {
            let mut table = Table::new(&["Site", "Forgotten at", "Entry"]);
            let mut rows = Vec::new();
            for one in site::forgotten(&place.app, &place.viewer, place.as_of)? {
                let name = one.site_name.unwrap_or_else(|| one.site.0.clone());
                rows.push(
                    json!({ "site": name, "subject": one.subject, "at": one.at, "sequence": one.sequence }),
                );
                table.row(vec![name, one.at, one.sequence.to_string()]);
            }
            let closing = answer::some(rows.len() as i128, "forgotten contact", "forgotten contacts");
            answer::print(global.format, &json!({ "forgotten": rows }), &table, &closing)?;
        }
    }
    Ok(Outcome::Done)
}
