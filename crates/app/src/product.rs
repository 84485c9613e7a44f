//! Device models: adding them, listing them, finding the one that is meant.

use domain::{
    audience::Audience,
    id::ProductId,
    ledger::AsOf,
    person::Permission,
    product::{Product, slug_of},
};
use serde::Serialize;
use store::{View, product::ProductRow};

use crate::{App, AppError, FieldError, Viewer};

pub use store::{
    page::{Cursor, Page},
    product::ProductSort,
};

/// A product to add.
#[derive(Clone, Debug, Default)]
pub struct NewProduct {
    /// Name.
    pub name: String,
    /// Short name; made of the name when left out.
    pub slug: Option<String>,
    /// Product family.
    pub family: Option<String>,
    /// Intended use.
    pub intended_use: Option<String>,
    /// UDI-DI.
    pub udi_di: Option<String>,
    /// IEC 62304 class: `A`, `B` or `C`.
    pub software_class: Option<String>,
    /// The approver of a decision must be another person than its assessor.
    pub four_eyes: bool,
    /// Need-to-know label; `general` when left out.
    pub audience: Option<String>,
}

/// A product in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProductLine {
    /// Id.
    pub id: String,
    /// Short name.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Product family.
    pub family: Option<String>,
    /// Intended use.
    pub intended_use: Option<String>,
    /// UDI-DI.
    pub udi_di: Option<String>,
    /// IEC 62304 class.
    pub software_class: Option<String>,
    /// Whether two persons must decide.
    pub four_eyes: bool,
    /// Need-to-know label.
    pub audience: String,
    /// Number of releases.
    pub releases: i64,
    /// Number of units.
    pub units: i64,
    /// Units among them whose release is not known.
    pub units_with_unknown_release: i64,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page starts; none at the end.
    pub next: Option<Cursor>,
}

/// Adds a product.
pub fn add(app: &App, viewer: &Viewer, new: NewProduct) -> Result<Product, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    let product = checked(app, viewer, new)?;
    let mut act = app.act(viewer, "product.add", format!("New product {}", product.slug));
    act.audience = product.audience.clone();
    let written = app.store.write(&act, |tx| {
        if tx.slug_is_taken(&product.slug)? {
            return Err(AppError::Conflict(format!(
                "there is already a product `{0}`; give this one another short name, such as `--slug {0}-2`",
                product.slug
            )));
        }
        tx.add_product(&product)?;
        tx.summary(format!("Added product {} ({})", product.name, product.slug));
        Ok::<_, AppError>(product)
    })?;
    Ok(written.value)
}

/// A page of the products.
pub fn list(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    sort: ProductSort,
    page: &Page,
) -> Result<Listed<ProductLine>, AppError> {
    viewer.require(Permission::Read)?;
    let rows = app.store.read(as_of, |view| view.products(&viewer.audiences, sort, page))?;
    let next = next(&rows, page, |row| (sort.key(&row.product).to_owned(), row.product.id.0.clone()));
    Ok(Listed { rows: rows.into_iter().map(line).collect(), next })
}

/// The product that is meant: its slug, its id, or its name where only one has it.
pub fn resolve(view: &View<'_>, viewer: &Viewer, reference: &str) -> Result<Product, AppError> {
    let reference = reference.trim();
    if let Some(product) = view.product_by_slug(reference, &viewer.audiences)? {
        return Ok(product);
    }
    if let Some(product) = view.product(&ProductId(reference.to_owned()), &viewer.audiences)? {
        return Ok(product);
    }
    let mut named = view.products_by_name(reference, &viewer.audiences)?;
    match (named.pop(), named.len()) {
        (Some(product), 0) => Ok(product),
        (Some(_), others) => Err(AppError::invalid(
            "product",
            format!("{} products are called `{reference}`; name the one meant by its slug", others + 1),
        )),
        (None, _) => Err(AppError::not_found("product", reference)),
    }
}

/// The product that is meant, as of a moment: see [`resolve`].
pub fn resolve_product(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    reference: &str,
) -> Result<Product, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| resolve(view, viewer, reference))
}

/// The label a new record gets, which the viewer must be on; else nobody but others could see what they added.
pub(crate) fn label(
    viewer: &Viewer,
    wanted: Option<&str>,
    inherited: &Audience,
) -> Result<Audience, FieldError> {
    let audience = match wanted.map(str::trim).filter(|wanted| !wanted.is_empty()) {
        Some(wanted) => Audience(wanted.to_owned()),
        None => inherited.clone(),
    };
    if viewer.sees(&audience) {
        return Ok(audience);
    }
    Err(FieldError::new(
        "audience",
        format!("you are not on the need-to-know list `{audience}`", audience = audience.0),
    ))
}

/// Trims; empty is absent.
pub(crate) fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Where the next page starts: after the last row, when the page is full.
pub(crate) fn next<T>(rows: &[T], page: &Page, place: impl Fn(&T) -> (String, String)) -> Option<Cursor> {
    let full = usize::try_from(page.limit).is_ok_and(|limit| rows.len() >= limit);
    rows.last().filter(|_| full).map(|row| {
        let (key, id) = place(row);
        Cursor { key, id }
    })
}

fn checked(app: &App, viewer: &Viewer, new: NewProduct) -> Result<Product, AppError> {
    let mut errors = Vec::new();
    let name = new.name.trim().to_owned();
    if name.is_empty() {
        errors.push(FieldError::new("name", "a product needs a name"));
    }
    let slug = given(new.slug).unwrap_or_else(|| slug_of(&name));
    if !name.is_empty() && (slug.is_empty() || slug != slug_of(&slug)) {
        let message =
            format!("`{slug}` is no short name: lower case letters, digits and single `-` between them");
        errors.push(FieldError::new("slug", message));
    }
    let software_class = given(new.software_class).map(|class| class.to_uppercase());
    if let Some(class) = software_class.as_deref().filter(|class| !["A", "B", "C"].contains(class)) {
        let message = format!("`{class}` is no software safety class of IEC 62304: A, B or C");
        errors.push(FieldError::new("software_class", message));
    }
    let audience = label(viewer, new.audience.as_deref(), &Audience::general()).unwrap_or_else(|error| {
        errors.push(error);
        Audience::general()
    });
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    Ok(Product {
        id: ProductId(app.id()),
        slug,
        name,
        family: given(new.family),
        intended_use: given(new.intended_use),
        udi_di: given(new.udi_di),
        software_class,
        four_eyes: new.four_eyes,
        audience,
    })
}

fn line(row: ProductRow) -> ProductLine {
    let product = row.product;
    ProductLine {
        id: product.id.0,
        slug: product.slug,
        name: product.name,
        family: product.family,
        intended_use: product.intended_use,
        udi_di: product.udi_di,
        software_class: product.software_class,
        four_eyes: product.four_eyes,
        audience: product.audience.0,
        releases: row.releases,
        units: row.units,
        units_with_unknown_release: row.units_with_unknown_release,
    }
}
