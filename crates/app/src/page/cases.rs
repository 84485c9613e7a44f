//! The list of cases, worst harm first, with what each touches and where it stands.

use std::collections::{BTreeMap, HashMap};

use domain::{
    case::{Case, CaseStage},
    decision::Decision,
    ledger::AsOf,
    person::Permission,
};

use super::work::standings;
use crate::{
    App, AppError, Viewer,
    case::{CaseCursor, CaseFilter, CaseSort, list_in},
    impact::count,
    watch::grouped,
};

/// Rows of a page.
pub const ROWS: usize = 25;

/// What the page shows.
#[derive(Debug)]
pub struct Cases {
    /// The rows.
    pub rows: Vec<Row>,
    /// Where the next page begins, when there may be one.
    pub next: Option<CaseCursor>,
    /// Cases that are open.
    pub open: u64,
    /// Cases that are closed.
    pub closed: u64,
    /// Open cases without a judged harm.
    pub not_judged: u64,
    /// Cases with a proposal that waits for a signature.
    pub waiting: u64,
}

/// A case in the list.
#[derive(Debug)]
pub struct Row {
    /// The case.
    pub case: Case,
    /// Shown name of its vulnerability.
    pub vulnerability: String,
    /// Where it stands; none = nothing is proposed or signed.
    pub standing: Option<Decision>,
    /// Name of its owner.
    pub owner: Option<String>,
    /// Releases that match.
    pub releases: u64,
    /// Their units.
    pub units: i64,
}

/// The page as of a moment: open cases, or the closed ones.
pub fn cases(
    app: &App,
    viewer: &Viewer,
    as_of: AsOf,
    closed: bool,
    after: Option<&CaseCursor>,
) -> Result<Cases, AppError> {
    viewer.require(Permission::Read)?;
    let corpora = app.corpora(viewer)?;
    let filter = if closed {
        CaseFilter { stages: vec![CaseStage::Closed], ..CaseFilter::all() }
    } else {
        CaseFilter::open()
    };
    app.store.read(as_of, |view| {
        let list = list_in(view, viewer, &filter, CaseSort::Harm, after, ROWS)?;
        let mut standings = standings(view, viewer, list.rows.iter().map(|row| row.case.id.clone()), None)?;
        let mut reach: HashMap<&str, (u64, i64)> =
            list.rows.iter().map(|row| (row.case.vulnerability.0.as_str(), (0, 0))).collect();
        for group in &grouped(view, viewer, &corpora)?.list {
            if let Some(reach) = reach.get_mut(group.vulnerability.as_str()) {
                *reach = (group.releases, group.units);
            }
        }
        let mut owners = BTreeMap::new();
        for owner in list.rows.iter().filter_map(|row| row.case.owner.as_ref()) {
            if !owners.contains_key(owner) {
                owners.insert(owner.clone(), view.person(owner)?.map(|person| person.name));
            }
        }
        let reach: Vec<(u64, i64)> =
            list.rows.iter().map(|row| reach[row.case.vulnerability.0.as_str()]).collect();
        let rows = list.rows.into_iter().zip(reach).map(|(row, (releases, units))| Row {
            standing: standings.remove(&row.case.id),
            owner: row.case.owner.as_ref().and_then(|owner| owners.get(owner).cloned().flatten()),
            vulnerability: row.vulnerability,
            case: row.case,
            releases,
            units,
        });
        let at = |closed: bool| {
            let stages = list.stages.iter().filter(|(stage, _)| (*stage == CaseStage::Closed) == closed);
            count(stages.map(|(_, cases)| *cases).sum())
        };
        Ok(Cases {
            rows: rows.collect(),
            next: list.next,
            open: at(false),
            closed: at(true),
            not_judged: count(list.not_judged),
            waiting: count(view.count_waiting_cases(&viewer.audiences)?),
        })
    })
}
