//! Whether the sum closes: for each release every known vulnerability in exactly one bucket.
//!
//! The machine's buckets were counted by the last sweep, forward from the vulnerabilities; what is matched is counted again
//! here, backward from the verdicts, and both must agree. A signed decision moves a vulnerability from open to decided, and
//! one that does not match (any more) from the bucket that its placement names. Each reader has a sum of their own: what
//! private corpora add is kept by label, and those of the labels held are added to the public counts.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::{ReleaseId, VulnerabilityId},
    ledger::AsOf,
    person::Permission,
    release::Release,
    sweep::{self, Bucket, Placement},
};
use serde::Serialize;
use store::View;

use crate::{App, AppError, Viewer, release};

/// The JSON of `account`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountReport {
    /// The moment it speaks of.
    pub as_of: String,
    /// Snapshot of the last sweep by then.
    pub snapshot: Option<String>,
    /// By product and version.
    pub releases: Vec<ReleaseAccount>,
}

/// One release. known = open + decided + the four excluded + not assessable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReleaseAccount {
    /// Slug of the product.
    pub product: String,
    /// Version.
    pub release: String,
    /// Known and not withdrawn.
    pub known: i64,
    /// Matched, without a signed decision.
    pub open: i64,
    /// With a signed decision, matched or not.
    pub decided: i64,
    /// Excluded with a reason.
    pub excluded: Excluded,
    /// No usable product is named.
    pub not_assessable: i64,
    /// The sum is right and both ways of counting agree.
    pub closes: bool,
    /// Components that nothing can be said of; never part of the sum.
    pub blind_spots: i64,
    /// Why it does not close, for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Why something is excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// An explicit statement: supplier, platform, build.
    pub statement: i64,
    /// Fixed in this build.
    pub fixed: i64,
    /// Another version.
    pub version: i64,
    /// No such component.
    pub no_such_component: i64,
}

/// How far a release was looked at: components by how firmly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CoverageLine {
    /// Components in all.
    pub components: i64,
    /// Assessed with class A.
    pub class_a: i64,
    /// Class B.
    pub class_b: i64,
    /// Class C.
    pub class_c: i64,
    /// Class D.
    pub class_d: i64,
    /// Undecided for something, in range of nothing.
    pub undecided: i64,
    /// Not assessed.
    pub blind_spots: i64,
}

impl AccountReport {
    /// Every release closes.
    #[must_use]
    pub fn closes(&self) -> bool {
        self.releases.iter().all(|release| release.closes)
    }
}

/// Accounts for one release, or for all.
pub fn account(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    only: Option<&str>,
) -> Result<AccountReport, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| {
        let releases = match only {
            Some(reference) => vec![release::resolve(view, viewer, reference)?],
            None => view.all_releases(&viewer.audiences)?,
        };
        let rows = accounts_of(view, viewer, releases)?;
        Ok(AccountReport {
            as_of: moment_of(app, as_of),
            snapshot: view.last_sweep()?.map(|last| last.sweep.snapshot),
            releases: rows.into_iter().map(|row| row.account).collect(),
        })
    })
}

/// A release with its account, and how far it was looked at; none before its first sweep.
pub(crate) struct Accounted {
    pub(crate) release: Release,
    pub(crate) account: ReleaseAccount,
    pub(crate) coverage: Option<CoverageLine>,
}

/// Accounts for these releases, in their order.
pub(crate) fn accounts_of(
    view: &View<'_>,
    viewer: &Viewer,
    releases: Vec<Release>,
) -> Result<Vec<Accounted>, AppError> {
    let mut signed: BTreeMap<ReleaseId, BTreeSet<VulnerabilityId>> = BTreeMap::new();
    for mark in view.decision_marks(None, &viewer.audiences)? {
        if mark.state == "signed" {
            signed.entry(mark.release).or_default().insert(mark.vulnerability);
        }
    }
    let placements: BTreeMap<_, Placement> = view
        .placements()?
        .into_iter()
        .map(|placement| ((placement.release.clone(), placement.vulnerability.clone()), placement))
        .collect();
    let mut private: BTreeMap<ReleaseId, Vec<sweep::Account>> = BTreeMap::new();
    for (_, account) in view.labelled_accounts(&viewer.audiences)? {
        private.entry(account.release.clone()).or_default().push(account);
    }
    let mut slugs = BTreeMap::new();
    let mut rows = Vec::with_capacity(releases.len());
    for release in releases {
        let product = match slugs.get(&release.product) {
            Some(slug) => String::clone(slug),
            None => {
                let slug = view
                    .product(&release.product, &viewer.audiences)?
                    .map_or_else(|| release.product.0.clone(), |product| product.slug);
                slugs.insert(release.product.clone(), slug.clone());
                slug
            }
        };
        let inventory = view.inventory_of_release(&release.id, &viewer.audiences)?;
        let stored = view
            .account(&release.id)?
            .map(|public| private.remove(&release.id).into_iter().flatten().fold(public, sum_of));
        let matched = view.open_vulnerabilities(&release.id, &viewer.audiences)?;
        let mut decided = Decided::default();
        for vulnerability in signed.remove(&release.id).unwrap_or_default() {
            if matched.binary_search(&vulnerability).is_ok() {
                decided.matched += 1;
            } else {
                decided.place(placements.get(&(release.id.clone(), vulnerability)));
            }
        }
        let note = match (&inventory, &stored) {
            (None, _) => Some("it has no SBOM: aftercare sbom add FILE --release …".to_owned()),
            (Some(_), None) => Some("it was not swept yet: aftercare sweep".to_owned()),
            (Some(inventory), Some(stored)) if inventory.id != stored.inventory => {
                Some("its SBOM was replaced after the last sweep: aftercare sweep".to_owned())
            }
            _ if decided.unplaced > 0 => Some(format!(
                "{} signed decisions speak of what the last sweep did not match: aftercare sweep",
                decided.unplaced
            )),
            _ => None,
        };
        let coverage = stored.as_ref().map(CoverageLine::of);
        let account = row(product, release.version.clone(), stored.as_ref(), matched.len(), &decided, note);
        rows.push(Accounted { release, account, coverage });
    }
    Ok(rows)
}

