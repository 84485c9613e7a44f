//! Fielded versions: adding them with their lineage, listing them, finding the one that `slug@version` means.

use domain::{
    id::ReleaseId,
    ledger::AsOf,
    person::Permission,
    product::Product,
    release::{Release, Stage},
};
use jiff::civil::Date;
use serde::Serialize;
use store::{View, page::Page, release::ReleaseRow};

use crate::{
    App, AppError, FieldError, Viewer,
    product::{self, Listed, given, label, next},
};

pub use store::release::{ReleaseFilter, ReleaseSort};

/// A release to add.
#[derive(Clone, Debug, Default)]
pub struct NewRelease {
    /// Slug, id or name of the product.
    pub product: String,
    /// Software version.
    pub version: String,
    /// What it was made from: a version of the same product, or `slug@version`.
    pub parent: Option<String>,
    /// Configuration.
    pub configuration: Option<String>,
    /// Release date.
    pub released_on: Option<Date>,
    /// Lifecycle stage; support when left out.
    pub stage: Stage,
    /// Roles for which the inventory is declared complete.
    pub complete_roles: Vec<String>,
    /// Need-to-know label; that of the product when left out.
    pub audience: Option<String>,
}

/// A release in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleaseLine {
    /// Id.
    pub id: String,
    /// `slug@version`.
    pub reference: String,
    /// Slug of the product.
    pub product: String,
    /// Name of the product.
    pub product_name: String,
    /// Version.
    pub version: String,
    /// Id of the release it was made from.
    pub parent: Option<String>,
    /// Configuration.
    pub configuration: Option<String>,
    /// Release date.
    pub released_on: Option<String>,
    /// Lifecycle stage.
    pub stage: String,
    /// Need-to-know label.
    pub audience: String,
    /// Number of units with it.
    pub units: i64,
    /// Number of known sites where they are.
    pub sites: i64,
    /// Id of its inventory; none = nothing can warn us.
    pub inventory: Option<String>,
    /// Number of components in it.
    pub components: Option<i64>,
}

/// Roles that an inventory can be declared complete for.
const ROLES: [&str; 3] = ["operating_system", "runtime", "hardware"];
/// Longest lineage that is followed.
const LONGEST_LINEAGE: usize = 10_000;

/// Adds a release.
pub fn add(app: &App, viewer: &Viewer, new: NewRelease) -> Result<Release, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    let act =
        app.act(viewer, "release.add", format!("New release {}@{}", new.product.trim(), new.version.trim()));
    // Resolved before the act, because its label has to be known; the record is asked again under the lock.
    let (product, release) = app.store.read(AsOf::Now, |view| {
        let product = product::resolve(view, viewer, &new.product)?;
        let release = checked(app, view, viewer, &product, new)?;
        Ok::<_, AppError>((product, release))
    })?;
    let act = domain::act::Act { audience: release.audience.clone(), ..act };
    let written = app.store.write(&act, |tx| {
        if tx.product(&product.id, &viewer.audiences)?.is_none() {
            return Err(AppError::not_found("product", &product.slug));
        }
        if tx.version_is_taken(&product.id, &release.version)? {
            return Err(AppError::Conflict(format!(
                "there is already a release {}@{}; a release is a software version and its configuration, so give this one a \
                 version that tells them apart",
                product.slug, release.version
            )));
        }
        tx.add_release(&release)?;
        tx.summary(format!("Added release {}@{}", product.slug, release.version));
        Ok::<_, AppError>(release)
    })?;
    Ok(written.value)
}

/// Says what a release was made from. A lineage never runs in a circle.
pub fn set_parent(
    app: &App,
    viewer: &Viewer,
    reference: &str,
    parent: Option<&str>,
    reason: &str,
) -> Result<Release, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    let found = app.store.read(AsOf::Now, |view| resolve(view, viewer, reference))?;
    let mut act = app.act(viewer, "release.set_parent", reason);
    act.audience = found.audience;
    let written = app.store.write(&act, |tx| {
        let mut release = resolve(tx.view(), viewer, reference)?;
        let before = release.parent.take();
        if let Some(parent) = parent {
            let parent = parent_of(tx.view(), viewer, &release.product, parent)?;
            if is_in_lineage(tx.view(), &parent.id, &release.id)? {
                return Err(AppError::invalid(
                    "parent",
                    format!(
                        "{} descends from {} already; a lineage cannot run in a circle",
                        parent.version, release.version
                    ),
                ));
            }
            release.parent = Some(parent.id);
        }
        if release.parent == before {
            return Err(AppError::Conflict(format!("{} has this parent already", release.version)));
        }
        tx.replace_release(&release)?;
        tx.summary(format!("Corrected the lineage of release {}", release.version));
        Ok::<_, AppError>(release)
    })?;
    Ok(written.value)
}

/// A page of the releases.
pub fn list(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    filter: &ReleaseFilter,
    sort: ReleaseSort,
    page: &Page,
) -> Result<Listed<ReleaseLine>, AppError> {
    viewer.require(Permission::Read)?;
    let rows = app.store.read(as_of, |view| view.releases(&viewer.audiences, filter, sort, page))?;
    let next = next(&rows, page, |row| (sort.key(&row.release), row.release.id.0.clone()));
    Ok(Listed { rows: rows.into_iter().map(line).collect(), next })
}

