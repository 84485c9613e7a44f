//! The portfolio: every product with its releases, how they are watched, and what is open there.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    App, AppError,
    account::{self, CoverageLine, ReleaseAccount},
    impact::{each_product, each_release},
    product::ProductLine,
    release::ReleaseLine,
    site,
};
use axum::{extract::State, response::Response};
use domain::{id::ReleaseId, release::Stage};

use crate::{
    asked::Asked,
    frame::{Frame, figure},
    sought::UNKNOWN,
    state::Portal,
    view::{
        chip::Chip,
        count::Count,
        empty::Empty,
        href,
        products::{Product, ProductRelease, ProductsPage},
        shell::Section,
        words,
    },
};

pub(crate) async fn get(State(portal): State<Portal>, asked: Asked) -> Response {
    portal.page(asked, page).await
}

fn page(app: &App, asked: &Asked) -> Result<ProductsPage, AppError> {
    let frame = Frame::read(app, asked)?;
    let viewer = asked.viewer()?;
    let (mut products, mut releases) = (Vec::new(), Vec::new());
    each_product(app, viewer, frame.as_of, |line| products.push(line))?;
    each_release(app, viewer, frame.as_of, |line| releases.push(line))?;
    let units = products.iter().map(|product| figure(product.units)).sum();
    let unread: u64 = products.iter().map(|product| figure(product.units_with_unknown_release)).sum();
    let without = releases.iter().filter(|release| release.inventory.is_none()).count() as u64;
    let all_releases = releases.len() as u64;
    let sites = site::count_with_units(app, viewer, frame.as_of)?;
    let accounts: BTreeMap<String, ReleaseAccount> = account::account(app, viewer, frame.as_of, None)?
        .releases
        .into_iter()
        .map(|row| (format!("{}@{}", row.product, row.release), row))
        .collect();
    let versions: BTreeMap<String, String> =
        releases.iter().map(|release| (release.id.clone(), release.version.clone())).collect();
    let only_without = asked.parameter("inventory") == Some("none");
    if only_without {
        releases.retain(|release| release.inventory.is_none());
        let left: BTreeSet<&str> = releases.iter().map(|release| release.product.as_str()).collect();
        products.retain(|product| left.contains(product.slug.as_str()));
    }
    let mut rows: BTreeMap<String, Vec<ProductRelease>> = BTreeMap::new();
    // Newest version first, as far as versions sort.
    for line in releases.iter().rev() {
        let coverage = match line.inventory {
            Some(_) => account::coverage(app, viewer, frame.as_of, &ReleaseId(line.id.clone()))?,
            None => None,
        };
        let parent = line.parent.as_ref().and_then(|parent| versions.get(parent));
        let row = row(line, parent, accounts.get(&line.reference), coverage.as_ref(), &frame);
        rows.entry(line.product.clone()).or_default().push(row);
    }
    let here = |name: &str, value: &str| frame.link(&href::with(href::PRODUCTS, &[(name, value)]));
    Ok(ProductsPage {
        shell: frame.shell(Section::Products, "Products", Vec::new()),
        releases: all_releases,
        units,
        sites,
        unread: Count::new(unread, frame.link(&href::with(href::UNITS, &[("release", UNKNOWN)]))),
        without_inventory: Count::new(without, here("inventory", "none")),
        products: products
            .into_iter()
            .map(|line| {
                let releases = rows.remove(&line.slug).unwrap_or_default();
                product(line, releases, &frame)
            })
            .collect(),
        empty: Empty::new(if only_without {
            "Every release has an inventory."
        } else {
            "No product is on record. `aftercare product add` adds one."
        }),
    })
}

/// The stage of support as a chip.
pub(crate) fn support(stage: &str) -> Chip {
    match Stage::parse(stage) {
        Some(Stage::Development) => Chip::new("acc", "half", "In development"),
        Some(Stage::Support) => Chip::new("grn", "check", "Supported"),
        Some(Stage::LimitedSupport) => Chip::new("amb", "clock", "Limited support"),
        Some(Stage::EndOfSupport) => Chip::new("red", "x", "Support ended"),
        None => Chip::unknown("Not known"),
    }
}

/// Components that are watched by identity or range, out of all.
pub(crate) fn watched(coverage: &CoverageLine) -> String {
    let watched = coverage.class_a + coverage.class_b + coverage.class_c;
    words::share(figure(watched), figure(coverage.components))
}

fn product(line: ProductLine, releases: Vec<ProductRelease>, frame: &Frame) -> Product {
    let meta = [
        line.family,
        line.software_class.map(|class| format!("software safety class {class}")),
        line.udi_di.map(|udi| format!("UDI-DI {udi}")),
        line.four_eyes.then(|| "two persons decide".to_owned()),
    ];
    let unread = figure(line.units_with_unknown_release);
    let rows = href::with(href::UNITS, &[("product", &line.slug), ("release", UNKNOWN)]);
    Product {
        name: line.name,
        meta: meta.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        slug: line.slug,
        releases,
        unread: (unread > 0).then(|| Count::new(unread, frame.link(&rows))),
    }
}

fn row(
    line: &ReleaseLine,
    parent: Option<&String>,
    account: Option<&ReleaseAccount>,
    coverage: Option<&CoverageLine>,
    frame: &Frame,
) -> ProductRelease {
    let page = href::release(&line.reference);
    let units = frame.link(&href::with(href::UNITS, &[("release", &line.reference)]));
    let at = |fragment: &str| frame.link(&format!("{page}#{fragment}"));
    ProductRelease {
        release: frame.link_to(format!("{} {}", line.product_name, line.version), &page),
        lineage: parent.map(|parent| format!("after {parent}")),
        support: support(&line.stage),
        units: Count::new(figure(line.units), units),
        sites: Count::new(figure(line.sites), at("sites")),
        components: line.components.map(|components| Count::new(figure(components), at("components"))),
        watched: coverage.map(watched),
        open: Count::new(account.map_or(0, |account| figure(account.open)), at("open")),
        decided: Count::new(account.map_or(0, |account| figure(account.decided)), at("account")),
    }
}
