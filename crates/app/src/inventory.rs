//! SBOMs of releases: attaching one, reading what is attached, and turning it into what the matcher asks about.
//!
//! `sbom::Inventory` is a document as read, `domain` has the record's nouns, `matcher` its own view; the conversions between
//! the three are here and nowhere else.

mod document;

use domain::{
    component::{Component, search_words},
    id::{ComponentId, InventoryId, ReleaseId},
    inventory::{Inventory, InventoryComponent},
    ledger::AsOf,
    person::Permission,
    release::Release,
};
use serde::Serialize;
use store::{
    PURGED_FILE, View,
    inventory::{Part, Place},
};

use crate::{App, AppError, Viewer, purge, release};

pub use document::{
    DifferenceLine, DifferenceReport, DifferenceSide, Score, State, difference, exported, score,
};

pub use crate::conversion::{components_of, distribution_of, matcher_inventory};
pub use store::inventory::PartFilter;

/// What attaching an SBOM did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InventoryAdded {
    /// Id of the release's inventory.
    pub inventory: String,
    /// `slug@version` or whatever named the release.
    pub release: String,
    /// The very same bytes were attached already, so nothing was written.
    pub already_there: bool,
    /// Id of the inventory that it replaced.
    pub replaced: Option<String>,
    /// Format and its version.
    pub format: String,
    /// Number of components.
    pub components: i64,
    /// Number of components with neither package URL nor CPE: nothing can warn us about them.
    pub without_identity: i64,
    /// Distribution of the root file system, `debian:12`.
    pub distribution: Option<String>,
    /// What was lost or repaired while reading.
    pub issues: Vec<InventoryIssue>,
    /// How many there are.
    pub issue_count: i64,
    /// SHA-256 of the original bytes.
    pub digest: String,
    /// The ledger entry; none when nothing was written.
    pub sequence: Option<i64>,
}

/// One loss or repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InventoryIssue {
    /// Stable name of its kind.
    pub code: String,
    /// JSON pointer into the document.
    pub pointer: String,
    /// What happened and what it costs.
    pub text: String,
}

/// An inventory with its counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InventorySummary {
    /// Id.
    pub id: String,
    /// Id of the release.
    pub release: String,
    /// Format and its version.
    pub format: String,
    /// File name as given.
    pub file_name: String,
    /// SHA-256 of the original bytes.
    pub digest: String,
    /// Number of components.
    pub components: i64,
    /// Number of components with neither package URL nor CPE.
    pub without_identity: i64,
    /// Number of reading issues.
    pub issues: i64,
    /// Distribution of the root file system.
    pub distribution: Option<String>,
}

/// A component at its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartLine {
    /// Position in the document, from 0.
    pub position: i64,
    /// Id of the distinct component.
    pub component: i64,
    /// bom-ref or SPDXID.
    pub reference: String,
    /// Name.
    pub name: String,
    /// Version.
    pub version: Option<String>,
    /// Package URL.
    pub purl: Option<String>,
    /// CPE names.
    pub cpes: Vec<String>,
    /// Supplier.
    pub supplier: Option<String>,
    /// Dependency path, component names joined by ` > `.
    pub path: Option<String>,
}

/// Where a component is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlaceLine {
    /// Name of the component.
    pub name: String,
    /// Version of the component.
    pub version: Option<String>,
    /// Package URL.
    pub purl: Option<String>,
    /// Slug of the product.
    pub product: String,
    /// Name of the product.
    pub product_name: String,
    /// `slug@version`.
    pub release: String,
    /// Id of the release.
    pub release_id: String,
    /// Id of the inventory.
    pub inventory: String,
    /// Position in the document, from 0.
    pub position: i64,
    /// Dependency path.
    pub path: Option<String>,
}

/// Issues that an answer lists one by one; all of them are evidence.
const LISTED_ISSUES: usize = 100;

