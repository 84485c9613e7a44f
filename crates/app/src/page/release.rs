//! One release: whether anything could warn us about its parts, whether its account closes, what is open in it, where it is.

use std::collections::BTreeSet;

use domain::{ledger::AsOf, person::Permission, product::Product, release::Release};
use store::{View, unit::UnitsBySite};

use super::work::{self, WorkRow};
use crate::{
    App, AppError, Viewer,
    account::{CoverageLine, ReleaseAccount, accounts_of},
    corpus::Corpora,
    finding_group::FindingGroup,
    inventory::{InventoryIssue, InventorySummary, issues_in, summary_in},
    part::{self, Changes, PartPage, PartSearch},
    product, release,
    watch::{FindingFilter, FindingSort, grouped},
};

/// Components on a page.
pub const ROWS: usize = 50;
/// Open groups that are shown.
const OPEN: usize = 6;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Question<'q> {
    /// `slug@version`, or its id.
    pub reference: &'q str,
    /// Which components.
    pub search: PartSearch,
    /// Position of the last component of the page before.
    pub after: Option<i64>,
    /// With what reading the document lost or doubted.
    pub issues: bool,
}

/// What the page shows.
#[derive(Debug)]
pub struct ReleaseFile {
    /// The release.
    pub release: Release,
    /// Its product.
    pub product: Product,
    /// What it was made from.
    pub parent: Option<Release>,
    /// Its sum.
    pub account: ReleaseAccount,
    /// How far it was looked at; none before its first sweep.
    pub coverage: Option<CoverageLine>,
    /// Its units by site.
    pub sites: Vec<UnitsBySite>,
    /// Its SBOM; none when there is none.
    pub inventory: Option<Inventory>,
    /// How it differs from its parent; none when one of them has no SBOM.
    pub changes: Option<Changes>,
    /// The most urgent groups that no signed decision covers here.
    pub open: Vec<WorkRow>,
}

/// The SBOM of a release.
#[derive(Debug)]
pub struct Inventory {
    /// Its counts.
    pub summary: InventorySummary,
    /// When it was attached, RFC 3339.
    pub received_at: Option<String>,
    /// A page of its components.
    pub parts: PartPage,
    /// What reading it lost or doubted, when it was asked for.
    pub issues: Vec<InventoryIssue>,
}

/// The page as of a moment.
pub fn release(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    question: &Question<'_>,
) -> Result<ReleaseFile, AppError> {
    viewer.require(Permission::Read)?;
    let corpora = app.corpora(viewer)?;
    let corpus = corpora.public.as_deref();
    app.store.read(as_of, |view| {
        let release = release::resolve(view, viewer, question.reference)?;
        let product = product::resolve(view, viewer, &release.product.0)?;
        let parent = match &release.parent {
            Some(parent) => view.release(parent, &viewer.audiences)?,
            None => None,
        };
        let account = accounts_of(view, viewer, vec![release.clone()])?.pop();
        let summary = summary_in(view, viewer, &release.id)?;
        let parts = match &summary {
            Some(_) => part::parts_of(view, viewer, corpus, &release.id)?,
            None => Vec::new(),
        };
        let changes = match &parent {
            Some(parent) if !parts.is_empty() => {
                part::changes(&parts, &part::parts_of(view, viewer, corpus, &parent.id)?)
            }
            _ => None,
        };
        let inventory = match summary {
            Some(summary) => Some(Inventory {
                received_at: match view.inventory_of_release(&release.id, &viewer.audiences)? {
                    Some(inventory) => view.inventory_received_at(&inventory.id)?,
                    None => None,
                },
                issues: if question.issues { issues_in(view, viewer, &release.id)? } else { Vec::new() },
                parts: part::page(parts, &question.search, question.after, ROWS),
                summary,
            }),
            None => None,
        };
        Ok(ReleaseFile {
            coverage: account.as_ref().and_then(|one| one.coverage),
            account: account.map(|one| one.account).unwrap_or_default(),
            sites: view.units_by_site(std::slice::from_ref(&release.id), &viewer.audiences)?,
            open: open(view, viewer, &corpora, &release)?,
            inventory,
            changes,
            parent,
            product,
            release,
        })
    })
}

fn open(
    view: &View<'_>,
    viewer: &Viewer,
    corpora: &Corpora,
    release: &Release,
) -> Result<Vec<WorkRow>, AppError> {
    let marks = view.decision_marks(None, &viewer.audiences)?;
    let signed: BTreeSet<&str> = marks
        .iter()
        .filter(|mark| mark.release == release.id && mark.state == "signed")
        .map(|mark| mark.vulnerability.0.as_str())
        .collect();
    let filter = FindingFilter { release: Some(release.id.clone()), ..FindingFilter::default() };
    let here = filter.wanted();
    let groups = grouped(view, viewer, corpora)?;
    let lead = work::Lead::read(view, viewer)?;
    let open = |group: &FindingGroup| here(group) && !signed.contains(group.vulnerability.as_str());
    let found = groups.page(open, FindingSort::Urgency, |group| lead.of(group), None, OPEN);
    work::rows_of(view, viewer, &found.rows, Some(&release.id))
}
