//! Where the story plays: the open workspace, its clock that can be set, the people, and one function for each thing they do.
//!
//! Every function goes through the use case that the portal and the command line call.

use std::{cell::Cell, path::PathBuf, sync::Arc};

use anyhow::Context as _;
use app::{
    App, AppError, FixedClock, Viewer,
    case::{Assessment, NewCase},
    decision::Proposal,
    import::ImportRequest,
    inventory,
    signing::Signing,
    table_import::Mode,
};
use domain::{
    case::{Case, CaseStage},
    decision::{Decision, Justification, Risk, VexStatus},
    release::Stage as Lifecycle,
    signature::Meaning,
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{
    document,
    facts::Facts,
    feeds,
    fleet::{Fleet, Table},
    parts::parts_of,
    people::{self, SignIn},
    portfolio::{DemoRelease, Portfolio},
};

/// The moment at which the story ends, as it is written down; it is moved so that it ends now.
const END: &str = "2026-11-17T08:14:00Z";
/// The last look of the story, four minutes before its end. On the last day there is one every three hours.
const LAST_LOOK: &str = "2026-11-17T08:10:00Z";
/// Since then somebody looks every day; before, when something had happened. Half a year of receipts is shown, and each costs
/// two writes that have to reach the disk.
const EVERY_DAY_SINCE: &str = "2026-05-01T00:00:00Z";
/// The one day since on which nobody looked.
const MISSED: &str = "2026-08-06";
/// Hours and minutes of the daily look, in the manufacturer's zone.
const DAILY: (i8, i8) = (6, 10);

/// The stage.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) facts: Facts,
    pub(crate) portfolio: Portfolio,
    fleet: Fleet,
    clock: Arc<FixedClock>,
    shift: SignedDuration,
    console: Viewer,
    /// There is something to watch with, so the daily looks have begun.
    watching: Cell<bool>,
}

/// What is decided, beside for which releases.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) status: VexStatus,
    pub(crate) justification: Option<Justification>,
    pub(crate) action: Option<&'static str>,
    pub(crate) risk: Option<Risk>,
    pub(crate) rationale: &'static str,
    pub(crate) preconditions: &'static [&'static str],
    /// Story date of the next look.
    pub(crate) review: Option<&'static str>,
}

impl Stage {
    pub(crate) fn new(app: App, clock: Arc<FixedClock>, now: Timestamp) -> anyhow::Result<Self> {
        let end: Timestamp = END.parse()?;
        let portfolio = Portfolio::read()?;
        Ok(Self {
            fleet: Fleet::build(&portfolio)?,
            facts: Facts::read()?,
            console: app.console()?,
            shift: now.duration_since(end),
            app,
            portfolio,
            clock,
            watching: Cell::new(false),
        })
    }

    /// Sets the clock to a moment of the story; the looks that are due until then happen on the way.
    pub(crate) fn at(&self, moment: &str) -> anyhow::Result<()> {
        self.until(self.moved(moment)?)
    }

    /// Moves the clock on.
    pub(crate) fn later(&self, by: SignedDuration) -> anyhow::Result<()> {
        self.until(self.app.now().checked_add(by)?)
    }

    fn moved(&self, moment: &str) -> anyhow::Result<Timestamp> {
        let moment: Timestamp = moment.parse().with_context(|| format!("moment {moment}"))?;
        Ok(moment.checked_add(self.shift)?)
    }

    fn until(&self, moment: Timestamp) -> anyhow::Result<()> {
        if self.watching.get() {
            let last = self.moved(LAST_LOOK)?;
            let from = self.app.now().max(self.moved(EVERY_DAY_SINCE)?);
            for look in looks(from, moment, last, self.day(MISSED)?, &self.app.zone) {
                self.clock.set(look);
                self.sweep()?;
            }
        }
        self.clock.set(moment);
        Ok(())
    }

    /// A day of the story.
    pub(crate) fn day(&self, day: &str) -> anyhow::Result<Date> {
        let day: Date = day.parse().with_context(|| format!("day {day}"))?;
        Ok(day.saturating_add(self.shift))
    }

    /// A person as they act now.
    pub(crate) fn acting(&self, person: SignIn) -> anyhow::Result<Viewer> {
        Ok(app::person::acting_as(&self.app, person.email)?)
    }

    pub(crate) fn hire(&self) -> anyhow::Result<()> {
        let first = people::ADMINISTRATOR;
        app::person::first_administrator(&self.app, first.name, first.email, first.password)?;
        for person in people::SIGN_INS.into_iter().filter(|person| person.email != first.email) {
            let new = app::person::NewPerson {
                name: person.name.to_owned(),
                email: person.email.to_owned(),
                roles: person.roles.to_vec(),
                audiences: Vec::new(),
                password: Some(person.password.to_owned()),
            };
            app::person::add(&self.app, &self.console, new, "Set up for the demonstration")?;
        }
        Ok(())
    }

