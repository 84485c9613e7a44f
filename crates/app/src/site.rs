//! Customers' sites: adding, listing, importing. Contacts are sealed before the record sees them and opened for who may read.

use std::{collections::HashMap, io::Read};

use domain::{
    audience::Audience,
    id::{ReleaseId, SiteId},
    ledger::AsOf,
    person::Permission,
    site::{Site, is_country},
};
use serde::Serialize;
use store::{
    StoreError, View,
    page::Page,
    site::{SiteSort, subject},
};

use crate::{
    App, AppError, FieldError, Viewer,
    product::{Listed, given, label, next},
    table_import::{Line, Mode, Sheet, TableReport},
};

pub use store::unit::UnitsBySite;

/// A site to add.
#[derive(Clone, Debug, Default)]
pub struct NewSite {
    /// Name.
    pub name: String,
    /// Customer.
    pub customer: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// City.
    pub city: Option<String>,
    /// Contact, in clear.
    pub contact: Option<String>,
    /// Need-to-know label; `general` when left out.
    pub audience: Option<String>,
}

/// A site in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SiteLine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Customer.
    pub customer: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// City.
    pub city: Option<String>,
    /// Contact; none also when its key was destroyed.
    pub contact: Option<String>,
    /// Need-to-know label.
    pub audience: String,
    /// Number of units there.
    pub units: i64,
}

/// The columns of a table of sites.
const COLUMNS: &[&str] = &["name", "customer", "country", "city", "contact"];
const NAME: usize = 0;
const CUSTOMER: usize = 1;
const COUNTRY: usize = 2;
const CITY: usize = 3;
const CONTACT: usize = 4;

/// Adds a site.
pub fn add(app: &App, viewer: &Viewer, new: NewSite) -> Result<Site, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    let site = checked(app, viewer, new)?;
    let mut act = app.act(viewer, "site.add", format!("New site {}", site.name));
    act.audience = site.audience.clone();
    let sealed = sealed(app, &site)?;
    app.store.write(&act, |tx| {
        if !tx.site_names_taken(std::slice::from_ref(&site.name))?.is_empty() {
            return Err(AppError::Conflict(format!(
                "there is already a site `{}`; give this one a name that tells them apart, such as its ward or city",
                site.name
            )));
        }
        tx.add_sites(std::slice::from_ref(&sealed))?;
        tx.summary(format!("Added site {} ({})", site.name, site.country));
        Ok::<_, AppError>(())
    })?;
    Ok(site)
}

/// A page of the sites; `country` narrows it.
pub fn list(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    country: Option<&str>,
    sort: SiteSort,
    page: &Page,
) -> Result<Listed<SiteLine>, AppError> {
    viewer.require(Permission::Read)?;
    let rows = app.store.read(as_of, |view| view.sites(&viewer.audiences, country, sort, page))?;
    let next = next(&rows, page, |row| (sort.key(&row.site).to_owned(), row.site.id.0.clone()));
    let line = |row: store::site::SiteRow| {
        let site = opened(app, row.site)?;
        Ok::<_, AppError>(SiteLine {
            id: site.id.0,
            name: site.name,
            customer: site.customer,
            country: site.country,
            city: site.city,
            contact: site.contact,
            audience: site.audience.0,
            units: row.units,
        })
    };
    Ok(Listed { rows: rows.into_iter().map(line).collect::<Result<_, _>>()?, next })
}

/// The units of releases by site; those at an unknown place come last.
pub fn units_by_site(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    releases: &[ReleaseId],
) -> Result<Vec<UnitsBySite>, AppError> {
    viewer.require(Permission::Read)?;
    Ok(app.store.read(as_of, |view| view.units_by_site(releases, &viewer.audiences))?)
}

