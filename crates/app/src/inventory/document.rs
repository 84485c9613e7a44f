//! What is asked of an SBOM as it was received: how complete it is, what changed from one to the next, and the same
//! content in another form. Nothing is written to the record.

use domain::ledger::AsOf;
use serde::Serialize;

use super::{original, received_at};
use crate::{App, AppError, Viewer, release};

pub use sbom::{Score, State};

/// What changed between two documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DifferenceReport {
    /// Components that only the newer one has.
    pub added: usize,
    /// Components that only the older one has.
    pub removed: usize,
    /// Components that both have and that changed.
    pub changed: usize,
    /// One line a component.
    pub lines: Vec<DifferenceLine>,
}

/// One component that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DifferenceLine {
    /// Name, that of the newer document when both have one.
    pub name: String,
    /// `added`, `removed`, or any of `version`, `identity`, `supplier`, `license`.
    pub changes: Vec<&'static str>,
    /// In the older document.
    pub before: Option<DifferenceSide>,
    /// In the newer document.
    pub after: Option<DifferenceSide>,
}

/// A component in one of the two documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DifferenceSide {
    /// bom-ref or SPDXID.
    pub reference: String,
    /// Version.
    pub version: Option<String>,
    /// Package URL as written.
    pub purl: Option<String>,
    /// CPE names.
    pub cpes: Vec<String>,
    /// Supplier.
    pub supplier: Option<String>,
    /// Licences.
    pub licenses: Vec<String>,
}

/// How complete a document is, against the element list of each authority.
pub fn score(bytes: &[u8]) -> Result<Vec<Score>, AppError> {
    Ok(sbom::score(&read(bytes)?))
}

/// What changed from one document to the next.
pub fn difference(before: &[u8], after: &[u8]) -> Result<DifferenceReport, AppError> {
    let (before, after) = (read(before)?, read(after)?);
    let lines: Vec<DifferenceLine> = sbom::difference(&before, &after)
        .into_iter()
        .map(|line| {
            let old = line.before.and_then(|index| before.components.get(index));
            let new = line.after.and_then(|index| after.components.get(index));
            DifferenceLine {
                name: new.or(old).map(|component| component.name.clone()).unwrap_or_default(),
                changes: line.changes.into_iter().map(sbom::Change::as_str).collect(),
                before: old.map(side),
                after: new.map(side),
            }
        })
        .collect();
    let count = |word: &str| lines.iter().filter(|line| line.changes.contains(&word)).count();
    let (added, removed) = (count("added"), count("removed"));
    Ok(DifferenceReport { added, removed, changed: lines.len() - added - removed, lines })
}

/// The SBOM of a release in another form: `cyclonedx-1.6`, `cyclonedx-1.7` or `spdx-2.3`, all as JSON. The same
/// document gives the same bytes.
pub fn exported(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    reference: &str,
    form: &str,
) -> Result<String, AppError> {
    let target = sbom::Target::ALL.into_iter().find(|target| target.as_str() == form).ok_or_else(|| {
        let known = sbom::Target::ALL.map(sbom::Target::as_str).join(", ");
        AppError::invalid("form", format!("`{form}` is not written; ask for one of {known}"))
    })?;
    // Several reads, all of one entry.
    let as_of = AsOf::Entry(app.store.read(as_of, |view| Ok::<_, AppError>(view.sequence()))?);
    let (_, bytes) = original(app, viewer, as_of, reference)?;
    let release = app.store.read(as_of, |view| release::resolve(view, viewer, reference))?;
    // Where the document does not say when it was made, it is as old as we know it to be.
    let made = received_at(app, viewer, as_of, &release.id)?.unwrap_or_default();
    Ok(sbom::export(&read(&bytes)?, target, &made))
}

fn read(bytes: &[u8]) -> Result<sbom::Inventory, AppError> {
    let (inventory, _) = sbom::read(bytes).map_err(|error| AppError::invalid("sbom", error.to_string()))?;
    Ok(inventory)
}

fn side(component: &sbom::Component) -> DifferenceSide {
    DifferenceSide {
        reference: component.reference.clone(),
        version: component.version.clone(),
        purl: component.purl_text.clone(),
        cpes: component.cpes.iter().map(ToString::to_string).collect(),
        supplier: component.supplier.clone(),
        licenses: component.licenses.clone(),
    }
}