/// How far a release was looked at; none before its first sweep.
pub fn coverage(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    release: &ReleaseId,
) -> Result<Option<CoverageLine>, AppError> {
    viewer.require(Permission::Read)?;
    app.store.read(as_of, |view| {
        if view.release(release, &viewer.audiences)?.is_none() {
            return Err(AppError::not_found("release", &release.0));
        }
        Ok(view.account(release)?.map(|account| CoverageLine::of(&account)))
    })
}

impl CoverageLine {
    pub(crate) fn of(account: &sweep::Account) -> Self {
        Self {
            components: account.components,
            class_a: account.class_a,
            class_b: account.class_b,
            class_c: account.class_c,
            class_d: account.class_d,
            undecided: account.undecided,
            blind_spots: account.blind_spots,
        }
    }

    /// With another release.
    pub(crate) fn add(&mut self, other: &Self) {
        self.components += other.components;
        self.class_a += other.class_a;
        self.class_b += other.class_b;
        self.class_c += other.class_c;
        self.class_d += other.class_d;
        self.undecided += other.undecided;
        self.blind_spots += other.blind_spots;
    }
}

/// The moment that an as-of speaks of, RFC 3339.
pub(crate) fn moment_of(app: &App, as_of: AsOf) -> String {
    store::moment(match as_of {
        AsOf::Now | AsOf::Entry(_) => app.now(),
        AsOf::At(timestamp) => timestamp,
    })
}

/// The buckets of both; how far the release was looked at is of the public one.
fn sum_of(public: sweep::Account, private: sweep::Account) -> sweep::Account {
    sweep::Account {
        known: public.known + private.known,
        matched: public.matched + private.matched,
        statement: public.statement + private.statement,
        fixed: public.fixed + private.fixed,
        version: public.version + private.version,
        no_such_component: public.no_such_component + private.no_such_component,
        not_assessable: public.not_assessable + private.not_assessable,
        ..public
    }
}

/// Signed decisions of a release by the bucket they take a vulnerability out of.
#[derive(Default)]
struct Decided {
    matched: i64,
    /// Shown names, so that two decided vulnerabilities that became one are counted once.
    elsewhere: BTreeMap<Bucket, BTreeSet<String>>,
    /// Not placed yet.
    unplaced: i64,
}

impl Decided {
    fn place(&mut self, placement: Option<&Placement>) {
        match placement {
            None => self.unplaced += 1,
            // What is matched under another vulnerability counts there; what the corpus does not know is part of no sum.
            Some(placement) if matches!(placement.bucket, Bucket::Matched | Bucket::NotKnown) => {}
            Some(placement) => {
                self.elsewhere.entry(placement.bucket).or_default().insert(placement.shown.clone());
            }
        }
    }

    fn of(&self, bucket: Bucket) -> i64 {
        self.elsewhere.get(&bucket).map_or(0, |shown| i64::try_from(shown.len()).unwrap_or(i64::MAX))
    }

    fn total(&self) -> i64 {
        self.matched + self.elsewhere.keys().map(|bucket| self.of(*bucket)).sum::<i64>()
    }
}

fn row(
    product: String,
    release: String,
    stored: Option<&sweep::Account>,
    matched: usize,
    decided: &Decided,
    note: Option<String>,
) -> ReleaseAccount {
    let Some(stored) = stored else { return ReleaseAccount { product, release, note, ..Default::default() } };
    let counted = i64::try_from(matched).unwrap_or(i64::MAX);
    let excluded = Excluded {
        statement: stored.statement - decided.of(Bucket::Statement),
        fixed: stored.fixed - decided.of(Bucket::Fixed),
        version: stored.version - decided.of(Bucket::Version),
        no_such_component: stored.no_such_component - decided.of(Bucket::NoSuchComponent),
    };
    let not_assessable = stored.not_assessable - decided.of(Bucket::NotAssessable);
    let open = counted - decided.matched;
    let buckets = [
        open,
        decided.total(),
        excluded.statement,
        excluded.fixed,
        excluded.version,
        excluded.no_such_component,
        not_assessable,
    ];
    let sum: i64 = buckets.iter().sum();
    let note = note.or_else(|| {
        if counted != stored.matched {
            return Some(format!(
                "the sweep matched {}, the verdicts show {counted}: run `aftercare sweep`, then `aftercare ledger verify`",
                stored.matched
            ));
        }
        if buckets.iter().any(|count| *count < 0) {
            return Some("more was decided than a bucket holds: run `aftercare sweep`".to_owned());
        }
        (sum != stored.known).then(|| {
            format!("the buckets hold {sum} of {} known: this is a defect of aftercare", stored.known)
        })
    });
    ReleaseAccount {
        product,
        release,
        known: stored.known,
        open,
        decided: decided.total(),
        excluded,
        not_assessable,
        closes: note.is_none(),
        blind_spots: stored.blind_spots,
        note,
    }
}