/// The number of sites with at least one unit.
pub fn count_with_units(app: &App, viewer: &Viewer, as_of: AsOf) -> Result<u64, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| {
        let mut page = Page::first(1_000);
        let mut count = 0;
        loop {
            let rows = view.sites(&viewer.audiences, None, SiteSort::Name, &page)?;
            count += rows.iter().filter(|row| row.units > 0).count() as u64;
            let Some(next) = next(&rows, &page, |row| (row.site.name.clone(), row.site.id.0.clone())) else {
                return Ok(count);
            };
            page.after = Some(next);
        }
    })
}

/// The site that is meant: its name or its id. Its contact is sealed.
pub fn resolve(view: &View<'_>, viewer: &Viewer, reference: &str) -> Result<Site, AppError> {
    let reference = reference.trim();
    if let Some(site) = view.site_by_name(reference, &viewer.audiences)? {
        return Ok(site);
    }
    view.site(&SiteId(reference.to_owned()), &viewer.audiences)?
        .ok_or_else(|| AppError::not_found("site", reference))
}

/// The site that is meant, as of a moment: see [`resolve`].
pub fn resolve_site(app: &App, viewer: &Viewer, as_of: AsOf, reference: &str) -> Result<Site, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| resolve(view, viewer, reference))
}

/// Imports a table of sites, all rows or none. A site is known by its name; a column that the file does not have leaves what
/// is there, an empty cell empties it.
pub fn import(
    app: &App,
    viewer: &Viewer,
    input: impl Read,
    mode: Mode,
    reason: &str,
) -> Result<TableReport, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    let mut report = TableReport::default();
    let mut sheet = Sheet::open(input, COLUMNS, &["name", "country"], &mut report)?;
    let known = app.store.read(AsOf::Now, |view| view.all_sites(&viewer.audiences))?;
    let mut known: HashMap<String, Site> = known.into_iter().map(|site| (site.name.clone(), site)).collect();
    let mut seen: HashMap<String, u64> = HashMap::new();
    let (mut added, mut changed) = (Vec::new(), Vec::new());
    while let Some(line) = sheet.next(&mut report)? {
        let Some(mut site) = read(&line, &mut report) else { continue };
        if let Some(first) = seen.insert(site.name.clone(), line.number) {
            report.wrong(
                line.number,
                "name",
                &site.name,
                format!("is on line {first} too; keep one of them"),
            );
            continue;
        }
        let Some(before) = known.remove(&site.name) else {
            site.id = SiteId(app.id());
            report.example(line.number, "add", || format!("{} ({})", site.name, site.country));
            added.push((line.number, site));
            continue;
        };
        let before = opened(app, before)?;
        site.id = before.id.clone();
        site.audience = before.audience.clone();
        let keep = |column, to: &mut Option<String>, from: &Option<String>| {
            if !sheet.has(column) {
                to.clone_from(from);
            }
        };
        keep(CUSTOMER, &mut site.customer, &before.customer);
        keep(CITY, &mut site.city, &before.city);
        keep(CONTACT, &mut site.contact, &before.contact);
        if site == before {
            report.unchanged += 1;
        } else {
            report.example(line.number, "change", || format!("{} ({})", site.name, site.country));
            changed.push(site);
        }
    }
    // Names of sites that the viewer may not know of are taken all the same.
    let names: Vec<String> = added.iter().map(|(_, site)| site.name.clone()).collect();
    let taken = app.store.read(AsOf::Now, |view| view.site_names_taken(&names))?;
    for (line, site) in added.iter().filter(|(_, site)| taken.contains(&site.name)) {
        report.wrong(*line, "name", &site.name, "is taken by a site you may not change; use another name");
    }
    report.added = added.len() as u64;
    report.changed = changed.len() as u64;
    report.sort_errors();
    if mode == Mode::Preview || report.failed() || report.added + report.changed == 0 {
        return Ok(report);
    }
    let act = app.act(viewer, "site.import", reason);
    let added = added.iter().map(|(_, site)| sealed(app, site)).collect::<Result<Vec<_>, _>>()?;
    let changed = changed.iter().map(|site| sealed(app, site)).collect::<Result<Vec<_>, _>>()?;
    // Changes go first: a part that fails leaves fewer surprises than a site twice.
    let items: Vec<(bool, Site)> = changed
        .into_iter()
        .map(|site| (false, site))
        .chain(added.into_iter().map(|site| (true, site)))
        .collect();
    let summary = format!(
        "Imported sites: {} added, {} changed, {} unchanged",
        report.added, report.changed, report.unchanged
    );
    let written = app.store.write_bulk(
        &act,
        "Site import",
        &items,
        |tx, part| {
            let of = |fresh| {
                part.iter().filter(|item| item.0 == fresh).map(|item| item.1.clone()).collect::<Vec<_>>()
            };
            tx.replace_sites(&of(false))?;
            tx.add_sites(&of(true))
        },
        |tx| {
            tx.receipt("added", i64::try_from(report.added).unwrap_or(i64::MAX))?;
            tx.receipt("changed", i64::try_from(report.changed).unwrap_or(i64::MAX))?;
            tx.summary(summary);
            Ok::<_, StoreError>(())
        },
    )?;
    report.written = true;
    report.sequence = Some(written.sequence);
    Ok(report)
}

