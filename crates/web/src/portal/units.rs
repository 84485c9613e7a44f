//! The list of units that a count elsewhere leads to.

use app::{
    App, AppError,
    unit::{self, UnitFilter, UnitLine},
};
use axum::{extract::State, response::Response};
use jiff::civil::Date;

use crate::{
    asked::Asked,
    frame::Frame,
    sought,
    state::Portal,
    view::{
        count::Link,
        empty::Empty,
        href,
        inbox::Pager,
        shell::Section,
        units::{UnitRow, UnitsPage},
        words,
    },
};

const ROWS: u32 = 100;
const MOST: u32 = 1_000;

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<UnitsPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let viewer = asked.viewer()?;
    let filter = sought::units(app, viewer, frame.as_of, asked)?;
    let listed = unit::list(
        app,
        viewer,
        frame.as_of,
        &filter,
        &sought::page(asked, sought::limit(asked, ROWS, MOST)?)?,
    )?;
    let total = unit::count(app, viewer, frame.as_of, &filter)?;
    let again = |after: Option<String>| {
        let mut parameters: Vec<(&str, &str)> = ["serial", "product", "release", "site", "country", "limit"]
            .into_iter()
            .filter_map(|name| Some((name, asked.parameter(name)?)))
            .collect();
        parameters.extend(after.as_deref().map(|after| ("after", after)));
        frame.link(&href::with(href::UNITS, &parameters))
    };
    let crumbs = vec![frame.link_to("Products", href::PRODUCTS)];
    Ok(UnitsPage {
        shell: frame.shell(Section::Products, "Units", crumbs),
        search: asked.parameter("serial").unwrap_or_default().to_owned(),
        title: title(asked, &filter),
        total: Some(total),
        pager: Pager {
            shown: listed.rows.len() as u64,
            total,
            first: asked.parameter("after").map(|_| again(None)),
            next: listed.next.as_ref().map(|next| again(Some(sought::place(next)))),
        },
        rows: listed.rows.into_iter().map(|line| row(line, &frame)).collect(),
        empty: Empty::new("No unit on record is meant by this."),
    })
}

fn title(asked: &Asked, filter: &UnitFilter) -> String {
    if let UnitFilter::Serial(serial) = filter {
        return format!("Units with the serial number {serial}");
    }
    let mut title = match (asked.parameter("release"), asked.parameter("product")) {
        (Some(sought::UNKNOWN), None) => "Units whose release is not known".to_owned(),
        (Some(sought::UNKNOWN), Some(product)) => format!("Units of {product} whose release is not known"),
        (Some(release), _) => format!("Units with {release}"),
        (None, Some(product)) => format!("Units of {product}"),
        (None, None) => "All units".to_owned(),
    };
    if let Some(site) = asked.parameter("site") {
        title.push_str(&format!(" at {site}"));
        return title;
    }
    match asked.parameter("country") {
        Some(sought::UNKNOWN) => title.push_str(", at a place that is not known"),
        Some(country) => title.push_str(&format!(" in {}", country.to_uppercase())),
        None => {}
    }
    title
}

fn row(line: UnitLine, frame: &Frame) -> UnitRow {
    let release = line.release.map(|version| {
        let reference = format!("{}@{version}", line.product);
        frame.link_to(version, &href::release(&reference))
    });
    UnitRow {
        serial: line.serial,
        product: frame.link_to(line.product.clone(), &format!("{}#{}", href::PRODUCTS, line.product)),
        release,
        installed: line
            .installed_at
            .map(|stored| stored.parse::<Date>().map_or_else(|_| stored.clone(), words::day)),
        site: line.site,
        country: line.country.map(|country| -> Link {
            let here = href::with(href::UNITS, &[("country", &country)]);
            frame.link_to(country, &here)
        }),
    }
}
