//! Today: new matches, what needs somebody first, open work by release, whether all adds up, whether anybody looked, and what
//! waits for a signature.

use std::collections::BTreeMap;

use domain::{
    case::Case,
    decision::VexStatus,
    id::{CaseId, ReleaseId},
    ledger::AsOf,
    person::Permission,
};
use jiff::{Timestamp, civil::Date};
use store::View;

use super::work::{self, Lead, WorkRow, moment_of};
use crate::{
    App, AppError, Viewer,
    account::{Accounted, CoverageLine, ReleaseAccount, accounts_of},
    watch::{FindingFilter, FindingSort, ReceiptDay, grouped, receipts_in},
};

/// Rows of each list.
const FIRST: usize = 8;
const RELEASES: usize = 8;
const SIGNATURES: i64 = 5;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct Today {
    /// Waiting groups whose newest verdict came after [`Since::matches`].
    pub new_matches: u64,
    /// Groups that wait for a decision.
    pub waiting: u64,
    /// Of these, those that may reach a patient.
    pub patient: u64,
    /// What needs somebody first.
    pub first: Vec<WorkRow>,
    /// Releases with the most open work, most first.
    pub releases: Vec<OpenRelease>,
    /// How many releases there are.
    pub all_releases: u64,
    /// The accounts of all releases in one; it closes when each of them does.
    pub account: ReleaseAccount,
    /// How far all releases were looked at.
    pub coverage: CoverageLine,
    /// When the last sweep ended, RFC 3339; none before the first.
    pub swept: Option<String>,
    /// Day of the very first receipt.
    pub first_receipt: Option<Date>,
    /// The days with a receipt since [`Since::receipts`].
    pub receipts: Vec<ReceiptDay>,
    /// Cases with a proposal, the longest wait first.
    pub signatures: Vec<WaitingCase>,
}

/// A release with open work.
#[derive(Clone, Debug)]
pub struct OpenRelease {
    /// Its account.
    pub account: ReleaseAccount,
    /// Name of its product.
    pub product_name: String,
    /// Its units.
    pub units: i64,
    /// When the oldest of its waiting groups got its newest verdict.
    pub oldest: Option<Timestamp>,
}

/// A case that waits for a signature.
#[derive(Clone, Debug)]
pub struct WaitingCase {
    /// The case.
    pub case: Case,
    /// What is proposed longest.
    pub status: VexStatus,
    /// For how many releases something is proposed.
    pub releases: i64,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// From when on what is new and what is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Since {
    /// A match is new after this moment.
    pub matches: Timestamp,
    /// The first day of receipts.
    pub receipts: Date,
}

/// The page as of a moment.
pub fn today(app: &App, viewer: &Viewer, as_of: AsOf, since: Since) -> Result<Today, AppError> {
    viewer.require(Permission::Read)?;
    let corpora = app.corpora(viewer)?;
    let before = app.store.read(AsOf::At(since.matches), |view| Ok::<_, AppError>(view.sequence()))?;
    app.store.read(as_of, |view| {
        let groups = grouped(view, viewer, &corpora)?;
        let filter = FindingFilter { waiting: Some(true), ..FindingFilter::default() };
        let waiting = filter.wanted();
        let lead = Lead::read(view, viewer)?;
        let first = groups.page(&waiting, FindingSort::Urgency, |group| lead.of(group), None, FIRST);
        // Every group that waits is looked at once for the ages of the releases.
        let mut oldest: BTreeMap<&ReleaseId, i64> = BTreeMap::new();
        for group in groups.list.iter().filter(|group| waiting(group)) {
            for release in &group.release_ids {
                let entry = oldest.entry(release).or_insert(group.since);
                *entry = group.since.min(*entry);
            }
        }
        let mut accounts = accounts_of(view, viewer, view.all_releases(&viewer.audiences)?)?;
        let account = total(accounts.iter().map(|one| &one.account));
        let mut coverage = CoverageLine::default();
        accounts.iter().filter_map(|one| one.coverage.as_ref()).for_each(|one| coverage.add(one));
        let all_releases = accounts.len() as u64;
        accounts.sort_by_key(|one| std::cmp::Reverse(one.account.open));
        accounts.truncate(RELEASES);
        let ids: Vec<ReleaseId> = accounts.iter().map(|one| one.release.id.clone()).collect();
        let units = view.units_by_site(&ids, &viewer.audiences)?;
        let mut releases = Vec::with_capacity(accounts.len());
        for Accounted { release, account, .. } in accounts {
            let product = view.product(&release.product, &viewer.audiences)?;
            releases.push(OpenRelease {
                product_name: product.map_or_else(|| account.product.clone(), |product| product.name),
                units: units.iter().filter(|row| row.release == release.id).map(|row| row.units).sum(),
                oldest: match oldest.get(&release.id) {
                    Some(entry) => moment_of(view, *entry)?,
                    None => None,
                },
                account,
            });
        }
        let (first_receipt, receipts) = receipts_in(app, view, since.receipts)?;
        Ok(Today {
            new_matches: groups.count(|group| waiting(group) && group.since > before),
            waiting: first.total,
            patient: groups.count(|group| waiting(group) && lead.of(group).is_patient()),
            first: work::rows(view, viewer, &first.rows)?,
            releases,
            all_releases,
            account,
            coverage,
            swept: view.last_sweep()?.map(|last| last.sweep.ended_at),
            first_receipt,
            receipts,
            signatures: signatures(view, viewer)?,
        })
    })
}

/// Every known vulnerability, once for each release that was asked about it.
fn total<'a>(accounts: impl Iterator<Item = &'a ReleaseAccount>) -> ReleaseAccount {
    let mut total = ReleaseAccount { closes: true, ..ReleaseAccount::default() };
    for one in accounts {
        total.known += one.known;
        total.open += one.open;
        total.decided += one.decided;
        total.excluded.statement += one.excluded.statement;
        total.excluded.fixed += one.excluded.fixed;
        total.excluded.version += one.excluded.version;
        total.excluded.no_such_component += one.excluded.no_such_component;
        total.not_assessable += one.not_assessable;
        total.blind_spots += one.blind_spots;
        total.closes &= one.closes;
    }
    total
}

fn signatures(view: &View<'_>, viewer: &Viewer) -> Result<Vec<WaitingCase>, AppError> {
    let mut waiting = Vec::new();
    for (id, first, releases) in view.waiting_cases(&viewer.audiences, SIGNATURES)? {
        let case = view.case(&CaseId(id.0))?.filter(|case| viewer.sees(&case.audience));
        let (Some(case), Some(first)) = (case, view.decision(&first)?) else { continue };
        let since = moment_of(view, first.since)?;
        waiting.push(WaitingCase { case, status: first.decision.status, releases, since });
    }
    Ok(waiting)
}