    pub(crate) fn add_products(&self) -> anyhow::Result<()> {
        for product in &self.portfolio.products {
            let new = app::product::NewProduct {
                name: product.name.clone(),
                slug: Some(product.slug.clone()),
                family: Some(product.family.clone()),
                intended_use: Some(product.intended_use.clone()),
                udi_di: Some(product.udi_di.clone()),
                software_class: Some(product.software_class.clone()),
                four_eyes: product.four_eyes,
                audience: None,
            };
            app::product::add(&self.app, &self.console, new)?;
        }
        Ok(())
    }

    /// Adds a version with its first SBOM.
    pub(crate) fn add_release(&self, release: &DemoRelease) -> anyhow::Result<()> {
        let new = app::release::NewRelease {
            product: release.product.clone(),
            version: release.version.clone(),
            parent: release.parent.clone(),
            configuration: release.configuration.clone(),
            released_on: Some(release.released.parse().with_context(|| release.released.clone())?),
            stage: Lifecycle::parse(&release.stage).unwrap_or_default(),
            complete_roles: Vec::new(),
            audience: None,
        };
        app::release::add(&self.app, &self.console, new)?;
        self.attach(release, 1, release.known.is_none(), "SBOM of the released build")
    }

    /// Attaches an SBOM.
    pub(crate) fn attach(
        &self,
        release: &DemoRelease,
        revision: usize,
        module_known: bool,
        reason: &str,
    ) -> anyhow::Result<()> {
        let product = self.portfolio.product(release)?;
        let parts = parts_of(product, release, module_known)?;
        let created = self.app.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let document = document::write(product, release, &parts, revision, &created);
        let name = release.name();
        inventory::add(&self.app, &self.console, &name, &document.file_name, &document.bytes, reason)
            .with_context(|| format!("SBOM of {name}"))?;
        Ok(())
    }

    pub(crate) fn import_sites(&self) -> anyhow::Result<()> {
        let table = self.fleet.sites_csv();
        let report = app::site::import(
            &self.app,
            &self.console,
            table.as_bytes(),
            Mode::Commit,
            "Sites of the service system",
        )?;
        anyhow::ensure!(!report.failed(), "sites: {:?}", report.errors.first());
        Ok(())
    }

    pub(crate) fn import_units(&self, table: Table, reason: &str) -> anyhow::Result<()> {
        let text = self.fleet.units_csv(table);
        let report = app::unit::import(&self.app, &self.console, text.as_bytes(), Mode::Commit, reason)?;
        anyhow::ensure!(!report.failed(), "units: {:?}", report.errors.first());
        Ok(())
    }

    /// Takes in what the services deliver now, then sweeps.
    pub(crate) fn watch(&self, sources: feeds::Sources) -> anyhow::Result<()> {
        let story_now = self.app.now().checked_sub(self.shift)?;
        let files = feeds::render(&self.facts, story_now, sources);
        let folder = self.feeds_folder();
        feeds::write(&folder, &files)?;
        let request = ImportRequest { paths: feeds::delivered(&folder, sources), source: None };
        app::import::import(&self.app, &self.app.system("import")?, &request, &|_| {})?;
        self.clock.advance(SignedDuration::from_secs(9));
        self.watching.set(true);
        self.sweep()
    }

    pub(crate) fn sweep(&self) -> anyhow::Result<()> {
        app::sweep::sweep(&self.app, &self.app.system("sweep")?, false)?;
        Ok(())
    }

    fn feeds_folder(&self) -> PathBuf {
        self.app.folder.join("feeds")
    }

    /// Opens a case; `None` when nothing of the portfolio matches, or it has one.
    pub(crate) fn open(
        &self,
        vulnerability: &str,
        title: &str,
        reason: &str,
    ) -> anyhow::Result<Option<Case>> {
        let psirt = self.acting(people::PSIRT)?;
        let owner = psirt.as_person().map(|person| person.id.clone());
        let new = NewCase {
            vulnerability: vulnerability.to_owned(),
            title: Some(shortened(title)),
            learned_at: None,
            owner,
        };
        match app::case::open(&self.app, &psirt, new, reason) {
            Ok(case) => Ok(Some(case)),
            // Nothing of the portfolio matches it, or another name of it has the case.
            Err(AppError::NotFound { .. } | AppError::Missing { .. } | AppError::Conflict(_)) => Ok(None),
            Err(error) => Err(error).with_context(|| format!("case of {vulnerability}")),
        }
    }