/// Attaches an SBOM to a release, in one act. It replaces the one that is attached; the same bytes again change nothing.
pub fn add(
    app: &App,
    viewer: &Viewer,
    reference: &str,
    file_name: &str,
    bytes: &[u8],
    reason: &str,
) -> Result<InventoryAdded, AppError> {
    viewer.require(Permission::EditPortfolio)?;
    let release = app.store.read(AsOf::Now, |view| release::resolve(view, viewer, reference))?;
    let (document, issues) =
        sbom::read(bytes).map_err(|error| AppError::invalid("sbom", format!("{file_name}: {error}")))?;
    // Files before rows; bytes that no row names are rubbish and cleared away.
    let blob = app.blobs.put(bytes)?;
    let components = components_of(&document);
    let distribution = distribution_of(&document);
    let mut added = InventoryAdded {
        inventory: app.id(),
        release: reference.trim().to_owned(),
        already_there: false,
        replaced: None,
        format: format!("{} {}", document.format.as_str(), document.spec_version),
        components: count(components.len()),
        without_identity: count(
            components.iter().filter(|component| component.is_without_identity()).count(),
        ),
        distribution: distribution.clone(),
        issues: issues.iter().take(LISTED_ISSUES).map(issue_line).collect(),
        issue_count: count(issues.len()),
        digest: blob.clone(),
        sequence: None,
    };
    let current = app.store.read(AsOf::Now, |view| view.inventory_to_replace(&release.id))?;
    if let Some(current) = current.filter(|current| current.blob == blob && viewer.sees(&current.audience)) {
        return Ok(InventoryAdded { inventory: current.id.0, already_there: true, ..added });
    }
    let mut inventory = Inventory {
        id: InventoryId(added.inventory.clone()),
        release: release.id.clone(),
        blob,
        format: document.format.as_str().to_owned(),
        spec_version: document.spec_version.clone(),
        file_name: file_name.chars().filter(|character| !character.is_control()).take(255).collect(),
        components: added.components,
        issues: added.issue_count,
        issues_evidence: None,
        distribution,
        audience: release.audience.clone(),
    };
    let mut places = places(&document, &inventory.id);
    let evidence = evidence(&issues);
    let mut act = app.act(viewer, "inventory.add", reason);
    act.audience = release.audience.clone();
    let written = app.store.write(&act, |tx| {
        let current = tx.inventory_to_replace(&release.id)?;
        if let Some(current) = &current {
            if current.blob == inventory.blob || !viewer.sees(&current.audience) {
                return Err(AppError::Conflict(format!(
                    "another SBOM was attached to release {} that stands in the way of this one",
                    release.version
                )));
            }
            tx.close_inventory(&current.id)?;
        }
        if !evidence.is_empty() {
            inventory.issues_evidence = Some(tx.evidence(&evidence)?);
        }
        let ids = tx.add_components(&components)?;
        for (place, id) in places.iter_mut().zip(ids) {
            place.component = id;
        }
        tx.add_inventory(&inventory, &places)?;
        tx.summary(format!(
            "Attached an SBOM of {} components to release {}{}",
            inventory.components,
            release.version,
            if current.is_some() { ", in place of the one before" } else { "" }
        ));
        Ok::<_, AppError>(current.map(|current| current.id.0))
    })?;
    added.replaced = written.value;
    added.sequence = Some(written.sequence);
    Ok(added)
}

/// The inventory of a release with its counts; none when it has none.
pub fn summary(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    release: &ReleaseId,
) -> Result<Option<InventorySummary>, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| summary_in(view, viewer, release))
}

/// The same for a reader who stands at a moment.
pub(crate) fn summary_in(
    view: &View<'_>,
    viewer: &Viewer,
    release: &ReleaseId,
) -> Result<Option<InventorySummary>, AppError> {
    let Some(inventory) = view.inventory_of_release(release, &viewer.audiences)? else { return Ok(None) };
    let without_identity = view.count_without_identity(&inventory.id)?;
    Ok(Some(InventorySummary {
        id: inventory.id.0,
        release: inventory.release.0,
        format: format!("{} {}", inventory.format, inventory.spec_version),
        file_name: inventory.file_name,
        digest: inventory.blob,
        components: inventory.components,
        without_identity,
        issues: inventory.issues,
        distribution: inventory.distribution,
    }))
}

/// A page of the components of a release's inventory, in document order, after a position (-1 starts).
pub fn parts(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    release: &ReleaseId,
    filter: PartFilter,
    after: i64,
    limit: u32,
) -> Result<Vec<PartLine>, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| {
        let Some(inventory) = view.inventory_of_release(release, &viewer.audiences)? else {
            return Ok(Vec::new());
        };
        let parts = view.inventory_components_page(&inventory.id, filter, after, limit)?;
        Ok(parts.into_iter().map(part_line).collect())
    })
}

/// What was lost or repaired while reading an inventory.
pub fn issues(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    release: &ReleaseId,
) -> Result<Vec<InventoryIssue>, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| issues_in(view, viewer, release))
}

/// The same for a reader who stands at a moment.
pub(crate) fn issues_in(
    view: &View<'_>,
    viewer: &Viewer,
    release: &ReleaseId,
) -> Result<Vec<InventoryIssue>, AppError> {
    let inventory = view.inventory_of_release(release, &viewer.audiences)?;
    let Some(digest) = inventory.and_then(|inventory| inventory.issues_evidence) else {
        return Ok(Vec::new());
    };
    if let Some(evidence) = view.evidence(&digest)? {
        return Ok(evidence.lines().filter_map(issue_of_line).collect());
    }
    let told = purge::told_of(view, viewer, purge::TEXT, &digest)?;
    let issue = |text| InventoryIssue { code: "purged".to_owned(), pointer: String::new(), text };
    Ok(told.map(issue).into_iter().collect())
}

/// The document of a release's inventory as it was received: its file name and its bytes.
pub fn original(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    reference: &str,
) -> Result<(String, Vec<u8>), AppError> {
    viewer.require(Permission::Read)?;
    let inventory = app.store.read(as_of, |view| {
        let release = release::resolve(view, viewer, reference)?;
        view.inventory_of_release(&release.id, &viewer.audiences).map_err(AppError::from)
    })?;
    let inventory = inventory.ok_or_else(|| AppError::not_found("SBOM of release", reference))?;
    if let Some(bytes) = app.blobs.get(&inventory.blob)? {
        return Ok((inventory.file_name, bytes));
    }
    let purged = app.store.read(as_of, |view| purge::told_of(view, viewer, PURGED_FILE, &inventory.blob))?;
    Err(match purged {
        Some(told) => AppError::Missing {
            what: format!("the file of the SBOM {} was {told}", inventory.blob),
            hint: "It is gone for ever; its digest stands in the ledger".to_owned(),
        },
        None => AppError::Missing {
            what: format!("the file of the SBOM {} is gone from the workspace", inventory.blob),
            hint: "Restore the folder `blobs` from a backup".to_owned(),
        },
    })
}

