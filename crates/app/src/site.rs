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
    forgotten::Forgotten,
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
    /// Contact; none also when it was forgotten.
    pub contact: Option<String>,
    /// There was a contact, and it was forgotten: nobody can read it any more.
    pub contact_forgotten: bool,
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
    let sealed = sealed(app, vec![site.clone()])?;
    app.store.write(&act, |tx| {
        if !tx.site_names_taken(std::slice::from_ref(&site.name))?.is_empty() {
            return Err(AppError::Conflict(format!(
                "there is already a site `{}`; give this one a name that tells them apart, such as its ward or city",
                site.name
            )));
        }
        tx.add_sites(&sealed)?;
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
        let had_contact = row.site.contact.is_some();
        let site = opened(app, row.site)?;
        Ok::<_, AppError>(SiteLine {
            id: site.id.0,
            name: site.name,
            customer: site.customer,
            country: site.country,
            city: site.city,
            contact_forgotten: had_contact && site.contact.is_none(),
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
    // Changes go first: a part that fails leaves fewer surprises than a site twice.
    let fresh = changed.len();
    let sites = sealed(app, changed.into_iter().chain(added.into_iter().map(|(_, site)| site)).collect())?;
    let items: Vec<(bool, Site)> =
        sites.into_iter().enumerate().map(|(place, site)| (place >= fresh, site)).collect();
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

/// Forgets the contact of a site: an act on the ledger's list, then its key is destroyed. The row and every digest stay; the
/// contact reads "forgotten", also as of an earlier day. A new contact gets a key of its own.
pub fn forget(app: &App, viewer: &Viewer, reference: &str, reason: &str) -> Result<Site, AppError> {
    viewer.require(Permission::Administer)?;
    if reason.trim().is_empty() {
        return Err(AppError::invalid("reason", "say why, without repeating the contact"));
    }
    let site = app.store.read(AsOf::Now, |view| resolve(view, viewer, reference))?;
    let mut act = app.act(viewer, "site.forget", reason);
    act.audience = site.audience.clone();
    let written = app.store.write(&act, |tx| {
        let site =
            tx.site(&site.id, &viewer.audiences)?.ok_or_else(|| AppError::not_found("site", &site.name))?;
        let subject = contact_key(app, &site)?.subject;
        if site.contact.is_none() || opened(app, site.clone())?.contact.is_none() {
            return Err(AppError::Conflict(format!("site {} has no contact to forget", site.name)));
        }
        tx.forget(&subject, &site.id, &site.audience)?;
        tx.summary(format!("Forgot the contact of site {}", site.name));
        Ok::<_, AppError>((site, subject))
    })?;
    let (site, subject) = written.value;
    // After the row: a crash in between is made good when the workspace is opened next.
    app.vault.forget(&subject)?;
    Ok(Site { contact: None, ..site })
}

/// Those whose contact was forgotten, oldest first.
pub fn forgotten(app: &App, viewer: &Viewer, as_of: AsOf) -> Result<Vec<Forgotten>, AppError> {
    viewer.require(Permission::ReadLedger)?;
    Ok(app.store.read(as_of, |view| view.forgotten(&viewer.audiences))?)
}

/// Destroys the keys of everybody on the ledger's list that came back, with a backup or because a process was killed;
/// answers how many.
pub fn apply_forgotten(app: &App) -> Result<u64, AppError> {
    let mut applied = 0;
    for subject in app.store.read(AsOf::Now, |view| view.forgotten_subjects())? {
        if !app.vault.is_forgotten(&subject)? {
            app.vault.forget(&subject)?;
            applied += 1;
        }
    }
    Ok(applied)
}

/// The sites as the record keeps them.
fn sealed(app: &App, mut sites: Vec<Site>) -> Result<Vec<Site>, AppError> {
    let mut places = Vec::new();
    let mut texts = Vec::new();
    for (place, site) in sites.iter().enumerate() {
        if let Some(contact) = &site.contact {
            places.push(place);
            texts.push((contact_key(app, site)?.subject, contact.clone()));
        }
    }
    for (place, sealed) in places.into_iter().zip(app.seal_all(&texts)?) {
        if let Some(site) = sites.get_mut(place) {
            site.contact = Some(sealed);
        }
    }
    Ok(sites)
}

/// The site with its contact in clear; none when it was forgotten.
fn opened(app: &App, site: Site) -> Result<Site, AppError> {
    let contact = match &site.contact {
        Some(contact) => {
            let key = contact_key(app, &site)?;
            match app.vault.unseal(&key.subject, contact) {
                // It was sealed under a key that is destroyed, and somebody else has a new one.
                Err(StoreError::Damaged { .. }) if key.renewed => None,
                opened => opened?,
            }
        }
        None => None,
    };
    Ok(Site { contact, ..site })
}

/// Whose key seals a site's contact now.
struct ContactKey {
    subject: String,
    /// An earlier one was destroyed.
    renewed: bool,
}

fn contact_key(app: &App, site: &Site) -> Result<ContactKey, AppError> {
    let first = subject(&site.id);
    let mut key = ContactKey { subject: first.clone(), renewed: false };
    let mut number = 1;
    while app.vault.is_forgotten(&key.subject)? {
        number += 1;
        key = ContactKey { subject: format!("{first}:{number}"), renewed: true };
    }
    Ok(key)
}