    /// Proposes; every matching release when none is named. `None` when there is none.
    pub(crate) fn propose(
        &self,
        case: &str,
        releases: &[&str],
        verdict: &Verdict,
        reason: &str,
    ) -> anyhow::Result<Option<Vec<Decision>>> {
        self.propose_as(&self.acting(people::PSIRT)?, case, releases, verdict, reason)
    }

    /// Proposes what a decision on an earlier release said; it counts as open until a person signs it.
    pub(crate) fn carry(
        &self,
        case: &str,
        release: &str,
        verdict: &Verdict,
        reason: &str,
    ) -> anyhow::Result<bool> {
        let carried = self.propose_as(&self.app.system("carry")?, case, &[release], verdict, reason)?;
        Ok(carried.is_some())
    }

    fn propose_as(
        &self,
        viewer: &Viewer,
        case: &str,
        releases: &[&str],
        verdict: &Verdict,
        reason: &str,
    ) -> anyhow::Result<Option<Vec<Decision>>> {
        let proposal = Proposal {
            case: case.to_owned(),
            releases: releases.iter().map(|name| (*name).to_owned()).collect(),
            status: verdict.status,
            justification: verdict.justification,
            impact_statement: None,
            action_statement: verdict.action.map(str::to_owned),
            risk: verdict.risk,
            rationale: verdict.rationale.to_owned(),
            preconditions: verdict.preconditions.iter().map(|text| (*text).to_owned()).collect(),
            review_on: verdict.review.map(|day| self.day(day)).transpose()?,
        };
        match app::decision::decide(&self.app, viewer, &proposal, reason) {
            Ok((_, decisions)) => Ok(Some(decisions)),
            Err(AppError::Invalid(fields)) if fields.iter().all(|field| field.field == "releases") => {
                Ok(None)
            }
            Err(error) => Err(error).with_context(|| format!("decision in {case}")),
        }
    }

    /// Signs everything that waits in a case, or only some of it, as approval.
    pub(crate) fn sign(&self, case: &str, only: &[Decision], reason: &str) -> anyhow::Result<()> {
        let signer = people::QUALITY;
        let signing = Signing {
            case: case.to_owned(),
            decisions: only.iter().map(|decision| (decision.id.clone(), None)).collect(),
            meaning: Meaning::Approval,
            password: signer.password.to_owned(),
            zone: None,
        };
        app::signing::sign(&self.app, &self.acting(signer)?, &signing, reason)
            .with_context(|| format!("signature in {case}"))?;
        Ok(())
    }

    pub(crate) fn assess(
        &self,
        person: SignIn,
        case: &str,
        assessment: Assessment,
        reason: &str,
    ) -> anyhow::Result<()> {
        app::case::assess(&self.app, &self.acting(person)?, case, assessment, reason)
            .with_context(|| format!("assessment of {case}"))?;
        Ok(())
    }

    pub(crate) fn move_to(&self, case: &str, stage: CaseStage, reason: &str) -> anyhow::Result<()> {
        app::case::move_to(&self.app, &self.acting(people::PSIRT)?, case, stage, reason)
            .with_context(|| format!("{case} to {}", stage.as_str()))?;
        Ok(())
    }
}

/// The looks between two moments: one each morning, and one every three hours of the last day.
fn looks(
    from: Timestamp,
    until: Timestamp,
    last: Timestamp,
    missed: Date,
    zone: &TimeZone,
) -> Vec<Timestamp> {
    let often = last.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(last);
    let mut looks = Vec::new();
    let mut date = from.to_zoned(zone.clone()).date();
    while date <= until.to_zoned(zone.clone()).date() {
        if let Ok(look) = date.at(DAILY.0, DAILY.1, 0, 0).to_zoned(zone.clone()) {
            let look = look.timestamp();
            if date != missed && look < often {
                looks.push(look);
            }
        }
        let Ok(next) = date.tomorrow() else { break };
        date = next;
    }
    looks.extend((1..8).rev().filter_map(|step| last.checked_sub(SignedDuration::from_hours(3 * step)).ok()));
    looks.retain(|look| from < *look && *look < until);
    looks
}

/// A title is a line, not a paragraph.
fn shortened(title: &str) -> String {
    const LONGEST: usize = 110;
    if title.chars().count() <= LONGEST {
        return title.to_owned();
    }
    let cut: String = title.chars().take(LONGEST).collect();
    cut.rsplit_once(' ').map_or_else(|| cut.clone(), |(whole, _)| whole.to_owned())
}