/// The release that is meant, as of a moment: see [`resolve`].
pub fn resolve_release(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    reference: &str,
) -> Result<Release, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| resolve(view, viewer, reference))
}

/// A release by its id; none when it is not there or not for this viewer.
pub fn find(app: &App, viewer: &Viewer, as_of: AsOf, id: &ReleaseId) -> Result<Option<Release>, AppError> {
    viewer.require(Permission::Read)?;
    Ok(app.store.read(as_of, |view| view.release(id, &viewer.audiences))?)
}

/// The release that is meant: `slug@version`, its id, or its version where only one has it.
pub fn resolve(view: &View<'_>, viewer: &Viewer, reference: &str) -> Result<Release, AppError> {
    let reference = reference.trim();
    if let Some((slug, version)) = reference.split_once('@') {
        let product = product::resolve(view, viewer, slug)?;
        return view
            .release_by_version(&product.id, version.trim(), &viewer.audiences)?
            .ok_or_else(|| AppError::not_found("release", reference));
    }
    if let Some(release) = view.release(&ReleaseId(reference.to_owned()), &viewer.audiences)? {
        return Ok(release);
    }
    let mut named = view.all_releases(&viewer.audiences)?;
    named.retain(|release| release.version == reference);
    match (named.pop(), named.len()) {
        (Some(release), 0) => Ok(release),
        (Some(_), others) => Err(AppError::invalid(
            "release",
            format!(
                "{} releases have the version `{reference}`; name the one meant as slug@version",
                others + 1
            ),
        )),
        (None, _) => Err(AppError::not_found("release", reference)),
    }
}

fn checked(
    app: &App,
    view: &View<'_>,
    viewer: &Viewer,
    product: &Product,
    new: NewRelease,
) -> Result<Release, AppError> {
    let mut errors = Vec::new();
    let version = new.version.trim().to_owned();
    if version.is_empty() {
        errors.push(FieldError::new("version", "a release needs a version"));
    } else if version.chars().any(|character| character.is_control() || character.is_whitespace()) {
        errors.push(FieldError::new("version", format!("`{version}` holds white space; write it without")));
    }
    for role in new.complete_roles.iter().filter(|role| !ROLES.contains(&role.as_str())) {
        let message = format!("`{role}` is no role: {}", ROLES.join(", "));
        errors.push(FieldError::new("complete_roles", message));
    }
    let audience = label(viewer, new.audience.as_deref(), &product.audience).unwrap_or_else(|error| {
        errors.push(error);
        product.audience.clone()
    });
    if !product.audience.is_general() && !audience.is_general() && audience != product.audience {
        let message =
            format!("its product bears the label `{}`: a release bears that one", product.audience.0);
        errors.push(FieldError::new("audience", message));
    }
    let parent = match given(new.parent) {
        None => None,
        Some(parent) => match parent_of(view, viewer, &product.id, &parent) {
            Ok(parent) => Some(parent.id),
            Err(AppError::Invalid(failed)) => {
                errors.extend(failed);
                None
            }
            Err(other) => return Err(other),
        },
    };
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let mut complete_roles = new.complete_roles;
    complete_roles.sort_unstable();
    complete_roles.dedup();
    Ok(Release {
        id: ReleaseId(app.id()),
        product: product.id.clone(),
        version,
        parent,
        configuration: given(new.configuration),
        released_on: new.released_on,
        stage: new.stage,
        complete_roles: complete_roles.join(","),
        audience,
    })
}

/// A version of the same product goes before anything else that the text could mean.
fn parent_of(
    view: &View<'_>,
    viewer: &Viewer,
    product: &domain::id::ProductId,
    reference: &str,
) -> Result<Release, AppError> {
    if let Some(release) = view.release_by_version(product, reference.trim(), &viewer.audiences)? {
        return Ok(release);
    }
    resolve(view, viewer, reference).map_err(|error| match error {
        AppError::NotFound { .. } => AppError::invalid(
            "parent",
            format!("there is no release `{reference}`; add it first, or name it as slug@version"),
        ),
        other => other,
    })
}

/// Whether `sought` is `start` or among its ancestors.
fn is_in_lineage(view: &View<'_>, start: &ReleaseId, sought: &ReleaseId) -> Result<bool, AppError> {
    let mut at = Some(start.clone());
    for _ in 0..LONGEST_LINEAGE {
        match at {
            None => return Ok(false),
            Some(id) if id == *sought => return Ok(true),
            Some(id) => at = view.parent_of(&id)?,
        }
    }
    Err(AppError::Defect(format!("the lineage of {start} has more than {LONGEST_LINEAGE} releases")))
}

fn line(row: ReleaseRow) -> ReleaseLine {
    let release = row.release;
    ReleaseLine {
        id: release.id.0,
        reference: format!("{}@{}", row.product_slug, release.version),
        product: row.product_slug,
        product_name: row.product_name,
        version: release.version,
        parent: release.parent.map(|parent| parent.0),
        configuration: release.configuration,
        released_on: release.released_on.map(|date| date.to_string()),
        stage: release.stage.as_str().to_owned(),
        audience: release.audience.0,
        units: row.units,
        sites: row.sites,
        inventory: row.inventory.map(|inventory| inventory.0),
        components: row.components,
    }
}
