//! Fielded units: adding, listing, importing. A unit whose release is unknown counts as affected until it is read.

use std::{collections::HashMap, io::Read};

use domain::{id::UnitId, ledger::AsOf, person::Permission, unit::Unit};
use jiff::civil::Date;
use serde::Serialize;
use store::{page::Page, unit::UnitRow};

use crate::{
    App, AppError, FieldError, Viewer,
    fleet::{Catalogue, Planned},
    product::{self, Listed, given, label, next},
    release, site,
    table_import::{Line, Mode, Sheet, TableReport},
};

pub use store::unit::{Place, UnitFilter};

/// A unit to add.
#[derive(Clone, Debug, Default)]
pub struct NewUnit {
    /// Serial number, unique within the product.
    pub serial: String,
    /// Slug, id or name of the product.
    pub product: String,
    /// Installed release: a version of the product or `slug@version`; none = not known.
    pub release: Option<String>,
    /// Name or id of the site; none = not known.
    pub site: Option<String>,
    /// UDI-DI.
    pub udi_di: Option<String>,
    /// UDI-PI.
    pub udi_pi: Option<String>,
    /// When this release was installed.
    pub installed_at: Option<Date>,
    /// Need-to-know label; that of the product when left out.
    pub audience: Option<String>,
}

/// A unit in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitLine {
    /// Id.
    pub id: String,
    /// Serial number.
    pub serial: String,
    /// Slug of the product.
    pub product: String,
    /// Version of the installed release; none = not known.
    pub release: Option<String>,
    /// Name of the site.
    pub site: Option<String>,
    /// Country of the site.
    pub country: Option<String>,
    /// UDI-DI.
    pub udi_di: Option<String>,
    /// UDI-PI.
    pub udi_pi: Option<String>,
    /// When this release was installed.
    pub installed_at: Option<String>,
    /// Need-to-know label.
    pub audience: String,
}

/// The columns of a table of units.
const COLUMNS: &[&str] = &["serial", "udi_di", "udi_pi", "product", "release", "site", "installed_at"];
const SERIAL: usize = 0;
const UDI_DI: usize = 1;
const UDI_PI: usize = 2;
const PRODUCT: usize = 3;
const RELEASE: usize = 4;
const SITE: usize = 5;
const INSTALLED_AT: usize = 6;

/// Rows that are compared with the record in one go.
const CHUNK: usize = 4_000;

/// Adds a unit.
pub fn add(app: &App, viewer: &Viewer, new: NewUnit) -> Result<Unit, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    let unit = app.store.read(AsOf::Now, |view| {
        let product = product::resolve(view, viewer, &new.product)?;
        let serial = new.serial.trim().to_owned();
        if serial.is_empty() {
            return Err(AppError::invalid("serial", "a unit needs a serial number"));
        }
        let release = match given(new.release) {
            None => None,
            Some(text) => Some(match view.release_by_version(&product.id, &text, &viewer.audiences)? {
                Some(release) => release,
                None => release::resolve(view, viewer, &text)?,
            }),
        };
        if let Some(release) = release.as_ref().filter(|release| release.product != product.id) {
            let message = format!("{} is no release of {}", release.version, product.slug);
            return Err(AppError::invalid("release", message));
        }
        let site = given(new.site).map(|text| site::resolve(view, viewer, &text)).transpose()?;
        Ok(Unit {
            id: UnitId(app.id()),
            serial,
            release: release.map(|release| release.id),
            site: site.map(|site| site.id),
            udi_di: given(new.udi_di).or(product.udi_di),
            udi_pi: given(new.udi_pi),
            installed_at: new.installed_at,
            audience: label(viewer, new.audience.as_deref(), &product.audience)
                .map_err(|error: FieldError| AppError::Invalid(vec![error]))?,
            product: product.id,
        })
    })?;
    let mut act = app.act(viewer, "unit.add", format!("New unit {}", unit.serial));
    act.audience = unit.audience.clone();
    app.store.write(&act, |tx| {
        if !tx.units_by_serial(&unit.product, std::slice::from_ref(&unit.serial))?.is_empty() {
            return Err(AppError::Conflict(format!(
                "there is already a unit {} of this product",
                unit.serial
            )));
        }
        tx.add_units([&unit])?;
        tx.summary(format!("Added unit {}", unit.serial));
        Ok::<_, AppError>(())
    })?;
    Ok(unit)
}

/// A page of the units, by serial number.
pub fn list(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    filter: &UnitFilter,
    page: &Page,
) -> Result<Listed<UnitLine>, AppError> {
    viewer.require(Permission::Read)?;
    let rows = app.store.read(as_of, |view| view.units(&viewer.audiences, filter, page))?;
    let next = next(&rows, page, |row| (row.unit.serial.clone(), row.unit.id.0.clone()));
    Ok(Listed { rows: rows.into_iter().map(line).collect(), next })
}

