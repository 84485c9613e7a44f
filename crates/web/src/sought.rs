//! Which list was asked for: filters and the place to go on from, read from parameters the same way for pages and the API.

use app::{
    App, AppError, Viewer,
    impact::{each_product, each_release},
    product::{Cursor, Page},
    release, site,
    unit::{Place, UnitFilter},
};
use domain::{
    id::{ProductId, ReleaseId},
    ledger::AsOf,
    site::is_country,
};

use crate::asked::Asked;

/// The word for "not known" in filters.
pub(crate) const UNKNOWN: &str = "unknown";

/// The page that was asked for. The place to go on from is the id and the sort value of the last row, with a comma between.
pub(crate) fn page(asked: &Asked, limit: u32) -> Result<Page, AppError> {
    let Some(after) = asked.parameter("after") else { return Ok(Page::first(limit)) };
    let (id, key) = after
        .split_once(',')
        .filter(|(id, _)| !id.is_empty())
        .ok_or_else(|| AppError::invalid("after", "take it from the page before"))?;
    Ok(Page::after(key, id, limit))
}

/// The place of the next page, as [`page`] reads it.
pub(crate) fn place(cursor: &Cursor) -> String {
    format!("{},{}", cursor.id, cursor.key)
}

/// How many rows were asked for; `most` at most.
pub(crate) fn limit(asked: &Asked, usual: u32, most: u32) -> Result<u32, AppError> {
    match asked.parameter("limit").map(str::parse::<u32>) {
        None => Ok(usual),
        Some(Ok(limit)) if (1..=most).contains(&limit) => Ok(limit),
        Some(_) => Err(AppError::invalid("limit", format!("write a number from 1 to {most}"))),
    }
}

/// Units by `serial`, or by `product`, `release` (`unknown` for those never read) and `site` or `country`.
pub(crate) fn units(app: &App, viewer: &Viewer, as_of: AsOf, asked: &Asked) -> Result<UnitFilter, AppError> {
    if let Some(serial) = asked.parameter("serial") {
        return Ok(UnitFilter::Serial(serial.to_owned()));
    }
    let (product, wanted) = (asked.parameter("product"), asked.parameter("release"));
    let place = match asked.parameter("site") {
        Some(site) => Place::Site(site::resolve_site(app, viewer, as_of, site)?.id),
        None => country(asked)?,
    };
    if product.is_none() && wanted.is_none() && place == Place::Any {
        return Ok(UnitFilter::All);
    }
    let (mut releases, mut unread) = (Vec::new(), Vec::new());
    match wanted {
        Some(reference) if reference != UNKNOWN => {
            let found = release::resolve_release(app, viewer, as_of, reference)?;
            releases.push(found.id);
        }
        _ => {
            let mut known = false;
            let meant = |slug: &str| product.is_none_or(|product| product == slug);
            each_product(app, viewer, as_of, |line| {
                if meant(&line.slug) {
                    known = true;
                    unread.push(ProductId(line.id));
                }
            })?;
            if let Some(product) = product.filter(|_| !known) {
                return Err(AppError::not_found("product", product));
            }
            if wanted.is_none() {
                each_release(app, viewer, as_of, |line| {
                    if meant(&line.product) {
                        releases.push(ReleaseId(line.id));
                    }
                })?;
            }
        }
    }
    Ok(UnitFilter::Releases { releases, unread, place })
}

/// The country that was asked for.
pub(crate) fn country(asked: &Asked) -> Result<Place, AppError> {
    match asked.parameter("country") {
        None => Ok(Place::Any),
        Some(UNKNOWN) => Ok(Place::Unknown),
        Some(country) if is_country(&country.to_uppercase()) => Ok(Place::Country(country.to_uppercase())),
        Some(_) => Err(AppError::invalid("country", "write its two letters of ISO 3166, or `unknown`")),
    }
}
