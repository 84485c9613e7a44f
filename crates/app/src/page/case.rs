//! One case: everything on record of it, where it matches and why, what happened, and what its forms offer.

use std::collections::BTreeMap;

use domain::{
    case::Case,
    ledger::{AsOf, LedgerEntry},
    person::{Permission, Person},
    sweep::Sweep,
};
use store::View;

use crate::{
    App, AppError, Viewer,
    account::moment_of,
    case::{self, CaseDetail},
    explain::{StepLine, gates_in},
    exposed::{ExposedReport, exposed_in},
    impact::{About, about_in},
};

/// Entries of the timeline.
const ENTRIES: i64 = 50;
/// Cases offered, whose words may be taken over.
const ALIKE: i64 = 20;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// `CASE-0147`, its id, or any name of its vulnerability.
    pub name: &'q str,
    /// With the cases whose words may be taken over.
    pub alike: bool,
    /// The case whose words are taken over.
    pub like: Option<&'q str>,
}

/// What the page shows.
#[derive(Debug)]
pub struct CaseFile {
    /// The case with its decisions and signatures.
    pub detail: CaseDetail,
    /// Where it matches.
    pub exposed: ExposedReport,
    /// What the sources tell of the flaw.
    pub about: About,
    /// Units and sites of the releases that were decided on and no longer match, by `slug@version`.
    pub left: BTreeMap<String, Reach>,
    /// Why the first exposed release matched; empty when that moment cannot be asked any more.
    pub gates: Vec<StepLine>,
    /// The last sweep; none before the first.
    pub swept: Option<Sweep>,
    /// Entries that touched the case, newest first.
    pub timeline: Vec<LedgerEntry>,
    /// Who may own it; empty for who may not decide.
    pub owners: Vec<Person>,
    /// Newest cases with a signed decision, when they were asked for.
    pub alike: Vec<Case>,
    /// The case whose words are taken over.
    pub like: Option<CaseDetail>,
}

/// Where a release is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Its units.
    pub units: i64,
    /// Known sites where they are.
    pub sites: u64,
}

/// The page as of a moment.
pub fn case(app: &App, viewer: &Viewer, as_of: AsOf, question: Question<'_>) -> Result<CaseFile, AppError> {
    viewer.require(Permission::Read)?;
    let corpora = app.corpora(viewer)?;
    app.store.read(as_of, |view| {
        let detail = case::detail(view, viewer, case::resolve(view, viewer, question.name)?)?;
        let shown = &detail.subject.vulnerability.shown;
        let exposed = exposed_in(view, viewer, &corpora, moment_of(app, as_of), shown)?;
        let gates = match exposed.first() {
            Some(first) => gates_in(app, view, viewer, as_of, &first, shown)?,
            None => Vec::new(),
        };
        let like = match question.like {
            Some(name) => Some(case::detail(view, viewer, case::resolve(view, viewer, name)?)?),
            None => None,
        };
        Ok(CaseFile {
            about: about_in(view, viewer, &corpora, shown, String::new())?,
            left: left(view, viewer, &detail, &exposed)?,
            swept: view.last_sweep()?.map(|row| row.sweep),
            timeline: view.entries_of_case(&detail.case.id, &viewer.audiences, ENTRIES)?,
            owners: if viewer.may(Permission::Decide) {
                case::owners(view, &detail.case)?
            } else {
                Vec::new()
            },
            alike: if question.alike {
                view.cases_with_signed(&detail.case.id, &viewer.audiences, ALIKE)?
            } else {
                Vec::new()
            },
            like,
            gates,
            exposed,
            detail,
        })
    })
}

fn left(
    view: &View<'_>,
    viewer: &Viewer,
    detail: &CaseDetail,
    exposed: &ExposedReport,
) -> Result<BTreeMap<String, Reach>, AppError> {
    let mut left: BTreeMap<_, &str> = BTreeMap::new();
    for release in detail.decisions.iter().map(|one| &one.release) {
        if !exposed.releases.iter().any(|other| other.release_id == release.release) {
            left.insert(release.release.clone(), &release.name);
        }
    }
    let ids: Vec<_> = left.keys().cloned().collect();
    let mut reach: BTreeMap<String, Reach> =
        left.values().map(|name| ((*name).to_owned(), Reach::default())).collect();
    for row in view.units_by_site(&ids, &viewer.audiences)? {
        let Some(reach) = left.get(&row.release).and_then(|name| reach.get_mut(*name)) else { continue };
        reach.units += row.units;
        reach.sites += u64::from(row.site.is_some());
    }
    Ok(reach)
}