/// How many units a filter leaves.
pub fn count(app: &App, viewer: &Viewer, as_of: AsOf, filter: &UnitFilter) -> Result<u64, AppError> {
    viewer.require(Permission::Read)?;
    let audiences = &viewer.audiences;
    let counted = app.store.read(as_of, |view| match filter {
        UnitFilter::All => view.count_units(audiences),
        UnitFilter::UnknownRelease(product) => view.units_with_unknown_release(product, audiences),
        UnitFilter::Release(release) => {
            view.count_units_of(audiences, std::slice::from_ref(release), &[], &Place::Any)
        }
        UnitFilter::Releases { releases, unread, place } => {
            view.count_units_of(audiences, releases, unread, place)
        }
        UnitFilter::Serial(_) | UnitFilter::Product(_) | UnitFilter::Site(_) => {
            let rows = view.units(audiences, filter, &Page::first(u32::MAX))?;
            Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
        }
    })?;
    Ok(u64::try_from(counted).unwrap_or_default())
}

/// Imports a table of units, all rows or none. A unit is known by its product and serial number; a column that the file does
/// not have leaves what is there, an empty cell means "not known".
///
/// Above 20,000 rows the act is written in parts. Whatever is wrong is found before the first one; if the machine stops in
/// between, importing the same file again writes the rest.
pub fn import(
    app: &App,
    viewer: &Viewer,
    input: impl Read,
    mode: Mode,
    reason: &str,
) -> Result<TableReport, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    let mut report = TableReport::default();
    let mut sheet = Sheet::open(input, COLUMNS, &["serial"], &mut report)?;
    let catalogue = app.store.read(AsOf::Now, |view| Catalogue::load(view, viewer))?;
    let mut plan =
        Plan { has: COLUMNS.iter().enumerate().map(|(n, _)| sheet.has(n)).collect(), ..Plan::default() };
    if !plan.has[PRODUCT] && !plan.has[RELEASE] && !plan.has[UDI_DI] {
        return Err(AppError::invalid(
            "file",
            "no column tells the product: add `product`, with its slug or name",
        ));
    }
    let mut rows: Vec<(u64, Planned)> = Vec::with_capacity(CHUNK);
    loop {
        let line = sheet.next(&mut report)?;
        if let Some(line) = &line {
            rows.extend(plan.read(line, &catalogue, &mut report).map(|planned| (line.number, planned)));
        }
        if rows.len() == CHUNK || line.is_none() {
            plan.compare(app, viewer, &catalogue, std::mem::take(&mut rows), &mut report)?;
        }
        if line.is_none() {
            break;
        }
    }
    report.sort_errors();
    if mode == Mode::Preview || report.failed() || plan.rows.is_empty() {
        return Ok(report);
    }
    plan.seen = HashMap::new();
    let act = app.act(viewer, "unit.import", reason);
    let written = app.store.write_bulk(
        &act,
        "Unit import",
        &plan.rows,
        |tx, part| {
            let (changed, added): (Vec<&Planned>, Vec<&Planned>) =
                part.iter().partition(|row| row.id.is_some());
            let units = |rows: Vec<&Planned>| -> Vec<Unit> {
                rows.into_iter().map(|row| row.unit(&catalogue, || app.id())).collect()
            };
            let changed = units(changed);
            let ids: Vec<_> = changed.iter().map(|unit| unit.id.clone()).collect();
            if tx.units_changed_after(&ids, catalogue.sequence)? > 0 {
                return Err(AppError::Conflict(
                    "somebody changed units of this table while it was being read; import it again"
                        .to_owned(),
                ));
            }
            tx.replace_units(&changed)?;
            Ok(tx.add_units(&units(added))?)
        },
        |tx| {
            tx.receipt("added", i64::try_from(report.added).unwrap_or(i64::MAX))?;
            tx.receipt("changed", i64::try_from(report.changed).unwrap_or(i64::MAX))?;
            tx.summary(format!(
                "Imported units: {} added, {} changed, {} unchanged",
                report.added, report.changed, report.unchanged
            ));
            Ok::<_, AppError>(())
        },
    )?;
    report.written = true;
    report.sequence = Some(written.sequence);
    Ok(report)
}

/// What an import is going to write.
#[derive(Default)]
struct Plan {
    rows: Vec<Planned>,
    has: Vec<bool>,
    /// Product and serial number of every row so far, with its line.
    seen: HashMap<(u32, Box<str>), u32>,
}