/// When the inventory of a release was attached, RFC 3339; none when it has none.
pub fn received_at(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    release: &ReleaseId,
) -> Result<Option<String>, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| {
        let Some(inventory) = view.inventory_of_release(release, &viewer.audiences)? else { return Ok(None) };
        Ok(view.inventory_received_at(&inventory.id)?)
    })
}

/// "Where is log4j": words of names, package URLs, CPEs and versions, all of which have to match.
pub fn where_is(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    text: &str,
    limit: u32,
) -> Result<Vec<PlaceLine>, AppError> {
    viewer.require(Permission::Read)?;
    let words = search_words(text);
    let found = app.store.read(as_of, |view| view.where_is(&words, &viewer.audiences, limit))?;
    Ok(found.into_iter().map(|(component, place)| place_line(component, place)).collect())
}

/// A release's inventory as the matcher asks about it: the items stand where the components stand.
pub fn to_match_inventory(
    release: &Release,
    inventory: &Inventory,
    components: &[Component],
) -> matcher::inventory::Inventory {
    matcher_inventory(components, inventory.distribution.as_deref(), &release.complete_roles)
}

/// A document that is in no record, as the matcher asks about it: the same way as if it had been attached.
pub fn document_to_match_inventory(document: &sbom::Inventory) -> matcher::inventory::Inventory {
    matcher_inventory(&components_of(document), distribution_of(document).as_deref(), "")
}

/// Where each component of a document stands. The component ids come later.
fn places(document: &sbom::Inventory, inventory: &InventoryId) -> Vec<InventoryComponent> {
    (0..)
        .zip(&document.components)
        .map(|(position, component)| InventoryComponent {
            inventory: inventory.clone(),
            position,
            component: ComponentId(0),
            reference: component.reference.clone(),
            path: path(document, component),
        })
        .collect()
}

/// Longest path that is written out, in components; the middle of a longer one is left out.
const LONGEST_PATH: usize = 24;
/// Longest name in a path, in characters.
const LONGEST_NAME: usize = 200;

fn path(document: &sbom::Inventory, component: &sbom::Component) -> Option<String> {
    let names: Vec<&str> = component
        .path
        .iter()
        .filter_map(|index| document.components.get(*index))
        .map(|component| {
            let name = if component.name.is_empty() { &component.reference } else { &component.name };
            name.char_indices().nth(LONGEST_NAME).map_or(name.as_str(), |(end, _)| &name[..end])
        })
        .collect();
    match names.len() {
        0 => None,
        length if length > LONGEST_PATH => {
            let (start, end) = (&names[..LONGEST_PATH / 2], &names[length - LONGEST_PATH / 2..]);
            Some(format!("{} > … > {}", start.join(" > "), end.join(" > ")))
        }
        _ => Some(names.join(" > ")),
    }
}

/// One issue a line: code, pointer, text, with tabs between.
fn evidence(issues: &[sbom::Issue]) -> String {
    let clean = |text: &str| text.replace(['\t', '\n', '\r'], " ");
    let mut text = String::new();
    for issue in issues {
        text.push_str(&format!(
            "{}\t{}\t{}\n",
            issue.code.as_str(),
            clean(&issue.pointer),
            clean(&issue.text)
        ));
    }
    text
}

fn issue_of_line(line: &str) -> Option<InventoryIssue> {
    let mut fields = line.splitn(3, '\t').map(str::to_owned);
    Some(InventoryIssue { code: fields.next()?, pointer: fields.next()?, text: fields.next()? })
}

fn issue_line(issue: &sbom::Issue) -> InventoryIssue {
    InventoryIssue {
        code: issue.code.as_str().to_owned(),
        pointer: issue.pointer.clone(),
        text: issue.text.clone(),
    }
}

pub(crate) fn part_line(part: Part) -> PartLine {
    let component = part.component;
    PartLine {
        position: part.place.position,
        component: component.id.0,
        reference: part.place.reference,
        name: component.name,
        version: component.version,
        purl: component.purl,
        cpes: component.cpes.iter().flat_map(|cpes| cpes.split(' ')).map(str::to_owned).collect(),
        supplier: component.supplier,
        path: part.place.path,
    }
}

fn place_line(component: Component, place: Place) -> PlaceLine {
    PlaceLine {
        name: component.name,
        version: component.version,
        purl: component.purl,
        release: format!("{}@{}", place.product_slug, place.version),
        product: place.product_slug,
        product_name: place.product_name,
        release_id: place.release.0,
        inventory: place.inventory.0,
        position: place.position,
        path: place.path,
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