fn read(line: &Line, report: &mut TableReport) -> Option<Site> {
    let Some(name) = line.value(NAME) else {
        report.wrong(line.number, "name", "", "is empty; every site needs a name");
        return None;
    };
    let country = line.value(COUNTRY).unwrap_or_default().to_uppercase();
    if !is_country(&country) {
        let written = line.value(COUNTRY).unwrap_or_default();
        report.wrong(line.number, "country", written, country_hint(&country));
        return None;
    }
    Some(Site {
        id: SiteId(String::new()),
        name: name.to_owned(),
        customer: line.value(CUSTOMER).map(str::to_owned),
        country,
        city: line.value(CITY).map(str::to_owned),
        contact: line.value(CONTACT).map(str::to_owned),
        audience: Audience::general(),
    })
}

fn country_hint(country: &str) -> &'static str {
    match country {
        "" => "is empty; write the two letters of ISO 3166, such as DE",
        "UK" => "is no country of ISO 3166; the United Kingdom is GB",
        "EL" => "is no country of ISO 3166; Greece is GR",
        _ => "is no country of ISO 3166; write its two letters, such as DE, US or JP",
    }
}

fn checked(app: &App, viewer: &Viewer, new: NewSite) -> Result<Site, AppError> {
    let mut errors = Vec::new();
    let name = new.name.trim().to_owned();
    if name.is_empty() {
        errors.push(FieldError::new("name", "a site needs a name"));
    }
    let country = new.country.trim().to_uppercase();
    if !is_country(&country) {
        errors
            .push(FieldError::new("country", format!("`{}` {}", new.country.trim(), country_hint(&country))));
    }
    let audience = label(viewer, new.audience.as_deref(), &Audience::general()).unwrap_or_else(|error| {
        errors.push(error);
        Audience::general()
    });
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    Ok(Site {
        id: SiteId(app.id()),
        name,
        customer: given(new.customer),
        country,
        city: given(new.city),
        contact: given(new.contact),
        audience,
    })
}

/// The site as the record keeps it.
fn sealed(app: &App, site: &Site) -> Result<Site, AppError> {
    let contact = site.contact.as_deref().map(|contact| app.seal(&subject(&site.id), contact)).transpose()?;
    Ok(Site { contact, ..site.clone() })
}

/// The site with its contact in clear; none when its key was destroyed.
fn opened(app: &App, site: Site) -> Result<Site, AppError> {
    let contact = match &site.contact {
        Some(contact) => app.vault.unseal(&subject(&site.id), contact)?,
        None => None,
    };
    Ok(Site { contact, ..site })
}