impl Plan {
    /// One row, resolved against the catalogue; none when something in it is wrong.
    fn read(&mut self, line: &Line, catalogue: &Catalogue, report: &mut TableReport) -> Option<Planned> {
        let before = report.error_count;
        let mut wrong = |column: usize, message: String| {
            report.wrong(line.number, COLUMNS[column], line.value(column).unwrap_or_default(), message);
        };
        let product = catalogue.product(line.value(PRODUCT), line.value(RELEASE), line.value(UDI_DI));
        let product = product.map_err(|message| wrong(PRODUCT, message)).ok()?;
        let release = match line.value(RELEASE) {
            None => None,
            Some(text) => catalogue.release(product, text).map_or_else(
                |message| {
                    wrong(RELEASE, message);
                    None
                },
                Some,
            ),
        };
        let site = match line.value(SITE) {
            None => None,
            Some(text) => catalogue.site(text).map_or_else(
                |message| {
                    wrong(SITE, message);
                    None
                },
                Some,
            ),
        };
        let installed_at = match line.value(INSTALLED_AT) {
            None => None,
            Some(text) => date(text).map_or_else(
                |message| {
                    wrong(INSTALLED_AT, message);
                    None
                },
                Some,
            ),
        };
        let Some(serial) = line.value(SERIAL) else {
            wrong(SERIAL, "is empty; every unit needs its serial number".to_owned());
            return None;
        };
        let number = u32::try_from(line.number).unwrap_or(u32::MAX);
        if let Some(first) = self.seen.get(&(product, serial.into())) {
            wrong(SERIAL, format!("is on line {first} too, of the same product; keep one of them"));
        } else {
            self.seen.insert((product, serial.into()), number);
        }
        (report.error_count == before).then(|| Planned {
            id: None,
            serial: serial.into(),
            product,
            release,
            site,
            udi_di: line.value(UDI_DI).map(Into::into),
            udi_pi: line.value(UDI_PI).map(Into::into),
            installed_at,
            audience: None,
        })
    }

    /// Compares rows with the record: new, changed, unchanged.
    fn compare(
        &mut self,
        app: &App,
        viewer: &Viewer,
        catalogue: &Catalogue,
        rows: Vec<(u64, Planned)>,
        report: &mut TableReport,
    ) -> Result<(), AppError> {
        let mut serials: HashMap<u32, Vec<String>> = HashMap::new();
        for (_, row) in &rows {
            serials.entry(row.product).or_default().push(row.serial.to_string());
        }
        let known = app.store.read(AsOf::Now, |view| {
            let mut known: HashMap<(u32, String), Unit> = HashMap::new();
            for (product, serials) in serials {
                let units = view.units_by_serial(catalogue.product_id(product), &serials)?;
                known.extend(units.into_iter().map(|unit| ((product, unit.serial.clone()), unit)));
            }
            Ok::<_, AppError>(known)
        })?;
        for (line, mut row) in rows {
            let text = |row: &Planned| catalogue.text(row);
            let Some(unit) = known.get(&(row.product, row.serial.to_string())) else {
                if row.udi_di.is_none() {
                    row.udi_di = catalogue.udi_di(row.product).map(Into::into);
                }
                report.added += 1;
                report.example(line, "add", || text(&row));
                self.rows.push(row);
                continue;
            };
            let visible = viewer.sees(&unit.audience);
            let Some(before) = Planned::of(unit, row.product, catalogue).filter(|_| visible) else {
                report.wrong(line, "serial", &row.serial, "belongs to a unit that you may not change");
                continue;
            };
            self.keep(&mut row, &before);
            if row == before {
                report.unchanged += 1;
            } else {
                report.changed += 1;
                report.example(line, "change", || text(&row));
                self.rows.push(row);
            }
        }
        Ok(())
    }

    /// What the table says nothing about stays.
    fn keep(&self, row: &mut Planned, before: &Planned) {
        row.id.clone_from(&before.id);
        row.audience.clone_from(&before.audience);
        if !self.has[RELEASE] {
            row.release = before.release;
        }
        if !self.has[SITE] {
            row.site = before.site;
        }
        // An empty UDI-DI is that of the product, as it is for new units.
        if row.udi_di.is_none() {
            row.udi_di.clone_from(&before.udi_di);
        }
        if !self.has[UDI_PI] {
            row.udi_pi.clone_from(&before.udi_pi);
        }
        if !self.has[INSTALLED_AT] {
            row.installed_at = before.installed_at;
        }
    }
}

/// Only the whole date: `2026-03-03`.
fn date(text: &str) -> Result<Date, String> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    text.parse()
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| "is no date; write it as 2026-03-03 (year-month-day)".to_owned())
}

fn line(row: UnitRow) -> UnitLine {
    let unit = row.unit;
    UnitLine {
        id: unit.id.0,
        serial: unit.serial,
        product: row.product_slug,
        release: row.version,
        site: row.site_name,
        country: row.country,
        udi_di: unit.udi_di,
        udi_pi: unit.udi_pi,
        installed_at: unit.installed_at.map(|date| date.to_string()),
        audience: unit.audience.0,
    }
}
